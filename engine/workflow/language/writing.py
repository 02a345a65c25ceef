"""Writing a tree of our notation down as a person would: brackets only where they are needed, texts in double quotes,
`true`, `false` and `null` as the other modelers write them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from engine.workflow.language.notation import MAX_LENGTH
from engine.workflow.language.reasons import ExpressionError

_SIGNS: Mapping[type, str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.In: "in",
    ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not", ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
    ast.FloorDiv: "//", ast.Mod: "%",
}
_WORDS = {True: "true", False: "false", None: "null"}
_CHOICE, _OR, _AND, _NOT, _COMPARED, _SUM, _PRODUCT, _NEGATIVE, _WHOLE = range(1, 10)


def written(node: ast.expr) -> str:
    """Write a tree down.

    Raises:
        ExpressionError: it has a part that is not of our language, or it is too long or too deep.
    """
    try:
        text = _say(node, _CHOICE)
    except RecursionError as error:
        raise ExpressionError("too-complex") from error
    if len(text) > MAX_LENGTH:
        raise ExpressionError("too-long")
    return text


def _say(node: ast.AST, least: int) -> str:
    """Write a part that must bind at least so strongly, in brackets where it does not."""
    method = _PARTS.get(type(node))
    if method is None:
        raise ExpressionError("not-allowed", type(node).__name__)
    power, text = method(node)
    return text if power >= least else f"({text})"


def _constant(node: Any) -> tuple[int, str]:
    if node.value is None or isinstance(node.value, bool):
        return _WHOLE, _WORDS[node.value]
    if isinstance(node.value, (int, float)):
        return _WHOLE, repr(node.value)
    if not isinstance(node.value, str):
        raise ExpressionError("not-allowed", type(node.value).__name__)
    return _WHOLE, '"' + "".join(_sign(one) for one in node.value) + '"'


def _sign(sign: str) -> str:
    """Write one sign of a text; what does not print is written by its number."""
    if sign in '"\\':
        return "\\" + sign
    return sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii")


def _name(node: Any) -> tuple[int, str]:
    return _WHOLE, node.id


def _field(node: Any) -> tuple[int, str]:
    return _WHOLE, f"{_say(node.value, _WHOLE)}.{node.attr}"


def _place(node: Any) -> tuple[int, str]:
    return _WHOLE, f"{_say(node.value, _WHOLE)}[{_say(node.slice, _CHOICE)}]"


def _called(node: Any) -> tuple[int, str]:
    if node.keywords:
        raise ExpressionError("not-allowed", "keyword")
    return _WHOLE, f"{_say(node.func, _WHOLE)}({', '.join(_say(one, _CHOICE) for one in node.args)})"


def _listed(node: Any) -> tuple[int, str]:
    return _WHOLE, f"[{', '.join(_say(one, _CHOICE) for one in node.elts)}]"


def _compared(node: Any) -> tuple[int, str]:
    parts = [_say(node.left, _SUM)]
    for sign, right in zip(node.ops, node.comparators, strict=True):
        parts += [_SIGNS[type(sign)], _say(right, _SUM)]
    return _COMPARED, " ".join(parts)


def _joined(node: Any) -> tuple[int, str]:
    word, power = ("and", _AND) if isinstance(node.op, ast.And) else ("or", _OR)
    return power, f" {word} ".join(_say(one, power + 1) for one in node.values)


def _calculated(node: Any) -> tuple[int, str]:
    sign = _SIGNS.get(type(node.op))
    if sign is None:
        raise ExpressionError("not-allowed", type(node.op).__name__)
    power = _SUM if sign in ("+", "-") else _PRODUCT
    return power, f"{_say(node.left, power)} {sign} {_say(node.right, power + 1)}"


def _before(node: Any) -> tuple[int, str]:
    if isinstance(node.op, ast.Not):
        return _NOT, f"not {_say(node.operand, _NOT)}"
    if isinstance(node.op, ast.Invert):
        raise ExpressionError("not-allowed", "Invert")
    return _NEGATIVE, f"{'-' if isinstance(node.op, ast.USub) else '+'}{_say(node.operand, _NEGATIVE)}"


def _chosen(node: Any) -> tuple[int, str]:
    return _CHOICE, f"{_say(node.body, _OR)} if {_say(node.test, _OR)} else {_say(node.orelse, _CHOICE)}"


_PARTS: Mapping[type, Callable[[Any], tuple[int, str]]] = {
    ast.Constant: _constant, ast.Name: _name, ast.Attribute: _field, ast.Subscript: _place, ast.Call: _called,
    ast.List: _listed, ast.Tuple: _listed, ast.Compare: _compared, ast.BoolOp: _joined, ast.BinOp: _calculated,
    ast.UnaryOp: _before, ast.IfExp: _chosen,
}
