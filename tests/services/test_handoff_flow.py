"""Hand-offs and the flow, on both databases: interrupted, asked again, several at once, one inside another."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine import worker
from engine.domain.case import Case, CaseStatus
from engine.domain.errors import Conflict
from engine.domain.people import Actor
from engine.queries import handed_over, incident_list
from engine.services import handoffs, holding, messages, organisation, tasks
from engine.services.messages import Message
from engine.storage import database
from engine.storage.tables import case_table
from tests.services import handing_over
from tests.services.handing_over import done, everything, holds, offered, open_tasks, stored

House = dict[str, Actor]


@pytest.fixture
def people(house: House, now: datetime) -> House:
    return handing_over.furnished(house, now, handing_over.consulting(),
                                  handing_over.consulting("stubborn", boundary=False))


@pytest.mark.parametrize("accepted", [False, True])
def test_a_call_that_the_flow_interrupts_is_cancelled(people: House, now: datetime, accepted: bool) -> None:
    handing_over.furnished(people, now, handing_over.consulting("hasty", timer="P1D"))
    case, one = offered("hasty", people, now)
    if accepted:
        handoffs.accept(one.id, people["tam"], now)
    day = now + timedelta(days=1)
    worker.drain(day)
    case, one = stored(case)
    assert (one.status, one.accountable, one.ended_at) == ("cancelled", "division", day)
    assert [task.place for task in open_tasks(case)] == ["decide"]
    holds(case)


def test_asked_a_second_time_it_is_a_hand_off_of_its_own(people: House, now: datetime) -> None:
    case, one = offered("consulting", people, now)
    for ordinal in (1, 2):
        case, one = stored(case)
        assert (one.ordinal, one.status) == (ordinal, "offered")
        handoffs.accept(one.id, people["tam"], now)
        done(case, people["son"], now, outcome="agree")
        done(case, people["an"], now, outcome="again" if ordinal == 1 else "approve")
    case, hand_offs = everything(case)
    assert (case.status, [one.status for one in hand_offs]) == (CaseStatus.CLOSED, ["returned", "returned"])
    holds(case)


def test_each_instance_of_a_call_is_handed_over_by_itself(people: House, now: datetime) -> None:
    loop = ('<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>'
            '</bpmn:multiInstanceLoopCharacteristics>')
    handing_over.furnished(people, now, handing_over.consulting("several", loop=loop, boundary=False))
    case, _ = offered("several", people, now)
    case, hand_offs = everything(case)
    assert [one.place for one in hand_offs] == ["consult[1]", "consult[2]"]
    handoffs.accept(hand_offs[0].id, people["tam"], now)
    handoffs.refuse(hand_offs[1].id, "Đã đủ một ý kiến.", people["tam"], now)
    case, hand_offs = everything(case)
    assert [one.status for one in hand_offs] == ["accepted", "refused"]
    assert [(task.place, task.unit) for task in open_tasks(case)] == [("consult[1]/examine", "police")]
    holds(case)
    done(case, people["son"], now, outcome="agree")
    case, hand_offs = everything(case)
    assert [(one.status, one.open) for one in hand_offs] == [("returned", False), ("refused", True)]
    handoffs.offer_again(hand_offs[1].id, people["an"], now)
    handoffs.accept(stored(case)[1].id, people["minh"], now)
    done(case, people["son"], now, outcome="object")
    case, hand_offs = everything(case)
    assert [task.place for task in open_tasks(case)] == ["decide"]
    assert [one.status for one in hand_offs] == ["returned", "refused", "returned"]
    assert [one["examine"]["outcome"] for one in case.data["consult"]] == ["agree", "object"]
    holds(case)


def test_a_hand_off_inside_a_hand_off_is_answered_for_by_one_unit_at_a_time(people: House, now: datetime) -> None:
    handing_over.furnished(people, now, handing_over.nested())
    case, one = offered("nested", people, now)
    assert (one.place, one.from_unit) == ("consult", "division")
    handoffs.accept(one.id, people["tam"], now)
    case, (outer, inner) = everything(case)
    assert (inner.place, inner.from_unit, inner.to_unit) == ("consult/deeper", "police", "division")
    assert accountable(case) == "police"
    handoffs.accept(inner.id, people["binh"], now)
    assert [(task.place, task.unit) for task in open_tasks(case)] == [("consult/deeper/examine", "division")]
    assert accountable(case) == "division"
    holds(case)
    done(case, people["an"], now, outcome="agree")
    case, (outer, inner) = everything(case)
    assert (outer.status, inner.status) == ("returned", "returned")
    assert accountable(case) == "division"
    holds(case)


def accountable(case: Case) -> str:
    with database.reading() as session:
        return handed_over.accountable(session, holding.case_by_id(session, case.id, case.root))


def test_when_enough_instances_are_done_the_others_are_cancelled(people: House, now: datetime) -> None:
    loop = ('<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>3</bpmn:loopCardinality>'
            '<bpmn:completionCondition>True</bpmn:completionCondition></bpmn:multiInstanceLoopCharacteristics>')
    handing_over.furnished(people, now, handing_over.consulting("first-one", loop=loop, boundary=False))
    case, _ = offered("first-one", people, now)
    for one in everything(case)[1][:2]:
        handoffs.accept(one.id, people["tam"], now)
    [task, _] = [task for task in open_tasks(case) if task.open_to(people["son"])]
    tasks.complete(task.id, {"outcome": "agree"}, people["son"], now)
    case, hand_offs = everything(case)
    assert {one.place: str(one.status) for one in hand_offs} == {
        task.path: "returned", **{one.place: "cancelled" for one in hand_offs if one.place != task.path}}
    assert [task.place for task in open_tasks(case)] == ["decide"]
    holds(case)


@pytest.mark.parametrize("accepted", [False, True])
def test_what_an_event_takes_the_place_of_is_cancelled(people: House, now: datetime, accepted: bool) -> None:
    handing_over.furnished(people, now, handing_over.overtaken())
    case, one = offered("overtaken", people, now)
    assert one.place == "part/consult"
    if accepted:
        handoffs.accept(one.id, people["tam"], now)
    messages.deliver(case.code, Message("answer", {}), people["an"], now + timedelta(hours=1))
    case, one = stored(case)
    assert (one.status, one.ended_at) == ("cancelled", now + timedelta(hours=1))
    assert [task.key for task in open_tasks(case)] == ["instead"]
    holds(case)


def test_a_message_to_a_procedure_of_the_unit_is_given_back_when_that_answers(people: House, now: datetime) -> None:
    handing_over.furnished(people, now, *handing_over.answering())
    case, one = offered("questions", people, now)
    handoffs.accept(one.id, people["tam"], now)
    worker.drain(now)
    with database.reading() as session:
        [code] = session.scalars(select(case_table.c.code).where(case_table.c.origin == case.code))
        theirs = holding.case_by_code(session, code)
    assert (theirs.procedure, theirs.unit) == ("answers", "police")
    done(theirs, people["son"], now + timedelta(hours=1), clean=True)
    worker.drain(now + timedelta(hours=1))
    case, one = stored(case)
    assert (one.status, one.ended_at) == ("returned", now + timedelta(hours=1))
    assert [task.place for task in open_tasks(case)] == ["decide"]
    holds(case)
    holds(theirs)


def test_a_refusal_that_nobody_can_act_on_is_an_incident(people: House, now: datetime) -> None:
    case, one = offered("stubborn", people, now)
    for account in ("binh", "an", "khoa"):
        moved = f'[[person]]\naccount = "{account}"\nname = "{people[account].name}"\npositions = ["audit"]\n'
        organisation.apply(moved.encode(), now)
    handoffs.refuse(one.id, "Thiếu hồ sơ.", people["tam"], now)
    case, one = stored(case)
    assert (case.status, one.status, one.open) == (CaseStatus.HALTED, "refused", True)
    [incident] = incident_list.waiting(people["quan"], "en")
    assert "Nobody in unit division" in incident["message"]
    holds(case)


@given(script=st.lists(st.tuples(st.sampled_from(["accept", "refuse", "again", "examine", "decide", "wait"]),
                                 st.integers(1, 300)), min_size=3, max_size=14))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_people_try_the_history_holds_and_one_unit_answers(people: House, now: datetime,
                                                                    script: list[tuple[str, int]]) -> None:
    case, at = offered("stubborn", people, now)[0], now
    acts: dict[str, Callable[[], object]] = {
        "accept": lambda: handoffs.accept(stored(case)[1].id, people["tam"], at),
        "refuse": lambda: handoffs.refuse(stored(case)[1].id, "Không.", people["tam"], at),
        "again": lambda: handoffs.offer_again(stored(case)[1].id, people["an"], at),
        "examine": lambda: [done(case, people["son"], at, outcome="agree") for task in open_tasks(case)
                            if task.key == "examine"],
        "decide": lambda: [done(case, people["an"], at, outcome="again") for task in open_tasks(case)
                           if task.key == "decide"],
        "wait": lambda: worker.drain(at)}
    for name, minutes in script:
        at += timedelta(minutes=minutes)
        with suppress(Conflict):
            acts[name]()
        _, hand_offs = everything(case)
        units = {one.accountable for one in hand_offs if one.open}
        assert len(units) <= 1
        assert accountable(case) == (units.pop() if units else "division")
    holds(case)
