"""What frames every page: who is signed in, the places to go, the language and the contrast, filters for templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, g, request, url_for
from flask_babel import Babel
from flask_wtf.csrf import generate_csrf

from engine.domain.errors import Unavailable
from engine.domain.people import Actor
from engine.queries import desk
from engine.queries.desk import Desk
from engine.services import accounts
from webapp import language, presentation, security
from webapp.wording import translated as _

THEMES = ("contrast", "plain")
THEME_COOKIE = "theme"
KEPT_DAYS = 365
FORM = "page-form"
_NAMES = {"vi": "Tiếng Việt", "en": "English"}


def register(app: Flask) -> None:
    """Give every page its frame and its words."""
    app.config.update(BABEL_DEFAULT_LOCALE="vi", BABEL_TRANSLATION_DIRECTORIES="translations")
    Babel(app, locale_selector=language.chosen)
    app.jinja_env.filters.update(say=language.say, money=presentation.money, short=presentation.short,
                                 full=presentation.full, day=presentation.day, moment=presentation.moment,
                                 person=_person)
    app.context_processor(lambda: {"shell": _shell()})
    app.after_request(_remember)


def _person(account: str) -> str:
    """Give the name behind an account, with the account; what is no account stands for itself."""
    found = accounts.actor(account, security.now())
    return f"{found.name} ({account})" if found is not None else account


def with_form() -> None:
    """Tell that this page holds the form `FORM`: changing the language then sends it along and keeps what is typed."""
    g.has_form = True


def switches_language() -> bool:
    """Tell whether a posted form only asks for its page in the other language."""
    return "switch_language" in request.form


def _shell() -> dict[str, Any]:
    actor = security.visitor()
    place = _desk(actor) if actor is not None else None
    theme = _theme()
    return {
        "language": language.chosen(), "theme": "contrast" if theme == "contrast" else "", "work": place is not None,
        "home": url_for(home(place)), "nav": _nav(place), "languages": _languages(), "office": _office(place),
        "person": {"name": actor.name, "position": _position(place)} if actor is not None and place else None,
        "sign_out": {"href": url_for("accounts.sign_out"), "token": generate_csrf()} if actor is not None else None,
        "help": None, "accessibility": url_for("about.accessibility"),
        "shortcuts": url_for("about.keys") if place is not None else None,
        "contrast": _here(theme="plain" if theme == "contrast" else "contrast"),
    }


def _desk(actor: Actor) -> Desk | None:
    """Give the desk of who is signed in; a page that only tells that the database is away has none."""
    try:
        return desk.of(actor, security.now())
    except Unavailable:
        return None


def home(place: Desk | None) -> str:
    """Give the endpoint at which a person starts."""
    if place is None:
        return "tracking.track"
    if place.works:
        return "work.show"
    return "incidents.show" if place.administers else "cases.find"


def _position(place: Desk) -> str:
    unit = language.say(place.unit)
    return f"{language.say(place.position)} · {unit}" if unit else language.say(place.position)


def _office(place: Desk | None) -> str:
    return language.say(place.unit) if place is not None else ""


def _nav(place: Desk | None) -> list[dict[str, Any]]:
    if place is None:
        wanted = [(True, "tracking.track", _("Tra cứu hồ sơ")), (True, "accounts.sign_in", _("Cán bộ đăng nhập"))]
    else:
        wanted = [(place.works, "work.show", _("Việc của tôi")), (place.receives, "filing.choose", _("Nhận hồ sơ")),
                  (place.sees_cases, "cases.find", _("Hồ sơ")),
                  (place.works and place.sees_cases, "handoffs.find", _("Chuyển đơn vị")),
                  (place.administers, "incidents.show", _("Sự cố")),
                  (place.administers, "calendars.find", _("Lịch làm việc"))]
    here = request.blueprint
    return [{"text": text, "href": url_for(endpoint), "current": _is_here(endpoint, here)}
            for open_, endpoint, text in wanted if open_]


_BELONGS = {"tasks": "work", "documents": "cases", "closures": "calendars"}


def _is_here(endpoint: str, here: str | None) -> bool:
    return endpoint.partition(".")[0] == _BELONGS.get(here or "", here)


def _languages() -> list[dict[str, Any]]:
    sends = FORM if g.get("has_form") else None
    return [{"code": code, "name": _NAMES[code], "href": _here(lang=code), "form": sends}
            for code in language.LANGUAGES]


def _here(**changes: str) -> str:
    """Give the address of this page with other parameters."""
    asked: Mapping[str, list[str]] = {**request.args.to_dict(flat=False), **{k: [v] for k, v in changes.items()}}
    return f"{request.path}?{urlencode(asked, doseq=True)}"


def _theme() -> str | None:
    return request.args.get(THEME_COOKIE) or request.cookies.get(THEME_COOKIE)


def _remember(response: Response) -> Response:
    """Keep the language and the contrast that this request asked for."""
    if not request.query_string:
        return response
    for name, known in ((language.COOKIE, language.LANGUAGES), (THEME_COOKIE, THEMES)):
        wish = request.args.get(name)
        if wish in known:
            response.set_cookie(name, str(wish), max_age=KEPT_DAYS * 86400, secure=security.settings().secure_cookies,
                                httponly=True, samesite="Lax")
    return response
