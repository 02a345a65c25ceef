"""What a diagram declares of the clock acts in a case: limits by data and outcome, reasons to stand, its start."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine import worker
from engine.domain.case import Case, CaseStatus
from engine.domain.people import Actor
from engine.procedures.pack import Pack
from engine.queries import hand_off_list
from engine.services import cases, handoffs, history, holding, procedures, tasks
from engine.storage import database
from tests import office
from tests.services import handing_over

House = dict[str, Actor]


def procedure(slug: str, deadlines: str, waiting: str = "", stops: str = "always", starts: str = "accepted") -> Pack:
    """Receive, a step in which the case may wait, and the decision; the decision may also ask to wait again."""
    inside = (
        '<bpmn:startEvent id="application"/>'
        + office.user_task("receive", "receiving-officer", "receiving", f'<motcua:clock starts="{starts}"/>')
        + '<bpmn:exclusiveGateway id="again"/>'
        + office.user_task("decide", "processing-officer", "competent", f'<motcua:clock stops="{stops}"/>')
        + '<bpmn:exclusiveGateway id="decided" default="f4"/>'
        + office.user_task("wait", "receiving-officer", "receiving", waiting) + '<bpmn:endEvent id="done"/>'
        + office.flows(("application", "receive"), ("receive", "again"), ("again", "decide"), ("decide", "decided"),
                       ("decided", "done"), ("decided", "wait", 'decide.outcome == "wait"'), ("wait", "again")))
    return Pack({"procedure.toml": office.manifest(slug), "process.bpmn": office.diagram(slug, inside, deadlines),
                 "forms/application.json": office.APPLICATION, "forms/receive.json": office.form(("accepted",)),
                 "forms/decide.json": office.form(("approve", "refused", "wait")), "forms/wait.json": office.form()})


def limit(period: str, kind: str = "statutory", **more: str) -> str:
    said = "".join(f' {name}="{value}"' for name, value in more.items())
    return f'<motcua:deadline kind="{kind}" period="{period}"{said}/>'


def accepted(pack: Pack, house: House, now: datetime, amount: int = 1) -> Case:
    procedures.publish(pack, now)
    slug = pack.files["procedure.toml"].split(b'"')[1].decode()
    case = cases.file(slug, {**office.APPLICANT, "amount": amount}, house["binh"], now)
    assert case is not None
    return does(case, house["binh"], now, outcome="accepted")


def does(case: Case, who: Actor, at: datetime, **answers: object) -> Case:
    done = tasks.complete(stored(case).open_tasks()[0].id, answers, who, at)
    assert done is not None
    return done


def stored(case: Case) -> Case:
    with database.reading() as session:
        return holding.case_by_code(session, case.code)


def holds(case: Case) -> None:
    for check in (history.verify(case.code), history.replay(case.code)):
        assert check.holds, check.divergence


@pytest.mark.parametrize(("amount", "due"), [(1, "2026-03-12T17:00"), (900, "2026-03-16T17:00")])
def test_a_limit_is_chosen_by_the_data_of_the_case(house: House, now: datetime, amount: int, due: str) -> None:
    rules = limit("5 working days", when="application.amount &gt; 500") + limit("3 working days")
    case = accepted(procedure("by-data", rules), house, now, amount)
    assert case.due_at == office.at(due)
    holds(case)


def test_ten_days_to_grant_and_three_to_refuse(house: House, now: datetime) -> None:
    rules = limit("10 working days") + limit("3 working days", outcome="refused")
    granted = does(accepted(procedure("by-outcome", rules), house, now), house["an"], office.at("2026-03-17T09:00"),
                   outcome="approve")
    assert (granted.due_at, granted.verdict) == (office.at("2026-03-23T17:00"), "early")
    refused = does(accepted(procedure("by-outcome", rules), house, now), house["an"], office.at("2026-03-17T09:00"),
                   outcome="refused")
    assert (refused.due_at, refused.promised_at) == (office.at("2026-03-12T17:00"), office.at("2026-03-23T17:00"))
    assert refused.verdict == "late"
    holds(refused)


@pytest.mark.parametrize(("early", "verdict"), [("1 working days", "early"), ("4 working days", "on_time")])
def test_how_much_must_be_left_to_be_early_is_declared(house: House, now: datetime, early: str, verdict: str) -> None:
    case = accepted(procedure("early", limit("5 working days", earlyBy=early)), house, now)
    assert does(case, house["an"], office.at("2026-03-12T09:00"), outcome="approve").verdict == verdict


@pytest.mark.parametrize("reason", ["supplement", "payment", "consent", "outage", "another agency"])
def test_each_reason_lets_the_clock_stand_and_its_limit_ends_the_case_at_the_request(
        house: House, now: datetime, reason: str) -> None:
    waiting = f'<motcua:suspends reason="{reason}" limit="2 working days"/>'
    case = accepted(procedure("standing", limit("5 working days"), waiting), house, now)
    asked = office.at("2026-03-10T09:00")
    case = does(case, house["an"], asked, outcome="wait")
    assert (case.status, case.due_at, case.remaining) == (CaseStatus.SUSPENDED, None, 4 * 480 + 390)
    worker.drain(office.at("2026-03-12T16:59"))
    assert stored(case).status == CaseStatus.SUSPENDED
    worker.drain(office.at("2026-03-12T17:01"))
    ended = stored(case)
    assert (ended.status, ended.outcome, ended.ended_at) == (CaseStatus.STOPPED, f"{reason}.unanswered", asked)
    holds(case)


def test_a_limit_that_passes_may_also_let_the_case_go_on(house: House, now: datetime) -> None:
    waiting = '<motcua:suspends reason="consent" limit="2 working days" onLimit="continue"/>'
    case = accepted(procedure("silent", limit("5 working days"), waiting), house, now)
    does(case, house["an"], office.at("2026-03-10T09:00"), outcome="wait")
    worker.drain(office.at("2026-03-12T17:00"))
    after = stored(case)
    assert (after.status, [task.key for task in after.open_tasks()]) == (CaseStatus.OPEN, ["decide"])
    assert after.due_at == office.at("2026-03-19T15:30")        # 2 days and 6.5 hours later
    holds(case)


def test_a_wait_may_stop_only_one_of_the_limits(house: House, now: datetime) -> None:
    rules = limit("5 working days") + limit("4 working days", "service_norm")
    waiting = '<motcua:suspends reason="another agency" which="statutory"/>'
    case = accepted(procedure("one-of-two", rules, waiting), house, now)
    assert case.norm_due_at == office.at("2026-03-13T17:00")
    case = does(case, house["an"], office.at("2026-03-10T09:00"), outcome="wait")
    assert (case.due_at, case.norm_due_at) == (None, office.at("2026-03-13T17:00"))
    case = does(case, house["binh"], office.at("2026-03-11T09:00"))
    assert (case.due_at, case.norm_due_at) == (office.at("2026-03-17T17:00"), office.at("2026-03-13T17:00"))
    holds(case)


@pytest.mark.parametrize(("mode", "due"), [("resume", "2026-03-18T14:00"), ("restart", "2026-03-20T17:00")])
def test_a_wait_resumes_or_begins_anew(house: House, now: datetime, mode: str, due: str) -> None:
    waiting = f'<motcua:suspends reason="supplement" mode="{mode}"/>'
    case = accepted(procedure("modes", limit("5 working days"), waiting), house, now)
    does(case, house["an"], office.at("2026-03-11T09:00"), outcome="wait")
    assert does(case, house["binh"], office.at("2026-03-12T15:30")).due_at == office.at(due)
    holds(case)


def test_the_clock_starts_when_the_competent_unit_takes_the_case_over(house: House, now: datetime) -> None:
    people = handing_over.furnished(house, now)
    found = handing_over.consulting("taken-over", boundary=False).files
    diagram = found["process.bpmn"].replace(b'<motcua:clock starts="accepted"/>', b"").replace(
        handing_over.RULE.encode(), handing_over.RULE.encode() + b'<motcua:clock starts="accepted"/>')
    procedures.publish(Pack({**found, "process.bpmn": diagram}), now)
    case = cases.file("taken-over", office.APPLICANT, people["binh"], now)
    assert case is not None
    case = does(case, people["binh"], now, outcome="accepted")
    assert (case.received_at, case.due_at) == (None, None)
    [waiting] = [one for one in hand_off_list.of_units(people["tam"], now) if one.case.code == case.code]
    taken = office.at("2026-03-11T14:00")
    handoffs.accept(waiting.hand_off.id, people["tam"], taken)
    after = stored(case)
    assert (after.received_at, after.due_at) == (taken, office.at("2026-03-18T17:00"))
    holds(case)
