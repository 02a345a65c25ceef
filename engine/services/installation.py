"""The database of an installation: chosen, and refused in one sentence where it is not of this release.

What the tables are lives in `engine.storage`; the office inside them is the matter of the other services.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from engine.domain.errors import Unavailable
from engine.domain.text import Text
from engine.jobs import dispatch
from engine.storage import database, schema


def use(url: str, jobs: str = "rows") -> None:
    """Choose the database of this process, and how its workers learn of due jobs, without asking it anything: that is
    for the first request.

    Raises:
        InvalidInput: the address cannot be read, or `jobs` is no way for this database.
    """
    database.use(url)
    dispatch.use(jobs)


def connect(url: str, *, make: bool = False, jobs: str = "rows") -> None:
    """Choose the database of this process as `use` does; with `make`, the folder of a SQLite file is made where it is
    missing.

    Raises:
        InvalidInput: as `use`.
        Unavailable: there is no such SQLite file, or its folder cannot be made.
    """
    place = file_of(url)
    if place is not None and make:
        _make_folder(place.parent)
    elif place is not None and not place.is_file():
        raise Unavailable(Text(f"Không có tệp cơ sở dữ liệu {place}. Hãy chạy «motcua db upgrade» hoặc «motcua demo».",
                               f"There is no database file {place}. Run “motcua db upgrade” or “motcua demo”."))
    use(url, jobs)


def ensure() -> None:
    """Refuse a database that is not of exactly this release's schema, or not ready for how jobs are dispatched.

    Raises:
        Unavailable: the sentence says what to do.
    """
    refuse_foreign()
    schema.ensure()
    dispatch.current().check()


def ready(url: str) -> bool:
    """Tell whether there is a database to ask; a SQLite file that is not there yet, or is empty, holds nothing.

    Raises:
        InvalidInput, Unavailable: the address or the database cannot be used.
    """
    place = file_of(url)
    if place is not None and not place.is_file():
        return False
    connect(url)
    refuse_foreign()
    return schema.current() is not None


def file_of(url: str) -> Path | None:
    """Give the file of a SQLite address; None for any other address."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)


def make_room(url: str) -> None:
    """Make the folder of a SQLite file where it is missing.

    Raises:
        Unavailable: it cannot be made.
    """
    place = file_of(url)
    if place is not None:
        _make_folder(place.parent)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(Text(f"Không tạo được thư mục {folder}: {error.strerror}.",
                               f"The folder {folder} cannot be made: {error.strerror}.")) from error


def refuse_foreign() -> None:
    """Refuse a file that is no database at all, told from one that is busy.

    Raises:
        Unavailable: the sentence names the file.
    """
    try:
        schema.alive()
        schema.current()
    except (DBAPIError, sqlite3.DatabaseError) as error:
        raise Unavailable(Text(f"Tệp này không phải cơ sở dữ liệu dùng được: {file_of(database.current().url)}.",
                               f"This is no usable database: {file_of(database.current().url)}.")) from error


def leave() -> None:
    """Give back all connections to the database of this process."""
    database.current().close()
