"""The migrations and the tables say the same, and there is one newest migration."""

from __future__ import annotations

from alembic.script import ScriptDirectory

from engine.storage import schema


def test_the_migrations_lead_to_the_tables(database_url: str) -> None:
    assert schema.differences() == []


def test_there_is_one_newest_migration() -> None:
    assert len(ScriptDirectory.from_config(schema._config()).get_heads()) == 1
