"""The system and people on one case at the same moment: either the timer or the person, and nobody meets a lock."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from threading import Barrier, Event, Thread

from sqlalchemy import select

from engine import worker
from engine.domain.case import Case, CaseStatus
from engine.domain.errors import Conflict, EngineError
from engine.domain.people import Actor
from engine.jobs import queue
from engine.services import deferred, history, procedures, tasks
from engine.storage import database, tables
from tests.faults.run import timed
from tests.services.test_case_course import filed

House = dict[str, Actor]
SECOND = timedelta(seconds=1)


def actions(case: Case) -> list[str]:
    events = tables.audit_event_table.c
    with database.reading() as session:
        return list(session.scalars(select(events.action).where(events.stream == case.id).order_by(events.seq)))


def test_either_the_timer_fires_or_the_person_is_done_and_never_both(house: House, now: datetime) -> None:
    procedures.publish(timed(), now)
    refusals: list[EngineError] = []
    for _ in range(30):
        case = filed("timed", house, now)
        [job] = queue.claim(now + SECOND)
        barrier = Barrier(2)

        def fire(job: object = job, barrier: Barrier = barrier) -> None:
            barrier.wait()
            worker.do(job, now + SECOND)  # type: ignore[arg-type]

        def complete(task: object = case.open_tasks()[0].id, barrier: Barrier = barrier) -> None:
            barrier.wait()
            try:
                tasks.complete(task, {}, house["an"], now + SECOND)  # type: ignore[arg-type]
            except EngineError as refused:
                refusals.append(refused)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda act: act(), (fire, complete)))
        assert actions(case)[1:] in (["timer.fired"], ["task.completed"])
        assert history.replay(case.code).holds
    assert {type(refused) for refused in refusals if not isinstance(refused, Conflict)} == set()


def test_a_person_waits_for_the_system_without_a_deadlock(house: House, now: datetime) -> None:
    procedures.publish(timed(), now)
    case = filed("timed", house, now)
    [job] = queue.claim(now + SECOND)
    told: list[object] = []

    def complete() -> None:
        try:
            tasks.complete(case.open_tasks()[0].id, {}, house["an"], now + SECOND)
            told.append("done")
        except EngineError as refused:
            told.append(refused)
    person = Thread(target=complete)
    with database.transaction() as session:
        assert queue.hold(session, job)
        if database.current().sqlite:
            session.connection().exec_driver_sql("BEGIN IMMEDIATE")
        person.start()
        person.join(0.5)
        found = session.get(Case, (case.root, case.id))
        assert found is not None
        found.outcome = None
        found.remaining = (found.remaining or 0) + 0
        session.flush()
        queue.finish(session, job)
    person.join(30)
    assert told == ["done"]


def test_a_job_that_failed_ever_so_often_does_not_stop_the_loop(house: House, now: datetime) -> None:
    procedures.publish(timed(), now)
    case = filed("timed", house, now)
    with database.transaction() as session:
        session.execute(tables.job_table.update().values(attempts=4000, kind="unknown"))
    assert worker.work(now + SECOND) == 1
    with database.reading() as session:
        status = session.execute(select(tables.case_table.c.status).where(tables.case_table.c.id == case.id)).scalar()
    assert status is CaseStatus.HALTED


def test_the_loop_goes_on_whatever_breaks_in_it(house: House, now: datetime) -> None:
    procedures.publish(timed(), now)
    case = filed("timed", house, now)
    stop, asked = Event(), count()

    def clock() -> datetime:
        if next(asked) < 6:
            raise RuntimeError("nobody expected this")
        return now + SECOND
    loop = Thread(target=worker.run, args=(clock, stop, 0.01))
    loop.start()
    try:
        wait_until(lambda: actions(case)[1:] == ["timer.fired"])
    finally:
        stop.set()
        loop.join()


def wait_until(held: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not held():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_worker_that_died_over_a_job_leaves_it_to_the_next_after_its_lease(house: House, now: datetime) -> None:
    procedures.publish(timed(), now)
    case = filed("timed", house, now)
    [dead] = queue.claim(now + SECOND)
    assert worker.work(now + 2 * SECOND) == 0
    assert worker.work(now + SECOND + queue.LEASE + SECOND) == 1
    assert actions(case)[1:] == ["timer.fired"]
    deferred.fire_timers(dead, now + timedelta(minutes=5))      # it was only asleep: it wakes and changes nothing
    assert actions(case)[1:] == ["timer.fired"]


def test_two_workers_at_once_fire_every_timer_once(house: House, now: datetime) -> None:
    procedures.publish(timed(), now)
    waiting = [filed("timed", house, now) for _ in range(30)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: worker.drain(now + SECOND), range(2)))
    assert [actions(case)[1:] for case in waiting] == [["timer.fired"]] * 30
