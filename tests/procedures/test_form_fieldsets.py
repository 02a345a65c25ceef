"""The field rules of Vietnamese administration, in the fieldsets that procedures share."""

from importlib import resources

import pytest

from engine.procedures import forms
from engine.procedures.texts import Catalogue, read
from tests.procedures.making import errors, made

SHARED = resources.files("forms").joinpath("shared")
FIELDSETS = ("person", "address", "contact", "organisation")


def fieldset(name):
    form, problems = forms.read(f"forms/shared/{name}.json", SHARED.joinpath(f"{name}.json").read_bytes(),
                                lambda other: None, Catalogue())
    assert problems == []
    return form


person = fieldset("person")
WHO = {"full_name": "Nguyễn Thị Ánh", "personal_id": "001199012345"}


@pytest.mark.parametrize("name", FIELDSETS)
def test_every_sentence_of_a_fieldset_has_english(name):
    english, problems = read({"shared/locale/en.po": SHARED.joinpath("locale/en.po").read_bytes()})
    assert problems == []
    assert english.missing(fieldset(name).sentences()) == []


@pytest.mark.parametrize(("field", "value"), [
    ("full_name", "Nguyễn Văn 2"), ("full_name", "A"), ("full_name", "--"), ("full_name", "A" * 101),
    ("personal_id", "00119901234"), ("personal_id", "0011990123456"), ("personal_id", "٠٠١١٩٩٠١٢٣٤٥"),
    ("date_of_birth", "1899-01-01"), ("date_of_birth", "31/12/1990"), ("phone", "0112345678"), ("phone", "12345"),
    ("email", "nobody"), ("email", "a@b"), ("email", "a b@c.vn"), ("sex", "x"),
])
def test_a_wrong_fact_about_a_person_is_refused(field, value):
    assert list(errors(person, {**WHO, field: value})) == [field]


@pytest.mark.parametrize(("field", "value", "stored"), [
    ("full_name", "nguyễn  thị   ánh", "nguyễn thị ánh"), ("full_name", "Y'Bia Niê-Kđăm", "Y'Bia Niê-Kđăm"),
    ("personal_id", "001 199 012 345", "001199012345"), ("phone", "+84 912 345 678", "0912345678"),
    ("phone", "024.3825.1234", "02438251234"), ("email", "Anh@Example.VN", "anh@example.vn"),
])
def test_what_a_person_writes_is_stored_in_one_way(field, value, stored):
    assert forms.clean(person, {**WHO, field: value})[field] == stored


@pytest.mark.parametrize(("number", "right"), [
    ("0100109106", True), ("0100109107", False), ("0100109106-001", True), ("0100109106-1", False),
    ("001199012345", True), ("010010910", False), ("0000000000", False),
])
def test_a_tax_code_has_a_check_digit(number, right):
    form = made({"properties": {"code": {"type": "string", "format": "tax-code"}}})
    assert (errors(form, {"code": number}) == {}) == right


@pytest.mark.parametrize(("amount", "right"), [(0, True), (135_000, True), (-1, False), (1.5, False), (True, False)])
def test_money_is_a_whole_amount(amount, right):
    form = made({"properties": {"fee": {"type": "integer", "format": "money-vnd"}}})
    assert (errors(form, {"fee": amount}) == {}) == right


@pytest.mark.parametrize(("born", "sex", "count"), [
    ("1999-05-01", "female", 0), ("1998-05-01", "female", 1), ("1999-05-01", "male", 1), ("2099-05-01", "male", 2)])
def test_a_number_that_does_not_fit_birth_or_sex_is_a_warning_never_an_error(born, sex, count):
    answers = forms.clean(person, {**WHO, "date_of_birth": born, "sex": sex})
    said = forms.warnings(made({"properties": {"who": person.schema}}), {"who": answers})
    assert [len(sayings) for sayings in said.values()] == ([count] if count else [])
    assert set(said) <= {"who.personal_id"}


