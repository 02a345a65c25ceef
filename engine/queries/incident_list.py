"""Incidents for the administrator: what halted which case. What was to be done stays in the case, unseen here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain import policy
from engine.domain.case import Case, Incident
from engine.domain.people import Actor
from engine.domain.text import Text
from engine.queries import case_view
from engine.storage import database
from engine.storage.tables import case_table, incident_table

MOST = 500


def waiting(actor: Actor, language: str, *, resolved: bool = False) -> list[dict[str, Any]]:
    """Give the incidents nobody has looked at yet, or those resolved, newest first, at most `MOST`.

    Raises:
        NotAllowed: the actor is no administrator.
    """
    policy.require_role(actor, "administrator")
    column = incident_table.c.resolved_at
    with database.reading() as session:
        rows = session.execute(
            select(Incident, case_table.c.code).join(case_table, case_table.c.id == incident_table.c.case_id)
            .where(column.is_not(None) if resolved else column.is_(None))
            .order_by(incident_table.c.raised_at.desc()).limit(MOST))
        return [_facts(incident, code, language) for incident, code in rows]


def _facts(incident: Incident, code: str, language: str) -> dict[str, Any]:
    message = Text(incident.message_vi, incident.message_en).to(language)
    return {"id": incident.id.hex, "case": code, "code": incident.code, "element": incident.element,
            "message": message, "raised_at": case_view.moment(incident.raised_at),
            "resolved_at": case_view.moment(incident.resolved_at), "resolved_by": incident.resolved_by}


def writer(incident_id: str) -> Callable[[Session, Case], bytes]:
    """Give the function that writes what became of the case of an incident, without the case's data."""
    return lambda _session, case: orjson.dumps(
        {"incident": incident_id, "case": case.code, "status": str(case.status)})
