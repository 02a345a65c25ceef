"""What `motcua bench` measures without the network: statements and commits of a request, sizes, the cost of history."""

from __future__ import annotations

import time
from collections.abc import Mapping
from statistics import median
from typing import Any

from engine import clock, config
from engine.services import cases, measuring, tasks
from webapp import create_app
from webapp.cli import bench_client
from webapp.cli.bench_office import House

ROUNDS = 100
_WINDOW = 5


def sizes(house: House, count: int) -> dict[str, float]:
    """Carry `count` cases to their end and give the bytes of a finished one, and of the state of a waiting one."""
    _carry(house, 1)
    before, states = measuring.size(), []
    for _ in range(count):
        states.append(_carry(house, 1))
    return {"state_bytes": median(states), "db_bytes_per_case": round((measuring.size() - before) / count)}


def _carry(house: House, count: int) -> int:
    """Carry cases to their end and give the bytes of the state of the last while it waited for its second task."""
    state = 0
    for _ in range(count):
        case = cases.file("two-tasks", bench_client.SUBMISSION, house.people["receive"], clock.now())
        for key, outcome in (("receive", "accepted"), ("verify", "approve")):
            assert case is not None     # noqa: S101 - without a receipt there is always a case
            state = len(case.state)
            task = case.open_tasks()[0]
            case = tasks.complete(task.id, {"outcome": outcome}, house.people[key], clock.now())
    return state


def statements(house: House, environ: Mapping[str, str]) -> dict[str, int]:
    """Count what the whole request that completes a task asks of the database: the larger of the case's two."""
    client = create_app(config.load(environ)).test_client()
    filing = {"procedure": "two-tasks", "submission": bench_client.SUBMISSION}
    most = measuring.Counted()
    for warm in (True, False):
        answer = _post(client, "/api/v1/cases", house.tokens["receive"], filing)
        for key, outcome in (("receive", "accepted"), ("verify", "approve")):
            task = answer["tasks"][0]["id"]
            with measuring.counting() as counted:
                answer = _post(client, f"/api/v1/tasks/{task}/complete", house.tokens[key],
                               {"submission": {"outcome": outcome}})
            if not warm:
                most = measuring.Counted(max(most.statements, counted.statements), max(most.commits, counted.commits))
    return {"sql_per_complete": most.statements, "commits_per_complete": most.commits}


def _post(client: Any, path: str, token: str, body: Mapping[str, Any]) -> Any:
    answer = client.post(path, json=body, headers={"Authorization": f"Bearer {token}"})
    if not 200 <= answer.status_code < 300:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:300]}")
    return answer.get_json()


def history(house: House, count: int) -> float:
    """Give the cost of the 100th task of one case over the 1st: medians over several cases and neighbouring tasks."""
    first: list[float] = []
    hundredth: list[float] = []
    actor = house.people["work"]
    for _ in range(count):
        case = cases.file("rework", bench_client.SUBMISSION, _filer(house), clock.now())
        costs = []
        for _ in range(ROUNDS + _WINDOW // 2):
            assert case is not None     # noqa: S101 - without a receipt there is always a case
            task = case.open_tasks()[0]
            began = time.perf_counter()
            case = tasks.complete(task.id, {"outcome": "again"}, actor, clock.now())
            costs.append(time.perf_counter() - began)
        first += costs[:_WINDOW]
        hundredth += costs[-_WINDOW:]
    return median(hundredth) / median(first)


def _filer(house: House) -> Any:
    return house.people["receive"]
