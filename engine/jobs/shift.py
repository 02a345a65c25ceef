"""What a worker is asked to do, as the adapters see it: whom to bring jobs to, by which clock, and until when."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Thread

from engine import clock, journal
from engine.domain.errors import CaseChanged, Unavailable
from engine.domain.office import Job
from engine.jobs.leases import Leases

GRACE = timedelta(seconds=10)       # that a stopping worker gives to what it has begun
log = logging.getLogger("motcua.worker")


@dataclass
class Shift:
    """The work of one process: `do` does a claimed job, `beside` what is due without being a job and tells how much
    that was; both are given the time by `clock`. At most `threads` jobs are done at once, until `stop` is set."""

    do: Callable[[Job, datetime], None]
    beside: Callable[[datetime], int]
    clock: Callable[[], datetime]
    stop: Event = field(default_factory=Event)
    pause: float = 1.0
    threads: int = 1
    leases: Leases = field(default_factory=Leases)

    def one(self, job: Job) -> None:
        """Do one job that `leases` keeps, and keep it no longer.

        Raises:
            CaseChanged, Unavailable: not even the failure could be noted.
        """
        try:
            self.do(job, self.clock())
        finally:
            self.leases.drop(job)

    def guarded(self, act: Callable[[], int | None]) -> int:
        """Do something of the loop and give what it gives; what breaks in it is written down and ends nothing: nobody
        would notice."""
        try:
            return act() or 0
        except (CaseChanged, Unavailable) as error:
            log.warning("put off", extra=journal.facts(error=type(error).__name__))
        except Exception:
            log.exception("unexpected")
        return 0


def hands(number: int, act: Callable[[], None]) -> list[Thread]:
    """Start threads that do not keep the process from ending: what one was doing then is free after its lease."""
    started = [Thread(target=act, name=f"motcua-hand-{place}", daemon=True) for place in range(number)]
    for hand in started:
        hand.start()
    return started


def wait_for(threads: list[Thread], most: timedelta = GRACE) -> bool:
    """Wait until threads have ended, at most so long; tell whether they have."""
    until = clock.monotonic() + most.total_seconds()
    for thread in threads:
        thread.join(max(0.0, until - clock.monotonic()))
    return not any(thread.is_alive() for thread in threads)
