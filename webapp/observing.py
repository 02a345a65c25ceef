"""What is noted of each request for those who run the machine: an id, one line of the log, and the counts.

Noted are method, route pattern, status and duration. Never the address itself, which may hold a tracking code or the
code of a case, nor who asked.
"""

from __future__ import annotations

import logging
import re
import secrets

from flask import Flask, Response, current_app, g, request

from engine import clock, journal
from webapp.counting import Counter

log = logging.getLogger("motcua.web")
HEADER = "X-Request-Id"
_ID = re.compile(r"[0-9A-Fa-f-]{16,64}")         # as a proxy makes them; nothing else gets into the log
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"static", "health"})         # counted, but each a line only when it fails


def register(app: Flask) -> None:
    """Note every request of the app; to be registered first, so that the whole request is measured."""
    app.extensions["motcua-counter"] = Counter(app.config["SETTINGS"].metrics_folder)
    app.before_request(_begin)
    app.after_request(_end)


def counter() -> Counter:
    """Give the counts of this application."""
    found: Counter = current_app.extensions["motcua-counter"]
    return found


def request_id() -> str:
    """Give the id of this request: that of the proxy in front, else one of its own."""
    if "request_id" not in g:
        sent = request.headers.get(HEADER, "")
        g.request_id = sent if _ID.fullmatch(sent) else secrets.token_hex(16)
    found: str = g.request_id
    return found


def _begin() -> None:
    g.began = clock.monotonic()


def _end(response: Response) -> Response:
    seconds = clock.monotonic() - g.get("began", clock.monotonic())
    method = request.method if request.method in _METHODS else "other"
    route = request.url_rule.rule if request.url_rule is not None else "none"
    counter().note(method, route, response.status_code, seconds)
    response.headers[HEADER] = request_id()
    failed = response.status_code >= 500
    if failed or (request.blueprint or request.endpoint) not in _QUIET:
        log.log(logging.WARNING if failed else logging.INFO, "request", extra=journal.facts(
            request=request_id(), method=method, route=route, status=response.status_code, ms=round(seconds * 1000, 1)))
    return response
