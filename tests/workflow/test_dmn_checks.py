"""What is wrong with a table is found when it is published: rows that hold together, cells that never hold, outputs
that are not listed, kinds of decision we do not run."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine import workflow
from engine.workflow.dmn import cells, decisions, reaches, tables
from engine.workflow.dmn.cells import Seen
from engine.workflow.dmn.decisions import DecisionError
from engine.workflow.language.expressions import ExpressionError
from tests.effort import at_most
from tests.workflow.dmn import LATEST, column, expressed, file, literal, output, read, table
from tests.workflow.mutations import CELLS, mutated


def _found(policy, inputs, rows, *, values="", language=""):
    rows = [(tests, answers if isinstance(answers, list) else [answers]) for tests, answers in rows]
    return read(table("t", policy, inputs, [output("x", values)], rows), language=language)[1]


@pytest.mark.parametrize(("kind", "one", "two", "together"), [
    ("number", "< 18", ">= 18", False), ("number", "<= 18", ">= 18", True), ("number", "[1..5)", "[5..9]", False),
    ("number", "[1..5]", "[5..9]", True), ("number", "(1..2)", "]1..2[", True), ("integer", "(1..2)", "-", None),
    ("integer", "> 17", "< 18", False), ("number", "> 17", "< 18", True), ("integer", "> 17", "< 19", True),
    ("string", '"a","b"', '"c"', False), ("string", '"a","b"', '"b"', True), ("string", 'not("a")', '"a"', False),
    ("string", 'not("a")', '"b"', True), ("string", 'not("a")', 'not("b")', True), ("", "-", "-", True),
    ("", "1", "-", True),
    ("boolean", "true", "false", False), ("boolean", "not(true)", "false", True),
    ("boolean", "not(true)", "true", False),
    ("date", '< date("2026-07-01")', '>= date("2026-07-01")', False), ("", '"a"', "1", False),
    ("", "null", "> 5", False),
    ("date", '[date("2026-01-01")..date("2026-12-31")]', '@"2026-05-05"', True), ("", "null", "-", True),
    ("", 'duration("P5D")', '< duration("P6D")', True), ("number", "? > 5 and ? < 9", "7", True),
    ("", "null", "null", True),
    ("number", "? > 5 and ? < 9", "9", False), ("number", "? in [1, 2]", "2", True),
    ("number", "< limit.high", "1", False),
    ("number", "not([1..5])", "3", False), ("number", "not([1..5])", "6", True), ("number", "not(< 5)", "< 5", False),
    ("number", "? = 5 or ? > 9", "[6..9]", False), ("number", "5 < ?", "<= 5", False), ("", "!= 5", "5", False),
    ("number", "not([1..5], [4..9])", "[2..8]", False), ("number", "1, 2, 3", "[2.5..2.9]", False),
    ("number", "<1,>5", "[1..5]", False),
])
def test_two_rows_of_a_unique_table_may_not_hold_together(kind, one, two, together):
    found = _found("UNIQUE", [column("a.n", kind)], [([one], "1"), ([two], "2")])
    expected = {True: ["t overlapping-rules r1 r2"], False: [], None: ["t never-matches r1"]}[together]
    assert found == expected


def test_rows_are_looked_at_over_all_columns_and_over_columns_that_ask_the_same():
    inputs = [column("a.k", "string", '"A","B"'), column("a.n", "number")]
    apart = [(['"A"', "< 5"], "1"), (['"A"', ">= 5"], "2"), (['"B"', "-"], "3"), (['not("A")', "limit.n"], "4")]
    assert _found("UNIQUE", inputs, apart) == []
    assert _found("UNIQUE", inputs, [*apart, (['not("A")', "> 100"], "5")]) == ["t overlapping-rules r3 r5"]
    twice = [column("a.n"), column("a.n")]
    assert _found("UNIQUE", twice, [(["> 1", "< 5"], "1"), ([">= 5", "< 9"], "2")]) == []
    assert _found("UNIQUE", twice, [(["> 1", "< 5"], "1"), (["< 9", ">= 4"], "2")]) == ["t overlapping-rules r1 r2"]


def test_rows_that_may_hold_together_are_no_fault_where_the_policy_expects_them():
    rows = [(["-"], '"a"'), (["> 5"], '"b"')]
    for policy in ("FIRST", "COLLECT", "RULE ORDER"):
        assert _found(policy, [column("a.n")], rows) == []
    assert _found("ANY", [column("a.n")], rows) == ["t overlapping-rules r1 r2"]
    assert _found("ANY", [column("a.n")], [(["-"], '"a"'), (["> 5"], '"a"')]) == []
    assert _found("ANY", [column("a.n")], [(["-"], '"a"'), (["> 5"], "a.k")]) == []


@pytest.mark.parametrize(("kind", "values", "cell"), [
    ("", "", "[9..1]"), ("", "", "(1..1)"), ("number", "", '"x"'), ("string", "", "5"), ("string", "", "> 5"),
    ("string", '"A","B"', '"C"'), ("string", '"A","B"', '"A","C"'), ("number", "[1..10]", "> 10"),
    ("number", "[1..10]", "11"),
    ("boolean", "", '"true"'), ("boolean", "", "1"), ("integer", "", "1.5"), ("string", '"A"', 'not("A")'),
    ("", "", '["a"..5)'), ("", "", "< true"), ("number", "", "? > 5 and ? < 3"),
])
def test_a_cell_that_can_never_hold_is_found(kind, values, cell):
    assert _found("FIRST", [column("a.n", kind, values)], [([cell], "1")]) == ["t never-matches r1"]


@pytest.mark.parametrize(("kind", "values", "cell"), [
    ("string", '"A","B"', '"A"'), ("number", "", "null"), ("date", "", '< "2026-01-01"'),
    ("number", "[1..10]", "limit.n"),
    ("number", "", "not(5)"), ("", "", "1.5"), ("feel:string", "", '"x"'), ("tLevel", "", '"x"'),
    ("string", "limit.all", '"x"'),
])
def test_a_cell_that_may_hold_is_left_alone(kind, values, cell):
    assert _found("FIRST", [column("a.n", kind, values)], [([cell], "1")]) == []


@pytest.mark.parametrize(("decision", "found"), [
    (table("t", "PRIORITY", [column("n")], [output("x")], [(["1"], ["2"])]), "t missing-output-values"),
    (table("t", "OUTPUT ORDER", [column("n")], [output("x")], [(["1"], ["2"])]), "t missing-output-values"),
    (table("t", "FIRST", [column("n")], [output("x", '"a","b"')], [(["1"], ['"c"'])]), "t output-not-listed r1"),
    (table("t", "BEST", [column("n")], [output("x")], [(["1"], ["2"])]), "t unsupported-hit-policy"),
    (table("t", "FIRST/SUM", [column("n")], [output("x")], [(["1"], ["2"])]), "t unsupported-hit-policy"),
    (table("t", "COLLECT/MEAN", [column("n")], [output("x")], [(["1"], ["2"])]), "t unsupported-hit-policy"),
    (table("t", "FIRST", [column("n")], [output("x")], []), "t empty-table"),
    (table("t", "FIRST", [column("n")], [output("x"), output("x")], [(["1"], ["2", "3"])]), "t output-name"),
    (table("t", "FIRST", [column("n")], [output("X")], [(["1"], ["2"])]), "t output-name"),
    (table("t", "FIRST", [column("n")], [output("x")], [(["1", "2"], ["2"])]), "t uneven-rule r1"),
    (table("t", "FIRST", [column("n")], [output("x")], [(["1 2"], ["2"])]), "t expression"),
    (table("t", "FIRST", [column("n")], [output("x")], [(["1"], ["today()"])]), "t expression"),
    (table("t", "FIRST", [column("some x in n satisfies x")], [output("x")], [(["1"], ["2"])]), "t expression"),
    (table("t", "FIRST", [column("n", values="[1..")], [output("x")], [(["1"], ["2"])]), "t expression"),
    (table("t", "FIRST", [column("n")], [output("x", '"a",')], [(["1"], ["2"])]), "t expression"),
    (table("t", "FIRST", [column("n")], [output("x", default="import os")], [(["1"], ["2"])]), "t expression"),
    (table("t", "FIRST", [column("n")], [output("x")], [(["1"], ["2"])], language="groovy"), "t unsupported-language"),
    ('<decision id="t"><invocation/></decision>', "t unsupported-decision"),
    ('<decision id="t"><context/></decision>', "t unsupported-decision"),
    ('<decision id="t"><relation/></decision>', "t unsupported-decision"),
    ('<decision id="t"><list/></decision>', "t unsupported-decision"),
    ('<decision id="t"><functionDefinition/></decision>', "t unsupported-decision"),
    ('<decision id="t"><conditional/></decision>', "t unsupported-decision"),
    ('<decision id="t"><filter/></decision>', "t unsupported-decision"),
    ('<decision id="t"/>', "t unsupported-decision"),
    ('<businessKnowledgeModel id="t"/>', "t unsupported-decision"),
    ('<decisionService id="t"/>', "t unsupported-decision"),
    ('<decision><literalExpression><text>1</text></literalExpression></decision>', " missing-id"),
    (literal("t", "x +"), "t expression"), (literal("t", "1", requires=["t"]), "t decision-cycle"),
    (literal("t", "1", requires=["gone"]), "t unknown-required-decision"),
])
def test_what_cannot_be_decided_is_refused_by_name(decision, found):
    tables_read, complaints = read(decision)
    assert (tables_read, complaints[0]) == ({}, found if not found.startswith(" ") else "-" + found)


def test_decisions_that_require_each_other_are_named_and_those_behind_them_left_out():
    found, complaints = read(literal("a", "b", requires=["b"]), literal("b", "c", requires=["c"]),
                             literal("c", "a", requires=["a"]), literal("d", "1"), literal("e", "gone",
                             requires=["bad"]),
                             literal("bad", "x +"))
    assert list(found) == ["d"]
    assert sorted(complaints) == ["a decision-cycle", "b decision-cycle", "bad expression", "c decision-cycle"]


def test_a_chain_of_decisions_is_bounded():
    chain = [literal(f"d{n}", f"d{n - 1} + 1", requires=[f"d{n - 1}"]) for n in range(1, 30)]
    found, complaints = read(*reversed(chain), literal("d0", "0"))
    assert 15 < len(found) < 30
    assert complaints
    assert all(one.endswith("decision-cycle") for one in complaints)
    assert decisions.decide(found["d15"], {})[1] == {"d15": 15}


def test_large_tables_are_refused_and_the_check_of_others_is_bounded():
    many = [([str(n)], "1") for n in range(1, 5002)]
    assert _found_of_raw(many) == ["t table-too-large"]
    long = [([",".join(str(n * 300 + m) for m in range(300))], "1") for n in range(80)]
    assert _found("FIRST", [column("a.n")], long) == ["t too-many-tests"]
    assert read(literal("t", '"' + "x" * 1_000_001 + '"'))[1] == ["- tables-too-large"]
    ranges = [([f"[{n * 10}..{n * 10 + 10})", "-"], "1") for n in range(1000)]
    with at_most(2):
        assert _found("UNIQUE", [column("a.n"), column("a.k")], ranges) == []
    with at_most(2):
        found = _found("UNIQUE", [column("a.n"), column("a.k")], [(["-", "< limit.n"], "1")] * 1500)
    assert found == []
    with at_most(2):
        assert len(_found("UNIQUE", [column("a.n")], [(["-"], "1")] * 1500)) == 20


def _found_of_raw(rows):
    """Read a table too large for the bound on elements of a file, which is the guard's."""
    root = etree.fromstring(file(table("t", "FIRST", [column("n")], [output("x")], [(a, [b]) for a, b in rows])))
    found: list[str] = []
    assert list(tables.read(root, "x.dmn", lambda element, code, facts: found.append(f"{element} {code}"))) == []
    return found


