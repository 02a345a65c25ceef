"""Between a web form, which knows only texts under dotted names, and the typed answers of a form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from engine.procedures.form_model import Field, Form

MAX_ROWS = 200
_WHOLE = re.compile(r"[+-]?[0-9]{1,16}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,16}(?:[.,][0-9]{1,16})?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[., \u00a0\u202f][0-9]{3})+")
_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_TRUE = frozenset({"on", "true", "1", "yes", "có"})
_FALSE = frozenset({"false", "0", "no", "off", "không"})

Strings = Mapping[str, Sequence[str]]
_ABSENT: Any = object()


def from_strings(form: Form, strings: Strings) -> dict[str, Any]:
    """Give the typed answers of a posted web form; what cannot be read stays text, for the check to refuse.

    Names the form does not have are passed over (buttons, tokens); an empty text is no answer; an unticked box is
    False; a day may be written dd/mm/yyyy or in three fields `.day .month .year`.
    """
    return _group(form.fields, strings)


def to_strings(form: Form, data: Mapping[str, Any]) -> dict[str, list[str]]:
    """Give typed answers as a web form shows them: the inverse of `from_strings`."""
    shown: dict[str, list[str]] = {}
    for field in form.fields:
        _show(field, data.get(field.key), shown)
    return shown


def prefilled(form: Form, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give answers taken beforehand from the data of the case (`x-prefill`) and from the form's defaults."""
    return _prefilled(form.fields, data)


def value_at(data: Any, path: str) -> Any:
    """Give the value at a dotted path, or None."""
    for part in path.split("."):
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, list) and part.isdecimal() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data


def _group(fields: Sequence[Field], strings: Strings) -> dict[str, Any]:
    answers = {field.key: _read(field, strings) for field in fields}
    return {key: value for key, value in answers.items() if value is not _ABSENT}


def _read(field: Field, strings: Strings) -> Any:
    if field.widget == "group" or (field.children and field.type == "object"):
        return _read_group(field, strings)
    if field.type == "array":
        return _read_list(field, strings)
    given = [text.strip() for text in strings.get(field.name, ()) if text.strip()]
    if field.widget == "date" and not given:
        given = _three_parts(field.name, strings)
    if given:
        return _typed(field, given[0])
    unticked = field.type == "boolean" and field.widget == "checkbox" and not field.conditional
    return False if unticked else _ABSENT


def _read_group(field: Field, strings: Strings) -> Any:
    inner = _group(field.children, strings)
    empty = all(value is False or value == {} for value in inner.values())
    return _ABSENT if empty and not field.required else inner


def _read_list(field: Field, strings: Strings) -> Any:
    if field.choices or (field.item is not None and field.item.widget == "file"):
        values = [text.strip() for text in strings.get(field.name, ()) if text.strip()]
        return [_chosen(field, text) for text in values] if values else _ABSENT
    start = f"{field.name}."
    rows = sorted({int(number) for name in strings if name.startswith(start)
                   and (number := name[len(start):].partition(".")[0]).isascii()
                   and number.isdecimal() and len(number) < 6})[:MAX_ROWS]
    found = [_read(field.item_at(row), strings) for row in rows] if field.item is not None else []
    kept = [value for value in found if value is not _ABSENT and not _blank(value)]
    return kept or _ABSENT


def _blank(value: Any) -> bool:
    return isinstance(value, dict) and all(item is False or _blank(item) for item in value.values())


def _typed(field: Field, text: str) -> Any:
    if field.choices:
        return _chosen(field, text)
    if field.type == "integer":
        plain = re.sub(r"[., \u00a0\u202f]", "", text) if _GROUPED.fullmatch(text) else text
        return int(plain) if _WHOLE.fullmatch(plain) else text
    if field.type == "number":
        return _number(text) if _DECIMAL.fullmatch(text) else text
    if field.type == "boolean":
        word = text.lower()
        return True if word in _TRUE else False if word in _FALSE else text
    day = _DAY.fullmatch(text) if field.widget == "date" else None
    return f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}" if day else text


def _number(text: str) -> int | float:
    plain = text.replace(",", ".")
    return float(plain) if "." in plain else int(plain)


def _chosen(field: Field, text: str) -> Any:
    return next((choice.value for choice in field.choices if choice.raw == text), text)


def _three_parts(name: str, strings: Strings) -> list[str]:
    parts = ["".join(strings.get(f"{name}.{part}", ())[:1]).strip() for part in ("day", "month", "year")]
    return ["/".join(parts)] if any(parts) else []


def _show(field: Field, value: Any, shown: dict[str, list[str]]) -> None:
    if value is None:
        return
    if isinstance(value, Mapping):
        for child in field.children:
            _show(child, value.get(child.key), shown)
    elif isinstance(value, list):
        if field.choices or field.item is None or field.item.widget == "file":
            shown[field.name] = [_shown(item) for item in value]
            return
        for index, item in enumerate(value[:MAX_ROWS]):
            _show(field.item_at(index), item, shown)
    else:
        shown[field.name] = [_shown(value)]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _prefilled(fields: Sequence[Field], data: Mapping[str, Any]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for field in fields:
        value = value_at(data, field.prefill) if field.prefill else field.default
        if value is None and field.children:
            value = _prefilled(field.children, data) or None
        if value is not None:
            answers[field.key] = value
    return answers
