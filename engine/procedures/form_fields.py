"""From a schema to the fields of a page, and which names an object may hold. Checks live in `form_rules`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.domain.text import Text, same
from engine.procedures.form_model import Choice, Field
from engine.procedures.texts import Catalogue

WIDGETS = frozenset({"text", "textarea", "number", "money", "date", "select", "radios", "checkbox", "checkboxes",
                     "file", "hidden", "group", "list"})
MAX_RADIOS = 6                       # more choices than this are easier in a select
LONG_TEXT = 200
_UNTITLED = {"outcome": Text("Kết quả xử lý", "Outcome"), "": Text("Mẫu khai", "The form")}
_YES_NO = (Choice(True, Text("Có", "Yes")), Choice(False, Text("Không", "No")))

Schema = Mapping[str, Any]


def branches(schema: Schema, *, conditional: bool = False) -> Iterator[tuple[Schema, bool]]:
    """Give every schema that speaks about the same value, and whether it speaks only under a condition."""
    yield schema, conditional
    for part in schema.get("allOf", ()):
        yield from branches(part, conditional=conditional)
    for keyword in ("anyOf", "oneOf"):
        for part in schema.get(keyword, ()):
            if "const" not in part:              # a choice, not a branch
                yield from branches(part, conditional=True)
    for keyword in ("then", "else"):
        if isinstance(schema.get(keyword), dict):
            yield from branches(schema[keyword], conditional=True)
    for part in schema.get("dependentSchemas", {}).values():
        yield from branches(part, conditional=True)


def close(schemas: Sequence[dict[str, Any]], *, top: bool = False) -> None:
    """Write into each object which names it may hold (`x-closed`), unless the form itself allows others.

    `schemas` all speak about the same value: a name declared in any branch is known everywhere.
    """
    parts = [part for schema in schemas for part, _ in branches(schema) if isinstance(part, dict)]
    names = list(dict.fromkeys(name for part in parts for name in part.get("properties", {})))
    is_open = any(key in part for part in parts for key in ("additionalProperties", "patternProperties"))
    if (names or top) and not is_open:
        schemas[0]["x-closed"] = names
    for name in names:
        close([part["properties"][name] for part in parts if name in part.get("properties", {})])
    rows = [part["items"] for part in parts if isinstance(part.get("items"), dict)]
    if rows:
        close(rows)


def root(schema: Schema, texts: Catalogue) -> Field:
    """Give the field tree of a whole form."""
    return _Maker(texts).field("", "", [(schema, False)], required=True)


class _Maker:
    def __init__(self, texts: Catalogue) -> None:
        self._texts = texts

    def field(self, name: str, key: str, declared: Sequence[tuple[Schema, bool]], *, required: bool) -> Field:
        """Give one field; `declared` are all schemas of its value, the one that always holds first."""
        parts = [pair for schema, under in declared for pair in branches(schema, conditional=under)]
        base = _base(parts)
        children = self._children(name, parts)
        item = self._item(name, parts)
        kind = _type(base, children, item)
        choices = self._choices(base, kind)
        return Field(
            name=name, key=key, title=self._text(base.get("title")) or _UNTITLED.get(name, same(key)), hint=self._text(
                base.get("description")), widget=_widget(base, kind, choices, item), type=kind, required=required,
            schema=base, choices=choices, children=children, item=item,
            visible_if=_visible_if(name, base.get("x-visible-if")), conditional=all(under for _, under in declared))

    def _children(self, name: str, parts: Sequence[tuple[Schema, bool]]) -> tuple[Field, ...]:
        declared: dict[str, list[tuple[Schema, bool]]] = {}
        required = {key for part, under in parts if not under for key in part.get("required", ())}
        for part, under in sorted(parts, key=lambda pair: pair[1]):
            for key, schema in part.get("properties", {}).items():
                declared.setdefault(key, []).append((schema, under))
        fields = [self.field(f"{name}.{key}" if name else key, key, schemas, required=key in required)
                  for key, schemas in declared.items()]
        return _ordered(fields, next((part["x-order"] for part, _ in parts if "x-order" in part), None))

    def _item(self, name: str, parts: Sequence[tuple[Schema, bool]]) -> Field | None:
        rows = [(part["items"], under) for part, under in parts if isinstance(part.get("items"), dict)]
        if not rows:
            return None
        return self.field(f"{name}.*", "*", rows, required=True)

    def _choices(self, base: Schema, kind: str) -> tuple[Choice, ...]:
        if kind == "array":
            return self._choices({**base.get("items", {}), **_words(base)}, "item") \
                if isinstance(base.get("items"), dict) else ()
        for keyword in ("oneOf", "anyOf"):
            listed = base.get(keyword, ())
            if listed and all("const" in part for part in listed):
                return tuple(self._choice(part["const"], base, part) for part in listed)
        if "enum" in base:
            return tuple(self._choice(value, base, {}) for value in base["enum"] if value is not None)
        if kind == "boolean" and base.get("x-widget") in ("radios", "select"):
            return _YES_NO
        return ()

    def _choice(self, value: Any, base: Schema, part: Schema) -> Choice:
        raw = Choice(value, same("")).raw
        label = _lookup(base.get("x-labels"), raw) or part.get("title")
        consequence = _lookup(base.get("x-consequence"), raw) or part.get("x-consequence") or part.get("description")
        return Choice(value, self._text(label) or same(raw), self._text(consequence))

    def _text(self, sentence: Any) -> Text | None:
        return self._texts.text(sentence) if isinstance(sentence, str) and sentence else None


def _base(parts: Sequence[tuple[Schema, bool]]) -> Schema:
    """Lay together what always holds of a value; a conditional branch adds only words that are still missing."""
    base: dict[str, Any] = {}
    for part, under in sorted(parts, key=lambda pair: pair[1]):
        for key, value in part.items():
            if not under or key in ("title", "description", "type", "format") or key.startswith("x-"):
                base.setdefault(key, value)
    if not any(not under for _, under in parts) and parts:
        base = {**parts[0][0], **base}
    return base


def _words(base: Schema) -> dict[str, Any]:
    return {key: base[key] for key in ("x-labels", "x-consequence") if key in base}


def _lookup(mapping: Any, raw: str) -> Any:
    return mapping.get(raw) if isinstance(mapping, dict) else None


def _type(base: Schema, children: tuple[Field, ...], item: Field | None) -> str:
    declared = base.get("type")
    if isinstance(declared, list):
        declared = next((kind for kind in declared if kind != "null"), None)
    if isinstance(declared, str):
        return declared
    if children:
        return "object"
    if item is not None:
        return "array"
    values = [*base.get("enum", ()), *([base["const"]] if "const" in base else [])]
    values += [part["const"] for key in ("oneOf", "anyOf") for part in base.get(key, ()) if "const" in part]
    return _type_of(values)


def _type_of(values: Sequence[Any]) -> str:
    if values and all(isinstance(value, bool) for value in values):
        return "boolean"
    if values and all(isinstance(value, int) for value in values):
        return "integer"
    return "string"


def _widget(base: Schema, kind: str, choices: tuple[Choice, ...], item: Field | None) -> str:
    wish = base.get("x-widget")
    if isinstance(wish, str) and wish in WIDGETS:
        return wish
    by_kind = {"object": "group", "boolean": "checkbox", "number": "number",
               "array": "checkboxes" if choices else "list",
               "integer": "money" if base.get("format") == "money-vnd" else "number"}
    if kind == "array" and item is not None and item.widget == "file":
        return "file"
    if choices and kind != "array":
        return "radios" if len(choices) <= MAX_RADIOS else "select"
    if kind in by_kind:
        return by_kind[kind]
    return _text_widget(base)


def _text_widget(base: Schema) -> str:
    if base.get("format") == "date":
        return "date"
    longest = base.get("maxLength")
    free = "format" not in base and "pattern" not in base
    return "textarea" if free and isinstance(longest, int | float) and longest > LONG_TEXT else "text"


def _visible_if(name: str, wish: Any) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """Read `x-visible-if`: neighbouring field → value or list of values."""
    if not isinstance(wish, dict):
        return ()
    parent = name.rpartition(".")[0]
    return tuple((f"{parent}.{key}" if parent else key, tuple(value) if isinstance(value, list) else (value,))
                 for key, value in wish.items())


def _ordered(fields: list[Field], order: Any) -> tuple[Field, ...]:
    """Order by the object's `x-order` list, else by the numbers the fields carry, else as written."""
    if isinstance(order, list):
        place = {key: index for index, key in enumerate(order) if isinstance(key, str)}
        return tuple(sorted(fields, key=lambda field: place.get(field.key, len(place))))
    numbers = [field.schema.get("x-order") for field in fields]
    return tuple(field for _, field in sorted(
        zip(numbers, fields, strict=True), key=lambda pair: pair[0] if isinstance(pair[0], int | float) else 10_000))
