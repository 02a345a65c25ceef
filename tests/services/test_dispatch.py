"""What both adapters of the dispatch of jobs promise, on each database that they know."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from engine import worker
from engine.adapters import handlers
from engine.domain.case import Case, CaseStatus, Incident
from engine.domain.errors import Halted
from engine.domain.office import Job
from engine.domain.people import Actor
from engine.domain.text import Text
from engine.jobs import by_procrastinate, dispatch, queue
from engine.jobs.leases import Leases
from engine.jobs.shift import Shift
from engine.services import held_jobs, history, holding, incidents, installation
from engine.storage import database
from engine.storage.tables import job_table
from tests import office
from tests.house.tree import ROOT
from tests.services.test_case_course import filed, holds
from tests.services.test_deferred import again, publish
from tests.services.test_job_races import actions, wait_until

House = dict[str, Actor]
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
EVERYWHERE = [("sqlite", "rows"), ("postgresql", "rows"), ("postgresql", "procrastinate")]
pytestmark = pytest.mark.parametrize(("database_url", "adapter"), EVERYWHERE, indirect=True)


@pytest.fixture
def adapter(request: pytest.FixtureRequest, database_url: str) -> Iterator[str]:
    installation.use(database_url, request.param)
    dispatch.current().install()
    yield request.param
    dispatch.use("rows")


@pytest.fixture
def service(adapter: str, house: House, now: datetime) -> Callable[[Callable[[str], dict[str, object]]], None]:
    """Publish a procedure that asks one service and ends, and let the test say what the service does by key."""
    def answer(act: Callable[[str], dict[str, object]]) -> None:
        @handlers.register("test.slow")
        def slow(data: object, key: str) -> dict[str, object]:
            return act(key)
        publish("asking", ('<bpmn:startEvent id="application"/><bpmn:serviceTask id="ask" name="ask">'
                           '<bpmn:extensionElements><motcua:service handler="test.slow"/></bpmn:extensionElements>'
                           '</bpmn:serviceTask><bpmn:endEvent id="done"/>'
                           + office.flows(("application", "ask"), ("ask", "done"))), now)
    return answer


def publish_timed(now: datetime, form: str = "timeDuration", time: str = '"PT1S"', cancel: str = "true") -> None:
    inside = ('<bpmn:startEvent id="application"/>' + office.user_task("work", "processing-officer", "competent")
              + f'<bpmn:boundaryEvent id="late" attachedToRef="work" cancelActivity="{cancel}">'
                f'<bpmn:timerEventDefinition><bpmn:{form}>{time}</bpmn:{form}></bpmn:timerEventDefinition>'
                '</bpmn:boundaryEvent><bpmn:endEvent id="done"/><bpmn:endEvent id="missed"/>'
              + office.flows(("application", "work"), ("work", "done"), ("late", "missed")))
    publish("waiting", inside, now, work=office.form())


def tasks_told() -> int:
    """Count the tasks that Procrastinate has of our queue."""
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(by_procrastinate._told)).scalar_one()


def test_what_is_rolled_back_leaves_no_job_and_no_word_of_it(adapter: str, house: House, now: datetime) -> None:
    publish_timed(now)
    case = filed("waiting", house, now)

    def write(broken: bool) -> None:
        with database.transaction() as session:
            job = Job(uuid4(), case.root, "service", case.id, "ask", now)
            session.add(job)
            session.flush()
            dispatch.current().announce(session, [job], now)
            if broken:
                raise LookupError
    with pytest.raises(LookupError):
        write(broken=True)
    with database.reading() as session:
        assert queue.waiting(session) == 1
    assert adapter == "rows" or tasks_told() == 0
    write(broken=False)
    assert left() == 2
    assert adapter == "rows" or tasks_told() == 1


def test_two_workers_do_every_job_once(adapter: str, house: House, now: datetime) -> None:
    publish_timed(now)
    waiting = [filed("waiting", house, now) for _ in range(12)]
    assert worker.drain(now) == 0
    with working(now + SECOND), working(now + SECOND):
        wait_until(lambda: not left())
    assert [actions(case)[1:] for case in waiting] == [["timer.fired"]] * 12


@contextmanager
def working(now: datetime, **how: object) -> Iterator[None]:
    stop = Event()
    loop = Thread(target=worker.run, args=(lambda: now, stop, 0.02), kwargs=how)
    loop.start()
    try:
        yield
    finally:
        stop.set()
        loop.join()


def left() -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(job_table)).scalar_one()


@contextmanager
def another_process(url: str, adapter: str, now: datetime, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker that is in the middle of a handler when the block begins."""
    process = subprocess.Popen([sys.executable, "-m", "tests.services.slow_worker", url, adapter, now.isoformat(),
                                str(folder)], cwd=ROOT)
    try:
        wait_until(lambda: (folder / "began").exists() or process.poll() is not None)
        assert process.poll() is None
        yield process
    finally:
        process.kill()
        process.wait()


