"""What an expression must be to stand as a condition: something that can be true or false. What never can is found when
the procedure is checked, not when the first case comes to the gateway and stops."""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Mapping
from typing import Any

from engine.workflow import expressions
from engine.workflow.operators import CONSTANTS, ExpressionError

_CHOOSES = frozenset({"has", "min", "max"})       # functions that may give a truth value


def translate(text: str) -> expressions.Expression:
    """Check that a text is an expression of the language and can be true or false.

    Raises:
        ExpressionError: it is not of the language (as `expressions.translate`), it gives something that is never a
            truth value (`not-boolean`), or it compares the whole answer of a step with a value (`whole-record`).
    """
    found = expressions.translate(text)
    _examine(expressions.parsed(text))
    return found


def fitting(text: str, records: Container[str]) -> expressions.Expression:
    """Check a condition as `translate` does, where it is known which names are the answers of steps: any other name
    may hold a number, a text or a truth value itself, as what a script assigned.

    Raises:
        ExpressionError: as `translate`.
    """
    try:
        return translate(text)
    except ExpressionError as error:
        if error.reason != "whole-record" or error.detail in records:
            raise
        return expressions.translate(text)


def _examine(node: ast.AST) -> None:
    """Walk down to the parts that must be true or false."""
    check = _PARTS.get(type(node))
    if check is None:
        raise ExpressionError("not-boolean", ast.unparse(node)[:60])
    check(node)


def _joined(node: Any) -> None:
    for part in node.values:
        _examine(part)


def _negated(node: Any) -> None:
    if not isinstance(node.op, ast.Not):
        raise ExpressionError("not-boolean", ast.unparse(node)[:60])
    _examine(node.operand)


def _chosen(node: Any) -> None:
    for part in (node.test, node.body, node.orelse):
        _examine(part)


def _constant(node: Any) -> None:
    if not isinstance(node.value, bool):
        raise ExpressionError("not-boolean", ast.unparse(node)[:60])


def _called(node: Any) -> None:
    if node.func.id not in _CHOOSES:
        raise ExpressionError("not-boolean", ast.unparse(node)[:60])


def _name(node: Any) -> None:
    """A name alone is the whole answer of a step, which is a record."""
    if not isinstance(CONSTANTS.get(node.id), bool):
        raise ExpressionError("whole-record", node.id)


def _compared(node: Any) -> None:
    """A record is never equal to a number or a text, and neither larger nor smaller; it may be asked for a field."""
    sides = (node.left, *node.comparators)
    for asked, one, two in zip(node.ops, sides, sides[1:], strict=False):
        if isinstance(asked, (ast.In, ast.NotIn)):
            continue
        for record, value in ((one, two), (two, one)):
            if isinstance(record, ast.Name) and record.id not in CONSTANTS and _plain(value):
                raise ExpressionError("whole-record", record.id)


def _plain(node: ast.AST) -> bool:
    """Tell whether a node is a number, a text or a truth value as written."""
    if isinstance(node, ast.Name):
        return isinstance(CONSTANTS.get(node.id), bool)
    return isinstance(node, ast.Constant) and node.value is not None


def _anything(_: Any) -> None:
    """A field of a step's answer may be anything."""


_PARTS: Mapping[type, Callable[[Any], None]] = {
    ast.BoolOp: _joined, ast.UnaryOp: _negated, ast.IfExp: _chosen, ast.Constant: _constant, ast.Call: _called,
    ast.Name: _name, ast.Compare: _compared, ast.Attribute: _anything, ast.Subscript: _anything,
}
