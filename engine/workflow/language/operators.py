"""The operators and functions of the expression language, each bounded in size, and the work an evaluation may do.
How texts become closures over them lives in `expressions`.

Numbers are those of a pocket calculator: `0.1 + 0.2` is `0.3`. Values of two kinds are never silently unequal: to
compare a text with a number is a mistake, and is told."""

from __future__ import annotations

import ast
import keyword
import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Context, Decimal
from typing import Any

from engine.workflow.language.reasons import ExpressionError
from engine.workflow.language.spans import Months

MAX_STEPS = 5_000
MAX_ITEMS = 10_000
MAX_BITS = 256
MAX_MAGNITUDE = 80          # of a decimal number, in digits before or behind the point

KINDS: dict[type, str] = {
    str: "text", bool: "truth", int: "number", float: "number", Decimal: "number", date: "date", datetime: "instant",
    timedelta: "span", Months: "months",
}


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
    if kind is Decimal and (not value.is_finite() or abs(value.adjusted()) > MAX_MAGNITUDE):
        raise ExpressionError("number-too-large")
    if kind in (str, list, tuple) and len(value) > MAX_ITEMS:
        raise ExpressionError("value-too-large")
    return value


def exact(value: Any) -> Decimal:
    """Give a number as the decimal it is written as."""
    return Decimal(str(value)) if type(value) is float else Decimal(value)


def equal(left: Any, right: Any) -> bool:
    """Tell whether two values are equal.

    Raises:
        ExpressionError: they are of two kinds, such as a text and a number (`kinds`).
    """
    one, two = type(left), type(right)
    if one is two:
        return bool(left == right)
    if left is None or right is None:
        return False
    first, second = KINDS.get(one), KINDS.get(two)
    if first != second and first and second:
        raise ExpressionError("kinds", f"{one.__name__}, {two.__name__}")
    return bool(exact(left) == exact(right) if first == second == "number" else left == right)


def alike(left: Any, right: Any) -> bool:
    """Tell whether two values are of one kind and equal; a truth value is no number."""
    return (KINDS.get(type(left)) == KINDS.get(type(right)) or left is right) and equal(left, right)


def _ordered(apply: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Allow an order between values of one kind."""
    def checked(left: Any, right: Any) -> Any:
        one, two = type(left), type(right)
        if one is not two:
            if KINDS.get(one) != KINDS.get(two):
                raise ExpressionError("kinds", f"{one.__name__}, {two.__name__}")
            if (one is Decimal and two is float) or (one is float and two is Decimal):
                return apply(exact(left), exact(right))
        return apply(left, right)
    return checked


def _within(left: Any, right: Any) -> bool:
    """Tell whether a list holds a value, a text a part or a record a key."""
    if isinstance(right, (list, tuple)) and type(left) is not str:
        return any(alike(left, one) for one in right)
    return left in right


_NUMBERS = (int, float, Decimal)
_COUNTED = (*_NUMBERS, date, timedelta, Months)
_EXACT = Context(prec=28)


def _arithmetic(apply: Callable[[Any, Any], Any], precise: Callable[[Any, Any], Any] | None
                ) -> Callable[[Any, Any], Any]:
    """Allow an operator on numbers, dates and spans; what has a fraction is worked out as decimals."""
    def checked(left: Any, right: Any) -> Any:
        for value in (left, right):
            if not isinstance(value, _COUNTED) or value is True or value is False:
                raise ExpressionError("operator", type(value).__name__)
        if type(left) is type(right) is int or not (isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS)):
            return bounded(apply(left, right))
        decimals = isinstance(left, Decimal) or isinstance(right, Decimal)
        if precise is None:
            return bounded(apply(exact(left), exact(right)) if decimals else apply(left, right))
        result = precise(exact(left), exact(right))
        return bounded(result if decimals else float(result))
    return checked


_ADD = _arithmetic(operator.add, _EXACT.add)


def _plus(left: Any, right: Any) -> Any:
    """Add numbers and dates, join two texts or two lists."""
    if type(left) is type(right) and type(left) in (str, list, tuple):
        if len(left) + len(right) > MAX_ITEMS:
            raise ExpressionError("value-too-large")
        return left + right
    return _ADD(left, right)


BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: _plus, ast.Sub: _arithmetic(operator.sub, _EXACT.subtract),
    ast.Mult: _arithmetic(operator.mul, _EXACT.multiply), ast.Div: _arithmetic(operator.truediv, _EXACT.divide),
    ast.FloorDiv: _arithmetic(operator.floordiv, None), ast.Mod: _arithmetic(operator.mod, None),
}
COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: equal, ast.NotEq: lambda left, right: not equal(left, right),
    ast.Lt: _ordered(operator.lt), ast.LtE: _ordered(operator.le),
    ast.Gt: _ordered(operator.gt), ast.GtE: _ordered(operator.ge), ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: _within, ast.NotIn: lambda left, right: not _within(left, right),
}
UNARY: dict[type, Callable[[Any], Any]] = {
    ast.Not: operator.not_, ast.USub: operator.neg, ast.UAdd: operator.pos,
}
CONSTANTS = {"true": True, "false": False, "null": None}
# Ids that never could be read. Functions added later may be the id of a step that was published before: a name is a
# function only where it is called.
RESERVED = frozenset({"has", "input", "len", "min", "max", "sum", "abs", "round", "int", "date", "days"}) | frozenset(
    keyword.kwlist) | frozenset(CONSTANTS)


def is_nothing(node: ast.AST) -> bool:
    """Tell whether a node is `None` or `null`, the only thing `is` may be asked about."""
    return (isinstance(node, ast.Constant) and node.value is None) or (isinstance(node, ast.Name) and
                                                                       node.id == "null")
