"""Deferred work on a case: timers of the diagram, suspensions that run out, answers of service tasks.

What concerns messages lives in `messages`, `sending` and `signals`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import workflow
from engine.adapters import handlers
from engine.domain import audit
from engine.domain.case import Case, CaseStatus, path_of
from engine.domain.errors import Halted
from engine.domain.office import Job
from engine.domain.people import SYSTEM
from engine.domain.text import Text
from engine.jobs import queue
from engine.services import course, held_jobs, holding
from engine.services.course import Act
from engine.services.ground import Ground, place_of, waiting_at, waiting_for
from engine.storage import database
from engine.workflow import Step


def fire_timers(job: Job, now: datetime) -> None:
    """Fire what is due of the BPMN timers of a case; several missed turns of a cycle fire once."""
    holding.once_more(lambda: _fire_timers(job, now))


def _fire_timers(job: Job, now: datetime) -> None:
    with database.transaction() as session:
        case = held_jobs.held(session, job, now)
        if case is None:
            return
        ground, before = holding.ground_of(session, case), dict(case.pending)
        try:
            position = workflow.fire_timers(ground.procedure.definition, case.state, now)
            course.refuse_foreign(case, position)
            if not position.passed and position.next_timer is not None and position.next_timer > now:
                queue.postpone(session, job, position.next_timer)
                return
            result = course.move(case, ground, position, now)
        except Halted as reason:
            held_jobs.halt(session, job, reason, {"timer": True}, now)
            return
        queue.finish(session, job)
        before.pop(f"timer:{job.key}", None)        # done with: the next one, even of the same instant, is another job
        holding.store(session, case, before, SYSTEM, now, "timer.fired", {"result": result})


def run_out(job: Job, now: datetime) -> None:
    """Let the limit of a suspension pass: the case stops, goes on, or gets a message, as the diagram declares."""
    holding.once_more(lambda: _run_out(job, now))


def _run_out(job: Job, now: datetime) -> None:
    with database.transaction() as session:
        case = held_jobs.held(session, job, now)
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
    """Leave the waiting step: by the message that `onLimit` names where something waits for it, else without an
    answer."""
    before = dict(case.pending)
    definition = ground.procedure.definition
    task = next((task for task in case.open_tasks() if task.place == job.key), None)
    try:
        look = workflow.look(definition, case.state)
        named = waiting_for(definition, look, step.suspends.on_limit) if step.suspends is not None else None
        if task is not None and named is None:
            position = workflow.complete(definition, case.state, task.id, {}, now)
            facts: dict[str, Any] = {"task": {"place": task.place, "ordinal": task.ordinal}, "submission": {}}
            facts["result"] = course.move(case, ground, position, now, Act(task, SYSTEM.account, None))
            holding.store(session, case, before, SYSTEM, now, "task.completed", facts)
            return
        wait = named or waiting_at(look, job.key)
        position = workflow.deliver(definition, case.state, wait.id, {}, now)
        facts = {"place": place_of(wait.path, wait.key), "answer": {}}
        facts["result"] = course.move(case, ground, position, now)
        holding.store(session, case, before, SYSTEM, now, "message.received", facts)
    except Halted as reason:
        held_jobs.halt(session, job, reason, {"limit": job.key}, now)


def call_service(job: Job, now: datetime) -> None:
    """Ask the handler of a service task, outside any transaction, and let the case go on with its answer.

    Raises:
        Exception: whatever the handler raises; the worker counts it as a failed try.
    """
    with database.reading() as session:
        if not queue.held_still(session, job):
            return
        case = holding.case_by_id(session, job.case_id, job.root)
        step = _step_of(session, case, job)
        running = case.status is not CaseStatus.HALTED and not case.status.over
        data = _read_by(session, case, job) if running else None
    if step.service is None or data is None:
        _let_wait(job, now)
        return
    answer = handlers.handler(step.service.handler)(data, str(job.id))
    holding.once_more(lambda: _answered(job, answer, now))


def _read_by(session: Session, case: Case, job: Job) -> dict[str, Any] | None:
    """Give what a service task reads: the record of the case, under that of the instance it is in; None where it no
    longer waits."""
    definition = holding.ground_of(session, case).procedure.definition
    waits = [wait for wait in workflow.look(definition, case.state).waiting
             if wait.kind == "service" and place_of(wait.path, wait.key) == job.key]
    return workflow.data_at(definition, case.state, waits[0].id) if waits else None


def _step_of(session: Session, case: Case, job: Job) -> Step:
    path, _, key = job.key.rpartition("/")
    return holding.ground_of(session, case).procedure.definition.step(path_of(path), key)


def tries_of(job: Job) -> int:
    """Give how often a job may fail: as the diagram says of a service task, else `queue.TRIES`."""
    if job.kind != "service":
        return queue.TRIES
    with database.reading() as session:
        step = _step_of(session, holding.case_by_id(session, job.case_id, job.root), job)
    return max(1, step.service.retries) if step.service is not None else queue.TRIES


def _answered(job: Job, answer: dict[str, Any], now: datetime) -> None:
    with database.transaction() as session:
        held = held_jobs.held(session, job, now)
        if held is not None:
            held_jobs.advance_by(session, held, job.key, answer, SYSTEM, now, "service.answered", job=job)


def _let_wait(job: Job, now: datetime) -> None:
    """Put off the job of a halted case, end that of one that is over, without asking any handler."""
    with database.transaction() as session:
        held_jobs.held(session, job, now)


def give_up(job: Job, why: str, now: datetime) -> None:
    """Turn a job whose tries are used up into an Incident of its case."""
    reason = Halted("job", Text(f"Việc của hệ thống không làm được sau {job.attempts} lần: {why}",
                                f"A job of the system failed {job.attempts} times: {why}"), job.key or None)
    with database.transaction() as session:
        if queue.hold(session, job):
            held_jobs.halt(session, job, reason, {"job": job.kind, "key": job.key}, now)
