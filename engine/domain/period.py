"""Periods as the law writes them: `5 working days`, `12 working hours`, `10 days`, `24 hours`, `same day`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from engine.domain.errors import InvalidInput
from engine.domain.text import Text

PeriodUnit = Literal["working days", "working hours", "days", "hours", "same day"]

_FORM = re.compile(r"([0-9]{1,5}) (working days?|working hours?|days?|hours?)")


@dataclass(frozen=True, slots=True)
class Period:
    """A number of working days, working hours, calendar days or clock hours; `same day` has the number 0."""

    number: int
    unit: PeriodUnit

    def __str__(self) -> str:
        return "same day" if self.unit == "same day" else f"{self.number} {self.unit}"


def parse(text: str) -> Period:
    """Read a period; the number is whole and at least 1, a singular unit is understood.

    Raises:
        InvalidInput: the text is not a period of the five units.
    """
    words = " ".join(text.split())
    if words == "same day":
        return Period(0, "same day")
    match = _FORM.fullmatch(words)
    if match is None or int(match[1]) < 1:
        raise InvalidInput(Text(
            f"«{text}» không phải thời hạn. Viết ví dụ «5 working days», «12 working hours», «10 days», "
            "«24 hours» hoặc «same day».",
            f"“{text}” is not a period. Write for example “5 working days”, “12 working hours”, “10 days”, "
            "“24 hours” or “same day”."))
    unit = match[2] if match[2].endswith("s") else match[2] + "s"
    return Period(int(match[1]), unit)  # type: ignore[arg-type]
