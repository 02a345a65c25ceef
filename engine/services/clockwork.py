"""What moves the clock of a case beside its flow: an extension, a corrected calendar, a closure.

The same functions serve the office and the replay: they take everything by argument, write nothing, and give the facts
of the act, which become the `result` of the AuditEvent. Who may do it, and in which transaction, lives in `extensions`
and `corrections`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from engine.domain import audit, case_clock, clock
from engine.domain.calendar import DayRule, read_sessions, sessions_to_data, to_local, to_utc
from engine.domain.case import Case, path_of
from engine.domain.period import Period
from engine.services import course, openings
from engine.services.ground import Ground

Days = Mapping[date, DayRule]


def extend(case: Case, ground: Ground, by: Period, why: str, now: datetime) -> dict[str, Any]:
    """Let the limit of a case grow; the date once promised stays until the applicant is told another."""
    return _followed(case, ground, lambda: case_clock.extend(case, by, why, now))


def follow_calendars(case: Case, ground: Ground, calendars: Mapping[str, str]) -> dict[str, Any]:
    """Let a case work by other versions of its calendars (`unit` → `calendar@version`)."""
    return _followed(case, ground, lambda: setattr(case, "calendars", {**case.calendars, **calendars}))


def close(case: Case, ground: Ground, days: Days, units: Iterable[str]) -> dict[str, Any]:
    """Let dates be other than the calendar says for some units of a case."""
    return _followed(case, ground, lambda: case_clock.close(case, days, units))


def _followed(case: Case, ground: Ground, change: Callable[[], None]) -> dict[str, Any]:
    """Change the clock of a case; due times of the case and of its open tasks, limits of suspensions that are under
    way, and the verdict follow. A limit of a suspension that began goes by the calendar as the clock does."""
    before, dues = course.fields_of(case), openings.due_times(case, ground)
    change()
    moved = openings.move_due_times(case, ground, dues)
    case.pending = {**case.pending, **_limits(case, ground)}
    case_clock.recompute(case, ground.rules(case))
    return {"case": course.changed_since(case, before), "renewed": moved}


def _limits(case: Case, ground: Ground) -> dict[str, str]:
    """Give when the limits of open suspensions run out, under the names of their jobs."""
    found = {}
    for event in case.clock:
        name = f"limit:{event.get('place')}"
        if event["type"] != "suspend" or event["to"] is not None or name not in case.pending:
            continue
        *path, key = path_of(event["place"])
        rule = ground.procedure.definition.step(tuple(path), key).suspends
        if rule is not None and rule.limit is not None:
            calendar = ground.calendar(case, case.units["competent"])
            asked = to_local(calendar, audit.instant(event["from"]))
            found[name] = audit.stamp(to_utc(calendar, clock.suspension_limit(calendar, asked, rule.limit)))
    return found


def days_to_data(days: Days) -> list[dict[str, Any]]:
    """Write dated rules as they stand in an event."""
    return [{"day": day.isoformat(), "sessions": sessions_to_data(rule.sessions), "reason": rule.reason}
            for day, rule in sorted(days.items())]


def days_from_data(data: Iterable[Mapping[str, Any]]) -> dict[date, DayRule]:
    """Read what `days_to_data` wrote.

    Raises:
        InvalidInput, KeyError, ValueError: it was not written by it.
    """
    return {date.fromisoformat(one["day"]): DayRule(read_sessions(one["sessions"]), one["reason"]) for one in data}
