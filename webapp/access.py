"""Who may ask at all: every view needs an account unless it is marked `public`, and a test walks all routes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, request

View = TypeVar("View", bound=Callable[..., Any])
API = "/api/"
_MARK = "open_to_all"
_OWN_PAGES = frozenset({"static"})


def public(view: View) -> View:
    """Open a view to everyone, signed in or not."""
    setattr(view, _MARK, True)
    return view


def is_public(app: Flask, endpoint: str | None) -> bool:
    """Tell whether a view is open to everyone; what does not exist is not."""
    if endpoint is None:
        return False
    return endpoint in _OWN_PAGES or getattr(app.view_functions.get(endpoint), _MARK, False)


def wants_json() -> bool:
    """Tell whether the request is one to the API, whose answers are JSON also where no route was found."""
    return request.path.startswith(API)
