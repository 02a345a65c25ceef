"""Reading `${…}` and `#{…}`, the expressions of Camunda 7, Operaton and Flowable, straight into a tree of ours. What
calls a method, mixes text with an expression or has no equal is refused by its name.

There a name that is missing stops the process, as it does here; only a comparison with `null` asks whether it is
there. Where a text would be taken for a number (`"5" == 5`), ours says that the two cannot be compared."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from engine.workflow.language import building as our
from engine.workflow.language import tokens
from engine.workflow.language.notation import MAX_DEPTH
from engine.workflow.language.reasons import ExpressionError

_SIGNS = ("&&", "||", "==", "!=", "<=", ">=", "->", "+=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", "(", ")",
          "[", "]", ".", ",", "=", ";", "{", "}")
_WORDS = {"and": "&&", "or": "||", "eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "div": "/",
          "mod": "%"}
_POWERS = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6,
           "%": 6}
_VALUES = {"true": True, "false": False, "null": None}
_RESERVED = frozenset({*_WORDS, "not", "empty", "instanceof"})


def inner(text: str) -> str:
    """Give what stands between the brackets of `${…}` or `#{…}`.

    Raises:
        ExpressionError: there is text around the brackets, or more than one pair of them (`mixed`).
    """
    stripped = text.strip()
    if stripped[:2] not in ("${", "#{") or not stripped.endswith("}"):
        raise ExpressionError("mixed", stripped[:60])
    found = stripped[2:-1]
    if "${" in found or "#{" in found:
        raise ExpressionError("mixed", stripped[:60])
    return found


def tree(text: str, names: Mapping[str, str]) -> ast.expr:
    """Translate what stands between the brackets; `names` says what a name of theirs is called in our language.

    Raises:
        ExpressionError: not written correctly, or with a part that has no equal in our language.
    """
    reader = _Reader(text, names)
    node = reader.expression()
    if reader.token.kind != "end":
        raise reader.wrong()
    return node


class _Reader:
    """Reads tokens from left to right, by the power with which a sign binds; how deep parts nest is bounded."""

    def __init__(self, text: str, names: Mapping[str, str]) -> None:
        self.tokens = tokens.scan(text, _SIGNS, "\"'")
        self.names = names
        self.place = 0
        self.depth = 0

    @property
    def token(self) -> tokens.Token:
        """The token that comes next."""
        return self.tokens[self.place]

    @property
    def sign(self) -> str:
        """The sign that comes next, also when it is written as a word; empty for anything else."""
        if self.token.kind == "name":
            return _WORDS.get(self.token.text, "")
        return self.token.text if self.token.kind == "sign" else ""

    def take(self, sign: str) -> bool:
        """Go past a sign if it comes next."""
        found = self.sign == sign
        self.place += found
        return found

    def need(self, sign: str) -> None:
        """Go past a sign, which must come next."""
        if not self.take(sign):
            raise self.wrong()

    def wrong(self) -> ExpressionError:
        """Say what comes next and does not fit."""
        return ExpressionError("unexpected", self.token.text[:40] or "…")

    def expression(self) -> ast.expr:
        """Read a whole expression: a value, or one of two by a test."""
        self.deeper()
        test = self.binary(1)
        if self.take("?"):
            yes = self.expression()
            self.need(":")
            test = our.choice(test, yes, self.expression())
        self.depth -= 1
        return test

    def deeper(self) -> None:
        """Count how deep we are."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError("too-complex")

    def binary(self, least: int) -> ast.expr:
        """Read what binds at least so strongly."""
        left = self.unary()
        while _POWERS.get(self.sign, 0) >= least:
            sign = self.sign
            self.place += 1
            left = _joined(left, sign, self.binary(_POWERS[sign] + 1))
        return left

    def unary(self) -> ast.expr:
        """Read a value with what stands before it."""
        self.deeper()
        if self.take("-"):
            node = our.negative(self.unary())
        elif self.take("!") or self.word("not"):
            node = our.negated(self.unary())
        elif self.word("empty"):
            node = our.call("empty", self.unary())
        else:
            node = self.value()
        self.depth -= 1
        return node

    def word(self, word: str) -> bool:
        """Go past a word if it comes next."""
        found = self.token.kind == "name" and self.token.text == word
        self.place += found
        return found

    def value(self) -> ast.expr:
        """Read a literal, something in brackets or a name with its fields."""
        token = self.token
        self.place += 1
        if token.kind == "number":
            return our.constant(tokens.number(token.text))
        if token.kind == "text":
            return our.constant(token.text)
        if token.kind == "sign" and token.text == "(":
            node = self.expression()
            self.need(")")
            return node
        if token.kind != "name" or token.text in _RESERVED:
            self.place -= 1
            raise self.wrong()
        if token.text in _VALUES:
            return our.constant(_VALUES[token.text])
        return self.named(token.text)

    def named(self, name: str) -> ast.expr:
        """Read a name with the fields and places that follow it."""
        steps: list[str | int] = []
        called = name + self.peeked()
        if called == "execution.getVariable(":
            self.place += 3
            name = self.quoted()
            self.need(")")
        elif name == "execution" or called.endswith("("):
            raise ExpressionError("method", called.rstrip("(")[:60])
        while self.sign in (".", "["):
            steps.append(self.step())
        if self.sign == "(":
            raise ExpressionError("method", str(steps[-1] if steps else name)[:60])
        return our.path([self.names.get(name, name), *steps])

    def peeked(self) -> str:
        """Give what follows a name directly if it calls something: `(`, or `.method(`."""
        ahead = self.tokens[self.place:self.place + 3]
        if ahead[0].text == "(" and ahead[0].kind == "sign":
            return "("
        if [one.kind for one in ahead] == ["sign", "name", "sign"] and ahead[0].text == "." and ahead[2].text == "(":
            return f".{ahead[1].text}("
        return ""

    def step(self) -> str | int:
        """Read one field or place."""
        if self.take("."):
            if self.token.kind != "name":
                raise self.wrong()
            self.place += 1
            return self.tokens[self.place - 1].text
        self.need("[")
        if self.token.kind == "number" and self.token.text.isdecimal():
            found: str | int = int(self.token.text[:9])
            self.place += 1
        else:
            found = self.quoted()
        self.need("]")
        return found

    def quoted(self) -> str:
        """Read a text."""
        if self.token.kind != "text":
            raise ExpressionError("no-equal", self.token.text[:40] or "…")
        self.place += 1
        return self.tokens[self.place - 1].text


