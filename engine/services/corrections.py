"""Correcting a calendar: the draft is judged and shown with every case it would move, then stored and followed.

What a case makes of it lives in `clock_orders`; what a file says is read by `calendar_import`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.domain import calendar_year, policy
from engine.domain.calendar import DayRule, WorkCalendar
from engine.domain.errors import InvalidInput
from engine.domain.people import SYSTEM, Actor
from engine.domain.text import Text
from engine.queries import office
from engine.services import calendars, clock_orders, year_calendars
from engine.services.calendars import Version
from engine.services.clock_orders import Order, Preview
from engine.storage import database

MOST_WORDS = 2_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A calendar as it shall be. New hours of the week hold from `effective_from` on (None: as if always)."""

    calendar: WorkCalendar
    reason: str
    effective_from: date | None = None

    def to_data(self) -> dict[str, Any]:
        """Give the draft as JSON data, to be handed in again once it was looked at."""
        since = self.effective_from.isoformat() if self.effective_from else None
        return {"calendar": self.calendar.to_data(), "reason": self.reason, "effective_from": since}

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> Draft:
        """Read what `to_data` gave.

        Raises:
            InvalidInput: it cannot be read.
        """
        try:
            since = data["effective_from"]
            return Draft(WorkCalendar.from_data(data["calendar"]), str(data["reason"]),
                         None if since is None else date.fromisoformat(since))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise InvalidInput(Text("Bản nháp của lịch không đọc được. Hãy làm lại từ đầu.",
                                    "The draft of the calendar cannot be read. Begin again.")) from None


@dataclass(frozen=True, slots=True)
class Shown:
    """A draft as it was judged: the versions it brings (of the calendar and of those that lie over it; none where
    nothing changes), the dates it changes, and what it does to cases."""

    versions: tuple[str, ...]
    changes: tuple[tuple[date, DayRule | None, DayRule | None], ...]
    new_hours: bool
    cases: Preview


@dataclass(frozen=True, slots=True)
class Saved:
    """A stored draft: its versions, and the order for the cases (None where nothing changed)."""

    versions: tuple[str, ...]
    order: Order | None


def preview(draft: Draft, now: datetime, by: Actor = SYSTEM) -> Shown:
    """Judge a draft and show what it would change and which cases it would move; nothing is stored.

    Raises:
        NotAllowed: an account that is no administrator.
        InvalidInput: the draft has no reason or source, or no working day within 60 days.
    """
    _refuse(draft, by)
    with database.reading() as session:
        found = list(_versions(session, draft, now))
        before = _newest(session, draft.calendar.id)
    if not found:
        return Shown((), (), False, Preview(0, 0, ()))
    after = found[0].calendar
    changed = calendar_year.changes(before, after) if before is not None else []
    seen = clock_orders.preview(_order(draft, found, by), {one.reference: one.calendar for one in found})
    return Shown(tuple(one.reference for one in found), tuple(changed),
                 before is not None and (before.week, before.weeks) != (after.week, after.weeks), seen)


def save(draft: Draft, now: datetime, by: Actor = SYSTEM) -> Saved:
    """Store a draft as the next version of its calendar and of those that lie over it, and order the cases that work by
    them to follow (`clock_orders.follow` lets them). The same content again changes nothing.

    Raises:
        NotAllowed, InvalidInput: as `preview`.
    """
    _refuse(draft, by)
    with database.locked() as session:
        found = list(_versions(session, draft, now))
        if not found:
            return Saved((), None)
        for one in found:
            calendars.write(session, one, now, by)
        order = clock_orders.give(session, _order(draft, found, by), by, now)
        return Saved(tuple(one.reference for one in found), order)


def _refuse(draft: Draft, by: Actor) -> None:
    if by.account != SYSTEM.account:
        policy.require_role(by, "administrator")
    for what, words in ((Text("lý do", "reason"), draft.reason), (Text("văn bản nguồn", "source document"),
                                                                  draft.calendar.source)):
        if not words.strip() or len(words) > MOST_WORDS:
            raise InvalidInput(Text(f"Hãy nêu {what.vi}, không quá {MOST_WORDS} ký tự.",
                                    f"Give the {what.en}, at most {MOST_WORDS} characters."))
    calendar_year.refuse_without_work(draft.calendar)


def _order(draft: Draft, versions: list[Version], by: Actor) -> Order:
    return Order("calendar", draft.reason.strip(), by.account,
                 to={one.calendar.id: one.reference for one in versions})


def _versions(session: Session, draft: Draft, now: datetime) -> Iterator[Version]:
    """Give the next version of the calendar, then of every calendar that lies over it, as far as they change."""
    before = _newest(session, draft.calendar.id)
    kept = calendars.newest_of(session, draft.calendar.id)
    below = kept.body.get("base") if kept is not None else None
    base = _newest(session, below) if below is not None else None
    since = {"effective_from": draft.effective_from.isoformat()} if draft.effective_from else {}
    more = {**since, "reason": draft.reason.strip()}
    first = calendars.drafted(session, _dated(draft, before, now), base, more)
    if first is None:
        return
    yield first
    waiting, done = [first], {draft.calendar.id}
    while waiting:
        under = waiting.pop(0)
        for name in calendars.names(session):
            heir = calendars.newest_of(session, name)
            if heir is None or name in done or heir.body.get("base") != under.calendar.id:
                continue
            done.add(name)
            laid = calendars.drafted(session, calendars.relaid(heir.body, under.calendar), under.calendar, more)
            if laid is not None:
                calendar_year.refuse_without_work(laid.calendar)
                yield laid
                waiting.append(laid)


def _dated(draft: Draft, before: WorkCalendar | None, now: datetime) -> WorkCalendar:
    """Let new hours of the week hold from their day on, and those before it stay as they were.

    Raises:
        InvalidInput: how the first day is counted or the cut-off changes on a later day than today; these hold from
            the day they are stored.
    """
    calendar, since = draft.calendar, draft.effective_from
    if before is None or since is None:
        return calendar
    if since > office.local_day(now) and (before.first_day, before.cut_off) != (calendar.first_day, calendar.cut_off):
        raise InvalidInput(Text("Giờ chốt và cách tính ngày đầu có hiệu lực từ ngày lưu; hãy lưu đúng ngày hiệu lực.",
                                "Cut-off and first day hold from the day they are stored; store them on that day."))
    if before.week == calendar.week:
        return calendar
    weeks = (*((until, week) for until, week in before.weeks if until < since), (since, before.week_on(since)))
    return replace(calendar, weeks=weeks)


def _newest(session: Session, name: str) -> WorkCalendar | None:
    kept = calendars.newest_of(session, name)
    return WorkCalendar.from_data(kept.body) if kept is not None else None


def newest(name: str, now: datetime) -> WorkCalendar:
    """Give the calendar of a name as it is now, to be changed; the country's where none was stored yet.

    Raises:
        InvalidInput: there is none of this name.
    """
    with database.reading() as session:
        found = _newest(session, name)
    if found is None and name == office.COUNTRY:
        return year_calendars.vietnam(now)
    if found is None:
        raise InvalidInput(Text(f"Không có lịch «{name[:64]}».", f"There is no calendar “{name[:64]}”."))
    return found
