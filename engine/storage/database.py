"""Sessions and transactions on SQLite and PostgreSQL, and the promise that no update is lost.

`reading()` sees one snapshot and can write nothing. `transaction()` reads first and takes the write lock only at
its first writing statement, so that nothing slow runs under it; what was read is protected by the row version of
the case (`Case.row_version`), and a stale one ends in `CaseChanged`. On SQLite the write lock is `BEGIN IMMEDIATE`:
with the driver's own transactions, updates are lost without an error.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from engine import clock
from engine.domain.errors import CaseChanged, InvalidInput, Unavailable
from engine.domain.text import Text
from engine.storage import mapping

BUSY_SECONDS = 30.0      # how long SQLite waits for the write lock; `?timeout=` in the address says otherwise

_LOOK_AGAIN = 0.0005     # seconds between two looks whether the write lock is free

_LOST_RACES = ("40001", "40P01")      # PostgreSQL: serialization failure, deadlock
_BUSY = Text("Hệ thống đang quá tải. Hãy thử lại sau.", "The system is overloaded. Try again later.")


class Database:
    """Two engines over one database: one that only reads, one that writes."""

    def __init__(self, url: str) -> None:
        self.url = address(url)
        self.sqlite = self.url.startswith("sqlite")
        mapping.tie()
        if self.sqlite:
            self.reader, self.writer = _sqlite(self.url, read_only=True), _sqlite(self.url, read_only=False)
            self.asker = self.reader.execution_options(one_statement=True)
        else:
            self.writer = _postgresql(self.url)
            self.reader = self.writer.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
            self.asker = self.writer.execution_options(isolation_level="AUTOCOMMIT")

    def close(self) -> None:
        """Give all connections back."""
        self.reader.dispose()
        self.writer.dispose()


def address(url: str) -> str:
    """Give an address as it is used: `sqlite:///…`, or `postgresql://…`, which speaks through psycopg.

    Raises:
        InvalidInput: another or an unreadable address.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise InvalidInput(Text("Địa chỉ cơ sở dữ liệu không đọc được.",
                                "The database address cannot be read.")) from error
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in ("sqlite", "postgresql+psycopg"):
        raise InvalidInput(Text(f"Chỉ dùng được SQLite hoặc PostgreSQL, không dùng được {parsed.drivername}.",
                                f"Only SQLite and PostgreSQL can be used, not {parsed.drivername}."))
    return parsed.render_as_string(hide_password=False)


