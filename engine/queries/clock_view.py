"""The clock of a case reckoned anew from its pinned version and calendar, for pages and the API."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine import workflow
from engine.domain import case_clock
from engine.domain.case import Case
from engine.domain.case_clock import Rules
from engine.domain.clock import Reckoning
from engine.queries import case_view, office


def rules_of(session: Session, case: Case) -> Rules:
    """Give what the clock of a case is computed from: as pinned at filing."""
    loaded = office.procedure_of(session, case.version_id)
    calendars = office.current(session).calendars
    calendar = case_clock.calendar_for(case, case.units["competent"], calendars)
    return Rules(loaded.definition.deadlines, calendar,
                 lambda expression: workflow.holds(expression, case.data))


def reckoning_of(session: Session, case: Case) -> Reckoning | None:
    """Give the statutory clock of a case with its arithmetic, or None where the diagram declares none."""
    return case_clock.reckon(case, rules_of(session, case))


def facts(session: Session, case: Case, language: str) -> dict[str, Any]:
    """Give the clock as a JSON object: its times with offset, and one line for each day it walked over."""
    reckoning = reckoning_of(session, case)
    lines = [line.to_data(language) for line in reckoning.lines] if reckoning is not None else []
    return {"received_at": case_view.moment(case.received_at), "due_at": case_view.moment(case.due_at),
            "promised_at": case_view.moment(case.promised_at), "norm_due_at": case_view.moment(case.norm_due_at),
            "remaining_minutes": case.remaining, "lines": lines}
