"""The service handlers that diagrams may name, with what they read and answer."""

from __future__ import annotations

from typing import Any

from engine.adapters import handlers, registries
from engine.adapters.handlers import Entry, Registered

__all__ = ["facts", "names", "registered", "registries"]


def names() -> frozenset[str]:
    """Give the names that `motcua:service handler` may say."""
    return handlers.names()


def registered() -> tuple[Registered, ...]:
    """Give all registered handlers in the order of their names."""
    return handlers.described()


def facts(one: Registered, language: str) -> dict[str, Any]:
    """Give a handler as a JSON object, its titles in one language."""
    return {"name": one.name, "title": one.title.to(language),
            "reads": [_entry(entry, language) for entry in one.reads],
            "answers": [_entry(entry, language) for entry in one.answers],
            "errors": [{"code": fault.code, "title": fault.title.to(language)} for fault in one.errors],
            "retried": one.retried and one.retried.to(language)}


def _entry(entry: Entry, language: str) -> dict[str, Any]:
    return {"name": entry.name, "type": entry.kind, "title": entry.title.to(language), "always": entry.always}
