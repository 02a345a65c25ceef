"""Puts every `$ref` of a form in place, within a budget: no cycle, no explosion, nothing from the network."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.domain.text import Text

MAX_NODES = 10_000
MAX_DEPTH = 24
MAPS = ("properties", "patternProperties", "dependentSchemas")
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
ONES = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
_DROPPED = ("$schema", "$id", "$comment", "$defs", "definitions", "unevaluatedProperties", "unevaluatedItems",
            "x-closed")
_REFUSED = ("$dynamicRef", "$dynamicAnchor", "$anchor", "$recursiveRef", "$recursiveAnchor")
_FILE = re.compile(r"(?:\.\./|\./)*(?:forms/)?(?:shared/)?([A-Za-z0-9][A-Za-z0-9_-]{0,99})\.json")
_CONDITION = ("if", "then", "else")
_ANNOTATIONS = ("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly")

Lookup = Callable[[str], Mapping[str, Any] | None]


class BadReference(Exception):
    """A `$ref` that cannot be put in place; `code` and `message` say why, `where` names the reference."""

    def __init__(self, code: str, where: str, message: Text) -> None:
        super().__init__(message.en)
        self.code = code
        self.where = where
        self.message = message


def inline(document: Mapping[str, Any], lookup: Lookup) -> dict[str, Any]:
    """Give the schema without references; `lookup` gives a shared fieldset by name.

    Beside a `$ref`, properties and required names are added to the fieldset's, annotations replace its own, and
    any other keyword must hold as well.

    Raises:
        BadReference: a reference is unknown, goes in a circle, or makes the form too large.
    """
    return _Inliner(lookup).schema(document, document, (), 0)


class _Inliner:
    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._left = MAX_NODES

    def schema(self, node: Any, document: Mapping[str, Any], trail: tuple[str, ...], depth: int) -> dict[str, Any]:
        """Give one schema with everything below it in place; `trail` holds the references being followed."""
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            raise BadReference("form-too-large", "/".join(trail[-2:]), Text(
                "Mẫu quá lớn hoặc lồng nhau quá sâu.", "The form is too large or nested too deeply."))
        if isinstance(node, bool):
            return {} if node else {"not": {}}
        for keyword in _REFUSED:
            if keyword in node:
                raise BadReference("form-keyword", keyword, Text(
                    f"Mẫu không dùng được «{keyword}».", f"A form cannot use “{keyword}”."))
        own = self._children({key: value for key, value in node.items() if key != "$ref" and key not in _DROPPED},
                             document, trail, depth)
        if node.get("unevaluatedProperties") is True:
            own.setdefault("additionalProperties", True)
        if "$ref" not in node:
            return own
        return _joined(self._target(node["$ref"], document, trail, depth), own)

    def _children(self, node: dict[str, Any], document: Mapping[str, Any], trail: tuple[str, ...],
                  depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in node.items():
            if key in MAPS:
                result[key] = {name: self.schema(sub, document, trail, depth + 1) for name, sub in value.items()}
            elif key in LISTS:
                result[key] = [self.schema(sub, document, trail, depth + 1) for sub in value]
            elif key in ONES:
                result[key] = value if value is False else self.schema(value, document, trail, depth + 1)
            else:
                result[key] = copy.deepcopy(value)
        return result

    def _target(self, reference: str, document: Mapping[str, Any], trail: tuple[str, ...],
                depth: int) -> dict[str, Any]:
        name, _, pointer = reference.partition("#")
        origin = name or (trail[-1].partition("#")[0] if trail else "")
        step = f"{origin}#{pointer}"
        if step in trail:
            raise BadReference("form-ref-cycle", reference, Text(
                f"$ref «{reference}» đi vòng tròn.", f"The $ref “{reference}” goes in a circle."))
        whole = self._document(name) if name else document
        return self.schema(_pointed(whole, pointer, reference), whole, (*trail, step), depth + 1)

    def _document(self, name: str) -> Mapping[str, Any]:
        match = _FILE.fullmatch(name)
        found = self._lookup(match[1]) if match else None
        if found is None:
            raise _unknown(name)
        return found


def _unknown(reference: str) -> BadReference:
    shown = reference[:200]
    return BadReference("form-ref-unknown", shown, Text(
        f"Không có «{shown}» mà $ref nhắc đến.", f"There is no “{shown}” for the $ref."))


def _pointed(whole: Mapping[str, Any], pointer: str, reference: str) -> Any:
    """Follow a JSON pointer (RFC 6901) to a schema."""
    node: Any = whole
    if pointer and not pointer.startswith("/"):
        raise _unknown(reference)
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(node, dict) or part not in node:
            raise _unknown(reference)
        node = node[part]
    if not isinstance(node, dict | bool):
        raise _unknown(reference)
    return node


def _joined(target: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Lay the keywords beside a `$ref` over its target without loosening it."""
    result = dict(target)
    if "if" in target and "if" in own:            # two conditions: each keeps its own branches
        result["allOf"] = [*result.get("allOf", []), {key: own[key] for key in _CONDITION if key in own}]
        own = {key: value for key, value in own.items() if key not in _CONDITION}
    for key, value in own.items():
        if key not in result or key in _ANNOTATIONS or key.startswith("x-"):
            result[key] = value
        elif key == "required":
            result[key] = list(dict.fromkeys([*result[key], *value]))
        elif key == "properties":
            result[key] = _joined_properties(result[key], value)
        elif result[key] != value:
            result["allOf"] = [*result.get("allOf", []), {key: value}]
    return result


def _joined_properties(target: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    return {**target, **{name: _joined(target[name], schema) if name in target else schema
                         for name, schema in own.items()}}
