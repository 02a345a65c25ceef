"""Copying a whole database as of one instant while it is in use, putting a copy back, and counting what it holds.

SQLite is copied page by page by its own backup; PostgreSQL by `pg_dump` and `pg_restore`, which must be on the path
and of the server's version or newer. A password never stands in their arguments, where other people of the machine
could read it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, create_engine, event, func, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from engine.domain.errors import InvalidInput, Unavailable
from engine.domain.text import Text
from engine.storage import database
from engine.storage.tables import audit_event_table, case_table, document_table, ledger_table

_ROWS = 5_000       # read at once


@dataclass(frozen=True, slots=True)
class Figures:
    """What a database holds: the schema, how many cases and events, one hash over the head of every history, and the
    hashes of all papers."""

    schema: str | None
    cases: int
    events: int
    heads: str
    papers: tuple[str, ...]


def copy(out: Path) -> Figures:
    """Write the database of this process to a file as of one instant, and count what it held then.

    Raises:
        Unavailable: the database is away, the disk full, or the program for it missing or of the wrong version.
    """
    if database.current().sqlite:
        _copy_sqlite(place_of(database.current().url), out)
        return figures_at(f"sqlite:///{out}")
    with _opened(database.current().url) as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        _program("pg_dump", database.current().url, "--format=custom", "--no-owner", "--no-privileges",
                 f"--snapshot={snapshot}", f"--file={out}")
        return figures(connection)


def _copy_sqlite(source: Path, out: Path) -> None:
    try:
        with _sqlite(source, "ro") as read, _sqlite(out, "rwc") as written:
            read.backup(written)
            written.execute("PRAGMA journal_mode=DELETE")       # one file, nothing beside it
    except sqlite3.Error as error:
        raise Unavailable(Text(f"Không sao lưu được cơ sở dữ liệu: {error}.",
                               f"The database cannot be copied: {error}.")) from error


@contextmanager
def _sqlite(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=30)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def _opened(url: str) -> Iterator[Connection]:
    """Open a database in one transaction that reads, beside the one of this process."""
    options: dict[str, Any] = {} if url.startswith("sqlite") else {"isolation_level": "REPEATABLE READ",
                                                                   "connect_args": {"connect_timeout": 5}}
    engine = create_engine(url, **options)
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        told = str(error.orig).splitlines()[0]
        raise Unavailable(Text(f"Không đọc được cơ sở dữ liệu: {told}.",
                               f"The database cannot be read: {told}.")) from error
    finally:
        engine.dispose()


def figures_at(url: str) -> Figures:
    """Count what the database at an address holds.

    Raises:
        Unavailable: it cannot be read.
    """
    with _opened(url) as connection:
        return figures(connection)


def figures(connection: Connection) -> Figures:
    """Count what a database holds, in the transaction of the connection."""
    number = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    cases, events = (connection.execute(select(func.count()).select_from(table)).scalar_one()
                     for table in (case_table, audit_event_table))
    papers = connection.execute(select(document_table.c.sha256).distinct().order_by(document_table.c.sha256)).scalars()
    return Figures(str(number) if number is not None else None, cases, events, _heads(connection), tuple(papers))


def _heads(connection: Connection) -> str:
    digest = hashlib.sha256()
    ledger = ledger_table.c
    for rows in (select(case_table.c.id, case_table.c.seq, case_table.c.head).order_by(case_table.c.id),
                 select(ledger.stream, ledger.seq, ledger.head).order_by(ledger.stream)):
        for stream, seq, head in connection.execute(rows.execution_options(yield_per=_ROWS)):
            digest.update(stream.bytes + seq.to_bytes(8) + head)
    return digest.hexdigest()


def refuse_full(url: str) -> None:
    """Refuse a place that already holds something: a copy is put back where there is nothing, never over anything.

    Raises:
        InvalidInput: there is a SQLite file, or a table in the PostgreSQL database.
        Unavailable: the server cannot be asked.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        place = place_of(url)
        beside = [path for path in (place, *(place.with_name(place.name + end) for end in ("-wal", "-shm")))
                  if path.exists()]
        if beside:
            raise InvalidInput(Text(f"Đã có {beside[0]}; hãy dời nó đi trước.",
                                    f"There is {beside[0]} already; move it away first."))
        return
    with _opened(url) as connection:
        if inspect(connection).get_table_names():
            raise InvalidInput(Text(
                "Cơ sở dữ liệu này đã có bảng; hãy khôi phục vào một cơ sở dữ liệu trống (createdb).",
                "This database has tables already; restore into an empty one (createdb)."))


def place_of(url: str) -> Path:
    """Give the file of a SQLite address."""
    return Path(str(make_url(url).database))


def put_back(url: str, dump: Path) -> None:
    """Read a dump of `pg_dump` into an empty PostgreSQL database, whole or not at all.

    Raises:
        Unavailable: it cannot be done; the sentence says what the program said.
    """
    _program("pg_restore", url, "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(dump))


@contextmanager
def temporary(url: str) -> Iterator[str]:
    """Make an empty database for a while on the server of an address; give its address.

    Raises:
        Unavailable: the server does not let this account make one.
    """
    parsed = make_url(url)
    name = f"motcua_drill_{uuid4().hex[:12]}"
    _beside(parsed, f"CREATE DATABASE {name}")
    try:
        yield parsed.set(database=name).render_as_string(hide_password=False)
    finally:
        _beside(parsed, f"DROP DATABASE {name} WITH (FORCE)")


def _beside(url: URL, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    except DBAPIError as error:
        told = str(error.orig).splitlines()[0]
        raise Unavailable(Text(
            f"Máy chủ không cho tạo cơ sở dữ liệu tạm ({told}). Nêu máy chủ khác: --database-url.",
            f"The server makes no temporary database ({told}). Name another server: --database-url.")) from error
    finally:
        engine.dispose()


def wait_long() -> None:
    """Let statements of this process take as long as they need: a proof reads everything."""
    if not database.current().sqlite:
        event.listen(database.current().writer, "connect", _endless)


def _endless(connection: Any, _: Any) -> None:
    connection.execute("SET statement_timeout = 0")
    connection.commit()


def _program(name: str, url: str, *arguments: str) -> None:
    """Run a program of PostgreSQL on a database."""
    path = shutil.which(name)
    if path is None:
        raise Unavailable(Text(f"Không có {name} trong PATH. Cài gói postgresql-client cùng bản với máy chủ.",
                               f"There is no {name} on the path. Install postgresql-client of the server's version."))
    parsed = make_url(url)
    environment = {**os.environ, "PGCONNECT_TIMEOUT": "5"}
    if parsed.password:
        environment["PGPASSWORD"] = str(parsed.password)
    address = URL.create("postgresql", username=parsed.username, host=parsed.host, port=parsed.port,
                         database=parsed.database, query=parsed.query).render_as_string()
    done = subprocess.run([path, f"--dbname={address}", "--no-password", *arguments],      # noqa: S603 - no shell
                          env=environment, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0:
        told = next((line for line in done.stderr.splitlines() if "error" in line), done.stderr.strip()[-300:])
        detail = " ".join(line.strip() for line in done.stderr.splitlines() if "detail" in line)
        told = f"{told} {detail}".strip()
        raise Unavailable(Text(f"{name} không làm được: {told}", f"{name} failed: {told}"))
