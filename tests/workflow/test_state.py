"""The compact state says the same as the library's own serializer, over whole runs of real diagrams."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import workflow
from engine.domain.errors import Halted
from engine.workflow import codec, inspection, running
from tests.workflow.library import LibraryCase
from tests.workflow.making import NAMES, NOW, act, at, definition

READ = {slug: definition(slug) for slug in NAMES}
FILING = {"licence_class": "B", "age": 30, "typename": "datetime", "@": "date"}


def _observe(position):
    return (sorted((one.path, one.key, one.kind) for one in position.waiting), position.data,
            [position.next_timer] if position.next_timer else [], position.ended)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
@pytest.mark.parametrize("slug", sorted(NAMES))
def test_every_run_is_the_same_as_the_librarys_own(slug, data):
    read, now = READ[slug], NOW
    submission = {"licence_class": data.draw(st.sampled_from(["A1", "B"])), "age": data.draw(st.sampled_from([20, 85]))}
    ours, theirs = workflow.start(read, submission, now), LibraryCase(read, submission, now)
    for step in range(14):
        assert _observe(ours) == theirs.observe(now)
        if ours.ended:
            return
        now = at(step * 24 + 24)
        choices = list(ours.waiting) + ([None] if ours.next_timer else [])
        choice = data.draw(st.sampled_from(choices))
        if choice is None:
            ours = workflow.fire_timers(read, ours.state, now)
            theirs.fire(now)
            continue
        given = {"outcome": data.draw(st.sampled_from(["approve", "return"])), "complete": data.draw(st.booleans()),
                 "step": step} | ({"day": "2026-09-01"} if data.draw(st.booleans()) else {})
        ours = act(read, ours, choice.key, given, now)
        theirs.act(choice.path, choice.key, given, now)


@pytest.mark.parametrize("slug", sorted(NAMES))
def test_a_state_read_and_written_again_is_the_same_bytes(slug):
    read = READ[slug]
    position = workflow.start(read, {**FILING, "age": 30}, NOW)
    engine = running.engine(read, NOW, running.BUDGET)
    assert codec.dump(codec.load(position.state, read, engine), read) == position.state
    again = workflow.look(read, position.state)
    assert (again.waiting, again.data, again.next_timer, again.ended, again.state) == (
        position.waiting, position.data, position.next_timer, position.ended, position.state)


def test_the_id_of_a_waiting_task_stays_while_others_move():
    read = READ["parallel"]
    position = workflow.start(read, None, NOW)
    before = {one.key: one.id for one in position.waiting}
    after = {one.key: one.id for one in act(read, position, "left").waiting}
    assert after == {key: before[key] for key in ("middle", "right")}


@pytest.mark.parametrize("value", [
    {"typename": "datetime", "value": "x"}, {"typename": "House"}, {"typename": "SignalEventDefinition"},
    {"@": "date", "v": "not a date"}, {"@": "record", "v": {"@": 1}}, {"@@t": "dt", "v": 1},
    {"__class__": "x", "constructor": None}, {"": {"@": {"@": []}}},
])
@pytest.mark.parametrize("beside", [{}, {"day": date(2026, 7, 1)}])
def test_no_key_of_a_form_means_anything_to_the_state(value, beside):
    read = READ["linear"]
    position = workflow.start(read, {"form": value, **beside}, NOW)
    position = act(read, position, "receive", value)
    again = workflow.look(read, position.state)
    assert again.data == {"filing": {"form": value, **beside}, "receive": value}


def test_dates_instants_and_decimals_come_back_as_what_they_were():
    given = {"day": date(2026, 7, 1), "at": datetime(2026, 7, 1, 9, tzinfo=NOW.tzinfo), "fee": Decimal("135000.50"),
             "list": (1, 2.5, None, True)}
    position = workflow.start(READ["linear"], given, NOW)
    again = workflow.look(READ["linear"], position.state).data["filing"]
    assert again == {**given, "list": [1, 2.5, None, True]}
    assert [type(one) for one in again.values()] == [date, datetime, Decimal, list]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**63, "\ud800", b"x", {1: 2}, object(), {1, 2},
                                   Decimal("NaN")])
def test_a_value_that_cannot_be_kept_is_refused(value):
    with pytest.raises(Halted) as refusal:
        workflow.start(READ["linear"], {"x": value}, NOW)
    assert refusal.value.code == "data"


def test_data_too_deep_or_too_many_are_refused():
    deep: list = []
    for _ in range(100):
        deep = [deep]
    for value in (deep, list(range(60_000))):
        with pytest.raises(Halted):
            workflow.start(READ["linear"], {"x": value}, NOW)


def test_a_submission_changed_afterwards_changes_nothing():
    form = {"address": {"street": "Lê Lợi"}}
    position = workflow.start(READ["linear"], form, NOW)
    form["address"]["street"] = "changed"
    assert position.data["filing"]["address"]["street"] == "Lê Lợi"


def test_a_state_of_another_definition_is_refused():
    state = workflow.start(READ["linear"], None, NOW).state
    with pytest.raises(Halted) as refusal:
        workflow.look(READ["rework"], state)
    assert refusal.value.code == "state"


@settings(max_examples=100, deadline=None)
@given(noise=st.binary(max_size=60), place=st.integers(0, 10_000))
def test_broken_bytes_are_refused_as_a_state(noise, place):
    state = workflow.start(READ["linear"], None, NOW).state
    for broken in (noise, state[:place % len(state)], zstandard.compress(noise), zstandard.compress(b'{"v":1}')):
        with pytest.raises(Halted) as refusal:
            workflow.look(READ["linear"], broken)
        assert refusal.value.code == "state"


def test_a_bit_turned_over_in_a_state_is_refused_or_changes_nothing():
    read = READ["linear"]
    position = workflow.start(read, {"name": "Nguyễn Văn An", "age": 41}, NOW)
    refused = 0
    for bit in range(0, len(position.state) * 8, 3):
        broken = bytearray(position.state)
        broken[bit // 8] ^= 1 << bit % 8
        try:
            again = workflow.look(read, bytes(broken))
        except Halted as halt:
            refused += halt.code == "state"
            continue
        assert (again.waiting, again.data, again.ended) == (position.waiting, position.data, position.ended)
    assert refused > len(position.state) * 2.5


def test_a_state_says_whose_it_is_as_long_as_the_case_lives():
    read = READ["linear"]
    position = workflow.start(read, None, NOW, owner="a3f0")
    for key in ("receive", "verify"):
        assert workflow.look(read, position.state).owner == position.owner == "a3f0"
        position = act(read, position, key)
    assert (position.ended, position.owner) == (True, "a3f0")
    assert workflow.start(read, None, NOW).owner is None


def test_the_given_bytes_stay_as_they_are_when_an_advance_fails():
    read = READ["deciding"]
    with pytest.raises(Halted) as halt:
        workflow.start(read, {"licence_class": "B"}, NOW)
    assert (halt.value.code, halt.value.element) == ("expression", "fee")
    position = workflow.start(READ["timers"], None, NOW)
    before = bytes(position.state)
    with pytest.raises(Halted) as halt:
        act(READ["timers"], position, "work", {"day": "no day"})
    assert halt.value.code == "timer"
    assert position.state == before
    assert act(READ["timers"], position, "work", {"day": "2026-08-01"}).next_timer is not None


def test_a_simple_case_is_small():
    position = workflow.start(READ["linear"], {"name": "Nguyễn Văn An"}, NOW)
    assert len(position.state) < 400
    assert len(inspection.trees(codec.load(position.state, READ["linear"],
                                           running.engine(READ["linear"], NOW, running.BUDGET)))) == 1
