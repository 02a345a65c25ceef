"""Moving the schema: the missing migrations are applied. Only who does that loads the machinery for it; what merely
asks whether the schema is right uses `engine.storage.schema`."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from engine.storage import database, indexing, schema, settling
from engine.storage.tables import metadata


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("engine.storage").joinpath("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade() -> tuple[str | None, str]:
    """Apply the missing migrations in one transaction, then let each row have its root unit; give the number before
    and after.

    Raises:
        Unavailable: the schema is newer than this release.
    """
    before = schema.current()
    schema.refuse_newer(before)
    with database.locked() as session:
        config = _config()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "head")
    settling.settle()
    indexing.complete()
    return before, schema.head()


def differences() -> list[object]:
    """Give what the tables in the database lack or have too much, compared with `engine.storage.tables`."""
    with database.current().reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _compared})
        return list(compare_metadata(context, metadata))


def _compared(name: str | None, _kind: str, _parents: object) -> bool:
    """Leave out what each kind of database keeps in its own way: the words and codes by which cases are found."""
    return name is None or not name.startswith(("case_words", "ix_cases_words", "ix_cases_code_begins"))
