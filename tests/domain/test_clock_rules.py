"""Each rule of the clock, one sentence a test: receipt, units, suspensions, restarts, warnings, verdicts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain import clock
from engine.domain.calendar import DayRule
from engine.domain.clock import Limit, Started, Stopped
from engine.domain.declarations import DeadlineRule
from engine.domain.period import Period, parse
from tests.domain.office_2026 import MORNING, OFFICE, at, due, reckon, short, start, suspended


def test_a_dossier_nobody_accepted_has_no_start_and_no_due_time():
    found = clock.reckon(Limit(Period(5, "working days")), OFFICE, None, [suspended("06-08 09:00", None)])
    assert (found.start, found.due, found.remaining, found.lines) == (None, None, None, ())


@pytest.mark.parametrize(("received", "expected"), [
    ("06-08 06:00", "06-08 07:30"), ("06-08 07:30", "06-08 07:30"), ("06-08 11:30", "06-08 13:00"),
    ("06-08 15:00", "06-08 15:00"), ("06-08 15:01", "06-09 07:30"), ("06-08 17:00", "06-09 07:30"),
    ("06-13 09:00", "06-15 07:30"), ("08-22 09:00", "08-22 09:00")])
def test_the_effective_receipt_lies_in_working_time(received, expected):
    assert start("1 working day", received) == expected


def test_seconds_are_cut_off_before_the_cut_off_is_compared():
    received = at("06-08 15:00") + timedelta(seconds=59)
    found = clock.reckon(Limit(Period(1, "working days")), OFFICE, received)
    assert short(found.start) == "06-08 15:00"


def test_without_a_cut_off_only_the_close_sends_a_receipt_to_the_next_day():
    assert start("1 working day", "06-08 16:59", cut_off=None) == "06-08 16:59"
    assert start("1 working day", "06-08 17:00", cut_off=None) == "06-09 07:30"


def test_a_day_that_closes_earlier_has_its_close_as_cut_off():
    half = OFFICE.with_days({at("06-08 00:00").date(): DayRule(MORNING, "nửa ngày")})
    assert start("1 working day", "06-08 11:29", calendar=half) == "06-08 11:29"
    assert start("1 working day", "06-08 11:30", calendar=half) == "06-09 07:30"


def test_a_start_event_replaces_the_receipt():
    found = reckon("2 working days", "06-05 09:00", Started(at("06-08 10:00")))
    assert (short(found.start), short(found.due)) == ("06-08 10:00", "06-10 17:00")


def test_same_hour_ends_at_the_close_of_a_day_that_closes_earlier():
    half = OFFICE.with_days({at("06-09 00:00").date(): DayRule(MORNING, "nửa ngày")})
    assert due("1 working day", "06-08 14:00", policy="SAME_HOUR", calendar=half) == "06-09 11:30"


def test_an_exchanged_saturday_counts_like_any_working_day():
    assert due("1 working day", "08-21 09:00") == "08-22 17:00"


def test_working_hours_ignore_the_policy():
    assert (due("12 working hours", "07-02 10:00")
            == due("12 working hours", "07-02 10:00", policy="SAME_HOUR") == "07-03 15:30")


def test_calendar_days_ignore_the_policy():
    assert due("10 days", "04-16 09:00", policy="SAME_HOUR") == "04-28 17:00"


def test_a_calendar_day_counts_when_the_clock_runs_at_one_minute_to_midnight():
    assert due("3 days", "06-08 09:00", suspended("06-09 08:00", "06-09 23:59")) == "06-11 17:00"
    assert due("3 days", "06-08 09:00", suspended("06-09 08:00", "06-10 00:00")) == "06-12 17:00"


def test_a_suspension_after_the_close_of_the_last_calendar_day_changes_nothing():
    assert due("3 days", "06-08 09:00", suspended("06-11 17:00", "06-12 09:00")) == "06-11 17:00"
    assert due("3 days", "06-08 09:00", suspended("06-11 16:59", "06-12 09:00")) == "06-12 17:00"


def test_hours_do_not_count_suspended_time():
    assert due("24 hours", "06-09 14:20", suspended("06-09 20:00", "06-09 22:30")) == "06-10 16:50"


def test_a_suspension_over_holidays_moves_nothing_for_the_holidays():
    assert due("5 working days", "02-10 09:00", suspended("02-13 17:00", "02-23 07:30")) == "02-24 17:00"


def test_a_suspension_that_begins_at_the_due_time_changes_nothing():
    assert due("1 working day", "06-08 09:00", suspended("06-09 17:00", None)) == "06-09 17:00"


def test_minutes_suspended_before_counting_begins_change_nothing():
    assert due("1 working day", "06-08 09:00", suspended("06-08 10:00", "06-09 07:30")) == "06-09 17:00"


def test_a_suspension_of_no_length_moves_nothing():
    assert due("1 working day", "06-08 09:00", suspended("06-09 10:00", "06-09 10:00")) == "06-09 17:00"


def test_adjacent_suspensions_count_once():
    assert due("1 working day", "06-08 09:00", suspended("06-09 08:00", "06-09 09:00"),
               suspended("06-09 09:00", "06-09 10:00", "payment")) == "06-10 09:30"


def test_two_suspensions_may_be_open_for_different_reasons():
    found = reckon("2 working days", "06-08 09:00", suspended("06-09 09:00", None),
                   suspended("06-09 08:30", None, "payment"))
    assert (found.due, found.remaining, short(found.standing_since)) == (None, 960 - 60, "06-09 08:30")


def test_what_is_left_of_calendar_days_is_whole_days():
    found = reckon("10 days", "06-08 09:00", suspended("06-11 10:00", None))
    assert (found.due, found.remaining) == (None, 8 * 1440)


def test_the_cut_off_does_not_apply_to_resumption():
    assert due("1 working day", "06-08 09:00", suspended("06-09 07:30", "06-09 16:30")) == "06-10 16:30"


def test_the_latest_restart_counts():
    events = [suspended("06-08 10:00", "06-09 16:00", mode="restart"),
              suspended("06-09 16:30", "06-11 09:00", mode="restart")]
    assert start("2 working days", "06-08 09:00", *events) == "06-11 09:00"
    assert due("2 working days", "06-08 09:00", *reversed(events)) == "06-15 17:00"


def test_a_suspension_that_reaches_beyond_a_restart_still_suspends():
    events = [suspended("06-08 10:00", "06-09 09:00", mode="restart"),
              suspended("06-08 11:00", "06-10 09:30", "payment")]
    assert due("2 working days", "06-08 09:00", *events) == "06-12 09:30"


def test_a_suspension_over_before_the_restart_is_forgotten():
    events = [suspended("06-08 10:00", "06-08 11:00", "payment"),
              suspended("06-08 13:00", "06-09 09:00", mode="restart")]
    assert due("2 working days", "06-08 09:00", *events) == "06-11 17:00"


def test_a_restart_of_a_suspension_that_began_at_the_due_time_heals_nothing():
    late = suspended("06-09 17:00", "06-12 09:00", mode="restart")
    in_time = suspended("06-09 16:59", "06-12 09:00", mode="restart")
    assert due("1 working day", "06-08 09:00", late) == "06-09 17:00"
    assert due("1 working day", "06-08 09:00", in_time) == "06-15 17:00"


def test_a_restart_that_ended_before_the_start_does_not_move_the_start_back():
    reception = suspended("06-05 09:00", "06-05 10:00", mode="restart")
    assert start("1 working day", "06-08 09:00", reception) == "06-08 09:00"


def test_while_a_restart_is_open_there_is_no_due_time():
    assert due("2 working days", "06-08 09:00", suspended("06-08 10:00", None, mode="restart")) is None


def test_the_warning_comes_when_four_fifths_are_used_up():
    assert short(reckon("5 working days", "06-08 09:00").warn) == "06-12 17:00"
    assert short(reckon("7 working hours", "06-08 07:30").warn) == "06-08 14:36"


def test_the_warning_moves_with_a_suspension_and_waits_while_the_clock_stands():
    assert short(reckon("5 working days", "06-08 09:00", suspended("06-09 07:30", "06-09 08:30")).warn) == "06-15 08:30"
    assert reckon("5 working days", "06-08 09:00", suspended("06-09 07:30", None)).warn is None


def test_the_warning_of_a_share_that_is_not_whole_is_cut_down_to_minutes():
    calendar = OFFICE.with_days({at("06-09 00:00").date(): DayRule(((450, 458),), "8 phút")})
    assert short(reckon("1 working day", "06-08 09:00", calendar=calendar).warn) == "06-09 07:36"


@pytest.mark.parametrize(("period", "since", "expected"), [
    ("7 working days", "06-08 09:00", "06-17 17:00"), ("7 working days", "06-08 16:30", "06-17 17:00"),
    ("30 days", "06-08 09:00", "07-08 17:00"), ("5 days", "06-08 09:00", "06-15 17:00"),
    ("24 hours", "06-08 09:00", "06-09 17:00"), ("1 working hour", "06-08 16:30", "06-09 17:00"),
    ("same day", "06-08 09:00", "06-08 17:00"), ("1 working day", "06-13 09:00", "06-15 17:00")])
def test_the_applicants_limit_is_counted_from_the_request_and_ends_at_a_close(period, since, expected):
    assert short(clock.suspension_limit(OFFICE, at(since), parse(period))) == expected


@pytest.mark.parametrize(("end", "expected"), [
    ("06-11 17:00", "early"), ("06-12 07:30", "early"), ("06-12 07:31", "on_time"), ("06-12 17:00", "on_time"),
    ("06-12 17:01", "late"), ("06-08 16:00", "early")])
def test_early_means_that_a_working_day_of_the_allowance_is_left(end, expected):
    assert clock.verdict(reckon("4 working days", "06-08 09:00"), at(end)) == expected


def test_limits_in_hours_are_early_with_a_working_hour_left():
    found = reckon("12 working hours", "07-02 10:00")
    assert clock.verdict(found, at("07-03 14:30")) == "early"
    assert clock.verdict(found, at("07-03 14:31")) == "on_time"


def test_the_threshold_of_early_is_data():
    found = reckon("4 working days", "06-08 09:00")
    assert clock.verdict(found, at("06-11 17:00"), Period(2, "working days")) == "on_time"
    assert clock.verdict(found, at("06-12 16:00"), Period(1, "working hours")) == "early"


def test_a_printed_date_has_its_own_verdict():
    found = reckon("4 working days", "06-08 09:00")
    assert clock.verdict(found, at("06-12 17:00"), due=at("06-11 17:00")) == "late"


def test_an_end_while_the_clock_stands_is_never_late():
    found = reckon("2 working days", "06-08 09:00", suspended("06-09 09:00", None))
    assert clock.verdict(found, at("07-30 09:00")) == "early"
    nearly = reckon("2 working days", "06-08 09:00", suspended("06-10 14:00", None))
    assert clock.verdict(nearly, at("07-30 09:00")) == "on_time"


def test_a_stop_event_records_the_end_and_moves_nothing():
    found = reckon("2 working days", "06-08 09:00", Stopped(at("06-09 10:00"), "withdrawn"))
    assert (short(found.ended), short(found.due)) == ("06-09 10:00", "06-10 17:00")


def test_a_task_counts_from_the_hour_without_cut_off_unless_it_says_otherwise():
    task = clock.limit_of(DeadlineRule("task", Period(1, "working days")), OFFICE)
    own = clock.limit_of(DeadlineRule("task", Period(1, "working days"), "next-day", "14:00"), OFFICE)
    assert (task.policy, task.cut_off, task.warn_at) == ("SAME_HOUR", None, 80)
    assert (own.policy, own.cut_off) == ("NEXT_DAY", 840)


def test_other_limits_ask_the_calendar():
    statutory = clock.limit_of(DeadlineRule("statutory", Period(1, "working days")), OFFICE)
    assert (statutory.policy, statutory.cut_off) == ("NEXT_DAY", 900)
