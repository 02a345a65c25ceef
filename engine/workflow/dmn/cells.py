"""What stands in a cell of a decision table: unary tests such as `-`, `"a","b"`, `[1..4]`, `< 5`, `not(…)`, a value, or
a condition in which `?` stands for the input. A cell is read once, into a test and what is known of it without data."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.workflow.dmn import reach_of_conditions, reaches
from engine.workflow.dmn.reaches import Reach
from engine.workflow.language import dialects, expressions
from engine.workflow.language.expressions import Expression, ExpressionError, Work
from engine.workflow.language.functions import TRUTHS
from engine.workflow.language.notation import MAX_LENGTH
from engine.workflow.language.operators import COMPARE, alike

Language = Literal["", "feel", "juel", "python"]
_SIGNS = ("<=", ">=", "!=", "==", "<", ">", "=")
_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": COMPARE[ast.Lt], "<=": COMPARE[ast.LtE], ">": COMPARE[ast.Gt], ">=": COMPARE[ast.GtE],
}
_NOTHING: Mapping[str, Any] = {}


class Seen:
    """What the tests of one column see: the value of the input, and the data of the case."""

    __slots__ = ("data", "merged", "value")

    def __init__(self, value: Any, data: Mapping[str, Any]) -> None:
        self.value = value
        self.data = data
        self.merged: Mapping[str, Any] | None = None

    def with_input(self) -> Mapping[str, Any]:
        """Give the data with the value of the input under the name `input`."""
        if self.merged is None:
            self.merged = {**self.data, "input": self.value}
        return self.merged


Test = Callable[[Seen], bool | None]        # None: it cannot be said, because there is no value


@dataclass(frozen=True, slots=True)
class Piece:
    """One test of a cell: how it is asked, the names it reads, and the values it holds for, if that is known."""

    test: Test
    names: frozenset[str]
    reach: Reach | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that has been read; it holds when any of its pieces does, or, `negated`, when none does."""

    text: str
    pieces: tuple[Piece, ...]
    negated: bool

    @property
    def names(self) -> frozenset[str]:
        """The names the cell reads from the data of the case."""
        return frozenset().union(*(piece.names for piece in self.pieces)) - {"input"}

    @property
    def reach(self) -> Reach | None:
        """The values it holds for; None when that depends on the data of the case."""
        known = [piece.reach for piece in self.pieces if piece.reach is not None]
        if len(known) < len(self.pieces):
            return None
        joined = reaches.union(known)
        return reaches.others(joined) if self.negated else joined

    def holds(self, seen: Seen) -> bool:
        """Tell whether the cell holds for a value.

        Raises:
            ExpressionError: it fails on these values.
        """
        unsure = False
        try:
            for piece in self.pieces:
                answer = piece.test(seen)
                if answer:
                    return not self.negated
                unsure = unsure or answer is None
        except (TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
            if isinstance(error, ExpressionError):
                raise
            raise ExpressionError("failed", str(error)[:200]) from error
        return self.negated and not unsure


@functools.lru_cache(maxsize=4096)
def read(text: str, language: Language = "") -> Cell:
    """Read a cell. Without a `language` its expressions are ours, else FEEL; in FEEL, the other way round.

    Raises:
        ExpressionError: it is no unary test we know.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError("too-long")
    if language == "juel":
        return Cell(text, (_expressed(said(text, "juel")),), negated=False)
    inner = _negated(text)
    pieces = tuple(_piece(part, language) for part in split(text if inner is None else inner))
    return Cell(text, pieces, inner is not None)


def said(text: str, language: Language, *, value: bool = False) -> str:
    """Give the text of a cell or an input in our language; `?` stands for the input.

    Raises:
        ExpressionError: it is of neither language it may be in.
    """
    if language == "juel":
        wrapped = text if text.lstrip().startswith(("${", "#{")) else f"${{{text}}}"
        return dialects.translate(wrapped, "juel", names={"cellInput": "input"})
    if dialects.spoken(text):
        return dialects.native(text, value=value)
    if language == "python":
        return dialects.translate(_replaced(text), "python")
    if language == "feel":
        try:
            return dialects.translate(text, "feel", names={"?": "input"}, value=value)
        except ExpressionError as refusal:
            return _ours(text, refusal)
    try:
        return _ours(text, None)
    except ExpressionError as refusal:
        try:
            return dialects.translate(text, "feel", names={"?": "input"}, value=value)
        except ExpressionError as other:
            raise (refusal if other.reason in ("unexpected", "sign") else other) from refusal


def _ours(text: str, refusal: ExpressionError | None) -> str:
    """Take a text for ours.

    Raises:
        ExpressionError: it is not, for the reason it was refused before if there is one.
    """
    replaced = _replaced(text)
    try:
        expressions.translate(replaced)
    except ExpressionError as error:
        raise (refusal or error) from error
    return replaced


def _replaced(text: str) -> str:
    """Put the name `input` for every `?` outside quotes."""
    out = list(text)
    for place, sign in _bare(text):
        if sign == "?":
            out[place] = " input "
    return "".join(out).strip()


def _bare(text: str) -> Iterator[tuple[int, str]]:
    """Give the signs of a text outside quotes, with their places.

    Raises:
        ExpressionError: a quote that does not close.
    """
    quote, escaped = "", False
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote and not escaped else quote
            escaped = sign == "\\" and not escaped
        elif sign in "\"'":
            quote, escaped = sign, False
        else:
            yield place, sign
    if quote:
        raise ExpressionError("syntax", text[:60])


def _negated(text: str) -> str | None:
    """Give what stands in `not(…)` when that is the whole cell."""
    stripped = text.strip()
    if not stripped.startswith("not") or not stripped[3:].lstrip().startswith("(") or not stripped.endswith(")"):
        return None
    inner = stripped[3:].lstrip()[1:-1]
    return None if any(depth < 0 for _, _, depth in _depths(inner)) else inner      # not(a) and (b): an expression


def split(text: str) -> list[str]:
    """Split a cell at its commas outside quotes and brackets. The brackets of a range may open or close either way.

    Raises:
        ExpressionError: an empty part, or a quote that does not close.
    """
    commas = [place for place, sign, depth in _depths(text) if sign == "," and depth <= 0]
    parts = [text[begin:end].strip() for begin, end in zip([0, *(one + 1 for one in commas)], [*commas, len(text)],
                                                           strict=True)]
    if not all(parts):
        raise ExpressionError("syntax", text[:60])
    return parts


def _depths(text: str) -> Iterator[tuple[int, str, int]]:
    """Give the signs of a text outside quotes with their places, and how many brackets are open behind each."""
    depth, begin = 0, 0
    for place, sign in _bare(text):
        if sign in "[](){}":
            depth += _nesting(text, begin, place, inside=depth > 0)
        elif sign == "," and depth <= 0:
            begin = place + 1
        yield place, sign, depth


def _nesting(text: str, begin: int, place: int, *, inside: bool) -> int:
    """Tell whether the bracket at `place` opens (1) or closes (−1); the part it is of begins at `begin`."""
    sign = text[place]
    if sign == "]":
        return -1 if text[begin:place].strip() else 1
    if sign == "[" and inside:
        return -1 if text[place + 1:place + 40].lstrip()[:1] in ("", ",") else 1
    return 1 if sign in "([{" else -1


def _piece(part: str, language: Language) -> Piece:
    """Read one test."""
    sign = next((one for one in _SIGNS if part.startswith(one)), "")
    if sign:
        return _compared(sign, part[len(sign):], language)
    bounds = _bounds(part)
    if bounds is not None:
        return _ranged(part, *bounds, language)
    return _expressed(said(part, language))


def _bounds(part: str) -> tuple[str, str] | None:
    """Give both ends of a range, or None when the part is none."""
    if len(part) < 5 or part[0] not in "[](" or part[-1] not in "[])":
        return None
    depth = 0
    for place, sign in _bare(part[1:-1]):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "." and not depth and part[place + 1:place + 3] == "..":
            return part[1:place + 1], part[place + 3:-1]
    return None


def _fixed(text: str, language: Language) -> tuple[Expression, Any, bool]:
    """Give an expression, its value if it reads nothing, and whether it reads nothing."""
    found = expressions.translate(said(text, language))
    if found.names:
        return found, None, False
    return found, expressions.answer(found, _NOTHING), True


def _value(found: Expression, fixed: Any, known: bool) -> Callable[[Seen], Any]:
    """Give how the value of an expression in a cell is come by."""
    if known:
        return lambda seen: fixed
    if "input" in found.names:
        return lambda seen: found.run(seen.with_input(), Work())
    return lambda seen: found.run(seen.data, Work())


def _compared(sign: str, text: str, language: Language) -> Piece:
    """Read `< 5`: there is no saying for an input that is null, as in DMN."""
    found, fixed, known = _fixed(text, language)
    wanted = _value(found, fixed, known)
    if sign in ("=", "==", "!="):
        unlike = sign == "!="
        reach = reaches.point(fixed) if known else None
        return Piece(lambda seen: alike(seen.value, wanted(seen)) is not unlike, found.names,
                     reaches.others(reach) if unlike and reach is not None else reach)
    apply = _COMPARE[sign]
    return Piece(lambda seen: None if seen.value is None else apply(seen.value, wanted(seen)), found.names,
                 reaches.beyond(sign, fixed) if known else None)


def _ranged(part: str, low_text: str, high_text: str, language: Language) -> Piece:
    """Read `[a..b]`; `(` and `]` before, `)` and `[` behind leave the end itself out."""
    low, low_fixed, low_known = _fixed(low_text, language)
    high, high_fixed, high_known = _fixed(high_text, language)
    above, below = _COMPARE[">=" if part[0] == "[" else ">"], _COMPARE["<=" if part[-1] == "]" else "<"]
    lowest, highest = _value(low, low_fixed, low_known), _value(high, high_fixed, high_known)

    def test(seen: Seen) -> bool | None:
        if seen.value is None:
            return None
        return bool(above(seen.value, lowest(seen)) and below(seen.value, highest(seen)))
    reach = reaches.between(low_fixed, high_fixed, with_low=part[0] == "[", with_high=part[-1] == "]") \
        if low_known and high_known else None
    return Piece(test, low.names | high.names, reach)


def _expressed(text: str) -> Piece:
    """Read a condition, or a value the input must equal or a list it must be in."""
    found = expressions.translate(text)
    tree = expressions.parsed(text)
    if "input" in found.names or _is_truth(tree):
        return Piece(lambda seen: _decided(found.run(seen.with_input(), Work())), found.names,
                     reach_of_conditions.found(tree))
    if found.names:
        return Piece(lambda seen: _equals(seen.value, found.run(seen.data, Work())), found.names, None)
    fixed = expressions.answer(found, _NOTHING)
    if isinstance(fixed, list):
        known = [reach for reach in map(reaches.point, fixed) if reach is not None]
        return Piece(lambda seen: _equals(seen.value, fixed), found.names,
                     reaches.union(known) if len(known) == len(fixed) else None)
    return Piece(lambda seen: alike(seen.value, fixed), found.names, reaches.point(fixed))


def _decided(answer: Any) -> bool:
    """Take the answer of a condition, which must be true or false."""
    if answer is not True and answer is not False:
        raise ExpressionError("not-boolean", type(answer).__name__)
    return bool(answer)


def _equals(value: Any, wanted: Any) -> bool:
    """Tell whether a value is the one wanted, or one of those wanted."""
    if isinstance(wanted, list) and not isinstance(value, list):
        return any(alike(value, one) for one in wanted)
    return alike(value, wanted)


def _is_truth(node: ast.AST) -> bool:
    """Tell whether an expression gives a truth value whatever the data."""
    if isinstance(node, ast.Call):
        return getattr(node.func, "id", "") in TRUTHS
    return isinstance(node, (ast.Compare, ast.BoolOp)) or (isinstance(node, ast.UnaryOp) and
                                                           isinstance(node.op, ast.Not))
