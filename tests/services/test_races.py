"""Eight writers race 1,000 submissions: each task is done exactly once and every history holds."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select

from engine.domain.case import CaseStatus
from engine.domain.errors import Conflict
from engine.domain.people import Actor
from engine.procedures.pack import Pack
from engine.services import cases, history, procedures, tasks
from engine.services.receipts import Receipt
from engine.storage import database
from engine.storage.tables import audit_event_table, case_table
from tests import office
from tests.services.test_case_course import done, filed

House = dict[str, Actor]
CASES, ROUNDS, PROCESSES = 50, 20, 4


def loop() -> Pack:
    inside = ('<bpmn:startEvent id="application"/><bpmn:exclusiveGateway id="again"/>'
              + office.user_task("work", "processing-officer", "competent")
              + '<bpmn:exclusiveGateway id="enough" default="f3"/><bpmn:endEvent id="done"/>'
              + office.flows(("application", "again"), ("again", "work"), ("work", "enough"), ("enough", "done"),
                             ("enough", "again", f"work.n &lt; {ROUNDS}")))
    return Pack({"procedure.toml": office.manifest("loop"), "process.bpmn": office.diagram("loop", inside),
                 "forms/application.json": office.APPLICATION,
                 "forms/work.json": office.form(n={"type": "integer", "title": "Lần"})})


def racers(url: str) -> list[dict[str, list[str]]]:
    def one(seed: int) -> list[dict[str, list[str]]]:
        run = subprocess.run([sys.executable, "-m", "tests.services.racer", url, str(seed)], capture_output=True,
                             text=True, timeout=300, check=False, cwd=Path(__file__).parents[2])
        assert run.returncode == 0, run.stderr
        return list(json.loads(run.stdout))
    with ThreadPoolExecutor(PROCESSES) as pool:
        return [result for pair in pool.map(one, range(0, 2 * PROCESSES, 2)) for result in pair]


@pytest.mark.slow
def test_eight_writers_lose_nothing_and_see_no_lock(house: House, now: datetime, database_url: str) -> None:
    procedures.publish(loop(), now)
    codes = [filed("loop", house, now).code for _ in range(CASES)]
    results = racers(database_url)
    assert [wrong for result in results for wrong in result["wrong"]] == []
    acknowledged = [task for result in results for task in result["acknowledged"]]
    assert (len(acknowledged), len(set(acknowledged))) == (CASES * ROUNDS, CASES * ROUNDS)
    with database.reading() as session:
        completed = session.execute(select(func.count()).where(audit_event_table.c.action == "task.completed")).scalar()
        statuses = set(session.scalars(select(case_table.c.status)))
    assert (completed, statuses) == (CASES * ROUNDS, {CaseStatus.CLOSED})
    for code in codes:
        for finding in (history.verify(code), history.replay(code)):
            assert finding.holds, finding


def test_of_two_people_on_one_task_exactly_one_succeeds_and_the_other_is_told_who(house: House, now: datetime) -> None:
    for _ in range(20):
        case = done(filed("two-tasks", house, now), house["binh"], now, outcome="accepted")
        task, barrier = case.open_tasks()[0].id, Barrier(2)

        def try_it(name: str, task: object = task, barrier: Barrier = barrier) -> str | None:
            barrier.wait()
            try:
                tasks.complete(task, {"outcome": "approve"}, house[name], now)  # type: ignore[arg-type]
            except Conflict as refused:
                return refused.actor
            return None
        with ThreadPoolExecutor(2) as pool:
            told = list(pool.map(try_it, ["an", "khoa"]))
        assert told in ([None, "an"], ["khoa", None])
        assert history.replay(case.code).holds


def test_one_key_used_at_once_files_one_case(house: House, now: datetime) -> None:
    barrier = Barrier(4)

    def file_it(_: int) -> bytes | None:
        receipt = Receipt("binh", lambda session, case: case.code.encode(), "the-key", "the-body")
        barrier.wait()
        cases.file("two-tasks", office.APPLICANT, house["binh"], now, receipt=receipt)
        return receipt.answer
    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(file_it, range(4)))
    with database.reading() as session:
        count = session.execute(select(func.count()).select_from(case_table)).scalar()
    assert (len(answers), count) == (1, 1)
