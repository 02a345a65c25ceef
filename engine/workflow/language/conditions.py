"""What an expression must be to stand as a condition: something that can be true or false. What never can is found when
the procedure is checked, not when the first case comes to the gateway and stops."""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Mapping
from typing import Any

from engine.workflow.language import expressions
from engine.workflow.language.functions import TRUTHS
from engine.workflow.language.operators import CONSTANTS
from engine.workflow.language.reasons import ExpressionError

_CHOOSES = TRUTHS | {"min", "max"}       # functions that may give a truth value


def translate(text: str) -> expressions.Expression:
    """Check that a text is an expression of the language and can be true or false, where every name is taken for the
    whole answer of a step.

    Raises:
        ExpressionError: it is not of the language (as `expressions.translate`), it gives something that is never a
            truth value (`not-boolean`), or it compares the whole answer of a step with a value (`whole-record`).
    """
    return _examined(text, None)


def fitting(text: str, records: Container[str]) -> expressions.Expression:
    """Check a condition as `translate` does, where it is known which names are the answers of steps: any other name
    may hold a number, a text or a truth value itself, as what a script assigned.

    Raises:
        ExpressionError: as `translate`.
    """
    return _examined(text, records)


def _examined(text: str, records: Container[str] | None) -> expressions.Expression:
    found = expressions.translate(text)
    _Examination(records).examine(expressions.parsed(text))
    return found


class _Examination:
    """Walks down to the parts that must be true or false."""

    def __init__(self, records: Container[str] | None) -> None:
        self.records = records

    def examine(self, node: ast.AST) -> None:
        """Look at one part.

        Raises:
            ExpressionError: it can never be true or false.
        """
        check = _PARTS.get(type(node))
        if check is None:
            raise _never(node)
        check(self, node)

    def record(self, node: ast.AST) -> bool:
        """Tell whether a part is the whole answer of a step."""
        if not isinstance(node, ast.Name) or node.id in CONSTANTS:
            return False
        return self.records is None or node.id in self.records

    def joined(self, node: Any) -> None:
        """Every part of `and` and `or` must be true or false."""
        for part in node.values:
            self.examine(part)

    def negated(self, node: Any) -> None:
        """What `not` stands before must be true or false."""
        if not isinstance(node.op, ast.Not):
            raise _never(node)
        self.examine(node.operand)

    def chosen(self, node: Any) -> None:
        """The test and both answers of a choice must be true or false."""
        for part in (node.test, node.body, node.orelse):
            self.examine(part)

    def constant(self, node: Any) -> None:
        """Only `True` and `False` are."""
        if not isinstance(node.value, bool):
            raise _never(node)

    def called(self, node: Any) -> None:
        """Only some functions give a truth value."""
        if node.func.id not in _CHOOSES:
            raise _never(node)

    def name(self, node: Any) -> None:
        """A name alone is the whole answer of a step, which is a record."""
        if self.record(node) or (node.id in CONSTANTS and CONSTANTS[node.id] is None):
            raise ExpressionError("whole-record", node.id)

    def compared(self, node: Any) -> None:
        """A record is never equal to a number or a text, and neither larger nor smaller; it may be asked for a
        field."""
        sides = (node.left, *node.comparators)
        for asked, one, two in zip(node.ops, sides, sides[1:], strict=False):
            if isinstance(asked, (ast.In, ast.NotIn)):
                continue
            for record, value in ((one, two), (two, one)):
                if self.record(record) and _plain(value):
                    raise ExpressionError("whole-record", record.id)

    def anything(self, _: Any) -> None:
        """A field of a step's answer may be anything."""


def _never(node: ast.AST) -> ExpressionError:
    return ExpressionError("not-boolean", ast.unparse(node)[:60])


def _plain(node: ast.AST) -> bool:
    """Tell whether a node is a number, a text or a truth value as written."""
    if isinstance(node, ast.Name):
        return isinstance(CONSTANTS.get(node.id), bool)
    return isinstance(node, ast.Constant) and node.value is not None


_PARTS: Mapping[type, Callable[[_Examination, Any], None]] = {
    ast.BoolOp: _Examination.joined, ast.UnaryOp: _Examination.negated, ast.IfExp: _Examination.chosen,
    ast.Constant: _Examination.constant, ast.Call: _Examination.called, ast.Name: _Examination.name,
    ast.Compare: _Examination.compared, ast.Attribute: _Examination.anything, ast.Subscript: _Examination.anything,
}
