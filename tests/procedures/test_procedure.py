"""A procedure is loaded whole: names, forms and outcomes of its steps in two languages."""

import pytest

from engine.domain.errors import InvalidProcedure, InvalidSubmission
from engine.domain.text import Text
from engine.procedures import forms, pack, procedure
from tests.procedures.packs import small


@pytest.fixture(scope="module")
def permit():
    return procedure.load(small())


def step(permit, key):
    return permit.definition.step((), key)


def test_names_come_in_both_languages_and_a_missing_one_is_vietnamese(permit):
    assert permit.title == Text("Giấy phép nhỏ", "Small permit")
    assert permit.name_of(step(permit, "receive")) == Text("Tiếp nhận", "Receive")
    assert permit.name_of(step(permit, "verify")) == Text("Thẩm định", "Thẩm định")
    assert permit.name_of(step(permit, "complete")) == Text("complete", "complete")


def test_the_form_of_a_step_is_the_file_of_its_id(permit):
    assert permit.form_of(step(permit, "verify")).field("note").title.vi == "Ghi chú"
    assert permit.form_of(step(permit, "complete")) is None
    assert permit.filing_form().field("applicant.personal_id").format == "personal-id"


def test_the_outcomes_of_a_step_are_those_of_its_form(permit):
    receive = step(permit, "receive")
    assert [choice.value for choice in permit.outcomes_of(receive)] == ["accepted", "refused"]
    assert permit.outcome_label(receive, "accepted") == Text("Tiếp nhận", "Receive")
    assert permit.outcome_label(receive, "no-such") == Text("no-such", "no-such")
    assert permit.outcomes_of(step(permit, "verify")) == ()


def test_a_step_without_a_form_accepts_nothing_but_an_empty_answer():
    permit = procedure.load(small(verify=None, application=None))
    assert forms.clean(permit.form_of(step(permit, "verify")), {}) == {}
    with pytest.raises(InvalidSubmission):
        forms.clean(permit.filing_form(), {"a": 1})


@pytest.mark.parametrize("changes", [{"manifest": "slug = 1"}, {"manifest": None}, {"diagram": "<a"}, {"diagram": None},
                                     {"receive": b"{"}, {"application": {"$ref": "shared/none.json"}}])
def test_a_procedure_that_cannot_be_read_says_why(changes):
    with pytest.raises(InvalidProcedure) as refused:
        procedure.load(small(**changes))
    assert any(problem.severity == "error" for problem in refused.value.problems)


def test_a_pack_taken_to_a_zip_and_back_is_the_same_procedure():
    again = procedure.load(pack.from_zip(pack.to_zip(small())))
    assert again.outcomes_of(step(again, "receive"))[0].value == "accepted"


@pytest.mark.parametrize("slug", pack.available())
def test_every_installed_procedure_loads_and_its_pack_is_whole(slug):
    loaded = procedure.load(pack.gather(slug))
    assert loaded.slug == slug
    again = pack.from_zip(pack.to_zip(loaded.pack))
    assert again == loaded.pack
    for one in loaded.definition.steps.values():
        if one.kind == "user":
            assert loaded.form_of(one).schema != forms.empty(one.key).schema, one.key
