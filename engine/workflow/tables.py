"""Reading decision tables from DMN files (1.1 to 1.5); what cannot be decided as written is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from lxml import etree

from engine.workflow import decisions, expressions
from engine.workflow.decisions import Rule, Table
from engine.workflow.expressions import ExpressionError
from engine.workflow.reading import local

NAMESPACES = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/", "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)
MAX_RULES = 5_000

Complain = Callable[[str | None, str, Mapping[str, str]], None]


def read(root: etree._Element, file: str, complain: Complain) -> Iterator[Table]:
    """Give the tables of a DMN file that can be decided; `complain` is told of everything else."""
    for element in root:
        if local(element) == "decision":
            table = _decision(element, file, complain)
            if table is not None:
                yield table
        elif local(element) in ("businessKnowledgeModel", "decisionService"):
            complain(element.get("id"), "unsupported-decision", {"what": local(element)})


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    """Give the children of this local name."""
    return [one for one in element if local(one) == name]


def _content(element: etree._Element, name: str = "text") -> str:
    """Give the text of the first child of this name."""
    found = _children(element, name)
    return (found[0].text or "").strip() if found else ""


def _decision(element: etree._Element, file: str, complain: Complain) -> Table | None:
    """Read one decision; None when it is refused."""
    key = element.get("id") or ""
    tables = _children(element, "decisionTable")
    for requirement in element:
        if local(requirement) == "informationRequirement" and _children(requirement, "requiredDecision"):
            complain(key, "unsupported-decision", {"what": "requiredDecision"})
            return None
    if len(tables) != 1:
        other = next((local(one) for one in element if local(one) in ("literalExpression", "invocation", "context")),
                     "decision")
        complain(key, "unsupported-decision", {"what": other})
        return None
    return _table(key, element.get("name") or "", tables[0], file, complain)


def _table(key: str, name: str, element: etree._Element, file: str, complain: Complain) -> Table | None:
    """Read one decision table."""
    policy = " ".join(element.get("hitPolicy", "UNIQUE").split())
    aggregation = element.get("aggregation")
    if policy not in ("UNIQUE", "FIRST", "ANY", "COLLECT") or (
            aggregation and (policy != "COLLECT" or aggregation not in ("SUM", "MIN", "MAX", "COUNT"))):
        complain(key, "unsupported-hit-policy", {"policy": f"{policy} {aggregation or ''}".strip()})
        return None
    inputs = tuple(_content(expression) if (expression := next(iter(_children(one, "inputExpression")), None))
                   is not None else "" for one in _children(element, "input"))
    outputs = tuple((one.get("name") or "").strip() for one in _children(element, "output"))
    rules = tuple(_rule(one, number) for number, one in enumerate(_children(element, "rule"), 1))
    table = Table(key, name, file, cast(Any, policy), cast(Any, aggregation or None), inputs, outputs, rules)
    if len(rules) > MAX_RULES:
        complain(key, "table-too-large", {"limit": str(MAX_RULES)})
        return None
    return table if _sound(table, complain) else None


def _rule(element: etree._Element, number: int) -> Rule:
    """Read one row; a cell that is empty or `-` asks nothing."""
    tests = tuple(None if text in ("", "-") else text
                  for text in (_content(one) for one in _children(element, "inputEntry")))
    return Rule(element.get("id") or f"rule_{number}", tests,
                tuple(_content(one) for one in _children(element, "outputEntry")))


def _sound(table: Table, complain: Complain) -> bool:
    """Check that every cell can be worked out as written."""
    good = True

    def refuse(code: str, **facts: str) -> None:
        nonlocal good
        good = False
        complain(table.id, code, facts)

    if not table.rules or not table.outputs:
        refuse("empty-table")
    if len(set(table.outputs)) < len(table.outputs) or not all(map(expressions.NAME.fullmatch, table.outputs)):
        refuse("output-name", name=", ".join(table.outputs))
    for text in table.inputs:
        _try(expressions.names, text, refuse)
    for rule in table.rules:
        _check_rule(table, rule, refuse)
    return good


def _check_rule(table: Table, rule: Rule, refuse: Callable[..., None]) -> None:
    """Check the cells of one row."""
    if len(rule.tests) != len(table.inputs) or len(rule.outputs) != len(table.outputs):
        refuse("uneven-rule", rule=rule.id)
    for test in filter(None, rule.tests):
        _try(decisions.validate, test, refuse)
    for text in rule.outputs:
        _try(expressions.names, text, refuse)


def names(table: Table) -> frozenset[str]:
    """Give the names a table reads from the data of a case."""
    found: set[str] = set()
    for text in table.inputs:
        found |= expressions.names(text)
    for rule in table.rules:
        for test in filter(None, rule.tests):
            found |= decisions.validate(test)
        for text in rule.outputs:
            found |= expressions.names(text)
    return frozenset(found)


def _try(check: Callable[[str], object], text: str, refuse: Callable[..., None]) -> None:
    """Refuse a cell whose text is not allowed."""
    try:
        check(text)
    except ExpressionError as error:
        refuse("expression", **error.facts(text))
