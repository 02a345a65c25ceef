"""One run of a limit from its receipt to its due time: the three steps of the algorithm for the five units.

Which receipt, which period and which suspensions hold is decided in `engine.domain.clock`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine.domain.calendar import WorkCalendar
from engine.domain.period import Period
from engine.domain.worktime import (
    DAY,
    OPEN,
    Stretch,
    close_of,
    measure,
    next_working_day,
    opening_of,
    running,
    sessions_on,
    used_up,
    working,
    working_day_from,
)

Policy = Literal["NEXT_DAY", "SAME_HOUR"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a limit grants and how its beginning is counted; the cut-off in minutes after midnight, or none."""

    period: Period
    policy: Policy
    cut_off: int | None


@dataclass(frozen=True, slots=True)
class Course:
    """A limit laid over a calendar. All times are minutes (`worktime.stamp`), the allowance is in minutes.

    `plain` is the due time without suspensions; `due` is none while the clock stands for good. For calendar days
    the allowance is whole days of 24 hours, for clock hours clock minutes, otherwise working time.
    """

    calendar: WorkCalendar
    terms: Terms
    receipt: int
    start: int
    begin: int
    allowance: int
    plain: int
    due: int | None
    halts: tuple[Stretch, ...]

    def pieces(self) -> Iterator[Stretch]:
        """Give the stretches in which the allowance runs, from the beginning of counting on."""
        return running(_flow(self.calendar, self.terms.period, self.begin), self.halts)

    def used(self, at: int = OPEN) -> int:
        """Give the minutes of the allowance used up at an instant; a calendar day is used at its end."""
        if self.due is not None and at >= self.due:
            return self.allowance
        if self.terms.period.unit == "days":
            return DAY * sum((day + 1) * DAY <= at for day in self.counted_days())
        return min(measure(self.pieces(), at), self.allowance)

    def last_counted(self) -> int | None:
        """Give the instant at which counting ends; a limit in hours that ends on a day off is due later than that."""
        return used_up(self.pieces(), self.allowance) if self.terms.period.unit == "hours" else self.due

    def counted_days(self) -> list[int]:
        """Give the calendar days (ordinals) that count for a limit in days, in order."""
        return list(_counted_days(self.calendar, self.start, self.terms.period.number, self.halts))

    def warning(self, per_cent: int) -> int | None:
        """Give the first instant at which so much of the allowance, cut to whole minutes, is used up.

        For calendar days the measure is the working time that lies in them, so that the warning comes while
        people work; none while the clock stands before that instant.
        """
        if self.terms.period.unit != "days":
            share = self.allowance * per_cent // 100
            return used_up(self.pieces(), share) if share else self.begin
        if self.due is None:
            return None
        share = measure(running(working(self.calendar, self.begin), self.halts), self.due) * per_cent // 100
        return used_up(running(working(self.calendar, self.begin), self.halts), share) if share else self.due


def lay(calendar: WorkCalendar, terms: Terms, receipt: int, halts: tuple[Stretch, ...]) -> Course:
    """Compute effective receipt, allowance and due time of a limit; `halts` are merged suspensions.

    Raises:
        InvalidInput: the calendar has no working day within 60 days.
    """
    start = effective_receipt(calendar, terms.cut_off, receipt)
    begin, allowance, plain = _allow(calendar, terms, start)
    if terms.period.unit == "days":
        due = _days_due(calendar, start, terms.period.number, halts)
    elif not halts or halts[0][0] >= plain or halts[-1][1] <= begin:
        due = plain
    else:
        due = used_up(running(_flow(calendar, terms.period, begin), halts), allowance)
        if due is not None and terms.period.unit == "hours":
            due = _out_of_days_off(calendar, due)
    return Course(calendar, terms, receipt, start, begin, allowance, plain, due, halts)


