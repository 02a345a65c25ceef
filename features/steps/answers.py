"""What people write on forms: complete and believable for any form, so that a new procedure needs no new Python.

A field is filled by its name where the sample says something better, else by its format and type. Nobody and no
number here is real.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from engine.domain.errors import InvalidSubmission
from engine.procedures import forms
from engine.procedures.forms import Field, Form
from features.steps.vocabulary import expect

_ROUNDS = 4
_BY_NAME: Mapping[str, Any] = {
    "licence_no": "310116004521", "licence_class": "B", "document_type": "degree", "document_no": "DH-004521",
    "issuer": "Trường Đại học Hải Sơn", "pages": 3, "receipt.number": "AA-0087123", "certification_no": "1127",
    "facility": "Bệnh viện đa khoa tỉnh Hải Sơn", "reason": "Giấy khám sức khỏe thiếu kết luận của bác sĩ.",
    "card_serial": "AB0087123",
}
_BY_FORMAT: Mapping[str, Any] = {
    "full-name": "Nguyễn Thị Hồng Nhung", "personal-id": "031090004521", "phone-vn": "0912345678",
    "email": "nhung@vidu.vn", "tax-code": "0100109106", "money-vnd": 135000, "time": "08:30",
}


def filing(form: Form, applicant: str, day: date, given: Mapping[str, str]) -> dict[str, Any]:
    """Give a complete filing for an applicant; `given` overrides single entries by their dotted names."""
    named = form.field("applicant.full_name")
    start: dict[str, Any] = {"applicant": {"full_name": applicant}} if named is not None else {}
    return complete(form, start, day, given)


def complete(form: Form, written: Mapping[str, Any], day: date, given: Mapping[str, str]) -> dict[str, Any]:
    """Give `written` with what the form still requires, and with the `given` texts in their places.

    Raises:
        InvalidSubmission: what was written or given is wrong, not merely missing.
    """
    found: dict[str, Any] = {**written}
    for name, text in given.items():
        _put(found, name, forms.from_strings(form, {name: _texts(form.field(name), text)}))
    _fill(form.fields, found, day)
    for _ in range(_ROUNDS):
        try:
            return forms.clean(form, found, day)
        except InvalidSubmission as refused:
            lacking = [name for name in refused.errors if forms.value_at(found, name) is None]
            fields = [field for name in lacking if (field := form.field(name)) is not None]
            if len(fields) < len(refused.errors):
                raise
            for field in fields:
                _set(found, field.name, _value(field, day))
    return found


def _texts(field: Field | None, text: str) -> list[str]:
    """Give what a table writes for one entry; of several answers, each behind a semicolon."""
    several = field is not None and field.type == "array"
    return [one.strip() for one in text.split(";")] if several else [text]


def _put(found: dict[str, Any], name: str, read: Mapping[str, Any]) -> None:
    value = forms.value_at(read, name)
    expect(value is not None, f"Mẫu không có mục «{name}», hoặc giá trị ghi cho nó không đọc được.",
           f"The form has no entry “{name}”, or what is written for it cannot be read.")
    _set(found, name, value)


def _set(found: dict[str, Any], name: str, value: Any) -> None:
    *above, last = name.split(".")
    for key in above:
        found = found.setdefault(key, {})
    found[last] = value


def _fill(fields: tuple[Field, ...], found: dict[str, Any], day: date) -> None:
    """Write every entry that is always required and not there yet."""
    for field in fields:
        if not field.required:
            continue
        if field.children and field.item is None:
            _fill(field.children, found.setdefault(field.key, {}), day)
        elif field.key not in found:
            found[field.key] = _value(field, day)


def _value(field: Field, day: date) -> Any:
    """Give one believable entry."""
    if field.children and field.item is None:
        inside: dict[str, Any] = {}
        _fill(field.children, inside, day)
        return inside
    if field.default is not None:
        return field.default
    sample = _BY_NAME.get(field.name, _BY_NAME.get(field.key, _BY_FORMAT.get(field.format or "")))
    if sample is not None and (not field.choices or sample in [choice.value for choice in field.choices]):
        return sample
    if field.choices:
        return [field.choices[0].value] if field.type == "array" else field.choices[0].value
    return _plain(field, day)


def _plain(field: Field, day: date) -> Any:
    if field.format == "date":
        return (day + timedelta(days=24 if field.key.startswith("expiry") else 0)).isoformat()
    if field.type == "array":
        return [] if field.item is None else [_value(field.item_at(0), day)]
    by_type: Mapping[str, Any] = {"boolean": True, "integer": field.minimum or 1, "number": field.minimum or 1}
    return by_type.get(field.type, "Như trong giấy tờ")
