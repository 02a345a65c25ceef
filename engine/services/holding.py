"""Loading a case to act on it, and writing what the act did: rows, event, jobs, answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid5

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from engine.domain import audit
from engine.domain.case import Case, Task
from engine.domain.errors import CaseChanged, CaseNotFound, TaskNotFound
from engine.domain.office import Job
from engine.domain.people import Actor
from engine.queries import office
from engine.services.course import Ground
from engine.services.receipts import Receipt
from engine.storage.tables import case_table, job_table, task_table

T = TypeVar("T")
_OVER = ("completed", "cancelled")


def case_of_task(session: Session, task_id: UUID) -> tuple[Case, Task]:
    """Load a task and its case with the tasks still open.

    Raises:
        TaskNotFound: no task has this id.
    """
    row = session.execute(select(Case, Task).join(Task, task_table.c.case_id == case_table.c.id)
                          .where(task_table.c.id == task_id)).first()
    if row is None:
        raise TaskNotFound(str(task_id))
    case, task = row
    return _with_open_tasks(session, case), task


def case_by_code(session: Session, code: str) -> Case:
    """Load a case by its code with the tasks still open.

    Raises:
        CaseNotFound: no case has this code.
    """
    return _found(session, session.scalars(select(Case).where(case_table.c.code == code)).first(), code)


def case_by_id(session: Session, case_id: UUID) -> Case:
    """Load a case by its id with the tasks still open.

    Raises:
        CaseNotFound: no case has this id.
    """
    return _found(session, session.get(Case, case_id), str(case_id))


def _found(session: Session, case: Case | None, name: str) -> Case:
    if case is None:
        raise CaseNotFound(name)
    return _with_open_tasks(session, case)


def _with_open_tasks(session: Session, case: Case) -> Case:
    tasks = session.scalars(select(Task).where(task_table.c.case_id == case.id, task_table.c.status.not_in(_OVER)))
    set_committed_value(case, "tasks", list(tasks))
    return case


def ground_of(session: Session, case: Case) -> Ground:
    """Give what the case stands on: its pinned version and the calendars of the office."""
    return Ground(office.procedure_of(session, case.version_id), office.current(session).calendars)


def store(session: Session, case: Case, before: Mapping[str, str], actor: Actor, now: datetime, action: str,
          facts: Mapping[str, Any], receipt: Receipt | None = None) -> None:
    """Chain the event of an act and write it with the jobs it brings or ends and the answer it gives."""
    event = case.record(action, actor, now, facts)
    session.flush()         # the case first: its row version tells a lost race before any other row is written
    session.add(event)
    if receipt is not None:
        receipt.keep(session, case, now)        # rendered before the first write, so not under the write lock
    _schedule(session, case, before)


def _schedule(session: Session, case: Case, before: Mapping[str, str]) -> None:
    """Bring the job rows of a case to what it is waiting for; an unchanged wait costs no statement."""
    if before == case.pending:
        return
    gone = [name for name, due in before.items() if case.pending.get(name) != due]
    for name in gone:
        kind, _, key = name.partition(":")
        session.execute(delete(job_table).where(job_table.c.case_id == case.id, job_table.c.kind == kind,
                                                job_table.c.key == key))
    for name, due in case.pending.items():
        if before.get(name) != due:
            kind, _, key = name.partition(":")
            session.add(Job(uuid5(case.id, f"{case.seq}:{name}"), kind, case.id, key, audit.instant(due)))


def once_more(act: Callable[[], T]) -> T:
    """Do an act; when the case moved on in between, do it once more on what is there now.

    Raises:
        CaseChanged: it moved on again.
    """
    try:
        return act()
    except CaseChanged:
        return act()
