"""Decision tables: what a cell means, what a hit policy promises, and which rows are named."""

from __future__ import annotations

import pytest

from engine import workflow
from engine.domain.errors import Halted
from engine.workflow.dmn import decisions
from engine.workflow.dmn.decisions import DecisionError, Rule, Table
from engine.workflow.language.expressions import ExpressionError
from tests.workflow.making import FILES, NOW, act, definition, files, keys


@pytest.mark.parametrize(("cell", "value", "holds"), [
    ("5", 5, True), ("5", 6, False), ('"a"', "a", True), ('"a","b"', "b", True), ('"a", "b"', "c", False),
    ('"a,b"', "a,b", True), ("1,5", 5, True), ("1,5", 3, False), ("[1..4]", 1, True), ("[1..4]", 4, True),
    ("(1..4)", 1, False), ("]1..4[", 4, False), ("[1..4)", 4, False), ("[1..4]", 2.5, True), ("< 6", 5, True),
    (">= 6", 5, False), ("<= 6", 6, True), ("!= 6", 5, True), ("= 6", 6, True), ("not(1,2)", 3, True),
    ("not(1,2)", 2, False), ('not("A")', "B", True), ("not([1..4])", 5, True), ("? > 2 and ? < 9", 5, True),
    ("? > 2 and ? < 9", 9, False), ('? in ["x?", "y"]', "x?", True), ("true", True, True), ("false", True, False),
    ("1", True, False), ("true", 1, False), ("< limit.high", 5, True), ("limit.high", 9, True),
    ("limit.classes", "C", True), ("limit.classes", "B", False), ('date("2026-07-01")', None, False),
    ("null", None, True), ("<5,>10", 11, True), ("max(1, 2), 7", 2, True),
])
def test_a_cell_means_what_it_says(cell, value, holds):
    data = {"limit": {"high": 9, "classes": ["C", "D"]}}
    assert decisions.holds(cell, value, data) is holds
    decisions.validate(cell)


@pytest.mark.parametrize("cell", ["[1..", "1,,2", '"a', "not(", "< ", "..", "1 2", "a b", "__import__('os')", "[1..4",
                                  "{1}", "?.x()", "5;", "=="])
def test_a_cell_that_means_nothing_is_refused(cell):
    with pytest.raises(ExpressionError):
        decisions.validate(cell)


def _table(policy, rules, aggregation=None):
    return Table("t", "", "t.dmn", policy, aggregation, ("x.age",), ("fee",),
                 tuple(Rule(key, (test,), (output,)) for key, test, output in rules))


def test_unique_refuses_a_second_match_and_no_match():
    table = _table("UNIQUE", [("r1", ">= 18", "1"), ("r2", "< 30", "2")])
    assert decisions.decide(table, {"x": {"age": 40}}) == (("r1",), {"fee": 1})
    with pytest.raises(DecisionError, match="not-unique: r1, r2"):
        decisions.decide(table, {"x": {"age": 20}})
    with pytest.raises(DecisionError, match="no-rule"):
        decisions.decide(_table("UNIQUE", [("r1", "> 99", "1")]), {"x": {"age": 20}})


def test_first_any_and_collect():
    rules = [("r1", ">= 18", "1"), ("r2", "< 30", "2"), ("r3", None, "2")]
    age = {"x": {"age": 20}}
    assert decisions.decide(_table("FIRST", rules), age) == (("r1",), {"fee": 1})
    assert decisions.decide(_table("COLLECT", rules), age) == (("r1", "r2", "r3"), {"fee": [1, 2, 2]})
    for aggregation, answer in (("SUM", 5), ("MIN", 1), ("MAX", 2), ("COUNT", 3)):
        assert decisions.decide(_table("COLLECT", rules, aggregation), age)[1] == {"fee": answer}
    assert decisions.decide(_table("ANY", rules[1:]), age) == (("r2", "r3"), {"fee": 2})
    with pytest.raises(DecisionError, match="rules-differ"):
        decisions.decide(_table("ANY", rules), age)
    assert decisions.decide(_table("COLLECT", [("r1", "> 99", "1")]), age) == ((), {"fee": []})


