"""What machines ask: does it live, can it serve, and the figures; in time also when the database hangs."""

from __future__ import annotations

import re
import socket
import time as machine
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from engine.config import Settings
from engine.domain.people import Actor
from engine.jobs import presence
from engine.storage import database
from tests.webapp.conftest import Api, Time
from tests.webapp.test_api_incidents import gap
from webapp import create_app
from webapp.counting import Counter

SAMPLE = re.compile(r'(?P<name>[a-z_]+)(?:\{(?P<labels>(?:[a-z]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (?P<value>\S+)')


def figures(client: FlaskClient, **more: Any) -> dict[str, float]:
    """Read the figures as Prometheus does: every line a comment or a sample, every family announced."""
    answer = client.get("/metrics", **more)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.text.endswith("\n")
    found: dict[str, float] = {}
    families: set[str] = set()
    for line in answer.text.splitlines():
        if line.startswith("# TYPE "):
            families.add(line.split()[2])
        elif not line.startswith("# HELP "):
            sample = SAMPLE.fullmatch(line)
            assert sample is not None, line
            assert re.sub("_(bucket|sum|count)$", "", sample["name"]) in families or sample["name"] in families, line
            found[line.rpartition(" ")[0]] = float(sample["value"])
    return found


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a database server that takes a connection and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(32)
        yield f"postgresql://somebody@127.0.0.1:{server.getsockname()[1]}/nothing"


@pytest.mark.parametrize("path", ["/health/ready", "/metrics"])
def test_the_answer_comes_within_two_seconds_when_the_database_hangs(silent: str, tmp_path: Path, time: Time,
                                                                     path: str) -> None:
    app = create_app(Settings(tmp_path, silent, "s" * 40, 1, "http://localhost", False, False), time)
    for _ in range(3):
        began = machine.monotonic()
        answer = app.test_client().get(path)
        limit = 2 if path == "/health/ready" else 9
        assert machine.monotonic() - began < limit
        if path == "/health/ready":
            assert (answer.status_code, answer.json) == (
                503, {"ready": False, "checks": {"database": "fail", "schema": "unknown"}})
        else:
            assert "motcua_database_up 0" in answer.text
            assert "motcua_cases" not in answer.text
            break
    assert app.test_client().get("/health/live").status_code == 200


def test_a_process_is_ready_again_as_soon_as_its_database_is(app: Flask, settings: Settings) -> None:
    client = app.test_client()
    database.use("sqlite:////nowhere/motcua.db")
    assert client.get("/health/ready").status_code == 503
    database.use(settings.database_url)
    assert client.get("/health/ready").status_code == 200


@pytest.mark.parametrize(("number", "status", "word"), [("0001", 503, "fail"), ("9999", 200, "newer")])
def test_an_older_schema_is_not_ready_and_while_a_newer_release_comes_this_one_serves_on(
        app: Flask, database_url: str, number: str, status: int, word: str) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": number})
    answer = app.test_client().get("/health/ready")
    assert (answer.status_code, answer.json["checks"]) == (status, {"database": "ok", "schema": word})


def test_the_figures_say_how_the_work_stands(api: Api, file: Callable[..., dict[str, Any]], now: datetime) -> None:
    gap(now)
    file("two-tasks")
    case = file("with-gap")
    api.post("khoa", f"/tasks/{case['tasks'][0]['id']}/complete", {"submission": {}})
    presence.beat("host-a", 1, now, now)
    presence.beat("host-a", 2, now, now - timedelta(minutes=5))
    found = figures(api.client)
    assert {name: found[name] for name in found if name.startswith(("motcua_cases", "motcua_tasks_open"))} == {
        'motcua_cases{status="closed"}': 0, 'motcua_cases{status="filed"}': 1, 'motcua_cases{status="halted"}': 1,
        'motcua_cases{status="open"}': 0, 'motcua_cases{status="stopped"}': 0, 'motcua_cases{status="suspended"}': 0,
        'motcua_tasks_open{status="ready"}': 2, 'motcua_tasks_open{status="reserved"}': 0}
    assert found["motcua_incidents_open"] == 1
    assert found["motcua_workers_alive"] == 1
    assert found["motcua_database_up"] == 1
    completed = 'method="POST",route="/api/v1/tasks/<task_id>/complete"'
    assert found[f'motcua_http_requests_total{{{completed},status="409"}}'] == 1
    assert found[f'motcua_http_request_seconds_bucket{{{completed},le="+Inf"}}'] == 1
    assert found[f"motcua_http_request_seconds_count{{{completed}}}"] == 1


