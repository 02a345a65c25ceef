"""The calendar of 2026 on which the worked cases stand, written out, and short ways to ask the clock."""

from __future__ import annotations

from datetime import date, datetime

from engine.domain import clock, period
from engine.domain.calendar import ORDINARY_DAY, DayRule, WorkCalendar
from engine.domain.clock import Limit, Suspended

OFF = ("01-01", "02-16", "02-17", "02-18", "02-19", "02-20", "04-27", "04-30", "05-01", "08-31", "09-01", "09-02",
       "11-24")
MORNING = ((450, 690),)

OFFICE = WorkCalendar("office", 1, "written for the tests", days={
    **{date.fromisoformat(f"2026-{day}"): DayRule((), "nghỉ lễ", "holiday") for day in OFF},
    date.fromisoformat("2026-08-22"): DayRule(ORDINARY_DAY, "làm bù", "worked in exchange")})


def at(text: str) -> datetime:
    """`06-08 09:00` of 2026."""
    return datetime.fromisoformat(f"2026-{text}")


def suspended(begin: str, end: str | None, reason: str = "supplement", mode: str = "resume") -> Suspended:
    return Suspended(at(begin), at(end) if end else None, reason, mode)


def reckon(limit: str, received: str, *events, policy="NEXT_DAY", cut_off=900, calendar=OFFICE, **more):
    return clock.reckon(Limit(period.parse(limit), policy, cut_off, **more), calendar, at(received), events)


def due(*args, **kwargs) -> str | None:
    """The due time as `mm-dd hh:mm`."""
    return short(reckon(*args, **kwargs).due)


def start(*args, **kwargs) -> str | None:
    return short(reckon(*args, **kwargs).start)


def short(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%m-%d %H:%M}"
