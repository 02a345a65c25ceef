"""What a server counted of its requests: how many by route pattern and status, and how long they took.

Each serving process counts for itself. Where the server gave them a folder, each also writes its counts there about
once a second, and whichever process is asked adds up those of all, also of processes that are gone: a count never
falls while the server lives. Nothing else is kept: no address, no account.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Thread
from typing import Any

from engine import clock

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)      # seconds
_EVERY = 1.0            # seconds between two writings
Route = tuple[str, str]


@dataclass
class Durations:
    """How many requests took at most each of `BOUNDS` and no less than the bound before; the last are slower ones."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0

    def add(self, counts: Iterable[int], seconds: float) -> None:
        """Add other counts."""
        self.counts = [mine + more for mine, more in zip(self.counts, counts, strict=True)]
        self.seconds += seconds


@dataclass
class Counts:
    """Requests by method, route pattern and status, and their durations by method and route pattern."""

    requests: dict[tuple[str, str, int], int] = field(default_factory=dict)
    durations: dict[Route, Durations] = field(default_factory=dict)

    def add(self, method: str, route: str, status: int, number: int = 1) -> None:
        """Count requests."""
        key = (method, route, status)
        self.requests[key] = self.requests.get(key, 0) + number

    def took(self, method: str, route: str) -> Durations:
        """Give the durations of a route."""
        return self.durations.setdefault((method, route), Durations())

    def written(self) -> dict[str, Any]:
        """Give all of it as a JSON object."""
        return {"requests": [[*key, number] for key, number in self.requests.items()],
                "durations": [[*key, one.counts, one.seconds] for key, one in self.durations.items()]}

    def read(self, written: dict[str, Any]) -> None:
        """Add what another process wrote."""
        for method, route, status, number in written["requests"]:
            self.add(method, route, status, number)
        for method, route, counts, seconds in written["durations"]:
            self.took(method, route).add(counts, seconds)


class Counter:
    """The counts of this process, and those of its siblings where they share a folder."""

    def __init__(self, folder: Path | None = None) -> None:
        self._own = Counts()
        self._folder = folder
        self._changed = Condition()
        self._dirty = False
        self._writer: Thread | None = None
        self._file = ""

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        place = next((at for at, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))
        with self._changed:
            self._own.add(method, route, status)
            durations = self._own.took(method, route)
            durations.counts[place] += 1
            durations.seconds += seconds
            self._dirty = True
            if self._folder is not None and self._writer is None:
                self._begin()

    def total(self) -> Counts:
        """Give the counts of all processes of this server, this one's as they are now."""
        found = Counts()
        with self._changed:
            found.read(self._own.written())
        for place in sorted(self._folder.glob("*.json")) if self._folder is not None else ():
            if place.name != self._file:
                with suppress(OSError, ValueError, KeyError, TypeError):      # one that cannot be read is left out
                    found.read(json.loads(place.read_text(encoding="ascii")))
        return found

    def _begin(self) -> None:
        """Let a thread write from now on; begun by the first request, so that it lives in the process that serves."""
        self._file = f"{os.getpid()}-{int(clock.monotonic() * 1e6)}.json"
        self._writer = Thread(target=self._write, name="motcua-counts", daemon=True)
        self._writer.start()

    def _write(self) -> None:
        while True:
            with self._changed:
                self._changed.wait(_EVERY)
                written = self._own.written() if self._dirty else None
                self._dirty = False
            if written is not None and self._folder is not None:
                draft = self._folder / f".{self._file}"
                with suppress(OSError):
                    draft.write_text(json.dumps(written), encoding="ascii")
                    draft.replace(self._folder / self._file)