def test_a_problem_of_a_table_is_told_with_file_element_and_remedy():
    bad = file(table("t", "UNIQUE", [column("n")], [output("x")], [(["> 1"], ["1"]), (["> 2"], ["2"])]))
    (problem,) = [one for one in workflow.check({"fee.dmn": bad}) if one.severity == "error"]
    assert (problem.file, problem.element, problem.code) == ("fee.dmn", "t", "overlapping-rules")
    assert "r1" in problem.message.vi
    assert "r2" in problem.message.en
    assert problem.remedy.vi
    assert LATEST in bad.decode()
    assert expressed("a", "<") == "<a><text>&lt;</text></a>"


_VALUES = st.sampled_from([None, True, False, 0, 1, 2, 2.5, 3, 7, "a", "b", "c"])
_ENDS = st.integers(0, 4).map(str) | st.sampled_from(['"a"', '"b"', '"c"'])
_ONE = st.one_of(
    _ENDS, st.sampled_from(["null", "true", "false"]), st.tuples(st.sampled_from(["<", "<=", ">", ">=", "!="]),
    _ENDS).map(" ".join),
    st.tuples(st.sampled_from("[(]"), _ENDS, _ENDS,
    st.sampled_from("])[")).map(lambda p: f"{p[0]}{p[1]}..{p[2]}{p[3]}"))
