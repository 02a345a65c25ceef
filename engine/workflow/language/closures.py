"""From a tree in our notation to closures that we wrote ourselves. A dot reads a key of a record and nothing else; a
kind of node that is not listed here is refused by its name, before anything has run."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from engine.workflow.language.functions import ARGUMENTS, FUNCTIONS
from engine.workflow.language.operators import BINARY, COMPARE, CONSTANTS, RESERVED, UNARY, Work, bounded, is_nothing
from engine.workflow.language.reasons import ExpressionError

Closure = Callable[[Mapping[str, Any], Work], Any]

_NO_NAMES = RESERVED - {"input"}


def build(tree: ast.expr) -> tuple[Closure, frozenset[str]]:
    """Translate a tree: the closure that answers it, and the names it reads from the data.

    Raises:
        ExpressionError: a part of it is not of the language.
    """
    builder = _Builder()
    return builder.build(tree), frozenset(builder.names)


class _Builder:
    """Turns one tree into a closure; an unknown kind of node is refused by its name."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def build(self, node: ast.AST) -> Closure:
        """Translate one node."""
        method = getattr(self, "_" + type(node).__name__.lower(), None)
        if method is None:
            raise ExpressionError("not-allowed", type(node).__name__)
        inner: Closure = method(node)
        return inner

    def _constant(self, node: ast.Constant) -> Closure:
        value = node.value
        if value is not None and type(value) not in (bool, int, float, str):
            raise ExpressionError("not-allowed", type(value).__name__)
        bounded(value)
        return lambda data, work: value

    def _name(self, node: ast.Name) -> Closure:
        name = node.id
        if name in CONSTANTS:
            constant = CONSTANTS[name]
            return lambda data, work: constant
        if name.startswith("_") or name in _NO_NAMES:
            raise ExpressionError("not-allowed", name)
        self.names.add(name)

        def read(data: Mapping[str, Any], work: Work) -> Any:
            work.spend(1)
            if name not in data:
                raise ExpressionError("missing", name)
            return data[name]
        return read

    def _attribute(self, node: ast.Attribute) -> Closure:
        key, value = node.attr, self.build(node.value)
        if key.startswith("_"):
            raise ExpressionError("not-allowed", key)

        def read(data: Mapping[str, Any], work: Work) -> Any:
            work.spend(1)
            record = value(data, work)
            if type(record) in (list, tuple):
                raise ExpressionError("list-field", key)
            if type(record) is not dict:
                raise ExpressionError("not-a-record", key)
            if key not in record:
                raise ExpressionError("missing", key)
            return record[key]
        return read

    def _subscript(self, node: ast.Subscript) -> Closure:
        if isinstance(node.slice, ast.Slice):
            raise ExpressionError("not-allowed", "Slice")
        value, place = self.build(node.value), self.build(node.slice)

        def read(data: Mapping[str, Any], work: Work) -> Any:
            work.spend(1)
            container, key = value(data, work), place(data, work)
            if type(container) not in (dict, list, tuple):
                raise ExpressionError("not-a-record", str(type(container).__name__))
            if type(container) is dict and key not in container:
                raise ExpressionError("missing", str(key)[:80])
            if type(container) is not dict and type(key) is int and not -len(container) <= key < len(container):
                raise ExpressionError("missing", str(key)[:80])
            return container[key]
        return read

    def _boolop(self, node: ast.BoolOp) -> Closure:
        parts = [self.build(value) for value in node.values]
        stop = isinstance(node.op, ast.Or)

        def decide(data: Mapping[str, Any], work: Work) -> Any:
            work.spend(1)
            for part in parts:
                answer = part(data, work)
                if answer is not True and answer is not False:
                    raise ExpressionError("not-boolean", type(answer).__name__)
                if answer is stop:
                    return stop
            return not stop
        return decide

    def _compare(self, node: ast.Compare) -> Closure:
        parts = [self.build(value) for value in (node.left, *node.comparators)]
        for one, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(one, (ast.Is, ast.IsNot)) and not is_nothing(right):
                raise ExpressionError("not-allowed", "is")
        operators = [COMPARE[type(one)] for one in node.ops]

        def decide(data: Mapping[str, Any], work: Work) -> bool:
            left = parts[0](data, work)
            for apply, part in zip(operators, parts[1:], strict=True):
                right = part(data, work)
                work.spend(1 + (len(right) // 8 if isinstance(right, (str, list, tuple, dict)) else 0))
                if not apply(left, right):
                    return False
                left = right
            return True
        return decide

    def _binop(self, node: ast.BinOp) -> Closure:
        apply = BINARY.get(type(node.op))
        if apply is None:
            raise ExpressionError("not-allowed", type(node.op).__name__)
        left, right = self.build(node.left), self.build(node.right)

        def calculate(data: Mapping[str, Any], work: Work) -> Any:
            work.spend(1)
            return apply(left(data, work), right(data, work))
        return calculate

    def _unaryop(self, node: ast.UnaryOp) -> Closure:
        apply = UNARY.get(type(node.op))
        if apply is None:
            raise ExpressionError("not-allowed", type(node.op).__name__)
        operand, negates = self.build(node.operand), isinstance(node.op, ast.Not)

        def calculate(data: Mapping[str, Any], work: Work) -> Any:
            work.spend(1)
            value = operand(data, work)
            if negates and value is not True and value is not False:
                raise ExpressionError("not-boolean", type(value).__name__)
            return apply(value)
        return calculate

    def _ifexp(self, node: ast.IfExp) -> Closure:
        test, yes, no = self.build(node.test), self.build(node.body), self.build(node.orelse)

        def choose(data: Mapping[str, Any], work: Work) -> Any:
            work.spend(1)
            answer = test(data, work)
            if answer is not True and answer is not False:
                raise ExpressionError("not-boolean", type(answer).__name__)
            return yes(data, work) if answer else no(data, work)
        return choose

    def _list(self, node: ast.List) -> Closure:
        parts = [self.build(value) for value in node.elts]

        def collect(data: Mapping[str, Any], work: Work) -> list[Any]:
            work.spend(1 + len(parts))
            return [part(data, work) for part in parts]
        return collect

    _tuple = _list

    def _call(self, node: ast.Call) -> Closure:
        name = getattr(node.func, "id", "") or getattr(node.func, "attr", "") or "(…)"
        if node.keywords or len(node.args) > 20:
            raise ExpressionError("call", name)
        fewest, most = ARGUMENTS.get(name, (0, len(node.args)))
        if not fewest <= len(node.args) <= most:
            raise ExpressionError("arguments", name)
        if name == "has" and isinstance(node.func, ast.Name):
            return self._has(node.args[0])
        function = FUNCTIONS.get(name) if isinstance(node.func, ast.Name) else None
        if function is None:
            raise ExpressionError("call", name)
        parts = [self.build(value) for value in node.args]

        def call(data: Mapping[str, Any], work: Work) -> Any:
            values = [part(data, work) for part in parts]
            work.spend(1 + sum(len(one) for one in values if isinstance(one, (str, list, tuple, dict))))
            return bounded(function(*values))
        return call

    def _has(self, node: ast.AST) -> Closure:
        """`has(a.b)`: whether the data reach that far; the one place where a missing name is no failure."""
        path = self.build(node)
        if not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
            raise ExpressionError("call", "has")

        def reach(data: Mapping[str, Any], work: Work) -> bool:
            try:
                return path(data, work) is not None
            except ExpressionError as error:
                if error.reason in ("missing", "not-a-record"):
                    return False
                raise
        return reach
