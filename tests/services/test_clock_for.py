"""A due time explained by procedure: the answer is the one a case of that procedure would get."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.domain.errors import InvalidInput
from engine.domain.people import Actor
from engine.services import clock_for

RECEIVED = datetime.fromisoformat("2026-03-09T09:00")


def test_an_outcome_without_a_limit_of_its_own_is_answered_by_the_general_limit(house: dict[str, Actor]) -> None:
    due = {value: clock_for.published("permit", RECEIVED, outcome=value).due for value in ("approve", "refused")}
    assert due == {"approve": datetime.fromisoformat("2026-03-16T17:00"),
                   "refused": datetime.fromisoformat("2026-03-12T17:00")}


def test_an_outcome_no_step_knows_is_refused(house: dict[str, Actor]) -> None:
    with pytest.raises(InvalidInput):
        clock_for.published("permit", RECEIVED, outcome="aprove")
