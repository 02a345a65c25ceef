"""`${…}` and `#{…}` in our language, and the Python of spiff-arena: what is translated, what is refused by its name."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.workflow.language import conditions, dialects, expressions
from engine.workflow.language.expressions import ExpressionError
from tests.effort import at_most
from tests.workflow.mutations import JUEL, mutated


@pytest.mark.parametrize(("juel", "ours"), [
    ("${a > 5}", "a > 5"), ("#{a.b eq 'x'}", 'a.b == "x"'), ("${a == null}", "not has(a)"),
    ("${null != a.b}", "has(a.b)"),
    ("${a != null && !b}", "has(a) and not b"), ("${empty a}", "empty(a)"), ("${not empty a.b}", "not empty(a.b)"),
    ("${a ? 'x' : 'y'}", '"x" if a else "y"'), ("${a['k'] lt 3}", "a.k < 3"), ("${a[0].b}", "a[0].b"),
    ("${execution.getVariable('x') == 'a'}", 'x == "a"'), ("${a + b}", "sum([a, b])"), ("${a + 1}", "a + 1"),
    ("${a * 2 + b}", "a * 2 + b"), ("${a and b or c}", "a and b or c"), ("${a || b && c}", "a or b and c"),
    ("${(a || b) && c}", "(a or b) and c"), ("${1 div 2}", "1 / 2"), ("${a gt 5 ? b : c}", "b if a > 5 else c"),
    ('${a=="x"}', 'a == "x"'), (" ${ a } ", "a"), ("${!(a > 5)}", "not a > 5"), ("${a ne b}", "a != b"),
    ("${-a < 3}", "-a < 3"), ("${a['first name'] == 1}", 'a["first name"] == 1'), ("${'it\\'s' == a}", '"it\'s" == a'),
    ("${true}", "true"), ("${a ? b : c ? d : e}", "b if a else d if c else e"),
])
def test_it_is_said_in_our_language(juel, ours):
    assert dialects.translate(juel, "juel") == ours
    expressions.translate(juel)


@pytest.mark.parametrize(("juel", "reason", "detail"), [
    ("${bean.run(a)}", "method", "bean.run"), ("${a.equals('x')}", "method", "a.equals"), ("${now()}", "method", "now"),
    ("${a.b.c.d()}", "method", "d"), ("${a['k']('x')}", "method", "k"), ("${execution.id}", "method", "execution"),
    ("${execution.setVariable('a', 1)}", "method", "execution.setVariable"), ("${execution}", "method", "execution"),
    ("${execution.getVariable(x)}", "no-equal", "x"), ("${fn:length(a)}", "unexpected", ":"),
    ("hello ${a}", "mixed", "hello ${a}"), ("${a}${b}", "mixed", "${a}${b}"), ("${a} > 5", "mixed", "${a} > 5"),
    ("a > 5", "mixed", "a > 5"), ("${a", "mixed", "${a"), ("${'a' + b}", "no-equal", "+"),
    ("${a % 2}", "no-equal", "%"),
    ("${a mod 2}", "no-equal", "%"), ("${}", "unexpected", "…"), ("${a = 1}", "unexpected", "="),
    ("${a;b}", "unexpected", ";"),
    ("${x -> x}", "unexpected", "->"), ("${a instanceof b}", "unexpected", "instanceof"),
    ("${{'a': 1}}", "unexpected", "{"),
    ("${[1,2]}", "unexpected", "["), ("${a ? b}", "unexpected", "…"), ("${'a}", "quote", "'a"),
    ("${a[b]}", "no-equal", "b"),
    ("${a.}", "unexpected", "…"), ("${class}", "not-allowed", "class"),
    ("${" + "(" * 60 + "a" + ")" * 60 + "}", "too-complex", ""),
    ("${" + "!" * 60 + "a}", "too-complex", ""), ("${" + "a" * 2000 + "}", "too-long", ""),
    ("${T(java.lang.Runtime)}", "method", "T"),
])
def test_what_has_no_equal_is_refused_by_its_name(juel, reason, detail):
    with pytest.raises(ExpressionError) as refused:
        dialects.translate(juel, "juel")
    assert (refused.value.reason, refused.value.detail) == (reason, detail)
    assert refused.value.sentence.vi != refused.value.sentence.en


def test_what_juel_would_convert_is_told_and_never_silent():
    for text, data in (("${a == 5}", {"a": "5"}), ("${a == 'true'}", {"a": True}), ("${a > 5}", {"a": "7"}),
                       ("${a + b}", {"a": "1", "b": "2"}), ("${a}", {}), ("${a > 5}", {}), ("${!a}", {"a": "true"})):
        with pytest.raises(ExpressionError):
            expressions.evaluate(text, data)
    assert expressions.holds("${a == null}", {}) is True
    assert expressions.holds("${a != null}", {"a": 5}) is True


def test_a_condition_in_either_language_is_looked_at_as_one_of_ours():
    assert conditions.translate("=review.outcome = \"yes\"").names == {"review"}
    assert conditions.translate("${review.outcome == 'yes'}").names == {"review"}
    with pytest.raises(ExpressionError, match="whole-record"):
        conditions.translate("${review == 'yes'}")
    with pytest.raises(ExpressionError, match="not-boolean"):
        conditions.translate("=1 + 2")
    assert conditions.fitting("${done > 5}", {"review"}).names == {"done"}


@pytest.mark.parametrize(("python", "ours"), [
    ("a.startswith('x')", 'starts_with(a, "x")'), ("a.b.lower() == 'x'", 'lower(a.b) == "x"'),
    ("a['b'] == 1", 'a["b"] == 1'),
    ("a in ('x', 'y') and not b", 'a in ["x", "y"] and not b'), ("len(a) > 0", "len(a) > 0"),
    ("a is None", "a is null"),
    ("1 if a == True else -2", "1 if a == true else -2"), ("(a or b) and c", "(a or b) and c"),
    ("a // 2 % 3", "a // 2 % 3"),
    ("a - (b - c)", "a - (b - c)"), ("-(a + b)", "-(a + b)"), ("not (a and b)", "not (a and b)"),
    ("1 < a <= 5", "1 < a <= 5"),
])
def test_python_of_another_engine_is_ours_as_far_as_it_goes(python, ours):
    assert dialects.translate(python, "python") == ours
    assert dialects.translate(ours, "python") == ours


@pytest.mark.parametrize("python", [
    "a.get('k')", "datetime.now()", "import os", "lambda: 1", "[x for x in a]", "f'{a}'", "a = 1", "{'a': 1}", "str(a)",
    "a.lower().format(1)", "a[1:2]", "a := 1", "a ** 2", "a.__class__", "~a", "*a", "b'x'", "a.startswith(x='1')",
    "a.has(b)"])
def test_the_rest_of_python_is_refused(python):
    with pytest.raises(ExpressionError):
        dialects.translate(python, "python")


_PIECES = st.sampled_from([
    "a", "b.c", "empty", "not", "and", "or", "eq", "div", "(", ")", "[", "]", "{", "}", "${", "#{", ".", ",", "==",
    "!=", "<",
    "&&", "||", "!", "?", ":", "+", "-", "*", "%", "'x'", '"', "'", "1", "2.5", "1e9", "null", "true",
    "execution.getVariable(",
    "T(", "__class__", "->", ";", "\\", "\n", "à", "ⅷ", "\x00"])


@settings(max_examples=800, deadline=None)
@given(st.lists(_PIECES, max_size=25).map(" ".join) | st.text(max_size=50) | mutated(JUEL),
       st.sampled_from(["juel", "python"]))
def test_any_text_is_said_in_our_language_or_refused(text, dialect):
    wrapped = f"${{{text}}}" if dialect == "juel" else text
    with at_most(1), contextlib.suppress(ExpressionError):
        said = dialects.translate(wrapped, dialect)
        expressions.translate(said)
        assert dialects.translate(said, "python") == said       # it is in our language, and written as we write it
