"""A client of the web for tests: an application on the database in use, whose time the test sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.config import Settings
from engine.domain.people import Actor
from engine.services import accounts
from tests.webapp.contract import check
from webapp import create_app


@dataclass
class Time:
    """The time the application is told."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Api:
    """Speaks for people by their tokens; every answer is checked against the contract."""

    client: FlaskClient
    now: datetime
    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, account: str) -> str:
        if account not in self.tokens:
            self.tokens[account] = accounts.create_token(account, "test", self.now)
        return self.tokens[account]

    def ask(self, account: str | None, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if account is not None:
            sent["Authorization"] = f"Bearer {self.token(account)}"
        more = {"json": body} if body is not None else {}
        answer = self.client.open(f"/api/v1{path}", method=method, headers=sent, **more)
        check(method, path, answer)
        return answer

    def get(self, account: str | None, path: str, **headers: str) -> TestResponse:
        return self.ask(account, "GET", path, **headers)

    def post(self, account: str | None, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.ask(account, "POST", path, body, **headers)


@pytest.fixture
def time(now: datetime) -> Time:
    return Time(now)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database_url=database_url, secret_key="not-a-secret", upload_bytes=1024 * 1024,
                    public_url="http://localhost", secure_cookies=False, embedded_worker=False)


@pytest.fixture
def app(settings: Settings, time: Time) -> Flask:
    return create_app(settings, time)


@pytest.fixture
def api(app: Flask, house: dict[str, Actor], now: datetime) -> Api:
    return Api(app.test_client(), now)


@pytest.fixture
def file(api: Api) -> Callable[..., dict[str, Any]]:
    """File a case of a procedure as the receiving officer of the division."""
    def filed(procedure: str = "two-tasks", **headers: str) -> dict[str, Any]:
        answer = api.post("binh", "/cases", {"procedure": procedure, "submission": {
            "applicant": {"full_name": "Nguyễn Thị Hồng Nhung"}, "amount": 135000}}, **headers)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json
        return found
    return filed
