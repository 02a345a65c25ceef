"""A form checks what a person answers: strictly, in bounded time, with a sentence at the field."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.errors import InvalidSubmission
from engine.domain.text import Text
from engine.procedures import forms
from tests.effort import at_most
from tests.procedures.making import errors, findings, made

REVIEW = {
    "title": "Thẩm định", "type": "object", "required": ["name", "outcome"],
    "properties": {
        "name": {"type": "string", "title": "Họ và tên"},
        "licence": {"type": "string", "title": "Số giấy phép", "pattern": "^[0-9]{12}$"},
        "pages": {"type": "integer", "title": "Số trang", "minimum": 1, "maximum": 500, "default": 1},
        "signed_on": {"type": "string", "title": "Ngày ký", "format": "date"},
        "delivery": {"enum": ["counter", "post"], "title": "Cách trả"},
        "address": {"type": "string", "title": "Địa chỉ"},
        "truth": {"const": True, "title": "Lời cam đoan"},
        "children": {"type": "array", "title": "Con", "maxItems": 3, "items": {
            "type": "object", "required": ["name"], "properties": {
                "name": {"type": "string", "title": "Tên con"}, "twin": {"type": "boolean", "title": "Sinh đôi"}}}},
        "outcome": {"enum": ["approve", "refuse"], "x-labels": {"approve": "Duyệt"},
                    "x-consequence": {"approve": "Chuyển ký."}},
    },
    "if": {"properties": {"delivery": {"const": "post"}}, "required": ["delivery"]},
    "then": {"required": ["address"]},
}
RIGHT = {"name": "An", "outcome": "approve"}
ENGLISH = {"Họ và tên": "Full name", "Duyệt": "Approve", "Chuyển ký.": "It goes to signature.", "Địa chỉ": "Address",
           "Cách trả": "Delivery", "Lời cam đoan": "Declaration", "Số trang": "Pages"}
review = made(REVIEW, ENGLISH)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from([*REVIEW["properties"], "twin", "ghost"]) | st.text(max_size=5), inner, max_size=6),
    max_leaves=20)


def cleaned(**answers):
    return forms.clean(review, {**RIGHT, **answers})


def wrong(**answers):
    return errors(review, {**RIGHT, **answers})


def test_answers_are_stripped_composed_and_filled_with_defaults():
    assert cleaned(name="  Nguye\u0302\u0303n An\r\n") == {"name": "Nguyễn An", "outcome": "approve", "pages": 1}


def test_an_empty_text_is_no_answer():
    assert wrong(name="   ") == {"name": ["Enter full name."]}
    assert cleaned(address=" ") == {**RIGHT, "pages": 1}


def test_what_is_missing_is_named_at_its_field_in_both_languages():
    with pytest.raises(InvalidSubmission) as refused:
        forms.clean(review, {})
    assert refused.value.errors["name"] == [Text("Hãy nhập họ và tên.", "Enter full name.")]
    assert refused.value.errors["outcome"] == [Text("Hãy chọn một mục ở «Kết quả xử lý».",
                                                      "Choose an answer for “Outcome”.")]


def test_a_condition_of_the_form_asks_for_more():
    assert wrong(delivery="post") == {"address": ["Enter address."]}
    assert wrong(delivery="counter") == {}


@pytest.mark.parametrize(("answers", "said"), [
    ({"licence": "12345678901"}, {"licence": ["“Số giấy phép” is not in the expected form."]}),
    ({"licence": "١٢٣٤٥٦٧٨٩٠١٢"}, {"licence": ["“Số giấy phép” is not in the expected form."]}),
    ({"pages": 3.0}, {"pages": ["“Pages” must be a whole number."]}),
    ({"pages": True}, {"pages": ["“Pages” must be a whole number."]}),
    ({"pages": 0}, {"pages": ["“Pages” must be 1 or more."]}),
    ({"pages": 2**53 + 1}, {"pages": ["The number is too large."]}),
    ({"pages": float("nan")}, {"pages": ["The value is not a number."]}),
    ({"signed_on": "2026-02-30"}, {"signed_on": ["“Ngày ký” must be a real date, written like 2026-07-31."]}),
    ({"signed_on": "20260701"}, {"signed_on": ["“Ngày ký” must be a real date, written like 2026-07-31."]}),
    ({"delivery": "pigeon"}, {"delivery": ["Choose an answer for “Delivery”."]}),
    ({"truth": False}, {"truth": ["Tick “Declaration”."]}),
    ({"children": [{"name": "Bi"}, {"twin": True}]}, {"children.1.name": ["Enter tên con."]}),
    ({"children": [{"name": "Bi", "age": 3}]}, {"children.0.age": ["The form has no entry “children.0.age”."]}),
    ({"children": [{"name": "x"}] * 4}, {"children": ["“Con” must have at most 3 rows."]}),
    ({"ghost": 1}, {"ghost": ["The form has no entry “ghost”."]}),
    ({"name": "a\x00b"}, {"name": ["There is a control character in the text."]}),
    ({"name": "\ud800"}, {"name": ["There is a control character in the text."]}),
    ({"name": "x" * 300_000}, {"name": ["The answers are too large."]}),
    ({"children": [{"name": "x"}] * 2000}, {"children": ["The list has over 1000 rows."]}),
    ({"name": {1: 2}}, {"name.1": ["The name of the entry is not valid."]}),
    ({"name": b"x"}, {"name": ["The value cannot be read."]}),
])
def test_a_wrong_answer_is_told_at_its_field(answers, said):
    assert wrong(**answers) == said


def test_a_trailing_newline_does_not_pass_a_pattern_and_is_stripped_first():
    assert cleaned(licence="123456789012\n")["licence"] == "123456789012"
    assert made({"properties": {"a": {"pattern": "^[0-9]$"}}}).schema["properties"]["a"]["pattern"] == "^[0-9]$"


@pytest.mark.parametrize("answer", [None, [], "text", 1, True])
def test_an_answer_that_is_no_object_is_refused(answer):
    assert errors(review, answer) == {"form": ["The answers must be entries with names."]}


def test_answers_nested_too_deeply_are_refused():
    deep: list = []
    for _ in range(5000):
        deep = [deep]
    assert list(errors(review, {"name": deep}).values()) == [["The answers are nested too deeply."]]


@settings(max_examples=300)
@given(JSON)
def test_any_json_is_cleaned_or_refused_and_cleaning_twice_changes_nothing(answer):
    try:
        once = forms.clean(review, answer)
    except InvalidSubmission as refused:
        assert refused.errors  # noqa: PT017 - either outcome is right, a traceback is not
        json.dumps({field: [said.en for said in all_said] for field, all_said in refused.errors.items()}).encode()
    else:
        assert forms.clean(review, once) == once


@settings(max_examples=300)
@given(st.fixed_dictionaries({"name": st.text(max_size=8), "outcome": st.sampled_from(["approve", "refuse"])},
                             optional={"pages": st.integers(-2, 9), "delivery": st.sampled_from(["counter", "post"]),
                                       "address": st.text(max_size=4), "truth": st.just(True)}))
def test_what_is_accepted_obeys_the_form(answer):
    try:
        stored = forms.clean(review, answer)
    except InvalidSubmission:
        return
    assert stored["name"]
    assert 1 <= stored["pages"] <= 500
    assert stored.get("delivery") != "post" or stored["address"]


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*$", "^(a*)*b", "a*a*a*a*a*c", "^([a-zA-Z]+)*$"])
def test_a_pattern_that_hangs_elsewhere_answers_in_a_moment(pattern):
    form = made({"properties": {"a": {"type": "string", "pattern": pattern}}})
    with at_most(1):
        for length in (5_000, 9_999, 100_000):
            errors(form, {"a": "a" * length + "!"})


def test_unique_rows_are_compared_in_a_moment():
    form = made({"properties": {"a": {"type": "array", "uniqueItems": True, "items": {"type": "object"}}}})
    with at_most(1):
        assert errors(form, {"a": [{"n": n} for n in range(1000)]}) == {}
        assert errors(form, {"a": [{"n": 1}, {"n": 1}]}) == {"a": ["“a” has a row twice."]}


@pytest.mark.parametrize(("schema", "answer"), [
    ({"properties": {"a": {"contains": {"anyOf": [{"const": n} for n in range(3000)]}}}}, {"a": [-1] * 1000}),
    ({"properties": {"a": {"items": {"oneOf": [{"minimum": n} for n in range(3000)]}}}}, {"a": [1] * 1000}),
    ({"properties": {"a": {"items": {"enum": list(range(9000))}}}}, {"a": [-1] * 1000}),
    ({"patternProperties": {f"^a{n}": {} for n in range(3000)}}, {f"b{n}": 1 for n in range(2000)}),
])
def test_a_form_and_an_answer_that_multiply_are_stopped(schema, answer):
    form = made(schema)
    with at_most(5):
        assert errors(form, answer) == {"form": ["The answers are too large."]}


def test_unknown_entries_pass_only_where_the_form_allows_them():
    assert errors(made({"additionalProperties": True}), {"x": 1}) == {}
    numbers = made({"additionalProperties": {"type": "integer"}})
    assert errors(numbers, {"x": "y"}) == {"x": ["“x” must be a whole number."]}
    assert errors(made({"patternProperties": {"^x_": {}}}), {"x_1": 1}) == {}
    assert errors(made({"properties": {"a": {"type": "object"}}}), {"a": {"any": 1}}) == {}
    assert errors(made({"type": "object"}), {"any": 1}) == {"any": ["The form has no entry “any”."]}
    closed = made({"properties": {"a": {}}, "additionalProperties": False})
    assert errors(closed, {"b": 1}) == {"b": ["The form has no entry “b”."]}


def test_names_declared_in_any_branch_are_known():
    form = made({"properties": {"kind": {"enum": ["a", "b"]}},
                 "allOf": [{"properties": {"more": {"type": "string"}}}],
                 "oneOf": [{"properties": {"kind": {"const": "a"}, "x": {"type": "integer"}}, "required": ["x"]},
                           {"properties": {"kind": {"const": "b"}, "y": {"type": "integer"}}, "required": ["y"]}]})
    assert errors(form, {"kind": "a", "x": 1, "more": "m"}) == {}
    assert errors(form, {"kind": "b"})["y"] == ["Enter y."]
    assert [field.name for field in form.fields] == ["kind", "more", "x", "y"]


def test_a_step_that_asks_nothing_accepts_nothing():
    assert forms.clean(forms.empty("look"), {}) == {}
    assert errors(forms.empty("look"), {"a": 1}) == {"a": ["The form has no entry “a”."]}


def test_a_fieldset_is_put_in_place_and_may_be_extended_but_not_loosened():
    person = {"type": "object", "title": "Người", "required": ["name"],
              "properties": {"name": {"type": "string", "maxLength": 3}}}
    form = made({"properties": {"who": {"$ref": "shared/person.json", "title": "Chủ hộ", "required": ["age"],
                                        "properties": {"age": {"type": "integer"}, "name": {"maxLength": 9}}}}},
                person=person)
    assert form.field("who").title.vi == "Chủ hộ"
    assert errors(form, {"who": {}}) == {"who.name": ["Enter name."], "who.age": ["Enter age."]}
    assert errors(form, {"who": {"name": "abcd", "age": 1}}) == {"who.name": ["“name” must have at most 3 characters."]}


@pytest.mark.parametrize("reference", ["shared/thing.json", "thing.json", "../shared/thing.json",
                                       "shared/thing.json#/$defs/word", "#/$defs/word"])
def test_references_within_the_pack_are_followed(reference):
    word = {"type": "string", "maxLength": 2}
    form = made({"properties": {"a": {"$ref": reference}}, "$defs": {"word": word}},
                thing={**word, "$defs": {"word": word}})
    assert errors(form, {"a": "abc"}) == {"a": ["“a” must have at most 2 characters."]}


@pytest.mark.parametrize(("schema", "code"), [
    ({"properties": {"a": {"$ref": "shared/none.json"}}}, "form-ref-unknown"),
    ({"properties": {"a": {"$ref": "https://example.org/x.json"}}}, "form-ref-unknown"),
    ({"properties": {"a": {"$ref": "/etc/passwd"}}}, "form-ref-unknown"),
    ({"properties": {"a": {"$ref": "#/$defs/none"}}}, "form-ref-unknown"),
    ({"properties": {"a": {"$ref": "#"}}}, "form-ref-cycle"),
    ({"properties": {"a": {"$ref": "shared/loop.json"}}}, "form-ref-cycle"),
    ({"$defs": {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)}
      | {"d40": {}}, "$ref": "#/$defs/d0"}, "form-too-large"),
    ({"properties": {"a": {"$dynamicRef": "#x"}}}, "form-keyword"),
    ({"type": "array"}, "form-not-object"),
    ({"title": {"vi": "x", "en": "y"}}, "form-schema"),
    ({"properties": {"a": {"type": "text"}}}, "form-schema"),
    ({"properties": {"a": {"pattern": "(?!x)y"}}}, "form-pattern"),
    ({"properties": {"a": {"pattern": "("}}}, "form-pattern"),
    ({"properties": {"a": {"pattern": "a" * 501}}}, "form-pattern"),
    ({"properties": {"a": {"format": "iban"}}}, "form-format"),
    ({"properties": {"ngày-sinh": {}}}, "form-field-name"),
    ({"properties": {"a": {"x-widget": "spinner"}}}, "form-widget"),
    ({"properties": {"a": {"default": 1e300}}}, "form-value"),
    ({"properties": {f"a{n}": {} for n in range(501)}}, "form-too-large"),
    (b"{", "form-unreadable"), (b"[]", "form-unreadable"), (b"\xff", "form-unreadable"),
    (b'{"a":' * 300 + b"1" + b"}" * 300, "form-unreadable"), (b" " * 300_000, "form-unreadable"),
    (b'{"properties":{' + b",".join(b'"p%d":{}' % number for number in range(10_001)) + b"}}", "form-unreadable"),
])
def test_a_file_that_is_no_good_form_is_named(schema, code):
    loop = {"properties": {"again": {"$ref": "shared/loop.json"}}}
    assert findings(schema, loop=loop) == [code]


@settings(max_examples=200)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.just("#/properties/a"),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
                        ["type", "properties", "a", "b", "items", "$ref", "oneOf", "const", "enum", "title", "if",
                         "then", "allOf", "x-order", "x-visible-if", "x-labels", "x-widget", "default", "required",
                         "pattern", "maxLength", "patternProperties", "format"]), inner, max_size=4),
                    max_leaves=25), JSON)
def test_any_json_is_a_form_or_a_finding_and_any_form_answers(schema, answer):
    data = json.dumps({"properties": {"name": schema}}).encode()
    form, problems = forms.read("forms/x.json", data, lambda name: None, forms.Catalogue({}))
    if form is None:
        assert problems
        return
    try:
        stored = forms.clean(form, answer)
    except InvalidSubmission:
        return
    forms.to_strings(form, stored)


def test_choices_have_labels_and_consequences_in_both_languages():
    approve, refuse = review.outcomes()
    assert (approve.label, approve.consequence) == (Text("Duyệt", "Approve"),
                                                    Text("Chuyển ký.", "It goes to signature."))
    assert (refuse.label, refuse.consequence) == (Text("refuse", "refuse"), None)
    plain = made({"properties": {"outcome": {"oneOf": [{"const": "yes", "title": "Có"}, {"const": "no"}]}}})
    assert [choice.label.vi for choice in plain.outcomes()] == ["Có", "no"]
    assert review.field("outcome").title == Text("Kết quả xử lý", "Outcome")


def test_the_page_learns_how_to_ask_each_field():
    form = made({"x-order": ["d", "b"], "properties": {
        "a": {"type": "string", "maxLength": 2000}, "b": {"type": "string", "format": "date"},
        "c": {"type": "integer", "format": "money-vnd"}, "d": {"enum": [str(n) for n in range(9)]},
        "e": {"type": "boolean"}, "f": {"type": "array", "items": {"enum": ["x", "y"]}},
        "g": {"type": "array", "items": {"type": "object", "properties": {"h": {"type": "number"}}}},
        "i": {"type": "string", "x-widget": "file", "x-visible-if": {"e": True}, "x-width": 20}}})
    assert [(field.key, field.widget) for field in form.fields] == [
        ("d", "select"), ("b", "date"), ("a", "textarea"), ("c", "money"), ("e", "checkbox"), ("f", "checkboxes"),
        ("g", "list"), ("i", "file")]
    assert form.field("g").item_at(2).children[0].name == "g.2.h"
    assert form.field("g.2.h").widget == "number"
    assert form.field("i").visible_if == (("e", (True,)),)


def test_days_may_not_lie_in_the_future_when_the_form_says_so():
    form = made({"properties": {"born": {"type": "string", "title": "Ngày sinh", "format": "date",
                                         "x-not-before": "1900-01-01", "x-not-after": "today"}}})
    today = date(2026, 11, 24)
    assert errors(form, {"born": "2026-11-24"}, today=today) == {}
    assert errors(form, {"born": "2026-11-25"}, today=today) == {
        "born": ["“Ngày sinh” must not be after 24/11/2026."]}
    assert errors(form, {"born": "1899-12-31"}) == {"born": ["“Ngày sinh” must not be before 01/01/1900."]}


def test_answers_no_form_asks_for_are_measured_but_not_judged():
    assert forms.loose({"any": [" a ", 1]}) == {"any": ["a", 1]}
    for refused in ([1], {"a": float("inf")}, {"a": "x" * 300_000}):
        with pytest.raises(InvalidSubmission):
            forms.loose(refused)
