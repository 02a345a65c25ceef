"""The values for which a condition about the input of a column holds: comparisons of `input` with what is written out,
joined by `and` and `or`. Of any other condition nothing is known."""

from __future__ import annotations

import ast
from typing import Any

from engine.workflow.dmn import reaches
from engine.workflow.dmn.reaches import Reach
from engine.workflow.language import closures
from engine.workflow.language.operators import Work

_SIGNS: dict[type, str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def found(node: ast.AST) -> Reach | None:
    """Give the values of `input` for which a condition holds; None when that is not known."""
    if isinstance(node, ast.BoolOp):
        parts = [one for one in map(found, node.values) if one is not None]
        if len(parts) < len(node.values):
            return None
        if isinstance(node.op, ast.Or):
            return reaches.union(parts)
        reach = reaches.ANY
        for part in parts:
            reach = reaches.common(reach, part)
        return reach
    if isinstance(node, ast.Call):
        asks = getattr(node.func, "id", "") == "has" and len(node.args) == 1 and _is_input(node.args[0])
        return reaches.others(Reach({"null": frozenset({None})})) if asks else None
    return _compared(node) if isinstance(node, ast.Compare) else None


def _is_input(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "input"


def _compared(node: ast.Compare) -> Reach | None:
    """Give the values for which every pair of a comparison holds."""
    sides = (node.left, *node.comparators)
    reach = reaches.ANY
    for sign, left, right in zip(node.ops, sides, sides[1:], strict=False):
        part = _pair(left, sign, right)
        if part is None:
            return None
        reach = reaches.common(reach, part)
    return reach


def _pair(left: ast.expr, sign: ast.cmpop, right: ast.expr) -> Reach | None:
    """Give the values for which one comparison holds, whichever side the input is on."""
    turned = _is_input(right)
    if _is_input(left) is turned:
        return None
    known, value = _fixed(left if turned else right)
    if not known:
        return None
    if type(sign) in _SIGNS:
        word = _SIGNS[type(sign)]
        return reaches.beyond(_TURNED[word] if turned else word, value)
    if isinstance(sign, (ast.Eq, ast.NotEq)):
        point = reaches.point(value)
        return point if isinstance(sign, ast.Eq) or point is None else reaches.others(point)
    return _among(value) if isinstance(sign, ast.In) and not turned else None


def _among(values: Any) -> Reach | None:
    """Give the values of a list."""
    if not isinstance(values, list):
        return None
    points = [one for one in map(reaches.point, values) if one is not None]
    return reaches.union(points) if len(points) == len(values) else None


def _fixed(node: ast.expr) -> tuple[bool, Any]:
    """Give whether a part reads no data, and its value if so."""
    run, names = closures.build(node)
    if names:
        return False, None
    try:
        return True, run({}, Work())
    except (ValueError, TypeError, ArithmeticError, LookupError):
        return False, None
