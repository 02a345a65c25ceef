"""`motcua doctor`: says of each thing whether it holds and what to do, exit 1 when something fails, no traceback."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from engine import clock
from engine.domain.people import Actor
from engine.jobs import presence
from engine.services import cases, documents, installation, tasks
from engine.storage import database
from engine.storage.tables import job_table
from tests import office
from tests.webapp.cli_running import run

SECRET = "0123456789abcdef0123456789abcdef"
Doctor = Callable[..., dict[str, dict[str, Any]]]


@pytest.fixture
def doctor(database_url: str, tmp_path: Path) -> Doctor:
    """Examine the database in use with a worker alive; gives the checks by name, and under `exit` the exit code."""
    def examined(**more: str) -> dict[str, dict[str, Any]]:
        environment = {"MOTCUA_HOME": str(tmp_path), "MOTCUA_DATABASE_URL": database_url, "MOTCUA_SECRET_KEY": SECRET}
        result = run("doctor", "--json", **{**environment, **more})
        told = json.loads(result.stdout)
        assert told["ok"] is (result.exit_code == 0)
        assert all(check["remedy"] for check in told["checks"] if check["state"] != "ok")
        return {**{check["name"]: check for check in told["checks"]}, "exit": {"code": result.exit_code}}
    presence.beat("host-a", 7, clock.now(), clock.now())
    return examined


def filed(house: dict[str, Actor], now: datetime) -> str:
    case = cases.file("two-tasks", office.APPLICANT, house["binh"], now)
    assert case is not None
    return case.code


def test_an_installation_in_order_is_told_so(house: dict[str, Actor], now: datetime, doctor: Doctor) -> None:
    filed(house, now)
    found = doctor()
    durable = database.current().sqlite         # the server of the tests runs without fsync, and is told so
    assert found["settings"]["state"] == ("ok" if durable else "fail")
    assert all(found[name]["state"] == "ok" for name in found if name not in ("exit", "settings"))
    assert set(found) == {"database", "settings", "schema", "workers", "timers", "jobs", "incidents", "history",
                          "office", "clock", "disk", "secret", "metrics", "papers", "exit"}
    assert found["exit"]["code"] == (0 if durable else 1)
    assert "1 alive: host-a:7" in found["workers"]["found"]
    assert "newest 1 cases" in found["history"]["found"]


def test_without_a_worker_it_fails_and_a_silent_one_is_named(house: dict[str, Actor], doctor: Doctor) -> None:
    presence.beat("host-b", 8, clock.now(), clock.now() - timedelta(minutes=3))
    assert doctor()["workers"]["state"] == "warn"
    assert "host-b:8" in doctor()["workers"]["found"]
    presence.leave("host-a", 7)
    assert doctor()["workers"]["state"] == "fail"
    assert doctor()["exit"]["code"] == 1


def suspended(house: dict[str, Actor], now: datetime) -> None:
    """A case that waits for its applicant, whose limit is a job."""
    case = cases.file("permit", office.APPLICANT, house["binh"], now)
    for person, outcome in (("binh", "accepted"), ("an", "supplement")):
        assert case is not None
        case = tasks.complete(case.open_tasks()[0].id, {"outcome": outcome}, house[person], now)


@pytest.mark.parametrize(("late", "state"), [(30, "ok"), (300, "warn"), (3600, "fail")])
def test_late_and_stuck_jobs_are_told(house: dict[str, Actor], now: datetime, doctor: Doctor, late: int,
                                      state: str) -> None:
    suspended(house, now)
    due = clock.now() - timedelta(seconds=late)
    with database.transaction() as session:
        session.execute(update(job_table).values(
            due=due, attempts=20 if state == "fail" else 0, leased_until=due if state != "ok" else None))
    found = doctor()
    assert found["timers"]["state"] == state
    assert found["jobs"]["state"] == state
    assert "1 due" in found["timers"]["found"]
    if state != "fail":
        assert all(found[name]["state"] != "fail" for name in found if name not in ("exit", "settings"))


def test_a_changed_history_fails_and_names_its_case(house: dict[str, Actor], now: datetime, doctor: Doctor) -> None:
    code = filed(house, now)
    with database.transaction() as session:
        session.execute(text("UPDATE cases SET applicant = 'somebody else' WHERE code = :code"), {"code": code})
    found = doctor()
    assert found["history"]["state"] == "fail"
    assert code in found["history"]["found"]
    with database.transaction() as session:
        session.execute(text("UPDATE audit_event SET actor = 'x' WHERE stream = (SELECT stream FROM ledger)"))
    assert doctor()["office"]["state"] == "fail"


def test_a_lost_paper_fails(house: dict[str, Actor], now: datetime, doctor: Doctor, tmp_path: Path) -> None:
    code = filed(house, now)
    source = tmp_path / "paper.pdf"
    source.write_bytes(b"%PDF-1.7 paper")
    with source.open("rb") as stream:
        upload = documents.keep(tmp_path / "files", stream, "paper.pdf", None, 1000)
    documents.add(code, [upload], house["binh"], now)
    assert doctor()["papers"]["state"] == "ok"
    (tmp_path / "files" / upload.sha256[:2] / upload.sha256).write_bytes(b"%PDF-1.7 other")
    assert doctor()["papers"]["state"] == "fail"


def test_a_database_of_another_schema_fails_with_what_to_run(doctor: Doctor) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert "db upgrade" in doctor()["schema"]["remedy"]
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "software" in doctor()["schema"]["remedy"]


def test_settings_that_could_lose_what_was_said_to_be_stored_fail_but_not_those_every_connection_sets_itself(
        house: dict[str, Actor], doctor: Doctor) -> None:
    if database.current().sqlite:
        pytest.skip("a setting of PostgreSQL")
    with database.current().writer.connect() as connection:
        name = connection.exec_driver_sql("SELECT current_database()").scalar()
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
        connection.commit()
    found = doctor()
    assert found["settings"]["state"] == "fail"
    assert "fsync = off" in found["settings"]["found"]
    assert "synchronous_commit = off" not in found["settings"]["found"]


@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:1/x", "nonsense", "mysql://x/y"])
def test_without_its_database_it_says_so_and_still_looks_at_the_machine(tmp_path: Path, url: str) -> None:
    result = run("doctor", "--json", MOTCUA_HOME=str(tmp_path), MOTCUA_DATABASE_URL=url)
    assert result.exit_code == 1
    assert [check["name"] for check in json.loads(result.stdout)["checks"]] == ["disk", "secret", "metrics", "database"]


def test_a_file_that_is_no_database_or_not_there_is_said(tmp_path: Path) -> None:
    for content in (None, b"words, no database\n" * 300):
        if content is not None:
            (tmp_path / "motcua.db").write_bytes(content)
        result = run("doctor", MOTCUA_HOME=str(tmp_path), MOTCUA_DATABASE_URL="")
        assert result.exit_code == 1
        assert "FAIL      database" in result.stdout


def test_a_short_or_open_secret_fails(tmp_path: Path) -> None:
    assert "has only 5 signs" in run("doctor", MOTCUA_HOME=str(tmp_path), MOTCUA_SECRET_KEY="short").stdout
    (tmp_path / "secret-key").write_text(SECRET, encoding="ascii")
    (tmp_path / "secret-key").chmod(0o644)
    assert "others can read" in run("doctor", MOTCUA_HOME=str(tmp_path), MOTCUA_SECRET_KEY="").stdout


def test_figures_open_to_a_proxy_are_warned_of(tmp_path: Path) -> None:
    asked = {"MOTCUA_HOME": str(tmp_path), "MOTCUA_PUBLIC_URL": "https://motcua.example"}
    assert "/metrics has no token" in run("doctor", **asked).stdout
    assert "/metrics has no token" not in run("doctor", MOTCUA_METRICS_TOKEN="x" * 20, **asked).stdout


def test_it_speaks_vietnamese_too(tmp_path: Path) -> None:
    said = run("doctor", MOTCUA_HOME=str(tmp_path), LC_ALL="vi_VN.UTF-8").stdout
    assert "cơ sở dữ liệu" in said
    assert "Hãy chạy «motcua db upgrade»" in said


def test_a_sqlite_file_opened_in_another_mode_is_brought_back(tmp_path: Path) -> None:
    assert run("db", "upgrade", MOTCUA_HOME=str(tmp_path), MOTCUA_DATABASE_URL="").exit_code == 0
    installation.leave()
    with sqlite3.connect(tmp_path / "motcua.db") as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    assert "ok        settings" in run("doctor", MOTCUA_HOME=str(tmp_path), MOTCUA_DATABASE_URL="").stdout
