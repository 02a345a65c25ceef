"""Spreading by the root: the re-keyed schema is real PostgreSQL, and everything goes on with it as before."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect

from engine import worker
from engine.domain.case import CaseStatus
from engine.domain.errors import Conflict, InvalidInput, Unavailable
from engine.domain.people import Actor
from engine.queries import worklist
from engine.services import documents, handoffs, history, organisation, spreading, tasks
from engine.storage import database
from engine.storage.spreading import plan, reference_tables, spread_tables
from engine.storage.tables import metadata
from tests.services import handing_over
from tests.services.test_case_course import done, filed, holds
from tests.services.test_roots import HUE, filed_by, person
from tests.webapp.cli_running import facts, run

House = dict[str, Actor]
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def test_every_table_is_either_spread_or_copied() -> None:
    names = [table.name for table in (*spread_tables(), *reference_tables())]
    assert sorted(names) == sorted(metadata.tables)
    assert names[0] == "cases"


def test_whatever_belongs_to_a_case_is_spread() -> None:
    owned = {table.name for table in metadata.tables.values()
             if any(tie.column.table.name == "cases" for tie in table.foreign_keys)}
    assert owned < {table.name for table in spread_tables()}


def test_a_table_is_spread_before_another_refers_to_it() -> None:
    statements = plan().statements()
    spread = [place for place, one in enumerate(statements) if one.startswith("SELECT create_")]
    ties = [place for place, one in enumerate(statements) if "FOREIGN KEY" in one]
    assert max(spread) < min(ties)
    assert "SELECT create_distributed_table('task', 'root', colocate_with => 'cases')" in statements
    assert "SELECT create_reference_table('unit')" in statements


@on_postgresql
def test_every_key_of_the_rekeyed_schema_contains_the_root(house: House) -> None:
    spreading.apply(citus=False)
    known = inspect(database.current().writer)
    spread = {table.name for table in spread_tables()}
    for name in spread:
        keys = [known.get_pk_constraint(name)["constrained_columns"],
                *(one["column_names"] for one in known.get_unique_constraints(name)),
                *(one["column_names"] for one in known.get_indexes(name) if one["unique"]),
                *(one["constrained_columns"] for one in known.get_foreign_keys(name)
                  if one["referred_table"] in spread)]
        assert all(key[0] == "root" for key in keys), (name, keys)
        assert len(known.get_foreign_keys(name)) == len(metadata.tables[name].foreign_key_constraints)


@on_postgresql
def test_a_case_goes_from_filing_to_result_on_the_rekeyed_schema(
        house: House, now: datetime, tmp_path: Path) -> None:
    before = done(filed("permit", house, now), house["binh"], now, outcome="accepted")
    spreading.apply(citus=False)
    assert spreading.apply(citus=False) == ()
    case = done(filed("permit", house, now), house["binh"], now, outcome="accepted")
    assert case.code == "H99.07-260309-0002"
    tasks.claim(case.open_tasks()[0].id, house["an"], now)
    case = done(case, house["an"], now, outcome="supplement")
    documents.add(case.code, [documents.keep(tmp_path, io.BytesIO(b"%PDF-a"), "a.pdf", None, 1000)], house["binh"], now)
    case = done(case, house["binh"], now)
    case = done(done(case, house["an"], now, outcome="approve"), house["khoa"], now, outcome="signed")
    assert case.status is CaseStatus.CLOSED
    done(before, house["an"], now, outcome="supplement")
    worker.drain(now + timedelta(days=31))      # nobody answered: the case is stopped
    holds(case)
    holds(before)
    assert worklist.mine(house["an"], now) == []
    assert history.verify_office().holds


@on_postgresql
def test_a_hand_off_goes_its_way_on_the_rekeyed_schema(house: House, now: datetime) -> None:
    people = handing_over.furnished(house, now, handing_over.consulting())
    spreading.apply(citus=False)
    case, one = handing_over.offered("consulting", people, now)
    handoffs.accept(one.id, people["tam"], now)
    handing_over.done(case, people["son"], now, outcome="agree")
    handing_over.done(case, people["an"], now, outcome="approve")
    case, _ = handing_over.stored(case)
    assert case.status is CaseStatus.CLOSED
    handing_over.holds(case)


@on_postgresql
def test_two_provinces_stand_beside_each_other_on_the_rekeyed_schema(house: House, now: datetime) -> None:
    organisation.apply(HUE.format(parent="hue").encode(), now)
    spreading.apply(citus=False)
    first, second = filed("two-tasks", house, now), filed_by(person("mai", now), now)
    assert spreading.standing().cases == {"hue": 1, "province": 1}
    for case, who in ((first, house["binh"]), (second, person("mai", now))):
        holds(done(case, who, now, outcome="accepted"))
    assert history.verify_office().holds


@on_postgresql
def test_provinces_that_number_under_one_code_are_not_spread(house: House, now: datetime) -> None:
    organisation.apply(HUE.replace("H57.07", "H99.07").format(parent="hue").encode(), now)
    with pytest.raises(Conflict, match=r"H99\.07"):
        spreading.apply(citus=False)
    assert not spreading.standing().keyed


@on_postgresql
def test_without_citus_nothing_is_done_unless_asked_so(house: House, database_url: str) -> None:
    with pytest.raises(Unavailable, match="--keys-only"):
        spreading.apply(citus=True)
    settings = {"MOTCUA_DATABASE_URL": database_url}
    refused = run("db", "spread", "--apply", **settings)
    assert (refused.exit_code, "no Citus" in refused.stderr) == (1, True)
    assert facts("db", "spread", **settings)["keyed"] is False
    told = run("db", "spread", "--apply", "--keys-only", **settings)
    assert (told.exit_code, "still on one server" in told.stdout) == (0, True)
    found = facts("db", "spread", **settings)
    assert (found["keyed"], found["citus"], found["spread"]) == (True, False, False)


def test_the_statements_can_be_read_without_a_database() -> None:
    told = run("db", "spread", "--sql")
    assert told.stdout.splitlines() == [f"{one};" for one in plan().statements()]
    assert facts("db", "spread", "--sql")["statements"] == list(plan().statements())


@pytest.mark.parametrize("wrong", [("--sql", "--apply"), ("--keys-only",)])
def test_options_that_do_not_go_together_are_refused(wrong: tuple[str, ...]) -> None:
    assert run("db", "spread", *wrong).exit_code == 2


def test_sqlite_is_not_spread(tmp_path: Path) -> None:
    place = tmp_path / "m.db"
    run("db", "upgrade", MOTCUA_DATABASE_URL=f"sqlite:///{place}")
    told = run("db", "spread", MOTCUA_DATABASE_URL=f"sqlite:///{place}")
    assert (told.exit_code, "PostgreSQL" in told.stderr) == (1, True)
    with pytest.raises(InvalidInput):
        spreading.apply(citus=False)
