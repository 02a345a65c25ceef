"""The client processes of a run: each that was killed is followed by another."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.product import ROOT, Process


@dataclass
class Crew:
    """As many clients as wanted, by one plan, until a time of the monotonic clock."""

    plan: Path
    size: int
    until: float
    running: dict[int, Process] = field(default_factory=dict)
    begun: int = 0
    killed: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)

    def muster(self) -> None:
        """Let as many run as wanted while there is time; one that ended by itself too early broke."""
        for number, process in list(self.running.items()):
            if process.poll() is not None:
                del self.running[number]
                self.broken += [number] if process.returncode else []
        while len(self.running) < self.size and self.until - time.monotonic() > 1:
            left = self.until - time.monotonic()
            self.running[self.begun] = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.clients", str(self.plan), str(self.begun), str(left)], cwd=ROOT)
            self.begun += 1

    def kill(self, chance: random.Random) -> bool:
        """Kill one that runs; tell whether there was one."""
        if not self.running:
            return False
        number = chance.choice(sorted(self.running))
        process = self.running.pop(number)
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.killed.append(number)
        return True

    def finish(self, seconds: float) -> None:
        """Wait until all have ended; one that does not in time broke."""
        until = time.monotonic() + seconds
        for number, process in self.running.items():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            self.broken += [number] if process.returncode else []
        self.running.clear()

    def end(self) -> None:
        """Leave none behind."""
        for process in self.running.values():
            process.kill()
            process.wait()
