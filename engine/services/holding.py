"""Loading a case to act on it, and writing what the act did: rows, event, jobs, answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID, uuid5

import orjson
from sqlalchemy import BindParameter, bindparam, delete, insert, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from engine.domain import audit
from engine.domain.case import Case, Task
from engine.domain.errors import CaseChanged, CaseNotFound, Conflict, TaskNotFound
from engine.domain.office import Job
from engine.domain.people import Actor
from engine.jobs import dispatch
from engine.queries import handed_over, office, roots
from engine.services.ground import Ground
from engine.services.receipts import Receipt
from engine.storage import saving
from engine.storage.tables import audit_event_table, case_table, job_table, task_table

T = TypeVar("T")
_OVER = ("completed", "cancelled")
_EVENT = insert(audit_event_table)
_EVENT_COLUMNS = tuple(audit_event_table.c.keys())


def case_of_task(session: Session, task_id: UUID, actor: Actor, now: datetime) -> tuple[Case, Task]:
    """Load a task and its case with the tasks still open, from under the roots of who acts.

    Raises:
        TaskNotFound: no task has this id, or it is of another province.
    """
    presumed = roots.presumed(session, actor, now)
    rows = session.execute(_with_its_tasks(), {"task": task_id, "roots": presumed}).all()
    if not rows and presumed != (known := roots.of_actor(session, actor, now)):
        rows = session.execute(_with_its_tasks(), {"task": task_id, "roots": known}).all()
    if not rows:
        raise TaskNotFound(str(task_id))
    office.at(session, rows[0].office)
    tasks = [row[1] for row in rows]
    case = rows[0][0]
    set_committed_value(case, "tasks", [task for task in tasks if not task.status.over])
    return case, next(task for task in tasks if task.id == task_id)


@cache
def _with_its_tasks() -> Any:
    """Say once how the case of a task is read, with its open tasks and the stamp of the office, in one statement."""
    roots_known: BindParameter[Any] = bindparam("roots", expanding=True)
    case_id = select(task_table.c.case_id).where(
        task_table.c.root.in_(roots_known), task_table.c.id == bindparam("task")).scalar_subquery()
    return (select(Case, Task, office.SEQ.label("office"))
            .join(Task, (task_table.c.root == case_table.c.root) & (task_table.c.case_id == case_table.c.id))
            .where(case_table.c.root.in_(roots_known), case_table.c.id == case_id,
                   or_(task_table.c.status.not_in(_OVER), task_table.c.id == bindparam("task"))))


def case_by_code(session: Session, code: str, under: Sequence[str] | None = None) -> Case:
    """Load a case by its code with the tasks still open; `under` are the roots of who asks (None: all).

    Raises:
        CaseNotFound: no case has this code.
    """
    return _found(session, roots.case_by_code(session, code, under), code)


def case_by_id(session: Session, case_id: UUID, root: str) -> Case:
    """Load a case by its id and root with the tasks still open.

    Raises:
        CaseNotFound: no case has this id.
    """
    return _found(session, session.get(Case, (root, case_id)), str(case_id))


def _found(session: Session, case: Case | None, name: str) -> Case:
    if case is None:
        raise CaseNotFound(name)
    return with_open_tasks(session, case)


def with_open_tasks(session: Session, case: Case) -> Case:
    """Read the tasks of a case that are still open, and give the case."""
    tasks = session.scalars(select(Task).where(
        task_table.c.root == case.root, task_table.c.case_id == case.id, task_table.c.status.not_in(_OVER)))
    set_committed_value(case, "tasks", list(tasks))
    return case


def ground_of(session: Session, case: Case) -> Ground:
    """Give what the case stands on: its pinned version and the calendars of the office; its hand-offs are read."""
    handed_over.load(session, case)
    return Ground(office.procedure_of(session, case.version_id), office.current(session).calendars)


def code_of(session: Session, under: Sequence[str], case_id: UUID) -> str:
    """Give the code of a case that lies under one of these roots."""
    code: str = session.execute(select(case_table.c.code).where(
        case_table.c.root.in_(under), case_table.c.id == case_id)).scalar_one()
    return code


def told(session: Session, under: Sequence[str], stream: UUID, seq: int) -> dict[str, Any]:
    """Give the facts of one AuditEvent of a stream under one of these roots: where what was sent or came early is
    kept, so that nobody can change it."""
    body: bytes = session.execute(select(audit_event_table.c.body).where(
        audit_event_table.c.root.in_(under), audit_event_table.c.stream == stream,
        audit_event_table.c.seq == seq)).scalar_one()
    return read_facts(body)


def read_facts(body: bytes) -> dict[str, Any]:
    """Read the facts of an AuditEvent from its stored bytes."""
    facts: dict[str, Any] = orjson.loads(body)
    return facts


def store(session: Session, case: Case, before: Mapping[str, str], actor: Actor, now: datetime, action: str,
          facts: Mapping[str, Any], receipt: Receipt | None = None) -> None:
    """Chain the event of an act and write it with the jobs it brings or ends and the answer it gives."""
    event = case.record(action, actor, now, facts)
    if receipt is not None:
        receipt.write(session, case)    # before the first write, so not under the write lock
    if case in session.new:
        session.flush()
    else:
        saving.save(session, case)      # first: its row version tells a lost race before any other row is written
    session.connection().execute(_EVENT, {name: getattr(event, name) for name in _EVENT_COLUMNS})
    if receipt is not None:
        receipt.keep(session, case.root, now)
    _schedule(session, case, before, now)


def _schedule(session: Session, case: Case, before: Mapping[str, str], now: datetime) -> None:
    """Bring the job rows of a case to what it is waiting for; an unchanged wait costs no statement."""
    if before == case.pending:
        return
    gone = [name for name, due in before.items() if case.pending.get(name) != due]
    for name in gone:
        kind, _, key = name.partition(":")
        session.execute(delete(job_table).where(job_table.c.root == case.root, job_table.c.case_id == case.id,
                                                job_table.c.kind == kind, job_table.c.key == key))
    fresh = []
    for name, due in case.pending.items():
        if before.get(name) != due:
            kind, _, key = name.partition(":")
            fresh.append(Job(uuid5(case.id, f"{case.seq}:{name}"), case.root, kind, case.id, key, audit.instant(due)))
    session.add_all(fresh)
    dispatch.current().announce(session, fresh, now)


def once_more(act: Callable[[], T], receipt: Receipt | None = None, tries: int = 1) -> T:
    """Do an act; when the case moved on in between, do it once more on what is there now, or as often as `tries` says.

    A refused act whose request carried a key is looked at once more too: the one that was faster may have been this
    very request, sent twice, and then its answer is recalled.

    Raises:
        Conflict: it moved on again, or somebody else was faster.
    """
    for _ in range(tries):
        try:
            return act()
        except CaseChanged:
            continue
        except Conflict:
            if receipt is None or receipt.key is None:
                raise
            break
    return act()
