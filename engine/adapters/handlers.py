"""The registered handlers of service tasks: functions from the case's data to an answer, by name.

A handler may be called again after a failure, so what it does outside carries the key it is given. Its answer is
recorded in the event and is what replay uses; the handler itself is never called by a replay. What a handler reads,
answers and how it can fail is told where it is registered, so that a designer can draw with it without its code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.domain.text import Text

Handler = Callable[[Mapping[str, Any], str], dict[str, Any]]
Kind = Literal["text", "number", "yes-no", "date", "record", "list"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a handler reads or answers. `name` is where it lies: in the case's data (`application.licence_no`), or
    in the answer, which is stored under the id of the service task. Without `always` it may be missing."""

    name: str
    kind: Kind
    title: Text
    always: bool = True


@dataclass(frozen=True, slots=True)
class Fault:
    """A way in which a handler answers that it could not: `error` in its answer, taken by the boundary error event of
    this code on the service task."""

    code: str
    title: Text


@dataclass(frozen=True, slots=True)
class Registered:
    """One handler with what a designer has to know of it. `retried` says which troubles are tried again."""

    name: str
    call: Handler
    title: Text
    reads: tuple[Entry, ...] = ()
    answers: tuple[Entry, ...] = ()
    errors: tuple[Fault, ...] = ()
    retried: Text | None = None


_registered: dict[str, Registered] = {}


def register(name: str, *, title: Text | None = None, reads: tuple[Entry, ...] = (), answers: tuple[Entry, ...] = (),
             errors: tuple[Fault, ...] = (), retried: Text | None = None) -> Callable[[Handler], Handler]:
    """Register a handler under a name that diagrams may use in `motcua:service handler`; without a title its name is
    shown."""
    def keep(handler: Handler) -> Handler:
        _registered[name] = Registered(name, handler, title or Text(name, name), reads, answers, errors, retried)
        return handler
    return keep


def names() -> frozenset[str]:
    """Give the names of all registered handlers."""
    return frozenset(_registered)


def described() -> tuple[Registered, ...]:
    """Give all registered handlers in the order of their names."""
    return tuple(_registered[name] for name in sorted(_registered))


def handler(name: str) -> Handler:
    """Give a handler by its name.

    Raises:
        KeyError: none is registered under it.
    """
    return _registered[name].call
