"""The load of `motcua bench`: client processes that file, complete and ask the floor in turn, and what came of it.

Slices of the product and of the floor alternate, so that whatever else the machine does falls on both.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from webapp.cli import bench_client, bench_server

SLICE = 1.0


@dataclass(slots=True)
class Tally:
    """What one kind of request came to over all slices: waits in seconds, rate as the sum over the clients."""

    waits: list[float] = field(default_factory=list)
    wrong: dict[str, int] = field(default_factory=dict)
    rates: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float = 0.0

    def add(self, answers: Sequence[Mapping[str, Any]]) -> None:
        """Add what the clients answered to one order."""
        for answer in answers:
            self.waits += answer["waits"]
            self.cpu += answer["cpu"]
            for status, count in answer["wrong"].items():
                self.wrong[status] = self.wrong.get(status, 0) + count
        self.rates.append(sum(len(a["waits"]) / a["elapsed"] for a in answers if a["elapsed"]))
        self.seconds += max((a["elapsed"] for a in answers), default=0.0)

    def rate(self) -> float:
        """Give requests a second: the mean over the slices, each weighing the same."""
        return sum(self.rates) / len(self.rates) if self.rates else 0.0

    def percentile(self, share: float) -> float:
        """Give the milliseconds within which a share of the requests was answered."""
        return percentile(self.waits, share)


def percentile(waits: Sequence[float], share: float) -> float:
    """Give the milliseconds within which a share of the waits (seconds) was over."""
    ordered = sorted(waits)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


@dataclass(slots=True)
class Load:
    """The three kinds of requests of a run."""

    file: Tally = field(default_factory=Tally)
    complete: Tally = field(default_factory=Tally)
    floor: Tally = field(default_factory=Tally)


class Clients:
    """Client processes that obey one order at a time, all at once."""

    def __init__(self, processes: Sequence[subprocess.Popen[str]]) -> None:
        self.processes = processes

    def order(self, what: str, seconds: float, count: int = 10 ** 9) -> list[dict[str, Any]]:
        """Let every client do one thing and give what each came to."""
        return self._all([[what, seconds, count]] * len(self.processes))

    def steady(self, acts: Sequence[str], seconds: float, rate: float) -> list[dict[str, Any]]:
        """Let the clients together do `rate` acts a second on a timetable, each in its turn; give what each came to."""
        every = len(self.processes) / rate
        return self._all([{"acts": list(acts), "seconds": seconds, "every": every, "first": place / rate}
                          for place in range(len(self.processes))])

    def _all(self, orders: Sequence[Any]) -> list[dict[str, Any]]:
        for process, order in zip(self.processes, orders, strict=True):
            assert process.stdin is not None    # noqa: S101 - opened as a pipe below
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
        return [json.loads(process.stdout.readline()) for process in self.processes if process.stdout is not None]


@contextmanager
def clients(number: int, port: int, tokens: Mapping[str, str],
            pages: Sequence[tuple[str, str]] = ()) -> Iterator[Clients]:
    """Start client processes and end them with the block; `pages` are paths with the cookie to ask them with."""
    started = []
    try:
        for one in range(number):
            process = subprocess.Popen([sys.executable, "-I", str(Path(bench_client.__file__))], text=True,     # noqa: S603 - our own file
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            started.append(process)
            assert process.stdin is not None    # noqa: S101 - opened as a pipe above
            plan = {"host": bench_server.HOST, "port": port, "tokens": dict(tokens), "number": one,
                    "pages": list(pages)}
            process.stdin.write(json.dumps(plan) + "\n")
        yield Clients(started)
    finally:
        for process in started:
            process.communicate(timeout=30)


def drive(port: int, tokens: Mapping[str, str], number: int, seconds: float) -> Load:
    """Drive a server for `seconds` of completing and as long of the floor, in slices of at most a second."""
    slices = max(1, round(seconds / SLICE))
    load = Load()
    with clients(number, port, tokens) as driven:
        driven.order("file", 5.0, 10)
        stock = _enough(driven.order("complete", 5.0, 20), seconds / slices)
        driven.order("floor", 5.0, 50)
        for _ in range(slices):
            load.file.add(driven.order("file", 30.0, stock))
            done = driven.order("complete", seconds / slices)
            load.complete.add(done)
            load.floor.add(driven.order("floor", seconds / slices))
            stock = _enough(done, seconds / slices)
    return load


def _enough(done: Sequence[Mapping[str, Any]], seconds: float) -> int:
    """Give how many cases each client must file so that none runs out of tasks within the next slice."""
    fastest = max((len(answer["waits"]) / answer["elapsed"] for answer in done if answer["elapsed"]), default=50.0)
    left = min((answer["ready"] for answer in done), default=0)
    return max(2, int(fastest * seconds * 0.65) + 2 - left)
