"""In which language a request is answered: `?lang=`, else the cookie `lang`, else `Accept-Language`, else `vi`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from engine.domain.text import Text

LANGUAGES = ("vi", "en")
COOKIE = "lang"
MOST_ACCEPTED = 1_000       # characters of a wish list that are read: its best wishes stand first


def chosen() -> str:
    """Give the language of this request, `vi` or `en`."""
    sent = request.environ
    for wish in (request.args.get("lang") if sent.get("QUERY_STRING") else None,
                 request.cookies.get(COOKIE) if "HTTP_COOKIE" in sent else None):
        if wish in LANGUAGES:
            return str(wish)
    return _accepted(sent.get("HTTP_ACCEPT_LANGUAGE", "")[:MOST_ACCEPTED])


@lru_cache(maxsize=256)
def _accepted(header: str) -> str:
    """Give the first of our languages in an `Accept-Language`; browsers send the same few over and over."""
    accepted = parse_accept_header(header, LanguageAccept)
    wishes = (tag.partition("-")[0].lower() for tag, weight in accepted if weight > 0)
    return next((wish for wish in wishes if wish in LANGUAGES), "vi")


def say(text: Text) -> str:
    """Give a text in the language of this request."""
    return text.to(chosen())


def spoken(value: Any, language: str) -> Any:
    """Give a value with every `Text` in it in one language, through mappings and lists."""
    if isinstance(value, Text):
        return value.to(language)
    if isinstance(value, dict):
        return {key: spoken(item, language) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [spoken(item, language) for item in value]
    return value
