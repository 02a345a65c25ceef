"""Working time as data: the hours of each weekday and the dated exceptions, with their source document.

What a limit does with working time lives in `engine.domain.clock`; where the holidays of a year come from lives
in `engine.adapters.holidays`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from engine.domain.declarations import FirstDay
from engine.domain.errors import InvalidInput
from engine.domain.text import Text

Sessions = tuple[tuple[int, int], ...]
"""Stretches of working time of one local day in minutes after midnight, each [open, close), in order."""

ORDINARY_DAY: Sessions = ((450, 690), (780, 1020))      # 07:30–11:30 and 13:00–17:00
MONDAY_TO_FRIDAY: tuple[Sessions, ...] = (ORDINARY_DAY,) * 5 + ((), ())

_TIME = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class DayRule:
    """What one date is instead of its weekday: off (no sessions), half, worked in exchange, or closed."""

    sessions: Sessions
    reason: str
    reason_en: str = ""

    @property
    def text(self) -> Text:
        """The reason in both languages; a reason noted in one language stands in both."""
        return Text(self.reason, self.reason_en or self.reason)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The working time of a unit, one version of it; dated rules go before the hours of the week.

    `weeks` are the hours of earlier times, each with the day from which they hold no more, the earliest first; so that
    new hours leave what lies before them as it was.
    """

    id: str
    version: int
    source: str
    week: tuple[Sessions, ...] = MONDAY_TO_FRIDAY
    days: Mapping[date, DayRule] = field(default_factory=lambda: MappingProxyType({}))
    first_day: FirstDay = "next-day"
    cut_off: str = "15:00"
    timezone: str = "Asia/Ho_Chi_Minh"
    weeks: tuple[tuple[date, tuple[Sessions, ...]], ...] = ()
    known: dict[int, Sessions] = field(init=False, default_factory=dict, compare=False, repr=False)

    def sessions(self, day: date) -> Sessions:
        """Give the sessions of a date, in minutes after local midnight; none on a day off."""
        rule = self.days.get(day)
        return self.week_on(day)[day.weekday()] if rule is None else rule.sessions

    def week_on(self, day: date) -> tuple[Sessions, ...]:
        """Give the hours of the seven weekdays that hold on a date."""
        return next((week for until, week in self.weeks if day < until), self.week)

    def sessions_by_ordinal(self, day: int) -> Sessions:
        """Give the sessions of a date told by its ordinal; looked up once for each date that is ever asked for."""
        found = self.known.get(day)
        if found is None:
            found = self.known[day] = self.sessions(date.fromordinal(day))
        return found

    def with_days(self, days: Mapping[date, DayRule]) -> WorkCalendar:
        """Give this calendar with further dated rules; a later rule for a date replaces the earlier."""
        return replace(self, days={**self.days, **days}) if days else self

    def ordinary_day(self) -> int:
        """Give the length of an ordinary working day in minutes: the commonest of the week, the longer if tied.

        It serves to say a length of time in days and hours, never to compute a due time.
        """
        lengths = [length for length in map(length_of, self.week) if length]
        return max(lengths, key=lambda length: (lengths.count(length), length)) if lengths else 480

    def to_data(self) -> dict[str, Any]:
        """Give the calendar as JSON data with sorted dates, so that equal calendars give equal bytes."""
        return {
            "id": self.id, "version": self.version, "source": self.source,
            "week": [sessions_to_data(sessions) for sessions in self.week],
            "days": {day.isoformat(): {"sessions": sessions_to_data(rule.sessions), "reason": rule.reason,
                                       "reason_en": rule.reason_en}
                     for day, rule in sorted(self.days.items())},
            "first_day": self.first_day, "cut_off": self.cut_off, "timezone": self.timezone,
            **({"weeks": [{"until": until.isoformat(), "week": [sessions_to_data(day) for day in week]}
                          for until, week in self.weeks]} if self.weeks else {}),
        }

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> WorkCalendar:
        """Read what `to_data` gave.

        Raises:
            InvalidInput: a session, a date or a time cannot be read.
        """
        days = {read_date(day): DayRule(read_sessions(rule["sessions"]), str(rule.get("reason", "")),
                                        str(rule.get("reason_en", "")))
                for day, rule in dict(data.get("days", {})).items()}
        first_day, cut_off = data.get("first_day", "next-day"), str(data.get("cut_off", "15:00"))
        read_cut_off(cut_off)
        if first_day not in ("next-day", "same-hour"):
            raise InvalidInput(Text(f"«{first_day}» không phải cách tính ngày đầu.",
                                    f"“{first_day}” is not a first-day policy."))
        week = read_week(data.get("week", MONDAY_TO_FRIDAY))
        weeks = tuple((read_date(one["until"]), read_week(one["week"])) for one in data.get("weeks", ()))
        return WorkCalendar(id=str(data.get("id", "")), version=int(data.get("version", 1)),
                            source=str(data.get("source", "")), week=week, days=days, first_day=first_day,
                            cut_off=cut_off, timezone=str(data.get("timezone", "Asia/Ho_Chi_Minh")), weeks=weeks)


