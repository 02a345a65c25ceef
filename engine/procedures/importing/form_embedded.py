"""Forms written into the diagram (Camunda 7, Operaton, Flowable) and the form files of Flowable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.procedures.importing import reasons
from engine.procedures.importing.form_draft import FormDraft, choices, number, words
from engine.procedures.xml_document import Element

_TYPES: Mapping[str, dict[str, Any]] = {
    "string": {"type": "string"}, "long": {"type": "integer"}, "integer": {"type": "integer"},
    "double": {"type": "number"}, "decimal": {"type": "number"}, "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date", "x-widget": "date"}, "enum": {"type": "string"},
}
_FIELDS: Mapping[str, dict[str, Any]] = {
    "text": {"type": "string"}, "multi-line-text": {"type": "string", "x-widget": "textarea"},
    "integer": {"type": "integer"}, "decimal": {"type": "number"}, "amount": {"type": "integer"},
    "boolean": {"type": "boolean"}, "date": {"type": "string", "format": "date", "x-widget": "date"},
    "dropdown": {"type": "string", "x-widget": "select"}, "radio-buttons": {"type": "string", "x-widget": "radios"},
}
_LIMITS = {"min": "minimum", "max": "maximum", "minlength": "minLength", "maxlength": "maxLength"}


def read(fields: Iterable[Element], title: str) -> FormDraft:
    """Make a form of the fields (`formField`, `formProperty`) that a step of the diagram holds."""
    draft = FormDraft(title)
    for one in fields:
        key, kind = one.id or one.get("name"), one.get("type") or "string"
        if kind not in _TYPES:
            draft.leave(one.local, f"{key}: {kind}", reasons.FORM_TYPE)
            continue
        schema = {**_TYPES[kind], **_listed(one), "title": words(one.get("label") or one.get("name")) or key}
        _default(draft, schema, key, one.get("defaultValue") or one.get("default"))
        required = one.get("required") == "true"
        for check in (inner for inner in one.walk() if inner.local == "constraint"):
            required = required or check.get("name") == "required"
            _check(draft, schema, key, check)
        if one.get("writable") == "false":
            schema["readOnly"] = True
        draft.put(key, schema, required=required)
    return draft


def _listed(one: Element) -> dict[str, Any]:
    """Give the choices of a field."""
    return choices([{"value": inner.id, "label": inner.get("name")} for inner in one.children
                    if inner.local == "value" and inner.id])


def _default(draft: FormDraft, schema: dict[str, Any], key: str, given: str) -> None:
    """Read the value a field begins with, where it is plain."""
    if not given:
        return
    value: Any = {"boolean": {"true": True, "false": False}.get(given), "integer": number(given),
                  "number": number(given)}.get(schema["type"], given)
    if value is None or given.startswith(("${", "#{")) or given not in schema.get("enum", [given]):
        draft.leave("defaultValue", f"{key}: {given}", reasons.COMPUTED)
    else:
        schema["default"] = value


def _check(draft: FormDraft, schema: dict[str, Any], key: str, check: Element) -> None:
    """Read one thing an answer must fulfil."""
    name, limit = check.get("name"), number(check.get("config"))
    if name in _LIMITS and limit is not None:
        schema[_LIMITS[name]] = limit
    elif name == "readonly":
        schema["readOnly"] = True
    elif name != "required":
        draft.leave("validation", f"{key}: {name} {check.get('config')}", reasons.NEVER_RUN)


def holds(document: Mapping[str, Any]) -> bool:
    """Tell whether a JSON file is a form of Flowable."""
    return isinstance(document.get("fields"), list)


def flowable(document: Mapping[str, Any]) -> FormDraft:
    """Make a form of a form file of Flowable."""
    draft = FormDraft(words(document.get("name")))
    for one in document["fields"]:
        if not isinstance(one, Mapping):
            continue
        key, kind = str(one.get("id") or one.get("name") or ""), str(one.get("type", "text"))
        if kind not in _FIELDS or not key:
            draft.leave(kind[:60], key, reasons.PAPERS if kind == "upload" else reasons.FORM_TYPE)
            continue
        listed = one.get("options")
        named = [{"value": option.get("id") or option.get("name"), "label": option.get("name")}
                 for option in listed if isinstance(option, Mapping)] if isinstance(listed, list) else []
        schema = {**_FIELDS[kind], **choices(named), "title": words(one.get("name")) or key}
        if one.get("readOnly") is True:
            schema["readOnly"] = True
        draft.put(key, schema, required=one.get("required") is True)
    return draft
