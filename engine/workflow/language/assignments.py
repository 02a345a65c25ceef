"""What a script task may be: lines `name = expression` and `name.field = expression`, in the one language of
`expressions`. Anything else, whatever language it is in, is refused by its line."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.text import Text
from engine.workflow.language import dialects, expressions
from engine.workflow.language.expressions import ExpressionError
from engine.workflow.values import MAX_VALUES

MAX_LINES = 50
MAX_LENGTH = 20_000

_ASSIGNS = re.compile(r"([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*){0,20})\s*=(?!=)\s*(.*)", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One line: the path it writes, the expression it works out, and its number among the lines of the script."""

    target: tuple[str, ...]
    expression: str
    line: int


class AssignmentError(ExpressionError):
    """A line that is no assignment, or one that failed; `line` is its number."""

    def __init__(self, line: int, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.line = line

    @property
    def sentence(self) -> Text:
        """The cause in words, with the line."""
        cause = super().sentence
        return Text(f"dòng {self.line}: {cause.vi}", f"line {self.line}: {cause.en}")


@functools.lru_cache(maxsize=1024)
def parse(text: str) -> tuple[Assignment, ...]:
    """Read a script: at most 50 assignments, ended by a line's end or `;`; empty lines and lines that begin with `#`
    or `//` are left out.

    Raises:
        AssignmentError: a line is no assignment, or its expression is not of the language.
        ExpressionError: too many lines, or too long.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError("too-long")
    found = tuple(_assignment(line, statement) for line, statement in _statements(text))
    if len(found) > MAX_LINES:
        raise ExpressionError("too-complex")
    return found


def names(text: str) -> frozenset[str]:
    """Give the names a script reads from the data of the case; what an earlier line has set is not one of them.

    Raises:
        ExpressionError: as `parse`.
    """
    found: set[str] = set()
    known: set[str] = set()
    for one in parse(text):
        found |= expressions.names(one.expression) - known
        if len(one.target) == 1:
            known.add(one.target[0])
    return frozenset(found)


def targets(text: str) -> frozenset[str]:
    """Give the names a script stores data under.

    Raises:
        ExpressionError: as `parse`.
    """
    return frozenset(one.target[0] for one in parse(text))


def apply(text: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Work out a script over `data`, each line after the one before it: the names it changed with their new values.
    `data` and everything in it stay as they were.

    Raises:
        AssignmentError: a line fails on the data.
        ExpressionError: as `parse`.
    """
    changed: dict[str, Any] = {}
    for one in parse(text):
        try:
            seen = {**data, **changed}
            value = _counted(expressions.evaluate(one.expression, seen))
            changed[one.target[0]] = _placed(seen.get(one.target[0]), one.target[1:], value)
        except ExpressionError as error:
            raise AssignmentError(one.line, error.reason, error.detail) from error
    return changed


def _placed(record: Any, path: tuple[str, ...], value: Any) -> Any:
    """Give a copy of a record with `value` at the end of `path`; records on the way that are missing are made."""
    if not path:
        return value
    if record is not None and type(record) is not dict:
        raise ExpressionError("not-a-record", path[0])
    known = record or {}
    return {**known, path[0]: _placed(known.get(path[0]), path[1:], value)}


def _counted(value: Any) -> Any:
    """Give a value back if there are not too many in it: lists of lists double with every line, and comparing two of
    them would take for ever."""
    left, count = [value], 0
    while left:
        inner = left.pop()
        count += 1
        if count > MAX_VALUES:
            raise ExpressionError("value-too-large")
        if isinstance(inner, dict):
            left.extend(inner.values())
        elif isinstance(inner, (list, tuple)):
            left.extend(inner)
    return value


def _assignment(line: int, statement: str) -> Assignment:
    """Read one statement."""
    match = _ASSIGNS.fullmatch(statement)
    if match is None:
        raise AssignmentError(line, "assignment", statement[:60])
    target = tuple(match[1].split("."))
    if target[0] in expressions.RESERVED:
        raise AssignmentError(line, "not-allowed", target[0])
    try:
        expression = dialects.native(match[2], value=True)
        expressions.translate(expression)
    except ExpressionError as error:
        raise AssignmentError(line, error.reason, error.detail) from error
    return Assignment(target, expression, line)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Give the statements of a script with the number of the line each begins on, without comments."""
    for number, line in enumerate(text.splitlines(), 1):
        for part in _parts(line):
            statement = part.strip()
            if statement and not statement.startswith("//"):
                yield number, statement


def _parts(line: str) -> Iterator[str]:
    """Split a line at `;` and end it at `#`, both outside quotes; `#{` begins an expression, no comment."""
    begin, quote, escaped = 0, "", False
    for place, sign in enumerate(line):
        if quote:
            quote = "" if sign == quote and not escaped else quote
            escaped = sign == "\\" and not escaped
        elif sign in "\"'":
            quote, escaped = sign, False
        elif sign == ";" or (sign == "#" and line[place + 1:place + 2] != "{"):
            yield line[begin:place]
            begin = place + 1
            if sign == "#":
                return
    yield line[begin:]
