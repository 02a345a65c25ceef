"""A case the engine cannot carry on is halted, told as a conflict, and goes on when an administrator says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from engine.procedures.pack import Pack
from engine.services import procedures
from tests import office
from tests.webapp.conftest import Api
from tests.webapp.test_api_cases import act, only_task

File = Callable[..., dict[str, Any]]


def gap(now: datetime) -> None:
    """Publish a procedure whose condition cannot be judged when a number was left out."""
    inside = ('<bpmn:startEvent id="application"/>' + office.user_task("look", "leader", "competent")
              + '<bpmn:exclusiveGateway id="choose" default="f2"/><bpmn:endEvent id="yes"/><bpmn:endEvent id="no"/>'
              + office.flows(("application", "look"), ("look", "choose"), ("choose", "yes"),
                             ("choose", "no", "look.count &gt; 3")))
    procedures.publish(Pack({
        "procedure.toml": office.manifest("with-gap"), "process.bpmn": office.diagram("with-gap", inside),
        "forms/application.json": office.APPLICATION,
        "forms/look.json": office.form(count={"type": "integer", "title": "Số"})}), now)


def test_an_act_the_engine_cannot_carry_out_halts_the_case_until_an_administrator_retries(
        api: Api, file: File, now: datetime) -> None:
    gap(now)
    case = file("with-gap")
    path = f"/tasks/{only_task(case)['id']}/complete"
    failed = api.post("khoa", path, {"submission": {}}, Accept_Language="en")
    assert failed.status_code == 409
    assert (failed.json["actor"], failed.json["action"], failed.json["at"]) == (
        "khoa", "incident.raised", "2026-03-09T09:00:00+07:00")
    assert api.get("khoa", f"/cases/{case['code']}").json["status"] == "halted"
    assert api.post("khoa", path, {"submission": {"count": 5}}).status_code == 409
    assert api.get("khoa", "/incidents").status_code == 403
    incident = api.get("quan", "/incidents", Accept_Language="en").json["incidents"][0]
    assert (incident["case"], incident["resolved_at"]) == (case["code"], None)
    retry = f"/incidents/{incident['id']}/retry"
    assert api.post("khoa", retry).status_code == 403
    first = api.post("quan", retry, Idempotency_Key="r-1")
    assert first.json == {"incident": incident["id"], "case": case["code"], "status": first.json["status"]}
    assert api.post("quan", retry, Idempotency_Key="r-1").data == first.data
    again = api.post("quan", retry)
    assert (again.status_code, again.json["actor"], again.json["action"]) == (409, "quan", "incident.resolved")
    assert api.get("quan", "/incidents?resolved=1").json["incidents"][0]["resolved_by"] == "quan"
    assert act(api, "khoa", case, count=5)["status"] == "closed"
    assert api.get("ha", f"/cases/{case['code']}/verification").json["replay"]["holds"]


def messages(now: datetime) -> None:
    """Publish a procedure that waits for a message."""
    inside = ('<bpmn:startEvent id="application"/><bpmn:receiveTask id="paid" name="paid" messageRef="m"/>'
              + office.user_task("look", "leader", "competent") + '<bpmn:endEvent id="done"/>'
              + office.flows(("application", "paid"), ("paid", "look"), ("look", "done")))
    diagram = office.diagram("with-message", inside).replace(
        b"<bpmn:process", b'<bpmn:message id="m" name="payment_confirmed"/><bpmn:process', 1)
    procedures.publish(Pack({"procedure.toml": office.manifest("with-message"), "process.bpmn": diagram,
                             "forms/application.json": office.APPLICATION, "forms/look.json": office.form()}), now)


def test_a_message_carries_a_waiting_case_on_once(api: Api, file: File, now: datetime) -> None:
    messages(now)
    case = file("with-message")
    assert case["tasks"] == []
    path = f"/cases/{case['code']}/messages"
    assert api.post("binh", path, {"name": "another"}).status_code == 409
    assert api.post("binh", path, {"name": "payment_confirmed", "payload": {"a": "\x00"}}).status_code == 422
    sent = {"name": "payment_confirmed", "payload": {"receipt": "0012345"}}
    first = api.post("binh", path, sent, Idempotency_Key="m-1")
    assert first.status_code == 200
    assert first.json["data"]["paid"] == {"receipt": "0012345"}
    assert only_task(first.json)["key"] == "look"
    assert api.post("binh", path, sent, Idempotency_Key="m-1").data == first.data
    second = api.post("binh", path, sent)       # another key, and no id: another payment, kept until one is waited for
    assert (second.status_code, second.json["buffered"]) == (202, True)
    assert api.get("ha", f"/cases/{case['code']}/verification").json["replay"]["holds"]
