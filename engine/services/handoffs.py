"""What people do with hand-offs: accept, refuse, offer again, give the result; and the alarm when nobody answers.

Each is one transaction with its AuditEvent. What follows from it for the case lives in `handing` and `course`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import workflow
from engine.domain import policy
from engine.domain.case import Case
from engine.domain.errors import Conflict, Halted, HandOffNotFound, InvalidSubmission, UnitNotFound
from engine.domain.handoff import HandOff, HandOffStatus
from engine.domain.office import Job
from engine.domain.people import SYSTEM, Actor
from engine.domain.text import Text
from engine.jobs import queue
from engine.procedures import forms
from engine.queries import hand_off_list, office, roots
from engine.services import course, handing, held_jobs, holding, incidents
from engine.services.ground import Ground, place_of
from engine.services.handing import Answer, Verdict
from engine.services.receipts import Receipt
from engine.storage import database
from engine.storage.tables import hand_off_table
from engine.workflow import Waiting

MOST_REASON = 2000      # characters of the reason of a refusal
Done = tuple[Case | None, Halted | None]


def accept(hand_off_id: UUID, actor: Actor, now: datetime, receipt: Receipt | None = None) -> Case | None:
    """Take over what was handed to a unit of the actor: a called process begins there, and its own time runs.

    Gives None when the receipt recalled the answer to an earlier request with the same key.

    Raises:
        HandOffNotFound: no such hand-off, or the actor may not know of it.
        NotAllowed: the actor is no receiving officer, head or leader of the unit.
        Conflict: somebody answered before, or the case is over or halted; halting by this very act is `CaseHalted`.
    """
    return _halting(lambda: _answer(hand_off_id, "accepted", "", actor, now, receipt), actor, now, receipt)


def refuse(hand_off_id: UUID, reason: str, actor: Actor, now: datetime, receipt: Receipt | None = None) -> Case | None:
    """Send back what was handed to a unit of the actor, with a reason: the case takes the way drawn for a refusal
    (a boundary error `handoff-refused`); where none is drawn, the unit that handed it over must offer it again.

    Raises:
        InvalidSubmission: there is no reason, or one of more than `MOST_REASON` characters.
        HandOffNotFound, NotAllowed, Conflict: as in `accept`.
    """
    said = reason.strip()
    if not said or len(said) > MOST_REASON:
        raise InvalidSubmission({"reason": [Text(f"Hãy nêu lý do, không quá {MOST_REASON} ký tự.",
                                                 f"Give a reason of at most {MOST_REASON} characters.")]})
    return _halting(lambda: _answer(hand_off_id, "refused", said, actor, now, receipt), actor, now, receipt)


def offer_again(hand_off_id: UUID, actor: Actor, now: datetime, unit: str | None = None,
                receipt: Receipt | None = None) -> Case | None:
    """Offer anew what was refused or not answered in time, to the same unit or another of its type.

    Raises:
        HandOffNotFound: no such hand-off, or the actor may not know of it.
        NotAllowed: the actor does not work on cases in the unit that handed it over, and heads no unit above it.
        UnitNotFound: there is no such unit, or it is of another type.
        Conflict: the other unit still has time, or has it; or the case is over or halted.
    """
    return _halting(lambda: _offer_again(hand_off_id, unit, actor, now, receipt), actor, now, receipt)


def give_result(hand_off_id: UUID, answer: Mapping[str, Any], actor: Actor, now: datetime,
                receipt: Receipt | None = None) -> Case | None:
    """Give what was asked for by a message: it is delivered to the step to which the other unit's answer is drawn.

    Raises:
        InvalidSubmission: the form of the step that waits refuses the answer; where it has none, the answer is too
            large, too deep or holds what JSON readers read differently.
        HandOffNotFound, NotAllowed: as in `accept`.
        Conflict: it is not accepted, the case does not wait for the answer (yet), or is over or halted.
    """
    return _halting(lambda: _give_result(hand_off_id, answer, actor, now, receipt), actor, now, receipt)


def alarm(job: Job, now: datetime) -> None:
    """Note, once, that nobody answered an offer in time; where nobody of that unit could, an Incident says so."""
    holding.once_more(lambda: _alarm(job, now))


def _halting(act: Any, actor: Actor, now: datetime, receipt: Receipt | None) -> Case | None:
    done: Done = holding.once_more(act, receipt)
    case, halted = done
    if halted is not None:
        raise incidents.halted_by(actor, halted, now)
    return case


def _answer(hand_off_id: UUID, verdict: Verdict, reason: str, actor: Actor, now: datetime,
            receipt: Receipt | None) -> Done:
    with database.transaction() as session:
        if receipt is not None and receipt.recall(session, actor, now):
            return None, None
        case, ground, hand_off = _mine(session, hand_off_id, actor, now, again=False)
        hand_off.refuse_unless_offered()        # before the case: it can say who was faster
        incidents.refuse_unless_running(session, case)
        said = {"reason": reason} if reason else {}
        answer = Answer(hand_off, verdict, actor.account, reason)
        done = _act(session, case, ground, answer, actor, now, said, receipt)
        if hand_off.waits_for_its_own_unit:
            _raise_if_nobody(session, hand_off, now, again=True)
        return done


def _offer_again(hand_off_id: UUID, unit: str | None, actor: Actor, now: datetime, receipt: Receipt | None) -> Done:
    with database.transaction() as session:
        if receipt is not None and receipt.recall(session, actor, now):
            return None, None
        case, ground, hand_off = _mine(session, hand_off_id, actor, now, again=True)
        hand_off.refuse_unless_offerable()
        incidents.refuse_unless_running(session, case)
        house, day = office.current(session), office.local_day(now)
        to = unit or hand_off.to_unit
        _refuse_other_type(session, ground, hand_off, to, now)
        calendar = case.calendars.get(to) or house.calendar_of(to, day)
        said = {"unit": to, "calendar": calendar, "calendar_hashes": {calendar: house.calendar_hashes[calendar]}}
        answer = Answer(hand_off, "again", actor.account, unit=to, calendar=calendar)
        return _act(session, case, ground, answer, actor, now, said, receipt)


def _refuse_other_type(session: Session, ground: Ground, hand_off: HandOff, unit: str, now: datetime) -> None:
    rule = handing.step_of(ground, hand_off).hand_off
    organisation = office.current(session).organisation(office.local_day(now))
    found = organisation.units.get(unit)
    elsewhere = organisation.rooting.apart(hand_off.from_unit, unit)
    if rule is None or found is None or found.type != rule.to or elsewhere:
        wanted = rule.to if rule is not None else ""
        raise UnitNotFound(Text(f"Không có đơn vị {unit[:64]} loại «{wanted}».",
                                f"There is no unit {unit[:64]} of type “{wanted}”."))


def _act(session: Session, case: Case, ground: Ground, answer: Answer, actor: Actor, now: datetime,
         said: Mapping[str, Any], receipt: Receipt | None = None) -> Done:
    """Do what was decided about a hand-off and write it; what the workflow cannot do halts the case instead."""
    name, before = answer.hand_off.name, dict(case.pending)
    facts: dict[str, Any] = {"hand_off": name, **said}
    if actor is not SYSTEM:
        organisation = office.current(session).organisation(office.local_day(now))
        again = answer.verdict == "again"
        facts["capacity"] = policy.hand_off_capacity(actor, answer.hand_off, organisation, again=again)
    try:
        facts["result"] = course.answer_hand_off(case, ground, answer, now)
    except Halted as reason:
        held_jobs.halt_case(session, case, reason, {"hand_off": name, "verdict": answer.verdict, **said}, now)
        return case, reason
    holding.store(session, case, before, actor, now, handing.ACTIONS[answer.verdict], facts, receipt)
    return case, None


def _give_result(hand_off_id: UUID, answered: Mapping[str, Any], actor: Actor, now: datetime,
                 receipt: Receipt | None) -> Done:
    with database.transaction() as session:
        if receipt is not None and receipt.recall(session, actor, now):
            return None, None
        case, ground, hand_off = _mine(session, hand_off_id, actor, now, again=False)
        hand_off.refuse_unless_accepted()
        incidents.refuse_unless_running(session, case)
        wait = _reply(case, ground, hand_off)
        form = ground.procedure.form_of(ground.procedure.definition.step(wait.path, wait.key))
        given = forms.loose(answered) if form is None else forms.clean(form, answered, office.local_day(now))
        answer = Answer(hand_off, "returned", actor.account, wait=place_of(wait.path, wait.key), given=given)
        return _act(session, case, ground, answer, actor, now, {"place": answer.wait, "answer": given}, receipt)


def _reply(case: Case, ground: Ground, hand_off: HandOff) -> Waiting:
    """Give the step that waits for the answer of the pool to which the message of a hand-off went."""
    definition, pool = ground.procedure.definition, handing.pool_of(ground, hand_off)
    for wait in workflow.look(definition, case.state).waiting:
        step = definition.step(wait.path, wait.key)
        if wait.kind == "receive" and pool is not None and definition.replies.get((step.process, step.key)) == pool:
            return wait
    raise Conflict(Text(f"Hồ sơ {case.code} không chờ kết quả của việc chuyển này.",
                        f"Case {case.code} does not wait for a result of this hand-off."))


def _alarm(job: Job, now: datetime) -> None:
    with database.transaction() as session:
        case = held_jobs.held(session, job, now)
        if case is None:
            return
        ground = holding.ground_of(session, case)
        hand_off = next((one for one in case.hand_offs if one.name == job.key), None)
        queue.finish(session, job)
        if hand_off is None or hand_off.status is not HandOffStatus.OFFERED or hand_off.alarmed_at is not None:
            return
        _act(session, case, ground, Answer(hand_off, "unacknowledged", SYSTEM.account), SYSTEM, now, {})
        _raise_if_nobody(session, hand_off, now, again=False)


def _raise_if_nobody(session: Session, hand_off: HandOff, now: datetime, *, again: bool) -> None:
    """Halt the case where nobody may do what is to be done about a hand-off: an administrator must see to it."""
    organisation = office.current(session).organisation(office.local_day(now))
    unit = hand_off.from_unit if again else hand_off.to_unit
    above = [one.id for one in organisation.chain(unit)] if again else []
    roles = policy.OFFERING if again else policy.ANSWERING
    if _held_somewhere(session, [unit], roles, now) or _held_somewhere(session, above, policy.HEADS, now):
        return
    case = holding.case_by_id(session, hand_off.case_id, hand_off.root)
    holding.ground_of(session, case)
    reason = Halted("hand-off", Text(
        f"Không ai ở đơn vị {unit} giữ vị trí để xử lý việc chuyển «{hand_off.place}». Hãy bố trí người tiếp nhận hoặc "
        "lãnh đạo.", f"Nobody in unit {unit} holds a post to act on the hand-off “{hand_off.place}”. Appoint a "
        "receiving officer or a head."), hand_off.place)
    incidents.raise_on(session, case, reason, {"hand_off": hand_off.name}, SYSTEM, now)


def _held_somewhere(session: Session, units: Sequence[str], roles: Sequence[str], now: datetime) -> bool:
    return bool(units) and hand_off_list.somebody_holds(session, units, roles, now)


def _mine(session: Session, hand_off_id: UUID, actor: Actor, now: datetime, *,
          again: bool) -> tuple[Case, Ground, HandOff]:
    """Load a hand-off the actor may act on, with its case and what that stands on."""
    columns = hand_off_table.c
    found = session.execute(select(columns.case_id, columns.root).where(
        columns.root.in_(roots.of_actor(session, actor, now)), columns.id == hand_off_id)).first()
    if found is None:
        raise HandOffNotFound(str(hand_off_id))
    case = holding.case_by_id(session, found.case_id, found.root)
    ground = holding.ground_of(session, case)
    hand_off = next(one for one in case.hand_offs if one.id == hand_off_id)
    organisation = office.current(session).organisation(office.local_day(now))
    policy.refuse_hand_off(actor, case, hand_off, organisation, again=again)
    return case, ground, hand_off
