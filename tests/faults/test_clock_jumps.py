"""No jump of the clock loses a timer, fires one twice, or breaks a history."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.domain.people import Actor
from tests.faults import clock_jumps

House = dict[str, Actor]


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_lost_or_doubled_while_the_clock_jumps_about(seed: int, house: House, now: datetime) -> None:
    assert clock_jumps.played(house, now, seed) == []


def test_a_job_taken_by_a_clock_ahead_of_time_is_not_held_for_as_long(house: House, now: datetime) -> None:
    assert clock_jumps.late_after_a_wrong_clock(house, now) == []
