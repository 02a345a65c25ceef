"""A clock that jumps, a day ahead and two hours back, while people act, timers come due and workers die: played with
the times given, since the product reads no clock of its own."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sqlalchemy import func, select

from engine import worker
from engine.domain.case import Task, TaskStatus
from engine.domain.people import Actor
from engine.jobs import queue
from engine.services import cases, history, procedures, tasks
from engine.storage import database
from engine.storage.tables import audit_event_table, case_table, job_table, task_table
from tests import office
from tests.faults import world

House = dict[str, Actor]
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
JUMPS = (SECOND, SECOND, 20 * SECOND, timedelta(hours=-2), DAY, -DAY)
SLUGS = ("timed", "reminding", "two-tasks")


def played(house: House, now: datetime, seed: int, steps: int = 60) -> list[str]:
    """Let a clock wander about while the office works, set it right at the end, and give what went wrong."""
    chance, moment = random.Random(seed), now      # noqa: S311 - chance, not a secret
    for pack in (world.timed(), world.reminding()):
        procedures.publish(pack, now)
    for _ in range(steps):
        moment += chance.choice(JUMPS)
        _something(house, moment, chance)
    moment = max(moment, now + 3 * DAY)
    for _ in range(3):          # a worker comes back each time what dead ones held is free
        worker.drain(moment)
        moment += queue.LEASE + SECOND
    return _wrong()


def _something(house: House, moment: datetime, chance: random.Random) -> None:
    """File, complete, let a worker work, or let one die over what it took."""
    throw = chance.random()
    if throw < 0.3:
        cases.file(chance.choice(SLUGS), office.APPLICANT, house["binh"], moment)
    elif throw < 0.6:
        _complete_one(house, moment, chance)
    elif throw < 0.9:
        worker.drain(moment)
    else:
        queue.claim(moment)


def _complete_one(house: House, moment: datetime, chance: random.Random) -> None:
    with database.reading() as session:
        work = list(session.scalars(select(Task).where(task_table.c.status == TaskStatus.READY)
                                    .order_by(task_table.c.opened_at, task_table.c.id)))
        session.expunge_all()
    if not work:
        return
    task = chance.choice(work)
    outcome = {"receive": {"outcome": "accepted"}, "verify": {"outcome": "approve"}}.get(task.key, {})
    tasks.complete(task.id, outcome, house["binh" if task.role == "receiving-officer" else "an"], moment)


def _wrong() -> list[str]:
    """Each timer fired once or its task was done, the audit is in the order of its numbers, and all proves itself."""
    events, rows = audit_event_table.c, case_table.c
    with database.reading() as session:
        codes = {row.id: row.code for row in session.execute(select(rows.id, rows.code))}
        fired = session.execute(select(events.stream, func.count()).where(events.action == "timer.fired")
                                .group_by(events.stream)).all()
        left = session.scalar(select(func.count()).select_from(job_table))
    wrong = [f"{codes[stream]}: its timer fired {count} times" for stream, count in fired if count > 1]
    wrong += [f"{left} jobs were never done"] if left else []
    for code in codes.values():
        wrong += [f"{code}: {one.divergence}" for one in (history.verify(code), history.replay(code)) if not one.holds]
    return wrong


def late_after_a_wrong_clock(house: House, now: datetime) -> list[str]:
    """A worker whose clock is a day ahead takes a job and dies; the next has the right time and need not wait a day."""
    procedures.publish(world.timed(), now)
    case = cases.file("timed", office.APPLICANT, house["binh"], now)
    assert case is not None
    taken = queue.claim(now + DAY)
    worker.drain(now + 2 * SECOND)
    worker.drain(now + 3 * queue.LEASE)
    with database.reading() as session:
        over = session.scalars(select(case_table.c.status).where(case_table.c.id == case.id)).one().over
    return ([] if taken else ["nothing was due"]) + ([] if over else ["the timer waits for a day that is not to come"])
