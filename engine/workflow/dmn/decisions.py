"""Decisions, answered by ourselves in the one expression language: hit policies, defaults, what a decision requires,
matched rules. The library's own tables let a second match of UNIQUE pass and never match `1,5`; so they are not used.
What a cell means lives in `cells`, reading a table from XML in `tables`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.workflow.dmn import cells
from engine.workflow.dmn.cells import Cell, Language, Seen
from engine.workflow.language import expressions, spans
from engine.workflow.language.expressions import Expression, ExpressionError
from engine.workflow.language.functions import FUNCTIONS
from engine.workflow.language.operators import alike
from engine.workflow.language.reasons import Cause
from engine.workflow.language.tokens import plain_number

HitPolicy = Literal["UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]
Aggregation = Literal["SUM", "MIN", "MAX", "COUNT"]
SEVERAL = frozenset({"RULE ORDER", "OUTPUT ORDER", "COLLECT"})      # policies under which every row counts


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: its id, the tests of its inputs (`None`: any value) and the expressions of its outputs."""

    id: str
    tests: tuple[str | None, ...]
    outputs: tuple[str, ...]
    languages: tuple[Language, ...] = ()        # of the tests; none: ours or FEEL


@dataclass(frozen=True, slots=True)
class Needed:
    """A decision that is worked out first, and the names under which its result is read: each with the output it
    stands for, or None for the record of all of them."""

    table: Table
    names: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Table:
    """One decision: what it reads, what it answers, and how many rows may match. A decision that is one expression is
    a table of one row without inputs.

    `kinds` are the kinds its inputs are declared to have (`whole` for whole numbers), `allowed` the unary tests of the
    values they may have, `listed` the values of each output in their order, `defaults` the answer when no row matches,
    `needs` the decisions it requires."""

    id: str
    name: str
    file: str
    policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]
    kinds: tuple[str | None, ...] = ()
    allowed: tuple[str | None, ...] = ()
    listed: tuple[tuple[Any, ...], ...] = ()
    defaults: tuple[str | None, ...] = ()
    needs: tuple[Needed, ...] = ()
    program: list[Program] = field(default_factory=list, init=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Row:
    """A row read for asking: the columns it tests with their cells, and its outputs."""

    id: str
    tests: tuple[tuple[int, Cell], ...]
    outputs: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A table read for asking."""

    inputs: tuple[Expression, ...]
    readers: tuple[Callable[[Any], Any], ...]
    allowed: tuple[Cell | None, ...]
    rows: tuple[Row, ...]


class DecisionError(Cause):
    """A table that gives no answer, or two; `rules` are the rows concerned."""

    def __init__(self, reason: str, rules: tuple[str, ...] = (), detail: str = "") -> None:
        super().__init__(reason, detail or ", ".join(rules))
        self.rules = rules


def decide(table: Table, data: Mapping[str, Any],
           tick: Callable[[], None] = lambda: None) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Ask a table: the ids of the rows that matched and the answer. An input no row asks about is never read;
    `tick` is called before every row and may stop it all. Rows of a decision that was required are named
    `decision/row`, in front.

    UNIQUE: exactly one row may match. FIRST: the first counts. ANY: rows that match must agree. PRIORITY: the row
    whose outputs are listed first counts. COLLECT, RULE ORDER, OUTPUT ORDER: every row counts, the answers as lists
    (in the last, in the order in which the outputs are listed) or aggregated.

    Raises:
        DecisionError: no row (`no-rule`), more than one (`not-unique`), rows that differ (`rules-differ`), an input
            that is none of the values it may have (`value-not-allowed`) or an output that is none (`not-listed`).
        ExpressionError: an input or a cell fails on the data.
    """
    known: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {}
    rules, answer = _decided(table, data, tick, known)
    earlier = [f"{key}/{rule}" for key, (matched, _) in known.items() for rule in matched if key != table.id]
    return (*earlier, *rules), answer


def _decided(table: Table, data: Mapping[str, Any], tick: Callable[[], None],
             known: dict[str, tuple[tuple[str, ...], dict[str, Any]]]) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Ask a table after the decisions it requires; each is worked out once."""
    if table.id in known:
        return known[table.id]
    results: dict[str, Any] = {}
    for need in table.needs:
        _, found = _decided(need.table, data, tick, known)
        for name, output in need.names.items():
            results[name] = found if output is None else found[output]
    seen = {**data, **results} if results else data
    matched, answers = _matches(table, seen, tick)
    if table.policy in ("PRIORITY", "OUTPUT ORDER"):
        matched, answers = _ordered(table, matched, answers)
    known[table.id] = (tuple(row.id for row in matched), _answer(table, matched, answers, seen))
    return known[table.id]


def program(table: Table) -> Program:
    """Give a table read for asking; that is done once.

    Raises:
        ExpressionError: a cell is not allowed.
    """
    if not table.program:
        inputs = tuple(map(expressions.translate, table.inputs))
        rows = tuple(_row(rule) for rule in table.rules)
        kinds = table.kinds or (None,) * len(inputs)
        readers = tuple(_reader(kind, [cell for row in rows for place, cell in row.tests if place == column])
                        for column, kind in enumerate(kinds))
        allowed = tuple(None if text is None else cells.read(text) for text in table.allowed or (None,) * len(inputs))
        table.program.append(Program(inputs, readers, allowed, rows))
    return table.program[0]


def _row(rule: Rule) -> Row:
    """Read one row."""
    languages = rule.languages or ("",) * len(rule.tests)
    tests = tuple((place, cells.read(text, language))
                  for place, (text, language) in enumerate(zip(rule.tests, languages, strict=True)) if text is not None)
    return Row(rule.id, tests, tuple(map(expressions.translate, rule.outputs)))


def _reader(kind: str | None, column: Iterable[Cell]) -> Callable[[Any], Any]:
    """Give how a text is read in a column: as a date where every value written in it is one, as a number where the
    column is declared to be one too; else as it is."""
    found = {one for cell in column for piece in cell.pieces if piece.reach is not None for one in piece.reach.kinds}
    if found == {"date"}:
        return _as_date
    return _as_number if kind in ("number", "whole") and found == {"number"} else lambda value: value


def _as_date(value: Any) -> Any:
    """Read a text that is a date; anything else stays as it is."""
    try:
        return spans.day(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _as_number(value: Any) -> Any:
    """Read a text that is a number; anything else stays as it is."""
    found = plain_number(value) if isinstance(value, str) else None
    return value if found is None else found


def _matches(table: Table, data: Mapping[str, Any],
             tick: Callable[[], None]) -> tuple[list[Row], list[dict[str, Any]]]:
    """Give the rows that match, with their answers; FIRST stops at the first."""
    ready = program(table)
    values: dict[int, Seen] = {}
    matched, answers = [], []
    for row in ready.rows:
        tick()
        if not _fits(ready, row, values, data):
            continue
        matched.append(row)
        answers.append(_checked(table, {name: expressions.answer(output, data)
                                        for name, output in zip(table.outputs, row.outputs, strict=True)}))
        if table.policy == "FIRST":
            break
    return matched, answers


def _fits(ready: Program, row: Row, values: dict[int, Seen], data: Mapping[str, Any]) -> bool:
    """Tell whether every test of a row holds; inputs are worked out once, when first asked about."""
    for place, cell in row.tests:
        seen = values.get(place)
        if seen is None:
            seen = values[place] = _asked(ready, place, data)
        if not cell.holds(seen):
            return False
    return True


def _asked(ready: Program, place: int, data: Mapping[str, Any]) -> Seen:
    """Work out an input.

    Raises:
        DecisionError: it is none of the values the input may have (`value-not-allowed`); null always may be.
    """
    seen = Seen(ready.readers[place](expressions.answer(ready.inputs[place], data)), data)
    allowed = ready.allowed[place]
    if allowed is not None and seen.value is not None and not allowed.holds(seen):
        raise DecisionError("value-not-allowed", (), str(seen.value)[:60])
    return seen


def _checked(table: Table, answer: dict[str, Any]) -> dict[str, Any]:
    """Give an answer back if every value of it is among those listed for its output, where any are; null always is.

    Raises:
        DecisionError: one is not (`not-listed`).
    """
    for name, listed in zip(table.outputs, table.listed, strict=False):
        if listed and answer[name] is not None:
            _place(listed, answer[name])
    return answer


def _answer(table: Table, matched: list[Row], answers: list[dict[str, Any]], data: Mapping[str, Any]) -> dict[str, Any]:
    """Make the one answer of a table from those of the rows that match."""
    identities = tuple(row.id for row in matched)
    if table.policy in SEVERAL:
        return _collected(table, answers)
    if not matched:
        return _default(table, data)
    if table.policy == "UNIQUE" and len(matched) > 1:
        raise DecisionError("not-unique", identities)
    if table.policy == "ANY" and any(answer != answers[0] for answer in answers):
        raise DecisionError("rules-differ", identities)
    return answers[0]


def _default(table: Table, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give the answer of a table when no row matches; an output without a default is null.

    Raises:
        DecisionError: the table has no default (`no-rule`).
    """
    if not any(table.defaults):
        raise DecisionError("no-rule")
    return {name: None if text is None else expressions.evaluate(text, data)
            for name, text in zip(table.outputs, table.defaults, strict=True)}


def _ordered(table: Table, matched: list[Row],
             answers: list[dict[str, Any]]) -> tuple[list[Row], list[dict[str, Any]]]:
    """Put rows and their answers into the order in which the values of the outputs are listed, the first output
    before the next.

    Raises:
        DecisionError: a value is not listed (`not-listed`).
    """
    columns = [(name, listed) for name, listed in zip(table.outputs, table.listed, strict=True) if listed]
    order = sorted(range(len(matched)), key=lambda one: [_place(listed, answers[one][name])
                                                         for name, listed in columns])
    return [matched[one] for one in order], [answers[one] for one in order]


def _place(listed: tuple[Any, ...], value: Any) -> int:
    """Tell at which place a value is listed; null comes last.

    Raises:
        DecisionError: it is not listed (`not-listed`).
    """
    for place, one in enumerate(listed):
        if alike(one, value):
            return place
    if value is None:
        return len(listed)
    raise DecisionError("not-listed", (), str(value)[:60])


def _collected(table: Table, answers: list[dict[str, Any]]) -> dict[str, Any]:
    """Put the answers of many rows together: lists, or one number per output."""
    lists = {name: [answer[name] for answer in answers] for name in table.outputs}
    if table.aggregation is None:
        return dict(lists)
    if table.aggregation == "COUNT":
        return {name: len(values) for name, values in lists.items()}
    if not answers and table.aggregation != "SUM":
        raise DecisionError("no-rule")
    combine = FUNCTIONS[table.aggregation.lower()]
    try:
        return {name: combine(values) for name, values in lists.items()}
    except (TypeError, ArithmeticError) as error:
        raise ExpressionError("failed", str(error)) from error


def holds(text: str, value: Any, data: Mapping[str, Any]) -> bool:
    """Tell whether a cell's unary test holds for an input's value: `-`, `"a","b"`, `[1..4]`, `< 5`, `not(…)`,
    a value, or a condition in which `?` stands for the input.

    Raises:
        ExpressionError: the cell is not allowed or fails on these values.
    """
    return cells.read(text).holds(Seen(value, data))


def validate(text: str, language: Language = "") -> frozenset[str]:
    """Check a cell without data; gives the names it reads.

    Raises:
        ExpressionError: the cell is no unary test we know.
    """
    return cells.read(text, language).names