def test_late_work_is_counted_until_it_is_done(api: Api, file: Callable[..., dict[str, Any]], time: Time) -> None:
    case = file("permit")
    for person, outcome in (("binh", "accepted"), ("an", "supplement")):
        task = api.get("ha", f"/cases/{case['code']}").json["tasks"][0]["id"]
        assert api.post(person, f"/tasks/{task}/complete", {"submission": {"outcome": outcome}}).status_code == 200
    assert figures(api.client)['motcua_jobs{state="due"}'] == 0
    time.now += timedelta(days=90)
    fresh = create_app(api.client.application.config["SETTINGS"], time).test_client()
    found = figures(fresh)
    assert (found['motcua_jobs{state="waiting"}'], found['motcua_jobs{state="due"}']) == (1, 1)
    assert found["motcua_jobs_late_seconds"] > 86400


def test_no_figure_names_a_case_a_person_or_an_address(api: Api, file: Callable[..., dict[str, Any]]) -> None:
    case = file()
    api.get("binh", f"/cases/{case['code']}")
    api.client.get("/t/abcd-efgh-1234")
    api.client.get("/no/such/place/7777")
    api.client.open("/x", method="BREW")
    said = api.client.get("/metrics").text
    assert not re.search(r"H99|binh|abcd|7777|BREW|Nhung", said)
    assert 'method="other",route="none"' in said


@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "203.0.113.7"}, {"Forwarded": "for=203.0.113.7"}])
def test_without_a_token_only_this_machine_reads_the_figures(app: Flask, headers: dict[str, str]) -> None:
    client = app.test_client()
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers=headers).status_code == 403
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": "203.0.113.7"}).status_code == 403
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": ""}).status_code == 403


def test_with_a_token_whoever_has_it_reads_the_figures(settings: Settings, time: Time) -> None:
    client = create_app(replace(settings, metrics_token="a-long-secret"), time).test_client()
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert figures(client, headers={"Authorization": "Bearer a-long-secret"},
                   environ_overrides={"REMOTE_ADDR": "203.0.113.7"})["motcua_database_up"] == 1


def test_processes_of_one_server_add_up_and_keep_what_one_that_died_counted(tmp_path: Path) -> None:
    first, second = Counter(tmp_path), Counter(tmp_path)
    for counter, seconds in ((first, 0.004), (first, 20.0), (second, 0.3)):
        counter.note("GET", "/work", 200, seconds)
    until = machine.monotonic() + 20
    while len(list(tmp_path.glob("*.json"))) < 2 and machine.monotonic() < until:
        machine.sleep(0.05)
    (tmp_path / "broken.json").write_text("{", encoding="ascii")
    for asked in (first, second, Counter(tmp_path)):
        total = asked.total()
        assert total.requests == {("GET", "/work", 200): 3}
        assert total.durations["GET", "/work"].counts == [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]


def test_a_worker_shows_itself_and_its_row_goes_when_it_ends(house: dict[str, Actor], now: datetime) -> None:
    presence.beat("a", 1, now, now)
    presence.beat("a", 1, now, now + timedelta(seconds=30))
    presence.beat("b", 2, now - timedelta(days=3), now - timedelta(days=2))
    presence.beat("c", 3, now, now + timedelta(seconds=40))
    assert [(one.host, one.alive(now + timedelta(seconds=151))) for one in presence.seen()] == [
        ("c", True), ("a", False)]
    presence.leave("c", 3)
    assert [one.host for one in presence.seen()] == ["a"]
