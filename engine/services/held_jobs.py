"""What the jobs of a case have in common: the case is held while one is done, and halts when one cannot be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import workflow
from engine.domain.case import Case, CaseStatus
from engine.domain.errors import Halted
from engine.domain.office import Job
from engine.domain.people import SYSTEM, Actor
from engine.jobs import queue
from engine.queries import office
from engine.services import course, holding, incidents
from engine.services.ground import waiting_at
from engine.services.receipts import Receipt
from engine.storage.tables import case_table, job_table

_HALT = timedelta(hours=1)


def held(session: Session, job: Job, now: datetime) -> Case | None:
    """Load the case of a job still the caller's; a halted case lets its jobs wait, one that is over ends them."""
    case = _locked(session, job)
    if case is None:
        return None
    if case.status is CaseStatus.HALTED:
        queue.postpone(session, job, now + _HALT)
        return None
    if case.status.over:
        queue.finish(session, job)
        return None
    return case


def held_to_the_end(session: Session, job: Job, now: datetime) -> Case | None:
    """Load the case of a job still the caller's that is done even when the case is over, unless an Incident waits."""
    case = _locked(session, job)
    if case is None:
        return None
    if case.status is CaseStatus.HALTED or (case.status.over and incidents.open_on(session, case) is not None):
        queue.postpone(session, job, now + _HALT)
        return None
    return case


def _locked(session: Session, job: Job) -> Case | None:
    """Load a case by one of its jobs, both locked, where the job is still the caller's.

    The case is locked before its jobs, as people's acts do it, so that the two never wait for each other; its tasks are
    read after that, so that they are as it is.
    """
    row = session.execute(_case_of_job(), {"root": job.root, "job": job.id, "fence": job.fence}).first()
    if row is None:
        return None
    office.at(session, row.office)
    case: Case = row[0]
    return holding.with_open_tasks(session, case)


@cache
def _case_of_job() -> Any:
    """Say once how a case, its job and the stamp of the office are read in one statement."""
    columns = job_table.c
    return (select(Case, office.SEQ.label("office"))
            .join(job_table, (columns.root == case_table.c.root) & (columns.case_id == case_table.c.id))
            .where(columns.root == bindparam("root"), columns.id == bindparam("job"),
                   columns.fence == bindparam("fence"))
            .with_for_update(of=[case_table, job_table]))


def halt(session: Session, job: Job, reason: Halted, act: Mapping[str, Any], now: datetime) -> None:
    """Turn a job that cannot be done into an Incident of its case, and put it off."""
    halt_case(session, holding.case_by_id(session, job.case_id, job.root), reason, act, now)
    queue.postpone(session, job, now + _HALT)


def halt_case(session: Session, case: Case, reason: Halted, act: Mapping[str, Any], now: datetime) -> None:
    """Raise an Incident on a case as it is stored, whatever was done to it in memory."""
    known = case.id, case.root
    session.expire(case)
    incidents.raise_on(session, holding.case_by_id(session, *known), reason, act, SYSTEM, now)


def advance_by(session: Session, case: Case, place: str, answer: Mapping[str, Any], actor: Actor, now: datetime,
               action: str, job: Job | None = None, receipt: Receipt | None = None,
               about: Mapping[str, Any] | None = None) -> Halted | None:
    """Give what waits in a place its answer (`service.answered`) or message (`message.received`) and let the case go
    on; give the reason where that halted it instead. `about` are further facts of the event: `taken` is what was
    pending until now."""
    ground, before = holding.ground_of(session, case), dict(case.pending)
    definition, said = ground.procedure.definition, dict(about or {})
    wait = waiting_at(workflow.look(definition, case.state), place)
    verb = workflow.answer if action == "service.answered" else workflow.deliver
    try:
        position = verb(definition, case.state, wait.id, answer, now)
        result = course.move(case, ground, position, now, answered=place, taken=said.get("taken"))
    except Halted as reason:
        halt_case(session, case, reason, {"place": place, "answer": dict(answer), **said}, now)
        if job is not None:
            queue.postpone(session, job, now + _HALT)
        return reason
    before_again = {name: due for name, due in before.items() if name != f"service:{place}"}
    if job is not None:
        queue.finish(session, job)
    holding.store(session, case, before_again, actor, now, action,
                  {**said, "place": place, "answer": dict(answer), "result": result}, receipt)
    return None
