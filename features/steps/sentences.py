"""How a sentence of a feature is read: its times, its numbers, and the names it puts in quotes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

from pytest_bdd import parsers

from engine.queries import office

WEEKDAYS = (("Thứ Hai", "Monday"), ("Thứ Ba", "Tuesday"), ("Thứ Tư", "Wednesday"), ("Thứ Năm", "Thursday"),
            ("Thứ Sáu", "Friday"), ("Thứ Bảy", "Saturday"), ("Chủ Nhật", "Sunday"))
Reader = TypeVar("Reader", bound=Callable[[str], object])
_DAY = r"(?:on )?(?:Thứ \w+|Chủ Nhật|[A-Z][a-z]+day) \d\d/\d\d/\d{4}"



def matches(pattern: str) -> Callable[[Reader], Reader]:
    """Mark a reader with the pattern of the texts it reads, as the parser of sentences wants it."""
    def mark(reader: Reader) -> Reader:
        reader.pattern = pattern        # type: ignore[attr-defined]
        return reader
    return mark


@matches(_DAY)
def read_day(text: str) -> date:
    """Read `Thứ Sáu 13/11/2026` or `Friday 13/11/2026`; a weekday that is not the date's is a mistake of the feature.

    A ValueError would be taken for “this sentence is no match” and hide the reason.
    """
    words, _, digits = text.removeprefix("on ").rpartition(" ")
    found = datetime.strptime(digits, "%d/%m/%Y").date()  # noqa: DTZ007 - a date, no instant
    assert words in WEEKDAYS[found.weekday()], f"{digits} is a {WEEKDAYS[found.weekday()][1]}, not a {words}"
    return found


@matches(rf"\d\d:\d\d {_DAY}")
def read_instant(text: str) -> datetime:
    """Read `15:20 Thứ Sáu 13/11/2026` or `15:20 on Friday 13/11/2026`, local time of the office."""
    time, _, day = text.partition(" ")
    return datetime.combine(read_day(day), datetime.strptime(time, "%H:%M").time(),  # noqa: DTZ007
                            tzinfo=office.ZONE)


@matches(r"[0-9][0-9.,]*")
def read_amount(text: str) -> int:
    """Read an amount of money, `115.000` or `115,000`."""
    return int(re.sub(r"[.,]", "", text))


@matches(r"[^\"]+")
def read_name(text: str) -> str:
    """Read what stands in quotes: a step, an outcome, an id."""
    return text


says = partial(parsers.parse, extra_types={
    "When": read_instant, "Day": read_day, "Amount": read_amount, "Name": read_name})


def same_name(said: str, *names: Any) -> bool:
    """Tell whether a sentence means this name, in whichever language it speaks."""
    return any(said in (name, getattr(name, "vi", None), getattr(name, "en", None)) for name in names)
