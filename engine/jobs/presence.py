"""Which workers are alive: each writes a row when it begins, keeps it fresh while it looks for jobs, and takes it away
when it ends in order. A row that grew old is that of a worker which died or hangs.

No job depends on it: a job is safe by its lease, whoever holds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from engine.storage import database
from engine.storage.tables import worker_table

BEAT = timedelta(seconds=15)        # how often a worker says that it is there
ALIVE = timedelta(minutes=2)        # silent for longer: dead, or over one job for too long
FORGOTTEN = timedelta(days=1)       # after that nobody asks any more what became of it
_c = worker_table.c


@dataclass(frozen=True, slots=True)
class Seen:
    """A worker: the host and process it is, since when it runs, and when it was last seen."""

    host: str
    pid: int
    started_at: datetime
    seen_at: datetime

    def alive(self, now: datetime) -> bool:
        """Tell whether it was seen lately."""
        return now - self.seen_at <= ALIVE


def beat(host: str, pid: int, started_at: datetime, now: datetime) -> None:
    """Say that a worker is there; rows nobody asks about any more are taken away.

    Raises:
        Unavailable: the database is away.
    """
    with database.transaction() as session:
        insert = sqlite.insert if database.current().sqlite else postgresql.insert
        row = insert(worker_table).values(host=host[:255], pid=pid, started_at=started_at, seen_at=now)
        session.execute(row.on_conflict_do_update(
            index_elements=["host", "pid"], set_={"started_at": started_at, "seen_at": now}))
        session.execute(delete(worker_table).where(_c.seen_at < now - FORGOTTEN))


def leave(host: str, pid: int) -> None:
    """Say that a worker ends in order.

    Raises:
        Unavailable: the database is away.
    """
    with database.transaction() as session:
        session.execute(delete(worker_table).where(_c.host == host[:255], _c.pid == pid))


def seen() -> list[Seen]:
    """Give every worker that did not end in order, the last seen first.

    Raises:
        Unavailable: the database is away.
    """
    with database.reading() as session:
        return [Seen(*row) for row in session.execute(
            select(_c.host, _c.pid, _c.started_at, _c.seen_at).order_by(_c.seen_at.desc(), _c.host, _c.pid))]
