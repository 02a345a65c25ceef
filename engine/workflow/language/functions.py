"""The functions an expression may call, and how many values each takes. Every one is pure, and bounded in time by the
size of what it is given, which the caller counts."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.workflow.language import spans
from engine.workflow.language.operators import BINARY, alike, bounded, exact
from engine.workflow.language.reasons import ExpressionError


def _number(value: Any) -> Any:
    """Take a number, and no truth value for one."""
    if type(value) not in (int, float, Decimal):
        raise ExpressionError("operator", type(value).__name__)
    return bounded(value)


def _text(value: Any) -> str:
    """Take a text."""
    if type(value) is not str:
        raise ExpressionError("operator", type(value).__name__)
    return value


def _list(value: Any) -> list[Any]:
    """Take a list."""
    if type(value) not in (list, tuple):
        raise ExpressionError("operator", type(value).__name__)
    return list(value)


def _round(number: Any, digits: int = 0) -> Any:
    """Round a number half to even; `digits` is between −12 and 12."""
    if type(digits) is not int or abs(digits) > 12:
        raise ExpressionError("operator", "round")
    if type(_number(number)) is float:
        rounded = round(exact(number), digits)
        return float(rounded) if digits else int(rounded)
    return round(number, digits) if digits else round(number)


def _whole(value: Any) -> int:
    """Read a whole number from a number or from at most 40 digits of text."""
    if isinstance(value, str) and len(value) > 40:
        raise ExpressionError("number-too-large")
    return int(bounded(value))


def _days(value: Any) -> Any:
    """Give a span of so many days, or the number of days of a span."""
    return value.days if isinstance(value, timedelta) else timedelta(days=value)


def _sum(values: Any) -> Any:
    """Add up a list."""
    total: Any = 0
    for value in _list(values):
        total = BINARY[ast.Add](total, value)
    return total


def _mean(values: Any) -> Any:
    """Give the mean of a list of numbers."""
    return BINARY[ast.Div](_sum(values), len(values))


def _chosen(choose: Callable[..., Any]) -> Callable[..., Any]:
    """Choose among the values of a list, or among several values."""
    return lambda *values: choose(values if len(values) > 1 else _list(values[0]))


def _empty(value: Any) -> bool:
    """Tell whether there is nothing in a value: null, an empty text, list or record."""
    return value is None or (type(value) in (str, list, tuple, dict) and not value)


def _part(name: str) -> Callable[[Any], int]:
    """Give the function for a part of a date or an instant."""
    def read(value: Any) -> int:
        if not isinstance(value, (date, datetime)):
            raise ExpressionError("operator", type(value).__name__)
        found: int = getattr(value, name)       # `name` is ours: year, month, day
        return found
    return read


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "len": len, "min": _chosen(min), "max": _chosen(max), "sum": _sum, "abs": abs, "round": _round, "int": _whole,
    "date": spans.day, "days": _days, "instant": spans.instant, "duration": spans.span, "mean": _mean,
    "floor": lambda value: math.floor(_number(value)), "ceiling": lambda value: math.ceil(_number(value)),
    "contains": lambda text, part: _text(part) in _text(text),
    "includes": lambda values, value: any(alike(value, one) for one in _list(values)),
    "starts_with": lambda text, part: _text(text).startswith(_text(part)),
    "ends_with": lambda text, part: _text(text).endswith(_text(part)),
    "length": lambda text: len(_text(text)), "count": lambda values: len(_list(values)),
    "lower": lambda text: _text(text).lower(), "upper": lambda text: _text(text).upper(), "empty": _empty,
    "year": _part("year"), "month": _part("month"), "day": _part("day"),
}
# How many values each takes: fewest and most.
ARGUMENTS: dict[str, tuple[int, int]] = {
    "min": (1, 20), "max": (1, 20), "round": (1, 2), "contains": (2, 2), "includes": (2, 2), "starts_with": (2, 2),
    "ends_with": (2, 2),
    **dict.fromkeys(("has", "len", "sum", "abs", "int", "date", "days", "instant", "duration", "mean", "floor",
                     "ceiling", "lower", "upper", "empty", "length", "count", "year", "month", "day"), (1, 1)),
}
TRUTHS = frozenset({"has", "contains", "includes", "starts_with", "ends_with", "empty"})     # what gives a truth value
