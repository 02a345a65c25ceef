"""Forms of Camunda's form builder (form-js), written in a `.form` file or inside a diagram."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.domain.text import Text
from engine.procedures.importing import names, reasons
from engine.procedures.importing.form_draft import MAX_DEPTH, FormDraft, choices, number, words

_SHOWN = frozenset({"text", "image", "spacer", "separator", "button", "table"})
_UNSAFE = frozenset({"html", "iframe"})
_PAPERS = frozenset({"filepicker", "documentPreview"})
_KINDS: Mapping[str, dict[str, Any]] = {
    "textfield": {"type": "string", "maxLength": 200}, "textarea": {"type": "string", "x-widget": "textarea"},
    "number": {"type": "number"}, "checkbox": {"type": "boolean"},
    "radio": {"type": "string", "x-widget": "radios"}, "select": {"type": "string", "x-widget": "select"},
    "checklist": {"type": "array"}, "taglist": {"type": "array"},
}
_LIMITS = {"minLength": "minLength", "maxLength": "maxLength", "min": "minimum", "max": "maximum"}
_HIDE_UNLESS = re.compile(r"=\s*(?:not\()?\s*([A-Za-z_]\w*)\s*(!=|=)\s*(\"[^\"]*\"|true|false)\s*(\))?")


def holds(document: Mapping[str, Any]) -> bool:
    """Tell whether a JSON file is a form of this kind."""
    return isinstance(document.get("components"), list)


def read(document: Mapping[str, Any]) -> FormDraft:
    """Make a form of ours; what only shows something, runs code or asks at run time is left out by name."""
    draft = FormDraft(words(document.get("title")))
    _components(draft, document["components"], "", 0)
    return draft


def _components(draft: FormDraft, listed: Any, around: str, depth: int) -> None:
    """Read a list of components into the form, below the data path of a group."""
    if depth > MAX_DEPTH:
        return
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, Mapping):
            _component(draft, one, around, depth)


def _component(draft: FormDraft, one: Mapping[str, Any], around: str, depth: int) -> None:
    kind, key = str(one.get("type", "")), str(one.get("key") or one.get("id") or "")
    if kind == "group":
        path = str(one.get("path") or "")
        _components(draft, one.get("components"), f"{around}{path}." if path else around, depth + 1)
    elif kind == "dynamiclist":
        _rows(draft, one, around, depth)
    elif kind in _KINDS or kind == "datetime":
        _field(draft, one, f"{around}{key}")
    else:
        why = reasons.UNSAFE if kind in _UNSAFE else reasons.PAPERS if kind in _PAPERS else reasons.DISPLAY
        unknown = kind not in _SHOWN | _UNSAFE | _PAPERS
        draft.leave(kind[:60], key or words(one.get("text") or one.get("label") or one.get("content")),
                    reasons.FORM_TYPE if unknown else why)


def _rows(draft: FormDraft, one: Mapping[str, Any], around: str, depth: int) -> None:
    """A list of rows is a list of records."""
    inner = FormDraft()
    _components(inner, one.get("components"), "", depth + 1)
    draft.left += inner.left
    row = inner.schema()
    row.pop("$schema")
    path = f"{around}{one.get('path') or one.get('id') or 'rows'}"
    draft.put(path, {"type": "array", "title": words(one.get("label")) or path, "items": row}, required=False)
    draft.fields |= {f"{path}.{old}": f"{draft.fields[path]}.{new}" for old, new in inner.fields.items()}


def _field(draft: FormDraft, one: Mapping[str, Any], path: str) -> None:
    """Read one field."""
    schema: dict[str, Any] = {**_kind(draft, one, path), "title": words(one.get("label")) or path}
    if words(one.get("description")):
        schema["description"] = words(one["description"])
    validate = one.get("validate")
    checks: Mapping[str, Any] = validate if isinstance(validate, Mapping) else {}
    _limits(draft, schema, checks, path)
    if "defaultValue" in one and one["defaultValue"] not in (None, "") and _fits(schema, one["defaultValue"]):
        schema["default"] = one["defaultValue"]
    if one.get("disabled") is True or one.get("readonly") is True:
        schema["readOnly"] = True
    required = checks.get("required") is True
    shown = _shown_if(draft, one, path)
    if shown is not None:
        schema["x-visible-if"] = shown
        if required:
            draft.rules.append(_rule(shown, names.field(path.rpartition(".")[2])))
    draft.put(path, schema, required=required and shown is None)


def _kind(draft: FormDraft, one: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Give the keywords of a component's type."""
    kind = one["type"]
    if kind == "datetime":
        part = str(one.get("subtype", "date"))
        return {"type": "string", "format": {"time": "time", "datetime": "date-time"}.get(part, "date"),
                **({"x-widget": "date"} if part == "date" else {})}
    schema = dict(_KINDS[kind])
    if kind == "number" and (one.get("decimalDigits") == 0 or number(one.get("decimalDigits")) == 0):
        schema["type"] = "integer"
    if kind in ("radio", "select", "checklist", "taglist"):
        listed = choices(one.get("values"))
        if not listed:
            draft.leave("values", f"{path}: {one.get('valuesKey') or one.get('valuesExpression') or ''}",
                        reasons.DYNAMIC)
            return {"type": "string"} if kind in ("radio", "select") else {"type": "array", "items": {"type": "string"}}
        if kind in ("radio", "select"):
            return {**schema, **listed}
        return {**schema, "items": {"type": "string", "enum": listed["enum"]}, "x-labels": listed["x-labels"],
                "uniqueItems": True}
    return schema


