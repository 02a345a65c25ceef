"""Lists of cases for heads and auditors, filtered by procedure, unit, state, lateness and dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from engine.domain import policy
from engine.domain.case import Case
from engine.domain.people import Actor
from engine.domain.text import Text, searchable
from engine.queries import case_view, office
from engine.storage import database
from engine.storage.tables import case_table, hand_off_table, task_table

PAGE = 50
MOST_EXPORTED = 50_000
_c = case_table.c


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
    """One page of a list: its rows, how many there are in all, and the choices of the filters."""

    rows: Sequence[Row]
    total: int
    number: int
    pages: int
    procedures: Sequence[tuple[str, Text]]
    units: Sequence[tuple[str, Text]]


def find(actor: Actor, filters: Filters, now: datetime, number: int = 1) -> Page:
    """Give one page of the cases the actor may see, newest first."""
    with database.reading() as session:
        house = office.current(session)
        seen = policy.units_seen(actor, house.organisation(office.local_day(now)))
        wanted = select(Case).where(_visible(seen), *_conditions(filters, now))
        total = session.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
        pages = max(1, -(-total // PAGE))
        number = min(max(1, number), pages)
        cases = session.scalars(_ordered(wanted).limit(PAGE).offset((number - 1) * PAGE))
        rows = [Row(case, _title(session, case), house.unit_title(case.unit), is_late(case, now)) for case in cases]
        procedures = [(slug, Text(several[-1].title_vi, several[-1].title_en))
                      for slug, several in sorted(house.versions.items())]
        return Page(rows, total, number, pages, procedures, [(unit, house.unit_title(unit)) for unit in sorted(seen)])


def every(actor: Actor, filters: Filters, now: datetime) -> Sequence[Row]:
    """Give all cases the actor may see, newest first, at most `MOST_EXPORTED`: what a list exports."""
    with database.reading() as session:
        house = office.current(session)
        seen = policy.units_seen(actor, house.organisation(office.local_day(now)))
        wanted = select(Case).where(_visible(seen), *_conditions(filters, now))
        return [Row(case, _title(session, case), house.unit_title(case.unit), is_late(case, now))
                for case in session.scalars(_ordered(wanted).limit(MOST_EXPORTED))]


def _ordered(wanted: Select[Any]) -> Select[Any]:
    return wanted.order_by(_c.filed_at.desc(), _c.code.desc())


def _title(session: Session, case: Case) -> Text:
    version = office.current(session).by_id[case.version_id]
    return Text(version.title_vi, version.title_en)


def is_late(case: Case, now: datetime) -> bool:
    """Tell whether a case is past its due time, or was when its processing ended."""
    return case.verdict == "late" or (case.ended_at is None and case.due_at is not None and now > case.due_at)


def _visible(seen: frozenset[str]) -> ColumnElement[bool]:
    units = sorted(seen)
    consulted = select(task_table.c.id).where(task_table.c.case_id == _c.id, task_table.c.unit.in_(units)).exists()
    offered = select(hand_off_table.c.id).where(
        hand_off_table.c.case_id == _c.id, hand_off_table.c.to_unit.in_(units)).exists()
    return or_(_c.unit.in_(units), _c.competent.in_(units), consulted, offered)


def _conditions(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for column, value in ((_c.procedure, filters.procedure), (_c.status, filters.status)):
        if value:
            found.append(column == value)
    if filters.unit:
        found.append(or_(_c.unit == filters.unit, _c.competent == filters.unit))
    if filters.lateness:
        late = or_(_c.verdict == "late", and_(_c.ended_at.is_(None), _c.due_at < now))
        found.append(late if filters.lateness == "late" else ~func.coalesce(late, False))
    if filters.filed_from:
        found.append(_c.filed_at >= _midnight(filters.filed_from))
    if filters.filed_to:
        found.append(_c.filed_at < _midnight(filters.filed_to + timedelta(days=1)))
    if filters.words:
        found.append(or_(_c.code.contains(filters.words.upper(), autoescape=True),
                         _c.words.contains(searchable(filters.words), autoescape=True)))
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=office.ZONE)


def facts(row: Row, language: str) -> dict[str, Any]:
    """Give a row as a JSON object."""
    case = row.case
    return {"code": case.code, "procedure": case.procedure, "title": row.title.to(language), "unit": case.unit,
            "applicant": case.applicant, "status": str(case.status), "filed_at": case_view.moment(case.filed_at),
            "due_at": case_view.moment(case.due_at), "late": row.late, "verdict": case.verdict}
