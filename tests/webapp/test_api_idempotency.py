"""The same key and body answer the first result again; nothing is done twice, not even by two requests at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engine.domain.people import Actor
from engine.storage import database
from engine.storage.tables import audit_event_table, case_table, stored_answer_table
from tests import office
from tests.webapp.conftest import Api
from tests.webapp.test_api_cases import only_task

File = Callable[..., dict[str, Any]]
FILING = {"procedure": "two-tasks", "submission": office.APPLICANT}


def counted(table: Any) -> int:
    with database.reading() as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def test_the_same_filing_again_answers_the_first_case(api: Api) -> None:
    first = api.post("binh", "/cases", FILING, Idempotency_Key="a-1")
    again = api.post("binh", "/cases", FILING, Idempotency_Key="a-1", Accept_Language="en")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.data == first.data
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert counted(case_table) == 1


def test_a_body_that_says_the_same_in_another_order_is_the_same(api: Api) -> None:
    first = api.post("binh", "/cases", FILING, Idempotency_Key="a-1")
    turned = {"submission": dict(reversed(office.APPLICANT.items())), "procedure": "two-tasks"}
    assert api.post("binh", "/cases", turned, Idempotency_Key="a-1").data == first.data


def test_another_body_or_another_address_under_the_same_key_is_refused(api: Api, file: File) -> None:
    case = file(Idempotency_Key="a-1")
    other = api.post("binh", "/cases", {**FILING, "unit": "division"}, Idempotency_Key="a-1", Accept_Language="en")
    assert other.status_code == 422
    assert other.json["errors"] == {"Idempotency-Key": ["This key was used for another request."]}
    assert api.post("binh", f"/tasks/{only_task(case)['id']}/claim", Idempotency_Key="a-1").status_code == 422
    assert counted(case_table) == 1


def test_a_key_belongs_to_its_account(api: Api) -> None:
    sent = {"procedure": "two-tasks", "submission": office.APPLICANT}
    one = api.post("binh", "/cases", sent, Idempotency_Key="k")
    two = api.post("lan", "/cases", sent, Idempotency_Key="k")
    assert one.json["code"] != two.json["code"]


def test_every_act_can_be_sent_again(api: Api, file: File) -> None:
    task = only_task(file())["id"]
    acts: tuple[tuple[str, Any], ...] = (
        ("claim", None), ("release", {}), ("complete", {"submission": {"outcome": "accepted"}}))
    for verb, body in acts:
        first = api.post("binh", f"/tasks/{task}/{verb}", body, Idempotency_Key=verb)
        assert api.post("binh", f"/tasks/{task}/{verb}", body, Idempotency_Key=verb).data == first.data
    assert counted(audit_event_table) >= 4
    assert counted(stored_answer_table) == 3


def test_a_refused_act_leaves_the_key_free(api: Api, file: File) -> None:
    task = only_task(file())["id"]
    wrong = api.post("binh", f"/tasks/{task}/complete", {"submission": {}}, Idempotency_Key="k")
    assert wrong.status_code == 422
    right = api.post("binh", f"/tasks/{task}/complete", {"submission": {"outcome": "accepted"}}, Idempotency_Key="k")
    assert right.status_code == 200


@pytest.mark.parametrize("key", ["", "x" * 256, "\u00e9", "a\tb"])
def test_a_malformed_key_is_refused(api: Api, key: str) -> None:
    answer = api.client.post("/api/v1/cases", json=FILING, headers={
        "Authorization": f"Bearer {api.token('binh')}", "Idempotency-Key": key})
    assert answer.status_code == 400
    assert counted(case_table) == 0


def at_once(app: Flask, asks: list[Callable[[Any], TestResponse]]) -> list[TestResponse]:
    start = Barrier(len(asks))

    def one(ask: Callable[[Any], TestResponse]) -> TestResponse:
        start.wait()
        return ask(app.test_client())
    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(one, asks))


def test_the_same_filing_sent_by_many_at_once_makes_one_case(api: Api, app: Flask, house: dict[str, Actor]) -> None:
    headers = {"Authorization": f"Bearer {api.token('binh')}", "Idempotency-Key": "once"}
    for round_ in range(5):
        headers["Idempotency-Key"] = f"once-{round_}"
        answers = at_once(app, [lambda client: client.post("/api/v1/cases", json=FILING, headers=headers)] * 6)
        assert {answer.status_code for answer in answers} == {201}, [answer.text for answer in answers]
        assert len({answer.data for answer in answers}) == 1
        assert counted(case_table) == round_ + 1


def test_the_same_task_done_by_many_at_once_is_done_once(api: Api, app: Flask, file: File) -> None:
    case = file()
    api.post("binh", f"/tasks/{only_task(case)['id']}/complete", {"submission": {"outcome": "accepted"}})
    task = only_task(api.get("an", f"/cases/{case['code']}").json)["id"]
    path = f"/api/v1/tasks/{task}/complete"
    people = [{"Authorization": f"Bearer {api.token(name)}"} for name in ("an", "khoa") * 3]
    answers = at_once(app, [lambda client, who=who: client.post(path, json={"submission": {"outcome": "approve"}},
                                                               headers=who) for who in people])
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] + [409] * 5
    winner = {answer.json["actor"] for answer in answers if answer.status_code == 409}
    assert len(winner) == 1
    assert winner <= {"an", "khoa"}
    assert {answer.json["action"] for answer in answers if answer.status_code == 409} == {"task.completed"}
    proof = api.get("ha", f"/cases/{case['code']}/verification").json
    assert proof["chain"]["holds"]
    assert proof["replay"]["holds"]


def test_the_same_act_under_one_key_by_many_at_once_answers_all_alike(api: Api, app: Flask, file: File) -> None:
    task = only_task(file())["id"]
    headers = {"Authorization": f"Bearer {api.token('binh')}", "Idempotency-Key": "once"}
    answers = at_once(app, [lambda client: client.post(
        f"/api/v1/tasks/{task}/complete", json={"submission": {"outcome": "accepted"}}, headers=headers)] * 6)
    assert {answer.status_code for answer in answers} == {200}, [answer.text for answer in answers]
    assert len({answer.data for answer in answers}) == 1
