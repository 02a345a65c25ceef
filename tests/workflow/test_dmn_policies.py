"""Hit policies, defaults, outputs, languages and what a decision requires: what a table answers, and which rows are
named."""

from __future__ import annotations

import pytest

from engine.workflow.dmn import decisions, tables
from engine.workflow.dmn.decisions import DecisionError
from engine.workflow.language.expressions import ExpressionError
from tests.effort import at_most
from tests.workflow.dmn import column, literal, only, output, read, table

LEVELS = '"high", "low"'
ROWS = [(["-"], ['"low"']), (["> 5"], ['"high"']), (["> 8"], ['"low"'])]


def _asked(policy, n, *, values=LEVELS, rows=ROWS, default=""):
    return decisions.decide(only(table("t", policy, [column("n")], [output("level", values, default)], rows)), {"n": n})


@pytest.mark.parametrize(("policy", "n", "rules", "answer"), [
    ("FIRST", 9, ("r1",), "low"), ("PRIORITY", 9, ("r2", "r1", "r3"), "high"), ("PRIORITY", 1, ("r1",), "low"),
    ("RULE ORDER", 9, ("r1", "r2", "r3"), ["low", "high", "low"]), ("RULE_ORDER", 1, ("r1",), ["low"]),
    ("OUTPUT ORDER", 9, ("r2", "r1", "r3"), ["high", "low", "low"]),
    ("COLLECT", 9, ("r1", "r2", "r3"), ["low", "high", "low"]),
    ("COLLECT/COUNT", 9, ("r1", "r2", "r3"), 3), ("COLLECT/MIN", 9, ("r1", "r2", "r3"), "high"),
])
def test_every_hit_policy_answers_as_it_promises(policy, n, rules, answer):
    assert _asked(policy, n) == (rules, {"level": answer})


def test_numbers_are_added_up_as_decimals():
    rows = [(["-"], ["0.1"]), (["> 1"], ["0.2"])]
    asked = [_asked(f"COLLECT/{how}", 2, values="", rows=rows)[1]["level"] for how in ("SUM", "MIN", "MAX", "COUNT")]
    assert asked == [0.3, 0.1, 0.2, 2]
    with pytest.raises(ExpressionError):
        _asked("COLLECT/SUM", 2, values="", rows=[(["-"], ['"x"'])])


def test_priority_goes_through_the_outputs_from_left_to_right():
    rows = [(["-"], ['"b"', '"x"']), (["-"], ['"a"', '"y"']), (["-"], ['"a"', '"x"'])]
    one = only(table("t", "PRIORITY", [column("n")], [output("first", '"a","b"'), output("then", '"x","y"')], rows))
    assert decisions.decide(one, {"n": 1}) == (("r3", "r2", "r1"), {"first": "a", "then": "x"})


def test_an_output_worked_out_from_data_must_be_one_of_those_listed():
    one = only(table("t", "PRIORITY", [column("n")], [output("level", LEVELS)], [(["-"], ["other.level"])]))
    assert decisions.decide(one, {"n": 1, "other": {"level": "low"}})[1] == {"level": "low"}
    with pytest.raises(DecisionError, match="not-listed"):
        decisions.decide(one, {"n": 1, "other": {"level": "none"}})


def test_a_value_that_the_table_does_not_allow_is_told_and_null_is_left_to_the_cells():
    one = only(table("t", "FIRST", [column("n", "number", "[1..10]")], [output("level", LEVELS)],
                     [(["null"], ['"low"']), (["< 5"], ['"high"']), (["-"], ["other.level"])]))
    assert decisions.decide(one, {"n": 2})[1] == {"level": "high"}
    assert decisions.decide(one, {"n": None})[1] == {"level": "low"}
    with pytest.raises(DecisionError, match="value-not-allowed: 11"):
        decisions.decide(one, {"n": 11})
    with pytest.raises(DecisionError, match="not-listed: none"):
        decisions.decide(one, {"n": 7, "other": {"level": "none"}})


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "ANY", "PRIORITY"])
def test_no_row_is_an_error_unless_there_is_a_default(policy):
    rows = [(["> 5"], ['"high"'])]
    with pytest.raises(DecisionError, match="no-rule"):
        _asked(policy, 1, rows=rows)
    assert _asked(policy, 1, rows=rows, default='"low"') == ((), {"level": "low"})
    assert _asked(policy, 9, rows=rows, default='"low"') == (("r1",), {"level": "high"})


