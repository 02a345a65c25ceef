"""The migrations and the tables say the same, and there is one newest migration."""

from __future__ import annotations

from alembic.script import ScriptDirectory

from engine.storage import migrating, schema


def test_the_migrations_lead_to_the_tables(database_url: str) -> None:
    assert migrating.differences() == []


def test_there_is_one_newest_migration() -> None:
    script = ScriptDirectory.from_config(migrating._config())
    assert script.get_heads() == [schema.head()]
    assert sorted(step.revision for step in script.walk_revisions()) == schema.known()
