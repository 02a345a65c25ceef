"""Hand-offs over the API: both units see the same, each may do its part, and bad requests are told what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine import worker
from tests import office
from tests.services import handing_over
from tests.webapp.conftest import Api, Time
from tests.webapp.test_api_cases import act
from tests.webapp.test_api_cost import counting

File = Callable[..., dict[str, Any]]


@pytest.fixture
def police(api: Api, house: dict[str, Any], now: datetime) -> None:
    handing_over.furnished(house, now, handing_over.consulting(), handing_over.consulting("stubborn", boundary=False),
                           handing_over.asking())


@pytest.fixture
def offered(police: None, api: Api, file: File) -> Callable[[str], tuple[dict[str, Any], dict[str, Any]]]:
    """File and receive a case, so that its hand-off is offered; give the case and the hand-off."""
    def made(procedure: str = "consulting") -> tuple[dict[str, Any], dict[str, Any]]:
        case = act(api, "binh", file(procedure), outcome="accepted")
        return case, case["handoffs"][-1]
    return made


Offered = Callable[..., tuple[dict[str, Any], dict[str, Any]]]


def test_a_case_tells_its_hand_offs_and_who_answers_for_it(api: Api, offered: Offered) -> None:
    case, one = offered()
    assert (case["accountable_unit"], case["tasks"]) == ("division", [])
    assert (one["place"], one["status"], one["from_unit"], one["to_unit"]) == (
        "consult", "offered", "division", "police")
    assert one["acknowledge_by"] == "2026-03-09T14:30:00+07:00"
    after = api.post("tam", f"/handoffs/{one['id']}/accept").json
    assert after["accountable_unit"] == "police"
    assert [task["unit"] for task in after["tasks"]] == ["police"]
    assert after["handoffs"][0]["due_at"] == "2026-03-11T09:00:00+07:00"
    assert api.get("an", f"/cases/{case['code']}").json == after


def test_from_offer_to_result_by_a_called_process(api: Api, offered: Offered) -> None:
    _, one = offered()
    case = api.post("tam", f"/handoffs/{one['id']}/accept").json
    case = act(api, "son", case, outcome="agree")
    assert (case["handoffs"][0]["status"], case["accountable_unit"]) == ("returned", "division")
    case = act(api, "an", case, outcome="approve")
    assert case["status"] == "closed"


def test_a_list_has_both_clocks_and_what_one_may_do(api: Api, offered: Offered, time: Time) -> None:
    case, one = offered()
    time.now = office.at("2026-03-09T13:30")
    [mine] = api.get("tam", "/handoffs?direction=in").json["handoffs"]
    assert (mine["id"], mine["case"], mine["remaining_minutes"], mine["late"]) == (one["id"], case["code"], 60, False)
    assert (mine["may"], mine["case_due_at"]) == (["accept", "refuse"], "2026-03-16T17:00:00+07:00")
    assert api.get("tam", "/handoffs?direction=out").json["handoffs"] == []
    time.now = office.at("2026-03-10T08:30")
    worker.drain(time.now)
    [theirs] = api.get("an", "/handoffs?status=late&direction=out&unit=division").json["handoffs"]
    assert (theirs["remaining_minutes"], theirs["late"], theirs["may"]) == (-210, True, ["offer"])
    assert theirs["alarmed_at"] == "2026-03-10T08:30:00+07:00"
    assert api.get("tam", f"/handoffs/{one['id']}").json["may"] == ["accept", "refuse"]
    assert api.get("an", "/handoffs?unit=commune-b").json["handoffs"] == []
    assert api.get("an", "/handoffs?status=returned").json["handoffs"] == []
    assert api.get("lan", "/handoffs").json["handoffs"] == []


def test_refused_and_offered_to_another_unit_of_the_type(api: Api, offered: Offered) -> None:
    _, one = offered("stubborn")
    case = api.post("tam", f"/handoffs/{one['id']}/refuse", {"reason": "Thiếu hồ sơ."}).json
    assert (case["handoffs"][0]["reason"], case["handoffs"][0]["open"]) == ("Thiếu hồ sơ.", True)
    wrong = api.post("an", f"/handoffs/{one['id']}/offer", {"unit": "commune-b"})
    assert (wrong.status_code, wrong.json["type"]) == (404, "urn:motcua:problem:UnitNotFound")
    case = api.post("an", f"/handoffs/{one['id']}/offer", {"unit": "police-far"}).json
    assert [(hand_off["status"], hand_off["to_unit"]) for hand_off in case["handoffs"]] == [
        ("refused", "police"), ("offered", "police-far")]


def test_the_result_of_a_message_is_given_by_the_unit(api: Api, offered: Offered) -> None:
    _, one = offered("asking")
    early = api.post("tam", f"/handoffs/{one['id']}/result", {"answer": {"clean": True}})
    assert early.status_code == 409
    api.post("tam", f"/handoffs/{one['id']}/accept")
    case = api.post("tam", f"/handoffs/{one['id']}/result", {"answer": {"clean": True}}).json
    assert case["data"]["answered"] == {"clean": True}
    assert case["handoffs"][0]["status"] == "returned"


def test_the_slower_one_is_told_who_answered_and_when(api: Api, offered: Offered) -> None:
    _, one = offered()
    api.post("tam", f"/handoffs/{one['id']}/accept")
    lost = api.post("minh", f"/handoffs/{one['id']}/refuse", {"reason": "Không."})
    assert lost.status_code == 409
    assert (lost.json["actor"], lost.json["action"], lost.json["at"]) == (
        "tam", "handoff.accepted", "2026-03-09T09:00:00+07:00")


def test_a_request_that_comes_twice_is_done_once(api: Api, offered: Offered) -> None:
    _, one = offered()
    first = api.post("tam", f"/handoffs/{one['id']}/accept", Idempotency_Key="k")
    again = api.post("tam", f"/handoffs/{one['id']}/accept", Idempotency_Key="k")
    assert (again.status_code, again.json) == (200, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(("who", "status"), [("lan", 404), ("xuan", 404), ("an", 403), ("son", 403), (None, 401)])
def test_only_the_unit_it_goes_to_may_answer(api: Api, offered: Offered, who: str | None, status: int) -> None:
    _, one = offered()
    assert api.post(who, f"/handoffs/{one['id']}/accept").status_code == status
    assert api.post(who, f"/handoffs/{one['id']}/refuse", {"reason": "Không."}).status_code == status


@pytest.mark.parametrize(("path", "body", "fault"), [
    ("refuse", {}, "reason"), ("refuse", {"reason": ""}, "reason"), ("refuse", {"reason": "   "}, "reason"),
    ("refuse", {"reason": 7}, "reason"), ("refuse", {"reason": "x" * 2001}, "reason"),
    ("refuse", {"reason": "x", "more": 1}, "more"), ("offer", {"unit": 7}, "unit"), ("result", {}, "answer"),
    ("result", {"answer": [1]}, "answer"), ("accept", {"reason": "x"}, "reason")])
def test_a_wrong_body_is_told_by_member(api: Api, offered: Offered, path: str, body: dict[str, Any],
                                        fault: str) -> None:
    _, one = offered()
    refused = api.post("tam", f"/handoffs/{one['id']}/{path}", body)
    assert refused.status_code == 422
    assert list(refused.json["errors"]) == [fault]


@pytest.mark.parametrize("query", ["status=new", "direction=up", "unit=a&unit=b", "page=1"])
def test_a_wrong_question_is_refused(api: Api, query: str) -> None:
    assert api.get("an", f"/handoffs?{query}").status_code == 422


@pytest.mark.parametrize("name", ["x", "0" * 32, "../cases"])
def test_what_is_no_hand_off_is_not_found(api: Api, name: str) -> None:
    assert api.get("an", f"/handoffs/{name}").status_code == 404
    assert api.post("an", f"/handoffs/{name}/accept").status_code == 404


def test_answering_costs_no_more_than_completing_a_task(api: Api, offered: Offered) -> None:
    for warm in (False, True):
        _, one = offered()
        assert api.token("tam")
        with counting() as count:
            answer = api.post("tam", f"/handoffs/{one['id']}/accept")
        assert answer.status_code == 200
        assert count.commits == 1
        if warm:
            assert len(count.statements) <= 12, "\n".join(count.statements)


def test_the_alarm_is_no_word_of_a_person(api: Api, offered: Offered, time: Time) -> None:
    case, _ = offered()
    worker.drain(time.now + timedelta(days=1))
    events = api.get("an", f"/cases/{case['code']}/events").json["events"]
    assert (events[-1]["action"], events[-1]["actor"]) == ("handoff.unacknowledged", "system")
