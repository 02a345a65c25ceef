"""Cases over the API: filing, finding, reading, the history and its proof."""

from __future__ import annotations

import orjson
from flask import Response, g, url_for

from engine.domain import policy
from engine.domain.case import CaseStatus
from engine.queries import case_file, case_list, case_view
from engine.queries.case_list import Filters
from engine.services import cases, history, viewings
from webapp import security
from webapp.api import answers, gate, reading

_FILTERS = ("procedure", "unit", "status", "lateness", "filed_from", "filed_to", "q", "page")
_LATENESS = ("late", "on_time")


def file() -> Response:
    """POST /cases: file a case for a unit in which the account receives."""
    sent = reading.body("FileCase")
    receipt = reading.receipt(case_view.writer(reading.language()), sent)
    cases.file(sent["procedure"], sent["submission"], gate.actor(), g.now, unit=sent.get("unit"), receipt=receipt)
    response = answers.of(receipt, 201)
    response.headers["Location"] = url_for("api.cases_show", code=orjson.loads(response.data)["code"])
    return response


def find() -> Response:
    """GET /cases: one page of the cases the account may see, newest first."""
    sent = reading.query(_FILTERS)
    filters = Filters(
        procedure=sent.get("procedure"), unit=sent.get("unit"), words=sent.get("q"),
        status=reading.choice(sent, "status", list(CaseStatus)), lateness=reading.choice(sent, "lateness", _LATENESS),
        filed_from=reading.day(sent, "filed_from"), filed_to=reading.day(sent, "filed_to"))
    page = case_list.find(gate.actor(), filters, g.now, reading.number(sent, "page"))
    return answers.ok({"cases": [case_list.facts(row, reading.language()) for row in page.rows],
                       "total": page.total, "more": page.more, "page": page.number, "pages": page.pages})


def show(code: str) -> Response:
    """GET /cases/{code}: one case by its code or id; who looked is noted."""
    found = case_file.read(code, gate.actor(), g.now, reading.language())
    viewings.note(found.root, found.id, gate.actor(), g.now)
    return answers.ok(found.facts)


def events(code: str) -> Response:
    """GET /cases/{code}/events: every AuditEvent of a case in order; who looked is noted."""
    found = case_file.events(code, gate.actor(), g.now)
    viewings.note(found.root, found.id, gate.actor(), g.now)
    return answers.ok(found.facts)


def verification(code: str) -> Response:
    """GET /cases/{code}/verification: whether chain and replay of a case hold, for those who oversee."""
    policy.require_role(gate.actor(), *policy.OVERSEERS)
    found = case_file.code_of(code, gate.actor(), g.now)
    chain, replayed = history.verify(found, security.settings().files), history.replay(found)
    return answers.ok({"chain": chain.facts(), "replay": replayed.facts()})
