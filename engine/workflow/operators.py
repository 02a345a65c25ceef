"""The operators and functions of the expression language, each bounded in size, and the work an evaluation may do.
How texts become closures over them lives in `expressions`."""

from __future__ import annotations

import ast
import keyword
import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.workflow.reasons import Cause

MAX_STEPS = 5_000
MAX_ITEMS = 10_000
MAX_BITS = 256


class ExpressionError(Cause):
    """An expression that is not allowed, or that failed on the data it was given."""


@dataclass(slots=True)
class Work:
    """What one evaluation may still spend: steps, counted down as items are touched."""

    steps: int = MAX_STEPS

    def spend(self, steps: int) -> None:
        """Take `steps` off the budget.

        Raises:
            ExpressionError: nothing is left (`too-much-work`).
        """
        self.steps -= steps
        if self.steps < 0:
            raise ExpressionError("too-much-work")


def bounded(value: Any) -> Any:
    """Give `value` back if it is of a size we carry on with."""
    kind = type(value)
    if (kind is int and value.bit_length() > MAX_BITS) or (kind is float and not math.isfinite(value)):
        raise ExpressionError("number-too-large")
    if kind in (str, list, tuple) and len(value) > MAX_ITEMS:
        raise ExpressionError("value-too-large")
    return value


def _arithmetic(apply: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Allow an operator on numbers, and plus and minus on dates and spans of days."""
    def checked(left: Any, right: Any) -> Any:
        if not isinstance(left, (int, float, Decimal, date, timedelta)):
            raise ExpressionError("operator", type(left).__name__)
        if not isinstance(right, (int, float, Decimal, date, timedelta)):
            raise ExpressionError("operator", type(right).__name__)
        if isinstance(left, Decimal) and isinstance(right, float):
            right = Decimal(str(right))
        elif isinstance(left, float) and isinstance(right, Decimal):
            left = Decimal(str(left))
        return bounded(apply(left, right))
    return checked


def _plus(left: Any, right: Any) -> Any:
    """Add numbers and dates, join two texts or two lists."""
    if type(left) is type(right) and type(left) in (str, list, tuple):
        if len(left) + len(right) > MAX_ITEMS:
            raise ExpressionError("value-too-large")
        return left + right
    return _ADD(left, right)


_ADD = _arithmetic(operator.add)
BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: _plus, ast.Sub: _arithmetic(operator.sub), ast.Mult: _arithmetic(operator.mul),
    ast.Div: _arithmetic(operator.truediv), ast.FloorDiv: _arithmetic(operator.floordiv),
    ast.Mod: _arithmetic(operator.mod),
}
COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda left, right: left in right, ast.NotIn: lambda left, right: left not in right,
}
UNARY: dict[type, Callable[[Any], Any]] = {
    ast.Not: operator.not_, ast.USub: operator.neg, ast.UAdd: operator.pos,
}
CONSTANTS = {"true": True, "false": False, "null": None}


def is_nothing(node: ast.AST) -> bool:
    """Tell whether a node is `None` or `null`, the only thing `is` may be asked about."""
    return (isinstance(node, ast.Constant) and node.value is None) or (isinstance(node, ast.Name) and
                                                                       node.id == "null")


def _round(number: Any, digits: int = 0) -> Any:
    """Round a number half to even; `digits` is between −12 and 12."""
    if type(digits) is not int or abs(digits) > 12:
        raise ExpressionError("operator", "round")
    return round(number, digits) if digits else round(number)


def _whole(value: Any) -> int:
    """Read a whole number from a number or from at most 40 digits of text."""
    if isinstance(value, str) and len(value) > 40:
        raise ExpressionError("number-too-large")
    return int(value)


def _date(text: Any) -> date:
    """Read a calendar date from `YYYY-MM-DD`; a date stays a date."""
    return text if isinstance(text, date) else date.fromisoformat(text)


def _days(value: Any) -> Any:
    """Give a span of so many days, or the number of days of a span."""
    return value.days if isinstance(value, timedelta) else timedelta(days=value)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "len": len, "min": min, "max": max, "sum": sum, "abs": abs, "round": _round, "int": _whole,
    "date": _date, "days": _days,
}
# How many values each takes: fewest and most.
ARGUMENTS: dict[str, tuple[int, int]] = {
    "has": (1, 1), "len": (1, 1), "min": (1, 20), "max": (1, 20), "sum": (1, 1), "abs": (1, 1), "round": (1, 2),
    "int": (1, 1), "date": (1, 1), "days": (1, 1),
}
RESERVED = frozenset(FUNCTIONS) | frozenset(keyword.kwlist) | frozenset(CONSTANTS) | {"has", "input"}
