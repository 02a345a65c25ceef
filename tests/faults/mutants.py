"""The product without one of its guards: what a run and a play must notice. Nothing else may replace our own code.

Each mutant takes out one guard wholly: where two stand for one promise (the row version of a case, and the key of its
next event), both go, for the second alone would keep it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, event, select
from sqlalchemy.orm import Session

from engine.domain.case import Case, Task
from engine.domain.office import Job
from engine.jobs import queue
from engine.services import held_jobs, holding, messages, start_timers
from engine.services.receipts import Receipt
from engine.storage import database
from engine.storage.tables import job_table

SHORT = timedelta(seconds=3)


@contextmanager
def without(name: str) -> Iterator[None]:
    """Take out the guard of this name, and put it back at the end."""
    with ExitStack() as kept:
        for part in GUARDS[name]:
            kept.enter_context(part())
        yield


def take_out(name: str) -> None:
    """Take out the guard of this name for the rest of the process; leases are short, so that one runs out soon."""
    queue.LEASE = SHORT
    for part in GUARDS[name]:
        part().__enter__()


@contextmanager
def _instead(place: object, name: str, other: Any) -> Iterator[None]:
    """Let something else stand in the place of a guard; it must be there."""
    before = getattr(place, name)
    setattr(place, name, other)
    try:
        yield
    finally:
        setattr(place, name, before)


@contextmanager
def _said(change: Callable[[str], str]) -> Iterator[None]:
    """Change every statement on its way to the database."""
    def say(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> Any:
        return change(statement), parameters
    event.listen(Engine, "before_cursor_execute", say, retval=True)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", say)


def _any_version(statement: str) -> str:
    """Write a case whatever was written since it was read, and pass over an event whose number is taken."""
    if statement.startswith("UPDATE cases"):
        return re.sub(r"cases\.row_version = (\S+)", r"(cases.row_version = \1 OR 1=1)", statement)
    return f"{statement} ON CONFLICT DO NOTHING" if statement.startswith("INSERT INTO audit_event") else statement


@contextmanager
def _unforced() -> Iterator[None]:
    """Let the database say that it committed before what it committed is on disk."""
    def loosen(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
        connection.commit()
    event.listen(Engine, "connect", loosen)
    try:
        yield
    finally:
        event.remove(Engine, "connect", loosen)


def _no_receipt(*_: object) -> bool:
    return False


def _unfenced(session: Session, job: Job) -> Case:
    """Give the case of a job to whoever ever claimed it."""
    return holding.case_by_id(session, job.case_id, job.root)


def _finished(session: Session, job: Job) -> bool:
    session.execute(delete(job_table).where(job_table.c.id == job.id))
    return True


def _taken_off(now: datetime, most: int = 10) -> list[Job]:
    """Take due jobs off the queue before they are done."""
    with database.transaction() as session:
        jobs = list(session.scalars(select(Job).where(job_table.c.due <= now).order_by(job_table.c.due).limit(most)))
        session.execute(delete(job_table).where(job_table.c.id.in_([job.id for job in jobs])))
        session.expunge_all()
        return jobs


def _moved(session: Session, timer: Any, following: Any) -> bool:
    _MOVED(session, timer, following)
    return True


_MOVED = start_timers._moved
Part = Callable[[], Any]
GUARDS: dict[str, tuple[Part, ...]] = {
    "version": (lambda: _said(_any_version),),
    "key": (lambda: _instead(Receipt, "recall", _no_receipt), lambda: _instead(Receipt, "keep", _no_receipt)),
    "fence": (lambda: _instead(held_jobs, "_locked", _unfenced), lambda: _instead(queue, "hold", lambda *_: True),
              lambda: _instead(queue, "finish", _finished)),
    "receipt": (lambda: _instead(queue, "claim", _taken_off), lambda: _instead(held_jobs, "_locked", _unfenced),
                lambda: _instead(queue, "hold", lambda *_: True), lambda: _instead(queue, "finish", _finished)),
    "timer": (lambda: _instead(start_timers, "_moved", _moved),),
    "durable": (_unforced,),
    "claim": (lambda: _instead(Task, "refuse_unless_free", lambda *_: None),),
    "message": (lambda: _instead(messages, "_taken", lambda *_: False),
                lambda: _instead(messages, "_note", lambda *_: None)),
}
