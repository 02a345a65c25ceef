"""The state of the schema, and one sentence when it is not that of this release. `migrating` moves it."""

from __future__ import annotations

import re
from importlib.resources import files

from sqlalchemy import inspect, text

from engine.domain.errors import Unavailable
from engine.domain.text import Text
from engine.storage import database

_STEP = re.compile(r"([0-9]{4})_[a-z0-9_]+\.py")


def known() -> list[str]:
    """Give the numbers of the migrations of this release, oldest first: the names of their files begin with them."""
    names = (_STEP.fullmatch(file.name) for file in files("engine.storage.migrations.versions").iterdir())
    return sorted(name[1] for name in names if name)


def head() -> str:
    """Give the number of the newest migration of this release."""
    return known()[-1]


def current() -> str | None:
    """Give the number of the schema in the database, or None where it is empty."""
    with database.reading() as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            return None
        found = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return str(found) if found is not None else None


def ensure() -> None:
    """Refuse a database whose schema is not the one of this release.

    Raises:
        Unavailable: it is empty, older or newer; the sentence says what to do.
    """
    found = current()
    refuse_newer(found)
    if found != head():
        raise Unavailable(Text("Cơ sở dữ liệu chưa được chuẩn bị. Hãy chạy «motcua db upgrade».",
                               "The database is not prepared. Run “motcua db upgrade”."))


def refuse_newer(found: str | None) -> None:
    """Refuse a schema that this release does not know.

    Raises:
        Unavailable: the sentence names both numbers.
    """
    if found is not None and found not in known():
        raise Unavailable(Text(
            f"Cơ sở dữ liệu ({found}) mới hơn phần mềm này ({head()}). Hãy nâng cấp phần mềm.",
            f"The database ({found}) is newer than this software ({head()}). Upgrade the software."))


def alive() -> None:
    """Ask the database for one row.

    Raises:
        Unavailable: it does not answer.
    """
    with database.reading() as session:
        session.execute(text("SELECT 1"))
