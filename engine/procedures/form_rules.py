"""The check of an answer against a schema: JSON Schema 2020-12, stricter where the web is loose.

Stricter means: `3.0` is no integer, a pattern is matched in linear time over ASCII digits to the very end, unknown
names are refused, and every finding lies at the field a person must correct.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson
from jsonschema import Draft202012Validator, FormatChecker, TypeChecker, ValidationError, validators

from engine.procedures import form_formats
from engine.procedures.form_limits import TOO_LARGE, Refused

MAX_STEPS = 100_000                  # keywords held against values: about two seconds at worst

Found = Iterator[ValidationError]


class Budget(FormatChecker):
    """What one check may still spend; it travels where the library carries its format checker."""

    def __init__(self) -> None:
        super().__init__(formats=())
        self.left = MAX_STEPS

    def spend(self, steps: int) -> None:
        """Take `steps` off.

        Raises:
            Refused: nothing is left; form and answer together ask too much.
        """
        self.left -= steps
        if self.left < 0:
            raise Refused("", TOO_LARGE)


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
    validator.format_checker.spend(len(patterns) * len(instance))
    for name, value in instance.items():
        if name in schema.get("properties", {}) or any(form_formats.matches(each, name) for each in patterns):
            continue
        if allowed is False:
            yield ValidationError("unknown", path=[name])
        else:
            yield from validator.descend(value, allowed, path=name)


def _pattern_properties(validator: Any, patterns: dict[str, Any], instance: Any, _schema: Any) -> Found:
    validator.format_checker.spend(len(patterns) * len(instance) if isinstance(instance, dict) else 0)
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


def _counted(keyword: Callable[[Any, Any, Any, Any], Any]) -> Callable[[Any, Any, Any, Any], Any]:
    """Give the keyword with its price: one step, and one for each value listed."""
    def counted(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
        validator.format_checker.spend(1 + len(value) if isinstance(value, list) else 1)
        return keyword(validator, value, instance, schema)
    return counted


_OWN: dict[str, Callable[[Any, Any, Any, Any], Any]] = {
    "required": _required, "x-closed": _closed, "additionalProperties": _additional,
    "patternProperties": _pattern_properties, "pattern": _pattern, "format": _format, "uniqueItems": _unique,
}
_TYPES: TypeChecker = Draft202012Validator.TYPE_CHECKER.redefine("integer", _integer)
_Validator: type[Draft202012Validator] = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {name: _counted(keyword) for name, keyword in {**Draft202012Validator.VALIDATORS, **_OWN}.items()},
    type_checker=_TYPES)


def findings(schema: Mapping[str, Any], answers: Any) -> Found:
    """Give what is wrong with answers, in the order of the schema.

    Raises:
        Refused: checking them would take too long.
    """
    return _Validator(schema, format_checker=Budget()).iter_errors(answers)
