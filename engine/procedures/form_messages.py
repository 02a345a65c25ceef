"""What is said about a wrong answer: one sentence naming the field, in both languages, by the rule that failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from jsonschema import ValidationError

from engine.domain.text import Text
from engine.procedures import form_formats
from engine.procedures.form_limits import join
from engine.procedures.form_model import Field, Form

WHOLE = "form"                       # the key of a message about no single field
_CHOSEN = ("radios", "select", "checkboxes")


def messages(form: Form, error: ValidationError) -> Iterator[tuple[str, Text]]:
    """Give field and sentence for one finding; of alternatives, the one that is nearest to holding."""
    if error.validator in ("anyOf", "oneOf") and error.context and not _is_choice(error.validator_value):
        by_branch: dict[Any, list[ValidationError]] = {}
        for below in error.context:
            by_branch.setdefault(below.schema_path[0], []).append(below)
        for below in min(by_branch.values(), key=len):
            yield from messages(form, below)
        return
    path = ""
    for part in error.absolute_path:
        path = join(path, part)
    field = form.field(path)
    yield path or WHOLE, _sentence(error, field, path)


def _sentence(error: ValidationError, field: Field | None, path: str) -> Text:
    title = field.title if field is not None and field.title.vi else _plain(path)
    if error.message == "unknown":
        return Text(f"Mẫu không có mục «{title.vi}».", f"The form has no entry “{title.en}”.")
    if error.message == "missing":
        return missing(field, title)
    if error.validator == "type" and field is not None and field.choices:
        return _pick(title)
    say = _SAYINGS.get(str(error.validator))
    said = say(error.validator_value) if say else Text("không hợp lệ", "is not valid")
    if error.validator in ("enum", "const", "oneOf", "anyOf"):
        return _tick(title) if field is not None and field.type == "boolean" else _pick(title)
    hint = field.hint if field is not None and error.validator == "pattern" else None
    return Text(f"«{title.vi}» {said.vi}." + (f" {hint.vi}" if hint else ""),
                f"“{title.en}” {said.en}." + (f" {hint.en}" if hint else ""))


def missing(field: Field | None, title: Text) -> Text:
    """Give the sentence for an answer that is not there."""
    if field is None:
        return Text(f"Hãy nhập {lowered(title.vi)}.", f"Enter {lowered(title.en)}.")
    if field.widget in _CHOSEN or field.choices:
        return _pick(title)
    if field.type == "boolean":
        return _tick(title)
    if field.widget == "file":
        return Text(f"Hãy tải lên {lowered(title.vi)}.", f"Upload {lowered(title.en)}.")
    return Text(f"Hãy nhập {lowered(title.vi)}.", f"Enter {lowered(title.en)}.")


def lowered(words: str) -> str:
    """Give words as they stand inside a sentence; an abbreviation keeps its capitals."""
    return words[:1].lower() + words[1:] if words[1:2].islower() or words[1:2] == " " else words


def _pick(title: Text) -> Text:
    return Text(f"Hãy chọn một mục ở «{title.vi}».", f"Choose an answer for “{title.en}”.")


def _tick(title: Text) -> Text:
    return Text(f"Hãy đánh dấu vào «{title.vi}».", f"Tick “{title.en}”.")


def _plain(path: str) -> Text:
    return Text(path, path) if path else Text("Mẫu khai", "The form")


def _is_choice(alternatives: Any) -> bool:
    return all("const" in part or "enum" in part for part in alternatives)


_TYPE_NAMES = {
    "string": Text("phải là chữ", "must be text"), "integer": Text("phải là số nguyên", "must be a whole number"),
    "number": Text("phải là số", "must be a number"), "boolean": Text("phải là có hoặc không", "must be yes or no"),
    "object": Text("phải gồm các mục con", "must be a group of entries"),
    "array": Text("phải là danh sách", "must be a list"), "null": Text("phải để trống", "must be empty"),
}


def _of_type(value: Any) -> Text:
    wanted = value if isinstance(value, str) else next((kind for kind in value if kind != "null"), "null")
    return _TYPE_NAMES[wanted]


_SAYINGS: dict[str, Callable[[Any], Text]] = {
    "type": _of_type,
    "format": lambda name: form_formats.SAYINGS.get(name, Text("chưa đúng dạng", "is not in the expected form")),
    "pattern": lambda _: Text("chưa đúng dạng", "is not in the expected form"),
    "minLength": lambda n: Text(f"phải có ít nhất {n} ký tự", f"must have at least {n} characters"),
    "maxLength": lambda n: Text(f"không được dài quá {n} ký tự", f"must have at most {n} characters"),
    "minimum": lambda n: Text(f"không được nhỏ hơn {n}", f"must be {n} or more"),
    "maximum": lambda n: Text(f"không được lớn hơn {n}", f"must be {n} or less"),
    "exclusiveMinimum": lambda n: Text(f"phải lớn hơn {n}", f"must be more than {n}"),
    "exclusiveMaximum": lambda n: Text(f"phải nhỏ hơn {n}", f"must be less than {n}"),
    "multipleOf": lambda n: Text(f"phải là bội số của {n}", f"must be a multiple of {n}"),
    "minItems": lambda n: Text(f"phải có ít nhất {n} dòng", f"must have at least {n} rows"),
    "maxItems": lambda n: Text(f"không được quá {n} dòng", f"must have at most {n} rows"),
    "uniqueItems": lambda _: Text("có dòng trùng nhau", "has a row twice"),
    "not": lambda _: Text("không được nhận ở đây", "is not accepted here"),
}
