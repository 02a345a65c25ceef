"""Reading a calendar from data laid over another: the form of the organisation file and of `clock explain`.

Hours stand in `sessions` (Monday to Friday) or `week`, days off in `off`, other days in `days`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from engine.domain import calendar as calendars
from engine.domain.calendar import DayRule, WorkCalendar
from engine.domain.errors import InvalidInput
from engine.domain.text import Text

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CALENDAR_KEYS = {"id", "version", "source", "base", "week", "sessions", "days", "off", "first_day", "cut_off",
                  "timezone"}


def overlay(value: object, base: WorkCalendar) -> WorkCalendar:
    """Lay what a calendar's data say over `base`; with `"base": "none"` over one without days off.

    Raises:
        InvalidInput: an unknown name, or a day, session or cut-off that cannot be read.
    """
    if value is None:
        return base
    if not isinstance(value, Mapping) or not set(value) <= _CALENDAR_KEYS:
        unknown = ", ".join(sorted(set(value) - _CALENDAR_KEYS)) if isinstance(value, Mapping) else str(value)
        raise InvalidInput(Text(f"«calendar» có chỗ không hiểu: {unknown}.",
                                f"“calendar” has what nobody knows: {unknown}."))
    data = {**base.to_data(), **{key: item for key, item in value.items()
                                 if key not in ("base", "days", "off", "sessions", "week")}}
    if value.get("base") == "none":
        data["days"] = {}
    data["week"] = _read_week(value, data["week"])
    calendar = WorkCalendar.from_data(data)
    return replace(calendar, days={**calendar.days, **_read_days(value)})


def _read_week(value: Mapping[str, Any], ordinary: Sequence[Any]) -> list[Any]:
    """Read seven lists of sessions, or some weekdays by name, or one `sessions` for Monday to Friday."""
    week = [value["sessions"] if sessions and "sessions" in value else sessions for sessions in ordinary]
    given = value.get("week", {})
    if isinstance(given, list):
        return given
    names = {str(name).lower(): sessions for name, sessions in given.items()} if isinstance(given, Mapping) else None
    if names is None or not set(names) <= {*_WEEKDAYS, *(name[:3] for name in _WEEKDAYS)}:
        raise InvalidInput(Text("«week» phải là bảy ngày hoặc tên thứ bằng tiếng Anh.",
                                "“week” must be seven days or English names of weekdays."))
    return [names.get(name, names.get(name[:3], sessions)) for name, sessions in zip(_WEEKDAYS, week, strict=True)]


def _read_days(value: Mapping[str, Any]) -> dict[date, DayRule]:
    """Read `off: [date]` and `days`, either `{date: sessions or {sessions, reason}}` or `[{day, sessions, reason}]`."""
    days: dict[date, DayRule] = {calendars.read_date(day): DayRule((), "ngày nghỉ", "day off")
                                 for day in value.get("off", [])}
    given = value.get("days", {})
    if isinstance(given, Mapping):
        items = [(day, rule if isinstance(rule, Mapping) else {"sessions": rule}) for day, rule in given.items()]
    else:
        items = [(rule.get("day"), rule) for rule in given if isinstance(rule, Mapping)]
    for day, rule in items:
        days[calendars.read_date(day)] = DayRule(calendars.read_sessions(rule.get("sessions")),
                                                 str(rule.get("reason", "")), str(rule.get("reason_en", "")))
    return days
