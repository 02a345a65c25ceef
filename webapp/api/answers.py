"""Writing answers: JSON bytes with the language they speak."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response

from engine.services.receipts import Receipt
from webapp.api import reading


def ok(value: Any) -> Response:
    """Answer a read with a JSON value."""
    return _written(orjson.dumps(value), 200, reading.language())


def of(receipt: Receipt, status: int = 200) -> Response:
    """Answer an act with what its receipt holds; the status is the same when it is recalled."""
    response = _written(receipt.answer or b"{}", status, None if receipt.recalled else reading.language())
    if receipt.recalled:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _written(body: bytes, status: int, language: str | None) -> Response:
    response = Response(body, status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Language, Authorization"
    if language is not None:
        response.headers["Content-Language"] = language
    return response
