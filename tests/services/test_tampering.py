"""Whoever edits the database past the product is found: every column of a case, its tasks and its events."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Uuid, delete, text, update
from sqlalchemy.types import TypeDecorator

from engine.domain import audit
from engine.domain.case import Case
from engine.domain.people import Actor
from engine.services import history
from engine.storage import database, tables
from tests import office
from tests.services.test_case_course import done, filed, holds

House = dict[str, Actor]
HARMLESS = {"cases": {"id", "row_version", "seq", "head"}, "task": {"id", "case_id"}}


def a_case(house: House) -> Case:
    case = filed("permit", house, office.at("2026-02-10T08:00"))
    case = done(case, house["binh"], office.at("2026-02-10T08:30"), outcome="accepted")
    case = done(case, house["an"], office.at("2026-02-12T10:00"), outcome="supplement")
    case = done(case, house["binh"], office.at("2026-02-24T09:00"))
    holds(case)
    return case


def other(value: object) -> object:
    """Give a value that differs from the one given and fits the same column."""
    if isinstance(value, dict):
        return {**value, "x": "y"}
    if isinstance(value, list):
        return [*value, "somebody"]
    if isinstance(value, datetime):
        return value + timedelta(minutes=1)
    if isinstance(value, int):
        return value + 1
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1]) if value else b"x"
    return f"{value}x" if value is not None else "x"


def columns(table: object) -> list[str]:
    skip = HARMLESS.get(table.name, set())  # type: ignore[attr-defined]
    return [column.name for column in table.columns if column.name not in skip]  # type: ignore[attr-defined]


def found(case: Case) -> bool:
    return not (history.verify(case.code).holds and history.replay(case.code).holds)


def alternative(table: object, name: str, value: object) -> object:
    column = table.c[name]  # type: ignore[attr-defined]
    if name == "status":
        return "closed" if table is tables.case_table else "cancelled"
    if value is None and isinstance(column.type, TypeDecorator) and "DateTime" in type(column.type).__name__:
        return office.at("2026-01-01T00:00")
    if value is None and "INT" in str(column.type).upper():
        return 7
    return other(value)


@pytest.mark.parametrize("table", [tables.case_table, tables.task_table, tables.audit_event_table],
                         ids=lambda table: table.name)
def test_every_edited_column_is_found(table: object, house: House) -> None:
    case = a_case(house)
    missed = []
    key = table.c.get("case_id", table.c.get("stream"))  # type: ignore[attr-defined]
    mine = (table.c.id if key is None else key) == case.id  # type: ignore[attr-defined]
    for name in columns(table):
        column = table.c[name]  # type: ignore[attr-defined]
        if isinstance(column.type, Uuid) or column.foreign_keys or name == "code":
            continue
        with database.current().writer.begin() as connection:
            before = connection.execute(table.select().where(mine)).mappings().all()  # type: ignore[attr-defined]
            row = dict(before[-1])
            last = mine & (table.c[keyed(table)] == row[keyed(table)])  # type: ignore[attr-defined]
            connection.execute(update(table).where(last).values({name: alternative(table, name, row[name])}))  # type: ignore[arg-type]
        if not found(case):
            missed.append(name)
        with database.current().writer.begin() as connection:
            key_now = alternative(table, name, row[name]) if name == keyed(table) else row[keyed(table)]
            connection.execute(update(table).where(mine & (table.c[keyed(table)] == key_now))  # type: ignore[arg-type,attr-defined]
                               .values({name: row[name]}))
    assert missed == []
    holds(case)


def keyed(table: object) -> str:
    return "seq" if table is tables.audit_event_table else "id"


def test_a_deleted_last_event_is_found_even_with_the_head_put_back(house: House) -> None:
    case = a_case(house)
    events = tables.audit_event_table
    with database.current().writer.begin() as connection:
        rows = connection.execute(events.select().where(events.c.stream == case.id).order_by(events.c.seq)).all()
        connection.execute(delete(events).where(events.c.stream == case.id, events.c.seq == rows[-1].seq))
    assert history.verify(case.code).divergence is not None
    with database.current().writer.begin() as connection:
        connection.execute(update(tables.case_table).where(tables.case_table.c.id == case.id)
                           .values(seq=rows[-2].seq, head=rows[-2].hash))
    assert found(case)


def test_an_edited_pack_of_the_pinned_version_is_found(house: House) -> None:
    case = a_case(house)
    versions = tables.procedure_version_table
    with database.current().writer.begin() as connection:
        two = connection.execute(versions.select().where(versions.c.slug == "two-tasks")).mappings().one()
        connection.execute(update(versions).where(versions.c.slug == "permit").values(content=two["content"]))
    finding = history.verify(case.code)
    assert finding.divergence is not None
    assert finding.divergence.what == "version"


def test_a_chain_made_anew_over_a_changed_submission_fails_the_replay(house: House, now: datetime) -> None:
    case = a_case(house)
    events = tables.audit_event_table
    with database.current().writer.begin() as connection:
        mine = events.select().where(events.c.stream == case.id).order_by(events.c.seq)
        rows = connection.execute(mine).mappings().all()
        previous = audit.GENESIS
        for row in rows:
            body = row["body"].replace(b"135000", b"999999")
            previous = audit.link(previous, body)
            connection.execute(update(events).where(events.c.stream == case.id, events.c.seq == row["seq"])
                               .values(body=body, hash=previous))
        connection.execute(update(tables.case_table).where(tables.case_table.c.id == case.id).values(head=previous))
    finding = history.replay(case.code)
    assert not finding.holds
    assert finding.divergence is not None


def test_an_untouched_database_gives_no_alarm(house: House) -> None:
    case = a_case(house)
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM audit_event WHERE stream = :id"),
                               {"id": case.id.hex if database.current().sqlite else case.id}).scalar() == case.seq
    holds(case)
