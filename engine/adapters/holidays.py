"""The days off and the worked Saturdays of Vietnamese years, as dated rules of a calendar.

Years that were announced are data here, so that a new release of a library moves no due time. Other years come
from the `holidays` package as a seed. Units put their own closures and half days on top.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from importlib import import_module

from engine.domain.calendar import ORDINARY_DAY, DayRule, WorkCalendar

SOURCE = ("Bộ luật Lao động 45/2019/QH14, Điều 111 và 112; Nghị quyết 28/2026/QH16 (Ngày Văn hóa Việt Nam 24/11); "
          "lịch nghỉ và hoán đổi ngày làm việc do Bộ Nội vụ thông báo cho các năm 2025, 2026; "
          "năm 2027 là tạm tính; các năm khác theo gói holidays")

_NEW_YEAR = ("Tết Dương lịch", "New Year's Day")
_TET = ("Tết Nguyên đán", "Lunar New Year")
_HUNG_KINGS = ("Giỗ Tổ Hùng Vương", "Hung Kings' Commemoration Day")
_HUNG_KINGS_OBSERVED = ("nghỉ bù Giỗ Tổ Hùng Vương", "Hung Kings' Commemoration Day (observed)")
_LIBERATION = ("Ngày Chiến thắng", "Liberation Day")
_LABOUR = ("Quốc tế Lao động", "Labour Day")
_NATIONAL = ("Quốc khánh", "National Day")
_CULTURE = ("Ngày Văn hóa Việt Nam", "Vietnam Culture Day")

_OFF: Mapping[int, Mapping[str, tuple[str, str]]] = {
    2025: {
        "01-01": _NEW_YEAR, "01-27": _TET, "01-28": _TET, "01-29": _TET, "01-30": _TET, "01-31": _TET,
        "04-07": _HUNG_KINGS, "04-30": _LIBERATION, "05-01": _LABOUR,
        "05-02": ("hoán đổi với thứ Bảy 26/04", "exchanged for Saturday 26 April"),
        "09-01": _NATIONAL, "09-02": _NATIONAL,
    },
    2026: {
        "01-01": _NEW_YEAR, "02-16": _TET, "02-17": _TET, "02-18": _TET, "02-19": _TET, "02-20": _TET,
        "04-26": _HUNG_KINGS, "04-27": _HUNG_KINGS_OBSERVED, "04-30": _LIBERATION, "05-01": _LABOUR,
        "08-31": ("hoán đổi với thứ Bảy 22/08", "exchanged for Saturday 22 August"),
        "09-01": _NATIONAL, "09-02": _NATIONAL, "11-24": _CULTURE,
    },
    2027: {
        "01-01": _NEW_YEAR, "02-04": _TET, "02-05": _TET, "02-06": _TET, "02-07": _TET, "02-08": _TET,
        "02-09": _TET, "02-10": _TET, "04-16": _HUNG_KINGS, "04-30": _LIBERATION, "05-01": _LABOUR,
        "05-03": ("nghỉ bù Quốc tế Lao động", "Labour Day (observed)"),
        "09-02": _NATIONAL, "09-03": _NATIONAL, "11-24": _CULTURE,
    },
}

_WORKED: Mapping[int, Mapping[str, tuple[str, str]]] = {
    2025: {"04-26": ("làm bù cho thứ Sáu 02/05", "worked in exchange for Friday 2 May")},
    2026: {"08-22": ("làm bù cho thứ Hai 31/08", "worked in exchange for Monday 31 August")},
    2027: {},
}


def day_rules(years: Iterable[int]) -> dict[date, DayRule]:
    """Give the dated rules of the years: days off without sessions, exchanged days with an ordinary day's."""
    rules: dict[date, DayRule] = {}
    for year in sorted(set(years)):
        rules.update(_of_year(year))
    return rules


def vietnam(years: Iterable[int], *, identifier: str = "vn", version: int = 1) -> WorkCalendar:
    """Give the calendar of an ordinary office: Monday to Friday, 07:30–11:30 and 13:00–17:00, cut-off 15:00."""
    return WorkCalendar(identifier, version, SOURCE, days=day_rules(years))


@lru_cache(maxsize=128)
def _of_year(year: int) -> Mapping[date, DayRule]:
    if year not in _OFF:
        return _from_seed(year)
    off = {_on(year, day): DayRule((), *reason) for day, reason in _OFF[year].items()}
    worked = {_on(year, day): DayRule(ORDINARY_DAY, *reason) for day, reason in _WORKED[year].items()}
    return {**off, **worked}


def _on(year: int, day: str) -> date:
    return date.fromisoformat(f"{year}-{day}")


def _from_seed(year: int) -> Mapping[date, DayRule]:
    holidays = import_module("holidays")    # only here: it takes 6 MiB of every process that loads it
    vietnamese = holidays.country_holidays("VN", years=year, language="vi")
    english = holidays.country_holidays("VN", years=year, language="en_US")
    rules = {day: DayRule((), name, english.get(day, "")) for day, name in vietnamese.items()}
    for day in vietnamese.weekend_workdays:
        if day.year == year:
            rules[day] = DayRule(ORDINARY_DAY, "làm bù", "worked in exchange")
    return rules
