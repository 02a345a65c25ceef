"""Making a tree of our own notation, for the translators of other languages. Every part is made here, so that a tree
is never larger than an expression may be, however often one part is used again."""

from __future__ import annotations

import ast
import keyword
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from engine.workflow.language.notation import MAX_NODES
from engine.workflow.language.operators import RESERVED
from engine.workflow.language.reasons import ExpressionError

_SIZE = "size_as_written"
_SIGNS: dict[str, ast.cmpop] = {"=": ast.Eq(), "!=": ast.NotEq(), "<": ast.Lt(), "<=": ast.LtE(), ">": ast.Gt(),
                                ">=": ast.GtE(), "in": ast.In()}
_OPERATORS: dict[str, ast.operator] = {"+": ast.Add(), "-": ast.Sub(), "*": ast.Mult(), "/": ast.Div()}
_OPPOSITE = {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In}


def made(node: ast.expr) -> ast.expr:
    """Give a node whose parts were made here, with its size; one part used twice counts twice.

    Raises:
        ExpressionError: it has become too large (`too-complex`).
    """
    size = 1 + sum(getattr(child, _SIZE, 0) for child in ast.iter_child_nodes(node))
    if size > MAX_NODES:
        raise ExpressionError("too-complex")
    setattr(node, _SIZE, size)
    return node


def constant(value: Any) -> ast.expr:
    """Give a number, a text, a truth value or nothing."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value < 0:
        return negative(constant(-value))
    return made(ast.Constant(value))


def is_constant(node: ast.expr, value: Any) -> bool:
    """Tell whether a node is exactly this constant."""
    return isinstance(node, ast.Constant) and node.value is value


def path(steps: Sequence[str | int]) -> ast.expr:
    """Give the reading of a name, which may be a whole path, then of fields by dot and of places by number.

    Raises:
        ExpressionError: the name is none our language can read (`not-allowed`).
    """
    head, *rest = str(steps[0]).split(".")
    if not head.isidentifier() or head != unicodedata.normalize("NFKC", head) or head.startswith("_") or (
            head in RESERVED and head != "input"):
        raise ExpressionError("not-allowed", head[:60])
    node = made(ast.Name(head))
    for step in [*rest, *steps[1:]]:
        if str(step).startswith("_"):
            raise ExpressionError("not-allowed", str(step)[:60])
        plain = isinstance(step, str) and step.isascii() and step.isidentifier() and not keyword.iskeyword(step)
        node = made(ast.Attribute(node, str(step)) if plain else ast.Subscript(node, constant(step)))
    return node


def call(name: str, *values: ast.expr) -> ast.expr:
    """Give the call of a function of ours."""
    return made(ast.Call(made(ast.Name(name)), list(values), []))


def compare(left: ast.expr, *rest: str | ast.expr) -> ast.expr:
    """Give a comparison: a value, then signs and values in turn."""
    return made(ast.Compare(left, [_SIGNS[str(one)] for one in rest[::2]],
                            [one for one in rest[1::2] if isinstance(one, ast.expr)]))


def calculate(left: ast.expr, sign: str, right: ast.expr) -> ast.expr:
    """Give a sum, difference, product or quotient."""
    return made(ast.BinOp(left, _OPERATORS[sign], right))


def negative(value: ast.expr) -> ast.expr:
    """Give the negative of a value."""
    return made(ast.UnaryOp(ast.USub(), value))


def negated(test: ast.expr) -> ast.expr:
    """Give the opposite of a truth."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    if isinstance(test, ast.Constant) and isinstance(test.value, bool):
        return constant(not test.value)
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in _OPPOSITE:
        return made(ast.Compare(test.left, [_OPPOSITE[type(test.ops[0])]()], test.comparators))
    return made(ast.UnaryOp(ast.Not(), test))


def both(tests: Iterable[ast.expr]) -> ast.expr:
    """Give the truth of all of these, in order; what was asked before is not asked again."""
    return _joined(ast.And, tests, stop=False)


def either(tests: Iterable[ast.expr]) -> ast.expr:
    """Give the truth of any of these, in order."""
    return _joined(ast.Or, tests, stop=True)


def _joined(kind: type[ast.And] | type[ast.Or], tests: Iterable[ast.expr], *, stop: bool) -> ast.expr:
    """Join truths; `stop` is the one that decides alone."""
    parts: dict[str, ast.expr] = {}
    for test in tests:
        inner = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, kind) else [test]
        for one in inner:
            if is_constant(one, stop):
                return constant(stop)
            if not is_constant(one, not stop):
                parts.setdefault(ast.dump(one), one)
    if not parts:
        return constant(not stop)
    found = list(parts.values())
    return found[0] if len(found) == 1 else made(ast.BoolOp(kind(), found))


def choice(test: ast.expr, yes: ast.expr, no: ast.expr) -> ast.expr:
    """Give one value or the other."""
    return made(ast.IfExp(test, yes, no))


def listing(values: Iterable[ast.expr]) -> ast.expr:
    """Give a list."""
    return made(ast.List(list(values)))
