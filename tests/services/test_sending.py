"""What a case sends: to the procedure its message flow leads to, to the case it came from, to nobody, amid trouble."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine import worker
from engine.domain.case import Case, CaseStatus, Incident
from engine.jobs import queue
from engine.services import history, incidents, messages
from engine.services.messages import Message
from engine.storage import database, tables
from tests import office
from tests.services.talking import (
    House,
    again,
    asking,
    event,
    filed,
    killed,
    look,
    paying,
    pools,
    publish,
    receive,
    send,
)
from tests.services.test_case_course import done, holds
from tests.services.test_messages import actions
from tests.services.test_superuser import put, rewrite

HOUR = timedelta(hours=1)


def sent_by(case: Case) -> list[Case]:
    """Give the cases that came from this one, oldest first."""
    columns = tables.case_table.c
    with database.reading() as session:
        codes = list(session.scalars(select(columns.code).where(columns.origin == case.code).order_by(columns.code)))
    return [again(code) for code in codes]


def told(case: Case, action: str) -> list[dict[str, object]]:
    """Give the facts of the events of an action."""
    with database.reading() as session:
        return [event.facts() for event in history.events_of(session, case) if event.action == action]


def incident() -> Incident:
    """Give the only incident."""
    with database.reading() as session:
        found = session.scalars(select(Incident)).one()
        session.expunge_all()
        return found


def test_a_message_starts_the_procedure_its_flow_leads_to_and_the_answer_comes_back(
        house: House, now: datetime) -> None:
    asking(now)
    asker = filed("licence", house, now)
    assert asker.open_tasks() == []
    assert worker.drain(now) == 1
    [extract] = sent_by(asker)
    assert (extract.procedure, extract.origin, extract.applicant, extract.filed_by, extract.unit) == (
        "extract", asker.code, "", "system", "division")
    assert extract.data == {"asked": {"amount": 135000}}
    [out] = told(again(asker.code), "message.sent")
    assert (out["message"], out["to"], out["reached"]) == ("extract_requested", "extract", {"started": extract.code})
    extract = done(extract, house["an"], now + HOUR, number="17/2026")
    assert extract.status is CaseStatus.CLOSED
    holds(extract)
    worker.drain(now + HOUR)
    asker = again(asker.code)
    assert (asker.data["extract"], [task.key for task in asker.open_tasks()]) == (
        {"find": {"number": "17/2026"}}, ["look"])
    [back] = told(extract, "message.sent")
    assert back["reached"] == {"case": asker.code}
    assert told(asker, "message.received")[0]["from"] == extract.code
    for case in (asker, again(extract.code), done(asker, house["an"], now + 2 * HOUR)):
        holds(case)
    assert history.verify_office().holds


def test_an_answer_reaches_the_case_it_belongs_to_and_no_other(house: House, now: datetime) -> None:
    asking(now)
    askers = [filed("licence", house, now) for _ in range(4)]
    worker.drain(now)
    for number in (2, 0):
        [extract] = sent_by(askers[number])
        done(extract, house["an"], now, number=str(number))
    worker.drain(now)
    assert [again(one.code).data.get("extract") for one in askers] == [
        {"find": {"number": "0"}}, None, {"find": {"number": "2"}}, None]


def test_an_answer_that_comes_before_it_is_waited_for_is_kept(house: House, now: datetime) -> None:
    publish("patient", '<bpmn:startEvent id="application"/>' + send("ask", "ping") + look() + receive("got", "notice")
            + '<bpmn:endEvent id="done"/>'
            + office.flows(("application", "ask"), ("ask", "look"), ("look", "got"), ("got", "done")), now,
            pools("patient", ("ask", "b"), b="quick"))
    publish("quick", event("startEvent", "asked", "message", "ping") + event("endEvent", "ready", "message", "notice")
            + office.flows(("asked", "ready")), now, pools("quick", ("ready", "a"), a="patient"))
    case = filed("patient", house, now)
    worker.drain(now)
    case = again(case.code)
    assert actions(case) == ["case.filed", "message.sent", "message.buffered"]
    holds(case)
    done(case, house["an"], now + HOUR)
    worker.drain(now + HOUR)
    case = again(case.code)
    assert case.status is CaseStatus.CLOSED
    holds(case)
    holds(sent_by(case)[0])


def test_a_message_to_a_pool_nothing_is_known_of_is_recorded_as_sent(house: House, now: datetime) -> None:
    publish("outward", '<bpmn:startEvent id="application"/>' + send("ask", "ping") + '<bpmn:endEvent id="done"/>'
            + office.flows(("application", "ask"), ("ask", "done")), now, pools("outward", ("ask", "bank"), bank=""))
    case = filed("outward", house, now)
    assert case.status is CaseStatus.CLOSED
    holds(case)
    worker.drain(now)
    case = again(case.code)
    [out] = told(case, "message.sent")
    assert (out["to"], out["reached"], case.pending) == ("bank", {}, {})
    holds(case)


def test_without_a_flow_a_message_finds_the_linked_case_by_its_name_then_a_procedure(
        house: House, now: datetime) -> None:
    publish("here", '<bpmn:startEvent id="application"/>' + send("ask", "ping") + receive("got", "notice")
            + '<bpmn:endEvent id="done"/>' + office.flows(("application", "ask"), ("ask", "got"), ("got", "done")), now)
    publish("there", event("startEvent", "asked", "message", "ping") + event("endEvent", "ready", "message", "notice")
            + office.flows(("asked", "ready")), now)
    case = filed("here", house, now)
    worker.drain(now)
    assert again(case.code).status is CaseStatus.CLOSED
    holds(again(case.code))


def test_two_procedures_that_start_by_one_message_need_a_flow_to_choose(house: House, now: datetime) -> None:
    publish("here", '<bpmn:startEvent id="application"/>' + send("ask", "ping") + '<bpmn:endEvent id="done"/>'
            + office.flows(("application", "ask"), ("ask", "done")), now)
    for slug in ("there", "yonder"):
        publish(slug, event("startEvent", "asked", "message", "ping") + look() + '<bpmn:endEvent id="done"/>'
                + office.flows(("asked", "look"), ("look", "done")), now)
    case = filed("here", house, now)
    worker.drain(now)
    assert (incident().code, incident().element) == ("ambiguous-receiver", "ask")
    holds(again(case.code))


def test_without_a_single_unit_to_receive_it_an_incident_stands_on_the_sender_and_retrying_sends(
        house: House, now: datetime) -> None:
    publish("here", '<bpmn:startEvent id="application"/>' + send("ask", "ping") + look() + '<bpmn:endEvent id="done"/>'
            + office.flows(("application", "ask"), ("ask", "look"), ("look", "done")), now,
            pools("here", ("ask", "b"), b="there"))
    there = (event("startEvent", "asked", "message", "ping") + look() + '<bpmn:endEvent id="done"/>'
             + office.flows(("asked", "look"), ("look", "done")))
    publish("there", there, now, owner="commune")       # two communes are equally near
    case = filed("here", house, now)
    worker.drain(now)
    assert again(case.code).status is CaseStatus.HALTED
    assert (incident().code, sent_by(case)) == ("no-receiving-unit", [])
    publish("there", there, now + HOUR, owner="division")
    incidents.retry(incident().id, house["quan"], now + HOUR)
    worker.drain(now + 3 * HOUR)
    assert [one.unit for one in sent_by(case)] == ["division"]
    holds(again(case.code))


def test_what_a_closed_case_could_not_send_is_an_incident_and_the_case_stays_closed(
        house: House, now: datetime) -> None:
    publish("here", '<bpmn:startEvent id="application"/>' + event("endEvent", "done", "message", "ping")
            + office.flows(("application", "done")), now, pools("here", ("done", "b"), b="there"))
    there = (event("startEvent", "asked", "message", "ping") + look() + '<bpmn:endEvent id="done"/>'
             + office.flows(("asked", "look"), ("look", "done")))
    publish("there", there, now, owner="commune")
    case = filed("here", house, now)
    worker.drain(now)
    worker.drain(now + 5 * HOUR)        # an open incident is not raised again
    assert (again(case.code).status, incident().resolved_at) == (CaseStatus.CLOSED, None)
    holds(again(case.code))
    publish("there", there, now + 6 * HOUR, owner="division")
    incidents.retry(incident().id, house["quan"], now + 6 * HOUR)
    worker.drain(now + 8 * HOUR)
    assert (again(case.code).status, len(sent_by(case))) == (CaseStatus.CLOSED, 1)
    holds(again(case.code))


def test_the_form_of_the_start_event_is_asked_of_a_message_too(house: House, now: datetime) -> None:
    publish("here", '<bpmn:startEvent id="application"/>' + send("ask", "ping", "application.amount")
            + '<bpmn:endEvent id="done"/>' + office.flows(("application", "ask"), ("ask", "done")), now,
            pools("here", ("ask", "b"), b="there"))
    publish("there", event("startEvent", "asked", "message", "ping") + look() + '<bpmn:endEvent id="done"/>'
            + office.flows(("asked", "look"), ("look", "done")), now,
            asked=office.form(number={"type": "string", "title": "Số"}))
    case = filed("here", house, now)
    for hours in range(4):
        worker.drain(now + hours * HOUR)
    assert incident().code == "job"
    assert sent_by(case) == []
    holds(again(case.code))


def test_two_workers_bring_every_message_once(house: House, now: datetime) -> None:
    asking(now)
    askers = [filed("licence", house, now) for _ in range(12)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: worker.drain(now), range(2)))
    assert [len(sent_by(one)) for one in askers] == [1] * 12
    assert [actions(one) for one in askers] == [["case.filed", "message.sent"]] * 12


def test_a_worker_that_dies_before_it_is_done_leaves_nothing_half_sent(
        house: House, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    asking(now)
    asker = filed("licence", house, now)
    [job] = queue.claim(now)
    with killed(monkeypatch):
        worker.do(job, now)
    assert (sent_by(asker), actions(asker)) == ([], ["case.filed"])
    worker.drain(now + 2 * queue.LEASE)
    [extract] = sent_by(asker)
    done(extract, house["an"], now + HOUR, number="1")
    [job] = queue.claim(now + HOUR)
    with killed(monkeypatch):
        worker.do(job, now + HOUR)
    assert "message.buffered" not in actions(asker)
    worker.drain(now + 2 * HOUR)
    assert actions(asker) == ["case.filed", "message.sent", "message.buffered", "message.received"]
    assert history.verify_office().holds


def test_a_worker_that_woke_too_late_sends_nothing(house: House, now: datetime) -> None:
    asking(now)
    asker = filed("licence", house, now)
    [sleeper] = queue.claim(now)
    worker.drain(now + 2 * queue.LEASE)
    worker.do(sleeper, now + 2 * queue.LEASE)
    assert (len(sent_by(asker)), actions(asker)) == (1, ["case.filed", "message.sent"])


def test_two_cases_that_write_to_each_other_at_once_both_arrive(house: House, now: datetime) -> None:
    asking(now)
    asker = filed("licence", house, now)
    worker.drain(now)
    [extract] = sent_by(asker)
    for turn in range(6):
        messages.deliver(asker.code, Message("extract_ready", {}, f"{turn}"), house["binh"], now)
        if turn == 0:
            assert again(asker.code).data["extract"] == {}
    holds(again(asker.code))
    holds(extract)


REWRITTEN = {
    "what was sent": ("case.filed", put("result", "sent", 0, "data", {"application": {"amount": 1}})),
    "to whom it was sent": ("case.filed", put("result", "sent", 0, "to", "elsewhere")),
    "who sent it on": ("message.sent", put("actor", "account", "an")),
    "what was sent on": ("message.sent", put("sent", "7.0")),
}


@pytest.mark.parametrize("what", REWRITTEN)
def test_a_chain_made_anew_over_what_was_sent_is_found(what: str, house: House, now: datetime) -> None:
    asking(now)
    asker = filed("licence", house, now)
    worker.drain(now)
    action, change = REWRITTEN[what]
    holds(again(asker.code))
    rewrite(asker, change, action)
    assert not (history.verify(asker.code).holds and history.replay(asker.code).holds)


def test_where_a_case_came_from_cannot_be_changed_unseen(house: House, now: datetime) -> None:
    asking(now)
    asker = filed("licence", house, now)
    worker.drain(now)
    [extract] = sent_by(asker)
    with database.transaction() as session:
        session.execute(tables.case_table.update().where(tables.case_table.c.id == extract.id).values(origin="H1"))
    finding = history.verify(extract.code)
    assert finding.divergence is not None
    assert finding.divergence.what == "case.origin"


def test_paying_cases_are_untouched_by_what_others_send(house: House, now: datetime) -> None:
    paying(now)
    asking(now)
    case = done(filed("paying", house, now), house["an"], now)
    asker = filed("licence", house, now)
    worker.drain(now)
    done(sent_by(asker)[0], house["an"], now, number="1")
    worker.drain(now)
    assert actions(case) == ["case.filed", "task.completed"]
