"""Calendars are data with a version: a case keeps the version it was filed under.

A calendar may lie over another: it then keeps which one, and what is its own, so that a new version of the one below
brings a new version of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.domain import audit
from engine.domain.calendar import WorkCalendar, sessions_to_data
from engine.domain.office import CalendarVersion
from engine.domain.people import SYSTEM, Actor
from engine.services import office_log
from engine.storage import database
from engine.storage.tables import calendar_table

Body = Mapping[str, Any]
_NOT_CONTENT = ("version", "reason", "effective_from")
_TERMS = ("week", "weeks", "first_day", "cut_off", "timezone")


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a calendar to be stored: its number, what it says, and what is stored (`CalendarVersion.body`)."""

    number: int
    calendar: WorkCalendar
    body: dict[str, Any]

    @property
    def reference(self) -> str:
        """Give the name under which cases pin it."""
        return f"{self.calendar.id}@{self.number}"


def publish(calendar: WorkCalendar, now: datetime, by: Actor = SYSTEM) -> int:
    """Store a calendar as its next version and give the number; the same content again stays the version it is."""
    with database.locked() as session:
        return put(session, calendar, now, by)[0]


def put(session: Session, calendar: WorkCalendar, now: datetime, by: Actor, *,
        base: WorkCalendar | None = None) -> tuple[int, bool]:
    """Store a calendar, which may lie over another, inside the transaction of another act; give its version and
    whether that is new."""
    found = drafted(session, calendar, base)
    if found is None:
        return newest_number(session, calendar.id), False
    write(session, found, now, by)
    return found.number, True


def drafted(session: Session, calendar: WorkCalendar, base: WorkCalendar | None = None,
            more: Body | None = None) -> Version | None:
    """Give a calendar as its next version, or None where its newest version says the same. `more` is kept beside."""
    newest = newest_of(session, calendar.id)
    body = {**calendar.to_data(), **(more or {}),
            **({"base": base.id, "own": own(calendar, base)} if base is not None and base.id != calendar.id else {})}
    if newest is not None and _content(newest.body) == _content(body):
        return None
    number = (newest.version if newest is not None else 0) + 1
    return Version(number, WorkCalendar.from_data({**body, "version": number}), {**body, "version": number})


def write(session: Session, version: Version, now: datetime, by: Actor) -> None:
    """Store a version with its event in the history of the office; the caller holds the write lock."""
    source = version.calendar.source
    session.add(CalendarVersion(version.calendar.id, version.number, source, version.body, now))
    office_log.record(session, "calendar.published", by, now,
                      {"calendar": version.reference, "source": source, "hash": audit.digest(version.body)})
    session.flush()


def newest_number(session: Session, name: str) -> int:
    """Give the number of the newest version of a calendar, 0 where there is none."""
    return session.execute(select(func.max(calendar_table.c.version)).where(
        calendar_table.c.id == name)).scalar() or 0


def newest_of(session: Session, name: str) -> CalendarVersion | None:
    """Give the newest version of a calendar."""
    number = newest_number(session, name)
    return session.get(CalendarVersion, (name, number)) if number else None


def names(session: Session) -> list[str]:
    """Give the names of all calendars."""
    return list(session.scalars(select(calendar_table.c.id).distinct().order_by(calendar_table.c.id)))


def own(calendar: WorkCalendar, base: WorkCalendar) -> dict[str, Any]:
    """Give what a calendar says of its own beside the one it lies over; a day off below that is worked here is a day
    with the usual hours."""
    mine, below = calendar.to_data(), base.to_data()
    days = {day: rule for day, rule in mine["days"].items() if below["days"].get(day) != rule}
    for day in base.days:
        if day not in calendar.days:
            usual = sessions_to_data(calendar.week_on(day)[day.weekday()])
            days[day.isoformat()] = {"sessions": usual, "reason": "làm việc như thường", "reason_en": "worked as usual"}
    terms = {name: mine[name] for name in _TERMS if mine.get(name) != below.get(name) and name in mine}
    return {**terms, "days": dict(sorted(days.items()))}


def relaid(body: Body, base: WorkCalendar) -> WorkCalendar:
    """Lay what is a calendar's own over a new version of the one below."""
    mine, below = body["own"], base.to_data()
    data = {**below, **{name: mine[name] for name in _TERMS if name in mine}, "id": body["id"],
            "source": body["source"], "days": {**below["days"], **mine["days"]}}
    return WorkCalendar.from_data(data)


def _content(body: Body) -> dict[str, object]:
    return {name: value for name, value in body.items() if name not in _NOT_CONTENT}
