"""A calendar handed in as a file, iCalendar or TOML, as a draft: its days replace those of the years it is about.

In an iCalendar file every event is a day off, unless its category says otherwise: `WORK` a day worked in exchange,
`HALF` a half day (the morning). Its own hours stand in `X-MOTCUA-HOURS`. The TOML file says the same in words
(`docs/calendars.md`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from engine.adapters import icalendar_file
from engine.adapters.icalendar_file import Event
from engine.domain import calendar as times
from engine.domain import calendar_year
from engine.domain.calendar import ORDINARY_DAY, DayRule, Sessions, WorkCalendar
from engine.domain.calendar_year import Row
from engine.domain.errors import InvalidInput
from engine.domain.text import Text
from engine.services.corrections import Draft

ICS_SUFFIXES = (".ics", ".ical", ".ifb")
_WORK, _HALF = frozenset({"WORK", "WORKED", "MAKE-UP", "LÀM BÙ"}), frozenset({"HALF", "HALF DAY", "NỬA NGÀY"})
_KINDS = ("off", "half", "work")
_KEYS = {"calendar", "year", "source", "reason", "effective_from", "first_day", "cut_off", "week", "sessions", "day"}
_DAY_KEYS = {"date", "to", "kind", "sessions", "reason"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person handing a file in says beside it; None takes what the file says, else what holds."""

    source: str | None = None
    reason: str | None = None
    years: tuple[int, ...] = ()
    effective_from: date | None = None


def named_in(name: str, content: bytes) -> str | None:
    """Give the calendar a file names itself, which only a TOML file can.

    Raises:
        InvalidInput: it is no TOML.
    """
    if name.lower().endswith(ICS_SUFFIXES):
        return None
    found = _toml(content).get("calendar")
    return found if isinstance(found, str) else None


def draft(name: str, content: bytes, before: WorkCalendar, wish: Wish) -> Draft:
    """Read a file as a draft over the calendar as it is now.

    Raises:
        InvalidInput: it cannot be read, two rows are about one day, a row lies outside the year the file is about, or
            an unknown word; the message names the line or row.
    """
    if len(content) > icalendar_file.MOST_BYTES:
        raise InvalidInput(Text("Tệp lịch lớn quá 2 MB.", "The calendar file is larger than 2 MB."))
    if name.lower().endswith(ICS_SUFFIXES):
        rows = list(_rows_of(icalendar_file.read(content), before))
        return _drafted(before, rows, wish, wish.years or (rows[0].day.year,))
    plan = _checked(_toml(content))
    rows = list(_rows_in(plan, before))
    wish = Wish(wish.source or plan.get("source"), wish.reason or plan.get("reason"),
                wish.years or _years(plan, rows), wish.effective_from or plan.get("effective_from"))
    return _drafted(_with_terms(before, plan), rows, wish, wish.years)


def one_day(before: WorkCalendar, day: date, rule: DayRule | None, wish: Wish) -> Draft:
    """Give the draft in which one date is another than it was; without a rule it is as its weekday again."""
    days = {known: kept for known, kept in before.days.items() if known != day}
    if rule is not None:
        days[day] = rule
    return Draft(replace(before, days=days, source=wish.source or before.source), wish.reason or "")


