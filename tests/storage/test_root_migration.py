"""The upgrade that gives every row its root: the release before goes on beside it, and no case is lost by it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import column, select, text
from sqlalchemy import table as plain_table

from engine.domain.case import Case
from engine.domain.people import Actor
from engine.queries import worklist
from engine.services import accounts, history, organisation, tasks
from engine.storage import database, migrating, schema, settling
from engine.storage.tables import metadata
from tests.services.test_case_course import done, filed, holds
from tests.services.test_roots import HUE, filed_by, person

House = dict[str, Actor]
Rows = dict[str, list[dict[str, Any]]]
BEFORE = "0004"
SPREAD = [table.name for table in metadata.sorted_tables if "root" in table.c]
ADDED = {"root", "former_roots"}


def as_before() -> Rows:
    """Give all rows of the database in use as the release before wrote them."""
    with database.reading() as session:
        return {table.name: [{name: value for name, value in row.items() if name not in ADDED}
                             for row in session.execute(select(text("*")).select_from(table)).mappings()]
                for table in metadata.sorted_tables}


def insert(rows: Rows) -> None:
    """Write rows by statements that know nothing of roots."""
    with database.transaction() as session:
        for table in metadata.sorted_tables:
            for row in rows.get(table.name, ()):
                session.execute(plain_table(table.name, *map(column, row)).insert(), row)


def old_database(rows: Rows, tmp_path: Path) -> None:
    """Let the database in use be one of the release before, with these rows."""
    if database.current().sqlite:
        database.use(f"sqlite:///{tmp_path / 'before.db'}")
    else:
        with database.transaction() as session:
            session.execute(text("DROP SCHEMA public CASCADE"))
            session.execute(text("CREATE SCHEMA public"))
    with database.locked() as session:
        config = migrating._config()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, BEFORE)
    insert(rows)


def roots_of(case: Case) -> set[str]:
    """Give the roots of all rows of a case."""
    found = set()
    with database.reading() as session:
        for name in SPREAD:
            owner = {"cases": "id", "audit_event": "stream"}.get(name, "case_id")
            table = metadata.tables[name]
            if owner in table.c:
                found |= set(session.scalars(table.select().with_only_columns(table.c.root)
                                             .where(table.c[owner] == case.id)))
    return found


def apart(rows: Rows, case: Case) -> tuple[Rows, Rows]:
    """Part rows into those of a case and the others."""
    mine = {name: [row for row in several if not {str(case.id), case.id.hex}.isdisjoint(map(str, row.values()))]
            for name, several in rows.items()}
    return mine, {name: [row for row in several if row not in mine[name]] for name, several in rows.items()}


def test_a_case_of_the_release_before_goes_on_after_the_upgrade(house: House, now: datetime, tmp_path: Path) -> None:
    case = done(filed("permit", house, now), house["binh"], now, outcome="accepted")
    old_database(as_before(), tmp_path)
    assert migrating.upgrade() == (BEFORE, schema.head())
    assert roots_of(case) == {"province"}
    case = done(case, house["an"], now, outcome="supplement")
    holds(case)
    assert history.verify_office().holds


def test_what_the_release_before_writes_after_the_upgrade_is_found(house: House, now: datetime, tmp_path: Path) -> None:
    done(filed("permit", house, now), house["binh"], now, outcome="accepted")
    late = filed("two-tasks", house, now)
    theirs, others = apart(as_before(), late)
    old_database(others, tmp_path)
    migrating.upgrade()
    insert(theirs)
    assert roots_of(late) == {"province"}
    assert late.code in {entry.case.code for entry in worklist.mine(house["binh"], now)}
    holds(done(late, house["binh"], now, outcome="accepted"))


@pytest.fixture
def two(house: House, now: datetime) -> tuple[Case, Case]:
    """A case in each of two provinces."""
    organisation.apply(HUE.format(parent="hue").encode(), now)
    accounts.create_token("mai", "máy quét", now)
    return filed("permit", house, now), filed_by(person("mai", now), now)


def test_of_several_provinces_each_case_gets_its_own(
        house: House, two: tuple[Case, Case], now: datetime, tmp_path: Path) -> None:
    old_database(as_before(), tmp_path)
    migrating.upgrade()
    assert [roots_of(case) for case in two] == [{"province"}, {"hue"}]
    holds(done(two[0], house["binh"], now, outcome="accepted"))
    holds(done(two[1], person("mai", now), now, outcome="accepted"))
    assert filed_by(person("mai", now), now).code == "H57.07-260309-0002"
    assert history.verify_office().holds


def test_of_several_provinces_what_was_written_late_is_settled_by_the_next_upgrade(
        house: House, two: tuple[Case, Case], now: datetime, tmp_path: Path) -> None:
    tasks.claim(two[1].open_tasks()[0].id, person("mai", now), now)
    theirs, others = apart(as_before(), two[1])
    event = theirs["audit_event"].pop()
    old_database(others, tmp_path)
    migrating.upgrade()
    insert(theirs)
    assert settling.settle() == 1
    insert({"audit_event": [event]})
    migrating.upgrade()
    assert roots_of(two[1]) == {"hue"}
    holds(two[1])