@pytest.mark.parametrize("policy", ["RULE ORDER", "OUTPUT ORDER", "COLLECT"])
def test_no_row_is_an_empty_list_where_every_row_counts(policy):
    assert _asked(policy, 1, rows=[(["> 5"], ['"high"'])]) == ((), {"level": []})


def test_an_output_without_a_default_is_null_and_so_is_an_empty_cell():
    one = only(table("t", "FIRST", [column("n")], [output("a", default="n + 1"), output("b")], [(["> 5"], ["1", ""])]))
    assert decisions.decide(one, {"n": 1})[1] == {"a": 2, "b": None}
    assert decisions.decide(one, {"n": 6})[1] == {"a": 1, "b": None}


def test_any_agrees_and_unique_is_checked_also_where_it_depends_on_data():
    rows = [(["< limit.high"], ["1"]), (["> limit.low"], ["other.fee"])]
    data = {"n": 5, "limit": {"low": 1, "high": 9}, "other": {"fee": 1}}
    for policy, reason in (("ANY", "rules-differ"), ("UNIQUE", "not-unique")):
        one = only(table("t", policy, [column("n")], [output("fee")], rows))
        if policy == "ANY":
            assert decisions.decide(one, data) == (("r1", "r2"), {"fee": 1})
        with pytest.raises(DecisionError, match=f"{reason}: r1, r2"):
            decisions.decide(one, {**data, "other": {"fee": 2}})


@pytest.mark.parametrize("namespace", tables.NAMESPACES)
def test_every_version_of_dmn_is_read(namespace):
    found, complaints = read(table("t", "FIRST", [column("n")], [output("x")], [(["1"], ["2"])]), namespace=namespace)
    assert (list(found), complaints) == (["t"], [])


@pytest.mark.parametrize(("language", "asked", "cell", "answer"), [
    ("", "n + 1", "> 5", '"x" if n == 6 else "y"'), ("", "if n > 1 then 9 else 1", "> 5", 'if n = 6 then "x" else "y"'),
    ("feel", "n + 1", "? > 5 and ? < 9", 'if n = 6 then "x" else "y"'),
    ("https://www.omg.org/spec/DMN/20191111/FEEL/", "n", "in_list.values", '"x"'),
    ("juel", "n + 1", "cellInput > 5", "n == 6 ? 'x' : 'y'"), ("juel", "${n}", "${cellInput == 6}", "${'x'}"),
    ("python", "n", "? > 5", "'x' if n == 6 else 'y'"), ("", "=n + 1", "7", '="x"'), ("", "${n + 1}", "7", "${'x'}"),
])
def test_cells_are_read_in_the_language_they_are_in(language, asked, cell, answer):
    one = only(table("t", "FIRST", [column(asked)], [output("a")], [([cell], [answer])]), language=language)
    assert decisions.decide(one, {"n": 6, "in_list": {"values": [5, 6]}}) == (("r1",), {"a": "x"})
    own = only(table("t", "FIRST", [column(asked, language=language)], [output("a")], [([cell], [answer])],
                     language=language))
    assert decisions.decide(own, {"n": 6, "in_list": {"values": [6]}})[1] == {"a": "x"}


def test_an_input_that_is_missing_is_null_in_feel_and_told_in_ours():
    rows = [(["null"], ['"none"']), (["> 5"], ['"much"']), (["not(1)"], ['"else"'])]
    said = only(table("t", "FIRST", [column("n")], [output("a")], rows), language="feel")
    assert decisions.decide(said, {})[1] == {"a": "none"}
    assert decisions.decide(said, {"n": 2})[1] == {"a": "else"}
    with pytest.raises(ExpressionError, match="missing"):
        decisions.decide(only(table("t", "FIRST", [column("n")], [output("a")], rows)), {})


