"""Dates, instants and spans of time in expressions. A span is a fixed time (`timedelta`) or a number of calendar
months, never both: which day "a month and a day" later is depends on where one begins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from engine.workflow.language.reasons import ExpressionError

VIETNAM = timezone(timedelta(hours=7))      # a time without an offset in the data of a case is Vietnamese time

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{1,20}(?:Z|[+-][0-9]{2}:?[0-9]{2})?", re.ASCII)
_SPAN = re.compile(
    r"(-?)P(?=[0-9T])(?:([0-9]{1,4})Y)?(?:([0-9]{1,5})M)?(?:([0-9]{1,4})W)?(?:([0-9]{1,5})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,6})H)?(?:([0-9]{1,7})M)?(?:([0-9]{1,8})S)?)?", re.ASCII)
_MOST_MONTHS = 12_000


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """So many calendar months; added to a day that the month reached does not have, it gives the month's last day."""

    number: int

    def __add__(self, other: Any) -> Any:
        return _months(self.number + other.number) if isinstance(other, Months) else self._after(other, 1)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return _months(self.number - other.number) if isinstance(other, Months) else NotImplemented

    def __rsub__(self, other: Any) -> Any:
        return self._after(other, -1)

    def __mul__(self, other: Any) -> Any:
        return _months(self.number * other) if type(other) is int else NotImplemented

    __rmul__ = __mul__

    def __neg__(self) -> Months:
        return Months(-self.number)

    def _after(self, day: Any, sign: int) -> Any:
        if not isinstance(day, date):
            return NotImplemented
        year, month = divmod(day.year * 12 + day.month - 1 + sign * self.number, 12)
        following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
        return day.replace(year=year, month=month + 1, day=min(day.day, (following - timedelta(days=1)).day))


def _months(number: int) -> Months:
    """Give a span of calendar months, a thousand years at the most."""
    if abs(number) > _MOST_MONTHS:
        raise ExpressionError("too-far")
    return Months(number)


def day(value: Any) -> date:
    """Read a calendar date from `YYYY-MM-DD`; an instant gives its date where it stands.

    Raises:
        ExpressionError: no date.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ExpressionError("date", str(value)[:40])
    return date.fromisoformat(value)


def instant(value: Any) -> datetime:
    """Read an instant from `YYYY-MM-DDTHH:MM:SS`; without an offset it is Vietnamese time.

    Raises:
        ExpressionError: no instant.
    """
    if isinstance(value, str):
        if not _INSTANT.fullmatch(value):
            raise ExpressionError("date", value[:40])
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        raise ExpressionError("date", str(value)[:40])
    return value if value.tzinfo is not None else value.replace(tzinfo=VIETNAM)


def span(value: Any) -> timedelta | Months:
    """Read a span from `P5D`, `PT36H`, `P1Y6M`.

    Raises:
        ExpressionError: no span, or months together with days or hours (`duration`).
    """
    if isinstance(value, (timedelta, Months)):
        return value
    match = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ExpressionError("duration", str(value)[:40])
    sign = -1 if match[1] else 1
    years, months, weeks, days, hours, minutes, seconds = (int(one or 0) for one in match.groups()[1:])
    if not (years or months):
        return sign * timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if weeks or days or hours or minutes or seconds:
        raise ExpressionError("duration", str(value)[:40])
    return _months(sign * (years * 12 + months))
