"""What Procrastinate keeps in PostgreSQL: tables and functions of its own, in a schema of their own.

Nothing there is the only copy of anything: which jobs there are stands in the rows of `job`. When the package is
upgraded its schema is therefore made anew, and the next sweep fills it.
"""

from __future__ import annotations

import importlib.metadata
from typing import Any

from procrastinate.schema import SchemaManager
from sqlalchemy import event, text

from engine.domain.errors import Unavailable
from engine.domain.text import Text
from engine.storage import database

NAME = "procrastinate"
_READ = text("SELECT obj_description(to_regnamespace(:name)::oid, 'pg_namespace')")


def mark() -> str:
    """Say for which releases of the package a schema is made: all of one minor number share it."""
    return "procrastinate " + ".".join(importlib.metadata.version("procrastinate").split(".")[:2])


def attach() -> None:
    """Let the connections of this process find the functions of Procrastinate after our own tables."""
    event.listen(database.current().writer, "connect", _look_there_too)


def _look_there_too(connection: Any, _: Any) -> None:
    connection.execute(f'SET search_path TO "$user", public, {NAME}')
    connection.commit()


def install() -> None:
    """Make the schema, or make it anew for another release of the package.

    Raises:
        Unavailable: the database is away, or does not let this role make a schema.
    """
    with database.locked() as session:
        if session.execute(_READ, {"name": NAME}).scalar() == mark():
            return
        raw: Any = session.connection().connection.driver_connection
        raw.execute(f"DROP SCHEMA IF EXISTS {NAME} CASCADE; CREATE SCHEMA {NAME}; "
                    f"SET LOCAL search_path TO {NAME}, public; COMMENT ON SCHEMA {NAME} IS '{mark()}'")
        raw.execute(SchemaManager.get_schema())


def check() -> None:
    """Refuse a database without the schema of this release.

    Raises:
        Unavailable: the sentence says what to do.
    """
    with database.reading() as session:
        found = session.execute(_READ, {"name": NAME}).scalar()
    if found != mark():
        raise Unavailable(Text(
            f"Cơ sở dữ liệu chưa sẵn sàng cho {mark()}. Hãy chạy «motcua db upgrade» với MOTCUA_JOBS=procrastinate.",
            f"The database is not ready for {mark()}. Run “motcua db upgrade” with MOTCUA_JOBS=procrastinate."))
