"""The calendar an office begins with: the days off and exchanged days of Viet Nam around a year."""

from __future__ import annotations

from datetime import datetime

from engine.adapters import holidays
from engine.domain.calendar import WorkCalendar
from engine.queries import office


def vietnam(now: datetime) -> WorkCalendar:
    """Give the calendar `vn` of the year before to two years after the one of `now`."""
    year = office.local_day(now).year
    return holidays.vietnam(range(year - 1, year + 3))