_CELLS = st.lists(_ONE, min_size=1, max_size=3).map(", ".join).flatmap(lambda text: st.sampled_from([text,
f"not({text})"]))


@settings(max_examples=800, deadline=None)
@given(_CELLS, _VALUES)
def test_what_is_known_of_a_cell_is_what_it_answers(text, value):
    cell = cells.read(text)
    reach = cell.reach
    assert reach is not None
    among = not reaches.common(reach, reaches.point(value)).empty
    try:
        holds = cell.holds(Seen(value, {}))
    except ExpressionError:
        return      # values of two kinds: told, when a case asks
    if value is not None:
        assert holds is among
    elif holds:
        assert among


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(_CELLS, _CELLS), min_size=2, max_size=5), _VALUES, _VALUES)
def test_a_unique_table_that_passes_the_check_never_has_two_rows_for_a_case(rows, a, b):
    found, _ = read(table("t", "UNIQUE", [column("a"), column("b")], [output("x")],
                          [(list(tests), [str(n)]) for n, tests in enumerate(rows)]))
    assert {_failure(one, {"a": a, "b": b}) for one in found.values()} <= {"", "no-rule", "expression"}


def _failure(one, data):
    """Ask a table: the reason why it gives no answer, empty when it gives one."""
    try:
        decisions.decide(one, data)
    except DecisionError as error:
        return error.reason
    except ExpressionError:
        return "expression"         # values of two kinds
    return ""


_PIECES = st.sampled_from([
    "1", "2", '"x"', "-", "<", ">=", "=", "!=", "[", "]", "(", ")", "..", ",", "?", "not", "not(", "null", "true",
    "and", "or",
    "date(", "a", "b.c", "in", "if", "then", "else", '"', "'", "{", "}", "${", "#{", "__import__", "open(", ".",
    "input", "\\"])


@settings(max_examples=1000, deadline=None)
@given(st.lists(_PIECES, max_size=20).map(" ".join) | st.text(max_size=40) | mutated(CELLS),
       st.sampled_from(["", "feel", "juel",
"python"]),
       _VALUES)
def test_any_cell_is_read_or_refused(text, language, value):
    with at_most(1), contextlib.suppress(ExpressionError):
        cell = cells.read(text, language)
        assert cell.reach is None or cell.reach.kinds is not None
        assert cell.holds(Seen(value, {"a": 1, "b": {"c": [1, "x"]}})) in (True, False)