def _joined(left: ast.expr, sign: str, right: ast.expr) -> ast.expr:
    """Join two parts by a sign."""
    if sign == "&&":
        return our.both([left, right])
    if sign == "||":
        return our.either([left, right])
    if sign in ("==", "!="):
        return _equal(left, right, wanted=sign == "==")
    if sign == "%":
        raise ExpressionError("no-equal", "%")
    if sign == "+":
        return _added(left, right)
    if sign in ("-", "*", "/"):
        return our.calculate(left, sign, right)
    return our.compare(left, sign, right)


def _equal(left: ast.expr, right: ast.expr, *, wanted: bool) -> ast.expr:
    """Say that two values are equal; with `null`, that there is none."""
    if our.is_constant(left, None):
        left, right = right, left
    if our.is_constant(right, None) and isinstance(left, (ast.Name, ast.Attribute, ast.Subscript)):
        found = our.call("has", left)
        return our.negated(found) if wanted else found
    return our.compare(left, "=" if wanted else "!=", right)


def _added(left: ast.expr, right: ast.expr) -> ast.expr:
    """Add two numbers; there `+` takes texts for numbers, so it must never join texts here."""
    for side in (left, right):
        if isinstance(side, ast.Constant) and isinstance(side.value, str):
            raise ExpressionError("no-equal", "+")
    if any(_certainly_a_number(side) for side in (left, right)):
        return our.calculate(left, "+", right)
    return our.call("sum", our.listing([left, right]))


def _certainly_a_number(node: ast.expr) -> bool:
    """Tell whether a part gives a number whatever the data."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
    return isinstance(node, (ast.BinOp, ast.UnaryOp)) or (isinstance(node, ast.Call) and
                                                          getattr(node.func, "id", "") == "sum")
