"""The one language of conditions, decision cells, timers and required papers: Python's notation for values and
comparisons, translated once into closures that we wrote ourselves. A dot reads a key of a record and nothing
else; no attribute of a Python object, no free call, no loop, and the work and size of every step are bounded.

Why not simpleeval: `verify.items` gives it the method of the dict when the form has a field called `items`, and
it has no budget of steps. Nothing here evaluates text with Python's own `eval`.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.workflow.operators import (
    ARGUMENTS,
    BINARY,
    COMPARE,
    CONSTANTS,
    FUNCTIONS,
    RESERVED,
    UNARY,
    ExpressionError,
    Work,
    bounded,
    is_nothing,
)

__all__ = ["NAME", "RESERVED", "Expression", "ExpressionError", "Work", "evaluate", "holds", "names", "translate"]

MAX_LENGTH = 2_000
MAX_NODES = 200
MAX_DEPTH = 40

NAME = re.compile(r"[a-z][a-z0-9_]*")


Closure = Callable[[Mapping[str, Any], Work], Any]


@dataclass(frozen=True, slots=True)
class Expression:
    """A translated expression: its text, the names it reads from the data, and the closure that answers it."""

    text: str
    names: frozenset[str]
    run: Closure


def evaluate(text: str, data: Mapping[str, Any]) -> Any:
    """Answer an expression over `data`; the same text and data give the same answer always.

    Raises:
        ExpressionError: the text is not allowed, a name is missing, or the values do not fit the operators.
    """
    expression = translate(text)
    try:
        return expression.run(data, Work())
    except ExpressionError:
        raise
    except RecursionError as error:
        raise ExpressionError("too-complex") from error
    except (TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise ExpressionError("failed", str(error)[:200]) from error


def holds(text: str, data: Mapping[str, Any]) -> bool:
    """Tell whether a condition is true; a condition must answer `True` or `False`, nothing merely "truthy".

    Raises:
        ExpressionError: as `evaluate`, or the answer is not a truth value (`not-boolean`).
    """
    answer = evaluate(text, data)
    if answer is not True and answer is not False:
        raise ExpressionError("not-boolean", type(answer).__name__)
    return answer


def names(text: str) -> frozenset[str]:
    """Give the names an expression reads from the data of the case.

    Raises:
        ExpressionError: the text is not allowed.
    """
    return translate(text).names


@functools.lru_cache(maxsize=4096)
def translate(text: str) -> Expression:
    """Check a text against the language and translate it; results are kept, so a second call is free.

    Raises:
        ExpressionError: the text is not allowed; nothing of it has run.
    """
    tree = parsed(text)
    builder = _Builder()
    run = builder.build(tree)
    return Expression(text, frozenset(builder.names), run)


def parsed(text: str) -> ast.expr:
    """Parse a text, bounded in length, nodes and depth; what its nodes are is not judged here.

    Raises:
        ExpressionError: too long, too complex, or not written correctly.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError("too-long")
    stripped = " ".join(text.strip().splitlines())
    if stripped.startswith(("=", "${", "#{")):
        raise ExpressionError("dialect", stripped[:2])
    try:
        tree = ast.parse(stripped, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError("syntax", getattr(error, "msg", "") or type(error).__name__) from error
    _measure(tree)
    return tree.body


def _measure(tree: ast.AST) -> None:
    """Refuse a tree of too many nodes or too deep, without recursion."""
    stack, count = [(tree, 0)], 0
    while stack:
        node, depth = stack.pop()
        count += 1
        if count > MAX_NODES or depth > MAX_DEPTH:
            raise ExpressionError("too-complex")
        stack.extend((child, depth + 1) for child in ast.iter_child_nodes(node)
                     if not isinstance(child, (ast.expr_context, ast.operator, ast.cmpop, ast.boolop)))


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
        if name.startswith("_") or name in FUNCTIONS or name == "has":
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
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if node.keywords or len(node.args) > 20:
            raise ExpressionError("call", name)
        fewest, most = ARGUMENTS.get(name, (0, len(node.args)))
        if not fewest <= len(node.args) <= most:
            raise ExpressionError("arguments", name)
        if name == "has":
            return self._has(node.args[0])
        function = FUNCTIONS.get(name)
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
