"""What an upgrade does while people work: the indexes that are missing, and who was a guest before that was kept."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select, text

from engine.domain.people import Actor
from engine.queries import case_list
from engine.queries.case_list import Filters
from engine.storage import database, indexing, migrating
from engine.storage.tables import case_guest_table
from tests.services import handing_over


def told(statement: str) -> None:
    with database.current().writer.connect() as connection:
        connection.execute(text(statement))
        connection.commit()


def test_an_index_that_is_missing_is_built_by_the_next_upgrade(database_url: str) -> None:
    for name in ("ix_cases_late", "ix_task_worklist"):
        told(f"DROP INDEX {name}")
    assert migrating.differences() != []
    migrating.upgrade()
    assert migrating.differences() == []


def test_who_was_a_guest_before_that_was_kept_is_noted(house: dict[str, Actor], now: datetime) -> None:
    people = handing_over.furnished(house, now, handing_over.consulting())
    case, _ = handing_over.offered("consulting", people, now)
    told("DELETE FROM case_guest")
    told("DROP INDEX ix_cases_due")
    assert case_list.find(people["tam"], Filters(), now).total == 0
    indexing.complete()
    assert [row.case.id for row in case_list.find(people["tam"], Filters(), now).rows] == [case.id]
    with database.reading() as session:
        assert session.execute(select(case_guest_table.c.root)).scalars().all() == [case.root]


def test_an_index_whose_building_was_broken_off_is_built_anew(database_url: str) -> None:
    if database.current().sqlite:
        pytest.skip("SQLite builds an index in one transaction")
    told("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_cases_late'::regclass")
    indexing.complete()
    with database.reading() as session:
        assert session.execute(text(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_cases_late'::regclass")).scalar_one()
