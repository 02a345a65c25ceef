"""The adapter without anything beside the database: each worker claims due rows in small batches.

It needs no server of its own, works on SQLite and PostgreSQL, and with as many workers as wanted: what one has
claimed the others pass over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from engine.domain.office import Job
from engine.jobs import queue, shift
from engine.jobs.shift import Shift

NAME = "rows"
BATCH = 25      # rows claimed in one statement: few enough that a second worker gets its share


def attach() -> None:
    """Nothing is to be prepared: the rows are there."""


def install() -> None:
    """Nothing is to be made in the database: the rows are part of its schema."""


def check() -> None:
    """Every database of this release will do."""


def announce(session: Session, jobs: Sequence[Job], now: datetime) -> None:
    """Nobody is told: the workers look for rows themselves."""


def turn(work: Shift, most: int = BATCH) -> int:
    """Claim and do up to `most` due jobs, those due first; when `work` stops, what was not begun is given back. Gives
    how many were claimed.

    Raises:
        CaseChanged, Unavailable: as `Shift.one`; what was not begun is given back.
    """
    jobs = queue.claim(work.clock(), most)
    with work.leases.kept(jobs):
        for job in jobs:
            if work.stop.is_set():
                break
            work.one(job)
    return len(jobs)


def serve(work: Shift) -> None:
    """Do due jobs until `work` stops; then end what was begun, in `shift.GRACE` at most."""
    started = shift.hands(work.threads, lambda: _hand(work))
    work.stop.wait()
    shift.wait_for(started)


def _hand(work: Shift) -> None:
    while not work.stop.is_set():
        done = work.guarded(lambda: turn(work))
        beside = work.guarded(lambda: work.beside(work.clock()))
        if not done + beside:
            work.stop.wait(work.pause)
