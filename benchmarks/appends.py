"""How many AuditEvents a second writers append at once, each chained in its case and committed.

    python -m benchmarks.appends [--writers 8] [--seconds 10] [--database sqlite|postgresql|URL] [--json]

Each writer is a process with cases of its own. In `service` it reserves a task and gives it back through
`engine.services.tasks`: rights, rules, task, case, event, one commit each. In `raw` it does the least that keeps a
chain: the head of the case and the event, two statements and a commit. Slices of both take turns. Afterwards the
events in the database are counted against what was acknowledged, and every chain that services wrote is verified.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import func, insert, select, update

from benchmarks import circumstances, places
from benchmarks.places import Place
from engine import clock
from engine.domain.case import Case
from engine.domain.people import Actor
from engine.services import accounts, cases, history, installation, tasks
from engine.storage import database
from engine.storage.tables import audit_event_table, case_table
from webapp.cli import bench_client

TARGET = 500
_CASES = 4          # a writer's own, so that no chain grows alone
_SLICE = 1.0


class Writer:
    """One writer with cases of its own."""

    def __init__(self, url: str) -> None:
        installation.connect(url)
        actor = accounts.actor("receiver", clock.now())
        if actor is None:
            raise LookupError("receiver")
        self.actor: Actor = actor
        self.served = [self._filed() for _ in range(_CASES)]
        self.bare = [self._filed() for _ in range(_CASES)]
        self.turn = 0

    def _filed(self) -> Case:
        case = cases.file("two-tasks", bench_client.SUBMISSION, self.actor, clock.now())
        if case is None:
            raise LookupError("a case filed without a receipt is always given")
        return case

    def service(self) -> None:
        """Reserve a task or give it back, in turn."""
        task = self.served[self.turn // 2 % _CASES].open_tasks()[0]
        act = tasks.release if self.turn % 2 else tasks.claim
        act(task.id, self.actor, clock.now())

    def raw(self) -> None:
        """Write the next event of a case and its head."""
        case = self.bare[self.turn % _CASES]
        event = case.record("task.claimed", self.actor, clock.now(), {"task": {"place": "receive", "ordinal": 1},
                                                                       "result": {"holder": self.actor.account}})
        with database.current().writer.begin() as connection:
            connection.execute(update(case_table).where(case_table.c.id == case.id, case_table.c.seq == case.seq - 1)
                               .values(seq=case.seq, head=case.head))
            connection.execute(insert(audit_event_table).values(
                {name: getattr(event, name) for name in audit_event_table.c.keys()}))   # noqa: SIM118 - columns

    def run(self, what: str, seconds: float) -> dict[str, Any]:
        """Append for so long; give how many were acknowledged, and within what time."""
        act: Callable[[], None] = getattr(self, what)
        began = time.perf_counter()
        count, self.turn = 0, 0
        while time.perf_counter() - began < seconds or self.turn % 2:
            act()
            count, self.turn = count + 1, self.turn + 1
        return {"count": count, "elapsed": time.perf_counter() - began}


def write(url: str) -> None:
    """Be a writer: one order a line, `[what, seconds]`, one answer a line; the first says which cases are its own."""
    writer = Writer(url)
    _answer({"codes": [case.code for case in writer.served]})
    for line in sys.stdin:
        _answer(writer.run(*json.loads(line)))


def _answer(what: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Writers:
    """Writer processes that obey one order at a time, all at once."""

    def __init__(self, processes: Sequence[subprocess.Popen[str]]) -> None:
        self.processes = processes
        self.codes = [code for answer in self._answers() for code in answer["codes"]]

    def order(self, what: str, seconds: float) -> tuple[int, float]:
        """Let all append for so long; give how many were acknowledged, and how many a second."""
        for process in self.processes:
            assert process.stdin is not None    # noqa: S101 - opened as a pipe below
            process.stdin.write(json.dumps([what, seconds]) + "\n")
            process.stdin.flush()
        answers = self._answers()
        return sum(one["count"] for one in answers), sum(one["count"] / one["elapsed"] for one in answers)

    def _answers(self) -> list[dict[str, Any]]:
        return [json.loads(process.stdout.readline()) for process in self.processes if process.stdout is not None]


@contextmanager
def writers(place: Place, count: int) -> Iterator[Writers]:
    """Start writers and end them with the block."""
    started = [subprocess.Popen([sys.executable, "-m", "benchmarks.appends", "--write"], env=dict(place.environ),
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    try:
        yield Writers(started)
    finally:
        for process in started:
            process.communicate(timeout=30)


def measure(place: Place, count: int, seconds: float) -> dict[str, Any]:
    """Let writers append in turns and give the rates of both ways, and whether all of it is there."""
    rates: dict[str, list[float]] = {"service": [], "raw": []}
    told = 0
    with writers(place, count) as all_writers:
        before = _events()
        for _ in range(max(1, round(seconds / _SLICE))):
            for what, found in rates.items():
                acknowledged, rate = all_writers.order(what, min(seconds, _SLICE))
                told += acknowledged
                found.append(rate)
        kept = _events() - before
        broken = [code for code in all_writers.codes if not history.verify(code).holds]
    means = {f"{what}_appends_per_s": round(sum(found) / len(found)) for what, found in rates.items()}
    return {"writers": count, **means, "target": TARGET, "acknowledged": told, "kept": kept,
            "broken_chains": len(broken)}


def _events() -> int:
    with database.reading() as session:
        return int(session.execute(select(func.count()).select_from(audit_event_table)).scalar_one())


def main() -> int:
    """Measure and tell; exit code 1 where an acknowledged event is missing or a chain is broken."""
    parser = argparse.ArgumentParser(description="How many AuditEvents a second writers append at once.")
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--write", action="store_true", help=argparse.SUPPRESS)
    places.options(parser)
    chosen = parser.parse_args()
    if chosen.write:
        write(os.environ["MOTCUA_DATABASE_URL"])
        return 0
    before = circumstances.now()
    with places.place(chosen.database) as place:
        facts = {"database": place.database, **measure(place, chosen.writers, chosen.seconds)}
    circumstances.tell({**facts, "before": before, "after": circumstances.now()}, chosen.json)
    return 0 if facts["acknowledged"] == facts["kept"] and not facts["broken_chains"] else 1


if __name__ == "__main__":
    sys.exit(main())
