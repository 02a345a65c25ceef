"""Moving running cases to another version over the API, for the administrator: shown first, then done."""

from __future__ import annotations

from flask import Response, g

from engine.services import migration
from engine.services.migration import Order
from webapp.api import answers, gate, reading


def move(slug: str) -> Response:
    """POST /procedures/{slug}/migration: move the cases named that fit, or with `dry_run` only say which do.

    A case that stands on the version already stays as it is, so that a request sent twice moves nothing twice.
    """
    sent = reading.body("MigrateCases")
    order = Order(slug[:100], sent.get("to"), sent["cases"], sent.get("drop_events", False), sent.get("reason", ""))
    shown: bool = sent.get("dry_run", False)
    report = (migration.judge if shown else migration.move)(order, g.now, gate.actor())
    return answers.ok({**report.facts(reading.language()), "dry_run": shown})
