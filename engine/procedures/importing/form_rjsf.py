"""Forms of spiff-arena: a JSON Schema for react-jsonschema-form with its `uiSchema` beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.procedures import form_formats
from engine.procedures.importing import names, reasons
from engine.procedures.importing.form_draft import MAX_DEPTH, FormDraft, words

_KEPT = frozenset({
    "type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength",
    "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "default", "readOnly", "additionalProperties"})
_SCHEMAS = ("allOf", "anyOf", "oneOf")
_BRANCHES = ("if", "then", "else", "not")
_WIDGETS = {"textarea": "textarea", "radio": "radios", "select": "select", "hidden": "hidden", "date": "date",
            "alt-date": "date", "checkboxes": "checkboxes", "checkbox": "checkbox", "updown": "number"}
_IGNORED = frozenset({"$schema", "$id", "id", "title", "description", "format", "properties", "required", "items",
                      "enumNames", "definitions", "$defs", "$ref", "$comment", "examples"})
_ASKS_AT_RUN_TIME = "options_from_task_data_var"


def holds(document: Mapping[str, Any]) -> bool:
    """Tell whether a JSON file is a schema of a form."""
    return isinstance(document.get("properties"), dict)


def read(document: Mapping[str, Any], ui: Mapping[str, Any]) -> FormDraft:
    """Make a form of ours; keywords and widgets without a counterpart are left out by name."""
    draft = FormDraft(words(document.get("title")))
    reader = _Reader(draft, document)
    whole = reader.schema({key: value for key, value in document.items() if key != "title"}, ui, "", 0)
    draft.properties, draft.required = whole.pop("properties", {}), whole.pop("required", [])
    draft.rules = whole.pop("allOf", [])
    for key in ("definitions", "$defs"):
        listed = document.get(key)
        if isinstance(listed, Mapping):
            apart = _Reader(FormDraft(), document)      # a field has its name where it is used, not here
            draft.definitions |= {str(name): apart.schema(inner, {}, f"{key}.{name}", 1)
                                  for name, inner in listed.items() if isinstance(inner, Mapping)}
            draft.left += apart.draft.left
    whole.pop("type", None)
    draft.more = whole
    return draft


class _Reader:
    def __init__(self, draft: FormDraft, document: Mapping[str, Any]) -> None:
        self.draft = draft
        self.document = document

    def schema(self, given: Mapping[str, Any], ui: Any, path: str, depth: int) -> dict[str, Any]:
        """Read one schema with what the page says of it."""
        wishes = ui if isinstance(ui, Mapping) else {}
        if depth > MAX_DEPTH:
            self.draft.leave("schema", path, reasons.FORM_RULE)
            return {}
        found = {key: value for key, value in given.items() if key in _KEPT}
        self._words(found, given, wishes)
        self._choices(found, given, wishes, path)
        self._format(found, given, path)
        self._below(found, given, wishes, path, depth)
        self._wishes(found, wishes, path)
        if isinstance(given.get("$ref"), str):
            found["$ref"] = given["$ref"].replace("#/definitions/", "#/$defs/")
            self._named(given["$ref"], path, depth)
        for key in given.keys() - _KEPT - _IGNORED - {*_SCHEMAS, *_BRANCHES}:
            self.draft.leave(str(key)[:60], path, reasons.FORM_RULE)
        return found

    def _words(self, found: dict[str, Any], given: Mapping[str, Any], wishes: Mapping[str, Any]) -> None:
        title = words(wishes.get("ui:title")) or words(given.get("title"))
        description = words(wishes.get("ui:description") or wishes.get("ui:help")) or words(given.get("description"))
        found |= ({"title": title} if title else {}) | ({"description": description} if description else {})

    def _choices(self, found: dict[str, Any], given: Mapping[str, Any], wishes: Mapping[str, Any], path: str) -> None:
        listed = found.get("enum")
        if isinstance(listed, list) and any(isinstance(one, str) and one.startswith(_ASKS_AT_RUN_TIME)
                                            for one in listed):
            del found["enum"]
            self.draft.leave("enum", f"{path}: {listed[0]}", reasons.DYNAMIC)
        labels = given.get("enumNames", wishes.get("ui:enumNames"))
        if isinstance(labels, list) and isinstance(found.get("enum"), list):
            found["x-labels"] = {str(value): words(label) or str(value)
                                 for value, label in zip(found["enum"], labels, strict=False)}

    def _format(self, found: dict[str, Any], given: Mapping[str, Any], path: str) -> None:
        form = given.get("format")
        if form in form_formats.KNOWN:
            found["format"] = form
        elif form is not None:
            self.draft.leave("format", f"{path}: {form}",
                             reasons.PAPERS if form == "data-url" else reasons.FORM_RULE)

    def _below(self, found: dict[str, Any], given: Mapping[str, Any], wishes: Mapping[str, Any], path: str,
               depth: int) -> None:
        """Read the schemas inside a schema."""
        if isinstance(given.get("properties"), Mapping):
            found["properties"] = self._fields(given["properties"], wishes, path, depth)
        if isinstance(given.get("required"), list):
            found["required"] = [names.field(str(key)) for key in given["required"]]
        if isinstance(given.get("items"), Mapping):
            found["items"] = self.schema(given["items"], wishes.get("items"), path, depth + 1)
        elif "items" in given:
            self.draft.leave("items", path, reasons.FORM_RULE)
        for key in [key for key in _SCHEMAS if isinstance(given.get(key), list)]:
            found[key] = [self.schema(one, {}, path, depth + 1) for one in given[key] if isinstance(one, Mapping)]
        for key in [key for key in _BRANCHES if isinstance(given.get(key), Mapping)]:
            found[key] = self.schema(given[key], {}, path, depth + 1)

    def _fields(self, properties: Mapping[str, Any], wishes: Mapping[str, Any], path: str,
                depth: int) -> dict[str, Any]:
        """Read the fields of an object; their names become names of ours."""
        found: dict[str, Any] = {}
        around = self.draft.fields.get(path, "")
        for key, inner in properties.items():
            if isinstance(inner, Mapping):
                name, place = names.field(str(key)), f"{path}.{key}" if path else str(key)
                self.draft.fields.setdefault(place, f"{around}.{name}" if around else name)
                found[name] = self.schema(inner, wishes.get(key), place, depth + 1)
        return found

    def _named(self, reference: str, path: str, depth: int) -> None:
        """Note the names of the fields that stand where a reference leads."""
        found: Any = self.document
        for part in reference.removeprefix("#/").split("/") if reference.startswith("#/") else ():
            found = found.get(part) if isinstance(found, Mapping) else None
        if isinstance(found, Mapping) and isinstance(found.get("properties"), Mapping):
            _Reader(self.draft, {})._fields(found["properties"], {}, path, depth)

    def _wishes(self, found: dict[str, Any], wishes: Mapping[str, Any], path: str) -> None:
        """Read how the page shows a field."""
        options = wishes.get("ui:options")
        widget = wishes.get("ui:widget") or (options.get("widget") if isinstance(options, Mapping) else None)
        if widget in _WIDGETS:
            found["x-widget"] = _WIDGETS[widget]
        elif widget is not None:
            self.draft.leave("ui:widget", f"{path}: {widget}", reasons.FORM_TYPE)
        if isinstance(wishes.get("ui:order"), list):
            found["x-order"] = [names.field(str(key)) for key in wishes["ui:order"] if key != "*"]
        if wishes.get("ui:readonly") is True or wishes.get("ui:disabled") is True:
            found["readOnly"] = True
        if "ui:field" in wishes:
            self.draft.leave("ui:field", f"{path}: {wishes['ui:field']}", reasons.FORM_TYPE)
