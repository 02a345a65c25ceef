"""A form as plain JSON Schema in one language, for clients that know nothing of the annotations of this product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.procedures.form_model import Choice, Form
from engine.procedures.texts import Catalogue

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ONE = frozenset({"items", "contains", "not", "if", "then", "else", "additionalProperties", "propertyNames"})
_SEVERAL = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_NAMED = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})
_WORDS = frozenset({"title", "description"})


def plain(form: Form, texts: Catalogue, language: str) -> dict[str, Any]:
    """Give the schema of a form with its texts in `language`; labels and consequences stand beside the values.

    Names the form does not know are refused by keywords every validator knows.
    """
    return {"$schema": DIALECT, **_plain(form.schema, texts, language)}


def outcomes(form: Form, language: str) -> list[dict[str, Any]]:
    """Give the choices of a task with label and consequence in words."""
    return [_choice(choice, language) for choice in form.outcomes()]


def _choice(choice: Choice, language: str) -> dict[str, Any]:
    consequence = choice.consequence.to(language) if choice.consequence is not None else None
    return {"value": choice.value, "label": choice.label.to(language), "consequence": consequence}


def _plain(schema: Any, texts: Catalogue, language: str) -> Any:
    if not isinstance(schema, Mapping):
        return schema                               # true and false are schemas too
    found = {key: _keyword(key, value, texts, language) for key, value in schema.items() if not key.startswith("x-")}
    found.update(_closed(schema))
    found.update(_labelled(schema, texts, language))
    return found


def _keyword(key: str, value: Any, texts: Catalogue, language: str) -> Any:
    if key in _WORDS and isinstance(value, str):
        return texts.text(value).to(language) if value else value
    if key in _ONE:
        return _plain(value, texts, language)
    if key in _SEVERAL:
        return [_plain(part, texts, language) for part in value]
    if key in _NAMED:
        return {name: _plain(part, texts, language) for name, part in value.items()}
    return value


def _closed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Write `x-closed` in keywords of the standard: names declared only in a branch are known everywhere."""
    names = schema.get("x-closed")
    if names is None:
        return {}
    if set(names) <= set(schema.get("properties", {})):
        return {"additionalProperties": False}
    return {"propertyNames": {"enum": list(names)}}


def _labelled(schema: Mapping[str, Any], texts: Catalogue, language: str) -> dict[str, Any]:
    """Put labels and consequences of an enumeration beside its values, as `oneOf` of constants."""
    labels, consequences = schema.get("x-labels", {}), schema.get("x-consequence", {})
    if "enum" not in schema or "oneOf" in schema or not (labels or consequences):
        return {}
    parts = []
    for value in schema["enum"]:
        raw = Choice(value, texts.text("")).raw
        words = {"title": labels.get(raw), "description": consequences.get(raw)}
        parts.append({"const": value, **{key: texts.text(word).to(language) for key, word in words.items() if word}})
    return {"oneOf": parts}
