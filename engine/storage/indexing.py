"""What a migration leaves to be done while people work: indexes over many rows, and notes on the rows there were.

It runs at every `motcua db upgrade` and does what is missing. On PostgreSQL an index is built beside the writers
(`CREATE INDEX CONCURRENTLY`), each in a transaction of its own; one that was broken off is built anew. On SQLite there
is one writer anyway, who waits.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from engine.storage import database
from engine.storage.tables import WORDS

_OPEN_TASK = "status IN ('ready', 'reserved')"
INDEXES = {
    "ix_cases_root_status_filed_at": "cases (root, status, filed_at)",
    "ix_cases_root_filed_at": "cases (root, filed_at)",
    "ix_cases_unit_open": "cases (unit, filed_at) WHERE closed_at IS NULL",
    "ix_cases_competent_open": "cases (competent, filed_at) WHERE closed_at IS NULL",
    "ix_cases_due": "cases (root, due_at) WHERE ended_at IS NULL",
    "ix_cases_late": "cases (root, filed_at) WHERE verdict = 'late'",
    "ix_task_worklist": f"task (unit, role, due_at) WHERE {_OPEN_TASK}",
    "ix_task_counter": f"task (receiving_unit, due_at) WHERE {_OPEN_TASK} AND role = 'applicant'",
    "ix_incident_waiting": "incident (root, raised_at) WHERE resolved_at IS NULL",
    "ix_incident_resolved": "incident (root, resolved_at) WHERE resolved_at IS NOT NULL",
}
_ON_POSTGRESQL = {      # SQLite has the words in a table of its own, and compares codes byte by byte anyway
    "ix_cases_code_begins": "cases (code varchar_pattern_ops)",
    "ix_cases_words": f"cases USING gin (({WORDS.replace('cases.', '')})) WITH (fastupdate = off)",
}
_DROPPED = ("ix_cases_status",)
_GUESTS = """INSERT INTO case_guest (root, case_id, unit, filed_at)
SELECT cases.root, cases.id, {table}.{unit}, cases.filed_at FROM cases JOIN {table} ON {table}.case_id = cases.id
WHERE {table}.{unit} NOT IN (cases.unit, cases.competent) ON CONFLICT DO NOTHING"""
_LOCK = 20261125


def complete() -> None:
    """Note who was a guest before it was kept, once, and build the indexes that are missing.

    Raises:
        Unavailable: the database is away.
    """
    if database.current().sqlite:
        with database.locked() as session:
            _build(session.connection(), INDEXES, "")
        return
    with database.current().writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("SET lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        try:
            _drop_broken(connection)
            _build(connection, {**INDEXES, **_ON_POSTGRESQL}, "CONCURRENTLY")
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
            connection.invalidate()     # the next to use the connection waits no longer than it should


def _build(connection: Connection, wanted: dict[str, str], beside: str) -> None:
    there = _there(connection)
    if not wanted.keys() <= there:
        for table, unit in (("task", "unit"), ("hand_off", "to_unit")):
            connection.execute(text(_GUESTS.format(table=table, unit=unit)))
    for name, of in wanted.items():
        if name not in there:
            connection.execute(text(f"CREATE INDEX {beside} {name} ON {of}"))
    for name in _DROPPED:
        if name in there:
            connection.execute(text(f"DROP INDEX {beside} {name}"))


def _there(connection: Connection) -> set[str]:
    if database.current().sqlite:
        return set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'index'")).scalars())
    return set(connection.execute(text(
        "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()")).scalars())


def _drop_broken(connection: Connection) -> None:
    """Drop what was being built when something ended it: PostgreSQL keeps it up and never reads it."""
    for name in connection.execute(text(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")).scalars().all():
        connection.execute(text(f"DROP INDEX CONCURRENTLY {name}"))
