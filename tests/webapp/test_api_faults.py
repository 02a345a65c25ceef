"""When the system itself fails, a client learns that, and nothing of its inside."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from engine.config import Settings
from tests.webapp.conftest import Api, Time
from webapp import access, create_app


def test_what_nobody_expected_is_logged_and_answered_without_its_inside(
        app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def breaks() -> str:
        raise RuntimeError("the inside")
    app.add_url_rule("/api/v1/breaks", "breaks", access.public(breaks))
    answer = app.test_client().get("/api/v1/breaks", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert "inside" not in answer.text
    assert "the inside" in caplog.text


def test_a_database_that_was_not_prepared_is_told_in_one_sentence(
        tmp_path: Path, time: Time, caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(home=tmp_path, database_url=f"sqlite:///{tmp_path / 'empty.db'}", secret_key="s",
                        upload_bytes=1, public_url="http://localhost", secure_cookies=False, embedded_worker=False)
    client = create_app(settings, time).test_client()
    answer = client.get("/api/v1/tasks", headers={"Authorization": "Bearer mc_x", "Accept-Language": "en"})
    assert answer.status_code == 503
    assert answer.json["detail"] == "The database is not prepared. Run “motcua db upgrade”."
    assert "no such table" in getattr(caplog.records[0], "facts", {})["cause"]
    assert client.get("/api/v1/openapi.json").status_code == 200


def test_a_token_holds_only_letter_for_letter(api: Api) -> None:
    answer = api.client.get("/api/v1/tasks", headers={"Authorization": f"Bearer {api.token('an')}x"})
    assert answer.status_code == 401
    assert api.get("an", "/tasks").status_code == 200


@pytest.mark.parametrize("host", ["a" * 64 + ".vn", "a..b", ".a"])
@pytest.mark.parametrize("path", ["/", "/sign-in", "/api/v1/tasks", "/nothing"])
def test_a_host_that_is_none_is_a_bad_request(app: Flask, host: str, path: str) -> None:
    answer = app.test_client().get(path, headers={"Host": host})
    assert answer.status_code == 400
