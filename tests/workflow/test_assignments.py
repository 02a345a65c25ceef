"""Script tasks: what lines assign, in which order, and what is no assignment."""

from __future__ import annotations

import contextlib
import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.workflow.language import assignments
from engine.workflow.language.assignments import Assignment, AssignmentError
from engine.workflow.language.expressions import ExpressionError
from tests.effort import at_most
from tests.workflow.mutations import SCRIPTS, mutated

DATA = {"a": {"n": 2, "deep": {"k": "x"}}, "b": [1, 2], "n": 5}


@pytest.mark.parametrize(("script", "changed"), [
    ("x = n + 1", {"x": 6}), ("x = 1; y = x + 1", {"x": 1, "y": 2}),
    ("x = 1\n\n  # note\n// note\ny = 2 # end", {"x": 1, "y": 2}),
    ('x = "a;b#c//d"', {"x": "a;b#c//d"}), ("x = 'it\\'s; so' ; y = 1", {"x": "it's; so", "y": 1}),
    ("x = 7 // 2", {"x": 3}),
    ("a.n = 3", {"a": {"n": 3, "deep": {"k": "x"}}}), ("a.deep.k = n", {"a": {"n": 2, "deep": {"k": 5}}}),
    ("c.d.e = 1", {"c": {"d": {"e": 1}}}), ("a.n = 3\na.m = a.n", {"a": {"n": 3, "m": 3, "deep": {"k": "x"}}}),
    ("x = =if n > 3 then \"big\" else \"small\"", {"x": "big"}), ("x = ${n + 1}", {"x": 6}), ("x = #{n + 1}", {"x": 6}),
    ("x = =gone", {"x": None}), ("x = =gone > 1", {"x": None}), ("x=n==5", {"x": True}), ("", {}), ("\n;;\n", {}),
    ("b = b + [3]", {"b": [1, 2, 3]}), ("x = null", {"x": None}),
])
def test_lines_are_worked_out_one_after_another(script, changed):
    before = copy.deepcopy(DATA)
    assert assignments.apply(script, DATA) == changed
    assert before == DATA


def test_what_a_script_reads_and_writes_is_known_before_it_runs():
    script = "x = a.n + y; y = x; a.m = y; z.k = z"
    assert assignments.names(script) == {"a", "y", "z"}
    assert assignments.targets(script) == {"x", "y", "a", "z"}
    assert assignments.parse("a.m = 1")[0] == Assignment(("a", "m"), "1", 1)


@pytest.mark.parametrize(("script", "line", "reason"), [
    ("x = 1\nimport os", 2, "assignment"), ("print(1)", 1, "assignment"), ("x += 1", 1, "assignment"),
    ("if x: y = 1", 1, "assignment"),
    ("x == 1", 1, "assignment"), ("X = 1", 1, "assignment"), ("x[0] = 1", 1, "assignment"), ("del x", 1, "assignment"),
    ("x = 1\n\ny = __import__('os')", 3, "call"), ("x =", 1, "syntax"), ("x = y = 1", 1, "syntax"),
    ("len = 1", 1, "not-allowed"),
    ("has.x = 1", 1, "not-allowed"), ("x = lambda: 1", 1, "not-allowed"), ("x = =today()", 1, "impure"),
    ("x.__class__ = 1", 1, "assignment"),
    ("_x = 1", 1, "assignment"), ("a..b = 1", 1, "assignment"), ("x: int = 1", 1, "assignment"),
    ("x = ${a.b()}", 1, "method"),
    ("execution.setVariable('x', 1)", 1, "assignment"), ("x = 1\ny = 'open", 2, "syntax"),
    ("while True: pass", 1, "assignment"),
    ("function f() { return 1 }", 1, "assignment"), ("var x = 1", 1, "assignment"), ("x = (1,\n2)", 1, "syntax"),
])
def test_anything_else_is_refused_by_its_line(script, line, reason):
    with pytest.raises(AssignmentError) as refused:
        assignments.parse(script)
    assert (refused.value.line, refused.value.reason) == (line, reason)
    assert refused.value.sentence.en.startswith(f"line {line}: ")
    assert refused.value.sentence.vi.startswith(f"dòng {line}: ")


def test_a_line_that_fails_is_named():
    for script, reason in (("x = 1\ny = gone", "missing"), ("x = 1\nn.k = 2", "not-a-record"),
    ("x = 1\nb.k = 2", "not-a-record"),
                           ("x = 1\ny = n / 0", "failed")):
        with pytest.raises(AssignmentError, match=reason) as failed:
            assignments.apply(script, DATA)
        assert failed.value.line == 2


def test_a_script_is_bounded():
    assert len(assignments.parse("x = 1\n" * 50)) == 50
    for script in ("x = 1\n" * 51, "x = 1;" * 51, "#" * 20_001):
        with pytest.raises(ExpressionError):
            assignments.parse(script)
    grows = "x = 'aaaaaaaaaa'\n" + "x = x + x\n" * 49
    with at_most(0.5), pytest.raises(ExpressionError):
        assignments.apply(grows, {})
    with at_most(0.5), pytest.raises(ExpressionError):
        assignments.apply("x = 9999999999\n" + "x = x * x\n" * 49, {})
    doubled = "x = [1]\n" + "x = [x, x]\n" * 12 + "y = [1]\n" + "y = [y, y]\n" * 12 + "z = x == y"
    with at_most(0.5):
        assert assignments.apply(doubled, {})["z"] is True
    with at_most(0.5), pytest.raises(ExpressionError, match="value-too-large"):
        assignments.apply("x = [1]\n" + "x = [x, x]\n" * 40, {})


_PIECES = st.sampled_from(["x", "a.n", "=", "==", "1", "'s'", '"', "'", ";", "#", "//", "\n", "(", ")", "[", "]",
"${", "}", "#{",
                           "import os", "__class__", ".", "+", "if", "else", "lambda", ":", "del", "{", "not", "\\",
                           "\u2028"])


@settings(max_examples=600, deadline=None)
@given(st.lists(_PIECES, max_size=25).map(" ".join) | st.text(max_size=60) | mutated(SCRIPTS))
def test_any_text_is_a_script_or_refused(script):
    before = copy.deepcopy(DATA)
    with at_most(1), contextlib.suppress(ExpressionError):
        changed = assignments.apply(script, DATA)
        assert set(changed) <= assignments.targets(script)
    assert before == DATA
