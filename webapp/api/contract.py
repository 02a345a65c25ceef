"""The contract as a file: it is served, and what clients send is checked against its schemas, compiled once."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import orjson
from flask import Response
from jsonschema import Draft202012Validator, ValidationError

from engine.domain.text import Text
from webapp import access

_BYTES = files("webapp.api").joinpath("openapi.json").read_bytes()
DOCUMENT: Mapping[str, Any] = orjson.loads(_BYTES)
REQUESTS = ("FileCase", "CompleteTask", "DeliverMessage", "StartByMessage", "SendSignal", "RefuseHandOff", "ExtendCase",
            "OfferHandOff", "GiveResult", "MigrateCases", "Nothing")
_VALIDATORS = {name: Draft202012Validator(DOCUMENT["components"]["schemas"][name]) for name in REQUESTS}
_WHOLE = "request"
_ASKS_NOTHING = {"type", "description", "title", "examples", "example"}
_TYPES = {"object": Text("Mục này phải là một đối tượng JSON.", "This must be a JSON object."),
          "string": Text("Mục này phải là chuỗi ký tự.", "This must be a text.")}
_WRONG = Text("Giá trị này không đúng dạng.", "This value is not in the expected form.")
_MISSING = Text("Thiếu mục này.", "This is missing.")
_UNKNOWN = Text("Không có mục này.", "There is no such member.")


@access.public
def show() -> Response:
    """Serve the contract; it needs no token."""
    return Response(_BYTES, content_type="application/json")


def faults(name: str, value: Any) -> dict[str, list[Text]]:
    """Give what is wrong with the body of a request by the schema `name`: member → sentences; empty where nothing."""
    if _plainly_right(DOCUMENT["components"]["schemas"][name], value):
        return {}
    found: dict[str, list[Text]] = {}
    for error in _VALIDATORS[name].iter_errors(value):
        for member, sentence in _told(error):
            found.setdefault(member, []).append(sentence)
    return found


def _plainly_right(schema: Mapping[str, Any], value: Any) -> bool:
    """Tell at a glance that a body is right, where each member that came is an object the schema asks nothing more of.

    The validator takes longer than all else that reads a request; whatever is not plainly right still goes to it.
    """
    asked = schema.get("properties", {})
    return (isinstance(value, dict) and "anyOf" not in schema and set(schema.get("required", ())) <= value.keys()
            and all(isinstance(item, dict) and asked.get(name, {}).keys() <= _ASKS_NOTHING
                    and asked.get(name, {}).get("type") == "object" for name, item in value.items()))


def _told(error: ValidationError) -> list[tuple[str, Text]]:
    where = ".".join(map(str, error.absolute_path))
    value: Any = error.instance
    limit: Any = error.validator_value
    if error.validator == "anyOf":      # a member that goes by several names is missing: the first is to be given
        return [(limit[0]["required"][0], _MISSING)]
    if error.validator == "required":
        return [(name, _MISSING) for name in limit if name not in value and f"'{name}'" in error.message]
    if error.validator == "additionalProperties":
        known = error.schema["properties"] if isinstance(error.schema, Mapping) else {}
        return [(name[:100], _UNKNOWN) for name in value if name not in known]
    if error.validator == "type":
        return [(where or _WHOLE, _TYPES.get(str(limit), _WRONG))]
    return [(where or _WHOLE, _WRONG)]
