"""Incidents over the API, for the administrator: what halted cases, and letting a case go on."""

from __future__ import annotations

from flask import Response, g

from engine.domain.errors import IncidentNotFound
from engine.queries import incident_list
from engine.services import incidents
from webapp.api import answers, gate, reading


def waiting() -> Response:
    """GET /incidents: the incidents still open, or with `resolved=1` those resolved."""
    sent = reading.query(("resolved",))
    resolved = reading.choice(sent, "resolved", ("0", "1")) == "1"
    return answers.ok({"incidents": incident_list.waiting(gate.actor(), reading.language(), resolved=resolved)})


def retry(incident_id: str) -> Response:
    """POST /incidents/{id}/retry: let the halted case go on."""
    found = reading.an_id(incident_id, IncidentNotFound)
    receipt = reading.receipt(incident_list.writer(found.hex), reading.body("Nothing"))
    incidents.retry(found, gate.actor(), g.now, receipt)
    return answers.of(receipt)
