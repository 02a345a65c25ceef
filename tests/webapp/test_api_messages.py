"""Messages and signals over the API: at once, kept, twice, starting a case, and refused in sentences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from engine import worker
from tests import office
from tests.services.talking import event, look, paying, publish
from tests.services.test_signals import listening
from tests.webapp.conftest import Api
from tests.webapp.test_api_cases import act

File = Callable[..., dict[str, Any]]


def holds(api: Api, case: dict[str, Any]) -> bool:
    """Tell whether chain and replay of a case hold."""
    found = api.get("ha", f"/cases/{case['code']}/verification").json
    return bool(found["chain"]["holds"] and found["replay"]["holds"])


def test_an_early_message_is_kept_and_one_sent_twice_is_taken_once(api: Api, file: File, now: datetime) -> None:
    paying(now)
    case = file("paying")
    path, sent = f"/cases/{case['code']}/messages", {"message": "payment", "id": "bank-1", "payload": {"receipt": "17"}}
    first = api.post("binh", path, sent, Idempotency_Key="k")
    assert (first.status_code, first.json["buffered"], first.json["repeated"]) == (202, True, False)
    recalled = api.post("binh", path, sent, Idempotency_Key="k")
    assert (recalled.status_code, recalled.data) == (202, first.data)
    second = api.post("binh", path, sent)
    assert (second.status_code, second.json["buffered"], second.json["repeated"]) == (202, True, True)
    act(api, "an", case)
    worker.drain(now)
    third = api.post("binh", path, sent)
    assert (third.status_code, third.json["buffered"], third.json["repeated"]) == (200, False, True)
    assert third.json["data"]["paid"] == {"receipt": "17"}
    assert holds(api, case)


def test_a_message_that_is_waited_for_is_taken_at_once(api: Api, file: File, now: datetime) -> None:
    paying(now)
    case = file("paying")
    act(api, "an", case)
    taken = api.post("binh", f"/cases/{case['code']}/messages", {"message": "payment", "payload": {"receipt": "17"}})
    assert (taken.status_code, taken.json["buffered"]) == (200, False)
    assert [task["key"] for task in taken.json["tasks"]] == ["again"]


@pytest.mark.parametrize(("sent", "status", "field"), [
    ({"payload": {}}, 422, "message"), ({"message": ""}, 422, "message"),
    ({"message": "payment", "id": "a b"}, 422, "id"), ({"message": "payment", "id": "x" * 101}, 422, "id"),
    ({"message": "payment", "more": 1}, 422, "more"),
    ({"message": "unknown"}, 409, None), ({"message": "payment", "payload": {"a": "\x00"}}, 422, "a")])
def test_a_message_that_cannot_be_taken_is_refused_in_a_sentence(
        sent: dict[str, Any], status: int, field: str | None, api: Api, file: File, now: datetime) -> None:
    paying(now)
    case = file("paying")
    refused = api.post("binh", f"/cases/{case['code']}/messages", sent)
    assert (refused.status_code, bool(refused.json["detail"])) == (status, True)
    if field is not None:
        assert field in refused.json["errors"]


def test_nobody_of_another_commune_can_tell_that_the_case_exists(api: Api, file: File, now: datetime) -> None:
    paying(now)
    assert api.post("lan", f"/cases/{file('paying')['code']}/messages", {"message": "payment"}).status_code == 404


def starting(slug: str, now: datetime) -> None:
    """Publish a procedure that a message starts."""
    publish(slug, event("startEvent", "asked", "message", "ping") + look() + '<bpmn:endEvent id="done"/>'
            + office.flows(("asked", "look"), ("look", "done")), now)


def test_a_message_starts_a_case_for_who_may_file(api: Api, now: datetime) -> None:
    starting("there", now)
    sent = {"message": "ping", "payload": {"full_name": "Nguyễn Thị Hồng Nhung"}}
    began = api.post("binh", "/messages", sent, Idempotency_Key="k")
    assert (began.status_code, began.json["procedure"], began.json["applicant"]) == (
        201, "there", "Nguyễn Thị Hồng Nhung")
    assert began.json["data"] == {"asked": {"full_name": "Nguyễn Thị Hồng Nhung"}}
    assert began.headers["Location"].endswith(began.json["code"])
    assert api.post("binh", "/messages", sent, Idempotency_Key="k").data == began.data
    assert holds(api, began.json)
    assert api.post("an", "/messages", sent).status_code == 403
    assert api.post("binh", "/messages", {"message": "unknown"}).status_code == 409
    starting("yonder", now)
    assert "there, yonder" in api.post("binh", "/messages", sent, Accept_Language="en").json["detail"]
    chosen = api.post("binh", "/messages", {**sent, "procedure": "yonder", "unit": "division"})
    assert (chosen.status_code, chosen.json["procedure"]) == (201, "yonder")
    assert api.post("binh", "/messages", {**sent, "procedure": "two-tasks"}).status_code == 409


def test_an_administrator_sends_a_signal_once(api: Api, file: File, now: datetime) -> None:
    listening(now)
    case = file("watch")
    sent = {"signal": "flood", "id": "flood-1", "payload": {"level": 3}}
    first = api.post("quan", "/signals", sent)
    assert (first.status_code, first.json) == (
        202, {"signal": "flood", "id": "flood-1", "cases": 1, "started": [], "repeated": False})
    assert api.post("quan", "/signals", sent).json["repeated"]
    worker.drain(now)
    assert api.get("binh", f"/cases/{case['code']}").json["data"]["warned"] == {"level": 3}
    assert holds(api, case)
    assert api.post("binh", "/signals", sent).status_code == 403
    assert api.post("quan", "/signals", {}).status_code == 422
