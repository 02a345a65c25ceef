"""Calendars for those who keep them: every one with its source and units, one year of it, and its versions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain import calendar_year
from engine.domain.calendar import WorkCalendar, sessions_to_data
from engine.domain.calendar_year import Day
from engine.domain.errors import InvalidInput
from engine.domain.office import CalendarVersion
from engine.domain.people import Unit
from engine.domain.text import Text
from engine.queries import case_view, office
from engine.queries.office import Office
from engine.storage import database
from engine.storage.tables import calendar_table


@dataclass(frozen=True, slots=True)
class Entry:
    """One calendar: its newest version, on which one it lies, and the units that work by it today, at any depth."""

    calendar: WorkCalendar
    base: str | None
    units: tuple[Unit, ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a calendar in its history."""

    number: int
    source: str
    reason: str
    effective_from: date | None
    at: datetime
    changed: int


@dataclass(frozen=True, slots=True)
class Year:
    """One year of a calendar: the days that are other than their weekday, the working days of each month, and all its
    versions, the newest first."""

    calendar: WorkCalendar
    base: str | None
    units: tuple[Unit, ...]
    year: int
    days: tuple[Day, ...]
    months: tuple[int, ...]
    editions: tuple[Edition, ...]


def every(now: datetime) -> list[Entry]:
    """Give all calendars by name, those without a unit too."""
    with database.reading() as session:
        house, day = office.current(session), office.local_day(now)
        found = []
        for name in sorted(house.newest):
            kept = _versions(session, name)[0]
            found.append(Entry(WorkCalendar.from_data(kept.body), kept.body.get("base"),
                               _users(house, name, day), kept.created_at))
        return found


def read(name: str, year: int, now: datetime) -> Year:
    """Give one year of a calendar.

    Raises:
        InvalidInput: there is no calendar of this name.
    """
    with database.reading() as session:
        house, kept = office.current(session), _versions(session, name)
        if not kept:
            raise InvalidInput(Text(f"Không có lịch «{name[:64]}».", f"There is no calendar “{name[:64]}”."))
        calendar = WorkCalendar.from_data(kept[0].body)
        return Year(calendar, kept[0].body.get("base"), _users(house, name, office.local_day(now)), year,
                    tuple(calendar_year.year_of(calendar, year)), tuple(calendar_year.working_days(calendar, year)),
                    tuple(_editions(kept)))


def _versions(session: Session, name: str) -> list[CalendarVersion]:
    return list(session.scalars(select(CalendarVersion).where(calendar_table.c.id == name)
                                .order_by(calendar_table.c.version.desc())))


def _users(house: Office, name: str, day: date) -> tuple[Unit, ...]:
    units = house.organisation(day).units
    return tuple(unit for _, unit in sorted(units.items())
                 if house.calendar_of(unit.id, day).rpartition("@")[0] == name)


def _editions(kept: list[CalendarVersion]) -> Iterable[Edition]:
    for place, one in enumerate(kept):
        older = WorkCalendar.from_data(kept[place + 1].body) if place + 1 < len(kept) else None
        changed = len(calendar_year.changes(older, WorkCalendar.from_data(one.body))) if older is not None else 0
        since = one.body.get("effective_from")
        yield Edition(one.version, one.source, str(one.body.get("reason", "")),
                      date.fromisoformat(since) if since else None, one.created_at, changed)


def facts(entry: Entry) -> dict[str, Any]:
    """Give a calendar of the list as a JSON object."""
    return {"id": entry.calendar.id, "version": entry.calendar.version, "source": entry.calendar.source,
            "base": entry.base, "units": [unit.id for unit in entry.units], "since": case_view.moment(entry.since)}


def year_facts(found: Year, language: str) -> dict[str, Any]:
    """Give one year of a calendar as a JSON object."""
    calendar = found.calendar
    return {"id": calendar.id, "version": calendar.version, "source": calendar.source, "base": found.base,
            "units": [unit.id for unit in found.units], "year": found.year,
            "week": [sessions_to_data(sessions) for sessions in calendar.week], "first_day": calendar.first_day,
            "cut_off": calendar.cut_off, "working_days": list(found.months),
            "days": [{"day": one.day.isoformat(), "kind": one.kind, "sessions": sessions_to_data(one.rule.sessions),
                      "reason": one.rule.text.to(language)} for one in found.days],
            "versions": [{"version": one.number, "source": one.source, "reason": one.reason,
                          "effective_from": one.effective_from.isoformat() if one.effective_from else None,
                          "at": case_view.moment(one.at)} for one in found.editions]}
