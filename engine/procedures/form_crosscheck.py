"""Rules between the fields of one person or against today's date, which JSON Schema cannot say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from engine.domain.text import Text
from engine.procedures.form_limits import join
from engine.procedures.form_model import Field, Form

_CENTURY = {"0": 1900, "1": 1900, "2": 2000, "3": 2000, "4": 2100, "5": 2100}


def pairs(field: Field, value: Any, name: str = "") -> Iterator[tuple[Field, Any, str]]:
    """Give every field that has an answer, with the answer and its dotted name."""
    yield field, value, name
    if isinstance(value, Mapping):
        for child in field.children:
            if child.key in value:
                yield from pairs(child, value[child.key], join(name, child.key))
    elif isinstance(value, list) and field.item is not None:
        for index, item in enumerate(value):
            yield from pairs(field.item, item, join(name, index))


def outside_dates(form: Form, data: Mapping[str, Any], today: date | None) -> dict[str, list[Text]]:
    """Give errors of days outside `x-not-before` … `x-not-after`: an ISO day or `today` (not judged without it)."""
    errors: dict[str, list[Text]] = {}
    for field, value, name in pairs(form.root, data):
        first = _limit(field.schema.get("x-not-before"), today)
        last = _limit(field.schema.get("x-not-after"), today)
        day = _day(value)
        if day is None:
            continue
        if first is not None and day < first:
            errors.setdefault(name, []).append(Text(
                f"«{field.title.vi}» không được trước ngày {first:%d/%m/%Y}.",
                f"“{field.title.en}” must not be before {first:%d/%m/%Y}."))
        if last is not None and day > last:
            errors.setdefault(name, []).append(Text(
                f"«{field.title.vi}» không được sau ngày {last:%d/%m/%Y}.",
                f"“{field.title.en}” must not be after {last:%d/%m/%Y}."))
    return errors


def _limit(wish: Any, today: date | None) -> date | None:
    return today if wish == "today" else _day(wish)


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def warnings(form: Form, data: Mapping[str, Any]) -> dict[str, list[Text]]:
    """Say where a personal identification number does not fit the birth year or sex given beside it.

    Digit 4 tells century and sex (even male, odd female), digits 5–6 the year (Decree 70/2024/NĐ-CP). Old papers
    err: an official looks, nothing is refused.
    """
    found: dict[str, list[Text]] = {}
    for field, value, name in pairs(form.root, data):
        if isinstance(value, Mapping):
            for child in field.children:
                number = value.get(child.key)
                if child.format == "personal-id" and isinstance(number, str) and len(number) == 12:
                    sayings = [*_year_differs(number, value), *_sex_differs(number, value)]
                    if sayings:
                        found[join(name, child.key)] = sayings
    return found


def _year_differs(number: str, person: Mapping[str, Any]) -> Iterator[Text]:
    born = _day(person.get("date_of_birth"))
    if born is None or number[3] not in _CENTURY:
        return
    year = _CENTURY[number[3]] + int(number[4:6])
    if year != born.year:
        yield Text(f"Số định danh cho thấy năm sinh {year}, khác năm {born.year} đã khai.",
                   f"The identification number says born in {year}, the form says {born.year}.")


def _sex_differs(number: str, person: Mapping[str, Any]) -> Iterator[Text]:
    sex = person.get("sex")
    if sex in ("male", "female") and (int(number[3]) % 2 == 0) != (sex == "male"):
        yield Text("Số định danh cho thấy giới tính khác với giới tính đã khai.",
                   "The identification number says another sex than the form.")
