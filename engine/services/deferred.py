"""Deferred work on a case: timers of the diagram, suspensions that run out, answers of service tasks, messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from engine import workflow
from engine.adapters import handlers
from engine.domain import audit, policy
from engine.domain.case import Case, CaseStatus, path_of
from engine.domain.errors import Conflict, Halted
from engine.domain.office import Job
from engine.domain.people import SYSTEM, Actor
from engine.domain.text import Text
from engine.jobs import queue
from engine.procedures import forms
from engine.queries import office
from engine.services import course, holding, incidents
from engine.services.course import Act
from engine.services.ground import Ground, place_of, waiting_at
from engine.services.receipts import Receipt
from engine.storage import database
from engine.workflow import Step, Waiting

_HALT = timedelta(hours=1)


def fire_timers(job: Job, now: datetime) -> None:
    """Fire what is due of the BPMN timers of a case; several missed turns of a cycle fire once."""
    holding.once_more(lambda: _fire_timers(job, now))


def _fire_timers(job: Job, now: datetime) -> None:
    with database.transaction() as session:
        case = _held(session, job, now)
        if case is None:
            return
        ground, before = holding.ground_of(session, case), dict(case.pending)
        try:
            position = workflow.fire_timers(ground.procedure.definition, case.state, now)
            if not position.passed and position.next_timer is not None and position.next_timer > now:
                queue.postpone(session, job, position.next_timer)
                return
            result = course.move(case, ground, position, now)
        except Halted as reason:
            _halt(session, job, reason, {"timer": True}, now)
            return
        holding.store(session, case, before, SYSTEM, now, "timer.fired", {"result": result})
        queue.finish(session, job)


def run_out(job: Job, now: datetime) -> None:
    """Let the limit of a suspension pass: the case stops, goes on, or gets a message, as the diagram declares."""
    holding.once_more(lambda: _run_out(job, now))


def _run_out(job: Job, now: datetime) -> None:
    with database.transaction() as session:
        case = _held(session, job, now)
        if case is None:
            return
        ground, before = holding.ground_of(session, case), dict(case.pending)
        path, _, key = job.key.rpartition("/")
        step = ground.procedure.definition.step(path_of(path), key)
        since = next((event["from"] for event in case.clock
                      if event.get("place") == job.key and event["type"] == "suspend" and event["to"] is None), None)
        if step is None or step.suspends is None or since is None:
            queue.finish(session, job)
            return
        if step.suspends.on_limit == "stop":
            reason = f"{step.suspends.reason}.unanswered"
            result = course.stop(case, ground, now, reason, audit.instant(since))
            holding.store(session, case, before, SYSTEM, now, "case.stopped",
                          {"reason": reason, "ended_at": since, "place": job.key, "result": result})
        else:
            _go_on(session, case, ground, step, job, now)
        queue.finish(session, job)


def _go_on(session: Session, case: Case, ground: Ground, step: Step, job: Job, now: datetime) -> None:
    """Leave the waiting step without an answer: `continue`, or the message that `onLimit` names."""
    before = dict(case.pending)
    definition = ground.procedure.definition
    task = next((task for task in case.open_tasks() if task.place == job.key), None)
    try:
        if task is not None:
            position = workflow.complete(definition, case.state, task.id, {}, now)
            facts: dict[str, Any] = {"task": {"place": task.place, "ordinal": task.ordinal}, "submission": {}}
            facts["result"] = course.move(case, ground, position, now, Act(task, SYSTEM.account, None))
            holding.store(session, case, before, SYSTEM, now, "task.completed", facts)
            return
        wait = waiting_at(workflow.look(definition, case.state), job.key)
        position = workflow.deliver(definition, case.state, wait.id, {}, now)
        facts = {"place": job.key, "answer": {}, "result": course.move(case, ground, position, now)}
        holding.store(session, case, before, SYSTEM, now, "message.received", facts)
    except Halted as reason:
        _halt(session, job, reason, {"limit": job.key}, now)


def call_service(job: Job, now: datetime) -> None:
    """Ask the handler of a service task, outside any transaction, and let the case go on with its answer.

    Raises:
        Exception: whatever the handler raises; the worker counts it as a failed try.
    """
    with database.reading() as session:
        case = holding.case_by_id(session, job.case_id)
        step = _step_of(session, case, job)
        data = case.data
    running = case.status is not CaseStatus.HALTED and not case.status.over
    if step.service is None or not running:
        _let_wait(job, now)
        return
    answer = handlers.handler(step.service.handler)(data, str(job.id))
    holding.once_more(lambda: _answered(job, answer, now))


def _step_of(session: Session, case: Case, job: Job) -> Step:
    path, _, key = job.key.rpartition("/")
    return holding.ground_of(session, case).procedure.definition.step(path_of(path), key)


def tries_of(job: Job) -> int:
    """Give how often a job may fail: as the diagram says of a service task, else `queue.TRIES`."""
    if job.kind != "service":
        return queue.TRIES
    with database.reading() as session:
        step = _step_of(session, holding.case_by_id(session, job.case_id), job)
    return max(1, step.service.retries) if step.service is not None else queue.TRIES


def _answered(job: Job, answer: dict[str, Any], now: datetime) -> None:
    with database.transaction() as session:
        held = _held(session, job, now)
        if held is not None:
            _advance_by(session, held, job.key, answer, SYSTEM, now, "service.answered", job=job)


def _let_wait(job: Job, now: datetime) -> None:
    """Put off the job of a halted case, end that of one that is over, without asking any handler."""
    with database.transaction() as session:
        _held(session, job, now)


def give_up(job: Job, why: str, now: datetime) -> None:
    """Turn a job whose tries are used up into an Incident of its case."""
    reason = Halted("job", Text(f"Việc của hệ thống không làm được sau {job.attempts} lần: {why}",
                                f"A job of the system failed {job.attempts} times: {why}"), job.key or None)
    with database.transaction() as session:
        if queue.hold(session, job):
            _halt(session, job, reason, {"job": job.kind, "key": job.key}, now)


def deliver(code: str, message: str, payload: Mapping[str, Any], actor: Actor, now: datetime,
            receipt: Receipt | None = None) -> Case | None:
    """Give a case the message that a receive task of it waits for; the payload is stored under the task's id.

    Gives None when the receipt recalled the answer to an earlier request with the same key.

    Raises:
        CaseNotFound: no such case, or the actor may not know of it.
        InvalidSubmission: the payload is too large, too deep or holds what JSON readers read differently.
        Conflict: the case waits for no such message; halting by this very message is `CaseHalted`.
    """
    case, halted = holding.once_more(lambda: _deliver(code, message, payload, actor, now, receipt), receipt)
    if halted is not None:
        raise incidents.halted_by(actor, halted, now)
    return case


def _deliver(code: str, message: str, payload: Mapping[str, Any], actor: Actor, now: datetime,
             receipt: Receipt | None) -> tuple[Case | None, Halted | None]:
    with database.transaction() as session:
        if receipt is not None and receipt.recall(session):
            return None, None
        case = holding.case_by_code(session, code)
        organisation = office.current(session).organisation(office.local_day(now))
        policy.refuse_case(actor, case, organisation)
        incidents.refuse_unless_running(session, case)
        wait = _waiting_for(session, case, message)
        halted = _advance_by(session, case, place_of(wait.path, wait.key), forms.loose(payload), actor, now,
                             "message.received", receipt=receipt)
        return case, halted


def _waiting_for(session: Session, case: Case, message: str) -> Waiting:
    definition = holding.ground_of(session, case).procedure.definition
    for wait in workflow.look(definition, case.state).waiting:
        step = definition.step(wait.path, wait.key)
        if wait.kind == "receive" and step is not None and message in (step.message, wait.key):
            return wait
    raise Conflict(Text(f"Hồ sơ {case.code} không chờ thông điệp «{message}».",
                        f"Case {case.code} does not wait for a message “{message}”."))


def _advance_by(session: Session, case: Case, place: str, answer: dict[str, Any], actor: Actor, now: datetime,
                action: str, job: Job | None = None, receipt: Receipt | None = None) -> Halted | None:
    ground, before = holding.ground_of(session, case), dict(case.pending)
    definition = ground.procedure.definition
    wait = waiting_at(workflow.look(definition, case.state), place)
    verb = workflow.answer if action == "service.answered" else workflow.deliver
    try:
        position = verb(definition, case.state, wait.id, answer, now)
        result = course.move(case, ground, position, now, answered=place)
    except Halted as reason:
        _halt_case(session, case, reason, {"place": place, "answer": answer}, now)
        return reason
    before_again = {name: due for name, due in before.items() if name != f"service:{place}"}
    if job is not None:
        queue.finish(session, job)
    holding.store(session, case, before_again, actor, now, action,
                  {"place": place, "answer": answer, "result": result}, receipt)
    return None


def _held(session: Session, job: Job, now: datetime) -> Case | None:
    """Load the case of a job still the caller's; a halted case lets its jobs wait, one that is over ends them."""
    if not queue.hold(session, job):
        return None
    case = holding.case_by_id(session, job.case_id)
    if case.status is CaseStatus.HALTED:
        queue.postpone(session, job, now + _HALT)
        return None
    if case.status.over:
        queue.finish(session, job)
        return None
    return case


def _halt(session: Session, job: Job, reason: Halted, act: Mapping[str, Any], now: datetime) -> None:
    case = holding.case_by_id(session, job.case_id)
    _halt_case(session, case, reason, act, now)
    queue.postpone(session, job, now + _HALT)


def _halt_case(session: Session, case: Case, reason: Halted, act: Mapping[str, Any], now: datetime) -> None:
    session.expire(case)
    incidents.raise_on(session, holding.case_by_id(session, case.id), reason, act, SYSTEM, now)
