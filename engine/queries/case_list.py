"""Lists of cases for heads and auditors, filtered by procedure, unit, state, lateness and dates.

A list is never counted to its end: it has at most `MOST` cases and says that there are more. So its cost does not grow
with what lies in the archive: each of its parts reads an index from the newest case on, and stops.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, text, union
from sqlalchemy.orm import Session

from engine.domain import policy
from engine.domain.case import Case
from engine.domain.people import Actor
from engine.domain.text import Text
from engine.queries import case_view, case_words, office, roots
from engine.storage import database
from engine.storage.tables import case_guest_table, case_table

PAGE = 50
MOST = 1_000
MOST_EXPORTED = 50_000
_APART = 24         # units up to which each is read by itself; who sees more sees most of what there is
_LOADED = 500       # cases read at once
_c, _g = case_table.c, case_guest_table.c
_OVER = ("closed", "stopped")


@dataclass(frozen=True, slots=True)
class Filters:
    """What to show; None means any. `lateness` is `late` or `on_time`; days are of filing, both inclusive."""

    procedure: str | None = None
    unit: str | None = None
    status: str | None = None
    lateness: str | None = None
    filed_from: date | None = None
    filed_to: date | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One case of a list with the title of its procedure and of its receiving unit."""

    case: Case
    title: Text
    unit: Text
    late: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its rows, how many there are (`more`: only the newest `MOST` are listed), and the choices of
    the filters."""

    rows: Sequence[Row]
    total: int
    more: bool
    number: int
    pages: int
    procedures: Sequence[tuple[str, Text]]
    units: Sequence[tuple[str, Text]]


def find(actor: Actor, filters: Filters, now: datetime, number: int = 1) -> Page:
    """Give one page of the newest `MOST` cases the actor may see, newest first; a page after the last is the last."""
    with database.reading() as session:
        house = office.current(session)
        found = _ids(session, actor, filters, now, MOST + 1)
        total = min(len(found), MOST)
        pages = max(1, -(-total // PAGE))
        number = min(max(1, number), pages)
        rows = list(_rows(session, actor, found[(number - 1) * PAGE:min(number * PAGE, MOST)], now))
        procedures = [(slug, Text(several[-1].title_vi, several[-1].title_en))
                      for slug, several in sorted(house.versions.items())]
        units = [(unit, house.unit_title(unit)) for unit in sorted(_seen(session, actor, now))]
        return Page(rows, total, len(found) > MOST, number, pages, procedures, units)


def every(actor: Actor, filters: Filters, now: datetime) -> Sequence[Row]:
    """Give all cases the actor may see, newest first, at most `MOST_EXPORTED`: what a list exports."""
    with database.reading() as session:
        return list(_rows(session, actor, _ids(session, actor, filters, now, MOST_EXPORTED), now))


def _rows(session: Session, actor: Actor, ids: Sequence[UUID], now: datetime) -> Iterator[Row]:
    house, under = office.current(session), roots.of_actor(session, actor, now)
    for start in range(0, len(ids), _LOADED):
        several = ids[start:start + _LOADED]
        for case in session.scalars(select(Case).where(_c.root.in_(under), _c.id.in_(several)).order_by(
                _c.filed_at.desc(), _c.code.desc())):
            yield Row(case, _title(session, case), house.unit_title(case.unit), is_late(case, now))


def _title(session: Session, case: Case) -> Text:
    version = office.current(session).by_id[case.version_id]
    return Text(version.title_vi, version.title_en)


def is_late(case: Case, now: datetime) -> bool:
    """Tell whether a case is past its due time, or was when its processing ended."""
    return case.verdict == "late" or (case.ended_at is None and case.due_at is not None and now > case.due_at)


def _ids(session: Session, actor: Actor, filters: Filters, now: datetime, most: int) -> list[UUID]:
    """Give the ids of the newest cases the actor may see, so many at most: each part of them reads its own index in the
    order of filing, and what the parts give is put together."""
    asked = _conditions(session, filters)
    parts = [part.where(*when, *asked).limit(most)
             for part in _parts(session, actor, now) for when in _when(filters.lateness, now)]
    wanted = parts[0] if len(parts) == 1 else _together(parts).limit(most)
    return [row[0] for row in session.execute(wanted)]


def _together(parts: Sequence[Select[Any]]) -> Select[Any]:
    all_of_them = union(*(select(part.subquery()) for part in parts)).subquery()
    return select(all_of_them).order_by(all_of_them.c.filed_at.desc(), all_of_them.c.code.desc())


def _parts(session: Session, actor: Actor, now: datetime) -> list[Select[Any]]:
    """Give what the actor may see, newest first, in parts that each follow one index: all of each root for who sees
    every unit there ever was under it, else what each unit received, is competent for, or has a part of as a guest."""
    under, units = roots.of_actor(session, actor, now), sorted(_seen(session, actor, now))
    newest = (_c.filed_at.desc(), _c.code.desc())
    cases = select(_c.id, _c.filed_at, _c.code).order_by(*newest)
    house = office.current(session)
    if all(unit.id in units for unit in house.units if house.rooting.of(unit.id) in under):
        return [cases.where(_c.root == root) for root in under] or [cases.where(false())]     # no office yet
    if len(units) > _APART:
        guest = select(_g.case_id).where(_g.root == _c.root, _g.case_id == _c.id, _g.unit.in_(units)).exists()
        mine = or_(_c.unit.in_(units), _c.competent.in_(units), guest)
        return [cases.where(_c.root == root, mine) for root in under]
    guests = select(_c.id, _c.filed_at, _c.code).join_from(
        case_guest_table, case_table, and_(_c.root == _g.root, _c.id == _g.case_id)).order_by(
        _g.filed_at.desc(), _c.code.desc())
    found = [part for unit in units for part in (
        cases.where(_c.root.in_(under), _c.unit == unit), cases.where(_c.root.in_(under), _c.competent == unit),
        guests.where(_g.root.in_(under), _g.unit == unit))]
    return found or [cases.where(false())]


def _seen(session: Session, actor: Actor, now: datetime) -> frozenset[str]:
    return policy.units_seen(actor, office.current(session).organisation(office.local_day(now)))


def _when(lateness: str | None, now: datetime) -> list[list[ColumnElement[bool]]]:
    """Give the conditions of which any makes a case late, apart, since each has an index of its own."""
    was_late, is_late_now = text("cases.verdict = 'late'"), and_(_c.ended_at.is_(None), _c.due_at < now)
    if lateness == "late":
        return [[was_late], [is_late_now]]      # type: ignore[list-item]
    if lateness:
        return [[~func.coalesce(or_(_c.verdict == "late", is_late_now), False)]]
    return [[]]


def _conditions(session: Session, filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.procedure:
        found.append(_c.procedure == filters.procedure)
    if filters.status:
        found.append(_c.status == filters.status)
        if filters.status not in _OVER:
            found.append(_c.closed_at.is_(None))        # says nothing new, and lets the index of open cases serve
    if filters.unit:
        found.append(or_(_c.unit == filters.unit, _c.competent == filters.unit))
    if filters.filed_from:
        found.append(_c.filed_at >= _midnight(filters.filed_from))
    if filters.filed_to:
        found.append(_c.filed_at < _midnight(filters.filed_to + timedelta(days=1)))
    if filters.words:
        found.append(case_words.match(filters.words, office.current(session).rooting.codes))
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=office.ZONE)


def facts(row: Row, language: str) -> dict[str, Any]:
    """Give a row as a JSON object."""
    case = row.case
    return {"code": case.code, "procedure": case.procedure, "title": row.title.to(language), "unit": case.unit,
            "applicant": case.applicant, "status": str(case.status), "filed_at": case_view.moment(case.filed_at),
            "due_at": case_view.moment(case.due_at), "late": row.late, "verdict": case.verdict}