def _limits(draft: FormDraft, schema: dict[str, Any], checks: Mapping[str, Any], path: str) -> None:
    """Read what an answer must fulfil."""
    for theirs, ours in _LIMITS.items():
        limit = number(checks.get(theirs))
        if limit is not None:
            schema[ours] = limit
        elif checks.get(theirs) not in (None, ""):
            draft.leave(theirs, f"{path}: {checks[theirs]}", reasons.COMPUTED)
    if isinstance(checks.get("pattern"), str) and checks["pattern"]:
        schema["pattern"] = checks["pattern"]
    known = {"email": "email", "phone": "phone-vn"}.get(str(checks.get("validationType", "")))
    if known is not None:
        schema["format"] = known


def _fits(schema: Mapping[str, Any], value: Any) -> bool:
    kinds: Mapping[str, Any] = {"string": str, "boolean": bool, "array": list, "integer": int, "number": (int, float)}
    return isinstance(value, kinds[schema["type"]]) and (value in schema["enum"] if "enum" in schema else True)


def _shown_if(draft: FormDraft, one: Mapping[str, Any], path: str) -> dict[str, Any] | None:
    """Read when a field is hidden, where that is the answer to a neighbour; else say that it is left out."""
    conditional = one.get("conditional")
    hide = conditional.get("hide") if isinstance(conditional, Mapping) else None
    if not isinstance(hide, str) or not hide.strip():
        return None
    found = _HIDE_UNLESS.fullmatch(hide.strip())
    negated = found is not None and "not(" in hide
    if found is None or (found[2] == "=") != negated or bool(found[4]) != negated:
        draft.leave("conditional", f"{path}: {hide}", Text(
            "Chỉ ẩn được theo câu trả lời của một mục bên cạnh, viết như =muc != \"x\".",
            "A field can be hidden only by the answer to a neighbour, written like =field != \"x\"."))
        return None
    value: Any = {"true": True, "false": False}.get(found[3], found[3].strip('"'))
    return {names.field(found[1]): [value]}


def _rule(shown: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A field that is needed is needed only where it is shown."""
    return {"if": {"properties": {key: {"enum": values} for key, values in shown.items()}, "required": list(shown)},
            "then": {"required": [name]}}
