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
from engine.domain.errors import Conflict, Halted
from engine.domain.people import Actor
from engine.domain.text import Text
from engine.services import course, holding
from engine.services.holding import ground_of
from engine.storage import database
from engine.storage.tables import incident_table, job_table


def raise_on(session: Session, case: Case, reason: Halted, act: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Halt a case: its tasks and state stay, the act that failed is kept with the cause, and an event tells it."""
    before = dict(case.pending)
    case.status = CaseStatus.HALTED
    incident = Incident(uuid5(case.id, f"incident:{case.seq + 1}"), case.id, reason.code, reason.element,
                        reason.message.vi, reason.message.en, dict(act), now)
    session.add(incident)
    holding.store(session, case, before, actor, now, "incident.raised",
                  {"incident": {"code": reason.code, "element": reason.element, "message": reason.message.en},
                   "act": dict(act), "result": {"case": {"status": str(case.status)}}})


def retry(incident_id: UUID, actor: Actor, now: datetime) -> Case:
    """Let a halted case go on: its tasks can be done again and its timers fire again.

    Raises:
        NotAllowed: the actor is no administrator.
        Conflict: the incident was resolved before.
    """
    policy.require_role(actor, "administrator")
    with database.transaction() as session:
        incident = session.get(Incident, incident_id)
        if incident is None or incident.resolved_at is not None:
            raise Conflict(Text("Sự cố này đã được xử lý.", "This incident was resolved before."),
                           actor=incident.resolved_by if incident else None, action="incident.resolved",
                           at=incident.resolved_at if incident else None)
        case = holding.case_by_id(session, incident.case_id)
        incident.resolved_at, incident.resolved_by = now, actor.account
        resume(case, course.clock_declared(ground_of(session, case).procedure), now)
        session.execute(update(job_table).where(job_table.c.case_id == case.id)
                        .values(attempts=0, leased_until=None))
        holding.store(session, case, dict(case.pending), actor, now, "incident.resolved",
                      {"incident": {"code": incident.code, "raised_at": audit.stamp(incident.raised_at)},
                       "result": {"case": {"status": str(case.status)}}})
        return case


def resume(case: Case, clock_declared: bool, now: datetime) -> None:
    """Give a halted case the status its clock says."""
    case_clock.settle_status(case, over=False, clock_declared=clock_declared, now=now)


def open_on(session: Session, case_id: UUID) -> Incident | None:
    """Give the incident that halts a case, if any."""
    return session.scalars(select(Incident).where(
        incident_table.c.case_id == case_id, incident_table.c.resolved_at.is_(None))).first()
