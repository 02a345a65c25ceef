"""Work of the system itself: timers of the diagram, suspensions that run out, service answers, messages, halts."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine import worker
from engine.adapters import handlers
from engine.domain.case import Case, CaseStatus, Incident
from engine.domain.errors import CaseHalted, Conflict
from engine.domain.people import Actor
from engine.jobs import queue
from engine.procedures.pack import Pack
from engine.services import cases, deferred, history, incidents, messages, procedures, tasks
from engine.services.holding import case_by_code
from engine.services.messages import Message
from engine.storage import database
from tests import office
from tests.services import talking
from tests.services.test_case_course import done, filed, holds

House = dict[str, Actor]
HOUR = timedelta(hours=1)


def publish(slug: str, inside: str, now: datetime, **forms: bytes) -> None:
    files = {"procedure.toml": office.manifest(slug), "process.bpmn": office.diagram(slug, inside),
             "forms/application.json": office.APPLICATION}
    procedures.publish(Pack({**files, **{f"forms/{name}.json": form for name, form in forms.items()}}), now)


def again(case: Case) -> Case:
    with database.reading() as session:
        found = case_by_code(session, case.code)
        session.expunge_all()
        return found


def test_a_supplement_never_given_stops_the_case_as_of_the_request(house: House) -> None:
    case = filed("permit", house, office.at("2026-03-09T08:00"))
    case = done(case, house["binh"], office.at("2026-03-09T09:00"), outcome="accepted")
    asked = office.at("2026-03-10T10:00")
    case = done(case, house["an"], asked, outcome="supplement")
    worker.drain(office.at("2026-04-09T16:00"))
    assert again(case).status is CaseStatus.SUSPENDED
    worker.drain(office.at("2026-04-10T09:00"))
    case = again(case)
    assert (case.status, case.ended_at, case.verdict) == (CaseStatus.STOPPED, asked, "early")
    assert case.open_tasks() == []
    holds(case)


def test_a_boundary_timer_takes_the_task_away_once(house: House, now: datetime) -> None:
    inside = ('<bpmn:startEvent id="application"/>'
              + office.user_task("wait_here", "processing-officer", "competent")
              + ('<bpmn:boundaryEvent id="too_late" attachedToRef="wait_here"><bpmn:timerEventDefinition id="t">'
                 "<bpmn:timeDuration>PT2H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>")
              + office.user_task("look", "leader", "competent") + '<bpmn:endEvent id="done"/>'
              + office.flows(("application", "wait_here"), ("wait_here", "done"), ("too_late", "look"),
                             ("look", "done")))
    publish("with-timer", inside, now, wait_here=office.form(), look=office.form())
    case = filed("with-timer", house, now)
    assert worker.drain(now + HOUR) == 0
    assert worker.drain(now + 3 * HOUR) == 1
    assert worker.drain(now + 30 * HOUR) == 0
    case = again(case)
    assert [task.key for task in case.open_tasks()] == ["look"]
    holds(case)
    holds(done(case, house["khoa"], now + 31 * HOUR))


def test_a_service_task_is_answered_by_its_handler_and_replayed_from_the_record(house: House, now: datetime) -> None:
    answers = iter([{"score": 7}])

    @handlers.register("test.score")
    def score(data: object, key: str) -> dict[str, object]:
        return dict(next(answers))

    inside = ('<bpmn:startEvent id="application"/><bpmn:serviceTask id="score" name="score"><bpmn:extensionElements>'
              '<motcua:service handler="test.score"/></bpmn:extensionElements></bpmn:serviceTask>'
              + office.user_task("look", "leader", "competent") + '<bpmn:endEvent id="done"/>'
              + office.flows(("application", "score"), ("score", "look"), ("look", "done")))
    publish("with-service", inside, now, look=office.form())
    case = filed("with-service", house, now)
    assert case.open_tasks() == []
    assert worker.drain(now) == 1
    case = again(case)
    assert case.data["score"] == {"score": 7}
    holds(done(case, house["khoa"], now))


def test_a_handler_that_always_fails_becomes_an_incident_and_goes_on_when_it_works(house: House, now: datetime) -> None:
    broken = [True]

    @handlers.register("test.fragile")
    def fragile(data: object, key: str) -> dict[str, object]:
        if broken[0]:
            raise OSError("the register does not answer")
        return {"ok": True}

    inside = ('<bpmn:startEvent id="application"/><bpmn:serviceTask id="ask" name="ask"><bpmn:extensionElements>'
              '<motcua:service handler="test.fragile"/></bpmn:extensionElements></bpmn:serviceTask>'
              '<bpmn:endEvent id="done"/>' + office.flows(("application", "ask"), ("ask", "done")))
    publish("with-fragile", inside, now)
    case = filed("with-fragile", house, now)
    for hours in range(4):
        worker.drain(now + hours * HOUR)
    case = again(case)
    assert case.status is CaseStatus.HALTED
    with database.reading() as session:
        incident = session.scalars(select(Incident)).one()
        assert "does not answer" in incident.message_en
    broken[0] = False
    incidents.retry(incident.id, house["quan"], now + 5 * HOUR)
    worker.drain(now + 7 * HOUR)
    case = again(case)
    assert case.status is CaseStatus.CLOSED
    holds(case)


def test_a_service_task_is_tried_as_often_as_its_diagram_says(house: House, now: datetime) -> None:
    asked = []

    @handlers.register("test.counted")
    def counted(data: object, key: str) -> dict[str, object]:
        asked.append(key)
        raise OSError("no answer")

    inside = ('<bpmn:startEvent id="application"/><bpmn:serviceTask id="ask" name="ask"><bpmn:extensionElements>'
              '<motcua:service handler="test.counted" retries="2"/></bpmn:extensionElements></bpmn:serviceTask>'
              '<bpmn:endEvent id="done"/>' + office.flows(("application", "ask"), ("ask", "done")))
    publish("with-retries", inside, now)
    case = filed("with-retries", house, now)
    for hours in range(6):
        worker.drain(now + hours * HOUR)
    assert (len(asked), len(set(asked)), again(case).status) == (2, 1, CaseStatus.HALTED)


def test_a_job_that_ends_every_worker_becomes_an_incident(house: House, now: datetime) -> None:
    case = filed("permit", house, now)
    case = done(case, house["binh"], now, outcome="accepted")
    done(case, house["an"], now, outcome="supplement")
    late = now + timedelta(days=60)
    for turn in range(queue.MOST_CLAIMS):      # claimed, and the worker dies before it did anything
        assert len(queue.claim(late + turn * 2 * queue.LEASE)) == 1
    worker.drain(late + HOUR)
    assert again(case).status is CaseStatus.HALTED


def test_a_condition_that_cannot_be_judged_halts_the_case_and_keeps_the_answers(house: House, now: datetime) -> None:
    inside = ('<bpmn:startEvent id="application"/>' + office.user_task("look", "leader", "competent")
              + '<bpmn:exclusiveGateway id="choose" default="f2"/><bpmn:endEvent id="yes"/><bpmn:endEvent id="no"/>'
              + office.flows(("application", "look"), ("look", "choose"), ("choose", "yes"),
                             ("choose", "no", "look.count &gt; 3")))
    publish("with-gap", inside, now, look=office.form(count={"type": "integer", "title": "Số"}))
    case = filed("with-gap", house, now)
    with pytest.raises(CaseHalted):
        done(case, house["khoa"], now)
    halted = again(case)
    assert (halted.status, [task.key for task in halted.open_tasks()]) == (CaseStatus.HALTED, ["look"])
    with pytest.raises(CaseHalted):
        tasks.complete(case.open_tasks()[0].id, {"count": 5}, house["khoa"], now)
    with database.reading() as session:
        incident = session.scalars(select(Incident)).one()
    incidents.retry(incident.id, house["quan"], now + HOUR)
    after = tasks.complete(case.open_tasks()[0].id, {"count": 5}, house["khoa"], now + HOUR)
    assert after is not None
    assert after.status is CaseStatus.CLOSED
    holds(after)


def test_a_message_is_taken_once_by_the_case_that_waits_for_it(house: House, now: datetime) -> None:
    inside = ('<bpmn:startEvent id="application"/><bpmn:receiveTask id="paid" name="paid" messageRef="m"/>'
              '<bpmn:endEvent id="done"/>' + office.flows(("application", "paid"), ("paid", "done")))
    diagram = office.diagram("with-message", inside).replace(b"<bpmn:process ", b'<bpmn:message id="m" name="payment"/>'
                                                             b"<bpmn:process ")
    procedures.publish(Pack({"procedure.toml": office.manifest("with-message"), "process.bpmn": diagram,
                             "forms/application.json": office.APPLICATION}), now)
    case = cases.file("with-message", office.APPLICANT, house["binh"], now)
    assert case is not None
    with pytest.raises(Conflict):
        messages.deliver(case.code, Message("something else", {}), house["binh"], now)
    after = messages.deliver(case.code, Message("payment", {"amount": 5}), house["binh"], now).case
    assert after is not None
    assert (after.status, after.data["paid"]) == (CaseStatus.CLOSED, {"amount": 5})
    with pytest.raises(Conflict):
        messages.deliver(case.code, Message("payment", {"amount": 5}), house["binh"], now)
    holds(after)


def test_a_worker_that_slept_past_its_lease_does_nothing(house: House, now: datetime) -> None:
    case = filed("permit", house, now)
    case = done(case, house["binh"], now, outcome="accepted")
    done(case, house["an"], now, outcome="supplement")
    late = now + timedelta(days=60)
    (sleeper,) = queue.claim(late)
    (second,) = queue.claim(late + queue.LEASE + timedelta(seconds=1))
    deferred.run_out(second, late)
    deferred.run_out(sleeper, late)
    assert again(case).status is CaseStatus.STOPPED
    finding = history.replay(case.code)
    assert (finding.holds, finding.events) == (True, 4)


def test_a_waiting_time_in_the_flow_may_stop_the_clock(house: House) -> None:
    inside = ('<bpmn:startEvent id="application"/>'
              + office.user_task("receive", "receiving-officer", "receiving", '<motcua:clock starts="always"/>')
              + ('<bpmn:intermediateCatchEvent id="listing"><bpmn:extensionElements><motcua:suspends reason="consent"/>'
                 '</bpmn:extensionElements><bpmn:timerEventDefinition id="t"><bpmn:timeDuration>P1D</bpmn:timeDuration>'
                 "</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>")
              + office.user_task("sign", "leader", "competent") + '<bpmn:endEvent id="done"/>'
              + office.flows(("application", "receive"), ("receive", "listing"), ("listing", "sign"), ("sign", "done")))
    files = {"procedure.toml": office.manifest("notice"), "forms/application.json": office.APPLICATION,
             "process.bpmn": office.diagram(
                 "notice", inside, '<motcua:deadline kind="statutory" period="2 working days"/>'),
             "forms/receive.json": office.form(), "forms/sign.json": office.form()}
    started = office.at("2026-03-09T09:00")
    procedures.publish(Pack(files), started)
    case = done(filed("notice", house, started), house["binh"], started)
    assert (case.status, case.due_at) == (CaseStatus.SUSPENDED, None)
    worker.drain(started + 25 * HOUR)
    case = again(case)
    assert (case.status, case.due_at) == (CaseStatus.OPEN, office.at("2026-03-12T10:00"))
    holds(case)


def test_a_limit_that_passes_can_send_a_message_to_what_waits_for_it(house: House, now: datetime) -> None:
    inside = ('<bpmn:startEvent id="application"/>'
              + office.user_task("supplement", "applicant", "receiving",
                                 '<motcua:suspends reason="supplement" limit="30 days" onLimit="payment"/>')
              + talking.event("boundaryEvent", "given_up", "message", "payment", ' attachedToRef="supplement"')
              + office.user_task("look", "leader", "competent") + '<bpmn:endEvent id="done"/>'
              + office.flows(("application", "supplement"), ("supplement", "done"), ("given_up", "look"),
                             ("look", "done")))
    talking.publish("giving-up", inside, now, supplement=office.form())
    case = filed("giving-up", house, now)
    worker.drain(now + timedelta(days=31))
    case = again(case)
    assert [task.key for task in case.open_tasks()] == ["look"]
    holds(case)
