"""The jobs a process holds: kept while they are done, however long that takes, so that nobody else begins them.

A lease is short, so that the job of a worker that died is soon free; a handler may take longer. What a process holds
is therefore extended again and again, up to `LONGEST`: who has not come back by then hangs, and another tries.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

from engine import clock
from engine.domain.errors import CaseChanged, Unavailable
from engine.domain.office import Job
from engine.jobs import queue

EXTEND = queue.LEASE / 3            # how often
LONGEST = timedelta(minutes=30)     # of one job
log = logging.getLogger("motcua.worker")


@dataclass
class Leases:
    """What this process holds, by job: the fence, and since when by a clock that only grows."""

    longest: timedelta = LONGEST
    _held: dict[UUID, tuple[int, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def kept(self, jobs: Sequence[Job]) -> Iterator[None]:
        """Hold claimed jobs; those not dropped when the block ends are given back, as nobody began them."""
        since = clock.monotonic()
        with self._lock:
            self._held.update({job.id: (job.fence, since) for job in jobs})
        try:
            yield
        finally:
            left = [job for job in jobs if self.drop(job)]
            if left:
                with suppress(CaseChanged, Unavailable):        # then their leases run out
                    queue.give_back(left)

    def drop(self, job: Job) -> bool:
        """Hold a job no longer: it is done, or put off; tell whether it was held."""
        with self._lock:
            return self._held.pop(job.id, None) is not None

    def extend(self, now: datetime) -> None:
        """Hold what is held until `now` + `queue.LEASE`, but nothing for longer than `longest` in all.

        Raises:
            CaseChanged, Unavailable: the database did not take it; the next time may be early enough.
        """
        oldest = clock.monotonic() - self.longest.total_seconds()
        with self._lock:
            held = [(job, fence) for job, (fence, since) in self._held.items() if since >= oldest]
        if held:
            queue.extend(held, now)