def _sqlite(url: str, *, read_only: bool) -> Engine:
    wait = _wait(url)
    engine = create_engine(url, hide_parameters=True,
                           connect_args={"check_same_thread": False, "timeout": wait})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None       # the driver must not open transactions of its own
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={round(wait * 1000)}"):
            connection.execute(f"PRAGMA {pragma}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    if read_only:
        event.listen(engine, "begin", _snapshot)
    else:
        event.listen(engine, "before_cursor_execute", _lock)
    return engine


def _wait(url: str) -> float:
    """Give the seconds to wait for the write lock."""
    try:
        return float(str(make_url(url).query.get("timeout", BUSY_SECONDS)))
    except ValueError as error:
        raise InvalidInput(Text("«timeout» trong địa chỉ cơ sở dữ liệu phải là số giây.",
                                "“timeout” in the database address must be a number of seconds.")) from error


def _snapshot(connection: Connection) -> None:
    """Let all statements of a reading see the same; a single one does so by itself."""
    if "one_statement" not in connection.get_execution_options():
        connection.exec_driver_sql("BEGIN")


def _lock(connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
    """Take the write lock at the first statement that writes."""
    raw = connection.connection.dbapi_connection
    if raw is not None and not raw.in_transaction and not statement.lstrip()[:6].upper().startswith(
            ("SELECT", "PRAGMA", "BEGIN")):
        _begin(cursor)


def _begin(cursor: Any) -> None:
    """Begin to write as soon as the writer before is done: SQLite's own waiting sleeps ever longer, up to 100 ms, while
    a commit takes few."""
    (wait,) = cursor.execute("PRAGMA busy_timeout").fetchone()
    cursor.execute("PRAGMA busy_timeout=0")
    until = clock.monotonic() + wait / 1000
    try:
        while not _begun(cursor, last=clock.monotonic() >= until):
            time.sleep(_LOOK_AGAIN)
    finally:
        cursor.execute(f"PRAGMA busy_timeout={wait}")


def _begun(cursor: Any, *, last: bool) -> bool:
    try:
        cursor.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if last or "locked" not in str(error):
            raise
        return False
    return True


def _postgresql(url: str) -> Engine:
    return create_engine(
        url, pool_pre_ping=False, pool_size=8, max_overflow=8, pool_timeout=5, pool_recycle=1800,
        hide_parameters=True,       # what people wrote stands in no message of an error
        connect_args={"connect_timeout": 5, "tcp_user_timeout": 10_000,     # a host that fell silent is given up
                      "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 2,
                      "options": "-c statement_timeout=15000 -c lock_timeout=10000 -c timezone=UTC "
                                 "-c synchronous_commit=on"},       # what was told is on disk, whatever the server says
    )


_current: Database | None = None


def use(url: str) -> Database:
    """Choose the database of this process; the one before is closed."""
    global _current
    if _current is not None:
        _current.close()
    _current = Database(url)
    return _current


def current() -> Database:
    """Give the database of this process.

    Raises:
        Unavailable: none was chosen yet.
    """
    if _current is None:
        raise Unavailable(Text("Chưa chọn cơ sở dữ liệu.", "No database was chosen."))
    return _current


@contextmanager
def reading() -> Iterator[Session]:
    """Read one consistent snapshot; nothing can be written.

    Raises:
        Unavailable: the database is locked, missing or away.
    """
    with _translated(), Session(current().reader, autoflush=False, expire_on_commit=False) as session:
        yield session       # closing gives the connection back; a rollback would empty what was read


@contextmanager
def asking() -> Iterator[Connection]:
    """Read with one statement, which sees one snapshot by itself: no transaction is opened and closed around it.

    Raises:
        Unavailable: the database is locked, missing or away.
    """
    with _translated(), current().asker.connect() as connection:
        yield connection


@contextmanager
def transaction() -> Iterator[Session]:
    """Read, then write in one transaction that commits at the end or leaves no trace.

    Raises:
        CaseChanged: a row read here was written, or one not found here was added, by another in between.
        Unavailable: the database is locked, missing or away.
    """
    with _translated(), Session(current().writer, autoflush=False, expire_on_commit=False) as session:
        yield session
        session.commit()


def commit_soon(session: Session) -> None:
    """Let this transaction commit without waiting until the disk has it: for work that whoever comes next would do
    again, of which a later commit that waits says that it is done. On SQLite every commit waits."""
    if not current().sqlite:
        session.execute(text("SET LOCAL synchronous_commit TO off"))


@contextmanager
def locked() -> Iterator[Session]:
    """Take the write lock first, then read and write: for acts on the office itself, which are rare.

    On PostgreSQL an advisory lock of the transaction lets one such act run at a time.
    """
    with transaction() as session:
        if current().sqlite:
            session.connection().exec_driver_sql("BEGIN IMMEDIATE")
        else:
            session.execute(text("SELECT pg_advisory_xact_lock(20261124)"))
        yield session


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (StaleDataError, IntegrityError) as error:
        raise _changed() from error
    except PoolExhausted as error:
        raise Unavailable(_BUSY) from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in _LOST_RACES:
            raise _changed() from error
        missing = isinstance(error, ProgrammingError) and "does not exist" in str(error.orig)
        if isinstance(error, OperationalError) or missing or error.connection_invalidated:
            raise Unavailable(_why(error)) from error
        raise


def _changed() -> CaseChanged:
    return CaseChanged(Text("Hồ sơ vừa được người khác thay đổi.", "The case was just changed by someone else."))


def _why(error: DBAPIError) -> Text:
    words = str(error.orig).lower()
    if "locked" in words or "busy" in words:
        return Text("Cơ sở dữ liệu đang bị khóa. Hãy thử lại sau.", "The database is locked. Try again later.")
    if "no such table" in words or "no such column" in words or ("relation" in words and "does not exist" in words):
        return Text("Cơ sở dữ liệu chưa được chuẩn bị. Hãy chạy «motcua db upgrade».",
                    "The database is not prepared. Run “motcua db upgrade”.")
    if "full" in words or "disk" in words:
        return Text("Ổ đĩa đầy hoặc hỏng, chưa lưu được gì.", "The disk is full or failing; nothing was stored.")
    return Text("Không dùng được cơ sở dữ liệu lúc này.", "The database cannot be used now.")
