"""Hand-offs over the API: those of the account's units, and the four acts on one."""

from __future__ import annotations

from flask import Response, g

from engine.domain.errors import HandOffNotFound
from engine.queries import case_view, hand_off_list
from engine.services import handoffs
from engine.services.receipts import Receipt
from webapp.api import answers, gate, reading


def of_units() -> Response:
    """GET /handoffs: what comes to or leaves the units the account sees, the most pressing first; open ones where no
    state is asked for."""
    sent = reading.query(("unit", "status", "direction"))
    status = reading.choice(sent, "status", hand_off_list.STATES) or hand_off_list.OPEN
    direction = reading.choice(sent, "direction", (hand_off_list.IN, hand_off_list.OUT))
    found = hand_off_list.of_units(gate.actor(), g.now, unit=sent.get("unit"), status=status, direction=direction)
    return answers.ok({"handoffs": [hand_off_list.facts(entry, reading.language()) for entry in found]})


def show(hand_off_id: str) -> Response:
    """GET /handoffs/{id}: one hand-off with both clocks."""
    found = reading.an_id(hand_off_id, HandOffNotFound)
    return answers.ok(hand_off_list.facts(hand_off_list.read(found, gate.actor(), g.now), reading.language()))


def accept(hand_off_id: str) -> Response:
    """POST /handoffs/{id}/accept: take it over."""
    receipt = _receipt(reading.body("Nothing"))
    handoffs.accept(reading.an_id(hand_off_id, HandOffNotFound), gate.actor(), g.now, receipt)
    return answers.of(receipt)


def refuse(hand_off_id: str) -> Response:
    """POST /handoffs/{id}/refuse: send it back with a reason."""
    sent = reading.body("RefuseHandOff")
    receipt = _receipt(sent)
    handoffs.refuse(reading.an_id(hand_off_id, HandOffNotFound), sent["reason"], gate.actor(), g.now, receipt)
    return answers.of(receipt)


def offer(hand_off_id: str) -> Response:
    """POST /handoffs/{id}/offer: offer it again, to the same unit or another of its type."""
    sent = reading.body("OfferHandOff")
    receipt = _receipt(sent)
    handoffs.offer_again(reading.an_id(hand_off_id, HandOffNotFound), gate.actor(), g.now, sent.get("unit"), receipt)
    return answers.of(receipt)


def result(hand_off_id: str) -> Response:
    """POST /handoffs/{id}/result: give what was asked for by a message."""
    sent = reading.body("GiveResult")
    receipt = _receipt(sent)
    handoffs.give_result(reading.an_id(hand_off_id, HandOffNotFound), sent["answer"], gate.actor(), g.now, receipt)
    return answers.of(receipt)


def _receipt(sent: dict[str, object]) -> Receipt:
    return reading.receipt(case_view.writer(reading.language()), sent)
