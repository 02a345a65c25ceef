"""Incidents: the engine could not go on with a case, its state is unchanged, and a person must look."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.domain import audit, case_clock, policy
from engine.domain.case import Case, CaseStatus, Incident
from engine.domain.errors import CaseHalted, Conflict, Halted, IncidentNotFound, TaskNotFound
from engine.domain.people import Actor
from engine.domain.text import Text
from engine.queries import roots
from engine.services import holding
from engine.services.ground import clock_declared
from engine.services.holding import ground_of
from engine.services.receipts import Receipt
from engine.storage import database
from engine.storage.tables import incident_table, job_table


def raise_on(session: Session, case: Case, reason: Halted, act: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Halt a case: its tasks and state stay, the act that failed is kept with the cause, and an event tells it. A case
    that is over stays so: what cannot be done is to bring something that it sent to its receiver."""
    before = dict(case.pending)
    halt(case)
    incident = Incident(uuid5(case.id, f"incident:{case.seq + 1}"), case.root, case.id, reason.code, reason.element,
                        reason.message.vi, reason.message.en, dict(act), now)
    session.add(incident)
    holding.store(session, case, before, actor, now, "incident.raised",
                  {"incident": {"code": reason.code, "element": reason.element, "message": reason.message.en,
                                "message_vi": reason.message.vi},
                   "act": dict(act), "result": {"case": {"status": str(case.status)}}})


def halt(case: Case) -> None:
    """Give a case the status of one that must not go on."""
    if not case.status.over:
        case.status = CaseStatus.HALTED


def refuse_unless_running(session: Session, case: Case) -> None:
    """Refuse an act on a case that is over or halted, saying since when.

    Raises:
        CaseHalted, Conflict: as `Case.refuse_unless_running`.
    """
    case.refuse_unless_running(open_on(session, case) if case.status is CaseStatus.HALTED else None)


def halted_by(actor: Actor, reason: Halted, now: datetime) -> CaseHalted:
    """Give the refusal for an act that could not be done and became an incident: the case is unchanged."""
    return CaseHalted(Text(f"Đã ghi sự cố, hồ sơ chưa thay đổi: {reason.message.vi}",
                           f"An incident was recorded and the case is unchanged: {reason.message.en}"),
                      actor=actor.account, action="incident.raised", at=now)


def retry(incident_id: UUID, actor: Actor, now: datetime, receipt: Receipt | None = None) -> Case | None:
    """Let a halted case go on: its tasks can be done again and its timers fire again.

    Gives None when the receipt recalled the answer to an earlier request with the same key.

    Raises:
        NotAllowed: the actor is no administrator.
        IncidentNotFound: there is no such incident.
        Conflict: the incident was resolved before.
    """
    policy.require_role(actor, "administrator")
    return holding.once_more(lambda: _retry(incident_id, actor, now, receipt), receipt)


def _retry(incident_id: UUID, actor: Actor, now: datetime, receipt: Receipt | None) -> Case | None:
    with database.transaction() as session:
        if receipt is not None and receipt.recall(session, actor, now):
            return None
        incident = _unresolved(session, incident_id, actor, now)
        case = holding.case_by_id(session, incident.case_id, incident.root)
        incident.resolved_at, incident.resolved_by = now, actor.account
        resume(case, clock_declared(ground_of(session, case).procedure), now)
        holding.store(session, case, dict(case.pending), actor, now, "incident.resolved",
                      {"incident": {"code": incident.code, "raised_at": audit.stamp(incident.raised_at)},
                       "result": {"case": {"status": str(case.status)}}}, receipt)
        _at_once(session, case)
        return case


def _at_once(session: Session, case: Case) -> None:
    """Let the jobs of a case, put off while it was halted, be done when they were due; a signal keeps its turn."""
    c = job_table.c
    for name, due in case.pending.items():
        kind, _, key = name.partition(":")
        fresh: dict[str, Any] = {"attempts": 0, "leased_until": None}
        if kind != "signal":
            fresh["due"] = audit.instant(due)
        session.execute(update(job_table).where(
            c.root == case.root, c.case_id == case.id, c.kind == kind, c.key == key).values(fresh))


def _unresolved(session: Session, incident_id: UUID, actor: Actor, now: datetime) -> Incident:
    incident = session.scalars(select(Incident).where(
        incident_table.c.root.in_(roots.of_actor(session, actor, now)), incident_table.c.id == incident_id)).first()
    if incident is None:
        raise IncidentNotFound(str(incident_id))
    if incident.resolved_at is not None:
        raise Conflict(Text("Sự cố này đã được xử lý.", "This incident was resolved before."),
                       actor=incident.resolved_by, action="incident.resolved", at=incident.resolved_at)
    return incident


def release(incident_id: UUID, task_id: UUID, actor: Actor, now: datetime) -> Case:
    """Take a task of a halted case from whoever holds it and give it to everyone who may do it; a free task stays so.

    Raises:
        NotAllowed: the actor is no administrator.
        IncidentNotFound, TaskNotFound: there is no such incident, or no such open task in its case.
        Conflict: the incident was resolved before; then heads and leaders release tasks, as in any case.
    """
    policy.require_role(actor, "administrator")
    return holding.once_more(lambda: _release(incident_id, task_id, actor, now))


def _release(incident_id: UUID, task_id: UUID, actor: Actor, now: datetime) -> Case:
    with database.transaction() as session:
        incident = _unresolved(session, incident_id, actor, now)
        case = holding.case_by_id(session, incident.case_id, incident.root)
        task = next((task for task in case.open_tasks() if task.id == task_id), None)
        if task is None:
            raise TaskNotFound(str(task_id))
        if task.holder is not None:
            task.release()
            holding.store(session, case, dict(case.pending), actor, now, "task.released",
                          {"task": {"place": task.place, "ordinal": task.ordinal}, "result": {"holder": None}})
        return case


def resume(case: Case, clock_declared: bool, now: datetime) -> None:
    """Give a halted case the status its clock says."""
    if case.status.over:
        return
    case_clock.settle_status(case, over=False, clock_declared=clock_declared, now=now)


def open_on(session: Session, case: Case) -> Incident | None:
    """Give the incident that halts a case, if any."""
    return session.scalars(select(Incident).where(
        incident_table.c.root == case.root, incident_table.c.case_id == case.id,
        incident_table.c.resolved_at.is_(None))).first()
