"""What `motcua bench` serves: the product, and under `/floor` a bare Flask application over the same database.

Both run in the same worker processes. The floor has nothing but what it must: no blueprints, no hooks, no sessions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from flask import Flask, Response, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from engine import clock
from engine.services import floor
from webapp import create_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def create() -> WSGIApplication:
    """Make the application of the measurement; the settings come from the environment."""
    return DispatcherMiddleware(create_app(), {"/floor": _floor()})


def _floor() -> Flask:
    app = Flask("floor")

    @app.post("/<int:item>")
    def change(item: int) -> Response:
        body = request.get_data()
        secret = request.headers.get("Authorization", "").removeprefix("Bearer ")
        account = floor.act(secret, item % floor.ITEMS, body.decode(), clock.now())
        answer = {"item": item, "account": account, "fields": len(orjson.loads(body))}
        return Response(orjson.dumps(answer), 200 if account else 401, content_type="application/json")

    return app
