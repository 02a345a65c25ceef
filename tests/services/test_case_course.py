"""A case from filing to result, through the services, on both databases."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.domain.case import Case, CaseStatus
from engine.domain.errors import NotAllowed, TaskAlreadyCompleted, TaskClaimedByOther, TaskNotFound
from engine.domain.people import Actor
from engine.procedures.pack import Pack
from engine.services import cases, history, procedures, tasks
from tests import office

House = dict[str, Actor]


def filed(slug: str, house: House, now: datetime) -> Case:
    case = cases.file(slug, office.APPLICANT, house["binh"], now)
    assert case is not None
    return case


def done(case: Case, who: Actor, now: datetime, **submission: object) -> Case:
    after = tasks.complete(case.open_tasks()[0].id, submission, who, now)
    assert after is not None
    return after


def holds(case: Case) -> None:
    for check in (history.verify(case.code), history.replay(case.code)):
        assert check.holds, check.divergence


def test_a_filed_case_has_a_code_and_no_due_time_until_it_is_accepted(house: House, now: datetime) -> None:
    case = filed("two-tasks", house, now)
    assert (case.code, case.status, case.due_at) == ("H99.07-260309-0001", CaseStatus.FILED, None)
    case = done(case, house["binh"], now, outcome="accepted")
    assert (case.status, case.received_at) == (CaseStatus.OPEN, now)
    assert case.due_at == office.at("2026-03-11T17:00")
    assert case.norm_due_at == office.at("2026-03-10T17:00")
    holds(case)


def test_a_case_completed_in_time_closes_early_and_replays(house: House, now: datetime) -> None:
    case = done(filed("two-tasks", house, now), house["binh"], now, outcome="accepted")
    case = done(case, house["an"], office.at("2026-03-10T08:00"), outcome="approve")
    assert (case.status, case.outcome, case.verdict) == (CaseStatus.CLOSED, "approve", "early")
    holds(case)


def test_a_supplement_stops_the_clock_and_moves_the_due_time(house: House) -> None:
    case = filed("permit", house, office.at("2026-02-10T08:00"))
    case = done(case, house["binh"], office.at("2026-02-10T08:30"), outcome="accepted")
    assert case.due_at == office.at("2026-02-24T17:00")
    case = done(case, house["an"], office.at("2026-02-12T10:00"), outcome="supplement")
    assert (case.status, case.due_at) == (CaseStatus.SUSPENDED, None)
    assert case.remaining is not None
    case = done(case, house["binh"], office.at("2026-02-24T09:00"))
    assert (case.status, case.due_at) == (CaseStatus.OPEN, office.at("2026-02-27T16:00"))
    assert case.promised_at == office.at("2026-02-24T17:00")
    holds(case)


def test_a_refusal_has_the_shorter_limit(house: House, now: datetime) -> None:
    case = done(filed("permit", house, now), house["binh"], now, outcome="accepted")
    assert case.due_at == office.at("2026-03-16T17:00")
    case = done(case, house["an"], office.at("2026-03-10T10:00"), outcome="refused")
    assert case.due_at == office.at("2026-03-12T17:00")
    holds(case)


def test_whoever_verified_may_not_sign(house: House, now: datetime) -> None:
    case = done(filed("permit", house, now), house["binh"], now, outcome="accepted")
    case = done(case, house["khoa"], now, outcome="approve")
    with pytest.raises(NotAllowed):
        tasks.complete(case.open_tasks()[0].id, {"outcome": "signed"}, house["khoa"], now)


def test_a_task_done_twice_tells_who_was_first(house: House, now: datetime) -> None:
    case = filed("two-tasks", house, now)
    task = case.open_tasks()[0]
    done(case, house["binh"], now, outcome="accepted")
    with pytest.raises(TaskAlreadyCompleted) as refused:
        tasks.complete(task.id, {"outcome": "accepted"}, house["binh"], now)
    assert (refused.value.actor, refused.value.action, refused.value.at) == ("binh", "task.completed", now)


def test_a_claimed_task_is_nobody_elses(house: House, now: datetime) -> None:
    case = done(filed("two-tasks", house, now), house["binh"], now, outcome="accepted")
    task = case.open_tasks()[0]
    tasks.claim(task.id, house["an"], now)
    with pytest.raises(TaskClaimedByOther):
        tasks.complete(task.id, {"outcome": "approve"}, house["khoa"], now)
    tasks.release(task.id, house["an"], now)
    after = tasks.complete(task.id, {"outcome": "approve"}, house["khoa"], now)
    assert after is not None
    holds(after)


def test_another_commune_does_not_know_of_the_task(house: House, now: datetime) -> None:
    case = filed("two-tasks", house, now)
    with pytest.raises(TaskNotFound):
        tasks.complete(case.open_tasks()[0].id, {"outcome": "accepted"}, house["lan"], now)


def test_a_limit_on_what_a_later_step_finds_holds_from_that_step_on(house: House, now: datetime) -> None:
    pack = office.two_tasks()
    longer = ('<motcua:deadline kind="statutory" period="5 working days" when="receive.count &gt; 1"/>'
              '<motcua:deadline kind="statutory" period="9 working days" when="verify.outcome == \'refused\'"/>')
    diagram = pack.files["process.bpmn"].replace(b"two-tasks", b"on-finding").replace(
        b'<motcua:deadline kind="statutory"', longer.encode() + b'<motcua:deadline kind="statutory"').replace(
        b'<motcua:clock stops="always"/>', b'')
    procedures.publish(Pack({**pack.files, "procedure.toml": office.manifest("on-finding"), "process.bpmn": diagram,
                             "forms/receive.json": office.form(("accepted",), count={"type": "integer"})}), now)
    case = filed("on-finding", house, now)
    case = done(case, house["binh"], now, outcome="accepted")       # the count was left open
    assert case.due_at == office.at("2026-03-11T17:00")
    case = done(case, house["an"], now, outcome="refused")
    assert case.due_at == office.at("2026-03-20T17:00")
    holds(case)


def test_a_head_gives_a_task_back_that_another_holds(house: House, now: datetime) -> None:
    case = done(filed("two-tasks", house, now), house["binh"], now, outcome="accepted")
    task = case.open_tasks()[0]
    tasks.claim(task.id, house["an"], now)
    with pytest.raises((NotAllowed, TaskNotFound)):
        tasks.release(task.id, house["binh"], now)
    tasks.release(task.id, house["khoa"], now)
    after = tasks.complete(task.id, {"outcome": "approve"}, house["khoa"], now)
    assert after is not None
    holds(after)
