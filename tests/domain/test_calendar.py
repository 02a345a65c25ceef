"""Calendars as data: dated rules before the hours of the week, read and written without loss."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from engine.domain import calendar
from engine.domain.calendar import ORDINARY_DAY, DayRule, WorkCalendar
from engine.domain.errors import InvalidInput
from tests.domain.office_2026 import OFFICE, at


def test_a_dated_rule_goes_before_the_hours_of_the_week():
    assert OFFICE.sessions(date(2026, 8, 31)) == ()
    assert OFFICE.sessions(date(2026, 8, 22)) == ORDINARY_DAY
    assert OFFICE.sessions(date(2026, 8, 29)) == ()


def test_a_calendar_survives_json():
    assert WorkCalendar.from_data(json.loads(json.dumps(OFFICE.to_data()))) == OFFICE


def test_equal_calendars_give_equal_bytes_whatever_the_order_of_their_days():
    backwards = WorkCalendar("office", 1, OFFICE.source, days=dict(reversed(OFFICE.days.items())))
    assert json.dumps(backwards.to_data()) == json.dumps(OFFICE.to_data())


def test_a_later_rule_for_a_date_replaces_the_earlier():
    day = date(2026, 6, 9)
    changed = OFFICE.with_days({day: DayRule((), "bão")}).with_days({day: DayRule(((450, 690),), "mở lại")})
    assert changed.sessions(day) == ((450, 690),)


@pytest.mark.parametrize("written", [["07:30-11:30", "13:00–17:00"], [["07:30", "11:30"], ["13:00", "17:00"]],
                                     [[450, 690], [780, 1020]], [{"open": "07:30", "close": "11:30"}, "13:00-17:00"]])
def test_sessions_are_read_in_the_forms_people_write(written):
    assert calendar.read_sessions(written) == ORDINARY_DAY


@pytest.mark.parametrize("written", [["11:30-07:30"], ["07:30-11:30", "11:00-12:00"], ["07:30-07:30"], ["7h30-11h30"],
                                     ["07:30"], "07:30-11:30", [450], [["07:30", "24:01"]], [[-5, 10]], [[True, 90]]])
def test_sessions_that_overlap_run_backwards_or_cannot_be_read_are_refused(written):
    with pytest.raises(InvalidInput):
        calendar.read_sessions(written)


@pytest.mark.parametrize("wrong", [{"week": [[]] * 6}, {"first_day": "whenever"}, {"cut_off": "25:00"},
                                   {"days": {"2026-02-30": {"sessions": []}}}])
def test_a_calendar_that_cannot_be_read_is_refused(wrong):
    with pytest.raises(InvalidInput):
        WorkCalendar.from_data({**OFFICE.to_data(), **wrong})


def test_instants_become_local_whole_minutes_and_go_back_to_utc():
    instant = datetime(2026, 6, 8, 2, 0, 59, tzinfo=UTC)
    assert calendar.to_local(OFFICE, instant) == at("06-08 09:00")
    assert calendar.to_utc(OFFICE, at("06-08 09:00")) == datetime(2026, 6, 8, 2, tzinfo=UTC)


def test_an_unknown_time_zone_is_refused():
    with pytest.raises(InvalidInput):
        calendar.zone("Mars/Olympus")
