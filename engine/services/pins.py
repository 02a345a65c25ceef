"""What a case pinned at filing and stands on: its published version, until it is moved to another, and its calendars,
told by hashes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from engine.domain import audit
from engine.domain.audit import AuditEvent, Divergence
from engine.domain.case import Case
from engine.domain.errors import EngineError
from engine.procedures import manifest, pack, texts
from engine.storage.tables import calendar_table, procedure_version_table

Facts = Mapping[str, Any]
_PINNING = ("handoff.offered", "case.migrated", "calendar.applied")
_version, _calendar = procedure_version_table.c, calendar_table.c


@dataclass(frozen=True, slots=True)
class Pinned:
    """A version a case stood on: its number, and the hash of its pack."""

    number: int
    hash: str


def versions(events: list[AuditEvent]) -> list[Pinned]:
    """Give the versions a case stood on, as its events tell: that of filing, then each it was moved to."""
    told = [event.facts() for event in events]
    return [Pinned(one["version"], one["hash"]) for one in (
        told[0]["case"], *(facts["to"] for facts in told if facts["action"] == "case.migrated"))]


def first_difference(session: Session, case: Case, events: list[AuditEvent]) -> Divergence | None:
    """Compare the versions and the calendars of a case with what its events say of them."""
    filed: Facts = events[0].facts()["case"] if events else {"calendar_hashes": {}}
    row = session.execute(select(procedure_version_table).where(_version.id == case.version_id)).first()
    if row is None:
        return Divergence(1, "version", filed.get("hash"), None)
    told = [event.facts() for event in events]
    later = [one for one in told if one["action"] in _PINNING]     # units unknown at filing
    for what, want, have in (*_version_pairs(session, row, filed, events),
                             *_moves(filed, [one for one in told if one["action"] == "case.migrated"]),
                             *_calendar_pairs(session, filed),
                             *(pair for one in later for pair in _calendars_told(session, one))):
        if want != have:
            return Divergence(1, what, want, have)
    return None


def _moves(filed: Facts, moves: list[Facts]) -> Iterator[tuple[str, Any, Any]]:
    """A case is moved from the version it stands on."""
    before = {"version": filed.get("version"), "hash": filed.get("hash")}
    for one in moves:
        yield "version.from", before, one["from"]
        before = one["to"]


def _version_pairs(session: Session, last: Row[Any], filed: Facts,
                   events: list[AuditEvent]) -> Iterator[tuple[str, Any, Any]]:
    yield "version.slug", filed.get("procedure"), last.slug
    if not events:
        return
    *past, now = versions(events)
    yield "version.number", now.number, last.number
    yield from version_pairs(last, now.hash)
    for one in past:
        row = session.execute(select(procedure_version_table).where(
            _version.slug == last.slug, _version.number == one.number)).first()
        if row is None:
            yield "version", one.hash, None
        else:
            yield from version_pairs(row, one.hash)


def version_pairs(row: Row[Any], digest: str | None) -> Iterator[tuple[str, Any, Any]]:
    """Give what a row of a published version says beside what its pack, of a known hash, must make it say."""
    try:
        content = pack.from_zip(row.content)
    except EngineError:
        yield "version", digest, "unreadable"
        return
    yield "version", digest, content.content_hash
    yield "version.hash", digest, row.hash
    told, _ = manifest.read(content.files.get("procedure.toml"), texts.read(content.files)[0].entries)
    if told is not None:
        yield "version.row", [told.title.vi, told.title.en, told.owner, told.code, told.effective_from], [
            row.title_vi, row.title_en, row.owner, row.code, row.effective_from]


def _calendar_pairs(session: Session, filed: Facts) -> Iterator[tuple[str, Any, Any]]:
    yield "calendars", sorted(set(filed.get("calendars", {}).values())), sorted(filed["calendar_hashes"])
    yield from _calendars_told(session, filed)


def _calendars_told(session: Session, filed: Facts) -> Iterator[tuple[str, Any, Any]]:
    for reference, digest in sorted(filed["calendar_hashes"].items()):
        name, _, number = reference.rpartition("@")
        row = session.execute(select(calendar_table).where(
            _calendar.id == name, _calendar.version == int(number))).first()
        yield f"calendar {reference}", digest, row_digest(row)


def row_digest(row: Row[Any] | None) -> str | None:
    """Give the hash of a stored calendar; None where its row is gone or says another source than its content."""
    if row is None or row.source != row.body.get("source"):
        return None
    return audit.digest(row.body)
