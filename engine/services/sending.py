"""What a case sends: brought to its receiver once, after the act that sent it, and recorded where it went.

A message goes where its message flow leads: it starts a case of that procedure, or reaches the case of it that is
linked with this one. Two cases are linked by code: one came from the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import workflow
from engine.domain import messages
from engine.domain.case import Case, CaseStatus
from engine.domain.errors import Halted, UnitNotFound
from engine.domain.office import Job
from engine.domain.people import SYSTEM
from engine.domain.text import Text
from engine.jobs import queue
from engine.queries import office
from engine.services import course, held_jobs, holding, signals, starts
from engine.services.ground import waiting_for
from engine.services.messages import Message, keep
from engine.services.starts import Cause, Opening
from engine.storage import database
from engine.storage.tables import case_table

Facts = Mapping[str, Any]
_OVER = [status for status in CaseStatus if status.over]


def route(job: Job, now: datetime) -> None:
    """Bring what a case sent to its receiver; an unreachable one becomes an Incident, having none is recorded."""
    holding.once_more(lambda: _route(job, now))


def _route(job: Job, now: datetime) -> None:
    with database.transaction() as session:
        source = held_jobs.held_to_the_end(session, job, now)
        if source is None:
            return
        seq, number = messages.of_sending(job.key)
        sent = holding.told(session, [source.root], source.id, seq)["result"]["sent"][number]
        try:
            bring = _signal if sent["kind"] == "signal" else _message
            reached = bring(session, source, sent, job, now)
        except Halted as reason:
            held_jobs.halt(session, job, reason, {"sent": job.key}, now)
            return
        if reached is None:
            return
        before = dict(source.pending)
        result = course.sent_on(source, job.key)
        holding.store(session, source, before, SYSTEM, now, f"{sent['kind']}.sent",
                      {"sent": job.key, sent["kind"]: sent["name"], "place": sent["place"], "to": sent["to"],
                       "reached": reached, "result": result})


def _signal(session: Session, source: Case, sent: Facts, job: Job, now: datetime) -> dict[str, Any] | None:
    seq, number = messages.of_sending(job.key)
    signal = signals.Signal(sent["name"], str(job.id), source.id, seq, number, source.root)
    drafts = signals.plan(session, sent["name"], sent["data"], signal.id, now, source.code)
    return signals.spread(session, signal, drafts, now) if queue.finish(session, job) else None


def _message(session: Session, source: Case, sent: Facts, job: Job, now: datetime) -> dict[str, Any] | None:
    """Bring a message to its receiver; None where the job is no longer the caller's."""
    message = Message(sent["name"], sent["data"], str(job.id), source.code)
    target = None if sent["to"] is None else _opening(session, sent, now)
    linked = _linked(session, source, sent) if target is None else None
    if sent["to"] is None and linked is None:
        target = _opening(session, sent, now)
    draft = _draft(session, source, target, message, now) if target is not None else None
    if not queue.finish(session, job):
        return None
    if draft is not None:
        return {"started": starts.write(session, draft, now).code}
    if linked is not None:
        case = holding.with_open_tasks(session, linked)
        keep(session, case, message, now)
        return {"case": case.code}
    return {}


def _opening(session: Session, sent: Facts, now: datetime) -> Opening | None:
    """Give the start event that a message starts a case by, if any.

    Raises:
        Halted: several procedures start by it and no message flow says which (`ambiguous-receiver`).
    """
    found = starts.by_event(session, "message", sent["name"], now, sent["to"])
    if len(found) > 1:
        slugs = ", ".join(sorted(one.version.slug for one in found))
        raise Halted("ambiguous-receiver", Text(
            f"Nhiều thủ tục bắt đầu bằng thông điệp «{sent['name']}»: {slugs}. "
            "Hãy vẽ luồng thông điệp đến thủ tục cần gửi.",
            f"Several procedures start by the message “{sent['name']}”: {slugs}. "
            "Draw a message flow to the one meant."), sent["place"])
    return found[0] if found else None


def _draft(session: Session, source: Case, target: Opening, message: Message, now: datetime) -> starts.Draft:
    """Prepare the case that a message starts, at the nearest unit of the owner's type.

    Raises:
        Halted: there is no such unit, or two are equally near (`no-receiving-unit`).
    """
    organisation = office.current(session).organisation(office.local_day(now))
    try:
        unit = organisation.nearest(target.version.owner, source.unit).id
    except UnitNotFound as error:
        raise Halted("no-receiving-unit", error.message, message.name) from error
    return starts.draft(session, target, message.payload, unit, Cause("message", message.name, message.id), now,
                        origin=source.code)


def _linked(session: Session, source: Case, sent: Facts) -> Case | None:
    """Give the open case linked with this one that takes the message: one that waits for it now before one that will,
    of several the one filed last."""
    columns = case_table.c
    came_from = columns.code == source.origin if source.origin is not None else None
    near = office.current(session).rooting.beside(source.root)
    linked = select(Case).order_by(columns.filed_at.desc(), columns.id).where(
        columns.root.in_(near), columns.status.not_in(_OVER), or_(
            columns.origin == source.code, *([came_from] if came_from is not None else [])))
    if sent["to"] is not None:
        linked = linked.where(columns.procedure == sent["to"])
    knowing = [case for case in session.scalars(linked)
               if sent["name"] in holding.ground_of(session, case).procedure.definition.message_names]
    waiting = (case for case in knowing if _waits(session, case, sent["name"]))
    return next(waiting, knowing[0] if knowing else None)


def _waits(session: Session, case: Case, name: str) -> bool:
    definition = holding.ground_of(session, case).procedure.definition
    return waiting_for(definition, workflow.look(definition, case.state), name) is not None
