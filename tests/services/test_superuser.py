"""Somebody with the database's own password edits, deletes, inserts, swaps and empties: what is found, what is not."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Table, create_engine, delete, select, text, update

from engine.domain import audit
from engine.domain.case import Case
from engine.domain.errors import CaseNotFound, Halted
from engine.domain.people import SYSTEM, Actor
from engine.domain.text import same
from engine.services import documents, history, holding, incidents, tasks
from engine.storage import database, tables
from tests import office
from tests.services.test_case_course import done, filed, holds

House = dict[str, Actor]
Row = dict[str, Any]
# What no proof covers, because nothing a case says follows from it: see docs/history.md.
FREE = {
    "cases": {"row_version"},
    "job": {"id", "due", "payload", "attempts", "leased_until", "fence", "last_error"},
}
SCOPE = {table.name: table for table in (
    tables.audit_event_table, tables.case_table, tables.task_table, tables.procedure_version_table,
    tables.calendar_table, tables.document_table, tables.incident_table, tables.job_table, tables.number_book_table,
    tables.ledger_table)}


@pytest.fixture
def case(house: House, tmp_path: Path) -> Case:
    """A case that knows everything: a supplement under way, two papers, an incident that was resolved."""
    at = office.at("2026-02-10T08:00")
    filed("permit", house, at)
    case = done(filed("permit", house, at), house["binh"], at, outcome="accepted")
    kept = [documents.keep(tmp_path, io.BytesIO(b"%PDF-" + name.encode()), name, None, 1000)
            for name in ("a.pdf", "b.pdf")]
    documents.add(case.code, kept, house["binh"], at)
    with database.transaction() as session:
        halted = holding.case_by_code(session, case.code)
        incidents.raise_on(session, halted, Halted("engine", same("broken"), "verify"), {"timer": True}, SYSTEM, at)
    with database.reading() as session:
        [incident] = session.scalars(select(tables.incident_table.c.id))
    incidents.retry(incident, house["quan"], at + timedelta(minutes=5))
    tasks.claim(case.open_tasks()[0].id, house["an"], at + timedelta(minutes=6))
    case = done(case, house["an"], at + timedelta(hours=2), outcome="supplement")
    holds(case)
    assert found(case, tmp_path) is None
    return case


def found(case: Case, files: Path) -> str | None:
    """Give by which check something was found, if by any."""
    try:
        checks = (history.verify(case.code, files), history.replay(case.code), history.verify_office())
    except CaseNotFound:
        return "missing"
    return next((str(check.divergence) for check in checks if not check.holds), None)


@contextmanager
def superuser() -> Iterator[Connection]:
    """Write past every constraint and lock."""
    engine = create_engine(database.current().url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
        else:
            connection.execute(text("SET session_replication_role = replica"))
        yield connection
        connection.commit()
    engine.dispose()


@contextmanager
def harmed(table: Table, harm: Callable[[Connection, list[Row]], None]) -> Iterator[None]:
    """Do harm to a table and put it back afterwards."""
    with superuser() as connection:
        before = [dict(row) for row in connection.execute(table.select()).mappings()]
        harm(connection, before)
    yield
    with superuser() as connection:
        connection.execute(delete(table))
        connection.execute(table.insert(), before)


def mine(table: Table, case: Case, rows: list[Row]) -> list[Row]:
    """Give the rows of a table that belong to the case, oldest first."""
    owner = {"cases": "id", "audit_event": "stream"}.get(table.name, "case_id")
    if table.name == "procedure_version":
        return [row for row in rows if row["slug"] == "permit"]
    found = [row for row in rows if row.get(owner) == case.id] if owner in table.c else rows
    return sorted(found, key=lambda row: row.get("seq") or str(row.get("opened_at")))


def only(table: Table, row: Row) -> Any:
    clause = None
    for column in table.primary_key:
        here = column == row[column.name]
        clause = here if clause is None else clause & here
    return clause


def other(table: Table, name: str, value: Any) -> Any:
    """Give a value that differs from the one given and fits the column."""
    if name == "status":
        return "closed" if table is tables.case_table else "cancelled"
    if value is None:
        return {"UtcDateTime": office.at("2026-01-01T00:00"), "Date": date(2026, 1, 1), "Integer": 7}.get(
            type(table.c[name].type).__name__, "x")
    return next(change(value) for kind, change in CHANGES if isinstance(value, kind))


CHANGES: list[tuple[type, Callable[[Any], Any]]] = [
    (UUID, lambda _: uuid4()), (dict, lambda value: {**value, "x": "y"}), (list, lambda value: [*value, "somebody"]),
    (datetime, lambda value: value + timedelta(minutes=1)), (int, lambda value: value + 1),
    (bytes, lambda value: value[:30] + bytes([value[30] ^ 1]) + value[31:]), (str, lambda value: f"{value}x"[-12:])]


def edits(table: Table, case: Case) -> Iterator[tuple[str, Callable[[Connection, list[Row]], None]]]:
    """Give every way of harm to a table, by name."""
    def set_last(name: str, value: Callable[[Row], Any]) -> Callable[[Connection, list[Row]], None]:
        def harm(connection: Connection, rows: list[Row]) -> None:
            row = mine(table, case, rows)[-1]
            connection.execute(update(table).where(only(table, row)).values({name: value(row)}))
        return harm
    for column in table.c:
        yield f"edit {column.name}", set_last(column.name, lambda row, name=column.name: other(table, name, row[name]))
        if type(column.type).__name__ in ("Json", "Word"):
            yield f"spoil {column.name}", set_last(column.name, lambda _: text("'{garbage'"))
    yield "delete a row", lambda connection, rows: connection.execute(
        delete(table).where(only(table, mine(table, case, rows)[-1])))
    yield "empty the table", lambda connection, rows: connection.execute(delete(table))
    yield "insert a row", lambda connection, rows: connection.execute(
        table.insert(), one_more(table, mine(table, case, rows)[-1]))
    if table.name in ("audit_event", "task", "document"):
        yield "swap two rows", lambda connection, rows: swap(connection, table, mine(table, case, rows))


def one_more(table: Table, row: Row) -> Row:
    """Give a row like another that could stand beside it."""
    fresh = {"code": "H99.07-260210-0009", "tracking": "abc", "number": 9, "seq": 99, "version": 9, "key": "other",
             "kind": "timer", "book": "case:H99.07:260211"}
    new = {name: fresh.get(name, value) for name, value in row.items()}
    if "id" in row and table is not tables.calendar_table:
        new["id"] = uuid4() if isinstance(row["id"], UUID) else 99
    return {**new, "stream": uuid4()} if table is tables.ledger_table else new


def swap(connection: Connection, table: Table, rows: list[Row]) -> None:
    """Exchange all that is no key between the first and the last row."""
    keys = {column.name for column in table.primary_key}
    for here, there in ((rows[0], rows[-1]), (rows[-1], rows[0])):
        connection.execute(update(table).where(only(table, here)).values(
            {name: value for name, value in there.items() if name not in keys}))


@pytest.mark.parametrize("name", SCOPE)
def test_harm_to_a_table_is_found_but_for_what_means_nothing(name: str, case: Case, tmp_path: Path) -> None:
    table, missed, tried = SCOPE[name], set(), 0
    for kind, harm in edits(table, case):
        with harmed(table, harm):
            tried += 1
            if found(case, tmp_path) is None:
                missed.add(kind)
    free = FREE.get(name, set())
    assert {kind for kind in missed if kind.partition(" ")[2] not in free} == MISSED.get(name, set()), tried
    assert found(case, tmp_path) is None


MISSED = {"ledger": {"insert a row"}}       # a head for a stream that nothing uses


@pytest.mark.parametrize("harm", ["removed", "changed"])
def test_harm_to_the_bytes_of_a_paper_is_found(harm: str, case: Case, tmp_path: Path) -> None:
    [path, *_] = sorted(path for path in tmp_path.glob("??/*") if path.is_file())
    path.unlink() if harm == "removed" else path.write_bytes(b"%PDF-other")
    finding = history.verify(case.code, tmp_path)
    assert finding.divergence is not None
    assert finding.divergence.what.startswith("bytes of")


def rewrite(case: Case, change: Callable[[Row], None], action: str) -> None:
    """Change the first event of an action and make the whole chain anew, with columns and head to fit."""
    events = tables.audit_event_table
    with superuser() as connection:
        rows = connection.execute(events.select().where(events.c.stream == case.id).order_by(events.c.seq)).mappings()
        previous, changed = audit.GENESIS, False
        for row in rows.all():
            facts = audit.AuditEvent(**row).facts()
            if row["action"] == action and not changed:
                change(facts)
                changed = True
            body = audit.canonical(facts)
            previous = audit.link(previous, body)
            connection.execute(update(events).where(events.c.stream == case.id, events.c.seq == row["seq"]).values(
                body=body, hash=previous, actor=facts["actor"]["account"], at=audit.instant(facts["at"])))
        cases = tables.case_table
        connection.execute(update(cases).where(cases.c.id == case.id).values(head=previous))


def put(*path: Any) -> Callable[[Row], None]:
    """Give a change that sets the value at the end of a path."""
    def change(facts: Row) -> None:
        for key in path[:-2]:
            facts = facts[key]
        facts[path[-2]] = path[-1]
    return change


REWRITTEN = {
    "a submission": ("case.filed", put("submission", "amount", 1)),
    "an outcome": ("task.completed", put("submission", "outcome", "refused")),
    "the actor of a task": ("task.completed", put("actor", "account", "khoa")),
    "the actor of a filing": ("case.filed", put("actor", "account", "khoa")),
    "the actor of a claim": ("task.claimed", put("actor", "account", "khoa")),
    "the actor of a paper": ("document.added", put("actor", "account", "khoa")),
    "the actor of a retry": ("incident.resolved", put("actor", "account", "khoa")),
    "the actor of an incident": ("incident.raised", put("actor", "account", "khoa")),
    "the instant of a filing": ("case.filed", put("at", "2026-02-10T00:59:00.000000Z")),
    "the instant of a task": ("task.completed", put("at", "2026-02-10T00:59:00.000000Z")),
    "the instant of a paper": ("document.added", put("at", "2026-02-10T00:59:00.000000Z")),
    "a due time": ("task.completed", put("result", "case", "due_at", "2026-03-01T00:00:00.000000Z")),
    "the applicant": ("case.filed", put("case", "applicant", "somebody else")),
    "the unit": ("case.filed", put("case", "units", "competent", "commune-a")),
    "the root": ("case.filed", put("case", "root", "elsewhere")),
    "the calendar": ("case.filed", put("case", "calendar_hashes", {})),
    "the version": ("case.filed", put("case", "hash", "0" * 64)),
    "a paper": ("document.added", put("documents", 0, "sha256", "0" * 64)),
    "the role acted in": ("task.completed", put("capacity", "role", "leader")),
    "the name of the actor": ("task.completed", put("actor", "name", "Somebody Else")),
}
NEEDS_A_WITNESS = {"the name of the actor", "the actor of an incident"}


@pytest.mark.parametrize("what", REWRITTEN)
def test_a_chain_made_anew_over_one_change_is_found_where_something_else_tells(
        what: str, case: Case, tmp_path: Path) -> None:
    action, change = REWRITTEN[what]
    rewrite(case, change, action)
    assert (found(case, tmp_path) is None) is (what in NEEDS_A_WITNESS)


def test_a_case_taken_out_with_all_its_rows_leaves_a_gap_in_the_book(case: Case) -> None:
    with superuser() as connection:
        for table, column in ((tables.task_table, "case_id"), (tables.document_table, "case_id"),
                              (tables.incident_table, "case_id"), (tables.job_table, "case_id"),
                              (tables.audit_event_table, "stream"), (tables.case_table, "id")):
            connection.execute(delete(table).where(table.c[column] == case.id))
    finding = history.verify_office()
    assert finding.divergence is not None
    assert finding.divergence.found == [2]
