"""What a decision requires: which other decisions are worked out before it, and under which names it reads them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace

from lxml import etree

from engine.workflow.dmn import cells
from engine.workflow.dmn.decisions import Needed, Table
from engine.workflow.dmn.table_checks import Complain
from engine.workflow.language import expressions
from engine.workflow.reading import local

MAX_CHAIN = 20


def linked(found: Mapping[str, Table], elements: Mapping[str, etree._Element],
           complain: Complain) -> dict[str, Table]:
    """Give every decision with those it requires. One that requires itself, or what is not there, is left out; so is,
    without another word, one that requires a decision which was left out."""
    ahead = {key: _required(elements[key]) for key in elements}
    done: dict[str, Table] = {}
    for _ in range(MAX_CHAIN):
        for key, table in found.items():
            if key not in done and all(one in done for one in ahead[key]):
                done[key] = replace(table, needs=tuple(_needed(table, done[one], elements[one]) for one in ahead[key]))
    lost = _lost(found, ahead)
    for key in found:
        if key not in done and key not in lost:
            complain(key, "decision-cycle", {"id": key, "steps": ", ".join(ahead[key]), "limit": str(MAX_CHAIN)})
        for one in ahead[key]:
            if one not in elements:
                complain(key, "unknown-required-decision", {"ref": one})
    return {key: done[key] for key in found if key in done}


def _lost(found: Mapping[str, Table], ahead: Mapping[str, list[str]]) -> set[str]:
    """Give the decisions that require, directly or not, one that is not there."""
    lost: set[str] = set()
    more = {key for key in found if any(one not in found for one in ahead[key])}
    while more - lost:
        lost |= more
        more = {key for key in found if any(one in lost for one in ahead[key])}
    return lost


def _required(element: etree._Element) -> list[str]:
    """Give the ids of the decisions a decision requires."""
    references = [one.get("href") or "" for requirement in element if local(requirement) == "informationRequirement"
                  for one in requirement if local(one) == "requiredDecision"]
    return list(dict.fromkeys(one.rpartition("#")[2] for one in references))


def _needed(table: Table, required: Table, element: etree._Element) -> Needed:
    """Find the names under which a decision reads one it requires: its id, its name or that of its variable, else
    those of its outputs. As `fee.amount` it reads the record, as `fee` the one value."""
    asked = read_names(table)
    variable = next((one.get("name") for one in element if local(one) == "variable"), None)
    names: dict[str, str | None] = {}
    for name in (required.id, variable, element.get("name")):
        if name and name in asked:
            names[name] = None if len(required.outputs) > 1 or _opened(table, name) else required.outputs[0]
    for output in required.outputs:
        if output in asked:
            names.setdefault(output, output)
    return Needed(required, names)


def read_names(table: Table) -> frozenset[str]:
    """Give every name the expressions of a decision read."""
    found: set[str] = set()
    for rule in table.rules:
        for text, language in _tests(rule.tests, rule.languages):
            found |= cells.read(text, language).names
    for text in _texts(table):
        found |= expressions.names(text)
    return frozenset(found - {"input"})


def _tests(tests: tuple[str | None, ...],
           languages: tuple[cells.Language, ...]) -> Iterator[tuple[str, cells.Language]]:
    """Give the cells of a row that ask something, each with its language."""
    for place, text in enumerate(tests):
        if text is not None:
            yield text, languages[place] if languages else ""


def _texts(table: Table) -> Iterator[str]:
    """Give the expressions of a decision other than its cells."""
    yield from table.inputs
    for rule in table.rules:
        yield from rule.outputs
    yield from (text for text in table.defaults if text is not None)


def _opened(table: Table, name: str) -> bool:
    """Tell whether a decision reads a field of what stands under a name."""
    for text in _texts(table):
        for node in ast.walk(expressions.parsed(text)):
            if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.value, ast.Name) and \
                    node.value.id == name:
                return True
    return False
