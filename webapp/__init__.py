"""The web over the engine: thin views that read the request, call one service or query, and answer.

It asks services and queries, never the database. The time of a request is read here once and handed on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime

from flask import Flask

from engine import clock, config
from engine.config import Settings
from engine.services import installation
from webapp import blueprints, body, commands, embedded_worker, errors, frame, observing, security

_TURN = 0.0005           # seconds a thread may keep the interpreter from one whose database has just answered
_FILES_AT_ONCE = 8       # a page may send several papers; the limit of one is checked where it is stored


def create_app(settings: Settings | None = None, now: Callable[[], datetime] = clock.now) -> Flask:
    """Make the application on the database of `settings` (else of the environment); `now` tells it the time.

    Raises:
        InvalidInput: a setting cannot be read.
    """
    chosen = settings or config.load()
    sys.setswitchinterval(_TURN)
    installation.use(chosen.database_url, chosen.jobs)
    app = Flask(__name__)
    app.cli = commands.Commands(app.name)
    app.config.update(CLOCK=now, SETTINGS=chosen, SECRET_KEY=chosen.secret_key,
                      MAX_CONTENT_LENGTH=_FILES_AT_ONCE * chosen.upload_bytes, SESSION_COOKIE_HTTPONLY=True,
                      SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=chosen.secure_cookies)
    observing.register(app)
    errors.register(app)
    body.register(app)
    for subject in blueprints.ALL:
        app.register_blueprint(subject)
    frame.register(app)
    security.register(app)
    if chosen.embedded_worker:
        embedded_worker.start(app)
    return app
