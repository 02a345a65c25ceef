"""What goes wrong on purpose: serving processes, whole servers, workers and clients are killed, a worker is frozen for
longer than its lease, the database server stops at once, and new versions are published meanwhile.

Only processes started here are touched, each by its id.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults.crew import Crew
from tests.faults.product import Process, Product, Server, runs

Window = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Habits:
    """How much harm: seconds between two kills at most, between two stops of the database, how long a worker is
    frozen (0: never), and how often what dies is a client, a server, a worker; else it is a serving process."""

    pause: float = 2.5
    stops: float = 15.0
    frozen: float = 33.0
    client: float = 0.25
    server: float = 0.08
    worker: float = 0.22


@dataclass
class Nemesis:
    """Chooses what fails when, and counts it. With a `database` it stops that too; `publish` brings a new version."""

    product: Product
    crew: Crew
    chance: random.Random
    database: Server | None = None
    habits: Habits = Habits()
    publish: Callable[[], bool] | None = None
    counts: Counter[str] = field(default_factory=Counter)
    away: list[Window] = field(default_factory=list)
    frozen: list[Window] = field(default_factory=list)
    _asleep: tuple[Process, float, float] | None = None

    def run(self, seconds: float) -> None:
        """Do harm until the end: a process each second or two, a whole server now and then."""
        until = time.monotonic() + seconds
        stop, freeze, publish = (time.monotonic() + first for first in (3.0, 4.0, 5.0))
        while time.monotonic() < until:
            time.sleep(self.chance.uniform(0.2, 1.0) * self.habits.pause)
            self.product.start()
            self.crew.muster()
            self._wake(late=False)
            if not self.product.answering():
                continue                # harm what runs: a server kept down proves nothing
            now = time.monotonic()
            if self.database is not None and now > stop:
                self._stop_database(self.database)
                stop = time.monotonic() + self.habits.stops
            elif self.publish is not None and now > publish:
                self.counts["published"] += self.publish()
                publish = now + 12
            elif self.habits.frozen and now > freeze and now + self.habits.frozen < until:
                self._freeze()
                freeze = now + self.habits.frozen * 2
            else:
                self._kill()
        self._wake(late=True)

    def _kill(self) -> None:
        throw, habits = self.chance.random(), self.habits
        if throw < habits.client:
            self.counts["client"] += self.crew.kill(self.chance)
        elif throw < habits.client + habits.server:
            self._kill_one("server", [one for one in self.product.servers if one is not None and runs(one)])
        elif throw < habits.client + habits.server + habits.worker:
            asleep = self._asleep[0] if self._asleep else None
            self._kill_one("worker", [one for one in self.product.workers
                                      if one is not None and one is not asleep and runs(one)])
        else:
            serving = self.product.serving()
            if serving:
                self.counts["serving"] += _killed(self.chance.choice(serving))

    def _kill_one(self, kind: str, running: list[Process]) -> None:
        if running:
            process = self.chance.choice(running)
            self.counts[kind] += _killed(process.pid)
            process.wait()

    def _freeze(self) -> None:
        """Stop a worker in whatever it is doing; it wakes when its lease is long over."""
        running = [one for one in self.product.workers if one is not None and runs(one)]
        if self._asleep is None and running:
            process = self.chance.choice(running)
            process.send_signal(signal.SIGSTOP)
            self._asleep = process, time.monotonic(), time.monotonic() + self.habits.frozen
            self.counts["frozen"] += 1

    def _wake(self, *, late: bool) -> None:
        if self._asleep is not None and (late or time.monotonic() > self._asleep[2]):
            process, began, _ = self._asleep
            process.send_signal(signal.SIGCONT)
            self.frozen.append((began, time.monotonic()))
            self._asleep = None

    def _stop_database(self, server: Server) -> None:
        began = time.monotonic()
        server.stop()
        time.sleep(self.chance.uniform(0.2, 1.5))
        server.start()
        self.away.append((began, time.monotonic()))
        self.counts["database"] += 1


def _killed(pid: int) -> int:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return 0
    return 1
