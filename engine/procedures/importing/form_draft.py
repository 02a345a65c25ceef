"""A form of ours while it is put together from one drawn elsewhere: its schema, what its fields were called, what was
left out. Each foreign kind of form is read in a module of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from engine.domain.text import Text
from engine.procedures.importing import names

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
MAX_CHOICES = 500
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class UnreadableForm(ValueError):
    """A file that is no form anybody can read."""


@dataclass
class FormDraft:
    """`fields` gives, for each dotted name of the foreign form, the dotted name in ours."""

    title: str = ""
    properties: dict[str, Any] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    rules: list[dict[str, Any]] = field(default_factory=list)
    definitions: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    left: list[tuple[str, str, Text]] = field(default_factory=list)

    def put(self, path: str, schema: dict[str, Any], *, required: bool) -> None:
        """Put a field at a dotted foreign name; what is around it becomes a group."""
        properties, needed, ours = self.properties, self.required, []
        parts = [part for part in path.split(".") if part][:MAX_DEPTH]
        for part in parts[:-1]:
            ours.append(names.field(part))
            group = properties.setdefault(ours[-1], {"type": "object", "title": part, "properties": {}})
            properties, needed = group.setdefault("properties", {}), group.setdefault("required", [])
        ours.append(names.field(parts[-1]) if parts else "field")
        properties[ours[-1]] = schema
        if required:
            needed.append(ours[-1])
        self.fields[path] = ".".join(ours)

    def leave(self, what: str, before: str, why: Text) -> None:
        """Say that a part of the form is left out."""
        self.left.append((what, before, why))

    def schema(self) -> dict[str, Any]:
        """Give the whole schema."""
        found: dict[str, Any] = {"$schema": _DIALECT, **({"title": self.title} if self.title else {}),
                                 "type": "object", **self.more, "properties": _tidy(self.properties)}
        if self.required:
            found["required"] = list(dict.fromkeys(self.required))
        if self.rules:
            found["allOf"] = self.rules
        if self.definitions:
            found["$defs"] = self.definitions
        return found

    def content(self) -> bytes:
        """Give the bytes of the form's file."""
        return (json.dumps(self.schema(), ensure_ascii=False, indent=2) + "\n").encode()


def document(data: bytes) -> dict[str, Any]:
    """Read a JSON file.

    Raises:
        UnreadableForm: it is none, or larger or deeper than any real form.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableForm("too large")
    try:
        found = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except ValueError as error:
        raise UnreadableForm(str(error)[:100]) from error
    if not isinstance(found, dict):
        raise UnreadableForm("no JSON object")
    stack: list[tuple[Any, int]] = [(found, 0)]
    while stack:
        value, depth = stack.pop()
        if depth > 3 * MAX_DEPTH:
            raise UnreadableForm("nested too deeply")
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        stack.extend((one, depth + 1) for one in inner)
    return found


def words(value: Any) -> str:
    """Give a text for a person; marks of markup are taken off."""
    return " ".join(re.sub(r"<[^>]{0,200}>", "", value).split())[:500] if isinstance(value, str) else ""


def number(value: Any) -> float | int | None:
    """Give a number, also one written as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,10})?", value.strip(), re.ASCII):
        return float(value) if "." in value else int(value)
    return None


def choices(listed: Any, value: str = "value", label: str = "label") -> dict[str, Any]:
    """Give the keywords for a list of choices with their labels; empty when there are none."""
    pairs = [(str(one[value]), words(one.get(label)) or str(one[value])) for one in listed
             if isinstance(one, Mapping) and isinstance(one.get(value), str | int)] if isinstance(listed, list) else []
    pairs = list(dict.fromkeys(pairs))[:MAX_CHOICES]
    if not pairs:
        return {}
    return {"enum": list(dict(pairs)), "x-labels": dict(pairs)}


def _tidy(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Drop empty lists of required names, which groups were given while they were built."""
    return {key: {name: inner for name, inner in ({**one, "properties": _tidy(one["properties"])}
                                                  if isinstance(one.get("properties"), dict) else one).items()
                  if not (name == "required" and not inner)} for key, one in properties.items()}
