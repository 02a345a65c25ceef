"""What proves that a case was moved rightly, and what else of a case comes along: hand-offs, early messages, pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from engine import worker
from engine.domain.case import Case
from engine.domain.people import Actor
from engine.procedures.pack import Pack
from engine.queries import case_pages, case_path, tracking
from engine.services import handoffs, messages, migration, procedures
from engine.services.messages import Message
from engine.services.migration import Order
from engine.storage import database, tables
from tests import office
from tests.services import handing_over, talking
from tests.services.test_case_course import done, filed, holds
from tests.services.test_migration import LATER, accepted, kept, version
from tests.services.test_superuser import found, put, rewrite

House = dict[str, Actor]


def fates(slug: str, now: datetime = LATER, **order: Any) -> list[tuple[str, list[str]]]:
    return [(one.fate, [why.code for why in one.obstacles])
            for one in migration.move(Order(slug, **order), now).cases]


@pytest.fixture
def moved(house: House, now: datetime) -> Case:
    """A case that was moved to a version with a longer limit and a reminder."""
    case = accepted(house, now)
    procedures.publish(version(period="5 working days"), now)
    assert fates("two-tasks", codes=[case.code], reason="Thông tư mới") == [("moved", [])]
    return kept(case.code)


REWRITTEN: dict[str, Callable[[dict[str, Any]], None]] = {
    "the version it came from": put("from", "version", 2), "the hash it came from": put("from", "hash", "0" * 64),
    "the version it went to": put("to", "version", 1), "the hash it went to": put("to", "hash", "0" * 64),
    "when it was moved": put("at", "2026-03-20T01:00:00.000000Z"),
    "the due time after": put("result", "due", "after", "2026-03-12T10:00:00.000000Z"),
    "the due time of the case": put("result", "case", "due_at", "2026-03-12T10:00:00.000000Z"),
    "a task that changed": put("result", "renewed", []), "an event that begins": put("result", "begun", ["remind"]),
    "the calendars": put("calendar_hashes", {"vn@1": "0" * 64}),
}
NEEDS_A_WITNESS = {"when it was moved"}     # no limit of the case runs from the move, so that nothing follows from it


@pytest.mark.parametrize("what", REWRITTEN)
def test_a_move_told_otherwise_is_found_though_the_chain_was_made_anew(what: str, moved: Case, tmp_path: Path) -> None:
    assert found(moved, tmp_path) is None
    rewrite(moved, REWRITTEN[what], "case.migrated")
    assert (found(moved, tmp_path) is None) is (what in NEEDS_A_WITNESS)


def test_a_case_put_back_on_its_old_version_behind_the_history_is_found(moved: Case, tmp_path: Path) -> None:
    with database.transaction() as session:
        session.execute(update(tables.case_table).values(version_id=1))
    assert found(moved, tmp_path) is not None


def test_a_hand_off_under_way_comes_along_and_its_answer_goes_on_under_the_new_version(
        house: House, now: datetime) -> None:
    people = handing_over.furnished(house, now, handing_over.consulting())
    case, one = handing_over.offered("consulting", people, now)
    longer = handing_over.consulting().files
    opinion = office.diagram("opinion", (
        '<bpmn:startEvent id="asked"/>' + office.user_task("examine", "processing-officer", "competent")
        + office.user_task("weigh", "processing-officer", "competent") + '<bpmn:endEvent id="said"/>'
        + office.flows(("asked", "examine"), ("examine", "weigh"), ("weigh", "said"))))
    procedures.publish(Pack({**longer, "shared/opinion.bpmn": opinion, "forms/weigh.json": office.form()}), now)
    assert fates("consulting", now) == [("moved", [])]
    handoffs.accept(one.id, people["tam"], now)
    case = done(kept(case.code), people["son"], now, outcome="agree")
    assert [task.place for task in case.open_tasks()] == ["consult/weigh"]
    holds(case)
    procedures.publish(Pack({**longer, "process.bpmn": longer["process.bpmn"].replace(
        b'<motcua:handoff to="police" acknowledgeWithin="4 working hours" period="2 working days"/>', b"")}), now)
    assert fates("consulting", now) == [("stays", ["done-step"])]
    done(case, people["son"], now)
    case, one = kept(case.code), handing_over.stored(case)[1]
    assert (one.status, [task.place for task in case.open_tasks()]) == ("returned", ["decide"])
    holds(case)


def waiting_for(name: str) -> Pack:
    inside = ('<bpmn:startEvent id="application"/>' + talking.receive("paid", name) + talking.look()
              + '<bpmn:endEvent id="done"/>' + office.flows(("application", "paid"), ("paid", "look"),
                                                            ("look", "done")))
    return talking.pack("waiting", inside)


def test_a_message_that_came_early_is_delivered_where_the_new_version_waits_for_it(house: House, now: datetime) -> None:
    first = waiting_for("payment").files
    both = Pack({**first, "process.bpmn": first["process.bpmn"].replace(
        b'<bpmn:endEvent id="done"/>', (talking.receive("told", "notice") + '<bpmn:endEvent id="done"/>').encode()
    ).replace(b'sourceRef="look" targetRef="done"', b'sourceRef="look" targetRef="told"').replace(
        b"</bpmn:process>", b'<bpmn:sequenceFlow id="last" sourceRef="told" targetRef="done"/></bpmn:process>')})
    procedures.publish(both, now)
    case = filed("waiting", house, now)
    messages.deliver(case.code, Message("notice", {"said": 1}), house["binh"], now)
    procedures.publish(waiting_for("notice"), now)
    assert fates("waiting") == [("moved", [])]
    holds(kept(case.code))
    worker.drain(LATER)
    after = kept(case.code)
    assert ([task.key for task in after.open_tasks()], after.data["paid"]) == (["look"], {"said": 1})
    holds(after)


def with_gateway(again: str = "") -> Pack:
    """Give a version in which the case passes a gateway, or does not."""
    drawn = version(steps=("receive", "verify"), clock="").files
    if not again:
        return Pack(drawn)
    body = drawn["process.bpmn"].decode().replace(
        'sourceRef="receive" targetRef="verify"', f'sourceRef="receive" targetRef="{again}"').replace(
        "</bpmn:process>", f'<bpmn:exclusiveGateway id="{again}"/><bpmn:sequenceFlow id="g" sourceRef="{again}" '
                           'targetRef="verify"/></bpmn:process>')
    return Pack({**drawn, "process.bpmn": body.encode()})


def test_the_pages_of_a_case_that_passed_what_its_version_no_longer_has_can_be_read(
        house: House, now: datetime) -> None:
    procedures.publish(with_gateway("again"), now)
    case = accepted(house, now)
    procedures.publish(with_gateway(), now)
    assert fates("two-tasks") == [("moved", [])]
    holds(kept(case.code))
    way = case_path.of(case_pages.read(case.code, house["ha"], LATER))
    assert [stop.key for stop in way.stops] == ["application", "receive", "verify"]
    assert way.now == {"verify"}
    assert tracking.by_token(kept(case.code).tracking, LATER) is not None
    holds(done(kept(case.code), house["an"], LATER + timedelta(hours=1), outcome="approve"))


def test_a_step_under_way_inside_a_parallel_branch_goes_on_to_the_same_gateway(house: House, now: datetime) -> None:
    def branches(*steps: str) -> Pack:
        ways = [("split", "left"), ("left", "join"), *zip(("split", *steps), (*steps, "join"), strict=True)]
        inside = ('<bpmn:startEvent id="application"/><bpmn:parallelGateway id="split"/>'
                  '<bpmn:parallelGateway id="join"/><bpmn:endEvent id="done"/>'
                  + "".join(talking.look(key) for key in ("left", *steps))
                  + office.flows(("application", "split"), *ways, ("join", "done")))
        return talking.pack("branches", inside, **{key: office.form() for key in ("left", *steps)})
    procedures.publish(branches("right"), now)
    case = filed("branches", house, now)
    case = done(case, house["an"], now)
    procedures.publish(branches("right", "more"), now)
    assert fates("branches") == [("moved", [])]
    case = kept(case.code)
    for _ in range(2):
        holds(case)
        case = done(case, house["an"], LATER)
    assert case.closed_at == LATER
    holds(case)
