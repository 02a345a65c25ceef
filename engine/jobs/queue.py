"""The rows of deferred work, the only truth about it: claimed by lease and fence, so that two workers or one that woke
too late never do a job twice.

A claim raises the fence; the effect of a job is written in a transaction that first checks it (`hold`, or
`engine.services.held_jobs`). A worker that slept longer than its lease finds another fence and writes nothing. How a
worker learns that a row is due lives in the adapters (`engine.jobs.dispatch`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from engine.domain.office import Job
from engine.storage import database
from engine.storage.tables import case_table, job_table

LEASE = timedelta(seconds=30)
TRIES = 3
MOST_CLAIMS = 20        # whatever was taken so often and never came back ended every worker that took it
_LONGEST_WAIT = 5       # of growing waits: the fifth is about three quarters of an hour
_columns = job_table.c


def free(now: datetime) -> ColumnElement[bool]:
    """Give the condition under which nobody holds a job. No lease ends later than `LEASE` from now but one taken by a
    clock ahead of time, which holds nothing."""
    return or_(_columns.leased_until.is_(None), _columns.leased_until < now, _columns.leased_until > now + 2 * LEASE)


def claim(now: datetime, most: int = 10) -> list[Job]:
    """Lease up to `most` due jobs, those due first, to the caller until `now` + `LEASE`."""
    return _lease(now, _columns.id.in_(select(due(now, most).cte("due").c.id)), free(now))


def due(now: datetime, most: int) -> Select[tuple[UUID]]:
    """Give the question for the ids of up to `most` jobs that are due and free, those due first; on PostgreSQL it locks
    them and passes over what others have locked."""
    found = select(_columns.id).where(_columns.due <= now, free(now)).order_by(_columns.due).limit(most)
    return found if database.current().sqlite else found.with_for_update(skip_locked=True)


def take(job_id: UUID, now: datetime) -> Job | None:
    """Lease one job to the caller, unless it is done, put off, or held by another."""
    found = _lease(now, _columns.id == job_id, _columns.due <= now, free(now))
    return found[0] if found else None


def _lease(now: datetime, *which: ColumnElement[bool]) -> list[Job]:
    taken = update(job_table).where(*which).values(
        leased_until=now + LEASE, fence=_columns.fence + 1, attempts=_columns.attempts + 1).returning(job_table)
    with database.transaction() as session:
        jobs = [Job(**row) for row in session.execute(taken).mappings()]
    return sorted(jobs, key=lambda job: (job.due, job.id))


def extend(held: Sequence[tuple[UUID, int]], now: datetime) -> None:
    """Hold jobs, by id and fence, until `now` + `LEASE`; one that is being finished at this moment, or is another's by
    now, is left alone.

    Raises:
        Unavailable: the database is away.
    """
    mine = tuple_(_columns.id, _columns.fence).in_(held)
    longer = update(job_table)
    if not database.current().sqlite:
        longer = longer.where(_columns.id.in_(select(_columns.id).where(mine).with_for_update(skip_locked=True)))
    with database.transaction() as session:
        session.execute(longer.where(mine).values(leased_until=now + LEASE))


def give_back(jobs: Sequence[Job]) -> None:
    """Free jobs that were claimed and not begun, without counting a try.

    Raises:
        Unavailable: the database is away; their leases run out.
    """
    with database.transaction() as session:
        session.execute(update(job_table).where(tuple_(_columns.id, _columns.fence).in_(
            [(job.id, job.fence) for job in jobs])).values(leased_until=None, attempts=_columns.attempts - 1))


def held_still(session: Session, job: Job) -> bool:
    """Tell, without a lock, whether a job is still the caller's: what follows from it must be checked again."""
    return session.execute(select(_columns.fence).where(_columns.id == job.id)).scalar() == job.fence


def _mine(job: Job) -> ColumnElement[bool]:
    """A job is its claimer's as long as nobody claimed it since."""
    return and_(_columns.root == job.root, _columns.id == job.id, _columns.fence == job.fence)


def hold(session: Session, job: Job) -> bool:
    """Tell, inside the transaction of its effect, whether the job is still the caller's; locks its row.

    The case is locked before its jobs, as people's acts do it: the two never wait for each other.
    """
    session.execute(select(case_table.c.id).where(
        case_table.c.root == job.root, case_table.c.id == job.case_id).with_for_update())
    found = session.execute(select(_columns.fence).where(
        _columns.root == job.root, _columns.id == job.id).with_for_update()).scalar()
    return found == job.fence


def finish(session: Session, job: Job) -> bool:
    """Take a job off the queue, in the transaction of its effect; tell whether it still was the caller's."""
    done = session.execute(delete(job_table).where(_mine(job)))
    return bool(done.rowcount == 1)     # type: ignore[attr-defined]


def postpone(session: Session, job: Job, due: datetime) -> None:
    """Put a job off until `due` without counting a try."""
    session.execute(update(job_table).where(_mine(job))
                    .values(due=due, leased_until=None, attempts=_columns.attempts - 1))


def fail(job: Job, why: str, now: datetime, tries: int = TRIES) -> bool:
    """Note a failed try and put the job off by a growing wait; give False when its `tries` are used up.

    A job may have been claimed more often than it failed: a worker that dies over it counts too.
    """
    with database.transaction() as session:
        wait = timedelta(seconds=10 * 4 ** (min(job.attempts, _LONGEST_WAIT) - 1))
        session.execute(update(job_table).where(_mine(job))
                        .values(due=now + wait, leased_until=None, last_error=why[:2000]))
    return job.attempts < tries


def waiting(session: Session) -> int:
    """Count the jobs on the queue."""
    return session.execute(select(func.count()).select_from(job_table)).scalar_one()


def of_case(session: Session, case_id: UUID) -> list[Job]:
    """Give the jobs of a case, by due time."""
    return list(session.scalars(select(Job).where(_columns.case_id == case_id).order_by(_columns.due)))
