"""Reading FEEL, the expression language of DMN and of Camunda 8, as far as it has an equal in ours: literals, names,
arithmetic, comparisons, `and`, `or`, `not()`, `if`, `between`, `in`, lists, and the functions of `feel_functions`.
What has no equal is refused by its name. How the parts are said in our language lives in `feel_meaning`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.workflow.language import tokens
from engine.workflow.language.feel_functions import FUNCTIONS, IMPURE, NAMES
from engine.workflow.language.notation import MAX_DEPTH
from engine.workflow.language.reasons import ExpressionError

SIGNS = ("..", "**", "<=", ">=", "!=", "=", "<", ">", "+", "-", "*", "/", "(", ")", "[", "]", "{", "}", ",", ".", ":",
         "?", "@", "`")
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_POWERS = {"or": 1, "and": 2, **dict.fromkeys(COMPARISONS, 3), "between": 3, "in": 3, "instance": 3, "+": 4, "-": 4,
           "*": 5, "/": 5, "**": 6}
_KEYWORDS = frozenset({"and", "or", "if", "then", "else", "between", "in", "true", "false", "null", "instance", "for",
                       "return", "some", "every", "satisfies", "function"})
_REFUSED = frozenset({"for", "some", "every", "function", "instance", "**", "{"})
_VALUES: dict[str, Any] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text, a truth value or null."""

    value: Any


@dataclass(frozen=True, slots=True)
class Path:
    """A name, then fields and places (counted from 0, or from the end when negative)."""

    steps: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """Two parts joined by a sign: arithmetic, comparison, `and`, `or`."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negative:
    """The negative of a value."""

    value: Node


@dataclass(frozen=True, slots=True)
class Choice:
    """`if … then … else …`."""

    test: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function we know, or a part of a value, with what it is given."""

    name: str
    values: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """From one value to another, each with or without the end itself."""

    low: Node
    high: Node
    with_low: bool = True
    with_high: bool = True


@dataclass(frozen=True, slots=True)
class Test:
    """A comparison whose left side is what is tested."""

    sign: str
    right: Node


@dataclass(frozen=True, slots=True)
class In:
    """Whether a value passes any of some tests: ranges, comparisons, lists or values."""

    value: Node
    tests: tuple[Node | Range | Test, ...]


Node = Literal | Path | Binary | Negative | Choice | Call | ListOf | In


def parse(text: str) -> Node:
    """Read one FEEL expression.

    Raises:
        ExpressionError: not written correctly, or with a part that has no equal in our language.
    """
    reader = _Reader(text)
    node = reader.expression()
    reader.end()
    return node


