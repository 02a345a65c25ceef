"""Reading decisions from DMN files (1.1 to 1.5): tables, single expressions, and what a decision requires. What cannot
be decided as written is refused by name; what a table's rows promise each other is checked in `table_checks`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from lxml import etree

from engine.workflow.dmn import cells, requirements, table_checks
from engine.workflow.dmn.cells import Language
from engine.workflow.dmn.decisions import Rule, Table
from engine.workflow.dmn.table_checks import Complain
from engine.workflow.language import expressions
from engine.workflow.language.expressions import ExpressionError
from engine.workflow.reading import local

NAMESPACES = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/", "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)
MAX_RULES = 5_000
MAX_BYTES = 1_000_000

_POLICIES = frozenset({"UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"})
_AGGREGATIONS = frozenset({"SUM", "MIN", "MAX", "COUNT"})
_BOXED = frozenset({"invocation", "context", "relation", "functionDefinition", "list", "conditional", "for", "every",
                    "some", "filter"})
_KINDS = {
    "string": "text", "number": "number", "integer": "number", "long": "number", "double": "number",
    "decimal": "number", "boolean": "truth", "date": "date", "datetime": "instant", "dateandtime": "instant",
    "daytimeduration": "span", "daysandtimeduration": "span", "yearmonthduration": "months",
    "yearsandmonthsduration": "months",
}
_WHOLE = frozenset({"integer", "long"})


def read(root: etree._Element, file: str, complain: Complain) -> Iterator[Table]:
    """Give the decisions of a DMN file that can be decided, each with those it requires; `complain` is told of
    everything else."""
    if len(etree.tostring(root)) > MAX_BYTES:
        complain(None, "tables-too-large", {"limit": "1 MB"})
        return
    found: dict[str, Table] = {}
    elements: dict[str, etree._Element] = {}
    for element in root:
        key = element.get("id")
        if local(element) == "decision":
            elements.setdefault(key or "", element)
            table = _Reader(element, file, complain, root.get("expressionLanguage", "")).decision()
            if table is not None and table.id in found:
                complain(table.id, "duplicate-id", {"id": table.id})
            elif table is not None:
                found[table.id] = table
        elif local(element) in ("businessKnowledgeModel", "decisionService"):
            complain(key, "unsupported-decision", {"what": local(element)})
    yield from requirements.linked(found, elements, complain).values()


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    """Give the children of this local name."""
    return [one for one in element if local(one) == name]


def _first(element: etree._Element, name: str) -> etree._Element | None:
    """Give the first child of this local name."""
    return next((one for one in element if local(one) == name), None)


def _content(element: etree._Element | None) -> str:
    """Give the text an expression holds."""
    found = _first(element, "text") if element is not None else None
    return (found.text or "").strip() if found is not None else ""


class _Reader:
    """Reads one decision, and remembers whether anything in it had to be refused."""

    def __init__(self, element: etree._Element, file: str, complain: Complain, language: str) -> None:
        self.element = element
        self.key = element.get("id") or ""
        self.name = element.get("name") or ""
        self.file = file
        self.complain = complain
        self.default = language
        self.refused: set[str] = set()          # languages, each told once
        self.good = True

    def refuse(self, code: str, **facts: str) -> None:
        """Complain of the decision, which is then not given out."""
        self.good = False
        self.complain(self.key, code, facts)

    def decision(self) -> Table | None:
        """Read the decision; None when it is refused."""
        if not self.key:
            self.refuse("missing-id", name="decision")
        tables = _children(self.element, "decisionTable")
        single = _children(self.element, "literalExpression")
        table = None
        if len(tables) == 1 and not single:
            table = self.table(tables[0])
        elif len(single) == 1 and not tables:
            table = self.expression(single[0])
        else:
            self.refuse("unsupported-decision", what=next(
                (local(one) for one in self.element if local(one) in _BOXED), "decision"))
        if table is not None and self.good:
            table_checks.examine(table, self.refuse)
        return table if self.good else None

    def own_name(self) -> str:
        """Give the name of a result that has none of its own: that of the variable, or the decision's id."""
        variable = _first(self.element, "variable")
        named = variable.get("name") if variable is not None else None
        return next((one for one in (named, self.key) if one and expressions.NAME.fullmatch(one)), "value")

    def language(self, element: etree._Element | None) -> Language:
        """Give the language an expression is in; empty where none is said: ours, or FEEL."""
        said = (element.get("expressionLanguage") if element is not None else None) or self.default
        word = said.lower()
        known: Language
        for known in ("feel", "juel", "python"):
            if known in word:
                return known
        if said and said not in self.refused:
            self.refused.add(said)
            self.refuse("unsupported-language", name=said)
        return ""

    def text(self, element: etree._Element | None, *, empty: str = "") -> str:
        """Give the expression of an input or an output in our language."""
        content = _content(element) or empty
        try:
            said = cells.said(content, self.language(element), value=True)
            expressions.translate(said)
        except ExpressionError as error:
            self.refuse("expression", **error.facts(content))
            return ""
        return said

    def expression(self, element: etree._Element) -> Table:
        """Read a decision that is one expression: a table of one row that always holds."""
        row = Rule(element.get("id") or "rule_1", (), (self.text(element),))
        return Table(self.key, self.name, self.file, "FIRST", None, (), (self.own_name(),), (row,),
                     listed=((),), defaults=(None,))

    def table(self, element: etree._Element) -> Table | None:
        """Read a decision table."""
        policy = " ".join(element.get("hitPolicy", "UNIQUE").replace("_", " ").split())
        aggregation = element.get("aggregation")
        if policy not in _POLICIES or (aggregation and (policy != "COLLECT" or aggregation not in _AGGREGATIONS)):
            self.refuse("unsupported-hit-policy", policy=f"{policy} {aggregation or ''}".strip())
            return None
        rows = _children(element, "rule")
        if len(rows) > MAX_RULES:
            self.refuse("table-too-large", limit=str(MAX_RULES))
            return None
        inputs, outputs = _children(element, "input"), _children(element, "output")
        expressed = [_first(one, "inputExpression") for one in inputs]
        return Table(
            self.key, self.name, self.file, cast(Any, policy), cast(Any, aggregation or None),
            tuple(self.text(one) for one in expressed), tuple(self.output_name(one, outputs) for one in outputs),
            tuple(self.rule(one, number) for number, one in enumerate(rows, 1)),
            kinds=tuple(map(_kind, expressed)), allowed=tuple(self.allowed(one) for one in inputs),
            listed=tuple(self.listed(one) for one in outputs), defaults=tuple(self.fallback(one) for one in outputs))

    def output_name(self, element: etree._Element, outputs: list[etree._Element]) -> str:
        """Give the name of an output column; a column that stands alone may do without."""
        name = (element.get("name") or "").strip()
        return name or (self.own_name() if len(outputs) == 1 else "")

    def rule(self, element: etree._Element, number: int) -> Rule:
        """Read one row; a cell that is empty or `-` asks nothing, an output that is empty is null."""
        entries = _children(element, "inputEntry")
        tests = tuple(None if text in ("", "-") else text for text in map(_content, entries))
        return Rule(element.get("id") or f"rule_{number}", tests,
                    tuple(self.text(one, empty="null") for one in _children(element, "outputEntry")),
                    tuple(self.language(one) for one in entries))

    def allowed(self, element: etree._Element) -> str | None:
        """Give the unary tests of the values an input may have."""
        found = _first(element, "inputValues")
        text = _content(found)
        if text in ("", "-"):
            return None
        try:
            cells.read(text, self.language(found))
        except ExpressionError as error:
            self.refuse("expression", **error.facts(text))
            return None
        return text

    def listed(self, element: etree._Element) -> tuple[Any, ...]:
        """Give the values of an output in the order in which they are listed."""
        found = _first(element, "outputValues")
        text = _content(found)
        try:
            parts = cells.split(text) if text not in ("", "-") else []
            return tuple(expressions.evaluate(cells.said(one, self.language(found), value=True), {}) for one in parts)
        except ExpressionError as error:
            self.refuse("expression", **error.facts(text))
            return ()

    def fallback(self, element: etree._Element) -> str | None:
        """Give the expression of an output's default."""
        found = _first(element, "defaultOutputEntry")
        return self.text(found) if found is not None and _content(found) else None


def _kind(element: etree._Element | None) -> str | None:
    """Give the kind an input is declared to have; `whole` for whole numbers."""
    declared = (element.get("typeRef") or "") if element is not None else ""
    word = "".join(sign for sign in declared.rpartition(":")[2].lower() if sign.isalpha())
    return "whole" if word in _WHOLE else _KINDS.get(word)


def names(table: Table) -> frozenset[str]:
    """Give the names a decision reads from the data of a case; what it gets from those it requires is not one."""
    return requirements.read_names(table) - {name for need in table.needs for name in need.names}
