"""One task for those who may see its case: its form, its choices, what is filled in beforehand, case and clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.case import Case, Task
from engine.domain.errors import CaseNotFound, TaskNotFound
from engine.domain.people import Actor
from engine.procedures import form_plain, forms
from engine.procedures.procedure import Procedure
from engine.queries import case_file, case_view, clock_view, office, roots
from engine.queries.case_file import Found
from engine.storage import database
from engine.storage.tables import task_table


def find(session: Session, task_id: UUID, actor: Actor, now: datetime) -> tuple[Case, Task]:
    """Load a task and its case for an actor who may see the case.

    Raises:
        TaskNotFound: there is none, or the actor may not know of it.
    """
    case_id = session.execute(select(task_table.c.case_id).where(
        task_table.c.root.in_(roots.of_actor(session, actor, now)), task_table.c.id == task_id)).scalar()
    if case_id is None:
        raise TaskNotFound(str(task_id))
    try:
        case = case_file.find(session, str(case_id), actor, now)
    except CaseNotFound:
        raise TaskNotFound(str(task_id)) from None
    return case, next(task for task in case.tasks if task.id == task_id)


def read(task_id: UUID, actor: Actor, now: datetime, language: str) -> Found:
    """Give a task with everything a client needs to do it.

    Raises:
        TaskNotFound: as in `find`.
    """
    with database.reading() as session:
        case, task = find(session, task_id, actor, now)
        loaded = office.procedure_of(session, case.version_id)
        return Found(case.id, case.root, {
            **case_view.task_facts(loaded, case, task, language),
            "may_do": task.open_to(actor) and not task.status.over,
            **_form(loaded, case, task, language), "clock": clock_view.facts(session, case, language),
            "case": case_view.case_facts(session, case, language)})


def _form(loaded: Procedure, case: Case, task: Task, language: str) -> dict[str, Any]:
    form = loaded.form_of(case_view.step_of(loaded, task)) or forms.empty(task.key)
    return {"form": form_plain.plain(form, loaded.texts, language), "outcomes": form_plain.outcomes(form, language),
            "prefill": forms.prefilled(form, case.data)}