class _Reader:
    """Reads tokens from left to right, by the power with which a sign binds; how deep parts nest is bounded."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens.scan(text, SIGNS, '"')
        self.place = 0
        self.depth = 0

    @property
    def token(self) -> tokens.Token:
        """The token that comes next."""
        return self.tokens[self.place]

    def at(self, *texts: str) -> bool:
        """Tell whether one of these signs or words comes next."""
        return self.token.kind in ("sign", "name") and self.token.text in texts

    def take(self, *texts: str) -> bool:
        """Go past one of these signs or words if it comes next."""
        found = self.at(*texts)
        self.place += found
        return found

    def need(self, *texts: str) -> str:
        """Go past one of these signs or words, which must come next."""
        if not self.take(*texts):
            raise self.wrong()
        return self.tokens[self.place - 1].text

    def wrong(self) -> ExpressionError:
        """Say what comes next and does not fit."""
        return ExpressionError("unexpected", self.token.text[:40] or "…")

    def end(self) -> None:
        """Nothing may come next."""
        if self.token.kind != "end":
            raise self.wrong()

    def expression(self, least: int = 1) -> Node:
        """Read what binds at least so strongly."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError("too-complex")
        left = self.unary()
        while self.token.kind in ("sign", "name") and _POWERS.get(self.token.text, 0) >= least:
            left = self.joined(left, self.token.text)
        self.depth -= 1
        return left

    def joined(self, left: Node, sign: str) -> Node:
        """Read what a sign joins to its left side."""
        if sign in _REFUSED:
            raise ExpressionError("no-equal", sign)
        self.place += 1
        power = _POWERS[sign]
        if sign == "between":
            low = self.expression(4)
            self.need("and")
            node: Node = In(left, (Range(low, self.expression(4)),))
        elif sign == "in":
            node = In(left, self.tests())
        else:
            node = Binary(sign, left, self.expression(power + 1))
        if power == 3 and _POWERS.get(self.token.text) == 3 and self.token.kind != "text":
            raise self.wrong()          # a = b = c
        return node

    def unary(self) -> Node:
        """Read a value with any minus before it."""
        if self.take("-"):
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise ExpressionError("too-complex")
            node: Node = Negative(self.unary())
            self.depth -= 1
            return node
        if self.take("if"):
            test = self.expression()
            self.need("then")
            yes = self.expression()
            self.need("else")
            return Choice(test, yes, self.expression())
        return self.after(self.primary())

    def after(self, node: Node) -> Node:
        """Read the fields and places that follow a value."""
        while self.at(".") or (self.at("[") and not self.closes()):
            if self.take("."):
                node = self.field(node)
            elif isinstance(node, Path):
                node = Path((*node.steps, self.index()))
            else:
                raise ExpressionError("no-equal", "[…]")
        return node

    def closes(self) -> bool:
        """Tell whether the bracket that comes next ends a range without its end, as in `]1..5[`."""
        ahead = self.tokens[self.place + 1]
        return ahead.kind == "end" or ahead.text in (")", ",", "and", "or", "then", "else")

    def field(self, node: Node) -> Node:
        """Read the name behind a dot."""
        if self.token.kind != "name":
            raise self.wrong()
        name = self.token.text
        self.place += 1
        self.no_spaces(name)
        if isinstance(node, Path):
            return Path((*node.steps, name))
        if f".{name}" not in FUNCTIONS:
            raise ExpressionError("no-equal", f".{name}")
        return Call(f".{name}", (node,))

    def index(self) -> int:
        """Read a place in a list, which FEEL counts from 1; a filter has no equal."""
        self.need("[")
        sign = -1 if self.take("-") else 1
        token = self.token
        if token.kind != "number" or not token.text.isdecimal() or len(token.text) > 9 or int(token.text) == 0:
            raise ExpressionError("no-equal", "[…]")
        self.place += 1
        if not self.take("]"):
            raise ExpressionError("no-equal", "[…]")
        return -int(token.text) if sign < 0 else int(token.text) - 1

    def primary(self) -> Node:
        """Read a literal, a list, something in brackets, a call or a name."""
        token = self.token
        if token.kind == "sign":
            return self.bracket()
        self.place += 1
        if token.kind == "number":
            return Literal(tokens.number(token.text.lstrip("0") or "0") if token.text.isdecimal()
                           else tokens.number(token.text))
        if token.kind == "text":
            return Literal(token.text)
        self.place -= 1
        return self.named()

    def bracket(self) -> Node:
        """Read what begins with a sign."""
        if self.take("("):
            inner = self.expression()
            self.need(")")
            return inner
        if self.take("["):
            return ListOf(self.items("]"))
        if self.take("?"):
            return Path(("?",))
        if self.take("@"):
            return self.dated()
        if self.take("`"):
            node = self.named()
            self.need("`")
            return node
        if self.token.text in _REFUSED:
            raise ExpressionError("no-equal", self.token.text)
        raise self.wrong()

    def dated(self) -> Node:
        """Read `@"…"`: a date, an instant or a span, told apart by how it is written."""
        token = self.token
        if token.kind != "text":
            raise self.wrong()
        self.place += 1
        name = "duration" if token.text.lstrip("-").startswith("P") else \
            "date and time" if "T" in token.text else "date"
        return Call(name, (Literal(token.text),))

    def items(self, closing: str) -> tuple[Node, ...]:
        """Read values divided by commas up to a closing bracket."""
        found: list[Node] = []
        while not self.take(closing):
            if found:
                self.need(",")
            found.append(self.expression())
        return tuple(found)

    def named(self) -> Node:
        """Read a constant, a call or a name."""
        token = self.token
        if token.kind != "name" or (token.text in _KEYWORDS - _REFUSED and token.text not in _VALUES):
            raise self.wrong()
        function = self.function()
        if function is not None:
            return Call(function, self.items(")"))
        if token.text in _REFUSED:
            raise ExpressionError("no-equal", token.text)
        self.place += 1
        if token.text in _VALUES:
            return Literal(_VALUES[token.text])
        if self.at("("):
            raise ExpressionError("no-function", token.text)
        self.no_spaces(token.text)
        return Path((token.text,))

    def function(self) -> str | None:
        """Read the name of a function, which may be several words, and its opening bracket."""
        for name in NAMES:
            words = name.split()
            ahead = self.tokens[self.place:self.place + len(words) + 1]
            if [one.text for one in ahead] == [*words, "("] and all(one.kind == "name" for one in ahead[:-1]):
                if name in IMPURE:
                    raise ExpressionError("impure", f"{name}()")
                if name not in FUNCTIONS:
                    raise ExpressionError("no-function", name)
                self.place += len(ahead)
                return name
        return None

    def no_spaces(self, name: str) -> None:
        """Refuse a name of several words, which our language cannot read."""
        if self.token.kind == "name" and self.token.text not in _KEYWORDS:
            words = [name]
            while self.token.kind == "name" and self.token.text not in _KEYWORDS:
                words.append(self.token.text)
                self.place += 1
            raise ExpressionError("no-function" if self.at("(") else "spaces", " ".join(words)[:60])

    def tests(self) -> tuple[Node | Range | Test, ...]:
        """Read what stands behind `in`: one test, or several in brackets."""
        if not self.at("("):
            return (self.test(),)
        self.place += 1
        first = self.test()
        if self.take(".."):
            return (self.rest(first, with_low=False),)
        found = [first]
        while self.take(","):
            found.append(self.test())
        self.need(")")
        return tuple(found)

    def test(self) -> Node | Range | Test:
        """Read one test: a comparison, a range, a list or a value."""
        if self.at(*COMPARISONS):
            sign = self.need(*COMPARISONS)
            return Test(sign, self.expression(4))
        if self.take("]"):
            low = self.expression(4)
            self.need("..")
            return self.rest(low, with_low=False)
        if not self.take("["):
            return self.expression(4)
        if self.take("]"):
            return ListOf(())
        first = self.expression()
        if self.take(".."):
            return self.rest(first, with_low=True)
        return ListOf((first, *(self.items("]") if self.take(",") else self.closed())))

    def closed(self) -> tuple[Node, ...]:
        """Read the end of a list of one."""
        self.need("]")
        return ()

    def rest(self, low: Node | Range | Test, *, with_low: bool) -> Range:
        """Read a range from behind its two dots."""
        if isinstance(low, (Range, Test)):
            raise self.wrong()
        high = self.expression(4)
        return Range(low, high, with_low, self.need("]", ")", "[") == "]")
