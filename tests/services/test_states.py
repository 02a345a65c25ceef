"""A saved state that is not the case's own, or not whole, is never acted on: an incident says so, nothing of the case
changes, and its history names what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select, update

from engine import worker
from engine.domain.case import Case, CaseStatus, Incident
from engine.domain.errors import CaseHalted
from engine.domain.people import Actor
from engine.services import history
from engine.storage import database
from engine.storage.tables import case_table
from tests import office
from tests.services.test_case_course import done, filed, holds
from tests.services.test_deferred import HOUR, again, publish

House = dict[str, Actor]
TIMED = ('<bpmn:startEvent id="application"/><bpmn:intermediateCatchEvent id="later"><bpmn:timerEventDefinition>'
         "<bpmn:timeDuration>PT2H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
         + office.user_task("look", "leader", "competent") + '<bpmn:endEvent id="done"/>'
         + office.flows(("application", "later"), ("later", "look"), ("look", "done")))


def give(case: Case, state: bytes) -> None:
    """Write a state past the product."""
    with database.current().writer.begin() as connection:
        connection.execute(update(case_table).where(case_table.c.id == case.id).values(state=state))


def causes(case: Case) -> list[tuple[str, str]]:
    with database.reading() as session:
        found = session.scalars(select(Incident).where(Incident.case_id == case.id))    # type: ignore[arg-type]
        return [(one.code, one.message_en) for one in found]


def named(case: Case) -> str:
    """Give what the replay of a case finds."""
    divergence = history.replay(case.code).divergence
    assert divergence is not None
    return divergence.what


def cut(case: Case) -> bytes:
    return case.state[:-7]


def flipped(case: Case) -> bytes:
    middle = len(case.state) // 2
    return case.state[:middle] + bytes([case.state[middle] ^ 4]) + case.state[middle + 1:]


@pytest.mark.parametrize("spoil", [cut, flipped, lambda case: b"", lambda case: b"\0" * 400])
def test_a_state_that_is_not_whole_halts_the_case_with_a_sentence(spoil: Callable[[Case], bytes], house: House,
                                                                  now: datetime) -> None:
    case = filed("two-tasks", house, now)
    before = case.state
    give(case, spoil(case))
    assert named(case) == "state"
    with pytest.raises(CaseHalted, match="does not belong to its version"):
        done(case, house["binh"], now, outcome="accepted")
    assert [code for code, _ in causes(case)] == ["state"]
    halted = again(case)
    assert (halted.status, halted.data, halted.state) == (CaseStatus.HALTED, case.data, spoil(case))
    give(case, before)
    assert history.verify(case.code).holds


def test_a_state_of_another_version_halts_the_case(house: House, now: datetime) -> None:
    publish("with-timer", TIMED, now, look=office.form())
    case, other = filed("two-tasks", house, now), filed("with-timer", house, now)
    give(case, other.state)
    assert named(case) == "state"
    with pytest.raises(CaseHalted, match="does not belong to its version"):
        done(case, house["binh"], now, outcome="accepted")


def test_the_states_of_two_cases_exchanged_halt_both_when_a_task_is_done(house: House, now: datetime) -> None:
    first, second = filed("two-tasks", house, now), filed("two-tasks", house, now)
    give(first, second.state)
    give(second, first.state)
    for case in (first, second):
        assert named(case).startswith("state.")
        with pytest.raises(CaseHalted, match="does not have this task"):
            done(case, house["binh"], now, outcome="accepted")
        assert [code for code, _ in causes(case)] == ["state"]
        assert again(case).data == case.data
    give(first, first.state)
    holds(first)


def test_the_states_of_two_cases_exchanged_halt_both_when_a_timer_fires(house: House, now: datetime) -> None:
    publish("with-timer", TIMED, now, look=office.form())
    first, second = filed("with-timer", house, now), filed("with-timer", house, now + HOUR)
    give(first, second.state)
    give(second, first.state)
    assert {named(first), named(second)} == {"state.owner"}
    worker.drain(now + 4 * HOUR)
    for case in (first, second):
        assert causes(case) == [("state", "The stored state of the case is that of another case.")]
        halted = again(case)
        assert (halted.status, halted.data, halted.open_tasks()) == (CaseStatus.HALTED, case.data, [])
