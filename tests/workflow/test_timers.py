"""Timers read the time they are given, fire when they are told to, and catch up with one firing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import workflow
from engine.domain.errors import Halted
from engine.workflow import timers
from engine.workflow.timers import Due, TimerError
from tests.workflow.making import NOW, act, at, definition, keys, passed


def test_a_timer_that_does_not_interrupt_adds_a_step():
    read = definition("timers")
    position = workflow.start(read, None, NOW)
    assert position.next_timer == at(48)
    early = workflow.fire_timers(read, position.state, at(47))
    assert (keys(early), early.passed) == (["work"], ())
    late = workflow.fire_timers(read, position.state, at(48))
    assert sorted(keys(late)) == ["remind", "work"]
    assert late.next_timer == at(120)
    assert [(one.key, one.flow) for one in late.passed] == [("after_two_days", None)]
    done = act(read, late, "work", {"day": "2026-07-02"}, at(50))
    assert keys(done) == ["remind"]
    assert done.next_timer == datetime(2026, 7, 1, 17, tzinfo=UTC)      # midnight in Vietnam
    assert not workflow.fire_timers(read, done.state, at(60)).ended
    assert act(read, workflow.fire_timers(read, done.state, at(60)), "remind").ended


def test_a_timer_that_interrupts_takes_the_step_away():
    read = definition("timers")
    position = workflow.fire_timers(read, workflow.start(read, None, NOW).state, at(121))
    assert sorted(keys(position)) == ["escalated", "remind"]      # both were due, the earlier one first
    assert passed(position) == ["after_two_days", "after_five_days"]
    assert position.next_timer is None
    assert act(read, act(read, position, "escalated"), "remind").ended


def test_a_timer_fires_only_when_it_is_told_to():
    read = definition("timers")
    position = act(read, workflow.start(read, None, NOW), "work", {"outcome": "return"}, at(500))
    assert keys(position) == ["work"]
    assert position.next_timer == at(548)


def test_a_cycle_fires_its_number_of_times_and_leaves_its_branches_open():
    read = definition("cycle")
    position = workflow.start(read, None, NOW)
    for day in (1, 2, 3):
        assert position.next_timer == at(24 * day)
        position = workflow.fire_timers(read, position.state, at(24 * day))
        assert keys(position).count("remind") == day
    assert position.next_timer is None
    position = act(read, position, "work", {}, at(80))
    assert keys(position) == ["remind"] * 3
    assert not position.ended
    for _ in range(3):
        position = act(read, position, "remind", {}, at(81))
    assert position.ended


def test_a_cycle_missed_for_days_fires_once():
    read = definition("cycle")
    position = workflow.fire_timers(read, workflow.start(read, None, NOW).state, at(60))
    assert keys(position).count("remind") == 1
    assert position.next_timer == at(72)      # the third point of the grid, the second was missed
    position = workflow.fire_timers(read, position.state, at(900))
    assert keys(position).count("remind") == 2
    assert position.next_timer is None


def test_a_done_step_takes_its_cycle_with_it():
    read = definition("cycle")
    position = act(read, workflow.fire_timers(read, workflow.start(read, None, NOW).state, at(24)), "work")
    assert (keys(position), position.next_timer) == (["remind"], None)


def test_a_service_and_a_message_wait_and_may_come_too_late():
    read = definition("outside")
    position = workflow.start(read, None, NOW)
    assert [(one.key, one.kind) for one in position.waiting] == [("lookup", "service")]
    assert position.next_timer == at(24)
    answered = act(read, position, "lookup", {"found": True})
    assert [(one.key, one.kind) for one in answered.waiting] == [("paid", "receive")]
    paid = act(read, answered, "paid", {"receipt": "0001"})
    assert paid.ended
    assert paid.data == {"lookup": {"found": True}, "paid": {"receipt": "0001"}}
    unanswered = workflow.fire_timers(read, position.state, at(25))
    assert keys(unanswered) == ["paid"]
    lapsed = workflow.fire_timers(read, unanswered.state, at(25 + 240))
    assert (lapsed.ended, passed(lapsed)) == (True, ["too_late", "lapsed"])


def test_a_time_that_cannot_be_read_halts():
    read = definition("timers")
    position = workflow.start(read, None, NOW)
    for day in ("soon", 5, ["2026-07-01"]):
        with pytest.raises(Halted) as halt:
            act(read, position, "work", {"day": day})
        assert halt.value.code == "timer"


def test_the_time_of_an_advance_needs_an_offset():
    with pytest.raises(ValueError, match="offset"):
        workflow.start(definition("linear"), None, datetime(2026, 7, 1))  # noqa: DTZ001


@pytest.mark.parametrize(("text", "start", "end"), [
    ("P1M", "2026-01-31T00:00", "2026-02-28T00:00"), ("P1Y2M3DT4H5M6S", "2026-01-31T00:00", "2027-04-03T04:05:06"),
    ("P1W", "2026-01-01T00:00", "2026-01-08T00:00"), ("PT24H", "2026-01-01T00:00", "2026-01-02T00:00"),
    ("P1Y", "2024-02-29T00:00", "2025-02-28T00:00"),
])
def test_durations_follow_the_calendar(text, start, end):
    begin = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert timers.duration(text).after(begin) == datetime.fromisoformat(end).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["P", "PT", "-P1D", "P1.5D", "P1D2H", "1D", "P1M1Y", "PT1H1D", "", "P99999Y", "P٣D"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(TimerError):
        timers.duration(text)


@pytest.mark.parametrize("text", ["R/PT0S", "R3/PT59S", "R/P0D", "R5/2026-01-01T00:00:00Z/P1D", "R0/P1D", "RX/P1D",
                                  "R99999/P1D", "R-1/P1D"])
def test_cycles_that_would_storm_are_refused(text):
    with pytest.raises(TimerError):
        timers.cycle(text)


@given(minutes=st.integers(1, 10_000), late=st.integers(0, 10**6), times=st.integers(-1, 500))
def test_a_cycle_always_goes_on_after_now_and_on_its_grid(minutes, late, times):
    now = NOW + timedelta(minutes=late)
    following = timers.following(Due(NOW, f"PT{minutes}M", times), now)
    if following is None:
        assert 0 <= times <= late // minutes
    else:
        assert now < following.at <= now + timedelta(minutes=minutes)
        assert (following.at - NOW) % timedelta(minutes=minutes) == timedelta(0)
        assert following.left < max(times, 0)


def test_a_written_time_is_no_expression_and_a_computed_one_is():
    assert [timers.literal(one) for one in ('P5D', '"P5D"', "'R3/PT1H'", "2026-07-01", "2026-07-01T00:00:00+07:00")] \
        == ["P5D", "P5D", "R3/PT1H", "2026-07-01", "2026-07-01T00:00:00+07:00"]
    assert timers.literal("verify.day") is None
