"""Expressions that read what cannot have been stored yet when they are asked: every case that comes there would stop.

Two things are certain. What is read whatever the data are, where it is asked the first time a case comes there, must
be stored on some way that leads there for the first time. And what no way at all stores before, also not by coming
back, is never there. All else may be, and nothing is said of it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from engine.workflow import instances, timers
from engine.workflow.checks.written import TooLarge, Written
from engine.workflow.definition import Step
from engine.workflow.dmn.decisions import Table
from engine.workflow.language import assignments, expressions
from engine.workflow.language.expressions import ExpressionError
from engine.workflow.reading import Edge, Node, Process

Complain = Callable[[str, str | None, str, Mapping[str, str]], None]


@dataclass(frozen=True)
class _Reading:
    """One expression: the element it stands in, the step a case comes to, what is known there besides, and whether it
    is asked as soon as a case comes there for the first time."""

    element: str
    text: str
    at: str
    known: frozenset[str] = frozenset()
    at_once: bool = True


def examine(processes: Mapping[str, Process], steps: Mapping[tuple[str, str], Step], tables: Mapping[str, Table],
            stored: Callable[[Process, Node], Iterator[str]], complain: Complain) -> None:
    """Complain of every expression that reads what is stored only later, or never before it. Names nothing stores at
    all are complained of elsewhere."""
    try:
        written = Written(processes, stored)
        anywhere = set().union(*written.every.values())
        for process in processes.values():
            for reading in _readings(process, steps, tables, written):
                _judge(process, reading, written, anywhere, complain)
    except TooLarge:
        return


def _judge(process: Process, reading: _Reading, written: Written, anywhere: set[str], complain: Complain) -> None:
    """Complain of the first name of one expression that cannot be there."""
    try:
        read, certain = expressions.names(reading.text) & anywhere, certainly(reading.text)
    except ExpressionError:
        return
    if not read - reading.known:
        return
    ever = written.before(process.id, reading.at) | reading.known
    never = sorted(read - ever)
    late: list[str] = []
    if reading.at_once and read & certain:
        late = sorted((read & certain) - written.at_first(process.id, reading.at) - reading.known)
    stops = [name for name in never if name in certain] or late
    if stops:
        complain(process.file, reading.element, "reads-later", {"name": stops[0], "id": reading.at})
    elif never:
        complain(process.file, reading.element, "never-read", {"name": never[0], "id": reading.at})


def certainly(text: str) -> frozenset[str]:
    """Give the names an expression reads whatever the data are, where a missing one stops the case.

    Raises:
        ExpressionError: the text is not of the language.
    """
    return frozenset(_certain(expressions.parsed(text)))


def _certain(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, ast.BoolOp):
        return _certain(node.values[0])
    if isinstance(node, ast.IfExp):
        return _certain(node.test) | (_certain(node.body) & _certain(node.orelse))
    if isinstance(node, ast.Compare):
        return _certain(node.left) | _certain(node.comparators[0])
    if isinstance(node, ast.Call):
        sure = not (isinstance(node.func, ast.Name) and node.func.id == "has")
        return set().union(*map(_certain, node.args)) if sure else set()
    return set().union(*map(_certain, ast.iter_child_nodes(node)))


def _readings(process: Process, steps: Mapping[tuple[str, str], Step], tables: Mapping[str, Table],
              written: Written) -> Iterator[_Reading]:
    """Give every expression of a process that stops a case where what it reads is not there. The condition of an event
    does not: until it can be worked out it is not true."""
    for node in process.nodes.values():
        yield from _conditions(node, process.outgoing.get(node.id, []), written.own[process.id])
        yield from _times(node)
        yield from _several(node, written)
        yield from _script(node)
        decision = steps[process.id, node.id].decision if node.kind == "decision" else None
        if decision in tables:
            yield from _inputs(node, tables[decision or ""])


def _conditions(node: Node, out: list[Edge], own: Mapping[str, set[str]]) -> Iterator[_Reading]:
    """Of the flows of an exclusive gateway only the first is asked every time; of other steps all, after the step has
    stored what it stores."""
    known = frozenset(own[node.id])
    asked = [edge for edge in out if edge.condition and edge.id != node.default]
    for place, edge in enumerate(asked):
        yield _Reading(edge.id, edge.condition or "", node.id, known, place == 0 or node.kind != "exclusive")


def _times(node: Node) -> Iterator[_Reading]:
    """The time of an event on a step is worked out when the step begins; that of a start is looked at elsewhere."""
    if node.timer and node.kind != "start" and timers.literal(node.timer[1]) is None:
        yield _Reading(node.id, node.timer[1], node.attached_to or node.id)


def _several(node: Node, written: Written) -> Iterator[_Reading]:
    """How often an activity is done is asked when it begins; whether again or enough, after what it stored."""
    if node.many is None:
        return
    many, known = node.many, frozenset({node.id, *written.inside(node), *instances.COUNTS})
    for text in filter(None, (many.collection, many.cardinality)):
        yield _Reading(node.id, text, node.id)
    for text in filter(None, (many.until, many.again)):
        yield _Reading(node.id, text, node.id, known)


def _script(node: Node) -> Iterator[_Reading]:
    """A line of a script reads what the lines before it wrote."""
    try:
        lines = assignments.parse(node.script or "")
    except ExpressionError:
        return
    for number, line in enumerate(lines):
        yield _Reading(node.id, line.expression, node.id, frozenset(one.target[0] for one in lines[:number]))


def _inputs(node: Node, table: Table) -> Iterator[_Reading]:
    """Of the inputs of a table, the one its first row asks about first is read every time; what a table gets from the
    tables it requires is there."""
    for need in table.needs:
        yield from _inputs(node, need.table)
    known = frozenset(name for need in table.needs for name in need.names)
    first = next((place for place, test in enumerate(table.rules[0].tests) if test is not None), None) \
        if table.rules else None
    for place, text in enumerate(table.inputs):
        yield _Reading(node.id, text, node.id, known, place == first)
