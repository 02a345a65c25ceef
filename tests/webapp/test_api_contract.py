"""The contract and the routes are one: nothing is served that it does not name, nothing named is missing."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from jsonschema import Draft202012Validator

from tests.webapp.conftest import Api
from tests.webapp.contract import validator
from webapp import access
from webapp.api.contract import DOCUMENT


def _served(app: Flask) -> set[tuple[str, str]]:
    return {(method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")))
            for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}


def test_every_route_is_in_the_contract_and_every_promise_is_served(app: Flask) -> None:
    promised = {(method, path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert _served(app) == promised


def test_the_schemas_are_json_schema_2020_12() -> None:
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_reference_in_the_contract_leads_somewhere() -> None:
    references = re.findall(r'"\$ref": ?"#/([^"]+)"', str(DOCUMENT).replace("'", '"'))
    assert len(references) > 50
    for reference in references:
        at = DOCUMENT
        for part in reference.split("/"):
            at = at[part]


def test_the_examples_fit_their_schemas() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        for example in schema.get("examples", []) if schema.get("type") == "object" else []:
            validator(name).validate(example)


def test_the_contract_needs_no_token_and_is_the_shipped_file(api: Api) -> None:
    answer = api.get(None, "/openapi.json")
    assert answer.status_code == 200
    assert answer.json["openapi"].startswith("3.1")


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer ", "Bearer mc_wrong", "Basic YTpi", "Bearer \u00e9",
                                   "bearer x" * 500])
def test_without_a_right_token_every_other_route_answers_401(api: Api, app: Flask, token: str) -> None:
    for method, path in _served(app) - {("get", "/openapi.json")}:
        address = "/api/v1" + re.sub(r"\{\w+\}", "x", path)
        answer = api.client.open(address, method=method, headers={"Authorization": token} if token else {})
        assert answer.status_code == 401, (method, path)
        assert answer.mimetype == "application/problem+json"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_only_the_contract_is_public(app: Flask) -> None:
    open_to_all = {rule.endpoint for rule in app.url_map.iter_rules()
                   if rule.rule.startswith("/api/") and access.is_public(app, rule.endpoint)}
    assert open_to_all == {"api.contract_show"}


def test_head_options_and_wrong_methods_are_answered_sanely(api: Api) -> None:
    assert api.ask("an", "HEAD", "/tasks").status_code == 200
    assert api.ask("an", "HEAD", "/cases/none").status_code == 404
    options = api.ask(None, "OPTIONS", "/tasks")
    assert options.status_code == 200
    assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    wrong = api.ask("an", "DELETE", "/tasks")
    assert wrong.status_code == 405
    assert "GET" in wrong.headers["Allow"]
    assert api.get("an", "/nothing/here").status_code == 404
