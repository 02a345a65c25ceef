"""The clock and a step done several times: the step is done when its last instance is, whoever is first."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.domain.case import Case, CaseStatus
from engine.domain.people import Actor
from engine.services import tasks
from tests import office
from tests.services.test_case_course import done, filed, holds
from tests.services.test_deferred import publish

House = dict[str, Actor]
HOUR = timedelta(hours=1)
TWICE = ("<bpmn:multiInstanceLoopCharacteristics{0}><bpmn:loopCardinality>2</bpmn:loopCardinality>{1}"
         "</bpmn:multiInstanceLoopCharacteristics>")
ONE_BY_ONE = ' isSequential="true"'
ENOUGH = "<bpmn:completionCondition>numberOfCompletedInstances == 1</bpmn:completionCondition>"


def drawn(house: House, now: datetime, receive: str, verify: str, mode: str = "", enough: str = "") -> Case:
    """File a case whose steps declare a clock and are done as often as `mode` says."""
    several = TWICE.format(mode, enough) + "</bpmn:userTask>"
    first = office.user_task("receive", "receiving-officer", "receiving", receive)
    last = office.user_task("verify", "processing-officer", "competent", verify)
    inside = ('<bpmn:startEvent id="application"/>'
              + (first.replace("</bpmn:userTask>", several) if "always" in receive else first)
              + (last.replace("</bpmn:userTask>", several) if verify else last) + '<bpmn:endEvent id="done"/>'
              + office.flows(("application", "receive"), ("receive", "verify"), ("verify", "done")))
    publish("several", inside, now, receive=office.form(("accepted",)), verify=office.form(("agreed", "refused")))
    return filed("several", house, now)


@pytest.mark.parametrize("mode", ["", ONE_BY_ONE])
def test_processing_ends_when_the_last_instance_is_done(mode: str, house: House, now: datetime) -> None:
    case = drawn(house, now, '<motcua:clock starts="accepted"/>', '<motcua:clock stops="always"/>', mode)
    case = done(case, house["binh"], now + HOUR, outcome="accepted")
    case = done(case, house["an"], now + 2 * HOUR, outcome="agreed")
    assert (case.status, case.ended_at) == (CaseStatus.OPEN, None)
    case = done(case, house["an"], now + 3 * HOUR, outcome="agreed")
    assert case.ended_at == now + 3 * HOUR
    holds(case)


def test_processing_ends_with_the_instance_after_which_no_more_is_needed(house: House, now: datetime) -> None:
    case = drawn(house, now, '<motcua:clock starts="accepted"/>', '<motcua:clock stops="always"/>', enough=ENOUGH)
    case = done(case, house["binh"], now + HOUR, outcome="accepted")
    case = done(case, house["an"], now + 2 * HOUR, outcome="agreed")
    assert case.ended_at == now + 2 * HOUR
    holds(case)


def test_an_outcome_counts_in_the_instance_that_leaves_it(house: House, now: datetime) -> None:
    case = drawn(house, now, '<motcua:clock starts="accepted"/>', '<motcua:clock stops="refused"/>')
    case = done(case, house["binh"], now + HOUR, outcome="accepted")
    case = done(case, house["an"], now + 2 * HOUR, outcome="refused")
    assert (case.ended_at, case.outcome) == (now + 2 * HOUR, "refused")
    holds(case)


def test_the_clock_starts_when_the_last_instance_is_done(house: House, now: datetime) -> None:
    case = drawn(house, now, '<motcua:clock starts="always"/>', "")
    case = done(case, house["binh"], now + HOUR, outcome="accepted")
    assert case.received_at is None
    after = tasks.complete(case.open_tasks()[0].id, {"outcome": "accepted"}, house["binh"], now + 2 * HOUR)
    assert after is not None
    assert after.received_at == now + 2 * HOUR
    holds(after)
