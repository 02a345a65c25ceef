"""A web form knows only texts; what comes back from it is typed, and shown again it is the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.procedures import forms
from tests.procedures.making import errors, made

form = made({
    "required": ["pages"],
    "properties": {
        "pages": {"type": "integer", "title": "Số trang"},
        "rate": {"type": "number"},
        "fee": {"type": "integer", "format": "money-vnd"},
        "day": {"type": "string", "format": "date"},
        "agreed": {"type": "boolean"},
        "level": {"enum": [1, 2]},
        "papers": {"type": "array", "items": {"enum": ["a", "b", "c"]}},
        "who": {"type": "object", "required": ["name"], "properties": {
            "name": {"type": "string"}, "old": {"type": "boolean"}}},
        "children": {"type": "array", "items": {"type": "object", "properties": {
            "name": {"type": "string"}, "twin": {"type": "boolean"}}}},
        "scans": {"type": "array", "items": {"type": "string", "x-widget": "file"}},
    }})


def read(**strings):
    return forms.from_strings(form, {name.replace("__", "."): value for name, value in strings.items()})


@pytest.mark.parametrize(("field", "text", "value"), [
    ("pages", " 12 ", 12), ("pages", "1.500", 1500), ("pages", "twelve", "twelve"), ("pages", "3.5", "3.5"),
    ("rate", "3,5", 3.5), ("rate", "3", 3), ("fee", "135.000", 135_000), ("fee", "135 000", 135_000),
    ("day", "5/3/2026", "2026-03-05"), ("day", "2026-03-05", "2026-03-05"), ("day", "soon", "soon"),
    ("agreed", "on", True), ("agreed", "false", False), ("level", "2", 2), ("level", "9", "9"),
])
def test_a_text_becomes_the_type_of_its_field_or_stays_text(field, text, value):
    assert read(**{field: [text]})[field] == value


def test_a_text_that_stays_text_is_refused_with_a_sentence():
    assert errors(form, read(pages=["twelve"])) == {"pages": ["“Số trang” must be a whole number."]}


def test_an_empty_page_gives_no_answers_but_unticked_boxes():
    assert read(pages=[""], who__name=[" "], children__0__name=[""]) == {"agreed": False}


def test_a_day_may_come_in_three_fields():
    assert read(day__day=["5"], day__month=["03"], day__year=["2026"])["day"] == "2026-03-05"
    assert read(day__day=["5"], day__month=[""], day__year=["2026"])["day"] == "5//2026"


def test_lists_groups_and_several_choices_are_read_by_their_dotted_names():
    answers = read(papers=["a", "c"], who__name=["An"], children__0__name=["Bi"], children__7__twin=["on"],
                   scans=["id1", "id2"], csrf_token=["x"])
    assert answers == {"agreed": False, "papers": ["a", "c"], "who": {"name": "An", "old": False},
                       "children": [{"name": "Bi", "twin": False}, {"twin": True}], "scans": ["id1", "id2"]}


@given(st.dictionaries(st.sampled_from(["pages", "rate", "day", "day.day", "who", "who.name", "children.0.name",
                                        "children.x.name", "children.99999999.name", "papers", "level", "scans"]),
                       st.lists(st.text(max_size=6), max_size=3)))
def test_any_posted_page_is_read(strings):
    assert isinstance(forms.from_strings(form, strings), dict)


def test_answers_shown_again_are_read_as_the_same_answers():
    answers = {"pages": 3, "rate": 2.5, "day": "2026-03-05", "agreed": True, "level": 2, "papers": ["b"],
               "who": {"name": "An", "old": False}, "children": [{"name": "Bi", "twin": True}], "scans": ["id1"]}
    assert forms.from_strings(form, forms.to_strings(form, answers)) == answers


def test_a_page_is_filled_beforehand_from_the_case():
    later = made({"properties": {"amount": {"type": "integer", "x-prefill": "fee.amount"},
                                 "method": {"enum": ["cash", "card"], "default": "cash"},
                                 "who": {"type": "object",
                                         "properties": {"name": {"x-prefill": "apply.people.0.name"}}},
                                 "other": {"x-prefill": "nothing.here"}}})
    assert forms.prefilled(later, {"fee": {"amount": 5}, "apply": {"people": [{"name": "An"}]}}) == {
        "amount": 5, "method": "cash", "who": {"name": "An"}}
