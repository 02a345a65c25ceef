"""The registered handlers of service tasks: functions from the case's data to an answer, by name.

A handler may be called again after a failure, so what it does outside carries the key it is given. Its answer is
recorded in the event and is what replay uses; the handler itself is never called by a replay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Handler = Callable[[Mapping[str, Any], str], dict[str, Any]]

_registered: dict[str, Handler] = {}


def register(name: str) -> Callable[[Handler], Handler]:
    """Register a handler under a name that diagrams may use in `motcua:service handler`."""
    def keep(handler: Handler) -> Handler:
        _registered[name] = handler
        return handler
    return keep


def names() -> frozenset[str]:
    """Give the names of all registered handlers."""
    return frozenset(_registered)


def handler(name: str) -> Handler:
    """Give a handler by its name.

    Raises:
        KeyError: none is registered under it.
    """
    return _registered[name]
