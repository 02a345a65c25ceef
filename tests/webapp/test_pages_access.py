"""Signing in and out, what is shown to whom, and the headers of every page."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask, url_for

from engine.domain.people import Actor
from engine.storage import database
from tests.webapp.conftest import Time
from tests.webapp.pages import PASSWORD, Visitor, with_passwords, words
from webapp import access

pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture
def visitor(app: Flask, house: dict[str, Actor]) -> Visitor:
    with_passwords("binh", "an", "ha", "quan")
    return Visitor(app.test_client())


def test_a_page_leads_to_sign_in_and_from_there_back(visitor: Visitor) -> None:
    assert visitor.get("/work?show=late").headers["Location"] == "/sign-in?next=/work?show%3Dlate"
    visitor.follow()
    visitor.post("/sign-in", {"name": "binh", "password": PASSWORD, "next": "/work?show=late"})
    assert visitor.last.status_code == 303
    assert visitor.last.headers["Location"] == "/work?show=late"
    assert "Lê Thanh Bình" in words(visitor.follow())


@pytest.mark.parametrize("elsewhere", [
    "https://evil.example/", "//evil.example", "/\\evil.example", "http:evil", "javascript:alert(1)", "/a\nb", ""])
def test_signing_in_never_leads_to_another_site(visitor: Visitor, elsewhere: str) -> None:
    assert visitor.sign_in("binh", next=elsewhere).headers["Location"] == "/work"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(visitor: Visitor) -> None:
    answers = [visitor.sign_in(name, "không phải mật khẩu") for name in ("binh", "nobody")]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert words(answers[0]) == words(answers[1])
    assert "chưa đúng" in words(answers[0])
    assert visitor.get("/work").status_code == 303


def test_too_many_wrong_tries_are_refused_until_the_time_is_over(visitor: Visitor, time: Time) -> None:
    for _ in range(10):
        assert visitor.sign_in("binh", "sai").status_code == 422
    refused = visitor.sign_in("binh")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert visitor.sign_in("an").status_code == 303, "another name is not concerned"
    time.now += timedelta(minutes=16)
    visitor.get("/work")
    visitor.post("/sign-out")
    assert visitor.sign_in("binh").status_code == 303


def test_signing_in_begins_a_new_session_and_signing_out_ends_it(visitor: Visitor) -> None:
    visitor.get("/sign-in")
    before = visitor.client.get_cookie("motcua")
    visitor.sign_in("binh")
    after = visitor.client.get_cookie("motcua")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert after.http_only
    assert after.same_site == "Lax"
    visitor.get("/work")
    visitor.post("/sign-out")
    assert visitor.get("/work").status_code == 303


def test_a_form_without_the_token_of_its_page_changes_nothing(visitor: Visitor) -> None:
    visitor.sign_in("binh")
    visitor.get("/work")
    refused = visitor.client.post("/work/next")
    assert refused.status_code == 400
    assert "tải lại trang" in words(refused)


def test_an_auditor_starts_with_cases_and_an_administrator_with_incidents(visitor: Visitor) -> None:
    assert visitor.sign_in("ha").headers["Location"] == "/cases"
    visitor.get("/cases")
    visitor.post("/sign-out")
    assert visitor.sign_in("quan").headers["Location"] == "/incidents"


@pytest.mark.parametrize("path", ["/sign-in", "/track", "/work", "/cases", "/nothing"])
def test_every_page_carries_the_headers_that_keep_it_safe(visitor: Visitor, path: str) -> None:
    visitor.sign_in("binh")
    headers = visitor.get(path).headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"


def test_the_language_is_kept_and_the_address_stays(visitor: Visitor) -> None:
    visitor.sign_in("binh")
    page = visitor.get("/work?show=late&lang=en")
    assert '<html lang="en">' in page.text
    assert 'href="/work?show=late&amp;lang=vi"' in page.text
    assert "My work" in words(visitor.get("/work"))
    assert "Việc của tôi" in words(visitor.get("/work?lang=vi"))


@pytest.mark.parametrize(("path", "status"), [
    ("/nothing", 404), ("/incidents", 403), ("/cases/H00-000000-0000", 404), ("/filing/unknown", 404),
    ("/tasks/00000000-0000-0000-0000-000000000000", 404)])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_refusal_is_a_page_in_the_language_of_the_reader(visitor: Visitor, path: str, status: int,
                                                           language: str) -> None:
    visitor.sign_in("binh")
    page = visitor.get(f"{path}?lang={language}")
    assert page.status_code == status
    assert f'<html lang="{language}">' in page.text


def test_health_needs_no_account(visitor: Visitor) -> None:
    assert visitor.get("/health/live").json == {"live": True}
    assert visitor.get("/health/ready").json == {"ready": True, "checks": {"database": "ok", "schema": "ok"}}


def test_every_view_asks_for_an_account_unless_it_is_marked_public(visitor: Visitor, app: Flask) -> None:
    open_to_all = set()
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api.") or rule.endpoint == "static":
            continue
        if access.is_public(app, rule.endpoint):
            open_to_all.add(rule.endpoint)
            continue
        values = {name: UUID(int=1) if name.endswith("_id") else "x" for name in rule.arguments}
        with app.test_request_context():
            address = url_for(rule.endpoint, **values)
        for method in rule.methods & {"GET", "POST"}:
            answer = visitor.client.open(address, method=method)
            assert answer.headers.get("Location", "").startswith("/sign-in"), (method, address)
    assert open_to_all == {
        "accounts.root", "accounts.sign_in", "accounts.enter", "accounts.sign_out", "tracking.track",
        "tracking.look_up", "tracking.show", "about.keys", "about.accessibility", "health.live", "health.ready",
        "health.figures"}


def test_without_its_database_every_page_says_so_in_one_sentence(visitor: Visitor, app: Flask) -> None:
    visitor.sign_in("binh")
    database.use("sqlite:////nowhere/motcua.db")
    page = visitor.get("/work?lang=en")
    assert page.status_code == 503
    assert "Nothing was lost" in words(page)
    assert visitor.get("/health/ready").status_code == 503
    assert visitor.get("/health/live").status_code == 200
