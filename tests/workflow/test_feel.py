"""FEEL in our language: what it is translated to, what is refused and by which name, and that the outcome is the same
also where a name is missing."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.workflow import timers
from engine.workflow.language import dialects, expressions
from engine.workflow.language.expressions import ExpressionError
from engine.workflow.timers import TimerError
from tests.effort import at_most
from tests.workflow.mutations import FEEL, mutated


@pytest.mark.parametrize(("feel", "ours"), [
    ("a.b > 5", "has(a.b) and a.b > 5"), ('a.b = "x"', 'has(a.b) and a.b == "x"'),
    ('a.b != "x"', 'not has(a.b) or a.b != "x"'), ("not(a.b > 5)", "has(a.b) and a.b <= 5"),
    ("a.b = null", "not has(a.b)"), ("null != a.b", "has(a.b)"),
    ("a.b > 1 and a.b < 5", "has(a.b) and a.b > 1 and a.b < 5"),
    ("a between 1 and 5", "has(a) and 1 <= a <= 5"), ("a in ]1..5[", "has(a) and 1 < a < 5"),
    ('a in ("x", "y")', 'has(a) and a in ["x", "y"]'), ("a in (1, >7)", "has(a) and a == 1 or has(a) and a > 7"),
    ('not(a in ["x", "y"])', 'not has(a) or a not in ["x", "y"]'), ('"x" in a', 'has(a) and includes(a, "x")'),
    ("if a > 5 then 1 else 2", "1 if has(a) and a > 5 else 2"), ("approved", "approved"),
    ("7 * (a + 2)", "7 * (a + 2)"),
    ("not(approved)", "has(approved) and not approved"), ("is defined(a.b)", "has(a.b)"), ("007", "7"),
    ('date(a) > date("2026-07-01")', 'has(a) and date(a) > date("2026-07-01")'),
    ('@"2026-01-02"', 'date("2026-01-02")'),
    ('@"P1M"', 'duration("P1M")'), ("date(2026, 1, 2)", 'date("2026-01-02")'), ('-a', "-a"),
    ('date and time(a) < @"2026-07-01T10:00:00Z"', 'has(a) and instant(a) < instant("2026-07-01T10:00:00Z")'),
    ("(a - b).days > 3", "has(a) and has(b) and days(a - b) > 3"), ("count(a) > 2", "has(a) and count(a) > 2"),
    ("sum(1, 2)", "sum([1, 2])"), ("sum(a) > 2", "has(a) and a != [] and sum(a) > 2"), ("a[1].b", "a[0].b"),
    ("a[-1]", "a[-1]"), ("get or else(a, 3) > 2", "(a if has(a) else 3) > 2"), ('"a\\"b"', r'"a\"b"'),
    ('upper case(a) = "X"', 'has(a) and upper(a) == "X"'), ("a.class = 1", 'has(a["class"]) and a["class"] == 1'),
    ("(a > 5) = true", "has(a) and a > 5"), ("[1, 2]", "[1, 2]"), ('"\u2028"', '"\\u2028"'),
    ("decimal(a, 2)", "round(a, 2)"),
    ("if a then b > 1 else false", "has(b) and b > 1 if has(a) and a else false"), ("`a` = 1", "has(a) and a == 1"),
    ('starts with(a, "x")', 'has(a) and starts_with(a, "x")'), ("list contains([1, 2], a)", "includes([1, 2], a)"),
    ("string length(a) = 3", "has(a) and length(a) == 3"), ("tuổi >= 18", "has(tuổi) and tuổi >= 18"),
])
def test_it_is_said_in_our_language(feel, ours):
    assert dialects.translate(f"={feel}", "feel") == ours
    assert dialects.translate(feel, "feel") == ours
    expressions.translate(ours)


@pytest.mark.parametrize(("feel", "reason", "detail"), [
    ("some x in y satisfies x > 2", "no-equal", "some"), ("every x in y satisfies x", "no-equal", "every"),
    ("for x in y return x", "no-equal", "for"), ("function(x) x", "no-equal", "function"), ("{a: 1}", "no-equal", "{"),
    ("a[item > 1]", "no-equal", "[…]"), ("a ** 2", "no-equal", "**"), ("a instance of number", "no-equal", "instance"),
    ("today() > a", "impure", "today()"), ("now()", "impure", "now()"),
    ("random number()", "impure", "random number()"),
    ('first name = "x"', "spaces", "first name"), ("`first name` = 1", "spaces", "first name"),
    ("f(x)", "no-function", "f"), ("string join(a)", "no-function", "string join"),
    ("my own(a)", "no-function", "my own"),
    ("years and months duration(a, b)", "no-function", "years and months duration"),
    ("matches(a, b)", "no-function", "matches"),
    ("a == 5", "unexpected", "="), ("x = y = z", "unexpected", "="), ("a >", "unexpected", "…"),
    ("(a", "unexpected", "…"),
    ("a b c", "spaces", "a b c"), ("if a then b", "unexpected", "…"), ("? > 5", "unexpected", "?"),
    ("class = 1", "not-allowed", "class"),
    ("len > 5", "not-allowed", "len"), ("_a", "not-allowed", "_a"), ('"a', "quote", '"a'), ("'a'", "sign", "'a'"),
    ("a & b", "sign", "& b"),
    ("(a > 5) = (b > 5)", "no-equal", "="), ('date("2026-02-30")', "date", "2026-02-30"), ('date("x")', "date", "x"),
    ('duration("P1M2D")', "duration", "P1M2D"), ("count(a, b)", "arguments", "count"),
    ('"\\ud800"', "sign", '"\\ud800"'),
    ("0.12345678901234567", "number-too-large", ""), ("9" * 41, "number-too-large", ""),
    ("1e999", "number-too-large", ""),
    ("(" * 50 + "1" + ")" * 50, "too-complex", ""), ("-" * 60 + "1", "too-complex", ""), ("a" * 2001, "too-long", ""),
    ("", "unexpected", "…"), ("a.b.", "unexpected", "…"), ("1 and 2", "", ""), ("a + 1 and b", "no-truth", "+"),
    ("time(a)", "no-function", "time"), ("a.b(1)", "unexpected", "("), ("is defined(1)", "no-equal", "is defined"),
])
def test_what_has_no_equal_is_refused_by_its_name(feel, reason, detail):
    if not reason:
        assert dialects.translate(feel, "feel") == "false"      # a number is not true, in FEEL either
        return
    with pytest.raises(ExpressionError) as refused:
        dialects.translate(feel, "feel")
    assert (refused.value.reason, refused.value.detail) == (reason, detail)
    assert refused.value.sentence.vi != refused.value.sentence.en


def test_a_value_is_null_where_feel_says_so_and_a_condition_is_not_taken():
    assert dialects.translate("=a.b", "feel", value=True) == "a.b if has(a.b) else null"
    said = dialects.translate("=a > 5", "feel", value=True)
    assert [expressions.evaluate(said, data) for data in ({"a": 6}, {"a": 5}, {}, {"a": None})] == [True, False, None,
    None]
    assert expressions.holds("=a > 5", {}) is False
    assert expressions.holds("=not(a > 5)", {}) is False
    assert expressions.holds("=not(a = 5)", {}) is True


def test_what_would_be_null_for_another_reason_is_told_and_never_silent():
    for text, data in (("=a > 5", {"a": "x"}), ('=a = "5"', {"a": 5}), ("=a.b = 1", {"a": [{"b": 1}]}),
                       ("=a + 1", {}), ('=contains(a, "x")', {"a": ["x"]}), ('="x" in a', {"a": "xyz"}),
                       ("=count(a) = 3", {"a": "abc"}), ("=string length(a) = 1", {"a": [1]}), ("=approved", {})):
        with pytest.raises(ExpressionError):
            expressions.evaluate(text, data)


def test_a_variable_may_have_another_name_here():
    names = {"approved": "review.approved"}
    assert dialects.translate("=approved = true", "feel",
    names=names) == "has(review.approved) and review.approved == true"
    assert dialects.translate("${approved}", "juel", names=names) == "review.approved"
    assert dialects.translate("approved == True", "python", names=names) == "review.approved == true"


def test_decimals_and_months_are_reckoned_as_in_feel():
    assert expressions.evaluate("=0.1 + 0.2 = 0.3", {}) is True
    assert expressions.evaluate("=a * 3 = 0.3", {"a": 0.1}) is True
    assert expressions.evaluate('=date("2026-01-31") + duration("P1M") = date("2026-02-28")', {}) is True
    assert expressions.evaluate('=date("2026-03-31") - duration("P1M") = date("2026-02-28")', {}) is True
    assert expressions.evaluate('=(date("2026-03-31") - date("2026-03-01")).days', {}) == 30
    assert expressions.evaluate("=decimal(2.675, 2)", {}) == 2.68


def test_a_span_is_a_time_to_wait():
    now = datetime(2026, 1, 31, tzinfo=UTC)
    for text, due in (('=duration("P5D")', datetime(2026, 2, 5, tzinfo=UTC)),
                      ('=duration("P1M")', datetime(2026, 2, 28, tzinfo=UTC)), ('="PT1H"', now + timedelta(hours=1)),
                      ("=wait", now + timedelta(days=2))):
        assert timers.literal(text) is None
        assert timers.due("duration", expressions.evaluate(text, {"wait": "P2D"}), now).at == due
    for text in ('=duration("-P5D")', '=duration("P200Y")', '=duration("P40000D")', "=5"):
        with pytest.raises(TimerError):
            timers.due("duration", expressions.evaluate(text, {}), now)


def attempt(text, **how):
    """Translate a text: what came of it, or why nothing did."""
    try:
        return dialects.translate(text, "feel", **how), None
    except ExpressionError as refusal:
        return None, refusal


def held(said, data):
    """Ask a condition; None when it stops because a name that stands alone, as a value, is missing or null."""
    try:
        return expressions.holds(said, data)
    except ExpressionError as stopped:
        return None if stopped.reason in ("missing", "not-boolean") else stopped


# A second reading of FEEL, with its three answers, to compare ours with.
_NUMBERS = st.recursive(
    st.integers(-3, 9).map(lambda n: (str(n) if n >= 0 else f"({n})", lambda d: n)) | st.sampled_from("ab").map(
        lambda name: (name, lambda d: d[name])),
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(
        lambda one: (f"({one[0][0]} {one[1]} {one[2][0]})", lambda d: _reckoned(one[0][1](d), one[1], one[2][1](d)))),
    max_leaves=4)
_TEXTS = st.sampled_from(["x", "y"]).map(lambda t: (f'"{t}"', lambda d: t)) | st.just(("s.t", lambda d: d["s"]))


def _reckoned(left, sign, right):
    return None if left is None or right is None else {"+": left + right, "-": left - right, "*": left * right}[sign]


def _ordered(left, sign, right):
    if sign in ("=", "!="):
        return (left == right) is (sign == "=")
    if left is None or right is None:
        return None
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign]


def _and(left, right):
    return False if left is False or right is False else None if left is None or right is None else True


def _not(value):
    return None if value is None else not value


def _compare(sides):
    return st.tuples(sides, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), sides).map(
        lambda one: (f"{one[0][0]} {one[1]} {one[2][0]}", lambda d: _ordered(one[0][1](d), one[1], one[2][1](d))))


def _within(one):
    value, low, high = one
    return (f"{value[0]} in [{low[0]}..{high[0]})",
            lambda d: _and(_ordered(low[1](d), "<=", value[1](d)), _ordered(value[1](d), "<", high[1](d)))
            if None not in (low[1](d), value[1](d), high[1](d)) else None)


_TRUTHS = st.recursive(
    _compare(_NUMBERS) | _compare(_TEXTS) | st.tuples(_NUMBERS, _NUMBERS, _NUMBERS).map(_within)
    | _TEXTS.map(lambda t: (f'{t[0]} in ("x", "z")', lambda d: t[1](d) in ("x", "z")))
    | _NUMBERS.map(lambda n: (f"{n[0]} = null", lambda d: n[1](d) is None)) | st.just(("t", lambda d: d["t"]))
    | st.just(("is defined(s.t)", lambda d: d["s"] is not None)),
    lambda inner: st.tuples(inner, inner).map(lambda p: (f"({p[0][0]}) and ({p[1][0]})",
                                                         lambda d: _and(p[0][1](d), p[1][1](d))))
    | st.tuples(inner, inner).map(lambda p: (f"({p[0][0]}) or ({p[1][0]})",
                                             lambda d: _not(_and(_not(p[0][1](d)), _not(p[1][1](d))))))
    | inner.map(lambda p: (f"not({p[0]})", lambda d: _not(p[1](d))))
    | st.tuples(inner, inner, inner).map(lambda p: (f"if {p[0][0]} then ({p[1][0]}) else ({p[2][0]})",
                                                    lambda d: p[1][1](d) if p[0][1](d) is True else p[2][1](d))),
    max_leaves=5)


@settings(max_examples=500, deadline=None)
@given(_TRUTHS, st.fixed_dictionaries({
    "a": st.integers(-3, 9) | st.none(), "b": st.integers(-3, 9) | st.none(), "s": st.sampled_from(["x", "y", None]),
    "t": st.booleans() | st.none()}), st.booleans())
def test_a_condition_has_the_outcome_it_has_in_feel(condition, known, leave_out):
    text, reference = condition
    data = {key: value for key, value in known.items() if key != "s" and not (leave_out and value is None)}
    data["s"] = {"t": known["s"]} if known["s"] is not None or not leave_out else {}
    said, refusal = attempt(text)
    value, also = attempt(text, value=True)
    assert {one.reason for one in (refusal, also) if one} <= {"too-complex", "too-long"}
    if said is not None:
        outcomes = [reference(known) is True]
        if reference(known) is None and (text == "t" or text.startswith("if ")):
            outcomes.append(None)
        assert held(said, data) in outcomes
    if value is not None:
        assert expressions.evaluate(value, data) is reference(known)


_PIECES = st.sampled_from([
    "a", "b.c", "some", "every", "for", "in", "if", "then", "else", "and", "or", "not(", "between", "instance of",
    "date(",
    "date and time(", "contains(", "count(", "(", ")", "[", "]", "{", "}", "..", ".", ",", "=", "!=", "<", ">=", "+",
    "-",
    "*", "/", "**", "?", "@", '"x"', '"', "'", "1", "2.5", "1e9", "999999999999999999999", "null", "true", "now()",
    "`", ":",
    "__class__", "__import__", "open(", "lambda", "\\", "\n", "\u202e", "à", "ⅷ", "\x00", "//", "#", ";"])


@settings(max_examples=800, deadline=None)
@given(st.lists(_PIECES, max_size=30).map(" ".join) | st.text(max_size=60) | mutated(FEEL))
def test_any_text_is_said_in_our_language_or_refused(text):
    for value in (False, True):
        with at_most(1):
            said, refusal = attempt(text, value=value)
        if said is None:
            assert refusal.sentence.en
            continue
        expressions.translate(said)
        with contextlib.suppress(ExpressionError):
            expressions.evaluate(said, {"a": 1, "b": {"c": [1]}})


@pytest.mark.parametrize("text", [
    "((" + " = ".join(["(a = b)"] * 2) + "))", "not(" * 39 + "a" + ")" * 39, "(a = b)" + " and (a = b)" * 60,
    "if " * 38 + "a" + " then 1 else 2" * 38, " + ".join(["a"] * 150) + " = " + " + ".join(["b"] * 150),
    "a in (" + ", ".join(f"[{n}..{n + 1}]" for n in range(150)) + ")", "[" * 39 + "]" * 39,
    "a" + ".b" * 600 + " = 1", "sum(" * 30 + "a" + ")" * 30 + " = 1",
    "((((a = b) = true) = true) = true) = false", "a in [" + ",".join(map(str, range(500))) + "]",
])
def test_how_much_a_text_is_worked_on_is_bounded(text):
    with at_most(1):
        attempt(text)
    with at_most(1):
        attempt(text, value=True)
