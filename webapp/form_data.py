"""A form as plain data for the templates: what each field shows, keeps and complains of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.domain.errors import InvalidSubmission
from engine.procedures import forms
from engine.procedures.form_model import Field, Form
from webapp import language
from webapp.wording import translated as _

Strings = Mapping[str, Sequence[str]]
Errors = Mapping[str, list[str]]
SPARE_ROWS = 2
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_WIDTHS = (2, 4, 10, 20)
_CHECKED = {"ok", "not_ok"}
_SHORT = 6


def errors_of(refused: InvalidSubmission, form: Form | None = None) -> dict[str, list[str]]:
    """Give what was refused in the language of the request, in the order of the form; what is of no field stands
    first, under ""."""
    order = {name: place for place, name in enumerate(_names(form.fields if form is not None else ()))}
    found = {("" if name == "form" else name): [language.say(text) for text in texts]
             for name, texts in refused.errors.items()}
    return dict(sorted(found.items(), key=lambda one: order.get(one[0], len(order) if one[0] else -1)))


def _names(fields: Sequence[Field]) -> Iterator[str]:
    for field in fields:
        yield field.name
        yield from _names(field.children)


def blank(form: Form, data: Mapping[str, Any]) -> dict[str, list[str]]:
    """Give what a form shows before anyone typed: what the case knows already, and defaults."""
    return forms.to_strings(form, forms.prefilled(form, data))


def fields(form: Form, strings: Strings, errors: Errors) -> list[dict[str, Any]]:
    """Give the fields of a form in order, filled in with what was typed and marked with what was refused."""
    page = _Page(strings, errors, frozenset(_required_sometimes(form.schema)))
    return [page.field(field) for field in form.fields if field.widget != "hidden"]


def _required_sometimes(schema: Any) -> Iterator[str]:
    """Give the keys that some branch of a form requires: such a field is not called optional."""
    if isinstance(schema, dict):
        for keyword in ("then", "else"):
            yield from schema.get(keyword, {}).get("required", ()) if isinstance(schema.get(keyword), dict) else ()
        for part in schema.get("allOf", ()):
            yield from _required_sometimes(part)


class _Page:
    def __init__(self, strings: Strings, errors: Errors, sometimes: frozenset[str]) -> None:
        self._strings = strings
        self._errors = errors
        self._sometimes = sometimes

    def field(self, field: Field) -> dict[str, Any]:
        """Give one field; `kind` is the macro that shows it."""
        given = list(self._strings.get(field.name, ()))
        shown: dict[str, Any] = {
            "name": field.name, "label": language.say(field.title), "kind": _kind(field),
            "hint": language.say(field.hint) if field.hint else "", "error": self._errors.get(field.name, []),
            "required": field.required or field.key in self._sometimes, "value": given[0] if given else "",
            "values": given, "autocomplete": field.autocomplete, "width": _width(field.width),
            "options": [(choice.raw, language.say(choice.label), language.say(choice.consequence)
                         if choice.consequence else "") for choice in field.choices],
            "pairs": [(choice.raw, language.say(choice.label)) for choice in field.choices],
            "short": len(field.choices) < 3 and all(
                len(language.say(choice.label)) <= _SHORT for choice in field.choices),
            "when": _condition(field), "when_said": self._said(field), "children": [], "rows": [],
        }
        if shown["kind"] == "date":
            shown["value"] = spoken_day(shown["value"])
            shown["hint"] = shown["hint"] or _("Ngày/tháng/năm, ví dụ 27/03/2026.")
        if shown["kind"] == "group":
            shown["children"] = [self.field(child) for child in field.children if child.widget != "hidden"]
        if shown["kind"] == "list":
            shown["rows"] = [self.field(field.item_at(row)) for row in range(self._rows(field))]
        return shown

    def _rows(self, field: Field) -> int:
        start = f"{field.name}."
        used = [int(name[len(start):].partition(".")[0]) for name in self._strings
                if name.startswith(start) and name[len(start):].partition(".")[0].isdecimal()]
        return min(max(used, default=-1) + 1 + SPARE_ROWS, 200)

    def _said(self, field: Field) -> str:
        """Say in words when a field is to be filled in, for whom no script hides it."""
        return _("Chỉ ghi khi câu trả lời ở trên đòi hỏi.") if field.visible_if else ""


def _kind(field: Field) -> str:
    if field.key == "outcome" and field.choices:
        return "outcome"
    if field.widget == "radios" and {choice.raw for choice in field.choices} == _CHECKED:
        return "requirement"
    if field.key == "note" and field.widget == "textarea" and not field.required:
        return "note"
    return field.widget


def _width(wish: str | None) -> int | None:
    if wish is None or not wish.isdecimal():
        return None
    return next((width for width in _WIDTHS if int(wish) <= width), None)


def _condition(field: Field) -> str:
    return json.dumps({name: [value if isinstance(value, str) else json.dumps(value) for value in values]
                       for name, values in field.visible_if}) if field.visible_if else ""


def spoken_day(value: str) -> str:
    """Give an ISO date as people write it, anything else as it is."""
    found = _ISO.fullmatch(value)
    return f"{found[3]}/{found[2]}/{found[1]}" if found else value
