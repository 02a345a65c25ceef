"""Reading the times a diagram names: dates, durations and cycles of ISO 8601, written plainly or computed by an
expression. Pure functions over a given instant; nothing here reads a clock, everything is UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, Literal

from engine.workflow.language.reasons import Cause
from engine.workflow.language.spans import Months

TimerForm = Literal["date", "duration", "cycle"]

SHORTEST_CYCLE = timedelta(seconds=60)
LONGEST = timedelta(days=36_525)
MOST_FIRINGS = 10_000
LOCAL = timezone(timedelta(hours=7))    # a date without an offset in the data of a case is a date in Vietnam

_DURATION = re.compile(
    r"P(?=[0-9T])(?:([0-9]{1,4})Y)?(?:([0-9]{1,4})M)?(?:([0-9]{1,4})W)?(?:([0-9]{1,5})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,6})H)?(?:([0-9]{1,7})M)?(?:([0-9]{1,8})S)?)?", re.ASCII)
_CYCLE = re.compile(r"R([0-9]{0,5})/(P[^/]{1,60})", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T.{1,40})?", re.ASCII)


class TimerError(Cause):
    """A time that cannot be read or is out of bounds."""


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar months and a fixed span; months are added first, a day that does not exist becomes the last."""

    months: int
    span: timedelta

    def after(self, instant: datetime) -> datetime:
        """Give the instant this long after `instant`."""
        years, month = divmod(instant.month - 1 + self.months, 12)
        year = instant.year + years
        if year > 9_000:
            raise TimerError("too-far")
        moved = _clamped(instant, year, month + 1)
        return moved + self.span


@dataclass(frozen=True, slots=True)
class Due:
    """When a timer fires: the instant, and for a cycle how long it repeats and how often more (−1: always)."""

    at: datetime
    period: str | None = None
    left: int = 0


def literal(text: str) -> str | None:
    """Give the plain time a timer is written as (`P5D`, `"P5D"`, a date, a cycle), or None for an expression."""
    stripped = text.strip()
    if len(stripped) > 1 and stripped[0] == stripped[-1] and stripped[0] in "\"'":
        stripped = stripped[1:-1].strip()
    first = stripped[:1]
    looks = (first == "P" or first == "R" or _DATE.fullmatch(stripped)) and stripped[1:2] != "("
    return stripped if looks else None


def duration(text: str) -> Duration:
    """Read `P1Y2M3W4DT5H6M7S`: whole numbers, at most a hundred years.

    Raises:
        TimerError: not a duration (`duration`), or too long (`too-far`).
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise TimerError("duration", text[:60])
    years, months, weeks, days, hours, minutes, seconds = (int(one or 0) for one in match.groups())
    found = Duration(years * 12 + months, timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes,
                                                    seconds=seconds))
    if found.span > LONGEST or found.months > 1_200:
        raise TimerError("too-far", text[:60])
    return found


def instant(value: Any, *, offset_required: bool = False) -> datetime:
    """Read an instant from text, date or datetime; without an offset it is Vietnamese time, unless one is required.

    Raises:
        TimerError: not a date (`date`), or no offset where one is required (`offset`).
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError as error:
            raise TimerError("date", value[:60]) from error
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(), LOCAL)
    if not isinstance(value, datetime):
        raise TimerError("date", type(value).__name__)
    if value.tzinfo is None:
        if offset_required:
            raise TimerError("offset", value.isoformat())
        value = value.replace(tzinfo=LOCAL)
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise TimerError("too-far") from error


def cycle(text: str) -> tuple[int, Duration]:
    """Read `R3/PT24H` or `R/P1D`: how often (−1: always) and how long between; at least 60 seconds.

    Raises:
        TimerError: not a cycle (`cycle`), or shorter than a minute (`cycle-too-short`).
    """
    match = _CYCLE.fullmatch(text.strip())
    if match is None:
        raise TimerError("cycle", text[:60])
    times, length = int(match[1]) if match[1] else -1, duration(match[2])
    if not length.months and length.span < SHORTEST_CYCLE:
        raise TimerError("cycle-too-short", text[:60])
    if times == 0 or times > MOST_FIRINGS:
        raise TimerError("cycle", text[:60])
    return times, length


def due(form: TimerForm, value: Any, now: datetime) -> Due:
    """Tell when a timer that starts waiting `now` (UTC) fires.

    Raises:
        TimerError: the value is no such time.
    """
    if form == "date":
        return Due(instant(value))
    if form == "duration" and isinstance(value, (timedelta, Months)):
        return Due(_later(now, value))
    if not isinstance(value, str):
        raise TimerError(form, type(value).__name__)
    try:
        if form == "duration":
            return Due(duration(value).after(now))
        times, length = cycle(value)
        return Due(length.after(now), value.strip().split("/")[1], -1 if times < 0 else times - 1)
    except OverflowError as error:
        raise TimerError("too-far") from error


def _later(now: datetime, span: timedelta | Months) -> datetime:
    """Give the instant so long after now, at most a hundred years.

    Raises:
        TimerError: too far, or in the past (`too-far`).
    """
    longest: timedelta | Months = LONGEST if isinstance(span, timedelta) else Months(1_200)
    if span > longest or span < -span:      # type: ignore[operator]
        raise TimerError("too-far", str(span)[:60])
    later: datetime = now + span
    return later


def following(last: Due, now: datetime) -> Due | None:
    """Tell when a cycle that fired fires again: the next point of its grid after `now`, so that a worker that was
    away fires once and not once for every point it missed. None when the cycle is used up."""
    if last.period is None or last.left == 0:
        return None
    length, endless = duration(last.period), last.left < 0
    at, left = length.after(last.at), last.left
    if at <= now and not length.months:
        missed = (now - at) // length.span + 1
        at, left = at + missed * length.span, left - missed
    while at <= now:
        at, left = length.after(at), left - 1
    if endless:
        return Due(at, last.period, -1)
    return Due(at, last.period, left - 1) if left > 0 else None


def _clamped(moment: datetime, year: int, month: int) -> datetime:
    """Move to the same day of another month, or to its last day."""
    for day in (moment.day, 30, 29, 28):
        try:
            return moment.replace(year=year, month=month, day=min(day, moment.day))
        except ValueError:
            continue
    raise TimerError("too-far")
