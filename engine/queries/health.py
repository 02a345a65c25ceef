"""How the system is: what waits, what is late, what halted, which workers live. Counts only, no case and no person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.domain.case import CaseStatus, TaskStatus
from engine.jobs import presence, queue
from engine.jobs.presence import Seen
from engine.storage import database, schema
from engine.storage.tables import IS_OPEN, case_table, incident_table, job_table, start_timer_table, task_table

LOST = timedelta(minutes=1)     # a lease that ran out so long ago is taken by no worker
OFTEN = 5                       # claims after which a job looks stuck
_OPEN = (TaskStatus.READY, TaskStatus.RESERVED)


@dataclass(frozen=True, slots=True)
class Jobs:
    """Deferred work: all of it, what is due and free, what is leased now, what is stuck, what many tries did not
    finish, and since when the oldest is due."""

    waiting: int
    due: int
    leased: int
    lost: int
    often: int
    hopeless: int
    oldest_due: datetime | None


@dataclass(frozen=True, slots=True)
class Load:
    """The counts: cases and open tasks by status, deferred work, open incidents, workers, and the schema."""

    cases: Mapping[str, int]
    tasks: Mapping[str, int]
    jobs: Jobs
    incidents: int
    oldest_incident: datetime | None
    workers: tuple[Seen, ...]
    schema: str


def load(now: datetime) -> Load:
    """Count what there is; all by indexes, none of which grows with what is over but that of cases by status.

    Raises:
        Unavailable: the database is away.
    """
    with database.reading() as session:
        cases = dict.fromkeys(map(str, CaseStatus), 0) | {str(status): number for status, number in session.execute(
            select(case_table.c.status, func.count()).group_by(case_table.c.status))}
        tasks = dict.fromkeys(map(str, _OPEN), 0) | {str(status): number for status, number in session.execute(
            select(task_table.c.status, func.count()).where(IS_OPEN).group_by(task_table.c.status))}
        incidents, since = open_incidents(session)
        found = jobs(session, now)
    return Load(cases, tasks, found, incidents, since, tuple(presence.seen()), schema.current() or "")


def open_incidents(session: Session) -> tuple[int, datetime | None]:
    """Give how many incidents wait for somebody, and since when the oldest does."""
    number, since = session.execute(
        select(func.count(), func.min(incident_table.c.raised_at)).where(incident_table.c.resolved_at.is_(None))).one()
    return number, since


def jobs(session: Session, now: datetime) -> Jobs:
    """Count deferred work. What is leased or stuck was due once, so that only what is due is looked at."""
    c = job_table.c
    total = session.execute(select(func.count()).select_from(job_table)).scalar_one()
    leased = c.leased_until.is_not(None) & (c.leased_until >= now)
    row = session.execute(select(
        func.count().filter(c.leased_until.is_(None) | (c.leased_until < now)), func.count().filter(leased),
        func.count().filter(c.leased_until < now - LOST), func.count().filter(c.attempts >= OFTEN),
        func.count().filter(c.attempts >= queue.MOST_CLAIMS), func.min(c.due)).where(c.due <= now)).one()
    start = session.execute(select(func.min(start_timer_table.c.due)).where(start_timer_table.c.due <= now)).scalar()
    oldest = min((moment for moment in (row[-1], start) if moment is not None), default=None)
    due, held, lost, often, hopeless, _ = row
    return Jobs(total, due, held, lost, often, hopeless, oldest)
