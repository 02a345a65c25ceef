"""A case from the counter to the result over the API, and what people are told when they may not or are too late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import select

from engine import worker
from engine.domain.office import Viewing
from engine.storage import database
from tests import office
from tests.webapp.conftest import Api, Time

File = Callable[..., dict[str, Any]]


def only_task(case: dict[str, Any]) -> dict[str, Any]:
    assert len(case["tasks"]) == 1
    found: dict[str, Any] = case["tasks"][0]
    return found


def act(api: Api, who: str, case: dict[str, Any], **submission: Any) -> dict[str, Any]:
    answer = api.post(who, f"/tasks/{only_task(case)['id']}/complete", {"submission": submission})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_a_filed_case_has_no_due_time_until_the_clock_starts(api: Api, file: File) -> None:
    case = file("permit")
    assert (case["status"], case["received_at"], case["due_at"]) == ("filed", None, None)
    assert case["filed_at"] == "2026-03-09T09:00:00+07:00"
    assert only_task(case)["key"] == "receive"
    accepted = act(api, "binh", case, outcome="accepted")
    assert accepted["status"] == "open"
    assert accepted["received_at"] == "2026-03-09T09:00:00+07:00"
    assert accepted["due_at"].endswith("+07:00")


def test_a_whole_case_with_a_supplement_runs_to_its_end(api: Api, file: File, time: Time) -> None:
    case = act(api, "binh", file("permit"), outcome="accepted")
    promised = case["due_at"]
    time.now += timedelta(hours=1)
    waiting = act(api, "an", case, outcome="supplement")
    assert (waiting["status"], waiting["due_at"]) == ("suspended", None)
    assert waiting["remaining_minutes"] > 0
    assert only_task(waiting)["role"] == "applicant"
    time.now += timedelta(days=3)
    resumed = act(api, "binh", waiting)
    assert resumed["status"] == "open"
    assert resumed["due_at"] > promised
    assert resumed["promised_at"] == promised
    signing = act(api, "an", resumed, outcome="approve")
    closed = act(api, "khoa", signing, outcome="signed")
    assert (closed["status"], closed["outcome"], closed["verdict"], closed["tasks"]) == (
        "closed", "signed", closed["verdict"], [])
    assert closed["data"]["verify"] == {"outcome": "approve"}
    events = api.get("an", f"/cases/{case['code']}/events").json["events"]
    assert [event["action"] for event in events] == ["case.filed"] + ["task.completed"] * 5
    proof = api.get("ha", f"/cases/{case['code']}/verification").json
    assert proof["chain"]["holds"], proof
    assert proof["replay"]["holds"], proof


def test_the_task_says_what_it_asks_and_what_a_choice_is_called(api: Api, file: File) -> None:
    case = act(api, "binh", file("permit"), outcome="accepted")
    task = api.get("an", f"/tasks/{only_task(case)['id']}").json
    assert task["form"]["required"] == ["outcome"]
    assert [choice["value"] for choice in task["outcomes"]] == ["approve", "supplement", "refused"]
    assert task["may_do"] is True
    assert task["case"]["data"]["application"]["amount"] == 135000
    assert task["clock"]["due_at"] == case["due_at"]
    assert any(line["counted"] for line in task["clock"]["lines"])
    assert api.get("binh", f"/tasks/{task['id']}").json["may_do"] is False


def test_the_form_of_a_task_accepts_what_the_task_accepts(api: Api) -> None:
    form = api.get("binh", "/procedures/two-tasks").json["form"]
    Draft202012Validator.check_schema(form)
    check = Draft202012Validator(form)
    assert check.is_valid(office.APPLICANT)
    assert not check.is_valid({**office.APPLICANT, "unknown": 1})
    assert "x-" not in str(form)


def test_the_worklist_has_the_tasks_one_may_do_and_no_others(api: Api, file: File) -> None:
    case = file("two-tasks")
    mine = api.get("binh", "/tasks?mine=1").json["tasks"]
    assert [entry["case"]["code"] for entry in mine] == [case["code"]]
    assert api.get("an", "/tasks?mine=1").json["tasks"] == []
    act(api, "binh", case, outcome="accepted")
    assert [entry["key"] for entry in api.get("an", "/tasks").json["tasks"]] == ["verify"]


def test_a_claimed_task_is_refused_to_others_with_who_what_and_when(api: Api, file: File, time: Time) -> None:
    case = act(api, "binh", file("two-tasks"), outcome="accepted")
    task = only_task(case)["id"]
    assert only_task(api.post("an", f"/tasks/{task}/claim").json)["holder"] == "an"
    time.now += timedelta(minutes=5)
    late = api.post("khoa", f"/tasks/{task}/complete", {"submission": {"outcome": "approve"}})
    assert late.status_code == 409
    assert (late.json["actor"], late.json["action"], late.json["at"]) == (
        "an", "task.claimed", "2026-03-09T09:00:00+07:00")
    assert only_task(api.post("an", f"/tasks/{task}/release", {}).json)["status"] == "ready"
    assert api.post("khoa", f"/tasks/{task}/complete", {"submission": {"outcome": "approve"}}).status_code == 200


def test_a_task_done_before_is_refused_with_who_what_and_when(api: Api, file: File, time: Time) -> None:
    case = file("two-tasks")
    task = only_task(case)["id"]
    act(api, "binh", case, outcome="accepted")
    time.now += timedelta(minutes=1)
    again = api.post("binh", f"/tasks/{task}/complete", {"submission": {"outcome": "accepted"}},
                     Accept_Language="en")
    assert again.status_code == 409
    assert (again.json["actor"], again.json["action"], again.json["at"]) == (
        "binh", "task.completed", "2026-03-09T09:00:00+07:00")
    assert again.json["detail"] == "This task was already completed by binh."


def test_four_eyes_are_kept(api: Api, file: File) -> None:
    case = act(api, "binh", file("permit"), outcome="accepted")
    signing = act(api, "khoa", case, outcome="approve")
    refused = api.post("khoa", f"/tasks/{only_task(signing)['id']}/complete", {"submission": {"outcome": "signed"}})
    assert refused.status_code == 403
    assert "bước trước" in refused.json["detail"]


def test_another_agency_does_not_even_learn_that_a_case_exists(api: Api, file: File) -> None:
    case = file("two-tasks")
    task = only_task(case)["id"]
    for method, path, body in (("GET", f"/cases/{case['code']}", None), ("GET", f"/cases/{case['id']}", None),
                               ("GET", f"/cases/{case['code']}/events", None), ("GET", f"/tasks/{task}", None),
                               ("POST", f"/tasks/{task}/claim", {}), ("POST", f"/tasks/{task}/release", {}),
                               ("POST", f"/tasks/{task}/complete", {"submission": {}}),
                               ("POST", f"/cases/{case['code']}/messages", {"name": "x"})):
        assert api.ask("lan", method, path, body).status_code == 404, path
    assert api.get("lan", "/cases").json["total"] == 0
    assert api.get("an", "/cases").json["total"] == 1


def test_a_task_of_another_role_is_forbidden_to_those_who_see_the_case(api: Api, file: File) -> None:
    task = only_task(file("two-tasks"))["id"]
    assert api.post("an", f"/tasks/{task}/complete", {"submission": {"outcome": "accepted"}}).status_code == 403
    assert api.post("ha", f"/tasks/{task}/claim").status_code == 403


def test_one_files_only_where_one_receives(api: Api) -> None:
    sent = {"procedure": "two-tasks", "submission": office.APPLICANT}
    assert api.post("an", "/cases", sent).status_code == 403
    assert api.post("binh", "/cases", {**sent, "unit": "commune-b"}).status_code == 403
    filed = api.post("lan", "/cases", {**sent, "unit": "commune-b"})
    assert filed.status_code == 201
    assert filed.headers["Location"] == f"/api/v1/cases/{filed.json['code']}"
    assert api.post("binh", "/cases", {**sent, "procedure": "nothing"}).status_code == 404


def test_wrong_answers_are_told_field_by_field(api: Api, file: File) -> None:
    case = act(api, "binh", file("two-tasks"), outcome="accepted")
    task = only_task(case)["id"]
    for submission, field in (({}, "outcome"), ({"outcome": "maybe"}, "outcome"),
                              ({"outcome": "approve", "more": 1}, "more")):
        answer = api.post("an", f"/tasks/{task}/complete", {"submission": submission})
        assert answer.status_code == 422
        assert field in answer.json["errors"], answer.json
    wrong = api.post("binh", "/cases", {"procedure": "two-tasks", "submission": {"amount": "much"}})
    assert list(wrong.json["errors"]) == ["amount"]


@pytest.mark.parametrize(("body", "field"), [
    ({"submission": {}}, "procedure"), ({"procedure": "two-tasks"}, "submission"),
    ({"procedure": 1, "submission": {}}, "procedure"),
    ({"procedure": "two-tasks", "submission": []}, "submission"),
    ({"procedure": "two-tasks", "submission": {}, "priority": 1}, "priority")])
def test_a_request_off_the_contract_is_told_member_by_member(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.post("binh", "/cases", body)
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]
    assert all(isinstance(sentence, str) for sentence in answer.json["errors"][field])


def test_names_and_sentences_come_in_the_language_asked_for(api: Api, file: File) -> None:
    missing = "/cases/none"
    assert api.get("an", missing).json["detail"] == "Không có hồ sơ none."
    assert api.get("an", missing, Accept_Language="en-GB, vi;q=0.5").json["detail"] == "There is no case none."
    assert api.get("an", missing, Accept_Language="fr").json["title"] == "Không tìm thấy"
    english = api.get("an", f"{missing}?lang=en", Accept_Language="vi")
    assert english.json["title"] == "Not found"
    assert english.headers["Content-Language"] == "en"
    case = file("two-tasks")
    assert api.get("an", f"/cases/{case['code']}", Accept_Language="en").headers["Content-Language"] == "en"


def test_who_looked_at_a_case_is_noted(api: Api, file: File, now: datetime) -> None:
    case = file("two-tasks")
    for path in (f"/cases/{case['code']}", f"/cases/{case['id']}", f"/cases/{case['code']}/events",
                 f"/tasks/{only_task(case)['id']}"):
        assert api.get("an", path).status_code == 200
    with database.reading() as session:
        seen = session.scalars(select(Viewing)).all()
        assert [(look.account, look.case_id.hex, look.at) for look in seen] == [("an", case["id"], now)] * 4


def test_the_list_is_filtered_and_odd_filters_are_refused(api: Api, file: File) -> None:
    file("two-tasks")
    other = file("permit")
    assert api.get("an", "/cases?procedure=permit").json["cases"][0]["code"] == other["code"]
    assert api.get("an", "/cases?status=closed").json["total"] == 0
    assert api.get("an", "/cases?filed_from=2026-03-09&filed_to=2026-03-09&q=nhung").json["total"] == 2
    assert api.get("an", "/cases?lateness=late&page=999999").json["total"] == 0
    for odd in ("status=lost", "lateness=x", "filed_from=2026-02-30", "filed_to=tomorrow", "page=0", "page=1e3",
                "nothing=1", "status=open&status=closed", "q=%00", "mine=1"):
        answer = api.get("an", f"/cases?{odd}")
        assert answer.status_code == 422, odd
        assert list(answer.json["errors"]) == [odd.partition("=")[0]]


def test_procedures_in_force_are_told_with_papers_and_form(api: Api) -> None:
    found = api.get("lan", "/procedures", Accept_Language="en").json["procedures"]
    assert [procedure["slug"] for procedure in found] == ["permit", "two-tasks"]
    assert found[0]["form"]["properties"]["applicant"]["type"] == "object"
    assert api.get("lan", "/procedures/none").status_code == 404


def test_only_overseers_check_a_history(api: Api, file: File) -> None:
    case = file("two-tasks")
    assert api.get("an", f"/cases/{case['code']}/verification").status_code == 403
    assert api.get("ha", f"/cases/{case['code']}/verification").status_code == 200


def test_a_supplement_never_given_stops_the_case_when_its_limit_runs_out(api: Api, file: File, now: datetime) -> None:
    waiting = act(api, "an", act(api, "binh", file("permit"), outcome="accepted"), outcome="supplement")
    worker.drain(now + timedelta(days=20))
    assert api.get("an", f"/cases/{waiting['code']}").json["status"] == "suspended"
    worker.drain(now + timedelta(days=45))
    stopped = api.get("an", f"/cases/{waiting['code']}").json
    assert (stopped["status"], stopped["outcome"], stopped["tasks"]) == ("stopped", "supplement.unanswered", [])
    late = api.post("binh", f"/tasks/{only_task(waiting)['id']}/complete", {"submission": {}})
    assert late.status_code == 409
    assert late.json["action"] in ("case.stopped", "task.cancelled")


def test_an_id_that_is_none_is_not_found(api: Api) -> None:
    for path in ("/tasks/1", "/tasks/zzz", "/tasks/%00", "/tasks/" + "f" * 500, "/cases/%00", "/cases/%F0%9F%98%80",
                 "/tasks/0f8fad5b-d9cb-469f-a165-70867728950e", "/cases/0f8fad5bd9cb469fa16570867728950e",
                 "/cases/" + "A" * 500, "/procedures/%00"):
        assert api.get("an", path).status_code == 404, path
    for path in ("/tasks/1/claim", "/tasks/0f8fad5bd9cb469fa16570867728950e/release"):
        assert api.post("an", path).status_code == 404, path
    assert api.post("quan", "/incidents/0f8fad5bd9cb469fa16570867728950e/retry").status_code == 404
    assert api.post("quan", "/incidents/7/retry").status_code == 404
