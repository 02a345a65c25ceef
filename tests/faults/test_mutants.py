"""Every guard of the product is needed: the play of its bad moment ends well with it and badly without it."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.domain.people import Actor
from tests.faults import durability, mutants, plays

House = dict[str, Actor]


@pytest.mark.parametrize("guard", plays.PLAYS)
def test_with_the_guard_the_play_ends_well(guard: str, house: House, now: datetime) -> None:
    assert plays.PLAYS[guard](house, now) == []


@pytest.mark.parametrize("guard", plays.PLAYS)
def test_without_the_guard_the_play_ends_badly(guard: str, house: House, now: datetime) -> None:
    with mutants.without(guard):
        assert plays.PLAYS[guard](house, now) != []


def test_what_was_told_is_on_disk_however_the_server_is_set_and_without_the_guard_it_is_lost(now: datetime) -> None:
    with_it, without_it = durability.played(now)
    assert with_it == []
    assert len(without_it) > 0


def test_every_guard_has_its_play() -> None:
    assert mutants.GUARDS.keys() == plays.PLAYS.keys() | {"durable"}
