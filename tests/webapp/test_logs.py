"""What is logged of requests and jobs: facts for the machine room, on one line, that name nobody."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from engine import journal
from tests.webapp.conftest import Api
from webapp import access


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the process writes as JSON; the loggers are as before afterwards."""
    root, stream = logging.getLogger(), io.StringIO()
    kept, level = list(root.handlers), root.level
    journal.begin("json", stream=stream)
    yield stream
    root.handlers[:] = kept
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_is_one_line_with_its_route_and_never_its_address(
        api: Api, file: Callable[..., dict[str, Any]], written: io.StringIO) -> None:
    case = file()
    api.get("binh", f"/cases/{case['code']}")
    api.client.get("/t/abcd-efgh-1234?lang=en")
    api.client.get("/nothing/of/this/name")
    said = lines(written)
    assert [(one["method"], one["route"], one["status"]) for one in said] == [
        ("POST", "/api/v1/cases", 201), ("GET", "/api/v1/cases/<code>", 200), ("GET", "/t/<token>", 404),
        ("GET", "none", 404)]
    assert all(set(one) == {"at", "level", "logger", "event", "request", "method", "route", "status", "ms"}
               for one in said)
    text = written.getvalue()
    assert not any(secret in text for secret in (case["code"], "abcd", "binh", "Nhung", "name", "lang=en"))


def test_the_id_of_a_request_is_that_of_the_proxy_where_it_is_one(app: Flask, written: io.StringIO) -> None:
    client, sent = app.test_client(), "0af7651916cd43dd8448eb211c80319c"
    assert client.get("/keys", headers={"X-Request-Id": sent}).headers["X-Request-Id"] == sent
    assert lines(written)[0]["request"] == sent
    for odd in ("short", "x" * 40, sent + "\tevil", "Nguyen Van A 0123456789"):
        own = client.get("/keys", headers={"X-Request-Id": odd}).headers["X-Request-Id"]
        assert own != odd
        assert len(own) == 32
        assert lines(written)[-1]["request"] == own


def test_whether_it_lives_is_asked_without_a_line(app: Flask, written: io.StringIO) -> None:
    for path in ("/health/live", "/health/ready", "/metrics", "/static/motcua.css"):
        app.test_client().get(path)
    assert [one["route"] for one in lines(written) if one["status"] < 400] == []


def test_what_nobody_expected_is_logged_by_its_type_and_place_without_its_words(
        app: Flask, written: io.StringIO) -> None:
    def breaks() -> str:
        raise RuntimeError("Nguyễn Thị Hồng Nhung, 075123456789")
    app.add_url_rule("/breaks", "breaks", access.public(breaks))
    answer = app.test_client().get("/breaks")
    error, request = lines(written)
    assert (error["event"], error["error"]) == ("unexpected", "RuntimeError")
    assert error["where"].endswith("breaks")
    assert error["request"] == request["request"] == answer.headers["X-Request-Id"]
    assert "075123456789" not in written.getvalue()


@pytest.mark.parametrize("style", ["json", "text"])
@pytest.mark.parametrize("evil", ["a\nb", "a\r\n2026 ERROR x", "a\u2028b", "a\x1b[31m", "a\u202eb", "\x00", "\x85"])
def test_no_value_can_begin_a_line_of_its_own(style: Any, evil: str) -> None:
    record = logging.LogRecord("motcua.web", logging.INFO, "", 0, f"event {evil}", (), None)
    record.facts = {"route": evil}
    line = journal.Lines(style).format(record)
    assert line.isprintable()
    assert len(line.splitlines()) == 1


def test_values_given_to_a_message_of_another_library_are_left_out() -> None:
    record = logging.LogRecord("other.package", logging.ERROR, "", 0, "cannot keep %s", ("Nguyễn Văn A",), None)
    assert json.loads(journal.Lines("json").format(record))["event"] == "cannot keep %s"
    try:
        raise ValueError("Nguyễn Văn A")
    except ValueError:
        record = logging.LogRecord("other.package", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    assert "Nguy" not in journal.Lines("text").format(record)
    assert "error=ValueError" in journal.Lines("text").format(record)