@pytest.mark.parametrize(("kind", "cell", "value", "fits"), [
    ("date", '>= date("2026-07-01")', "2026-07-01", True), ("", '< date("2026-07-01")', "2026-07-01", False),
    ("number", "> 5", "12", True), ("integer", "12", "12", True), ("string", '"12"', "12", True),
    ("date", '< "2026-07-01"', "2026-06-30", True), ("number", "> 5", 12, True),
])
def test_a_text_is_read_as_what_its_column_holds(kind, cell, value, fits):
    one = only(table("t", "COLLECT", [column("n", kind)], [output("a")], [([cell], ["1"])]))
    assert decisions.decide(one, {"n": value})[1] == {"a": [1] if fits else []}
    if kind == "number":
        with pytest.raises(ExpressionError, match="kinds"):
            decisions.decide(one, {"n": "many"})


def test_a_table_of_a_hundred_rows_takes_no_millisecond():
    rows = [([f'"K{n % 10}","L{n}"', f"[{n * 10}..{n * 10 + 10})", "< limit.high"], [f"{n} * 2"]) for n in range(100)]
    one = only(table("t", "UNIQUE", [column("k"), column("n"), column("m")], [output("fee")], rows))
    data = {"k": "K9", "n": 995, "m": 3, "limit": {"high": 9}}
    assert decisions.decide(one, data) == (("r100",), {"fee": 198})
    with at_most(0.2):
        for _ in range(200):
            decisions.decide(one, data)


def test_a_decision_is_worked_out_after_those_it_requires_and_each_once():
    base = table("base", "FIRST", [column("x.k")], [output("amount")], [(['"A"'], ["100"]), (["-"], ["50"])])
    twice = literal("twice", "base.amount * 2", requires=["base"])
    also = literal("also", "amount + 1", variable="more", requires=["base"])
    last = table("last", "FIRST", [column("twice"), column("more")], [output("sum"), output("rest")],
                 [(["> 100", "-"], ["twice + also", "base"])], requires=["twice", "also", "base"])
    found, complaints = read(last, twice, also, base)
    assert complaints == []
    assert decisions.decide(found["last"], {"x": {"k": "A"}}) == (
        ("base/r1", "twice/rule_1", "also/rule_1", "r1"), {"sum": 301, "rest": 100})
    assert decisions.decide(found["also"], {"x": {"k": "B"}}) == (("base/r2", "rule_1"), {"more": 51})
    assert {key: tables.names(one) for key, one in found.items()} == {
        "base": {"x"}, "twice": frozenset(), "also": frozenset(), "last": frozenset()}
    counted = []
    decisions.decide(found["last"], {"x": {"k": "A"}}, lambda: counted.append(1))
    assert len(counted) == 4


def test_a_required_decision_of_several_outputs_is_a_record_and_its_outputs_have_their_names():
    base = table("base", "FIRST", [column("n")], [output("a"), output("b")], [(["-"], ["1", '"x"'])])
    last = literal("last", '[base.a, a, b]', variable="all", requires=["base"])
    assert decisions.decide(only(base, last), {"n": 1})[1] == {"all": [1, 1, "x"]}


def test_a_required_decision_without_an_answer_stops_the_one_that_asks():
    base = table("base", "UNIQUE", [column("n")], [output("a")], [(["1"], ["1"])])
    with pytest.raises(DecisionError, match="no-rule"):
        decisions.decide(only(base, literal("last", "base + 1", requires=["base"])), {"n": 2})


def test_a_single_output_may_do_without_a_name():
    one = only(table("level", "FIRST", [column("n")], [output("")], [(["-"], ["1"])]))
    assert decisions.decide(one, {"n": 2})[1] == {"level": 1}


def test_a_decision_may_stop_between_its_rows():
    rows = [([f"{n}"], ["1"]) for n in range(50)]
    one = only(table("t", "FIRST", [column("n")], [output("a")], rows))
    counted = []

    def tick():
        counted.append(1)
        if len(counted) > 10:
            raise TimeoutError
    with pytest.raises(TimeoutError):
        decisions.decide(one, {"n": 99}, tick)
