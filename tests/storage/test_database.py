"""Transactions on both databases: nothing is lost, a reader writes nothing, trouble is one sentence."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import StatementError

from engine.domain.errors import CaseChanged, InvalidInput, Unavailable
from engine.domain.people import Account
from engine.storage import database, migrating, schema
from engine.storage.tables import account_table, number_book_table

NOW = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)


def test_an_instant_comes_back_in_utc(database_url: str) -> None:
    with database.transaction() as session:
        session.add(Account("an", "An", None, NOW))
    with database.reading() as session:
        assert session.get_one(Account, "an").created_at == NOW


def test_a_naive_instant_is_refused(database_url: str) -> None:
    with pytest.raises(StatementError), database.transaction() as session:
        session.add(Account("an", "An", None, NOW.replace(tzinfo=None)))


def test_a_reader_cannot_write(database_url: str) -> None:
    with pytest.raises(Exception, match=r"(?i)read-?only|cannot be used"), database.reading() as session:
        session.execute(insert(number_book_table).values(book="b", last=1))


def test_an_error_leaves_no_trace(database_url: str) -> None:
    def interrupted() -> None:
        with database.transaction() as session:
            session.execute(insert(number_book_table).values(book="b", last=1))
            raise RuntimeError
    with pytest.raises(RuntimeError):
        interrupted()
    with database.reading() as session:
        assert session.execute(select(number_book_table)).all() == []


def test_eight_threads_adding_to_one_number_lose_no_update(database_url: str) -> None:
    with database.transaction() as session:
        session.execute(insert(number_book_table).values(book="b", last=0))

    def add() -> None:
        for _ in range(25):
            with database.locked() as session:
                last = session.execute(select(number_book_table.c.last)).scalar_one()
                session.execute(update(number_book_table).values(last=last + 1))
    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.execute(select(number_book_table.c.last)).scalar_one() == 200


def test_a_row_added_by_another_meanwhile_is_a_lost_race(database_url: str) -> None:
    with database.transaction() as session:
        session.add(Account("an", "An", None, NOW))
    with pytest.raises(CaseChanged), database.transaction() as session:
        session.execute(insert(account_table).values(name="an", full_name="An", created_at=NOW))


def test_a_database_without_tables_says_what_to_run(tmp_path: Path) -> None:
    database.use(f"sqlite:///{tmp_path / 'new.db'}")
    with pytest.raises(Unavailable, match="db upgrade"):
        schema.ensure()
    with pytest.raises(Unavailable, match="db upgrade"), database.reading() as session:
        session.get(Account, "an")


def test_a_newer_schema_is_refused_in_one_sentence(database_url: str) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for refuse in (schema.ensure, migrating.upgrade):
        with pytest.raises(Unavailable, match="newer than this software"):
            refuse()


def test_a_folder_that_does_not_exist_is_one_sentence(tmp_path: Path) -> None:
    database.use(f"sqlite:///{tmp_path / 'nowhere' / 'm.db'}")
    with pytest.raises(Unavailable):
        schema.ensure()


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "oracle://a"])
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        database.Database(url)


def test_an_unreachable_server_is_one_sentence_within_seconds() -> None:
    database.use("postgresql://127.0.0.1:1/none")
    with pytest.raises(Unavailable):
        schema.ensure()


def test_an_upgrade_again_changes_nothing(database_url: str) -> None:
    assert migrating.upgrade() == (schema.head(), schema.head())


def test_a_reading_sees_one_snapshot_whatever_is_written_meanwhile(database_url: str) -> None:
    with database.reading() as session:
        assert session.scalars(select(account_table.c.name)).all() == []
        with database.transaction() as other:
            other.add(Account("an", "An", None, NOW))
        assert session.scalars(select(account_table.c.name)).all() == []
    with database.reading() as session:
        assert session.scalars(select(account_table.c.name)).all() == ["an"]
