"""The calendar an office begins with: the days off and exchanged days of Viet Nam around a year."""

from __future__ import annotations

from datetime import datetime

from engine.adapters import holidays
from engine.domain.calendar import WorkCalendar
from engine.queries import office
from engine.services import calendars
from engine.storage import database

_YEARS_AHEAD = 6


def vietnam(now: datetime) -> WorkCalendar:
    """Give the calendar `vn` from the year before to five years after the one of `now`."""
    year = office.local_day(now).year
    return holidays.vietnam(range(year - 1, year + _YEARS_AHEAD), identifier=office.COUNTRY)


def begin(now: datetime) -> bool:
    """Publish the country's calendar in an office that has none of this name yet; tell whether it did."""
    with database.reading() as session:
        if office.COUNTRY in office.current(session).newest:
            return False
    calendars.publish(vietnam(now), now)
    return True