def read_week(value: Iterable[Any]) -> tuple[Sessions, ...]:
    """Read the sessions of the seven weekdays, Monday first.

    Raises:
        InvalidInput: there are not seven, or one cannot be read.
    """
    week = tuple(read_sessions(sessions) for sessions in value)
    if len(week) != 7:
        raise InvalidInput(Text("Lịch làm việc phải có đủ bảy ngày trong tuần.",
                                "A calendar needs the sessions of seven weekdays."))
    return week


def length_of(sessions: Sessions) -> int:
    """Give the working time of a day in minutes."""
    return sum(close - opening for opening, close in sessions)


def clock_text(minutes: int) -> str:
    """Write minutes after midnight as `hh:mm`; the end of the day is 24:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def sessions_to_data(sessions: Sessions) -> list[str]:
    """Write sessions as `["07:30-11:30", …]`."""
    return [f"{clock_text(opening)}-{clock_text(close)}" for opening, close in sessions]


def read_time(text: object) -> int:
    """Read `hh:mm` (up to 24:00) as minutes after midnight.

    Raises:
        InvalidInput: it is no time of day.
    """
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    minutes = int(match[1]) * 60 + int(match[2]) if match else 1441
    if minutes > 1440:
        raise InvalidInput(Text(f"«{text}» không phải giờ trong ngày; viết như 07:30.",
                                f"“{text}” is not a time of day; write it like 07:30."))
    return minutes


def read_date(text: object) -> date:
    """Read `YYYY-MM-DD`, or take a date as it is.

    Raises:
        InvalidInput: it is no date of the calendar.
    """
    if type(text) is date:
        return text
    try:
        return date.fromisoformat(text if isinstance(text, str) else "")
    except ValueError:
        raise InvalidInput(Text(f"«{text}» không phải ngày; viết như 2026-03-09.",
                                f"“{text}” is not a date; write it like 2026-03-09.")) from None


def read_cut_off(text: str) -> int | None:
    """Read a cut-off in minutes after midnight; `none` is none.

    Raises:
        InvalidInput: it is neither a time of day nor `none`.
    """
    return None if text == "none" else read_time(text)


def read_sessions(value: object) -> Sessions:
    """Read sessions written `"07:30-11:30"` or `["07:30", "11:30"]`; `null`, `"off"` and `[]` are a day off.

    Raises:
        InvalidInput: a session cannot be read, ends before it begins, or overlaps the one before.
    """
    if value is None or value == "off":
        return ()
    if not isinstance(value, list | tuple):
        raise _unreadable(value)
    sessions = tuple(_read_session(item) for item in value)
    ends = [0, *(close for _, close in sessions)]
    if any(opening < end or close <= opening for (opening, close), end in zip(sessions, ends, strict=False)):
        raise InvalidInput(Text(f"Các phiên làm việc {value} chồng lên nhau hoặc ngược giờ.",
                                f"The sessions {value} overlap or run backwards."))
    return sessions


def _read_session(item: object) -> tuple[int, int]:
    parts: list[Any] = []
    if isinstance(item, str):
        parts = re.split(r"\s*[-–]\s*", item.strip())
    elif isinstance(item, list | tuple):
        parts = list(item)
    elif isinstance(item, Mapping):
        parts = [item.get("open", item.get("from")), item.get("close", item.get("to"))]
    if len(parts) != 2:
        raise _unreadable(item)
    opening, close = (part if type(part) is int and 0 <= part <= 1440 else read_time(part) for part in parts)
    return opening, close


def _unreadable(value: object) -> InvalidInput:
    return InvalidInput(Text(f"«{value}» không phải phiên làm việc; viết như 07:30-11:30.",
                             f"“{value}” is not a session; write it like 07:30-11:30."))


@lru_cache(maxsize=64)
def zone(name: str) -> tzinfo:
    """Give the time zone of a unit. Vietnam has kept UTC+7 without summer time since 1975.

    Raises:
        InvalidInput: no such zone is known.
    """
    if name == "Asia/Ho_Chi_Minh":     # fixed, so that a machine without zone data computes the same
        return timezone(timedelta(hours=7), name)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise InvalidInput(Text(f"Không biết múi giờ {name}.", f"The time zone {name} is unknown.")) from None


def to_local(calendar: WorkCalendar, instant: datetime) -> datetime:
    """Give an instant as naive local time of the unit, cut down to the whole minute."""
    return instant.astimezone(zone(calendar.timezone)).replace(tzinfo=None, second=0, microsecond=0)


def to_utc(calendar: WorkCalendar, moment: datetime) -> datetime:
    """Give a naive local time of the unit as an instant in UTC."""
    return moment.replace(tzinfo=zone(calendar.timezone)).astimezone(UTC)
