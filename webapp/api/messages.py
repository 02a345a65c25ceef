"""Messages and signals over the API: to a case, to whatever starts by a message, to everything that waits."""

from __future__ import annotations

import orjson
from flask import Response, g, url_for

from engine.domain.errors import CaseNotFound
from engine.queries import case_file, case_view
from engine.services import messages, signals, starts
from engine.services.messages import Message
from webapp.api import answers, gate, reading


def deliver(code: str) -> Response:
    """POST /cases/{code}/messages: give a case a message; 202 where it is kept until a step waits for it."""
    sent = reading.body("DeliverMessage")
    receipt = reading.receipt(case_view.writer(reading.language()), sent)
    if not case_file.is_code(code):
        raise CaseNotFound(code[:64])
    name: str = sent["message"] if "message" in sent else sent["name"]
    message = Message(name, sent.get("payload", {}), sent.get("id"))
    messages.deliver(code, message, gate.actor(), g.now, receipt)
    response = answers.of(receipt)
    response.status_code = 202 if orjson.loads(response.data).get("buffered") else 200
    return response


def start() -> Response:
    """POST /messages: file the case that a message starts, for a unit in which the account receives."""
    sent = reading.body("StartByMessage")
    receipt = reading.receipt(case_view.writer(reading.language()), sent)
    starts.by_message(sent["message"], sent.get("payload", {}), gate.actor(), g.now, unit=sent.get("unit"),
                      procedure=sent.get("procedure"), receipt=receipt)
    response = answers.of(receipt, 201)
    response.headers["Location"] = url_for("api.cases_show", code=orjson.loads(response.data)["code"])
    return response


def signal() -> Response:
    """POST /signals: send a signal to every case that waits for it; sent twice with one id it is sent once."""
    sent = reading.body("SendSignal")
    reached = signals.broadcast(sent["signal"], sent.get("payload", {}), gate.actor(), g.now, sent.get("id"))
    response = answers.ok({"signal": sent["signal"], "id": reached.id, "cases": reached.waiting,
                           "started": list(reached.started), "repeated": reached.repeated})
    response.status_code = 202
    return response
