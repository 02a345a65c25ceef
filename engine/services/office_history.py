"""The office's own history: its chain, what it published, and that no case was taken out or slipped in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.audit import GENESIS, OFFICE, AuditEvent, Divergence, Ledger, first_break
from engine.services import pins, start_timers
from engine.services.course import plain
from engine.storage.tables import (
    audit_event_table,
    broadcast_table,
    calendar_table,
    case_table,
    number_book_table,
    procedure_version_table,
    start_timer_table,
)

Facts = Mapping[str, Any]


def first_difference(session: Session, *, books: bool = True) -> tuple[int, Divergence | None]:
    """Give how many events the office has and the first place where its history or its books do not hold; without
    `books` what needs all cases is left out."""
    events = list(session.scalars(select(AuditEvent).where(
        audit_event_table.c.root == "", audit_event_table.c.stream == OFFICE).order_by(audit_event_table.c.seq)))
    ledger = session.get(Ledger, OFFICE) or Ledger(OFFICE, 0, GENESIS)
    broken = first_break(events, OFFICE, ledger.seq, ledger.head)
    if broken is None:
        pairs = (*_versions(session, events), *_calendars(session, events), *_signals(session, events),
                 *_start_timers(session, events), *(_whole_books(session) if books else ()))
        broken = next((Divergence(ledger.seq, what, want, have) for what, want, have in pairs if want != have), None)
    return len(events), broken


def _versions(session: Session, events: list[AuditEvent]) -> Iterator[tuple[str, Any, Any]]:
    """Each version was published by an event of the same number, hash, instant and person."""
    told = {(facts["procedure"], facts["version"]): facts for facts in _told(events, "procedure.published")}
    rows = {(row.slug, row.number): row for row in session.execute(select(procedure_version_table))}
    yield "versions", sorted(told), sorted(rows)
    for key, facts in sorted(told.items()):
        row, name = rows[key], "@".join(map(str, key))
        yield f"version {name}", (facts["at"], facts["actor"]["account"]), (plain(row.published_at), row.published_by)
        yield from ((f"{what} {name}", want, have) for what, want, have in pins.version_pairs(row, facts["hash"]))


def _calendars(session: Session, events: list[AuditEvent]) -> Iterator[tuple[str, Any, Any]]:
    """Each version of a calendar was published by an event of the same hash and instant."""
    told = {facts["calendar"]: facts for facts in _told(events, "calendar.published")}
    rows = {f"{row.id}@{row.version}": row for row in session.execute(select(calendar_table))}
    yield "calendars", sorted(told), sorted(rows)
    for reference, facts in sorted(told.items()):
        row = rows[reference]
        yield f"calendar {reference}", (facts["hash"], facts["at"]), (pins.row_digest(row), plain(row.created_at))


def _signals(session: Session, events: list[AuditEvent]) -> Iterator[tuple[str, Any, Any]]:
    """Each signal that was sent with an id was sent by one event; that is how a second one is known."""
    told = sorted((event.facts()["id"], event.seq, event.facts()["signal"]) for event in events
                  if event.action == "signal.sent" and event.facts()["id"] is not None)
    yield "signals", told, sorted(tuple(row) for row in session.execute(
        select(broadcast_table.c.id, broadcast_table.c.seq, broadcast_table.c.name)))


def _start_timers(session: Session, events: list[AuditEvent]) -> Iterator[tuple[str, Any, Any]]:
    """What starts by itself is due as publishing set it and every firing since moved it on."""
    rows = {(row.slug, row.version, row.key): plain(row.due) for row in session.execute(select(start_timer_table))}
    yield "start timers", sorted(start_timers.add_up(events).items()), sorted(rows.items())


def _told(events: list[AuditEvent], action: str) -> Iterator[Facts]:
    return (event.facts() for event in events if event.action == action)


def _whole_books(session: Session) -> Iterator[tuple[str, Any, Any]]:
    yield from _streams(session)
    yield from _books(session)


def _streams(session: Session) -> Iterator[tuple[str, Any, Any]]:
    """Every stream of events belongs to a case, and every case has one."""
    streams = {stream.hex for stream in session.scalars(select(audit_event_table.c.stream).distinct())}
    cases = {case_id.hex for case_id in session.scalars(select(case_table.c.id))}
    yield "streams without a case", [], sorted(streams - cases - {OFFICE.hex})
    yield "cases without events", [], sorted(cases - streams)


def _books(session: Session) -> Iterator[tuple[str, Any, Any]]:
    """Every number a book gave out is that of a case: none is missing, none was never given."""
    given: dict[str, set[int]] = defaultdict(set)
    roots: dict[str, set[str]] = defaultdict(set)
    for root, code in session.execute(select(case_table.c.root, case_table.c.code)):
        unit, day, number = code.rsplit("-", 2)
        given[f"case:{unit}:{day}"].add(int(number))
        roots[f"case:{unit}:{day}"].add(root)
    rows = [row for row in session.execute(select(number_book_table)) if row.book.startswith("case:")]
    last = {row.book: row.last for row in rows}
    for book in sorted(given.keys() | last.keys()):
        missing = set(range(1, last.get(book, 0) + 1)) ^ given[book]
        yield f"numbers of {book}", [], sorted(missing)
    for row in rows:
        yield f"root of {row.book}", True, row.root in roots[row.book]