def half_of(sessions: Sessions) -> Sessions:
    """Give the half day of a day: its first session, of one with a single session the first half."""
    if len(sessions) > 1:
        return sessions[:1]
    opening, close = (sessions or ORDINARY_DAY)[0]
    return ((opening, (opening + close) // 2),) if sessions else ORDINARY_DAY[:1]


def _drafted(before: WorkCalendar, rows: list[Row], wish: Wish, years: Collection[int]) -> Draft:
    days = calendar_year.gathered(rows, years)
    calendar = calendar_year.with_year(before, days, years) if days else before
    said = wish.reason or f"lịch {', '.join(map(str, sorted(years)))}"
    return Draft(replace(calendar, source=wish.source or calendar.source), said, wish.effective_from)


def _rows_of(events: list[Event], before: WorkCalendar) -> Iterator[Row]:
    for event in events:
        where = Text(f"Dòng {event.line}", f"Line {event.line}")
        kind = "work" if event.categories & _WORK else "half" if event.categories & _HALF else "off"
        hours = None if event.hours is None else [part.strip() for part in event.hours.split(",") if part.strip()]
        yield from _rows(where, event.first, event.last, (kind, hours), event.summary, before)


def _rows(where: Text, first: date, last: date, what: tuple[str, Any], reason: str | Mapping[str, str],
          before: WorkCalendar) -> Iterator[Row]:
    kind, hours = what
    vi, en = (reason, "") if isinstance(reason, str) else (str(reason.get("vi", "")), str(reason.get("en", "")))
    if not vi.strip():
        raise InvalidInput(Text(f"{where.vi}: thiếu lý do.", f"{where.en}: the reason is missing."))
    if kind == "off" and hours:
        raise InvalidInput(Text(f"{where.vi}: ngày nghỉ mà có giờ làm việc.",
                                f"{where.en}: a day off that has hours."))
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        yield Row(where, day, DayRule(_read_sessions(where, kind, hours, before, day), vi, en))


def _read_sessions(where: Text, kind: str, hours: Any, before: WorkCalendar, day: date) -> Sessions:
    if hours:
        try:
            return times.read_sessions(hours)
        except InvalidInput as error:
            raise InvalidInput(Text(f"{where.vi}: {error.message.vi}", f"{where.en}: {error.message.en}")) from None
    return sessions_of(kind, before, day)


def sessions_of(kind: str, before: WorkCalendar, day: date) -> Sessions:
    """Give what is worked on a date that is `off`, `half` (the morning) or `work` (as usual, on a day usually off as on
    an ordinary day)."""
    if kind == "off":
        return ()
    usual = before.week_on(day)[day.weekday()] or _ordinary(before, day)
    return half_of(usual) if kind == "half" else usual


def _ordinary(calendar: WorkCalendar, day: date) -> Sessions:
    """Give the sessions of an ordinary working day, for a day worked in exchange."""
    worked = [sessions for sessions in calendar.week_on(day) if sessions]
    return max(worked, key=worked.count) if worked else ORDINARY_DAY


def _toml(content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:
        raise InvalidInput(Text(f"Tệp lịch không phải TOML hay iCalendar (.ics): {error}.",
                                f"The calendar file is neither TOML nor iCalendar (.ics): {error}.")) from None


def _checked(plan: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(plan.keys() - _KEYS)
    if unknown:
        raise InvalidInput(Text(f"Không hiểu mục «{unknown[0]}».", f"“{unknown[0]}” is not known."))
    for name in ("source", "reason", "first_day", "cut_off"):
        if not isinstance(plan.get(name, ""), str):
            raise InvalidInput(Text(f"«{name}» phải là chữ.", f"“{name}” must be text."))
    if type(plan.get("effective_from", date.min)) is not date:
        raise InvalidInput(Text("«effective_from» phải là ngày.", "“effective_from” must be a date."))
    if not isinstance(plan.get("day", []), list):
        raise InvalidInput(Text("Mỗi ngày phải viết là [[day]].", "Each day must be written as [[day]]."))
    return plan


def _years(plan: Mapping[str, Any], rows: list[Row]) -> tuple[int, ...]:
    year = plan.get("year")
    if year is None and not rows:
        return ()
    if type(year) is not int:
        raise InvalidInput(Text("Thiếu «year»: tệp nói về năm nào.",
                                "“year” is missing: which year the file is about."))
    return (year,)


def _with_terms(before: WorkCalendar, plan: Mapping[str, Any]) -> WorkCalendar:
    """Give the calendar with the hours, first-day policy and cut-off of the file, where it says any."""
    data = before.to_data()
    data.update({name: plan[name] for name in ("first_day", "cut_off") if name in plan})
    if "week" in plan:
        data["week"] = plan["week"]
    elif "sessions" in plan:
        data["week"] = [plan["sessions"] if before.week[day] else [] for day in range(7)]
    try:
        return WorkCalendar.from_data(data)
    except (TypeError, AttributeError):
        raise InvalidInput(Text("«week» hoặc «sessions» không đọc được.",
                                "“week” or “sessions” cannot be read.")) from None


def _rows_in(plan: Mapping[str, Any], before: WorkCalendar) -> Iterator[Row]:
    for number, entry in enumerate(plan.get("day", []), start=1):
        where = Text(f"Dòng day {number}", f"Row day {number}")
        if not isinstance(entry, Mapping) or not set(entry) <= _DAY_KEYS:
            raise InvalidInput(Text(f"{where.vi}: chỉ hiểu {', '.join(sorted(_DAY_KEYS))}.",
                                    f"{where.en}: only {', '.join(sorted(_DAY_KEYS))} are known."))
        first, kind, reason = entry.get("date"), entry.get("kind", "off"), entry.get("reason", "")
        last = entry.get("to", first)
        if type(first) is not date or type(last) is not date or not 0 <= (last - first).days < icalendar_file.MOST_DAYS:
            raise InvalidInput(Text(f"{where.vi}: «date» hoặc «to» không phải ngày, hoặc ngược nhau.",
                                    f"{where.en}: “date” or “to” is no date, or they run backwards."))
        if kind not in _KINDS or not isinstance(reason, str | Mapping):
            raise InvalidInput(Text(f"{where.vi}: «kind» là một trong {', '.join(_KINDS)}, «reason» là chữ.",
                                    f"{where.en}: “kind” is one of {', '.join(_KINDS)}, “reason” is text."))
        yield from _rows(where, first, last, (kind, entry.get("sessions")), reason, before)
