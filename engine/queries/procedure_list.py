"""The procedures one can file under today, with what must be filed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.domain.errors import ProcedureNotFound
from engine.domain.office import ProcedureVersion
from engine.domain.text import Text
from engine.procedures import form_plain
from engine.procedures.manifest import Paper
from engine.queries import office
from engine.storage import database


def in_force(now: datetime, language: str) -> list[dict[str, Any]]:
    """Give every procedure in force on the local day, by slug."""
    with database.reading() as session:
        house = office.current(session)
        found = []
        for slug in sorted(house.versions):
            try:
                version = house.version_in_force(slug, office.local_day(now))
            except ProcedureNotFound:       # published, and not yet in force
                continue
            found.append(_facts(session, version, language))
        return found


def read(slug: str, now: datetime, language: str) -> dict[str, Any]:
    """Give one procedure in force.

    Raises:
        ProcedureNotFound: nothing of this name is in force.
    """
    with database.reading() as session:
        version = office.current(session).version_in_force(slug, office.local_day(now))
        return _facts(session, version, language)


def _facts(session: Session, version: ProcedureVersion, language: str) -> dict[str, Any]:
    if version.id is None:
        raise ProcedureNotFound(version.slug)
    loaded = office.procedure_of(session, version.id)
    manifest = loaded.manifest
    return {"slug": version.slug, "title": loaded.title.to(language), "version": version.number,
            "owner": version.owner, "code": version.code, "hash": version.hash,
            "effective_from": _day(manifest.effective_from), "effective_to": _day(manifest.effective_to),
            "legal_basis": list(manifest.legal_basis), "service_level": manifest.service_level,
            "description": _words(manifest.description, language), "result": _words(manifest.result, language),
            "papers": [_paper(paper, language) for paper in manifest.papers],
            "form": form_plain.plain(loaded.filing_form(), loaded.texts, language)}


def _paper(paper: Paper, language: str) -> dict[str, Any]:
    return {"id": paper.id, "title": paper.title.to(language), "copies": paper.copies, "kind": paper.kind,
            "required_if": paper.required_if, "note": _words(paper.note, language)}


def _words(text: Text | None, language: str) -> str | None:
    return text.to(language) if text is not None else None


def _day(day: Any) -> str | None:
    return day.isoformat() if day is not None else None
