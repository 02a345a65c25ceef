"""The announced years of Vietnam come out exactly; other years come from the seed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.adapters import holidays
from engine.domain.calendar import ORDINARY_DAY


def weekdays_off(year):
    calendar, day, found = holidays.vietnam([year]), date(year, 1, 1), []
    while day.year == year:
        if day.weekday() < 5 and not calendar.sessions(day):
            found.append(f"{day:%m-%d}")
        day += timedelta(days=1)
    return found


def test_2026_has_the_announced_days_off():
    assert weekdays_off(2026) == ["01-01", "02-16", "02-17", "02-18", "02-19", "02-20", "04-27", "04-30", "05-01",
                                  "08-31", "09-01", "09-02", "11-24"]


def test_2025_has_the_announced_days_off():
    assert weekdays_off(2025) == ["01-01", "01-27", "01-28", "01-29", "01-30", "01-31", "04-07", "04-30", "05-01",
                                  "05-02", "09-01", "09-02"]


@pytest.mark.parametrize("worked", ["2025-04-26", "2026-08-22"])
def test_the_exchanged_saturdays_are_worked(worked):
    day = date.fromisoformat(worked)
    assert day.weekday() == 5
    assert holidays.vietnam([day.year]).sessions(day) == ORDINARY_DAY


def test_no_other_weekend_day_of_2026_is_worked():
    calendar = holidays.vietnam([2026])
    worked = [day for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(365))
              if day.weekday() >= 5 and calendar.sessions(day)]
    assert worked == [date(2026, 8, 22)]


def test_a_year_that_is_not_announced_comes_from_the_seed_with_reasons_in_both_languages():
    rules = holidays.day_rules([2028])
    new_year = rules[date(2028, 1, 1)]
    assert (new_year.sessions, new_year.text.vi, new_year.text.en) == ((), "Tết Dương lịch", "New Year's Day")


def test_the_calendar_names_its_sources():
    assert "45/2019/QH14" in holidays.vietnam([2026]).source
