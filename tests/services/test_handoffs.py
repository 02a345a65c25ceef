"""Hand-offs through the services, on both databases: offered, accepted, refused, offered again, alarmed, given back."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from engine import worker
from engine.domain.case import CaseStatus
from engine.domain.errors import (
    CaseHalted,
    CaseNotFound,
    Conflict,
    HandOffAlreadyAnswered,
    HandOffNotFound,
    InvalidSubmission,
    NotAllowed,
    UnitNotFound,
)
from engine.domain.people import Actor
from engine.queries import case_list, case_pages, hand_off_list, incident_list
from engine.queries.case_list import Filters
from engine.services import cases, handoffs, incidents, messages, organisation, procedures
from engine.services.messages import Message
from tests import office
from tests.services import handing_over
from tests.services.handing_over import done, everything, holds, offered, open_tasks, stored

House = dict[str, Actor]


@pytest.fixture
def people(house: House, now: datetime) -> House:
    return handing_over.furnished(house, now, handing_over.consulting(),
                                  handing_over.consulting("stubborn", boundary=False), handing_over.asking())


def test_a_called_process_of_another_unit_is_offered_to_it_with_a_time_to_answer(people: House, now: datetime) -> None:
    case, one = offered("consulting", people, now)
    assert (one.status, one.from_unit, one.to_unit, one.accountable) == ("offered", "division", "police", "division")
    assert (one.acknowledge_by, one.due_at) == (office.at("2026-03-09T14:30"), None)
    assert case.due_at == office.at("2026-03-16T17:00")
    assert open_tasks(case) == []
    holds(case)


def test_accepting_gives_the_work_and_the_answering_for_it_to_the_other_unit(people: House, now: datetime) -> None:
    case, one = offered("consulting", people, now)
    later = now + timedelta(hours=1)
    assert handoffs.accept(one.id, people["tam"], later) is not None
    case, one = stored(case)
    assert (one.status, one.accountable, one.answered_by, one.answered_at) == ("accepted", "police", "tam", later)
    assert one.due_at == office.at("2026-03-11T10:00")
    [task] = open_tasks(case)
    assert (task.place, task.unit, task.receiving_unit) == ("consult/examine", "police", "division")
    assert not task.open_to(people["an"])
    assert case.due_at == office.at("2026-03-16T17:00")
    assert case.data["consult"] == {"outcome": "accepted", "unit": "police"}
    holds(case)


def test_what_is_done_there_comes_back_and_the_case_goes_on_at_home(people: House, now: datetime) -> None:
    case, one = offered("consulting", people, now)
    handoffs.accept(one.id, people["tam"], now)
    done(case, people["son"], now + timedelta(hours=2), outcome="agree")
    case, one = stored(case)
    assert (one.status, one.accountable, one.ended_at) == ("returned", "division", now + timedelta(hours=2))
    [task] = open_tasks(case)
    assert (task.place, task.unit) == ("decide", "division")
    case = done(case, people["an"], now + timedelta(hours=3), outcome="approve")
    assert case.status is CaseStatus.CLOSED
    holds(case)


def test_a_refusal_takes_the_way_drawn_for_it(people: House, now: datetime) -> None:
    case, one = offered("consulting", people, now)
    handoffs.refuse(one.id, "  Không thuộc thẩm quyền. ", people["tam"], now + timedelta(hours=1))
    case, one = stored(case)
    assert (one.status, one.reason, one.open) == ("refused", "Không thuộc thẩm quyền.", False)
    assert one.accountable == "division"
    assert [task.place for task in open_tasks(case)] == ["alone"]
    told = {"outcome": "refused", "unit": "police", "reason": "Không thuộc thẩm quyền."}
    assert (case.data["consult"], case.data["declined"]) == (told, told)
    holds(case)


def test_a_refusal_without_a_way_waits_for_the_own_unit_which_may_offer_it_elsewhere(people: House,
                                                                                     now: datetime) -> None:
    case, one = offered("stubborn", people, now)
    handoffs.refuse(one.id, "Thiếu hồ sơ.", people["tam"], now)
    case, one = stored(case)
    assert (one.status, one.open, one.waits_for_its_own_unit) == ("refused", True, True)
    assert [entry.hand_off.id for entry in hand_off_list.of_units(people["an"], now, direction="out")] == [one.id]
    holds(case)
    later = now + timedelta(minutes=30)
    handoffs.offer_again(one.id, people["an"], later, "police-far")
    case, (first, second) = everything(case)
    assert (first.status, first.open, second.ordinal, second.status) == ("refused", False, 2, "offered")
    assert (second.to_unit, second.acknowledge_by) == ("police-far", office.at("2026-03-09T15:00"))
    holds(case)
    handoffs.accept(second.id, people["xuan"], later)
    assert [task.unit for task in open_tasks(case)] == ["police-far"]
    done(case, people["xuan"], later, outcome="object")
    assert stored(case)[1].status == "returned"
    holds(case)


def test_who_offers_again_names_a_unit_of_the_type_and_only_when_it_is_his_turn(people: House, now: datetime) -> None:
    _, one = offered("stubborn", people, now)
    with pytest.raises(Conflict, match="still has time"):
        handoffs.offer_again(one.id, people["an"], now)
    handoffs.refuse(one.id, "Thiếu hồ sơ.", people["tam"], now)
    for wrong in ("division", "nowhere"):
        with pytest.raises(UnitNotFound, match="of type “police”"):
            handoffs.offer_again(one.id, people["an"], now, wrong)
    with pytest.raises(NotAllowed):
        handoffs.offer_again(one.id, people["tam"], now)
    handoffs.offer_again(one.id, people["khoa"], now)
    with pytest.raises(HandOffAlreadyAnswered):
        handoffs.offer_again(one.id, people["khoa"], now)


def test_nobody_answers_so_the_alarm_sounds_once_and_the_own_unit_may_act(people: House, now: datetime) -> None:
    case, one = offered("consulting", people, now)
    assert worker.drain(office.at("2026-03-09T14:29")) == 0
    late = office.at("2026-03-09T14:31")
    assert worker.drain(late) == 1
    assert worker.drain(late + timedelta(days=2)) == 0
    case, one = stored(case)
    assert (one.alarmed_at, one.status, one.late(late)) == (late, "offered", True)
    assert [event.action for event in case_pages.read(case.code, people["an"], late).events][-1] == (
        "handoff.unacknowledged")
    assert [entry.hand_off.id for entry in hand_off_list.of_units(people["an"], late, status="late")] == [one.id]
    holds(case)
    handoffs.offer_again(one.id, people["binh"], late)
    case, (first, second) = everything(case)
    assert (first.status, second.status) == ("cancelled", "offered")
    assert second.acknowledge_by == office.at("2026-03-10T09:01")
    assert worker.drain(office.at("2026-03-10T09:02")) == 1
    holds(case)


def test_answered_in_time_no_alarm_sounds(people: House, now: datetime) -> None:
    case, one = offered("consulting", people, now)
    handoffs.accept(one.id, people["tam"], now)
    assert worker.drain(now + timedelta(days=3)) == 0
    assert stored(case)[1].alarmed_at is None
    holds(case)


def test_late_acceptance_is_possible_and_stays_late(people: House, now: datetime) -> None:
    case, one = offered("consulting", people, now)
    late = office.at("2026-03-10T08:00")
    worker.drain(late)
    handoffs.accept(one.id, people["tam"], late)
    case, one = stored(case)
    assert (one.status, one.late(late)) == ("accepted", True)
    holds(case)


def test_the_second_of_two_officers_is_told_who_was_faster(people: House, now: datetime) -> None:
    _, one = offered("consulting", people, now)
    handoffs.accept(one.id, people["tam"], now)
    for act in (lambda: handoffs.accept(one.id, people["minh"], now + timedelta(minutes=1)),
                lambda: handoffs.refuse(one.id, "Không.", people["minh"], now + timedelta(minutes=1))):
        with pytest.raises(HandOffAlreadyAnswered) as lost:
            act()
        assert (lost.value.actor, lost.value.action, lost.value.at) == ("tam", "handoff.accepted", now)


def test_the_other_unit_sees_the_case_once_it_is_offered_something_and_no_other_unit_ever(people: House,
                                                                                          now: datetime) -> None:
    case = cases.file("consulting", office.APPLICANT, people["binh"], now)
    assert case is not None
    with pytest.raises(CaseNotFound):
        case_pages.read(case.code, people["tam"], now)
    assert case_list.find(people["tam"], Filters(), now).total == 0
    done(case, people["binh"], now, outcome="accepted")
    assert case_pages.read(case.code, people["tam"], now).case.id == case.id
    assert [row.case.id for row in case_list.find(people["tam"], Filters(), now).rows] == [case.id]
    _, one = stored(case)
    for stranger in (people["lan"], people["xuan"]):
        assert hand_off_list.of_units(stranger, now) == []
        with pytest.raises(CaseNotFound):
            case_pages.read(case.code, stranger, now)
        for act in (lambda who=stranger: handoffs.accept(one.id, who, now),
                    lambda who=stranger: hand_off_list.read(one.id, who, now)):
            with pytest.raises(HandOffNotFound):
                act()
    for insider in (people["son"], people["an"]):
        with pytest.raises(NotAllowed):
            handoffs.accept(one.id, insider, now)
    with pytest.raises(HandOffNotFound):
        handoffs.accept(uuid4(), people["tam"], now)


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 2001])
def test_a_refusal_needs_a_reason(people: House, now: datetime, reason: str) -> None:
    _, one = offered("consulting", people, now)
    with pytest.raises(InvalidSubmission):
        handoffs.refuse(one.id, reason, people["tam"], now)


def test_a_message_to_another_pool_is_handed_over_and_its_unit_gives_the_result(people: House, now: datetime) -> None:
    case, one = offered("asking", people, now)
    assert (one.place, one.status, one.acknowledge_by) == ("ask", "offered", office.at("2026-03-09T14:30"))
    worker.drain(now)
    with pytest.raises(Conflict, match="Accept this hand-off"):
        handoffs.give_result(one.id, {"clean": True}, people["tam"], now)
    handoffs.accept(one.id, people["tam"], now)
    case, one = stored(case)
    assert (one.status, one.accountable, one.due_at) == ("accepted", "police", office.at("2026-03-11T09:00"))
    [entry] = hand_off_list.of_units(people["tam"], now)
    assert (entry.may, entry.left, entry.due) == (("result",), 2 * 480, one.due_at)
    handoffs.give_result(one.id, {"clean": True}, people["tam"], now + timedelta(hours=1))
    case, one = stored(case)
    assert (one.status, one.accountable) == ("returned", "division")
    assert case.data["answered"] == {"clean": True}
    assert [task.place for task in open_tasks(case)] == ["decide"]
    with pytest.raises(HandOffAlreadyAnswered):
        handoffs.give_result(one.id, {"clean": True}, people["tam"], now)
    worker.drain(now + timedelta(days=1))
    holds(case)


def test_an_answer_that_comes_by_message_gives_the_hand_off_back_too(people: House, now: datetime) -> None:
    case, one = offered("asking", people, now)
    messages.deliver(case.code, Message("answer", {"clean": False}), people["an"], now)
    case, one = stored(case)
    assert (one.status, one.answered_at, one.answered_by) == ("returned", now, None)
    assert case.status is CaseStatus.CLOSED
    holds(case)


def test_a_refused_message_may_be_offered_again_without_being_sent_again(people: House, now: datetime) -> None:
    case, one = offered("asking", people, now)
    handoffs.refuse(one.id, "Hỏi sai nơi.", people["tam"], now)
    holds(stored(case)[0])
    handoffs.offer_again(one.id, people["an"], now, "police-far")
    case, one = stored(case)
    handoffs.accept(one.id, people["xuan"], now)
    handoffs.give_result(one.id, {"clean": True}, people["xuan"], now)
    case, hand_offs = everything(case)
    assert [one.status for one in hand_offs] == ["refused", "returned"]
    holds(case)


def test_nobody_there_to_answer_is_an_incident_at_the_alarm(people: House, now: datetime) -> None:
    case, one = offered("consulting", people, now)
    day = now + timedelta(days=1)
    for name, full in (("tam", "Lý Thị Tâm"), ("minh", "Hồ Văn Minh")):
        moved = f'[[person]]\naccount = "{name}"\nname = "{full}"\npositions = ["police-work"]\n'
        organisation.apply(moved.encode(), now)
    worker.drain(day)
    case, one = stored(case)
    assert (case.status, one.alarmed_at) == (CaseStatus.HALTED, day)
    [incident] = incident_list.waiting(people["quan"], "en")
    assert (incident["code"], incident["element"]) == ("hand-off", "consult")
    assert "Nobody in unit police" in incident["message"]
    with pytest.raises(CaseHalted):
        handoffs.offer_again(one.id, people["an"], day)
    holds(case)


def test_a_case_that_is_over_has_no_open_hand_off(people: House, now: datetime) -> None:
    handing_over.furnished(people, now, handing_over.telling())
    case, one = offered("telling", people, now)
    handoffs.accept(one.id, people["tam"], now)
    assert stored(case)[1].status == "accepted"
    done(case, people["an"], now + timedelta(hours=1), outcome="approve")
    case, one = stored(case)
    assert (case.status, one.status, one.ended_at) == (CaseStatus.CLOSED, "cancelled", now + timedelta(hours=1))
    with pytest.raises(HandOffAlreadyAnswered):
        handoffs.give_result(one.id, {}, people["tam"], now)
    worker.drain(now + timedelta(days=9))
    holds(case)


def test_an_answer_the_engine_cannot_follow_becomes_an_incident_and_changes_nothing(people: House,
                                                                                   now: datetime) -> None:
    case, one = offered("asking", people, now)
    handoffs.accept(one.id, people["tam"], now)
    with pytest.raises(CaseHalted):
        handoffs.give_result(one.id, {"said": "nothing of it"}, people["tam"], now)
    case, one = stored(case)
    assert (case.status, one.status) == (CaseStatus.HALTED, "accepted")
    [incident] = incident_list.waiting(people["quan"], "en")
    assert (incident["case"], incident["code"]) == (case.code, "expression")
    incidents.retry(UUID(incident["id"]), people["quan"], now)
    handoffs.give_result(one.id, {"clean": True}, people["tam"], now)
    assert stored(case)[1].status == "returned"
    holds(case)


def test_a_case_that_would_be_handed_over_to_nobody_cannot_be_filed(house: House, now: datetime) -> None:
    found = procedures.publish(handing_over.consulting(), now)
    assert "unit-type-unknown" in {problem.code for problem in found.warnings}
    with pytest.raises(UnitNotFound, match="police"):
        cases.file("consulting", office.APPLICANT, house["binh"], now)
