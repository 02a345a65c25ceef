"""What a stranger draws, played over the API: everything ends as drawn, and its history holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Thread
from typing import Any

import pytest
from flask import Flask

from engine import worker
from engine.procedures.pack import Pack
from engine.services import accounts, procedures
from tests import office
from tests.services import handing_over
from tests.webapp import strangers_packs
from tests.webapp.conftest import Api
from tests.webapp.pages import PASSWORD, Visitor
from tests.webapp.test_api_messages import holds

Case = dict[str, Any]


def filed(api: Api, now: datetime, pack: Pack, submission: dict[str, Any] | None = None) -> Case:
    """Publish a pack and file a case of it."""
    procedures.publish(pack, now)
    slug = next(line.split('"')[1] for line in pack.files["procedure.toml"].decode().splitlines())
    answer = api.post("binh", "/cases", {"procedure": slug, "submission": submission or office.APPLICANT})
    assert answer.status_code == 201, answer.text
    found: Case = answer.json
    return found


def places(case: Case) -> list[str]:
    """Give the places of the open tasks, in order of their names."""
    return sorted("/".join(filter(None, (task["path"], task["key"]))) for task in case["tasks"])


def do(api: Api, case: Case, place: str, who: str = "an", **submission: Any) -> Case:
    """Do the first open task at a place."""
    path, _, key = place.rpartition("/")
    task = next(one for one in case["tasks"] if (one["path"], one["key"]) == (path, key))
    answer = api.post(who, f"/tasks/{task['id']}/complete", {"submission": submission})
    assert answer.status_code == 200, answer.text
    found: Case = answer.json
    return found


def tell(api: Api, case: Case, message: str, **payload: Any) -> Case:
    """Give the case a message that something waits for."""
    answer = api.post("binh", f"/cases/{case['code']}/messages", {"message": message, "payload": payload})
    assert answer.status_code == 200, answer.text
    found: Case = answer.json
    return found


def test_an_error_two_levels_down_ends_the_sub_process_and_a_message_stands_beside_it(api: Api, now: datetime) -> None:
    case = filed(api, now, strangers_packs.nested())
    case = tell(api, case, "payment_confirmed", amount=5)
    assert places(case) == ["after_paid", "outer/inner/look"]
    case = do(api, case, "outer/inner/look", outcome="bad")
    assert (places(case), case["data"]["broke"]) == (
        ["after_broke", "after_paid"], {"code": "broken", "element": "Event_bad"})
    case = do(api, do(api, case, "after_paid"), "after_broke")
    assert (case["status"], case["data"]["paid"]) == ("closed", {"amount": 5})
    assert holds(api, case)


def test_an_escalation_stands_beside_the_sub_process_that_ends_by_it(api: Api, now: datetime) -> None:
    case = do(api, filed(api, now, strangers_packs.nested()), "outer/inner/look", outcome="up")
    assert places(case) == ["after_raised"]
    case = do(api, case, "after_raised")
    assert case["status"] == "closed"
    assert holds(api, case)


def test_event_sub_processes_stand_beside_as_often_as_they_begin_or_end_everything(api: Api, now: datetime) -> None:
    case = filed(api, now, strangers_packs.listening())
    case = tell(api, tell(api, case, "payment_confirmed"), "payment_confirmed")
    case = do(api, case, "weigh", amount=500)
    assert places(case) == ["on_message/note", "on_message/note", "on_much/ask", "write"]
    assert api.post("quan", "/signals", {"signal": "storm", "payload": {"level": 12}}).json["cases"] == 1
    worker.drain(now)
    case = api.get("an", f"/cases/{case['code']}").json
    assert (places(case), case["data"]["on_signal_begins"]) == (["on_signal/close"], {"level": 12})
    assert do(api, case, "on_signal/close")["status"] == "closed"
    assert holds(api, case)


def test_every_instance_keeps_its_own_answer_and_its_page_shows_it(api: Api, app: Flask, now: datetime) -> None:
    people = [{"name": "Lan"}, {"name": "Huệ"}]
    case = filed(api, now, strangers_packs.several(), {"people": people, "n": 4})
    assert [task["name"] for task in case["tasks"]] == ["Thăm nhà – Lan", "Thăm nhà – Huệ"]
    case = do(api, do(api, case, "visit[2]/visit", outcome="away"), "visit[1]/visit", outcome="seen")
    assert case["data"]["visit"] == [{"person": people[0], "outcome": "seen"}, {"person": people[1], "outcome": "away"}]
    case = do(api, do(api, case, "vote[1]/vote", outcome="yes"), "vote[2]/vote", outcome="no")
    assert places(case) == ["write"]
    assert holds(api, case)
    accounts.set_password("an", PASSWORD, now)
    visitor = Visitor(app.test_client())
    visitor.sign_in("an")
    page = visitor.get(f"/cases/{case['code']}").text
    assert [words in page for words in ("Thăm nhà – Lan", "Thăm nhà – Huệ", "away", "seen", "Biểu quyết")] == [True] * 5


def test_nobody_on_the_list_is_no_task_at_all(api: Api, now: datetime) -> None:
    assert places(filed(api, now, strangers_packs.several(), {"people": [], "n": 0})) == ["write"]


@pytest.mark.parametrize(("amount", "open_tasks"), [(0, ["d"]), (2, ["a"]), (9, ["a", "b"])])
def test_gateways_choose_by_conditions_of_each_language_and_by_what_comes_first(
        amount: int, open_tasks: list[str], api: Api, now: datetime) -> None:
    case = filed(api, now, strangers_packs.choosing(), {**office.APPLICANT, "amount": amount})
    assert places(case) == open_tasks
    early = api.post("binh", f"/cases/{case['code']}/messages", {"message": "more_papers", "payload": {"n": 1}})
    assert (early.status_code, early.json["buffered"]) == (202, True)
    for key in open_tasks:
        case = do(api, case, key)
    worker.drain(now)
    case = api.get("an", f"/cases/{case['code']}").json
    assert (places(case), case["data"]["got_papers"]) == (["last"], {"n": 1})
    assert do(api, case, "last")["status"] == "closed"
    assert holds(api, case)


def test_what_is_for_the_same_unit_in_a_call_handed_over_is_for_the_unit_that_accepted(
        api: Api, file: Callable[..., Case], house: dict[str, Any], now: datetime) -> None:
    pack = handing_over.consulting()
    opinion = pack.files["shared/opinion.bpmn"].replace(b'unit="competent"', b'unit="same"')
    handing_over.furnished(house, now, Pack({**pack.files, "shared/opinion.bpmn": opinion}))
    case = do(api, file("consulting"), "receive", "binh", outcome="accepted")
    case = api.post("tam", f"/handoffs/{case['handoffs'][-1]['id']}/accept").json
    assert ([task["unit"] for task in case["tasks"]], case["accountable_unit"]) == (["police"], "police")
    case = do(api, case, "consult/examine", "son", outcome="agree")
    assert (places(case), case["accountable_unit"]) == (["decide"], "division")
    assert holds(api, case)


def test_messages_that_come_all_at_once_are_each_taken_or_kept(api: Api, app: Flask, now: datetime) -> None:
    case = filed(api, now, strangers_packs.listening())
    api.token("binh")
    statuses: list[int] = []

    def send(number: int) -> None:
        sender = Api(app.test_client(), now, api.tokens)
        sent = {"message": "payment_confirmed", "id": f"bank-{number % 4}"}
        statuses.append(sender.post("binh", f"/cases/{case['code']}/messages", sent).status_code)

    threads = [Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    worker.drain(now)
    assert set(statuses) <= {200, 202}
    assert len(statuses) == 8
    case = api.get("an", f"/cases/{case['code']}").json
    assert places(case) == ["on_message/note"] * 4 + ["weigh"]
    assert holds(api, case)
