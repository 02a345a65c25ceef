"""How a sentence of a feature is read: its times, its numbers, and the names it puts in quotes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

from engine.domain.text import Text
from engine.queries import office
from features.steps.vocabulary import Said, Unfit, expect

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

    A ValueError would be taken for “this sentence is no match” and hide the reason, as would one of a date that
    is in no calendar.
    """
    words, _, digits = text.removeprefix("on ").rpartition(" ")
    try:
        found = datetime.strptime(digits, "%d/%m/%Y").date()  # noqa: DTZ007 - a date, no instant
    except ValueError as error:
        raise Unfit(f"Không có ngày {digits}.", f"There is no day {digits}.") from error
    vi, en = WEEKDAYS[found.weekday()]
    expect(words in (vi, en), f"{digits} là {vi}, không phải {words}.", f"{digits} is a {en}, not a {words}.")
    return found


@matches(rf"\d\d:\d\d {_DAY}")
def read_instant(text: str) -> datetime:
    """Read `15:20 Thứ Sáu 13/11/2026` or `15:20 on Friday 13/11/2026`, local time of the office."""
    time, _, day = text.partition(" ")
    try:
        clock = datetime.strptime(time, "%H:%M").time()  # noqa: DTZ007 - a time of day, no instant
    except ValueError as error:
        raise Unfit(f"Không có giờ {time}.", f"There is no time {time}.") from error
    return datetime.combine(read_day(day), clock, tzinfo=office.ZONE)


def told(instant: datetime | None) -> Text:
    """Give an instant as a sentence says it, local time of the office."""
    if instant is None:
        return Text("chưa có", "none yet")
    local = instant.astimezone(office.ZONE)
    vi, en = WEEKDAYS[local.weekday()]
    return Text(f"{local:%H:%M} {vi} {local:%d/%m/%Y}", f"{local:%H:%M} on {en} {local:%d/%m/%Y}")


@matches(r"[0-9][0-9.,]*")
def read_amount(text: str) -> int:
    """Read an amount of money, `115.000` or `115,000`."""
    return int(re.sub(r"[.,]", "", text))


@matches(r"[^\"]+")
def read_name(text: str) -> str:
    """Read what stands in quotes: a step, an outcome, an id."""
    return text


says = partial(Said, readers={"When": read_instant, "Day": read_day, "Amount": read_amount, "Name": read_name})


def same_name(said: str, *names: Any) -> bool:
    """Tell whether a sentence means this name, in whichever language it speaks."""
    return any(said in (name, getattr(name, "vi", None), getattr(name, "en", None)) for name in names)
