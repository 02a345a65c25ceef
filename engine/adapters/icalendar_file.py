"""iCalendar files (RFC 5545) as plain days: what each event says of which dates, and on which line it begins.

Only whole days are read. What they mean for a calendar is decided by `engine.services.calendar_import`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any

from engine.domain.errors import InvalidInput
from engine.domain.text import Text

MOST_BYTES = 2_000_000
MOST_DAYS = 60          # of one event
HOURS = "X-MOTCUA-HOURS"


@dataclass(frozen=True, slots=True)
class Event:
    """One event: the line it begins on, its dates (both inclusive), what it is called, its categories in capitals, and
    the hours worked on it where it says them (`07:30-11:30,13:00-17:00`)."""

    line: int
    first: date
    last: date
    summary: str
    categories: frozenset[str]
    hours: str | None


def read(content: bytes) -> list[Event]:
    """Read the events of a file.

    Raises:
        InvalidInput: it is no iCalendar file, or an event has no whole days, repeats itself, runs backwards
            or is longer than `MOST_DAYS`; the message names the line.
    """
    calendars = import_module("icalendar").Calendar     # only here: every serving process would pay for it
    try:
        text = content.decode("utf-8-sig")
        found = list(calendars.from_ical(text, multiple=True))
    except (ValueError, KeyError, IndexError, RecursionError) as error:
        raise InvalidInput(Text(f"Tệp không phải iCalendar (.ics): {_short(error)}.",
                                f"The file is not iCalendar (.ics): {_short(error)}.")) from None
    events = [event for calendar in found for event in calendar.walk("VEVENT")]
    if not events:
        raise InvalidInput(Text("Tệp iCalendar không có sự kiện (VEVENT) nào.",
                                "The iCalendar file has no event (VEVENT)."))
    lines = [number for number, line in enumerate(text.splitlines(), start=1)
             if line.strip().upper() == "BEGIN:VEVENT"]
    return [_event(event, line) for event, line in zip(events, lines, strict=False)]


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


def _event(event: Any, line: int) -> Event:
    first, last = _dates(event, line)
    if event.get("RRULE") is not None or event.get("RDATE") is not None:
        raise _wrong(line, "sự kiện lặp lại; hãy ghi từng ngày.", "the event repeats itself; write each day.")
    if not 0 <= (last - first).days < MOST_DAYS:
        raise _wrong(line, f"sự kiện kết thúc trước khi bắt đầu hoặc dài quá {MOST_DAYS} ngày.",
                     f"the event ends before it begins or is longer than {MOST_DAYS} days.")
    hours = event.get(HOURS)
    return Event(line, first, last, " ".join(str(event.get("SUMMARY", "")).split()), _categories(event),
                 None if hours is None else str(hours))


def _dates(event: Any, line: int) -> tuple[date, date]:
    """Give the first and the last date; the end of an event in a file is the day after it (RFC 5545, 3.6.1)."""
    begin, end, length = (_value(event, name) for name in ("DTSTART", "DTEND", "DURATION"))
    if type(begin) is not date or (end is not None and type(end) is not date):
        raise _wrong(line, "sự kiện không phải cả ngày (DTSTART;VALUE=DATE).",
                     "the event is not of whole days (DTSTART;VALUE=DATE).")
    if end is None and isinstance(length, timedelta):
        end = begin + timedelta(days=length.days)
    return begin, end - timedelta(days=1) if end is not None and end != begin else begin


def _value(event: Any, name: str) -> date | datetime | timedelta | None:
    found = event.get(name)
    value: date | datetime | timedelta | None = getattr(found, "dt", None)
    return value


def _categories(event: Any) -> frozenset[str]:
    found = event.get("CATEGORIES")
    several = found if isinstance(found, list) else [found] if found is not None else []
    return frozenset(str(one).strip().upper() for group in several for one in getattr(group, "cats", [group]))


def _wrong(line: int, vi: str, en: str) -> InvalidInput:
    return InvalidInput(Text(f"Dòng {line}: {vi}", f"Line {line}: {en}"))
