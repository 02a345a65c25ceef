"""The loop that claims jobs and calls services; as many as wanted may run, in one process or on many hosts."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

from engine import journal
from engine.clock import monotonic
from engine.domain.errors import CaseChanged, EngineError, Unavailable
from engine.domain.office import Job, StartTimer
from engine.jobs import dispatch, leases, presence, queue
from engine.jobs.shift import Shift
from engine.services import clock_orders, deferred, handoffs, messages, sending, signals, start_timers

log = logging.getLogger("motcua.worker")
_VERBS: dict[str, Callable[[Job, datetime], None]] = {
    "timer": deferred.fire_timers, "limit": deferred.run_out, "service": deferred.call_service,
    "message": messages.take, "signal": signals.catch, "send": sending.route,
    "handoff": handoffs.alarm}


def work(now: datetime, most: int = 10) -> int:
    """Do the jobs that are due at `now`, at most `most`, and file what starts by itself; give how many were done."""
    shift = _shift(lambda: now)
    return dispatch.current().turn(shift, most) + _begin_due(now, most)


def _shift(clock: Callable[[], datetime], stop: Event | None = None, pause: float = 1.0, threads: int = 1) -> Shift:
    return Shift(do, _begin_due, clock, stop or Event(), pause, threads)


def _begin_due(now: datetime, most: int = 10) -> int:
    timers = start_timers.due_now(now, most)
    for timer in timers:
        begin(timer, now)
    return len(timers) + clock_orders.go_on(now)


def begin(timer: StartTimer, now: datetime) -> None:
    """File the cases of a start event whose time has come; a failure is a try, as with a job.

    Raises:
        CaseChanged, Unavailable: the failure itself could not be noted now.
    """
    try:
        start_timers.fire(timer, now)
    except (CaseChanged, Unavailable) as error:
        log.warning("start put off", extra=_of_start(timer, error))
    except Exception as error:
        log.warning("start failed", extra=_of_start(timer, error))
        start_timers.failed(timer, _why(error), now)


def drain(now: datetime, rounds: int = 100) -> int:
    """Do jobs until none is due at `now`; give how many were claimed."""
    done = 0
    for _ in range(rounds):
        claimed = work(now)
        if not claimed:
            break
        done += claimed
    return done


def do(job: Job, now: datetime) -> None:
    """Do one job; a failure is a try, and the last failed try an Incident, so that one job never stops the loop.

    Raises:
        CaseChanged, Unavailable: the failure itself could not be noted now; the lease of the job runs out.
    """
    if job.attempts > queue.MOST_CLAIMS:
        deferred.give_up(job, "every worker that took it stopped", now)
        return
    try:
        _VERBS[job.kind](job, now)
    except (CaseChanged, Unavailable) as error:
        log.warning("job put off", extra=_of_job(job, error))
    except Exception as error:
        why = _why(error)
        log.warning("job failed", extra=_of_job(job, error))
        if not queue.fail(job, why, now, deferred.tries_of(job)):
            deferred.give_up(job, why, now)


def _why(error: Exception) -> str:
    return error.message.en if isinstance(error, EngineError) else f"{type(error).__name__}: {error}"


def _of_job(job: Job, error: Exception) -> dict[str, Any]:
    """Give what the log says of a job; the cause itself, which may name people, stands with the job."""
    return journal.facts(job=job.id.hex, kind=job.kind, attempt=job.attempts, error=type(error).__name__)


def _of_start(timer: StartTimer, error: Exception) -> dict[str, Any]:
    return journal.facts(procedure=timer.slug, start=timer.key, error=type(error).__name__)


@dataclass
class _Presence:
    """This process as the others see it (`engine.jobs.presence`)."""

    started: datetime | None = None
    host: str = field(default_factory=socket.gethostname)
    pid: int = field(default_factory=os.getpid)
    last: datetime | None = None

    def beat(self, now: datetime) -> None:
        """Say every `presence.BEAT` that this worker is there; a clock that jumped does not silence it."""
        self.started = self.started or now
        if self.last is None or abs(now - self.last) >= presence.BEAT:
            presence.beat(self.host, self.pid, self.started, now)
            self.last = now

    def leave(self) -> None:
        """Say that this worker ends; with the database away its row just grows old."""
        with suppress(CaseChanged, Unavailable):
            presence.leave(self.host, self.pid)


def run(clock: Callable[[], datetime], stop: Event, pause: float = 1.0, threads: int = 1,
        every: timedelta = leases.EXTEND) -> None:
    """Work until `stop` is set, looking every `pause` seconds, in so many threads; what takes long is kept by extending
    its lease `every` so often. An absent database is waited for, and nothing that breaks ends the loop. What is under
    way when it stops gets `shift.GRACE`; what takes longer is left to its lease, and its thread ends with the process.
    """
    shift = _shift(clock, stop, pause, threads)
    present = _Presence()
    watch = Thread(target=_watch, args=(shift, present, every), name="motcua-watch", daemon=True)
    watch.start()
    dispatch.current().serve(shift)
    watch.join()
    present.leave()


def _watch(shift: Shift, present: _Presence, every: timedelta) -> None:
    """Say that this worker is there, and keep what it holds, until it stops; whatever the jobs under way take."""
    extended = monotonic()
    while not shift.stop.is_set():
        shift.guarded(lambda: present.beat(shift.clock()))
        shift.stop.wait(shift.pause)
        if monotonic() - extended >= every.total_seconds():
            extended = monotonic()
            shift.guarded(lambda: shift.leases.extend(shift.clock()))
