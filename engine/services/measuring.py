"""Measuring an installation: a database of its own to measure on, its size, and what one act costs in statements."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from engine.domain.errors import InvalidInput, Unavailable
from engine.domain.text import Text
from engine.storage import database

PREFIX = "motcua_bench_"


@dataclass(slots=True)
class Counted:
    """What was asked of the database: statements (those that open a transaction included) and commits."""

    statements: int = 0
    commits: int = 0


@contextmanager
def counting() -> Iterator[Counted]:
    """Count what this process asks of the database in use, on both of its engines."""
    counted = Counted()

    def statement(*_: Any) -> None:
        counted.statements += 1

    def commit(*_: Any) -> None:
        counted.commits += 1

    chosen = database.current()
    watched = [(engine, name, watch) for engine in {chosen.reader, chosen.writer}
               for name, watch in (("before_cursor_execute", statement), ("commit", commit))]
    for engine, name, watch in watched:
        event.listen(engine, name, watch)
    try:
        yield counted
    finally:
        for engine, name, watch in watched:
            event.remove(engine, name, watch)


@contextmanager
def own_database(url: str | None, folder: Path, chance: Callable[[int], str] = secrets.token_hex) -> Iterator[str]:
    """Give the address of an empty database of its own: a file in `folder`, or for the address of a PostgreSQL server
    a new database there, which is dropped at the end. What exists at the address is never touched.

    Raises:
        InvalidInput: the address cannot be read.
        Unavailable: the server is away or gives no right to create a database.
    """
    parsed = _parsed(url)
    if parsed is None:
        yield f"sqlite:///{folder / 'bench.db'}"
        return
    name = f"{PREFIX}{chance(6)}"
    _administer(parsed, f"CREATE DATABASE {name}")
    try:
        yield parsed.set(database=name).render_as_string(hide_password=False)
    finally:
        _administer(parsed, f"DROP DATABASE {name} WITH (FORCE)")


def _parsed(url: str | None) -> URL | None:
    """Give the address of a server, or None where a file is to be measured."""
    if url is None:
        return None
    wrong = InvalidInput(Text("Địa chỉ cơ sở dữ liệu không đọc được.", "The database address cannot be read."))
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise wrong from error
    if parsed.drivername == "sqlite":
        return None
    if parsed.drivername not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise wrong
    return parsed.set(drivername="postgresql+psycopg")


def _administer(server: URL, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
    except DBAPIError as error:
        raise Unavailable(Text(f"Không tạo hoặc xóa được cơ sở dữ liệu để đo: {error.orig}",
                               f"The database to measure on cannot be made or dropped: {error.orig}")) from error
    finally:
        engine.dispose()


def size() -> int:
    """Give the bytes that the tables of the database in use take with their indexes; what is not yet written back
    from the log of SQLite is written back first."""
    chosen = database.current()
    with chosen.writer.connect() as connection:
        if not chosen.sqlite:
            return int(connection.execute(text(
                "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class"
                " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace")).scalar_one())
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        return int(pages) * int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())
