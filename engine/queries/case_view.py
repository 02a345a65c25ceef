"""A case and its tasks as JSON objects of the API: names in a language, instants as RFC 3339 with offset."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy.orm import Session

from engine.domain.case import Case, Task
from engine.domain.handoff import HandOff
from engine.procedures.procedure import Procedure
from engine.queries import handed_over, office
from engine.workflow import Step


def moment(instant: datetime | None) -> str | None:
    """Write an instant as local time of the office with its offset, whole seconds."""
    return instant.astimezone(office.ZONE).isoformat(timespec="seconds") if instant is not None else None


def case_facts(session: Session, case: Case, language: str) -> dict[str, Any]:
    """Give a case with its open tasks and all its hand-offs; the case must have the tasks loaded."""
    loaded = office.procedure_of(session, case.version_id)
    version = office.current(session).by_id[case.version_id]
    return {
        "id": case.id.hex, "code": case.code, "procedure": case.procedure, "version": version.number,
        "title": loaded.title.to(language), "unit": case.unit, "applicant": case.applicant, "origin": case.origin,
        "status": str(case.status), "filed_at": moment(case.filed_at), "received_at": moment(case.received_at),
        "due_at": moment(case.due_at), "promised_at": moment(case.promised_at), "ended_at": moment(case.ended_at),
        "closed_at": moment(case.closed_at), "outcome": case.outcome, "verdict": case.verdict,
        "remaining_minutes": case.remaining, "data": case.data,
        "tasks": [task_facts(loaded, case, task, language) for task in case.open_tasks()],
        "accountable_unit": handed_over.accountable(session, case),
        "handoffs": [named_hand_off(one, loaded.name_of(handed_over.step_of(loaded, one)).to(language))
                     for one in handed_over.load(session, case)],
    }


def writer(language: str) -> Callable[[Session, Case], bytes]:
    """Give the function that writes a case as the JSON bytes of an answer in a language."""
    return lambda session, case: orjson.dumps(case_facts(session, case, language))


def task_facts(loaded: Procedure, case: Case, task: Task, language: str) -> dict[str, Any]:
    """Give a task of a case with its name in a language."""
    return named_task(task, loaded.name_at(step_of(loaded, task), task.calls, case.data).to(language))


def step_of(loaded: Procedure, task: Task) -> Step:
    """Give the step of the diagram that a task is of."""
    return loaded.definition.step(task.calls, task.key)


def named_task(task: Task, name: str) -> dict[str, Any]:
    """Give a task under a name that is already in the language."""
    return {"id": task.id.hex, "key": task.key, "path": task.path, "ordinal": task.ordinal,
            "name": name, "role": task.role, "unit": task.unit, "holder": task.holder,
            "due_at": moment(task.due_at), "status": str(task.status), "opened_at": moment(task.opened_at),
            "completed_at": moment(task.completed_at), "outcome": task.outcome}


def named_hand_off(one: HandOff, name: str) -> dict[str, Any]:
    """Give a hand-off under a name that is already in the language."""
    return {"id": one.id.hex, "place": one.place, "ordinal": one.ordinal, "name": name, "from_unit": one.from_unit,
            "to_unit": one.to_unit, "accountable_unit": one.accountable, "status": str(one.status), "open": one.open,
            "offered_at": moment(one.offered_at), "acknowledge_by": moment(one.acknowledge_by),
            "due_at": moment(one.due_at), "answered_at": moment(one.answered_at), "answered_by": one.answered_by,
            "reason": one.reason, "alarmed_at": moment(one.alarmed_at), "ended_at": moment(one.ended_at)}
