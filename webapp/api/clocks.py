"""The clock of a case over the API: all it says, and extending its limit."""

from __future__ import annotations

from flask import Response, g

from engine.queries import case_file, case_view, clock_account
from engine.services import extensions, viewings
from webapp.api import answers, gate, reading


def show(code: str) -> Response:
    """GET /cases/{code}/clock: due time, service norm, printed date, each with its verdict, and the arithmetic; who
    looked is noted."""
    found = clock_account.read(code, gate.actor(), g.now, reading.language())
    viewings.note(found.case.root, found.case.id, gate.actor(), g.now)
    return answers.ok(found.facts)


def extend(code: str) -> Response:
    """POST /cases/{code}/extension: extend the limit of a case on a ground, for heads and leaders."""
    sent = reading.body("ExtendCase")
    receipt = reading.receipt(case_view.writer(reading.language()), sent)
    found = case_file.code_of(code, gate.actor(), g.now)
    extensions.extend(found, sent["by"], sent["ground"], gate.actor(), g.now, receipt)
    return answers.of(receipt)