def effective_receipt(calendar: WorkCalendar, cut_off: int | None, receipt: int) -> int:
    """Give the instant from which a receipt counts: in working time, not after the cut-off, before the close.

    A receipt before opening or between two sessions counts from the next session of its day; any other counts
    from the opening of the next working day. A day that closes before the cut-off has its close as cut-off.
    """
    day, minute = divmod(receipt, DAY)
    sessions = sessions_on(calendar, day)
    if sessions and minute < sessions[-1][1] and (cut_off is None or minute <= cut_off):
        return day * DAY + next(max(minute, opening) for opening, close in sessions if minute < close)
    return opening_of(calendar, next_working_day(calendar, day))


def _flow(calendar: WorkCalendar, period: Period, begin: int) -> Iterator[Stretch]:
    """Give the time in which a limit runs: the clock's for hours, working time for the others."""
    return iter(((begin, OPEN),)) if period.unit == "hours" else working(calendar, begin)


def _allow(calendar: WorkCalendar, terms: Terms, start: int) -> tuple[int, int, int]:
    """Give the beginning of counting, the allowance and the due time without suspensions."""
    number, unit = terms.period.number, terms.period.unit
    if unit == "working days":
        return _allow_working_days(calendar, terms, start)
    if unit == "working hours":
        allowance = number * 60
        return start, allowance, _end(calendar, start, allowance)
    if unit == "same day":
        close = close_of(calendar, start // DAY)
        return start, measure(working(calendar, start), close), close
    if unit == "hours":
        return start, number * 60, _out_of_days_off(calendar, start + number * 60)
    day = start // DAY
    return (day + 1) * DAY, number * DAY, close_of(calendar, working_day_from(calendar, day + number))


def _allow_working_days(calendar: WorkCalendar, terms: Terms, start: int) -> tuple[int, int, int]:
    """Count days, never hours: the allowance is the working time of the days so counted."""
    first = day = next_working_day(calendar, start // DAY)
    for _ in range(terms.period.number - 1):
        day = next_working_day(calendar, day)
    close = close_of(calendar, day)
    if terms.policy == "NEXT_DAY":
        begin = opening_of(calendar, first)
        return begin, measure(working(calendar, begin), close), close
    allowance = measure(working(calendar, start), min(day * DAY + start % DAY, close))
    return start, allowance, _end(calendar, start, allowance)


def _end(calendar: WorkCalendar, begin: int, allowance: int) -> int:
    """Give the end of an allowance of working time without suspensions."""
    end = used_up(working(calendar, begin), allowance)
    assert end is not None, "working time has no end"   # noqa: S101 - a fact of `working`, not an input
    return end


def _out_of_days_off(calendar: WorkCalendar, end: int) -> int:
    """Leave an end on a working day where it is; on a day off it becomes the close of the next working day."""
    day = end // DAY
    return end if sessions_on(calendar, day) else close_of(calendar, next_working_day(calendar, day))


def _counted_days(calendar: WorkCalendar, start: int, number: int,
                  halts: tuple[Stretch, ...]) -> Iterator[int]:
    """Give the days in whose last minute (23:59) the clock runs, the day of receipt apart.

    A suspension that begins at or after the due time changes nothing: on what would be the last day, one that
    begins after the close does not keep the day from counting.
    """
    day, counted, index = start // DAY, 0, 0
    while counted < number:
        day += 1
        last_minute = day * DAY + DAY - 1
        while index < len(halts) and halts[index][1] <= last_minute:
            index += 1
        halted = index < len(halts) and halts[index][0] <= last_minute
        if halted and counted == number - 1:
            halted = halts[index][0] < close_of(calendar, working_day_from(calendar, day))
        if not halted:
            counted += 1
            yield day
        elif halts[index][1] >= OPEN:
            return


def _days_due(calendar: WorkCalendar, start: int, number: int, halts: tuple[Stretch, ...]) -> int | None:
    days = list(_counted_days(calendar, start, number, halts))
    if len(days) < number:
        return None
    return close_of(calendar, working_day_from(calendar, days[-1]))
