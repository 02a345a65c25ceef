"""In which language a request is answered: `?lang=`, else the cookie `lang`, else `Accept-Language`, else `vi`."""

from __future__ import annotations

from typing import Any

from flask import request

from engine.domain.text import Text

LANGUAGES = ("vi", "en")
COOKIE = "lang"


def chosen() -> str:
    """Give the language of this request, `vi` or `en`."""
    for wish in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return str(wish)
    wishes = (tag.partition("-")[0].lower() for tag, weight in request.accept_languages if weight > 0)
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
