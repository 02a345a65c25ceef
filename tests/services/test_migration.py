"""Running cases and new versions: shown first, then moved one by one, with a history that proves itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import pairwise
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import select

from engine import worker
from engine.domain.case import Case, CaseStatus
from engine.domain.errors import CaseHalted, CaseNotFound, Conflict, InvalidInput, NotAllowed, ProcedureNotFound
from engine.domain.people import Actor
from engine.procedures.pack import Pack
from engine.queries import incident_list
from engine.services import history, holding, incidents, migration, procedures, tasks
from engine.services.migration import Judgement, Order
from engine.storage import database
from engine.storage.tables import job_table, task_table
from tests import office
from tests.services.test_case_course import done, filed, holds

House = dict[str, Actor]
LATER = office.at("2026-03-09T15:00")
REMINDER = ('<bpmn:boundaryEvent id="remind" attachedToRef="verify" cancelActivity="false"><bpmn:timerEventDefinition>'
            '<bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>'
            '<bpmn:endEvent id="reminded"/>')


def version(verify: str = "", beside: str = "", more: tuple[tuple[str, ...], ...] = (), period: str = "2 working days",
            role: str = "processing-officer", steps: tuple[str, ...] = ("receive", "verify"),
            clock: str = '<motcua:clock stops="always"/>') -> Pack:
    """Give a version of the procedure `two-tasks` that differs where it is said."""
    drawn = {"receive": office.user_task("receive", "receiving-officer", "receiving",
                                         '<motcua:clock starts="accepted"/>'),
             "verify": office.user_task("verify", role, "competent",
                                        f'<motcua:deadline kind="task" period="4 working hours"/>{verify}{clock}')}
    way = ("application", *steps, "done")
    body = ('<bpmn:startEvent id="application"/>'
            + "".join(drawn.get(key) or office.user_task(key, "processing-officer", "competent") for key in steps)
            + '<bpmn:endEvent id="done"/>' + beside
            + office.flows(*pairwise(way), *more))  # type: ignore[arg-type]
    forms = {f"forms/{key}.json": office.form() for key in steps}
    return Pack({"procedure.toml": office.manifest("two-tasks"), "forms/application.json": office.APPLICATION,
                 "process.bpmn": office.diagram(
                     "two-tasks", body, f'<motcua:deadline kind="statutory" period="{period}"/>'),
                 **forms, "forms/receive.json": office.form(("accepted",)),
                 "forms/verify.json": office.form(("approve", "refused"))})


def accepted(house: House, now: datetime) -> Case:
    return done(filed("two-tasks", house, now), house["binh"], now, outcome="accepted")


def one(code: str, now: datetime = LATER, **order: object) -> Judgement:
    """Show what moving one case does, then do it: both must say the same."""
    wanted = Order("two-tasks", codes=[code], **order)  # type: ignore[arg-type]
    [shown], [did] = migration.judge(wanted, now).cases, migration.move(wanted, now).cases
    assert (shown.fate, shown.obstacles) == ("fits" if did.fate == "moved" else did.fate, did.obstacles)
    return did


def kept(code: str) -> Case:
    with database.reading() as session:
        return holding.case_by_code(session, code)


def test_a_case_stays_on_its_version_until_it_is_moved_and_goes_on_by_the_new_one(house: House, now: datetime) -> None:
    case = accepted(house, now)
    task = case.open_tasks()[0]
    procedures.publish(version(steps=("receive", "verify", "sign"), clock=""), now)
    assert kept(case.code).version_id == case.version_id
    moved = one(case.code)
    assert (moved.fate, moved.source, moved.obstacles) == ("moved", 1, ())
    after = kept(case.code)
    assert [(one.id, one.key) for one in after.open_tasks()] == [(task.id, "verify")]
    holds(after)
    after = done(after, house["an"], LATER, outcome="approve")
    assert [one.key for one in after.open_tasks()] == ["sign"]
    assert done(after, house["an"], LATER).status is CaseStatus.CLOSED
    holds(after)


def test_showing_changes_nothing(house: House, now: datetime) -> None:
    case = accepted(house, now)
    procedures.publish(version(period="5 working days"), now)
    report = migration.judge(Order("two-tasks"), LATER)
    assert (report.target, [judged.fate for judged in report.cases]) == (2, ["fits"])
    assert (kept(case.code).seq, kept(case.code).due_at) == (case.seq, case.due_at)


def test_the_due_time_follows_the_new_limit_and_what_was_promised_stays(house: House, now: datetime) -> None:
    case = accepted(house, now)
    procedures.publish(version(period="5 working days"), now)
    moved = one(case.code)
    assert (moved.due_before, moved.due_after) == (office.at("2026-03-11T17:00"), office.at("2026-03-16T17:00"))
    after = kept(case.code)
    assert (after.due_at, after.promised_at) == (office.at("2026-03-16T17:00"), office.at("2026-03-11T17:00"))
    with database.reading() as session:
        event = history.events_of(session, after)[-1].facts()
    assert (event["action"], event["from"]["version"], event["to"]["version"]) == ("case.migrated", 1, 2)
    assert event["result"]["due"] == {"before": "2026-03-11T10:00:00.000000Z", "after": "2026-03-16T10:00:00.000000Z"}
    holds(after)


def test_an_open_task_keeps_its_holder_and_takes_the_new_limit_from_when_it_was_opened(
        house: House, now: datetime) -> None:
    case = accepted(house, now)
    tasks.claim(case.open_tasks()[0].id, house["an"], now)
    procedures.publish(version(), now)
    assert one(case.code).fate == "moved"
    [task] = kept(case.code).open_tasks()
    assert (task.holder, task.due_at) == ("an", office.at("2026-03-09T14:30"))
    holds(kept(case.code))


def test_a_task_whose_role_was_wrong_becomes_the_task_of_the_right_one(house: House, now: datetime) -> None:
    case = accepted(house, now)
    tasks.claim(case.open_tasks()[0].id, house["an"], now)
    procedures.publish(version(role="leader"), now)
    assert one(case.code).fate == "moved"
    [task] = kept(case.code).open_tasks()
    assert (task.role, task.holder) == ("leader", None)
    holds(kept(case.code))
    with pytest.raises(NotAllowed):
        tasks.complete(task.id, {"outcome": "approve"}, house["an"], LATER)
    holds(done(kept(case.code), house["khoa"], LATER, outcome="approve"))


def test_a_case_at_a_step_that_is_gone_must_stay_and_is_told_why(house: House, now: datetime) -> None:
    case = accepted(house, now)
    procedures.publish(version(steps=("receive", "examine"), clock=""), now)
    judged = one(case.code)
    assert [(why.code, why.place) for why in judged.obstacles] == [("step-gone", "verify")]
    assert "verify" in judged.obstacles[0].message.vi
    assert "verify" in judged.obstacles[0].message.en
    assert (kept(case.code).seq, kept(case.code).version_id) == (case.seq, case.version_id)


def test_a_case_that_did_a_step_the_other_version_does_not_have_must_stay(house: House, now: datetime) -> None:
    case = accepted(house, now)
    procedures.publish(version(steps=("verify",)), now)
    assert [(why.code, why.place) for why in one(case.code).obstacles] == [("done-step", "receive")]


def test_a_new_reminder_begins_to_run_now_and_is_dropped_only_where_that_is_allowed(
        house: House, now: datetime) -> None:
    case = accepted(house, now)
    procedures.publish(version(beside=REMINDER, more=(("remind", "reminded"),)), now)
    moved = one(case.code)
    assert (moved.fate, moved.begun) == ("moved", ("remind",))
    assert kept(case.code).pending == {"timer:": "2026-03-10T08:00:00.000000Z"}
    holds(kept(case.code))
    procedures.publish(version(), now)
    assert [why.code for why in one(case.code).obstacles] == ["event-gone"]
    assert one(case.code, drop=True).dropped == ("remind",)
    assert kept(case.code).pending == {}
    with database.reading() as session:
        assert list(session.scalars(select(job_table.c.kind))) == []
    holds(done(kept(case.code), house["an"], LATER, outcome="approve"))


def test_a_running_timer_keeps_its_due_time_and_fires_once_under_the_new_version(house: House, now: datetime) -> None:
    procedures.publish(version(beside=REMINDER, more=(("remind", "reminded"),)), now)
    case = accepted(house, now)
    procedures.publish(version(beside=REMINDER.replace("P1D", "P9D"), more=(("remind", "reminded"),)), now)
    assert one(case.code).fate == "moved"
    assert kept(case.code).pending == {"timer:": "2026-03-10T02:00:00.000000Z"} == case.pending
    tomorrow = office.at("2026-03-10T09:00")
    worker.work(tomorrow)
    assert kept(case.code).pending == {}
    holds(kept(case.code))


def test_a_new_suspension_of_the_step_under_way_lets_the_clock_stand_from_now(house: House, now: datetime) -> None:
    case = accepted(house, now)
    procedures.publish(version('<motcua:suspends reason="opinion"/>'), now)
    assert one(case.code).fate == "moved"
    after = kept(case.code)
    assert (after.status, after.due_at) == (CaseStatus.SUSPENDED, None)
    holds(after)
    holds(done(after, house["an"], office.at("2026-03-10T09:00"), outcome="approve"))


def test_only_an_administrator_moves_cases(house: House, now: datetime) -> None:
    case = accepted(house, now)
    procedures.publish(version(), now)
    for act in (migration.judge, migration.move):
        with pytest.raises(NotAllowed):
            act(Order("two-tasks"), LATER, house["khoa"])
    assert migration.move(Order("two-tasks", reason="Thông tư mới"), LATER, house["quan"]).cases[0].fate == "moved"
    with database.reading() as session:
        event = history.events_of(session, kept(case.code))[-1]
    assert (event.actor, event.facts()["reason"]) == ("quan", "Thông tư mới")


def test_what_is_not_there_is_refused(house: House, now: datetime) -> None:
    case = accepted(house, now)
    with pytest.raises(ProcedureNotFound):
        migration.judge(Order("two-tasks", number=7), LATER)
    with pytest.raises(CaseNotFound):
        migration.judge(Order("permit", codes=[case.code]), LATER)
    procedures.publish(Pack({**version().files, "procedure.toml": office.manifest("two-tasks").replace(
        b"[title]", b"effective_from = 2026-07-01\n[title]")}), now)
    with pytest.raises(InvalidInput):
        migration.judge(Order("two-tasks", number=2), LATER)
    with pytest.raises(InvalidInput):
        migration.judge(Order("two-tasks", reason="x" * 2_001), LATER)


def test_every_running_case_is_meant_where_none_is_named(house: House, now: datetime) -> None:
    over = done(accepted(house, now), house["an"], now, outcome="approve")
    running = [accepted(house, now).code, filed("two-tasks", house, now).code]
    procedures.publish(version(), now)
    report = migration.move(Order("two-tasks"), LATER)
    assert {judged.code: judged.fate for judged in report.cases} == dict.fromkeys(running, "moved")
    assert report.facts("vi")["moved"] == 2
    again = migration.move(Order("two-tasks", codes=[*running, over.code]), LATER)
    assert [judged.fate for judged in again.cases] == ["there", "there", "over"]


def test_a_case_may_go_back_and_forth(house: House, now: datetime) -> None:
    case = accepted(house, now)
    procedures.publish(version(), now)
    for number in (2, 1, 2):
        assert one(case.code, number=number).fate == "moved"
        holds(kept(case.code))
    holds(done(kept(case.code), house["an"], LATER, outcome="approve"))


def gap(condition: str) -> Pack:
    """Give a procedure whose condition may ask for what nobody said."""
    inside = ('<bpmn:startEvent id="application"/>' + office.user_task("look", "leader", "competent")
              + '<bpmn:exclusiveGateway id="choose" default="f2"/><bpmn:endEvent id="yes"/><bpmn:endEvent id="no"/>'
              + office.flows(("application", "look"), ("look", "choose"), ("choose", "yes"),
                             ("choose", "no", condition)))
    return Pack({"procedure.toml": office.manifest("gap"), "process.bpmn": office.diagram("gap", inside),
                 "forms/application.json": office.APPLICATION,
                 "forms/look.json": office.form(count={"type": "integer", "title": "Số"})})


def test_a_case_halted_by_a_bad_diagram_is_moved_stays_halted_and_goes_on_when_it_is_tried_again(
        house: House, now: datetime) -> None:
    procedures.publish(gap("look.count &gt; 3"), now)
    case = filed("gap", house, now)
    with pytest.raises(CaseHalted):
        tasks.complete(case.open_tasks()[0].id, {}, house["khoa"], now)
    procedures.publish(gap("has(look.count) and look.count &gt; 3"), now)
    [moved] = migration.move(Order("gap"), LATER, house["quan"]).cases
    assert (moved.fate, kept(case.code).status) == ("moved", CaseStatus.HALTED)
    holds(kept(case.code))
    [incident] = incident_list.waiting(house["quan"], "en")
    incidents.retry(UUID(incident["id"]), house["quan"], LATER)
    holds(done(kept(case.code), house["khoa"], LATER))
    assert kept(case.code).status is CaseStatus.CLOSED


def test_a_case_whose_history_does_not_hold_is_not_moved(house: House, now: datetime) -> None:
    case = accepted(house, now)
    procedures.publish(version(), now)
    with database.transaction() as session:
        session.execute(task_table.update().where(task_table.c.key == "verify").values(opened_at=LATER))
    assert [why.code for why in one(case.code).obstacles] == ["history"]


def test_a_version_that_hands_over_pins_the_unit_it_needs_and_one_it_cannot_find_keeps_the_case(
        house: House, now: datetime) -> None:
    def handing(kind: str) -> Pack:
        drawn = version(steps=("receive", "verify", "ask"), clock="")
        ask = office.user_task("ask", "processing-officer", "competent")
        assert ask.encode() in drawn.files["process.bpmn"]
        return Pack({**drawn.files, "process.bpmn": drawn.files["process.bpmn"].replace(
            ask.encode(), office.user_task("ask", "receiving-officer", f"type:{kind}").encode())})
    case = accepted(house, now)
    procedures.publish(handing("court"), now)
    assert [why.code for why in one(case.code).obstacles] == ["unit"]
    procedures.publish(handing("province"), now)
    assert one(case.code).fate == "moved"
    after = done(kept(case.code), house["an"], LATER, outcome="approve")
    assert [task.unit for task in after.open_tasks()] == ["province"]
    holds(after)


def test_two_who_move_one_case_at_once_move_it_once(house: House, now: datetime) -> None:
    codes = [accepted(house, now).code for _ in range(8)]
    procedures.publish(version(), now)
    barrier = Barrier(2)

    def move(_: int) -> list[str]:
        barrier.wait()
        return [judged.fate for judged in migration.move(Order("two-tasks", codes=codes), LATER).cases]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(move, range(2)))
    assert all(sorted(pair) == ["moved", "there"] for pair in zip(*found, strict=True)), found
    for code in codes:
        holds(kept(code))


def test_a_completion_at_the_same_moment_is_neither_lost_nor_done_twice(house: House, now: datetime) -> None:
    cases_ = [accepted(house, now) for _ in range(8)]
    procedures.publish(version(steps=("receive", "verify", "sign"), clock=""), now)
    barrier = Barrier(2)

    def move() -> list[str]:
        barrier.wait()
        return [judged.fate for judged in migration.move(
            Order("two-tasks", codes=[case.code for case in cases_]), LATER).cases]

    def complete() -> int:
        barrier.wait()
        acknowledged = 0
        for case in cases_:
            try:
                tasks.complete(case.open_tasks()[0].id, {"outcome": "approve"}, house["an"], LATER)
                acknowledged += 1
            except Conflict:
                pass
        return acknowledged
    with ThreadPoolExecutor(2) as pool:
        moving, completing = pool.submit(move), pool.submit(complete)
        fates, acknowledged = moving.result(), completing.result()
    assert set(fates) <= {"moved", "over", "stays"}
    with database.reading() as session:
        completed = [event for case in cases_ for event in history.events_of(session, case)
                     if event.action == "task.completed" and event.facts()["task"]["place"] == "verify"]
    assert len(completed) == acknowledged
    for case in cases_:
        holds(kept(case.code))
