"""A call that another agency does stops the clock of the case for as long as it is done, also before it is accepted,
and stops the case when its limit passes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine import worker
from engine.domain.case import CaseStatus
from engine.domain.people import Actor
from engine.procedures.pack import Pack
from engine.services import handoffs
from tests.services import handing_over
from tests.services.handing_over import done, everything, holds, offered

House = dict[str, Actor]
RULE = b'<motcua:suspends reason="agency" limit="10 days" onLimit="stop"/>'


@pytest.fixture
def people(house: House, now: datetime) -> House:
    files = handing_over.consulting(boundary=False).files
    mark = handing_over.RULE.encode()
    assert mark in files["process.bpmn"]
    return handing_over.furnished(house, now, Pack({
        **files, "process.bpmn": files["process.bpmn"].replace(mark, mark + RULE)}))


def test_the_clock_stands_while_another_agency_does_its_part(people: House, now: datetime) -> None:
    case, one = offered("consulting", people, now)
    assert case.status is CaseStatus.SUSPENDED
    handoffs.accept(one.id, people["tam"], now + timedelta(hours=1))
    case, _ = everything(case)
    assert case.status is CaseStatus.SUSPENDED, "it is being done, and still the clock stands"
    case = done(case, people["son"], now + timedelta(days=3), outcome="agree")
    assert case.status is CaseStatus.OPEN
    [stood] = [event for event in case.clock if event["type"] == "suspend"]
    assert stood["place"] == "consult"
    holds(case)


def test_the_case_stops_when_the_limit_of_the_call_passes(people: House, now: datetime) -> None:
    case, one = offered("consulting", people, now)
    handoffs.accept(one.id, people["tam"], now + timedelta(hours=1))
    worker.drain(now + timedelta(days=30))
    case, [one] = everything(case)
    assert (case.status, case.outcome) == (CaseStatus.STOPPED, "agency.unanswered")
    assert str(one.status) == "cancelled"
    holds(case)
