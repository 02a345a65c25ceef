"""Script tasks: lines of `name = expression` or `name.field = expression`, worked out one after another. No other
statement exists."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.workflow import expressions
from engine.workflow.operators import RESERVED, ExpressionError

MOST_LINES = 50
_LINE = re.compile(r"([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)\s*=(?!=)\s*(.+)")


@dataclass(frozen=True, slots=True)
class Assignment:
    """One line: where the value goes, and the expression that gives it."""

    target: tuple[str, ...]
    expression: str


@functools.lru_cache(maxsize=1024)
def parse(text: str) -> tuple[Assignment, ...]:
    """Read the lines of a script; empty lines and comments (`#`, `//`) say nothing.

    Raises:
        ExpressionError: a line is no assignment, or its expression is not of the language.
    """
    lines = [line.strip() for line in text.replace(";", "\n").splitlines()]
    lines = [line for line in lines if line and not line.startswith(("#", "//"))]
    if len(lines) > MOST_LINES:
        raise ExpressionError("too-long")
    return tuple(_assignment(line) for line in lines)


def _assignment(line: str) -> Assignment:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ExpressionError("syntax", line[:60])
    target = tuple(found[1].split("."))
    if target[0] in RESERVED:
        raise ExpressionError("not-allowed", target[0])
    expressions.translate(found[2])
    return Assignment(target, found[2])


def names(text: str) -> frozenset[str]:
    """Give the names a script reads that it has not written itself before."""
    found: set[str] = set()
    written: set[str] = set()
    for one in parse(text):
        found |= expressions.names(one.expression) - written
        written.add(one.target[0])
    return frozenset(found)


def apply(text: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a script changes: the new values by their first name; `data` stay as they are.

    Raises:
        ExpressionError: an expression fails on these data.
    """
    changed: dict[str, Any] = {}
    for one in parse(text):
        value = expressions.evaluate(one.expression, {**data, **changed})
        first, *rest = one.target
        if rest:
            base = changed.get(first, data.get(first, {}))
            value = _within(base if isinstance(base, dict) else {}, rest, value)
        changed[first] = value
    return changed


def _within(record: Mapping[str, Any], path: list[str], value: Any) -> dict[str, Any]:
    """Give a copy of a record with one value set below it."""
    first, *rest = path
    inner = record.get(first, {})
    return {**record, first: _within(inner if isinstance(inner, dict) else {}, rest, value) if rest else value}
