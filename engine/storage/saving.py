"""Writing what an act changed of a case, its tasks and hand-offs: one statement for the case, one for each kind of row.

The unit of work of the mapper would do the same in twice the time; this is the path of every click. What is written
here leaves the session, so that nothing is written twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, Update, bindparam, inspect, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from engine.domain.case import Case, Task
from engine.domain.handoff import HandOff
from engine.storage.tables import case_table, hand_off_table, task_table


def save(session: Session, case: Case) -> None:
    """Write a loaded case and the tasks and hand-offs it holds, new and changed ones; its row version moves by one.

    Raises:
        StaleDataError: the case was written by another since it was read.
    """
    connection = session.connection()
    changed = _changed(case)
    session.expunge(case)
    fields = {name: getattr(case, name) for name in changed}
    statement = _update(case_table, changed, "row_version")
    known = {"key_id": case.id, "key_root": case.root, "key_row_version": case.row_version,
             "row_version": case.row_version + 1}
    if connection.execute(statement, {**fields, **known}).rowcount != 1:
        raise StaleDataError(f"case {case.code}")
    case.row_version += 1
    _save_rows(session, connection, task_table, case.tasks)
    _save_rows(session, connection, hand_off_table, case.__dict__.get("hand_offs", ()))     # not read: not changed


def _save_rows(session: Session, connection: Connection, table: Table, rows: Iterable[Task | HandOff]) -> None:
    fresh = []
    for row in rows:
        state = inspect(row)
        if state.pending or state.transient:
            fresh.append({column.name: getattr(row, column.name) for column in table.columns})
        elif state.modified:
            changed = _changed(row)
            fields = {name: getattr(row, name) for name in changed}
            connection.execute(_update(table, changed), {**fields, "key_id": row.id, "key_root": row.root})
        if row in session:
            session.expunge(row)
    if fresh:
        connection.execute(table.insert(), fresh)


def _changed(entity: Case | Task | HandOff) -> frozenset[str]:
    """Give the columns that were set since the entity was read."""
    state: Any = inspect(entity)
    unchanged: set[str] = state.unmodified
    return frozenset(state.mapper.column_attrs.keys()) - unchanged


@cache
def _update(table: Table, columns: frozenset[str], version: str | None = None) -> Update:
    """Say once how these columns of one row are written; with `version`, only onto the version that was read."""
    values: dict[str, Any] = {name: bindparam(name) for name in sorted(columns)}
    statement = update(table).where(table.c.root == bindparam("key_root"), table.c.id == bindparam("key_id"))
    if version is not None:
        values[version] = bindparam(version)
        statement = statement.where(table.c[version] == bindparam(f"key_{version}"))
    return statement.values(values)
