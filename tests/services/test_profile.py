"""Every line of the profile that runs is played through the product: published, filed, done, verified, replayed."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.domain.case import CaseStatus
from engine.domain.people import Actor
from engine.services import history
from tests.services import handing_over, profile_decisions, profile_events, profile_lines
from tests.services.lines import Line, play

LINES: dict[str, Line] = {
    **profile_lines.TASKS, **profile_lines.GATEWAYS, **profile_lines.SEVERAL, **profile_lines.DATA,
    **profile_events.STARTS, **profile_events.IN_THE_FLOW, **profile_events.ENDS, **profile_events.ON_A_STEP,
    **profile_events.LISTENING, **profile_decisions.DECISIONS,
}


@pytest.mark.parametrize("name", LINES)
def test_a_line_of_the_profile_runs_from_filing_to_its_end(name: str, house: dict[str, Actor], now: datetime) -> None:
    line = LINES[name]
    people = handing_over.furnished(house, now) if "handoff" in name else house
    case, passed = play(name, line, people, now)
    assert case.status is CaseStatus.CLOSED
    assert {key: case.data.get(key) for key in line.keeps} == line.keeps
    assert in_order(line.passes.split(), passed), passed
    for finding in (history.verify(case.code), history.replay(case.code)):
        assert finding.holds, finding.divergence


def in_order(wanted: list[str], passed: list[str]) -> bool:
    """Tell whether the wanted places were passed in this order, whatever else was passed between them."""
    left = iter(passed)
    return all(place in left for place in wanted)
