"""The strip of days under a clock: one cell a date, with what ran, what stood and what is still left.

The sentences beside it live in `engine.domain.explanation`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from engine.domain.arithmetic import off_reason
from engine.domain.calendar import clock_text
from engine.domain.clock import Reckoning
from engine.domain.explanation import day_length, duration
from engine.domain.lapse import Course
from engine.domain.text import Text, same
from engine.domain.worktime import DAY, Stretch, running, sessions_on, stamp

PartKind = Literal["run", "stop", "left", "idle"]
_BY_THE_CLOCK = ("days", "hours")
_SHORT = tuple(Text(vi, en) for vi, en in (
    ("T2", "Mon"), ("T3", "Tue"), ("T4", "Wed"), ("T5", "Thu"), ("T6", "Fri"), ("T7", "Sat"), ("CN", "Sun")))
_WEEKEND = Text("Thứ Bảy, Chủ nhật: nghỉ", "Saturday, Sunday: off")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a day's bar: `run` used, `stop` the clock stood, `left` still to come, `idle` before counting."""

    kind: PartKind
    minutes: int
    percent: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One date of the strip, or a whole weekend (`off` without a day number); `note` stands below the bar."""

    day: date
    weekday: Text
    number: str
    off: bool
    now: bool
    parts: tuple[Part, ...]
    note: Text
    hint: Text


@dataclass(frozen=True, slots=True)
class Strip:
    """The cells and the legend: what is used, what is left, and that the counted hours add up."""

    cells: tuple[Cell, ...]
    used: Text
    left: Text
    total: Text
    stopped: bool


def day_strip(reckoning: Reckoning, now: datetime) -> Strip | None:
    """Give the strip of a limit at `now` (local time), from the day of receipt to the due day; none before it runs.

    While the clock stands for good the strip ends today.
    """
    course = reckoning.course
    if course is None:
        return None
    at = stamp(now)
    end = course.due if course.due is not None else max(at, course.halts[-1][0])
    counted_end = course.last_counted()
    cells = tuple(_cells(course, at, end, end if counted_end is None else counted_end))
    used = course.used(at)
    ran = duration(used, day_length(course))
    left = duration(course.allowance - used, day_length(course))
    return Strip(cells, Text(f"đã dùng {ran.vi}", f"{ran.en} used"), Text(f"còn {left.vi}", f"{left.en} left"),
                 _total(course), any(part.kind == "stop" for cell in cells for part in cell.parts))


def _total(course: Course) -> Text:
    """Say that the counted hours add up to the allowance, as days × hours where all days are alike."""
    total, period = _hours(course.allowance), course.terms.period
    per_day = day_length(course)
    if period.unit in ("working days", "days") and course.allowance == period.number * per_day:
        each = duration(per_day, DAY + 1)
        return Text(f"cộng {total}, bằng {period.number} ngày × {each.vi}",
                    f"in all {total}, that is {period.number} day{'s' if period.number != 1 else ''} × {each.en}")
    return Text(f"cộng {total}", f"in all {total}")


def _hours(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def _cells(course: Course, at: int, end: int, counted_end: int) -> Iterator[Cell]:
    counted = frozenset(course.counted_days()) if course.terms.period.unit == "days" else None
    day, last = course.receipt // DAY, max(end, course.start) // DAY
    while day <= last:
        if counted is None and course.terms.period.unit != "hours" and _is_weekend_off(course, day, last):
            yield Cell(date.fromordinal(day), same(""), "", True, day <= at // DAY <= day + 1, (), same(""), _WEEKEND)
            day += 2
            continue
        yield _cell(course, day, at, counted_end, counted)
        day += 1


def _is_weekend_off(course: Course, day: int, last: int) -> bool:
    on = date.fromordinal(day)
    return (on.weekday() == 5 and day < last
            and not sessions_on(course.calendar, day) and not sessions_on(course.calendar, day + 1))


def _cell(course: Course, day: int, at: int, end: int, counted: frozenset[int] | None) -> Cell:
    on = date.fromordinal(day)
    by_clock = course.terms.period.unit in _BY_THE_CLOCK
    off = not by_clock and not sessions_on(course.calendar, day)
    if counted is not None:
        parts = _whole_day(course, day, at, end, counted)
    else:
        parts = tuple(_parts(course, _open_time(course, day), at, end))
    hint = off_reason(course.calendar, day) if off else same("")
    return Cell(on, _SHORT[on.weekday()], str(on.day), off, day == at // DAY, parts,
                _note(course, day, parts, off=off), hint)


def _note(course: Course, day: int, parts: tuple[Part, ...], *, off: bool) -> Text:
    """Say below a cell what the day gives to the limit."""
    if day == course.receipt // DAY and course.start // DAY != day:
        received = clock_text(course.receipt % DAY)
        return Text(f"nhận {received}", f"received {received}")
    if day < course.begin // DAY and not off:
        return Text("không tính", "not counted")
    if off:
        return Text("nghỉ", "off")
    return same(_hours(sum(part.minutes for part in parts if part.kind in ("run", "left"))))


def _open_time(course: Course, day: int) -> list[Stretch]:
    midnight = day * DAY
    if course.terms.period.unit == "hours":
        return [(midnight, midnight + DAY)]
    return [(midnight + begin, midnight + close) for begin, close in sessions_on(course.calendar, day)]


def _parts(course: Course, open_time: list[Stretch], at: int, end: int) -> Iterator[Part]:
    """Cut a day's working time at the beginning of counting, the halts, now and the due time."""
    whole = sum(close - begin for begin, close in open_time)
    lengths: list[tuple[PartKind, int]] = []
    for begin, close in open_time:
        for kind, piece in _pieces(course, begin, min(close, end), at):
            if lengths and lengths[-1][0] == kind:
                lengths[-1] = kind, lengths[-1][1] + piece
            else:
                lengths.append((kind, piece))
    if any(kind != "idle" for kind, _ in lengths):
        for kind, minutes in lengths:
            yield Part(kind, minutes, round(100 * minutes / whole, 1))


def _pieces(course: Course, begin: int, close: int, at: int) -> Iterator[tuple[PartKind, int]]:
    counting = min(max(begin, course.begin), max(close, begin))
    if counting > begin:
        yield "idle", counting - begin
    place = counting
    for start, stop in running([(counting, close)], course.halts):
        if start > place:
            yield "stop", start - place
        middle = min(max(start, at), stop)
        if middle > start:
            yield "run", middle - start
        if stop > middle:
            yield "left", stop - middle
        place = stop
    if close > place:
        yield "stop", close - place


def _whole_day(course: Course, day: int, at: int, end: int, counted: frozenset[int]) -> tuple[Part, ...]:
    """A calendar day counts whole or not at all."""
    if day < course.begin // DAY or (day not in counted and day * DAY + DAY > end):
        return ()
    if day not in counted:
        return (Part("stop", DAY, 100.0),)
    ran = (day + 1) * DAY <= at or (course.due is not None and at >= course.due)
    return (Part("run" if ran else "left", DAY, 100.0),)
