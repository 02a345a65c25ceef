"""procedure.toml: three facts are required, every other wrong one is named with its remedy."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.text import Text
from engine.procedures import manifest

LEAST = 'slug = "birth"\ntitle = "Đăng ký khai sinh"\nowner = "commune"\n'


def read(text):
    return manifest.read(text.encode())


def codes(text):
    return {(problem.severity, problem.code, problem.element) for problem in read(text)[1]}


def test_slug_title_and_owner_are_enough():
    facts, problems = read(LEAST)
    assert problems == []
    assert (facts.slug, facts.title, facts.owner) == ("birth", Text("Đăng ký khai sinh", "Đăng ký khai sinh"),
                                                      "commune")
    assert facts.languages == ("vi", "en")


def test_a_plain_title_is_translated_by_the_catalogue():
    facts, _ = manifest.read(LEAST.encode(), {"Đăng ký khai sinh": "Birth registration"})
    assert facts.title.en == "Birth registration"


def test_everything_the_house_describes_is_read():
    facts, problems = read("""
slug = "driving-licence-renewal"
code = "3.000346"
effective_from = 2026-07-01
owner = "traffic-police"
legal_basis = ["36/2024/QH15", "108/2026/TT-BCA"]
service_level = "full"
[title]
vi = "Đổi giấy phép lái xe"
en = "Driver's licence renewal"
[[paper]]
id = "health_certificate"
title = { vi = "Giấy khám sức khỏe", en = "Health certificate" }
copies = 1
kind = "electronic"
required_if = "application.licence_class in ['C', 'D', 'E']"
""")
    assert problems == []
    assert facts.effective_from == date(2026, 7, 1)
    assert facts.legal_basis == ("36/2024/QH15", "108/2026/TT-BCA")
    assert facts.papers == (manifest.Paper(
        "health_certificate", Text("Giấy khám sức khỏe", "Health certificate"), 1, "electronic",
        "application.licence_class in ['C', 'D', 'E']"),)


@pytest.mark.parametrize("field", ["slug", "title", "owner"])
def test_a_missing_required_field_is_named(field):
    text = "".join(line + "\n" for line in LEAST.splitlines() if not line.startswith(field))
    facts, _ = read(text)
    assert facts is None
    assert codes(text) == {("error", "manifest-missing-field", field)}


@pytest.mark.parametrize(("line", "finding"), [
    ('colour = "red"', ("warning", "manifest-unknown-key", "colour")),
    ('code = "abc"', ("warning", "manifest-code", "code")),
    ("code = 3", ("error", "manifest-value", "code")),
    ('effective_from = "next year"', ("error", "manifest-value", "effective_from")),
    ("effective_from = 2026-07-01T10:00:00", ("error", "manifest-value", "effective_from")),
    ("effective_from = 2026-07-02\neffective_to = 2026-07-01", ("error", "manifest-dates", "effective_to")),
    ('legal_basis = "one"', ("error", "manifest-value", "legal_basis")),
    ('service_level = "half"', ("error", "manifest-value", "service_level")),
    ('service_level = "partial"', ("warning", "manifest-reason", "reason")),
    ('paper = "x"', ("error", "manifest-value", "paper")),
    ("[[paper]]\ntitle = 'x'", ("error", "manifest-missing-field", "id")),
    ("[[paper]]\nid = 'a'\ntitle = 'x'\n[[paper]]\nid = 'a'\ntitle = 'y'", ("error", "manifest-paper", "paper.a")),
    ("[[paper]]\nid = 'a'\ntitle = 'x'\ncopies = -1", ("error", "manifest-value", "copies")),
])
def test_a_wrong_fact_is_named(line, finding):
    assert finding in codes(LEAST + line)


@pytest.mark.parametrize("slug", ["Birth", "1birth", "birth registration", "../birth", "đăng-ký", "a" * 70])
def test_a_slug_is_a_plain_word(slug):
    assert codes(LEAST.replace('"birth"', f'"{slug}"')) == {("error", "manifest-value", "slug")}


def test_no_manifest_is_one_finding():
    facts, problems = manifest.read(None)
    assert facts is None
    assert [problem.code for problem in problems] == ["manifest-missing"]


@pytest.mark.parametrize("data", [b"\xff\xfe", b"slug = ", b"a = " + b"[" * 50_000, b"x" * 300_000,
                                  b"a = " + b"9" * 9000])
def test_bytes_that_are_no_toml_are_one_finding(data):
    facts, problems = manifest.read(data)
    assert facts is None
    assert [problem.code for problem in problems] == ["manifest-unreadable"]


@given(st.dictionaries(st.sampled_from(["slug", "title", "owner", "code", "paper", "effective_from", "legal_basis"]),
                       st.sampled_from(["1", "''", "[]", "{}", "[[]]", "{vi = 1}", "true", "1979-05-27",
                                        "[{id = 1}]"])))
def test_any_values_give_a_manifest_or_an_error(values):
    facts, problems = read("".join(f"{key} = {value}\n" for key, value in values.items()))
    assert (facts is None) == any(problem.severity == "error" for problem in problems)
    assert all(problem.message.vi and problem.remedy.en for problem in problems)
