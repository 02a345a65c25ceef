"""What a case pinned at filing and stands on ever after: its published version and its calendars, told by hashes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
_version, _calendar = procedure_version_table.c, calendar_table.c


def first_difference(session: Session, case: Case, events: list[AuditEvent]) -> Divergence | None:
    """Compare the version and the calendars of a case with what its first event says of them."""
    filed: Facts = events[0].facts()["case"] if events else {"calendar_hashes": {}}
    row = session.execute(select(procedure_version_table).where(_version.id == case.version_id)).first()
    if row is None:
        return Divergence(1, "version", filed.get("hash"), None)
    later = [event.facts() for event in events if event.action == "handoff.offered"]    # to a unit unknown at filing
    for what, want, have in (*_version_pairs(row, filed), *_calendar_pairs(session, filed),
                             *(pair for one in later for pair in _calendars_told(session, one))):
        if want != have:
            return Divergence(1, what, want, have)
    return None


def _version_pairs(row: Row[Any], filed: Facts) -> Iterator[tuple[str, Any, Any]]:
    yield "version.number", filed.get("version"), row.number
    yield "version.slug", filed.get("procedure"), row.slug
    yield from version_pairs(row, filed.get("hash"))


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
