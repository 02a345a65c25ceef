"""What is wrong with a decision table before any case asks it: rows that are not whole, cells that can never hold, rows
that hold together where one may, outputs that are not listed. What depends on the data of a case is not judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.workflow.dmn import cells, reaches
from engine.workflow.dmn.cells import Cell
from engine.workflow.dmn.decisions import Rule, Table
from engine.workflow.dmn.reaches import Reach, Stretch
from engine.workflow.language import expressions
from engine.workflow.language.expressions import Expression, ExpressionError
from engine.workflow.language.operators import alike

Complain = Callable[[str | None, str, Mapping[str, str]], None]
Refuse = Callable[..., None]

MAX_TESTS = 20_000      # values, ranges and comparisons in the cells of one table
MAX_PAIRS = 50_000      # of rows looked at; what is not looked at is found when a case asks
MOST_TOLD = 20          # of one kind for one table; who mends these sees the next
_JUDGED = frozenset({"text", "number", "truth"})


def examine(table: Table, refuse: Refuse) -> None:
    """Complain of everything in a table that cannot work as written."""
    if not table.rules or not table.outputs:
        refuse("empty-table")
    if len(set(table.outputs)) < len(table.outputs) or not all(map(expressions.NAME.fullmatch, table.outputs)):
        refuse("output-name", name=", ".join(table.outputs))
    if table.policy in ("PRIORITY", "OUTPUT ORDER") and not any(table.listed):
        refuse("missing-output-values", policy=table.policy)
    if sum(text.count(",") + 1 for rule in table.rules for text in rule.tests if text is not None) > MAX_TESTS:
        refuse("too-many-tests", limit=str(MAX_TESTS))
        return
    columns = [_Column(table, place) for place in range(len(table.inputs))]
    broken = [rule for rule in table.rules if not _whole(table, rule, refuse)]
    if not broken:
        _never(table, columns, refuse)
        _listed(table, refuse)
        if table.policy in ("UNIQUE", "ANY"):
            _overlaps(table, columns, refuse)


def _whole(table: Table, rule: Rule, refuse: Refuse) -> bool:
    """Complain of a row that lacks a cell, or has one that is not allowed."""
    if len(rule.tests) != len(table.inputs) or len(rule.outputs) != len(table.outputs):
        refuse("uneven-rule", rule=rule.id)
        return False
    good = True
    for place, text in enumerate(rule.tests):
        try:
            _cell(rule, place)
        except ExpressionError as error:
            refuse("expression", **error.facts(text or ""))
            good = False
    return good


def _cell(rule: Rule, place: int) -> Cell | None:
    """Give the cell of a row in a column; None for one that asks nothing."""
    text = rule.tests[place]
    return None if text is None else cells.read(text, rule.languages[place] if rule.languages else "")


class _Column:
    """An input with what may stand in it; what the cells hold for is worked out once for each text."""

    def __init__(self, table: Table, place: int) -> None:
        self.text = table.inputs[place]
        self.place = place
        kind = table.kinds[place] if table.kinds else None
        self.whole = kind == "whole"
        self.kind = "number" if kind == "whole" else kind
        allowed = table.allowed[place] if table.allowed else None
        self.allowed = cells.read(allowed).reach if allowed is not None else None
        self.known: dict[str, Reach | None] = {}
        self.meetings: dict[tuple[str, str], bool | None] = {}

    def possible(self, reach: Reach) -> Reach:
        """Leave out of some values those the input never has; null may be asked for by name whatever is allowed."""
        if self.allowed is not None:
            null = Reach({"null": reach.kinds.get("null", frozenset())})
            reach = reaches.union([reaches.common(reach, self.allowed), null])
        if self.kind in _JUDGED:
            reach = reaches.common(reach, reaches.of_kinds([self.kind]))
        return reaches.whole_numbers(reach) if self.whole else reach

    def reach(self, cell: Cell | None) -> Reach | None:
        """Give the values of the input a cell holds for; None when that is not known."""
        if cell is None:
            return self.possible(reaches.ANY)
        if cell.text not in self.known:
            found = cell.reach
            self.known[cell.text] = None if found is None else self.possible(found)
        return self.known[cell.text]

    def meet(self, one: Cell | None, two: Cell | None) -> bool | None:
        """Tell whether two cells hold for one value together; None when that is not known."""
        key = (one.text if one else "", two.text if two else "")
        if key not in self.meetings:
            first, second = self.reach(one), self.reach(two)
            self.meetings[key] = None if first is None or second is None else \
                not self.possible(reaches.common(first, second)).empty
        return self.meetings[key]


def _never(table: Table, columns: list[_Column], refuse: Refuse) -> None:
    """Complain of tests that can never hold."""
    told = 0
    for rule in table.rules:
        for column in columns:
            cell = _cell(rule, column.place)
            if cell is not None and told < MOST_TOLD and _hopeless(cell, column):
                refuse("never-matches", rule=rule.id, text=cell.text, source=column.text)
                told += 1


def _hopeless(cell: Cell, column: _Column) -> bool:
    """Tell whether a cell can never hold, or has a test that cannot."""
    whole = column.reach(cell)
    if whole is not None and whole.empty:
        return True
    return not cell.negated and any(piece.reach is not None and column.possible(piece.reach).empty
                                    for piece in cell.pieces)


def _listed(table: Table, refuse: Refuse) -> None:
    """Complain of outputs that are not among the values listed for their column."""
    told = 0
    for name, listed, place in zip(table.outputs, table.listed or ((),) * len(table.outputs), range(99), strict=False):
        for rule in table.rules if listed else ():
            known, value = _fixed(expressions.translate(rule.outputs[place]))
            if known and value is not None and told < MOST_TOLD and not any(alike(value, one) for one in listed):
                refuse("output-not-listed", rule=rule.id, text=rule.outputs[place], name=name)
                told += 1


def _fixed(found: Expression) -> tuple[bool, Any]:
    """Give whether an expression reads no data, and its value if so."""
    if found.names:
        return False, None
    try:
        return True, expressions.answer(found, {})
    except ExpressionError:
        return False, None


def _overlaps(table: Table, columns: list[_Column], refuse: Refuse) -> None:
    """Complain of two rows that hold for the same values, where one may or where they must agree."""
    rows = [[_cell(rule, column.place) for column in columns] for rule in table.rules]
    told: set[tuple[int, int]] = set()
    for count, (one, two) in enumerate(_pairs(rows, columns)):
        if count >= MAX_PAIRS or len(told) >= MOST_TOLD:
            return
        if (one, two) in told or not _together(rows[one], rows[two], columns):
            continue
        first, second = table.rules[one], table.rules[two]
        if table.policy == "ANY" and not _differ(first, second):
            continue
        told.add((one, two))
        refuse("overlapping-rules", first=first.id, second=second.id, policy=table.policy)


def _together(one: list[Cell | None], two: list[Cell | None], columns: list[_Column]) -> bool:
    """Tell whether two rows certainly hold for some values together; columns that ask the same are looked at as one."""
    by_input: dict[str, list[tuple[Reach, Reach]]] = {}
    for column, first, second in zip(columns, one, two, strict=True):
        meet = column.meet(first, second)
        if not meet:
            return False
        reach_one, reach_two = column.reach(first), column.reach(second)
        if reach_one is not None and reach_two is not None:
            by_input.setdefault(column.text, []).append((reach_one, reach_two))
    return all(len(pairs) == 1 or not _shared(pairs).empty for pairs in by_input.values())


def _shared(pairs: list[tuple[Reach, Reach]]) -> Reach:
    """Give the values for which all of some pairs hold."""
    found = reaches.ANY
    for one, two in pairs:
        found = reaches.common(found, reaches.common(one, two))
    return found


def _differ(one: Rule, two: Rule) -> bool:
    """Tell whether two rows certainly give different answers."""
    for first, second in zip(one.outputs, two.outputs, strict=True):
        known, value = _fixed(expressions.translate(first))
        also_known, other = _fixed(expressions.translate(second))
        if known and also_known and not alike(value, other):
            return True
    return False


def _pairs(rows: list[list[Cell | None]], columns: list[_Column]) -> Iterator[tuple[int, int]]:
    """Give the pairs of rows worth looking at: where a column holds single stretches, those that meet; else, where one
    holds single values, those that share one."""
    stretched = [_stretches(column, rows) for column in columns]
    most = max(stretched, key=len, default={})
    pointed = [[_points(column, row[column.place]) for row in rows] for column in columns]
    if len(most) > len(rows) // 2 or not pointed:
        return _swept(most, len(rows))
    return _sharing(max(pointed, key=lambda values: len(frozenset().union(*(one for one in values if one)))))


def _stretches(column: _Column, rows: list[list[Cell | None]]) -> dict[int, Stretch]:
    """Give the rows that hold for one stretch of numbers in a column, more than a single one."""
    found: dict[int, Stretch] = {}
    for number, row in enumerate(rows):
        reach = column.reach(row[column.place])
        part = reach.kinds.get("number", ()) if reach is not None and not reach.rest else ()
        if reach is not None and len(part) == 1 and sum(map(bool, reach.kinds.values())) == 1:
            found[number] = next(iter(part))
    return found


def _swept(stretches: Mapping[int, Stretch], number: int) -> Iterator[tuple[int, int]]:
    """Give the pairs of rows whose stretches meet, and every pair with a row that has none."""
    open_ones = [row for row in range(number) if row not in stretches]
    for two in range(number):
        yield from ((min(one, two), max(one, two)) for one in open_ones if one < two or two in stretches)
    active: list[int] = []
    for row in sorted(stretches, key=lambda one: (stretches[one].low is not None, stretches[one].low)):
        low = stretches[row].low
        active = [one for one in active if low is None or stretches[one].high is None or stretches[one].high >= low]
        yield from ((min(one, row), max(one, row)) for one in active)
        active.append(row)


def _sharing(values: list[frozenset[Any] | None]) -> Iterator[tuple[int, int]]:
    """Give the pairs of rows that share a value, and every pair with a row that has others."""
    buckets: dict[Any, list[int]] = {}
    open_ones: list[int] = []
    for two, values_of_two in enumerate(values):
        yield from ((one, two) for one in open_ones)
        for key in buckets if values_of_two is None else values_of_two:
            yield from ((one, two) for one in buckets.get(key, ()))
        if values_of_two is None:
            open_ones.append(two)
        else:
            for key in values_of_two:
                buckets.setdefault(key, []).append(two)


def _points(column: _Column, cell: Cell | None) -> frozenset[Any] | None:
    """Give the single values a cell holds for; None when there are others."""
    reach = column.reach(cell)
    return None if reach is None else reaches.points(reach)
