"""The real server and the worker as processes: they answer, do deferred work, and end in order when told to."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from engine.domain.people import Actor
from engine.queries import case_list, console
from engine.queries.case_list import Filters
from engine.services import cases, tasks
from tests import office
from tests.webapp.cli_running import run
from webapp import embedded_worker

ROOT = Path(__file__).parents[2]
MOTCUA = [sys.executable, "-c", "from webapp.cli import main; main()"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a prepared database."""
    assert run("db", "upgrade", MOTCUA_HOME=str(tmp_path), MOTCUA_DATABASE_URL="").exit_code == 0
    return tmp_path


@pytest.fixture
def started(home: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `motcua` in the home; whatever still runs at the end is killed."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_")}
        process = subprocess.Popen(
            [*MOTCUA, *arguments], cwd=home, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**kept, "MOTCUA_HOME": str(home), "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
            start_new_session=True)
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answer(url: str, seconds: float = 60) -> int:
    """Ask until somebody answers, and give the status."""
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def test_the_server_answers_and_ends_in_order_at_sigterm(started: Callable[..., subprocess.Popen[str]]) -> None:
    port = _free_port()
    server = started("run", "--port", str(port), "--workers", "2")
    assert _answer(f"http://127.0.0.1:{port}/api/v1/openapi.json") == 200
    server.send_signal(signal.SIGTERM)
    said, _ = server.communicate(timeout=30)
    assert server.returncode == 0, said
    assert f"http://127.0.0.1:{port}" in said
    assert "Traceback" not in said
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_the_server_shows_its_workers_while_it_runs_and_takes_them_away_at_sigterm(
        started: Callable[..., subprocess.Popen[str]], home: Path) -> None:
    def workers() -> int:
        with closing(sqlite3.connect(home / "motcua.db")) as connection:
            found: int = connection.execute("SELECT count(*) FROM worker").fetchone()[0]
            return found

    server = started("run", "--port", str(_free_port()), "--workers", "2")
    wait_for(lambda: workers() == 2, 60)
    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=30)
    assert workers() == 0


def serving_processes(server: subprocess.Popen[str]) -> list[int]:
    """The children that already serve: the one that only tracks shared memory is none of them."""
    listed = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return [int(pid) for pid in listed if b"server.py" in Path(f"/proc/{pid}/cmdline").read_bytes()
            or b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def wait_for(held: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not held():
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the children of a process from /proc")
def test_a_killed_serving_process_comes_back_however_often(started: Callable[..., subprocess.Popen[str]]) -> None:
    port = _free_port()
    server = started("run", "--port", str(port), "--workers", "2")
    assert _answer(f"http://127.0.0.1:{port}/api/v1/openapi.json") == 200
    for _ in range(4):
        wait_for(lambda: len(serving_processes(server)) == 2)
        for pid in serving_processes(server):
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.5)
    wait_for(lambda: len(serving_processes(server)) == 2)
    assert _answer(f"http://127.0.0.1:{port}/api/v1/openapi.json") == 200
    assert server.poll() is None


@pytest.mark.skipif(sys.platform != "linux", reason="reads the children of a process from /proc")
def test_a_killed_server_leaves_nobody_on_its_port(started: Callable[..., subprocess.Popen[str]]) -> None:
    port = _free_port()
    server = started("run", "--port", str(port), "--workers", "2")
    assert _answer(f"http://127.0.0.1:{port}/api/v1/openapi.json") == 200
    server.kill()
    server.wait()
    again = started("run", "--port", str(port), "--workers", "2")
    assert _answer(f"http://127.0.0.1:{port}/api/v1/openapi.json") == 200
    assert again.poll() is None


def test_a_worker_of_its_own_ends_in_order_at_sigterm(started: Callable[..., subprocess.Popen[str]]) -> None:
    worker = started("worker")
    assert worker.stdout is not None
    assert "Deferred work is running" in worker.stdout.readline()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=30) == 0


def test_the_worker_beside_the_web_does_what_is_due(house: dict[str, Actor], now: datetime) -> None:
    case = cases.file("permit", office.APPLICANT, house["binh"], now)
    assert case is not None
    for person, outcome in (("binh", "accepted"), ("an", "supplement")):
        case = tasks.complete(case.open_tasks()[0].id, {"outcome": outcome}, house[person], now)
        assert case is not None
    later = now + timedelta(days=60)
    app = Flask("test")
    app.config["CLOCK"] = lambda: later
    stop = embedded_worker.start(app)
    try:
        until = time.monotonic() + 30
        while _status(later) != "stopped" and time.monotonic() < until:
            time.sleep(0.1)
        assert _status(later) == "stopped"
    finally:
        stop.set()


def _status(now: datetime) -> str:
    [row] = case_list.find(console.overseer(now), Filters(), now).rows
    return str(row.case.status)