def test_an_input_nobody_asks_about_is_not_read():
    assert decisions.decide(_table("FIRST", [("r1", None, "1")]), {}) == (("r1",), {"fee": 1})
    with pytest.raises(ExpressionError, match="missing"):
        decisions.decide(_table("FIRST", [("r1", "1", "1")]), {})


def test_a_business_rule_task_keeps_its_answer_and_names_its_rows():
    read = definition("deciding")
    position = workflow.start(read, {"licence_class": "A1", "age": 20}, NOW)
    assert position.data["fee"] == {"amount": 135000}
    assert [(one.ref, one.key, one.rules, one.answer) for one in position.decisions] == [
        ("fee_table", "fee", ("motorcycle",), {"amount": 135000})]
    position = act(read, position, "pay", {"receipt": "1"})
    assert position.ended
    assert position.data["route"] == {"unit": ["archive"]}
    free = workflow.start(read, {"licence_class": "B", "age": 80}, NOW)
    assert (free.ended, [one.rules for one in free.decisions]) == (True, [("old",), ("all", "cars")])


def test_a_table_without_an_answer_halts_at_its_step():
    with pytest.raises(Halted) as halt:
        workflow.start(definition("deciding"), {"licence_class": "B", "age": 10}, NOW)
    assert (halt.value.code, halt.value.element) == ("decision", "fee")


@pytest.mark.parametrize(("old", "new", "code"), [
    ('hitPolicy="UNIQUE"', 'hitPolicy="PRIORITY"', "missing-output-values"),
    ('hitPolicy="UNIQUE"', 'hitPolicy="OUTPUT ORDER"', "missing-output-values"),
    ('hitPolicy="UNIQUE"', 'hitPolicy="BEST"', "unsupported-hit-policy"),
    ('hitPolicy="UNIQUE"', 'hitPolicy="UNIQUE" aggregation="SUM"', "unsupported-hit-policy"),
    ('hitPolicy="COLLECT"', 'hitPolicy="COLLECT" aggregation="AVG"', "unsupported-hit-policy"),
    ("[18..80)", "[18..80", "expression"), ("not(\"A1\",\"A2\")", "not(\"A1\",", "expression"),
    ("filing.age", "__import__('os')", "expression"), ("filing.age", "applicant.age", "unknown-name"),
    ('<outputEntry id="c1"><text>0</text></outputEntry>', "", "uneven-rule"),
    ('name="amount"', 'name="Lệ phí"', "output-name"),
    ('<decisionTable id="t2" hitPolicy="COLLECT">', '<decisionTable id="t2"/><decisionTable id="t3">',
     "unsupported-decision"),
    ('<decision id="route_table" name="Nơi nhận">', '<decision id="route_table"><informationRequirement>'
     '<requiredDecision href="#route_table"/></informationRequirement>', "decision-cycle"),
    ('<decision id="route_table" name="Nơi nhận">', '<decision id="route_table"><informationRequirement>'
     '<requiredDecision href="#elsewhere"/></informationRequirement>', "unknown-required-decision"),
    ("[18..80)", "[80..18)", "never-matches"), ('not("A1","A2")', '"A1"', "overlapping-rules"),
    ("<outputEntry id=\"c1\"><text>0</text>", "<outputEntry id=\"c1\"><text>0 +</text>", "expression"),
    ('id="defs"', 'id="defs" expressionLanguage="groovy"', "unsupported-language"),
    ("<decision id=\"route_table\"", "<decision id=\"fee_table\"", "duplicate-id"),
    ("https://www.omg.org/spec/DMN/20191111/MODEL/", "urn:else", "not-bpmn"),
])
def test_a_table_that_cannot_be_decided_is_refused_at_the_check(old, new, code):
    text = (FILES / "fee.dmn").read_text()
    assert old in text
    changed = {**files("deciding"), "fee.dmn": text.replace(old, new).encode()}
    found = {one.code for one in workflow.check(changed, "deciding") if one.severity == "error"}
    assert code in found


def test_what_is_paid_is_asked_for():
    assert keys(workflow.start(definition("deciding"), {"licence_class": "B", "age": 20}, NOW)) == ["pay"]
