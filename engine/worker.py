"""The loop that claims jobs and calls services; as many as wanted may run, in one process or on many hosts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event

from engine.domain.errors import CaseChanged, EngineError, Unavailable
from engine.domain.office import Job, StartTimer
from engine.jobs import queue
from engine.services import deferred, handoffs, messages, sending, signals, start_timers

log = logging.getLogger("motcua.worker")
_VERBS: dict[str, Callable[[Job, datetime], None]] = {
    "timer": deferred.fire_timers, "limit": deferred.run_out, "service": deferred.call_service,
    "message": messages.take, "signal": signals.catch, "send": sending.route,
    "handoff": handoffs.alarm}


def work(now: datetime, most: int = 10) -> int:
    """Do the jobs that are due at `now`, at most `most`, and file what starts by itself; give how many were done."""
    jobs = queue.claim(now, most)
    for job in jobs:
        do(job, now)
    timers = start_timers.due_now(now, most)
    for timer in timers:
        begin(timer, now)
    return len(jobs) + len(timers)


def begin(timer: StartTimer, now: datetime) -> None:
    """File the cases of a start event whose time has come; a failure is a try, as with a job.

    Raises:
        CaseChanged, Unavailable: the failure itself could not be noted now.
    """
    try:
        start_timers.fire(timer, now)
    except (CaseChanged, Unavailable) as error:
        log.warning("start %s of %s put off: %s", timer.key, timer.slug, error)
    except Exception as error:
        why = _why(error)
        log.warning("start %s of %s failed: %s", timer.key, timer.slug, why)
        start_timers.failed(timer, why, now)


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
        log.warning("job %s put off: %s", job.id, error)
    except Exception as error:
        why = _why(error)
        log.warning("job %s failed: %s", job.id, why)
        if not queue.fail(job, why, now, deferred.tries_of(job)):
            deferred.give_up(job, why, now)


def _why(error: Exception) -> str:
    return error.message.en if isinstance(error, EngineError) else f"{type(error).__name__}: {error}"


def run(clock: Callable[[], datetime], stop: Event, pause: float = 1.0) -> None:
    """Work until `stop` is set, looking every `pause` seconds; an absent database is waited for, and nothing that
    breaks ends the loop: nobody would notice."""
    while not stop.is_set():
        busy = False
        try:
            busy = work(clock()) > 0
        except (CaseChanged, Unavailable) as error:
            log.warning("put off: %s", error)
        except Exception:
            log.exception("unexpected")
        if not busy:
            stop.wait(pause)
