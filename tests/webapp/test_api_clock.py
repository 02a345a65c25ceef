"""The clock of a case over the API: every date with its verdict, the extension, and the mark of a second request."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.domain.case import Case
from engine.domain.people import Actor
from engine.services import holding, procedures, tasks
from engine.storage import database
from tests import office
from tests.services.test_extensions import accepted, extendable
from tests.webapp.conftest import Api

House = dict[str, Actor]
EXTENSION = {"by": "3 working days", "ground": "hồ sơ phức tạp"}


@pytest.fixture
def case(house: House, now: datetime) -> Case:
    procedures.publish(extendable(), now)
    return accepted(house, now)


def do(case: Case, who: Actor, at: datetime, **submission: object) -> None:
    with database.reading() as session:
        task = holding.case_by_code(session, case.code).open_tasks()[0]
    tasks.complete(task.id, submission, who, at)


def test_all_that_the_clock_says_is_one_answer(api: Api, case: Case) -> None:
    found = api.get("an", f"/cases/{case.code}/clock").json
    assert (found["due_at"], found["promised_at"]) == ("2026-03-16T17:00:00+07:00",) * 2
    assert found["warn_at"] == "2026-03-13T17:00:00+07:00"
    assert found["inner_target"] == {"outcome": "refused", "due_at": "2026-03-12T17:00:00+07:00"}
    assert (found["verdict"], found["supplement_requests"], found["late_for_index"]) == (None, 0, False)
    assert sum(line["minutes"] for line in found["lines"] if line["counted"]) == 5 * 480
    assert api.get("lan", f"/cases/{case.code}/clock").status_code == 404


def test_an_extension_moves_the_due_time_once_for_one_key(api: Api, case: Case) -> None:
    path = f"/cases/{case.code}/extension"
    first = api.post("khoa", path, EXTENSION, Idempotency_Key="e1")
    assert (first.status_code, first.json["due_at"]) == (200, "2026-03-19T17:00:00+07:00")
    again = api.post("khoa", path, EXTENSION, Idempotency_Key="e1")
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")
    assert api.post("khoa", path, EXTENSION).status_code == 409
    assert api.post("an", path, EXTENSION).status_code == 403
    assert api.post("lan", path, EXTENSION).status_code == 404
    found = api.get("khoa", f"/cases/{case.code}/clock").json
    assert (found["extensions"], found["promised_at"]) == (1, "2026-03-16T17:00:00+07:00")


@pytest.mark.parametrize("wrong", [{"by": "soon"}, {"by": "30 working days"}, {"ground": ""}, {"more": 1}])
def test_an_extension_that_cannot_be_is_refused_by_its_field(api: Api, case: Case, wrong: dict[str, object]) -> None:
    answer = api.post("khoa", f"/cases/{case.code}/extension", {**EXTENSION, **wrong})
    assert answer.status_code == 422
    assert next(iter(wrong)) in answer.text


def test_the_printed_date_and_the_computed_one_are_judged_each_for_itself(api: Api, case: Case, house: House) -> None:
    api.post("khoa", f"/cases/{case.code}/extension", EXTENSION)
    do(case, house["an"], office.at("2026-03-17T09:00"), outcome="approve")
    do(case, house["khoa"], office.at("2026-03-17T10:00"), outcome="signed")
    found = api.get("khoa", f"/cases/{case.code}/clock").json
    assert (found["verdict"], found["promised_verdict"]) == ("early", "late")


def test_a_second_request_for_a_supplement_marks_the_case_late_without_moving_the_due_time(
        api: Api, case: Case, house: House) -> None:
    for day in ("10", "11"):
        do(case, house["an"], office.at(f"2026-03-{day}T09:00"), outcome="supplement")
        do(case, house["binh"], office.at(f"2026-03-{day}T10:00"))
        found = api.get("an", f"/cases/{case.code}/clock").json
        assert found["late_for_index"] is (day == "11")
    assert (found["supplement_requests"], found["due_at"]) == (2, "2026-03-17T09:30:00+07:00")
