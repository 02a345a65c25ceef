"""The fifteen worked cases and the further examples, to the minute."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.domain import clock, clock_events, period
from engine.domain.clock import CalendarChanged, Limit
from tests.domain.office_2026 import MORNING, OFFICE, at, due, reckon, short, start, suspended

CASES = json.loads((Path(__file__).parent / "clock_cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_worked_case_comes_out_to_the_minute(case):
    events = [clock_events.from_data(event) for event in case["events"]]
    found = clock.reckon(Limit(period.parse(case["period"]), case["policy"]), OFFICE,
                         clock_events.read_moment(case["received"]), events)
    assert found.start.isoformat(timespec="minutes") == case["expected_start"]
    assert (found.due and found.due.isoformat(timespec="minutes")) == case["expected_due"]


def test_there_are_fifteen_worked_cases():
    assert [case["id"] for case in CASES] == [f"K{number:02d}" for number in range(1, 16)]


def test_k14_promises_the_general_limit_until_the_outcome_is_decided():
    assert due("10 working days", "04-20 09:20") == "05-07 17:00"


def test_k15_shows_what_is_left_while_the_clock_stands():
    found = reckon("10 working days", "09-07 09:00", suspended("09-15 10:00", None))
    assert (found.allowance, found.used, found.remaining) == (4800, 2550, 2250)
    assert found.standing_since == at("09-15 10:00")


def test_a_receipt_at_lunch_starts_at_one_and_ends_at_the_close_of_the_morning():
    found = reckon("1 working day", "06-08 12:10", policy="SAME_HOUR")
    assert (short(found.start), short(found.due)) == ("06-08 13:00", "06-09 11:30")


def test_a_half_day_counts_as_a_working_day():
    half = CalendarChanged(at("06-26 00:00").date(), MORNING, "họp toàn cơ quan")
    assert due("2 working days", "06-24 09:00", half) == "06-26 11:30"
    assert due("2 working days", "06-24 14:00", half, policy="SAME_HOUR") == "06-26 11:30"


def test_a_closure_moves_the_limit_by_a_working_day():
    storm = CalendarChanged(at("09-24 00:00").date(), (), "bão")
    assert due("3 working days", "09-22 09:00", storm) == "09-28 17:00"


def test_hours_run_through_the_night_and_leave_a_day_off_at_the_next_close():
    assert due("24 hours", "06-10 14:20") == "06-11 14:20"
    assert due("24 hours", "06-12 14:20") == "06-15 17:00"


def test_a_late_receipt_on_friday_and_a_holiday_on_tuesday():
    assert start("2 working days", "11-20 15:30") == "11-23 07:30"
    assert due("2 working days", "11-20 15:30") == "11-26 17:00"
    assert due("2 working days", "11-20 15:30", policy="SAME_HOUR") == "11-25 17:00"
