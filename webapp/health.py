"""For machines that watch over this one: does the process answer, can it serve, and the figures.

`/health/live` and `/health/ready` are open to all and tell nothing but that. `/metrics` is for whoever has the token
of `MOTCUA_METRICS_TOKEN`; without such a token for this machine itself, where no proxy stands in between.
"""

from __future__ import annotations

import hmac
import importlib.metadata
from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address

from flask import Blueprint, Response, current_app, jsonify, request

from engine import clock
from engine.domain.errors import NotAllowed, Unavailable
from engine.domain.text import Text
from engine.queries import health
from engine.queries.health import Load
from engine.services import readiness
from engine.services.readiness import Readiness
from webapp import metrics, observing, security
from webapp.access import public
from webapp.errors import Refusal
from webapp.patience import Patient

blueprint = Blueprint("health", __name__)
PATIENCE = 1.5          # seconds: whether it is ready must be told within 2
COUNTING = 6.0          # seconds for the figures: who collects them waits 10
FRESH = 5.0             # seconds for which figures of the database are told again
SHARE = 20              # counting takes at most one part in so many of the time
_PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")
_NO_TOKEN = Text("Cần mã truy cập số liệu (MOTCUA_METRICS_TOKEN).",
                 "The token for the figures is needed (MOTCUA_METRICS_TOKEN).")
_ELSEWHERE = Text("Số liệu chỉ đọc được ngay trên máy này, hoặc bằng mã MOTCUA_METRICS_TOKEN.",
                  "The figures can be read on this machine only, or with the token MOTCUA_METRICS_TOKEN.")


@blueprint.get("/health/live")
@public
def live() -> Response:
    """Answer that this process serves; nothing else is asked."""
    return jsonify(live=True)


@blueprint.get("/health/ready")
@public
def ready() -> Response:
    """Answer within two seconds whether the database is there with a schema this release serves on: 200, else 503."""
    found = _watch().look()
    answer = jsonify(ready=found.holds, checks={"database": "ok" if found.database else "fail",
                                                "schema": found.schema})
    answer.status_code = 200 if found.holds else 503
    return answer


@blueprint.get("/metrics")
@public
def figures() -> Response:
    """Give the figures in the text format of Prometheus; without the database those of this server only.

    Raises:
        NotAllowed: asked from elsewhere.
        Refusal: the token is missing or wrong.
    """
    _refuse_strangers()
    watch = _watch()
    text = metrics.write(observing.counter().total(), watch.read(), watch.look().database,
                         importlib.metadata.version("motcua"), security.now())
    return Response(text, content_type=metrics.CONTENT_TYPE)


def _refuse_strangers() -> None:
    token = security.settings().metrics_token
    if token is not None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), token.encode()):
            raise Refusal(401, _NO_TOKEN)
    elif not _from_here():
        raise NotAllowed(_ELSEWHERE)


def _from_here() -> bool:
    """Tell whether this machine itself asks, not somebody for whom a proxy on it does."""
    try:
        return ip_address(request.remote_addr or "").is_loopback and not any(
            name in request.headers for name in _PASSED_ON)
    except ValueError:
        return False


def _watch() -> _Watch:
    """Give what asks the database for this application."""
    found: _Watch = current_app.extensions.setdefault("motcua-watch", _Watch(current_app.config["CLOCK"]))
    return found


class _Watch:
    """Asks the database how it is, never longer than there is patience; figures are counted anew so seldom that
    counting stays a small part of the time."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._ready = Patient(readiness.look, PATIENCE)
        self._count = Patient(self._counted, COUNTING)
        self._load: Load | None = None
        self._until = self._took = 0.0

    def look(self) -> Readiness:
        """Tell whether the database answers and has the schema of this release."""
        try:
            return self._ready()
        except Unavailable:
            return readiness.AWAY

    def read(self) -> Load | None:
        """Give the figures, or None while the database is away."""
        if clock.monotonic() >= self._until:
            try:
                self._load = self._count()
            except Unavailable:
                return None
            self._until = clock.monotonic() + max(FRESH, SHARE * self._took)
        return self._load

    def _counted(self) -> Load:
        began = clock.monotonic()
        found = health.load(self._now())
        self._took = clock.monotonic() - began
        return found
