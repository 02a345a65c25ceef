"""A calendar as an office keeps it: what each dated row says, what is wrong with a set of rows, and one year of it.

What a limit does with working time lives in `engine.domain.clock`; how a file is read lives in the services.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from engine.domain.calendar import DayRule, Sessions, WorkCalendar, length_of
from engine.domain.errors import InvalidInput
from engine.domain.text import Text
from engine.domain.worktime import HORIZON

DayKind = Literal["off", "half", "worked", "changed", "usual"]
MOST_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a calendar as it was handed in: where it stands (`line 12`, `days[3]`), the date, what it is."""

    where: Text
    day: date
    rule: DayRule


@dataclass(frozen=True, slots=True)
class Day:
    """One dated rule of a calendar as it is shown: what it makes of the date, in place of the usual sessions."""

    day: date
    kind: DayKind
    rule: DayRule
    usual: Sessions


def gathered(rows: Iterable[Row], years: Collection[int]) -> dict[date, DayRule]:
    """Give the dated rules that rows say for some years, each date once.

    Raises:
        InvalidInput: two rows are about one date, a row lies outside the years, or there are too many rows; the
            message names the rows.
    """
    found: dict[date, Row] = {}
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise _wrong(row, f"quá {MOST_ROWS} dòng.", f"there are more than {MOST_ROWS} rows.")
        if row.day.year not in years:
            said = ", ".join(map(str, sorted(years)))
            raise _wrong(row, f"ngày {row.day:%d/%m/%Y} nằm ngoài năm {said}.",
                         f"the day {row.day} lies outside {said}.")
        before = found.get(row.day)
        if before is not None:
            raise _wrong(row, f"ngày {row.day:%d/%m/%Y} đã có ở {before.where.vi}; mỗi ngày chỉ ghi một lần.",
                         f"the day {row.day} stands at {before.where.en} already; write each day once.")
        found[row.day] = row
    return {day: row.rule for day, row in sorted(found.items())}


def _wrong(row: Row, vi: str, en: str) -> InvalidInput:
    return InvalidInput(Text(f"{row.where.vi}: {vi}", f"{row.where.en}: {en}"))


def refuse_without_work(calendar: WorkCalendar) -> None:
    """Refuse a calendar in which, from any day it speaks of, no working day comes within 60 days.

    Raises:
        InvalidInput: naming the first such day.
    """
    dates = sorted({*calendar.days, *(until for until, _ in calendar.weeks)}) or [date(2026, 1, 1)]
    day, last = dates[0] - timedelta(days=1), dates[-1] + timedelta(days=1)
    free = 0
    while day <= last + timedelta(days=HORIZON):
        free = 0 if calendar.sessions(day) else free + 1
        if free >= HORIZON:
            since = day - timedelta(days=free - 1)
            raise InvalidInput(Text(
                f"Lịch «{calendar.id}»: từ ngày {since:%d/%m/%Y} không có ngày làm việc nào trong {HORIZON} ngày.",
                f"Calendar “{calendar.id}”: from {since} there is no working day within {HORIZON} days."))
        day += timedelta(days=1)


def with_year(calendar: WorkCalendar, days: Mapping[date, DayRule], years: Collection[int]) -> WorkCalendar:
    """Give the calendar with the dated rules of some years replaced as a whole; other years stay as they are."""
    kept = {day: rule for day, rule in calendar.days.items() if day.year not in years}
    return WorkCalendar(calendar.id, calendar.version, calendar.source, calendar.week, {**kept, **days},
                        calendar.first_day, calendar.cut_off, calendar.timezone, calendar.weeks)


def year_of(calendar: WorkCalendar, year: int) -> list[Day]:
    """Give the dated rules of a year in order: days off, half days, days worked in exchange, other hours."""
    return [Day(day, kind_of(calendar, day), rule, calendar.week_on(day)[day.weekday()])
            for day, rule in sorted(calendar.days.items()) if day.year == year]


def kind_of(calendar: WorkCalendar, day: date) -> DayKind:
    """Tell what a date is beside its weekday: off, half (half the usual time or less), worked though usually off,
    with other hours, or as usual."""
    now, usual = length_of(calendar.sessions(day)), length_of(calendar.week_on(day)[day.weekday()])
    if not now:
        return "off"
    if not usual:
        return "worked"
    if 2 * now <= usual:
        return "half"
    return "usual" if calendar.sessions(day) == calendar.week_on(day)[day.weekday()] else "changed"


def working_days(calendar: WorkCalendar, year: int) -> list[int]:
    """Count the working days of each month of a year, January first."""
    counts = [0] * 12
    day = date(year, 1, 1)
    while day.year == year:
        counts[day.month - 1] += bool(calendar.sessions(day))
        day += timedelta(days=1)
    return counts


def changes(before: WorkCalendar, after: WorkCalendar) -> list[tuple[date, DayRule | None, DayRule | None]]:
    """Give the dates on which two versions of a calendar say another thing: what the one and the other says."""
    dates = sorted({*before.days, *after.days})
    return [(day, before.days.get(day), after.days.get(day)) for day in dates
            if before.days.get(day) != after.days.get(day)]
