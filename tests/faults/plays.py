"""Races and other bad moments played to the letter in one process: for each guard of the product the one in which it
is needed. A play gives what it saw go wrong; with the guard that is nothing.

The bad moment is brought about without touching the product: the answer to an act is written by a function the caller
gives, after the act has read its case and before it writes, so another act can be done whole in between.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import worker
from engine.domain.case import Case
from engine.domain.errors import EngineError
from engine.domain.people import Actor
from engine.jobs import queue
from engine.services import cases, history, messages, procedures, start_timers, tasks
from engine.services.messages import Message
from engine.services.receipts import Receipt
from engine.storage import database
from engine.storage.tables import audit_event_table, case_table
from tests import office
from tests.faults import world

House = dict[str, Actor]
Play = Callable[[House, datetime], list[str]]
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def version(house: House, now: datetime) -> list[str]:
    """One person's act falls between the reading and the writing of another's on the same task."""
    case = _received(house, now)
    task, rivals = case.open_tasks()[0].id, [house["khoa"]]

    def meanwhile(_session: Session, _case: Case) -> bytes:
        if rivals:
            tasks.complete(task, {"outcome": "approve"}, rivals.pop(), now)
        return b"{}"
    refused = _refusal(lambda: tasks.complete(task, {"outcome": "approve"}, house["an"], now, Receipt("an", meanwhile)))
    told = [] if refused is not None else ["both were told that they completed one task"]
    return told + _once(case, "task.completed", 2) + _broken(case)


def key(house: House, now: datetime) -> list[str]:
    """A filing is sent twice under one key, and a completion once more while the first is being written."""
    before, answers = _count(case_table), set()
    for _ in range(2):
        filing = Receipt("binh", lambda _session, case: case.code.encode(), "filing", "one-body")
        cases.file("two-tasks", office.APPLICANT, house["binh"], now, receipt=filing)
        answers.add(filing.answer)
    filed = _count(case_table) - before
    case = _received(house, now)
    task, rivals = case.open_tasks()[0].id, [1]

    def complete() -> None:
        completion = Receipt("an", meanwhile, "completion", "one-body")
        tasks.complete(task, {"outcome": "approve"}, house["an"], now, completion)

    def meanwhile(_session: Session, _case: Case) -> bytes:
        if rivals:
            rivals.pop()
            complete()
        return b"{}"
    refused = _refusal(complete)
    return ([f"one key filed {filed} cases"] if filed != 1 else []) + (
        [f"one key was answered {len(answers)} ways"] if len(answers) != 1 else []) + (
        [f"one key was refused: {refused}"] if refused is not None else []) + _broken(case)


def fence(house: House, now: datetime) -> list[str]:
    """A worker sleeps over its job for longer than its lease, another does it, and then the first wakes."""
    case = _filed("reminding", house, now)
    [asleep] = queue.claim(now + SECOND)
    later = now + SECOND + queue.LEASE + SECOND
    worker.drain(later)
    worker.do(asleep, later + SECOND)
    return _once(case, "timer.fired", 1) + _broken(case)


def receipt(house: House, now: datetime) -> list[str]:
    """A worker dies after it took a job and before it did anything."""
    case = _filed("reminding", house, now)
    dead = queue.claim(now + SECOND)
    worker.drain(now + SECOND + queue.LEASE + SECOND)
    return ([] if dead else ["nothing was due"]) + _once(case, "timer.fired", 1) + _broken(case)


def timer(house: House, now: datetime) -> list[str]:
    """Two workers see at once that the time has come to begin a case."""
    procedures.publish(world.ticking(), now)
    then = now + MINUTE
    first, second = start_timers.due_now(then), start_timers.due_now(then)
    before = _count(case_table)
    for seen in (*first, *second):
        worker.begin(seen, then)
    begun = _count(case_table) - before
    office_holds = history.verify_office()
    return ([f"one time began {begun} cases"] if begun != 1 else []) + (
        [] if office_holds.holds else [f"the office's history: {office_holds.divergence}"])


def claim(house: House, now: datetime) -> list[str]:
    """Two people claim one task, and the one who was slower completes it."""
    case = _received(house, now)
    task = case.open_tasks()[0].id
    tasks.claim(task, house["an"], now)
    seen = [] if _refusal(lambda: tasks.claim(task, house["khoa"], now)) else ["both were told that a task is theirs"]
    done = _refusal(lambda: tasks.complete(task, {"outcome": "approve"}, house["khoa"], now))
    return seen + ([] if done else ["a task was completed by another than its holder"]) + _broken(case)


def message(house: House, now: datetime) -> list[str]:
    """The bank says the same twice: at once, and again later."""
    procedures.publish(world.paying(), now)
    case = _filed("paying", house, now)
    paid = Message("payment", {"amount": 1}, "bank-1")
    rivals = [1]

    def meanwhile(_session: Session, _case: Case) -> bytes:
        if rivals:
            rivals.pop()
            messages.deliver(case.code, paid, house["binh"], now)
        return b"{}"
    refused = _refusal(lambda: messages.deliver(case.code, paid, house["binh"], now, Receipt("binh", meanwhile)))
    refused = refused or _refusal(lambda: messages.deliver(case.code, paid, house["binh"], now))
    return _once(case, "message.buffered", 1) + _broken(case) + (
        [f"who said it again was refused: {refused}"] if refused else [])


PLAYS: dict[str, Play] = {"version": version, "key": key, "fence": fence, "receipt": receipt, "timer": timer,
                          "claim": claim, "message": message}


def _filed(slug: str, house: House, now: datetime) -> Case:
    if slug == "reminding":
        procedures.publish(world.reminding(), now)
    case = cases.file(slug, office.APPLICANT, house["binh"], now)
    assert case is not None
    return case


def _received(house: House, now: datetime) -> Case:
    case = _filed("two-tasks", house, now)
    after = tasks.complete(case.open_tasks()[0].id, {"outcome": "accepted"}, house["binh"], now)
    assert after is not None
    return after


def _refusal(act: Callable[[], object]) -> EngineError | None:
    try:
        act()
    except EngineError as refused:
        return refused
    return None


def _once(case: Case, action: str, times: int) -> list[str]:
    """The history of a case tells of an action as often as it happened."""
    found = _events(case.id, action)
    return [] if found == times else [f"{action} is told {found} times, not {times}"]


def _events(stream: UUID, action: str) -> int:
    columns = audit_event_table.c
    with database.reading() as session:
        found = select(func.count()).where(columns.stream == stream, columns.action == action)
        return session.execute(found).scalar_one()


def _count(table: object) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


def _broken(case: Case) -> list[str]:
    """The case proves itself."""
    found = (history.verify(case.code), history.replay(case.code))
    return [f"{case.code}: {one.divergence}" for one in found if not one.holds]
