"""What a database says of itself: how it keeps its promise to lose nothing, and what time it has."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import text

from engine.storage import database

_SQLITE = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
_POSTGRESQL = ("server_version", "server_version_num", "fsync", "full_page_writes", "synchronous_commit",
               "statement_timeout", "lock_timeout", "TimeZone", "max_connections")


def settings() -> Mapping[str, str]:
    """Give the settings as this product's writing connections have them, by their own names; for SQLite also
    `version`, and `transactions`, which is `ours` where the driver opens none of its own.

    Raises:
        Unavailable: the database is away.
    """
    with database.transaction() as session:
        connection = session.connection()
        if not database.current().sqlite:
            return {name: str(connection.execute(text(f"SHOW {name}")).scalar()) for name in _POSTGRESQL}
        raw = connection.connection.dbapi_connection
        found = {name: str(connection.exec_driver_sql(f"PRAGMA {name}").scalar()) for name in _SQLITE}
        ours = isinstance(raw, sqlite3.Connection) and raw.isolation_level is None
        return {**found, "version": sqlite3.sqlite_version, "transactions": "ours" if ours else "driver"}


def now() -> datetime:
    """Give the present instant by the clock of the database.

    Raises:
        Unavailable: the database is away.
    """
    with database.reading() as session:
        if database.current().sqlite:
            found = session.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")).scalar_one()
            return datetime.fromisoformat(found).replace(tzinfo=UTC)
        moment: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
        return moment
