"""What every page is guarded by: a signed-in account, a token against forged requests, and strict headers.

Who may open what is marked with `webapp.access.public`; what an account may do with a case is decided by services.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response as Answer

from engine.config import Settings
from engine.domain.errors import Unavailable
from engine.domain.people import Actor
from engine.domain.text import Text
from engine.services import accounts
from webapp import access, errors

SESSION_HOURS = 12
MOST_FILES = 12
FRAME_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                               "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; "
                               "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_STALE = Text("Trang này mở đã lâu hoặc từ phiên làm việc khác. Hãy tải lại trang rồi gửi lại.",
              "This page is old or from another session. Load it again and send once more.")


class Sessions(SecureCookieSessionInterface):
    """Sessions of pages. A request to the API has none: no cookie of it is looked at and none is set."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Give the session of a page, and of the API one that cannot be written."""
        return None if request.path.startswith(access.API) else super().open_session(app, request)


def register(app: Flask, *, token_blueprints: tuple[str, ...] = ("api",)) -> None:
    """Guard every view of the app; blueprints that ask for a bearer token guard themselves."""
    app.config.update(SESSION_COOKIE_NAME="motcua", PERMANENT_SESSION_LIFETIME=timedelta(hours=SESSION_HOURS),
                      WTF_CSRF_TIME_LIMIT=None, TOKEN_BLUEPRINTS=frozenset(token_blueprints))
    app.session_interface = Sessions()
    app.before_request(_guard)
    guard = CSRFProtect(app)
    for name in token_blueprints:
        if name in app.blueprints:
            guard.exempt(app.blueprints[name])
    app.register_error_handler(CSRFError, _stale)
    app.after_request(_headers)


def _guard() -> Answer | None:
    """Let only signed-in accounts pass where a view is not public; a file upload may be larger than a JSON body."""
    if request.blueprint in current_app.config["TOKEN_BLUEPRINTS"] or access.wants_json():
        return None
    request.max_content_length = settings().upload_bytes * MOST_FILES
    if request.endpoint == "static" or request.blueprint == "health":
        return None         # no account is looked up: whether this answers must not hang on the database
    is_open = request.endpoint is None or access.is_public(current_app, request.endpoint)
    g.actor = _who(session.get("account"), forgiving=is_open)
    if g.actor is not None or is_open:
        return None
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=wanted), 303)


def _who(name: object, *, forgiving: bool) -> Actor | None:
    """Give the actor of a session; a page open to all shows without its visitor while the database is away."""
    if not isinstance(name, str):
        return None
    try:
        return accounts.actor(name, now())
    except Unavailable:
        if forgiving:
            return None
        raise


def _stale(_: CSRFError) -> Response:
    return errors.answer(400, _STALE)


def _headers(response: Response) -> Response:
    there = {name.lower() for name, _ in response.headers}
    for name, value in FRAME_HEADERS.items():
        if name.lower() not in there:
            response.headers.add(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    if settings().secure_cookies:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return response


def actor() -> Actor:
    """Give who acts in this request. Only views behind the guard may ask."""
    found: Actor = g.actor
    return found


def visitor() -> Actor | None:
    """Give who is signed in, or None on a public page."""
    found: Actor | None = g.get("actor")
    return found


def now() -> datetime:
    """Give the time of this request, read once."""
    if "now" not in g:
        g.now = current_app.config["CLOCK"]()
    moment: datetime = g.now
    return moment


def settings() -> Settings:
    """Give the settings of this application."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def inside(address: str | None) -> str | None:
    """Give an address of this site, or None for any that leads elsewhere or cannot be told."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")) or "\\" in address:
        return None
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc and address.isprintable() else None
