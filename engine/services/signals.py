"""Signals: broadcast to every open case that waits for them and to every procedure that starts by them.

A case that waits for a signal has a job for it that is due only when one came (`signal:<name>`); broadcasting makes
those jobs due and names the event that keeps what the signal says. All of it is one transaction: a signal reaches
everybody that waits, or nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine import workflow
from engine.domain import messages, policy
from engine.domain.audit import OFFICE
from engine.domain.errors import Halted
from engine.domain.office import Job
from engine.domain.people import SYSTEM, Actor
from engine.jobs import queue
from engine.procedures import forms
from engine.queries import roots
from engine.services import course, held_jobs, holding, office_log, starts
from engine.services.starts import Cause, Draft
from engine.storage import database
from engine.storage.tables import broadcast_table, job_table

_columns = job_table.c


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal under way: its name, the id by which its sender knows it, and where what it says is kept: the stream
    (a case's, or the office's), the event, the place among what was sent in it where a case sent it, and its root."""

    name: str
    id: str
    stream: UUID
    seq: int
    number: int | None = None
    root: str = ""

    @property
    def reference(self) -> dict[str, Any]:
        """Give what the job of a waiting case is told: where to read what the signal says."""
        return {"id": self.id, "stream": self.stream.hex, "seq": self.seq, "number": self.number, "root": self.root}


@dataclass(frozen=True, slots=True)
class Reached:
    """What a broadcast signal did: how many cases it reached, which it started, and whether it had been sent before."""

    id: str
    waiting: int = 0
    started: tuple[str, ...] = ()
    repeated: bool = False


def broadcast(name: str, payload: Mapping[str, Any], actor: Actor, now: datetime,
              signal_id: str | None = None) -> Reached:
    """Send a signal to every case that waits for it and every procedure that starts by it; an id sent before is not
    sent again.

    Raises:
        NotAllowed: the actor is no administrator.
        InvalidSubmission: the payload is too large, too deep or holds what JSON readers read differently.
        Halted: a case cannot start with this payload; nothing was sent.
    """
    policy.require_role(actor, "administrator")
    return holding.once_more(lambda: _broadcast(name, forms.loose(payload), actor, now, signal_id))


def _broadcast(name: str, payload: dict[str, Any], actor: Actor, now: datetime, signal_id: str | None) -> Reached:
    with database.locked() as session:
        sent = None if signal_id is None else session.execute(select(broadcast_table.c.id).where(
            broadcast_table.c.id == signal_id)).first()
        if signal_id is not None and sent is not None:
            return Reached(signal_id, repeated=True)
        drafts = plan(session, name, payload, signal_id, now)
        seq = office_log.record(session, "signal.sent", actor, now,
                                {"signal": name, "id": signal_id, "payload": payload})
        signal = Signal(name, signal_id or f"office-{seq}", OFFICE, seq)
        if signal_id is not None:
            session.execute(insert(broadcast_table).values(id=signal_id, seq=seq, name=name))
        reached = spread(session, signal, drafts, now)
        return Reached(signal.id, reached["waiting"], tuple(reached["started"]))


def plan(session: Session, name: str, payload: Mapping[str, Any], signal_id: str | None, now: datetime,
         origin: str | None = None) -> list[Draft]:
    """Prepare the cases that a signal starts: one for each unit of the owner's type, of every procedure in force with
    such a start event.

    Raises:
        InvalidSubmission, Halted: a case cannot start with this payload.
    """
    cause = Cause("signal", name, signal_id)
    return [starts.draft(session, opening, payload, unit, cause, now, origin=origin)
            for opening in starts.by_event(session, "signal", name, now)
            for unit in starts.owners(session, opening, now)]


def spread(session: Session, signal: Signal, drafts: list[Draft], now: datetime) -> dict[str, Any]:
    """Tell every waiting case but the sender, which caught it already, and file what was prepared; the write lock is
    held, so that no case begins or ends to wait meanwhile unseen. Rows of several roots are not locked together."""
    told = sum(_tell(session, signal, root, now) for root in roots.every(session))
    return {"waiting": told, "started": [starts.write(session, draft, now).code for draft in drafts]}


def _tell(session: Session, signal: Signal, root: str, now: datetime) -> int:
    """Tell the waiting cases of a root; give how many there are."""
    waiting = select(_columns.id, _columns.payload).where(
        _columns.root == root, _columns.kind == "signal", _columns.key == signal.name,
        _columns.case_id != signal.stream)
    rows = session.execute(waiting.order_by(_columns.id).with_for_update()).all()
    for row in rows:
        given = [*row.payload.get("given", []), signal.reference]
        session.execute(update(job_table).where(_columns.root == root, _columns.id == row.id)
                        .values(payload={"given": given}, due=now))
    return len(rows)


def catch(job: Job, now: datetime) -> None:
    """Give a waiting case the oldest signal that came for it."""
    holding.once_more(lambda: _catch(job, now))


def _catch(job: Job, now: datetime) -> None:
    with database.transaction() as session:
        case = held_jobs.held(session, job, now)
        if case is None:
            return
        given = _given(session, job)
        if not given:
            queue.postpone(session, job, messages.NEVER)
            return
        ground, before = holding.ground_of(session, case), dict(case.pending)
        facts = {"signal": job.key, **_said(session, given[0], job.key)}
        try:
            position = workflow.signal(ground.procedure.definition, case.state, job.key, facts["answer"], now)
            result = course.move(case, ground, position, now)
        except Halted as reason:
            held_jobs.halt(session, job, reason, facts, now)
            return
        holding.store(session, case, before, SYSTEM, now, "signal.received", {**facts, "result": result})
        _wait_again(session, job, now)


def _given(session: Session, job: Job) -> list[dict[str, Any]]:
    payload = session.execute(select(_columns.payload).where(
        _columns.root == job.root, _columns.id == job.id)).scalar() or {}
    found: list[dict[str, Any]] = payload.get("given", [])
    return found


def _said(session: Session, reference: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Give what the event of a case says of a signal: its content, where that was read, and which case sent it."""
    source = {name: reference[name] for name in ("stream", "seq", "number", "root") if name in reference}
    sender = {} if reference["number"] is None else {
        "from": holding.code_of(session, _under(session, source), UUID(reference["stream"]))}
    return {"id": reference["id"], "source": source, "answer": content(session, source, name), **sender}


def content(session: Session, source: Mapping[str, Any], name: str) -> Any:
    """Read what a signal says in the event that keeps it: of the office, or of the case that sent it.

    Raises:
        ValueError: that event sent no such signal.
    """
    told = holding.told(session, _under(session, source), UUID(source["stream"]), source["seq"])
    kept = told if source["number"] is None else told["result"]["sent"][source["number"]]
    if name != (kept.get("signal") if source["number"] is None else kept["name"]):
        raise ValueError(f"event {source['seq']} sent no signal {name}")
    return kept["payload" if source["number"] is None else "data"]


def _under(session: Session, source: Mapping[str, Any]) -> Sequence[str]:
    """Give the roots under which the stream lies that keeps a signal; a signal of before roots does not say it."""
    return [source["root"]] if "root" in source else ["", *roots.every(session)]


def _wait_again(session: Session, job: Job, now: datetime) -> None:
    """Let the job of a case that still waits for the signal wait for the next one, which may have come meanwhile."""
    left = _given(session, job)[1:]
    session.execute(update(job_table).where(_columns.root == job.root, _columns.id == job.id).values(
        payload={"given": left} if left else {}, due=now if left else messages.NEVER, leased_until=None, attempts=0))
