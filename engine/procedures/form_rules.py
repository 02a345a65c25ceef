"""The check of an answer against a schema: JSON Schema 2020-12, stricter where the web is loose.

Stricter means: `3.0` is no integer, a pattern is matched in linear time over ASCII digits to the very end, unknown
names are refused, and every finding lies at the field a person must correct.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from jsonschema import Draft202012Validator, TypeChecker, ValidationError, validators

from engine.procedures import form_formats

Found = Iterator[ValidationError]


def _integer(_checker: Any, value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _required(_validator: Any, names: list[str], instance: Any, _schema: Any) -> Found:
    for name in names if isinstance(instance, dict) else ():
        if name not in instance:
            yield ValidationError("missing", path=[name])


def _closed(_validator: Any, names: list[str], instance: Any, _schema: Any) -> Found:
    for name in instance if isinstance(instance, dict) else ():
        if name not in names:
            yield ValidationError("unknown", path=[name])


def _additional(validator: Any, allowed: Any, instance: Any, schema: Any) -> Found:
    if not isinstance(instance, dict):
        return
    patterns = schema.get("patternProperties", {})
    for name, value in instance.items():
        if name in schema.get("properties", {}) or any(form_formats.matches(each, name) for each in patterns):
            continue
        if allowed is False:
            yield ValidationError("unknown", path=[name])
        else:
            yield from validator.descend(value, allowed, path=name)


def _pattern_properties(validator: Any, patterns: dict[str, Any], instance: Any, _schema: Any) -> Found:
    for pattern, schema in patterns.items() if isinstance(instance, dict) else ():
        for name, value in instance.items():
            if form_formats.matches(pattern, name):
                yield from validator.descend(value, schema, path=name)


def _pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Found:
    if isinstance(instance, str) and not form_formats.matches(pattern, instance):
        yield ValidationError("pattern")


def _format(_validator: Any, name: str, instance: Any, _schema: Any) -> Found:
    if not form_formats.holds(name, instance):
        yield ValidationError("format")


def _unique(_validator: Any, wanted: bool, instance: Any, _schema: Any) -> Found:
    """Compare by canonical bytes: the library compares every pair, which costs minutes on long lists."""
    if wanted and isinstance(instance, list):
        seen = {orjson.dumps(item, option=orjson.OPT_SORT_KEYS) for item in instance}
        if len(seen) < len(instance):
            yield ValidationError("repeated")


_TYPES: TypeChecker = Draft202012Validator.TYPE_CHECKER.redefine("integer", _integer)
Validator: type[Draft202012Validator] = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {
    "required": _required, "x-closed": _closed, "additionalProperties": _additional,
    "patternProperties": _pattern_properties, "pattern": _pattern, "format": _format, "uniqueItems": _unique,
}, type_checker=_TYPES)
