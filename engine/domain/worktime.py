"""Working time as arithmetic on whole minutes: sessions from a minute on, less the stretches that are halted.

A *stamp* is a local minute counted from the first day of the calendar (ordinal × 1440 + minute of the day).
What a limit grants lives in `engine.domain.lapse`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from engine.domain.calendar import Sessions, WorkCalendar
from engine.domain.errors import InvalidInput
from engine.domain.text import Text

DAY = 1440
OPEN = 1 << 60
"""The end of a stretch that has none yet."""

HORIZON = 60
"""So many days ahead a calendar must have a working day."""

Stretch = tuple[int, int]
_LAST = date.max.toordinal() - 1


def stamp(moment: datetime) -> int:
    """Give the minute in which a local time lies."""
    return moment.toordinal() * DAY + moment.hour * 60 + moment.minute


def moment_of(minute: int) -> datetime:
    """Give the local time at which a minute begins."""
    return datetime.fromordinal(minute // DAY) + timedelta(minutes=minute % DAY)


def sessions_on(calendar: WorkCalendar, day: int) -> Sessions:
    """Give the sessions of a day given by its ordinal.

    Raises:
        InvalidInput: the day lies beyond the last year that can be written.
    """
    if day > _LAST:
        raise InvalidInput(Text("Thời hạn vượt quá năm 9999.", "The limit reaches beyond the year 9999."))
    return calendar.sessions_by_ordinal(day)


def next_working_day(calendar: WorkCalendar, day: int) -> int:
    """Give the first working day after a day, both as ordinals.

    Raises:
        InvalidInput: there is none within 60 days.
    """
    for later in range(day + 1, day + HORIZON + 1):
        if sessions_on(calendar, later):
            return later
    after = date.fromordinal(day).isoformat()
    raise InvalidInput(Text(
        f"Lịch «{calendar.id}» (calendar) không có ngày làm việc nào trong {HORIZON} ngày sau {after}.",
        f"The calendar “{calendar.id}” has no working day within {HORIZON} days after {after}."))


def working_day_from(calendar: WorkCalendar, day: int) -> int:
    """Give the day itself when it is worked, else the next working day."""
    return day if sessions_on(calendar, day) else next_working_day(calendar, day)


def opening_of(calendar: WorkCalendar, day: int) -> int:
    """Give the minute at which a working day opens."""
    return day * DAY + sessions_on(calendar, day)[0][0]


def close_of(calendar: WorkCalendar, day: int) -> int:
    """Give the minute at which a working day closes."""
    return day * DAY + sessions_on(calendar, day)[-1][1]


def working(calendar: WorkCalendar, begin: int) -> Iterator[Stretch]:
    """Give the stretches of working time from a minute on, without end.

    Raises:
        InvalidInput: the calendar runs out of working days.
    """
    day = begin // DAY
    while True:
        midnight = day * DAY
        for opening, close in sessions_on(calendar, day):
            if midnight + close > begin:
                yield max(midnight + opening, begin), midnight + close
        day = next_working_day(calendar, day)


def merged(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Join stretches that overlap or touch, so that each minute is halted once; empty ones vanish."""
    joined: list[Stretch] = []
    for begin, end in sorted(stretch for stretch in stretches if stretch[0] < stretch[1]):
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((begin, end))
    return tuple(joined)


def running(stretches: Iterable[Stretch], halts: Sequence[Stretch]) -> Iterator[Stretch]:
    """Give what is left of stretches outside the halts (merged); nothing comes after a halt without end."""
    index = 0
    for begin, end in stretches:
        while begin < end:
            while index < len(halts) and halts[index][1] <= begin:
                index += 1
            if index == len(halts) or halts[index][0] >= end:
                yield begin, end
                break
            halt, again = halts[index]
            if halt > begin:
                yield begin, halt
            if again >= OPEN:
                return
            begin = again


def used_up(stretches: Iterable[Stretch], allowance: int) -> int | None:
    """Give the end of the minute that uses up an allowance of at least one minute; none if it is not used up."""
    for begin, end in stretches:
        if allowance <= end - begin:
            return begin + allowance
        allowance -= end - begin
    return None


def measure(stretches: Iterable[Stretch], until: int) -> int:
    """Give the minutes of stretches before a minute."""
    total = 0
    for begin, end in stretches:
        if begin >= until:
            break
        total += min(end, until) - begin
    return total
