"""Decision tables, answered by ourselves in the one expression language: unary tests, hit policies, matched rules.
The library's own tables let a second match of UNIQUE pass and never match `1,5`; so they are not used. Reading a
table from XML lives in `tables`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.workflow import expressions
from engine.workflow.expressions import ExpressionError
from engine.workflow.reasons import Cause

HitPolicy = Literal["UNIQUE", "FIRST", "ANY", "COLLECT"]
Aggregation = Literal["SUM", "MIN", "MAX", "COUNT"]
Test = Callable[[Any, Mapping[str, Any]], bool]

_INTERVAL = re.compile(r"([\[\](])(.+?)\.\.(.+)([\])\[])", re.DOTALL)
_COMPARISON = re.compile(r"(<=|>=|!=|<|>|=)(?!=)(.+)", re.DOTALL)
_NOT = re.compile(r"not\s*\((.*)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: its id, the tests of its inputs (`None`: any value) and the expressions of its outputs."""

    id: str
    tests: tuple[str | None, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One decision table: what it reads, what it answers, and how many rows may match."""

    id: str
    name: str
    file: str
    policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]


class DecisionError(Cause):
    """A table that gives no answer, or two; `rules` are the rows concerned."""

    def __init__(self, reason: str, rules: tuple[str, ...] = ()) -> None:
        super().__init__(reason, ", ".join(rules))
        self.rules = rules


def decide(table: Table, data: Mapping[str, Any],
           tick: Callable[[], None] = lambda: None) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Ask a table: the ids of the rows that matched and the answer. An input no row asks about is never read;
    `tick` is called before every row and may stop it all.

    UNIQUE: exactly one row may match. FIRST: the first counts. ANY: rows that match must agree. COLLECT: every
    row counts, the answers as lists or aggregated.

    Raises:
        DecisionError: no row (`no-rule`), more than one (`not-unique`) or rows that differ (`rules-differ`).
        ExpressionError: an input or a cell fails on the data.
    """
    matched, answers = _matches(table, data, tick)
    identities = tuple(rule.id for rule in matched)
    if table.policy == "COLLECT":
        return identities, _collected(table, answers)
    if not matched:
        raise DecisionError("no-rule")
    if table.policy == "UNIQUE" and len(matched) > 1:
        raise DecisionError("not-unique", identities)
    if table.policy == "ANY" and any(answer != answers[0] for answer in answers):
        raise DecisionError("rules-differ", identities)
    return identities, answers[0]


def _matches(table: Table, data: Mapping[str, Any],
             tick: Callable[[], None]) -> tuple[list[Rule], list[dict[str, Any]]]:
    """Give the rows that match, with their answers; FIRST stops at the first."""
    values: dict[int, Any] = {}
    matched, answers = [], []
    for rule in table.rules:
        tick()
        if not _fits(table, rule, values, data):
            continue
        matched.append(rule)
        answers.append({name: expressions.evaluate(text, data)
                        for name, text in zip(table.outputs, rule.outputs, strict=True)})
        if table.policy == "FIRST":
            break
    return matched, answers


def _fits(table: Table, rule: Rule, values: dict[int, Any], data: Mapping[str, Any]) -> bool:
    """Tell whether every test of a row holds; inputs are worked out once, when first asked about."""
    for place, text in enumerate(rule.tests):
        if text is None:
            continue
        if place not in values:
            values[place] = expressions.evaluate(table.inputs[place], data)
        if not holds(text, values[place], data):
            return False
    return True


def _collected(table: Table, answers: list[dict[str, Any]]) -> dict[str, Any]:
    """Put the answers of a COLLECT table together: lists, or one number per output."""
    lists = {name: [answer[name] for answer in answers] for name in table.outputs}
    if table.aggregation is None:
        return dict(lists)
    if table.aggregation == "COUNT":
        return {name: len(values) for name, values in lists.items()}
    if not answers and table.aggregation != "SUM":
        raise DecisionError("no-rule")
    combine: Callable[[list[Any]], Any] = {"SUM": sum, "MIN": min, "MAX": max}[table.aggregation]  # type: ignore[assignment]
    try:
        return {name: combine(values) for name, values in lists.items()}
    except TypeError as error:
        raise ExpressionError("failed", str(error)) from error


def holds(text: str, value: Any, data: Mapping[str, Any]) -> bool:
    """Tell whether a cell's unary test holds for an input's value: `-`, `"a","b"`, `[1..4]`, `< 5`, `not(…)`,
    a value, or a condition in which `?` stands for the input.

    Raises:
        ExpressionError: the cell is not allowed or fails on these values.
    """
    negated = _NOT.fullmatch(text.strip())
    parts = split(negated[1] if negated else text)
    return any(_one(part, value, data) for part in parts) != bool(negated)


def validate(text: str) -> frozenset[str]:
    """Check a cell without data; gives the names it reads.

    Raises:
        ExpressionError: the cell is no unary test we know.
    """
    negated = _NOT.fullmatch(text.strip())
    found: set[str] = set()
    for part in split(negated[1] if negated else text):
        for piece in _pieces(part):
            found |= expressions.names(piece)
    return frozenset(found - {"input"})


def split(text: str) -> list[str]:
    """Split a cell at its top-level commas, outside quotes and brackets of calls.

    Raises:
        ExpressionError: an empty part, or a quote that does not close.
    """
    parts, depth, quote, begin = [], 0, "", 0
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote and text[place - 1] != "\\" else quote
        elif sign in "\"'":
            quote = sign
        elif _opens(text, place):
            depth += 1
        elif sign in ")]" and depth:
            depth -= 1
        elif sign == "," and not depth:
            parts.append(text[begin:place])
            begin = place + 1
    parts.append(text[begin:])
    if quote or any(not part.strip() for part in parts):
        raise ExpressionError("syntax", text[:60])
    return [part.strip() for part in parts]


def _opens(text: str, place: int) -> bool:
    """Tell whether a call or a list opens here, and not an interval."""
    if text[place] == "(":
        return place > 0 and (text[place - 1].isalnum() or text[place - 1] == "_")
    end = text.find("]", place)
    return text[place] == "[" and end > 0 and ".." not in text[place:end]


def _pieces(part: str) -> list[str]:
    """Give the expressions one test is made of."""
    if "?" in (bare := _replaced(part)[1]):
        raise ExpressionError("syntax", bare[:60])
    interval = _INTERVAL.fullmatch(part)
    if interval:
        return [interval[2], interval[3]]
    comparison = _COMPARISON.fullmatch(part)
    return [comparison[2]] if comparison else [_replaced(part)[0]]


def _one(part: str, value: Any, data: Mapping[str, Any]) -> bool:
    """Tell whether one test of a cell holds."""
    interval = _INTERVAL.fullmatch(part)
    if interval:
        return _inside(interval, value, data)
    comparison = _COMPARISON.fullmatch(part)
    if comparison:
        sign = "==" if comparison[1] == "=" else comparison[1]
        return expressions.holds(f"input {sign} ({comparison[2]})", {**data, "input": value})
    text, _ = _replaced(part)
    if text != part:
        return expressions.holds(text, {**data, "input": value})
    wanted = expressions.evaluate(part, data)
    return bool(value in wanted if isinstance(wanted, list) and not isinstance(value, list)
                else _same(value, wanted))


def _same(value: Any, wanted: Any) -> bool:
    """Tell whether two values are equal and of one kind: a truth value is no number."""
    return isinstance(value, bool) == isinstance(wanted, bool) and bool(value == wanted)


def _inside(interval: re.Match[str], value: Any, data: Mapping[str, Any]) -> bool:
    """Tell whether a value lies in `[a..b]`; `(`, `]` before and `)`, `[` behind leave the end out."""
    lower = ">=" if interval[1] == "[" else ">"
    upper = "<=" if interval[4] == "]" else "<"
    return expressions.holds(f"input {lower} ({interval[2]}) and input {upper} ({interval[3]})",
                             {**data, "input": value})


def _replaced(text: str) -> tuple[str, str]:
    """Put the name `input` for every `?` outside quotes; gives the text, and what is left outside quotes."""
    out, bare, quote = [], [], ""
    for sign in text:
        if quote:
            quote = "" if sign == quote else quote
            out.append(sign)
        elif sign in "\"'":
            quote = sign
            out.append(sign)
        else:
            out.append("input" if sign == "?" else sign)
            bare.append("" if sign == "?" else sign)
    return "".join(out), "".join(bare)
