"""Counting wrong tries across all workers: a row per bucket in the database, because memory counts per process."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from engine.domain.errors import TooManyAttempts
from engine.storage import database
from engine.storage.tables import attempt_table

WINDOW = timedelta(minutes=15)
_columns = attempt_table.c
_count = attempt_table.c["count"]     # `.count` is a method of the collection


def bucket(kind: str, *of: str) -> str:
    """Give the name of a bucket; what was typed is kept only as a hash."""
    return f"{kind}:{hashlib.sha256(chr(0).join(of).encode()).hexdigest()[:40]}"


def refuse_if_many(name: str, most: int, now: datetime) -> None:
    """Refuse when a bucket holds `most` wrong tries within the window.

    Raises:
        TooManyAttempts: with the seconds to wait.
    """
    with database.reading() as session:
        row = session.execute(select(_columns.since, _count.label("tries")).where(_columns.bucket == name)).first()
    if row is not None and row.tries >= most and now < row.since + WINDOW:
        raise TooManyAttempts(int((row.since + WINDOW - now).total_seconds()) + 1)


def note(name: str, now: datetime) -> None:
    """Count one wrong try; a window that is over begins anew."""
    with database.transaction() as session:
        session.execute(delete(attempt_table).where(_columns.bucket == name, _columns.since <= now - WINDOW))
        insert = sqlite.insert if database.current().sqlite else postgresql.insert
        row = insert(attempt_table).values(bucket=name, since=now, count=1)
        session.execute(row.on_conflict_do_update(index_elements=["bucket"], set_={"count": _count + 1}))


def forget(name: str) -> None:
    """Empty a bucket after a right try."""
    with database.transaction() as session:
        session.execute(delete(attempt_table).where(_columns.bucket == name))
