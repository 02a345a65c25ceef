"""The state of the schema: bring it up to date, and say in one sentence when it is not."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from engine.domain.errors import Unavailable
from engine.domain.text import Text
from engine.storage import database
from engine.storage.tables import metadata


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("engine.storage").joinpath("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def head() -> str:
    """Give the number of the newest migration of this release."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    return found or ""


def upgrade() -> tuple[str | None, str]:
    """Apply the missing migrations in one transaction; give the number before and after.

    Raises:
        Unavailable: the schema is newer than this release.
    """
    before = current()
    _refuse_newer(before)
    with database.locked() as session:
        config = _config()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "head")
    return before, head()


def current() -> str | None:
    """Give the number of the schema in the database, or None where it is empty."""
    with database.reading() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def ensure() -> None:
    """Refuse a database whose schema is not the one of this release.

    Raises:
        Unavailable: it is empty, older or newer; the sentence says what to do.
    """
    found = current()
    _refuse_newer(found)
    if found != head():
        raise Unavailable(Text("Cơ sở dữ liệu chưa được chuẩn bị. Hãy chạy «motcua db upgrade».",
                               "The database is not prepared. Run “motcua db upgrade”."))


def _refuse_newer(found: str | None) -> None:
    script = ScriptDirectory.from_config(_config())
    known = {step.revision for step in script.walk_revisions()}
    if found is not None and found not in known:
        raise Unavailable(Text(
            f"Cơ sở dữ liệu ({found}) mới hơn phần mềm này ({head()}). Hãy nâng cấp phần mềm.",
            f"The database ({found}) is newer than this software ({head()}). Upgrade the software."))


def differences() -> list[object]:
    """Give what the tables in the database lack or have too much, compared with `engine.storage.tables`."""
    with database.current().reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def alive() -> None:
    """Ask the database for one row.

    Raises:
        Unavailable: it does not answer.
    """
    with database.reading() as session:
        session.execute(text("SELECT 1"))
