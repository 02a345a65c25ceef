"""The contract held against every answer of the tests: its status, its type, and every member by its schema."""

from __future__ import annotations

import re
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from werkzeug.test import TestResponse

from webapp.api.contract import DOCUMENT


def closed(schema: Any) -> Any:
    """Give a schema that refuses members it does not name, so that an answer never grows in secret."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: closed(value) for key, value in schema.items()}
    if "properties" in found and "additionalProperties" not in found:
        found["additionalProperties"] = False
    return found


_REGISTRY = Registry().with_resource("urn:motcua:api", Resource(
    {"components": {"schemas": {name: closed(schema) for name, schema in DOCUMENT["components"]["schemas"].items()}}},
    DRAFT202012))
_VALIDATORS: dict[str, Draft202012Validator] = {}
_PATHS = {path: re.compile(re.sub(r"\{\w+\}", "[^/]+", path)) for path in DOCUMENT["paths"]}


def validator(name: str) -> Draft202012Validator:
    if name not in _VALIDATORS:
        _VALIDATORS[name] = Draft202012Validator({"$ref": f"urn:motcua:api#/components/schemas/{name}"},
                                                 registry=_REGISTRY, format_checker=FormatChecker())
    return _VALIDATORS[name]


def operation(method: str, path: str) -> dict[str, Any] | None:
    bare = path.partition("?")[0]
    found = next((known for known, pattern in _PATHS.items() if pattern.fullmatch(bare)), None)
    return DOCUMENT["paths"][found].get(method.lower()) if found is not None else None


def check(method: str, path: str, answer: TestResponse) -> None:
    """Refuse an answer the contract does not promise."""
    promised = operation(method, path)
    if promised is None:
        assert answer.status_code in (401, 404, 405) or method in ("HEAD", "OPTIONS"), answer.text
    else:
        assert str(answer.status_code) in promised["responses"], (method, path, answer.status_code, answer.text)
    if answer.status_code >= 400:
        assert answer.mimetype == "application/problem+json", answer.text
        found = list(validator("Problem").iter_errors(answer.json)) if method != "HEAD" else []
        assert not found, found
    elif promised is not None:
        assert answer.mimetype == "application/json"
        schema = promised["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
        if "$ref" in schema:
            found = list(validator(schema["$ref"].rpartition("/")[2]).iter_errors(answer.json))
            assert not found, found
