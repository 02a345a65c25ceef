"""Messages to a case: given at once to the step that waits for them, kept for later when they come early, and taken
once however often they come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine import workflow
from engine.domain import messages, policy
from engine.domain.case import Case
from engine.domain.errors import Conflict, Halted
from engine.domain.office import Job
from engine.domain.people import SYSTEM, Actor
from engine.domain.text import Text
from engine.jobs import queue
from engine.procedures import forms
from engine.queries import office, roots
from engine.services import course, held_jobs, holding, incidents
from engine.services.ground import place_of, waiting_for
from engine.services.receipts import Receipt
from engine.storage import database
from engine.storage.tables import message_table

_TRIES = 20     # who sends a message has seen nothing that can be out of date: it is not refused for what moved on


@dataclass(frozen=True, slots=True)
class Message:
    """What a case is to be told: the name of a message (or the step that waits for it), what it says, the id by which
    its sender knows it, and the code of the case that sent it, if either."""

    name: str
    payload: Mapping[str, Any]
    id: str | None = None
    sender: str | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """Give what an event says of it beside its content."""
        said = {"message": self.name, "id": self.id, "from": self.sender}
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message: the case as it stands, whether the message is kept for later, and whether it had come
    before and was taken then. `case` is None where the receipt recalled the answer to an earlier request."""

    case: Case | None
    buffered: bool = False
    repeated: bool = False
    halted: Halted | None = None


def deliver(code: str, message: Message, actor: Actor, now: datetime, receipt: Receipt | None = None) -> Delivery:
    """Give a case a message: at once where a step waits for it, else kept until one does, in order of arrival.

    A message with an id that came before is not taken again, whatever it says.

    Raises:
        CaseNotFound: no such case, or the actor may not know of it.
        InvalidSubmission: the payload is too large, too deep or holds what JSON readers read differently.
        Conflict: the case never waits for such a message, or keeps too many; halting by this very message is
            `CaseHalted`.
    """
    done = holding.once_more(lambda: _deliver(code, message, actor, now, receipt), receipt, _TRIES)
    if done.halted is not None:
        raise incidents.halted_by(actor, done.halted, now)
    return done


def _deliver(code: str, message: Message, actor: Actor, now: datetime, receipt: Receipt | None) -> Delivery:
    with database.transaction() as session:
        if receipt is not None and receipt.recall(session, actor, now):
            return Delivery(None)
        case = holding.case_by_code(session, code, roots.of_actor(session, actor, now))
        policy.refuse_case(actor, case, office.current(session).organisation(office.local_day(now)))
        if _taken(session, case, message):
            return _said_again(session, case, message, now, receipt)
        incidents.refuse_unless_running(session, case)
        payload = forms.loose(message.payload)
        definition = holding.ground_of(session, case).procedure.definition
        wait = waiting_for(definition, workflow.look(definition, case.state), message.name)
        if wait is None or _others_first(case, message.name):
            _refuse_unless_known(case, message.name, definition.message_names)
            _say(receipt, buffered=True)
            _keep(session, case, message, actor, now, receipt)
            return Delivery(case, buffered=True)
        _say(receipt)
        halted = held_jobs.advance_by(session, case, place_of(wait.path, wait.key), payload, actor, now,
                                      "message.received", receipt=receipt, about=message.facts)
        if halted is None:
            _note(session, case, message)
        return Delivery(case, halted=halted)


def _others_first(case: Case, name: str) -> bool:
    """Tell whether a message of the same name came earlier and is still to be delivered."""
    return any(name == kept for _, kept in messages.in_order(case.pending))


def _refuse_unless_known(case: Case, name: str, known: frozenset[str]) -> None:
    if name not in known:
        raise Conflict(Text(f"Hồ sơ {case.code} không chờ thông điệp «{name}».",
                            f"Case {case.code} does not wait for a message “{name}”."))


def _say(receipt: Receipt | None, *, buffered: bool = False, repeated: bool = False) -> None:
    if receipt is not None:
        receipt.beside = {"buffered": buffered, "repeated": repeated}


def _said_again(session: Session, case: Case, message: Message, now: datetime, receipt: Receipt | None) -> Delivery:
    """Answer a message that came before: nothing happens, and the answer says so."""
    seq = session.execute(_taken_by(case, message)).scalar_one()
    waits = any(messages.of_buffered(key.partition(":")[2])[0] == seq for key, _ in messages.in_order(case.pending))
    _say(receipt, buffered=waits, repeated=True)
    if receipt is not None:
        receipt.write(session, case)
        receipt.keep(session, case.root, now)
    return Delivery(case, buffered=waits, repeated=True)


def _taken(session: Session, case: Case, message: Message) -> bool:
    """Tell whether a message of this id came before."""
    return message.id is not None and session.execute(_taken_by(case, message)).first() is not None


def _taken_by(case: Case, message: Message) -> Any:
    """Ask for the event by which a case took in a message of this id."""
    columns = message_table.c
    return select(columns.seq).where(columns.root == case.root, columns.case_id == case.id, columns.id == message.id)


def _note(session: Session, case: Case, message: Message) -> None:
    """Remember the id of a message beside the event that just took it in."""
    if message.id is not None:
        session.execute(insert(message_table).values(
            root=case.root, case_id=case.id, id=message.id, seq=case.seq, name=message.name))


def keep(session: Session, case: Case, message: Message, now: datetime) -> None:
    """Keep a message that another case sent, to be delivered when a step waits for it, unless it came before.

    Raises:
        InvalidSubmission: as `deliver`.
        Conflict: the case keeps as many messages as it may.
    """
    if not _taken(session, case, message):
        _keep(session, case, message, SYSTEM, now)


def _keep(session: Session, case: Case, message: Message, actor: Actor, now: datetime,
          receipt: Receipt | None = None) -> None:
    if len(messages.in_order(case.pending)) >= messages.MOST_BUFFERED:
        raise Conflict(Text(f"Hồ sơ {case.code} đang giữ {messages.MOST_BUFFERED} thông điệp chưa đến lượt.",
                            f"Case {case.code} keeps {messages.MOST_BUFFERED} messages whose turn has not come."))
    before, payload = dict(case.pending), forms.loose(message.payload)
    result = course.buffer(case, holding.ground_of(session, case), message.name, now)
    holding.store(session, case, before, actor, now, "message.buffered",
                  {**message.facts, "payload": payload, "result": result}, receipt)
    _note(session, case, message)


def take(job: Job, now: datetime) -> None:
    """Deliver a message that came early to the step that waits for it now."""
    holding.once_more(lambda: _take(job, now))


def _take(job: Job, now: datetime) -> None:
    with database.transaction() as session:
        case = held_jobs.held(session, job, now)
        if case is None:
            return
        seq, name = messages.of_buffered(job.key)
        definition = holding.ground_of(session, case).procedure.definition
        wait = waiting_for(definition, workflow.look(definition, case.state), name)
        if wait is None:
            queue.postpone(session, job, messages.NEVER)
            return
        told = holding.told(session, [case.root], case.id, seq)
        about = Message(name, {}, told.get("id"), told.get("from")).facts | {"taken": messages.buffered(seq, name)}
        held_jobs.advance_by(session, case, place_of(wait.path, wait.key), told["payload"], SYSTEM, now,
                             "message.received", job=job, about=about)
