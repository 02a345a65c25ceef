"""Writing what an act changed of a case and its tasks: one statement for the case, one for each kind of task row.

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
from engine.storage.tables import case_table, task_table


def save(session: Session, case: Case) -> None:
    """Write a loaded case and the tasks it holds, new and changed ones; the row version of the case moves by one.

    Raises:
        StaleDataError: the case was written by another since it was read.
    """
    connection = session.connection()
    changed = _changed(case)
    session.expunge(case)
    fields = {name: getattr(case, name) for name in changed}
    statement = _update(case_table, changed, "row_version")
    known = {"key_id": case.id, "key_row_version": case.row_version, "row_version": case.row_version + 1}
    if connection.execute(statement, {**fields, **known}).rowcount != 1:
        raise StaleDataError(f"case {case.code}")
    case.row_version += 1
    _save_tasks(session, connection, case.tasks)


def _save_tasks(session: Session, connection: Connection, tasks: Iterable[Task]) -> None:
    fresh = []
    for task in tasks:
        state = inspect(task)
        if state.pending or state.transient:
            fresh.append({column.name: getattr(task, column.name) for column in task_table.columns})
        elif state.modified:
            changed = _changed(task)
            fields = {name: getattr(task, name) for name in changed}
            connection.execute(_update(task_table, changed), {**fields, "key_id": task.id})
        if task in session:
            session.expunge(task)
    if fresh:
        connection.execute(task_table.insert(), fresh)


def _changed(entity: Case | Task) -> frozenset[str]:
    """Give the columns that were set since the entity was read."""
    state: Any = inspect(entity)
    unchanged: set[str] = state.unmodified
    return frozenset(state.mapper.column_attrs.keys()) - unchanged


@cache
def _update(table: Table, columns: frozenset[str], version: str | None = None) -> Update:
    """Say once how these columns of one row are written; with `version`, only onto the version that was read."""
    values: dict[str, Any] = {name: bindparam(name) for name in sorted(columns)}
    statement = update(table).where(table.c.id == bindparam("key_id"))
    if version is not None:
        values[version] = bindparam(version)
        statement = statement.where(table.c[version] == bindparam(f"key_{version}"))
    return statement.values(values)
