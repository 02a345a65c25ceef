"""Claiming jobs by lease and fence, so that two workers or one that woke too late never do a job twice.

A claim raises the fence; the effect of a job is written in a transaction that first checks it (`hold`). A worker
that slept longer than its lease finds another fence and writes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from engine.domain.office import Job
from engine.storage import database
from engine.storage.tables import case_table, job_table

LEASE = timedelta(seconds=30)
TRIES = 3
MOST_CLAIMS = 20        # whatever was taken so often and never came back ended every worker that took it
_LONGEST_WAIT = 5       # of growing waits: the fifth is about three quarters of an hour
_columns = job_table.c


def claim(now: datetime, most: int = 10) -> list[Job]:
    """Lease up to `most` due jobs, oldest first, to the caller until `now` + `LEASE`."""
    with database.transaction() as session:
        free = or_(_columns.leased_until.is_(None), _columns.leased_until < now)
        due = select(_columns.id).where(_columns.due <= now, free).order_by(_columns.due).limit(most)
        if not database.current().sqlite:
            due = due.with_for_update(skip_locked=True)
        ids = list(session.scalars(due))
        if not ids:
            return []
        taken = update(job_table).where(_columns.id.in_(ids), free).values(
            leased_until=now + LEASE, fence=_columns.fence + 1, attempts=_columns.attempts + 1).returning(_columns.id)
        claimed = list(session.scalars(taken))
        session.flush()
        jobs = list(session.scalars(select(Job).where(_columns.id.in_(claimed)).order_by(_columns.due)))
        session.expunge_all()
        return jobs


def hold(session: Session, job: Job) -> bool:
    """Tell, inside the transaction of its effect, whether the job is still the caller's; locks its row.

    The case is locked before its jobs, as people's acts do it: the two never wait for each other.
    """
    session.execute(select(case_table.c.id).where(case_table.c.id == job.case_id).with_for_update())
    found = session.execute(select(_columns.fence).where(_columns.id == job.id).with_for_update()).scalar()
    return found == job.fence


def finish(session: Session, job: Job) -> bool:
    """Take a job off the queue, in the transaction of its effect; tell whether it still was the caller's."""
    done = session.execute(delete(job_table).where(_columns.id == job.id, _columns.fence == job.fence))
    return bool(done.rowcount == 1)     # type: ignore[attr-defined]


def postpone(session: Session, job: Job, due: datetime) -> None:
    """Put a job off until `due` without counting a try."""
    session.execute(update(job_table).where(_columns.id == job.id, _columns.fence == job.fence)
                    .values(due=due, leased_until=None, attempts=_columns.attempts - 1))


def fail(job: Job, why: str, now: datetime, tries: int = TRIES) -> bool:
    """Note a failed try and put the job off by a growing wait; give False when its `tries` are used up.

    A job may have been claimed more often than it failed: a worker that dies over it counts too.
    """
    with database.transaction() as session:
        wait = timedelta(seconds=10 * 4 ** (min(job.attempts, _LONGEST_WAIT) - 1))
        session.execute(update(job_table).where(_columns.id == job.id, _columns.fence == job.fence)
                        .values(due=now + wait, leased_until=None, last_error=why[:2000]))
    return job.attempts < tries


def waiting(session: Session) -> int:
    """Count the jobs on the queue."""
    return session.execute(select(func.count()).select_from(job_table)).scalar_one()


def of_case(session: Session, case_id: UUID) -> list[Job]:
    """Give the jobs of a case, by due time."""
    return list(session.scalars(select(Job).where(_columns.case_id == case_id).order_by(_columns.due)))
