"""What a case stands on while it moves: its pinned procedure and calendars, and what the steps of a diagram mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import workflow
from engine.domain import case_clock, roles
from engine.domain.calendar import WorkCalendar
from engine.domain.case import Case
from engine.domain.case_clock import Rules
from engine.domain.people import APPLICANT, RECEIVING_OFFICER
from engine.procedures.procedure import Procedure
from engine.workflow import Definition, Position, Step, Waiting


@dataclass(frozen=True, slots=True)
class Ground:
    """What a case stands on while it moves: its pinned procedure and the calendars pinned at filing, by reference."""

    procedure: Procedure
    calendars: Mapping[str, WorkCalendar]

    def calendar(self, case: Case, unit: str) -> WorkCalendar:
        """Give the calendar of a unit as pinned by the case, with what was closed in it."""
        return case_clock.calendar_for(case, unit, self.calendars)

    def rules(self, case: Case) -> Rules:
        """Give what the case's clock is computed from."""
        return Rules(self.procedure.definition.deadlines, self.calendar(case, case.units["competent"]),
                     lambda expression: workflow.holds(expression, case.data))


def role_of(step: Step) -> str:
    """Give the role that may do a step: as assigned, else as its lane says."""
    if step.assignment is not None:
        return step.assignment.role
    return roles.named(step.lane) if step.lane else RECEIVING_OFFICER


def unit_word(step: Step) -> str:
    """Give which unit a step belongs to: as assigned; the applicant and the receiving officer are at the counter."""
    if step.assignment is not None and step.assignment.unit is not None:
        return step.assignment.unit
    return "receiving" if role_of(step) in (APPLICANT, RECEIVING_OFFICER) else "competent"


def place_of(path: tuple[str, ...], key: str) -> str:
    """Give a step with the call activities above it, `call/step`."""
    return "/".join((*path, key))


def outcome_in(answers: Mapping[str, Any]) -> str | None:
    """Give the outcome that a submission or an answer names, if any."""
    value = answers.get("outcome")
    return value if isinstance(value, str) else None


def clock_declared(procedure: Procedure) -> bool:
    """Tell whether any step of the procedure starts the clock."""
    return any(step.clock is not None and step.clock.starts is not None
               for step in procedure.definition.steps.values())


def waiting_at(position: Position, place: str) -> Waiting:
    """Give what waits in a place.

    Raises:
        KeyError: nothing waits there.
    """
    for wait in position.waiting:
        if place_of(wait.path, wait.key) == place and wait.kind != "user":
            return wait
    raise KeyError(place)


def awaited(definition: Definition, position: Position) -> list[frozenset[str]]:
    """Give the names by which each step that waits for a message goes: the message, and the step itself."""
    return [names_of(definition, wait) for wait in position.waiting if wait.kind == "receive"]


def names_of(definition: Definition, wait: Waiting) -> frozenset[str]:
    """Give the names by which a waiting step is given its message: the message's, its own, and its place."""
    step = definition.step(wait.path, wait.key)
    return frozenset({step.message or wait.key, wait.key, place_of(wait.path, wait.key)})


def waiting_for(definition: Definition, position: Position, message: str) -> Waiting | None:
    """Give the first step that waits for a message, if any."""
    return next((wait for wait in position.waiting
                 if wait.kind == "receive" and message in names_of(definition, wait)), None)