def lease_over(adapter: str) -> None:
    """Let the dispatcher see at once what it would see after half a minute of silence."""
    if adapter == "procrastinate":
        by_procrastinate.rescue(seconds=0)


def test_a_killed_worker_leaves_its_job_to_another_who_sends_the_same_key(
        service: Callable[..., None], house: House, now: datetime, database_url: str, adapter: str,
        tmp_path: Path) -> None:
    keys: list[str] = []
    service(lambda key: keys.append(key) or {"by": "the second"})      # type: ignore[func-returns-value]
    case = filed("asking", house, now)
    with another_process(database_url, adapter, now, tmp_path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert worker.drain(now + queue.LEASE) == 0
    lease_over(adapter)
    worker.drain(now + queue.LEASE + SECOND)
    assert keys == [(tmp_path / "began").read_text()]
    assert again(case).data["ask"] == {"by": "the second"}
    holds(again(case))


def test_a_worker_that_wakes_after_its_lease_writes_nothing(
        service: Callable[..., None], house: House, now: datetime, database_url: str, adapter: str,
        tmp_path: Path) -> None:
    service(lambda key: {"by": "the second"})
    case = filed("asking", house, now)
    with another_process(database_url, adapter, now, tmp_path) as process:
        process.send_signal(signal.SIGSTOP)
        lease_over(adapter)
        worker.drain(now + queue.LEASE + SECOND)
        (tmp_path / "go").touch()
        process.send_signal(signal.SIGCONT)
        assert process.wait(timeout=60) == 0
    assert actions(case) == ["case.filed", "service.answered"]
    assert again(case).data["ask"] == {"by": "the second"}
    holds(again(case))


def test_a_job_longer_than_its_lease_is_not_begun_twice(service: Callable[..., None], house: House,
                                                        now: datetime) -> None:
    asked: list[str] = []
    go = Event()
    service(lambda key: asked.append(key) or {"in time": go.wait(60)})      # type: ignore[func-returns-value]
    case = filed("asking", house, now)
    late = [now]
    stop = Event()
    loop = Thread(target=worker.run, args=(lambda: late[0], stop, 0.02), kwargs={"every": timedelta(seconds=0.02)})
    loop.start()
    try:
        wait_until(lambda: len(asked) == 1)
        for seconds in (25, 50, 75):
            late[0] = now + seconds * SECOND
            wait_until(lambda: held_until() == late[0] + queue.LEASE)
            assert worker.work(late[0]) == 0
        go.set()
        wait_until(lambda: not left())
    finally:
        go.set()
        stop.set()
        loop.join()
    assert len(asked) == 1
    holds(again(case))


def held_until() -> datetime | None:
    with database.reading() as session:
        return session.execute(select(job_table.c.leased_until)).scalar()


def test_a_handler_that_hangs_is_not_held_for_ever(adapter: str, house: House, now: datetime) -> None:
    publish_timed(now)
    filed("waiting", house, now)
    [job] = queue.claim(now + SECOND)
    patient, impatient = Leases(), Leases(longest=timedelta(0))
    with impatient.kept([job]):
        impatient.extend(now + 20 * SECOND)
        assert held_until() == now + SECOND + queue.LEASE
        with patient.kept([job]):
            patient.extend(now + 20 * SECOND)
            assert held_until() == now + 20 * SECOND + queue.LEASE
            patient.drop(job)
        impatient.drop(job)
    assert queue.claim(now + 50 * SECOND) == []
    assert [one.id for one in queue.claim(now + 51 * SECOND)] == [job.id]


def test_whoever_has_a_loop_of_its_own_may_do_jobs(adapter: str, house: House, now: datetime) -> None:
    publish_timed(now)
    case = filed("waiting", house, now)

    async def drain() -> int:
        return worker.drain(now + SECOND)
    with ThreadPoolExecutor(1) as another:
        assert another.submit(asyncio.run, drain()).result() == 1
    assert actions(case)[1:] == ["timer.fired"]


def test_a_stopping_worker_gives_back_what_it_has_not_begun(adapter: str, house: House, now: datetime) -> None:
    publish_timed(now)
    waiting = [filed("waiting", house, now) for _ in range(3)]
    stop = Event()

    def do(job: Job, at: datetime) -> None:
        stop.set()
        worker.do(job, at)
    shift = Shift(do, lambda at: 0, lambda: now + SECOND, stop)
    if adapter == "rows":
        dispatch.current().turn(shift, 10)
    else:
        by_procrastinate.sweep(now + SECOND)
        dispatch.current().serve(shift)
    assert sum("timer.fired" in actions(case) for case in waiting) == 1
    assert worker.drain(now + SECOND) == 2      # at once, no lease has to run out
    assert all(actions(case)[1:] == ["timer.fired"] for case in waiting)


def test_a_poison_job_is_tried_three_times_then_an_incident_and_the_others_go_on(
        service: Callable[..., None], house: House, now: datetime) -> None:
    poison: list[str] = []
    tried: list[datetime] = []
    at = [now]

    def act(key: str) -> dict[str, object]:
        if key in poison:
            tried.append(at[0])
            raise OSError("the register does not answer")
        return {"ok": True}
    service(act)
    bad = filed("asking", house, now)
    poison += [str(job.id) for job in jobs_of(bad)]
    good = [filed("asking", house, now) for _ in range(3)]
    for seconds in range(0, 240, 5):
        at[0] = now + seconds * SECOND
        worker.drain(at[0])
    assert [moment - now for moment in tried] == [0 * SECOND, 10 * SECOND, 50 * SECOND]
    assert again(bad).status is CaseStatus.HALTED
    assert {again(case).status for case in good} == {CaseStatus.CLOSED}
    with database.reading() as session:
        [incident] = session.scalars(select(Incident))
    assert "the register does not answer" in incident.message_en
    poison.clear()
    incidents.retry(incident.id, house["quan"], at[0])
    assert worker.drain(at[0]) == 1     # the button does it at once
    assert again(bad).status is CaseStatus.CLOSED
    holds(again(bad))


def jobs_of(case: Case) -> list[Job]:
    with database.reading() as session:
        return queue.of_case(session, case.id)


def test_a_clock_that_jumps_back_fires_nothing_twice_and_forward_once(adapter: str, house: House,
                                                                      now: datetime) -> None:
    publish_timed(now, "timeCycle", '"R/PT1H"', "false")
    case = filed("waiting", house, now)
    for jump in (1, -5, 0, 1, 1.5, 2, -100, 2, 9.5, 9.9, 3, 10):     # hours after the case was filed
        worker.drain(now + jump * HOUR)
    fired = ["timer.fired"] * 4     # at one o'clock, two, half past nine for seven missed ones, ten
    assert actions(case)[1:] == fired
    assert history.replay(case.code).holds


def test_jobs_are_done_in_the_order_in_which_they_are_due(adapter: str, house: House, now: datetime) -> None:
    publish_timed(now)
    waiting = [filed("waiting", house, now + seconds * SECOND) for seconds in (5, 1, 9, 3)]
    done: list[object] = []

    def do(job: Job, at: datetime) -> None:
        done.append(job.case_id)
        worker.do(job, at)
    dispatch.current().turn(Shift(do, lambda at: 0, lambda: now + HOUR), 10)
    assert done == [waiting[place].id for place in (1, 3, 0, 2)]


def test_a_job_of_a_halted_case_waits_until_it_goes_on(service: Callable[..., None], house: House,
                                                       now: datetime) -> None:
    service(lambda key: {"ok": True})
    case = filed("asking", house, now)
    with database.transaction() as session:
        held_jobs.halt_case(session, holding.case_by_id(session, case.id, case.root),
                            Halted("test", Text("Người quản trị dừng lại.", "An administrator stopped it.")), {}, now)
    for hours in range(3):
        worker.drain(now + hours * HOUR)
    assert actions(case) == ["case.filed", "incident.raised"]
    with database.reading() as session:
        [incident] = session.scalars(select(Incident))
    incidents.retry(incident.id, house["quan"], now + 3 * HOUR)
    worker.drain(now + 3 * HOUR)
    assert again(case).status is CaseStatus.CLOSED
    holds(again(case))
