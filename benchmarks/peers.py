"""Completing one task over HTTP: the product, the bare library, and Viewflow where it is installed, in one run.

    python -m benchmarks.peers [--rounds 200] [--viewflow PYTHON] [--database sqlite|postgresql|URL] [--json]

Each stands behind a server of its own (granian, one worker) on one database server, with the same two tasks, and is
asked by one client in turns, so that whatever else the machine does falls on all. Viewflow needs an environment of
its own, made once by

    python3 -m venv PLACE && PLACE/bin/pip install django-viewflow granian "psycopg[binary]"

and named by `--viewflow PLACE/bin/python`. spiff-arena is on no package index and is not measured here.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from benchmarks import circumstances, places
from benchmarks.places import Place
from engine.services import measuring
from webapp.cli import bench_client, bench_inside, bench_load, bench_server

_WARM = 5
_FOLDER = Path(__file__).parent


class Peer(Protocol):
    """One of those compared."""

    def prepare(self, count: int) -> None:
        """File so many cases."""

    def refill(self) -> None:
        """Learn which tasks wait, where the answers do not say."""

    def complete(self) -> int | None:
        """Complete the next task, in the time that is measured; give the statements it took, where the answer says."""


class Line:
    """A kept-alive connection to one server."""

    def __init__(self, port: int, **headers: str) -> None:
        self.connection = http.client.HTTPConnection(bench_server.HOST, port, timeout=60)
        self.headers = headers

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[http.client.HTTPResponse, bytes]:
        """Send a request and give the answer with its body.

        Raises:
            RuntimeError: a refusal or a failure.
        """
        self.connection.request(method, path, body, self.headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{path}: {answer.status} {content[:300]!r}")
        return answer, content


@dataclass
class Product:
    """The product: its API with a token."""

    port: int
    tokens: Mapping[str, str]
    ready: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lines = {key: Line(self.port, Authorization=f"Bearer {token}", **{"Content-Type": "application/json"})
                      for key, token in self.tokens.items()}

    def prepare(self, count: int) -> None:
        """File so many cases."""
        filing = json.dumps({"procedure": "two-tasks", "submission": bench_client.SUBMISSION}).encode()
        for _ in range(count):
            self._keep(self.lines["receive"].ask("POST", "/api/v1/cases", filing)[1])

    def refill(self) -> None:
        """Do nothing: every answer names the task that waits."""

    def complete(self) -> None:
        """Complete the next task."""
        key, task = self.ready.pop(0)
        body = b'{"submission":{"outcome":"%s"}}' % (b"accepted" if key == "receive" else b"approve")
        self._keep(self.lines[key].ask("POST", f"/api/v1/tasks/{task}/complete", body)[1])

    def _keep(self, answer: bytes) -> None:
        self.ready += [(task["key"], task["id"]) for task in json.loads(answer)["tasks"]]


@dataclass
class Library:
    """The library with one row a case."""

    port: int
    ready: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.line = Line(self.port)

    def prepare(self, count: int) -> None:
        """File so many cases."""
        for _ in range(count):
            self._keep(self.line.ask("POST", "/cases")[1])

    def refill(self) -> None:
        """Do nothing: every answer names the task that waits."""

    def complete(self) -> int:
        """Complete the next task."""
        statements: int = self._keep(self.line.ask("POST", self.ready.pop(0),
                                                   b'{"submission":{"outcome":"accepted"}}')[1])["statements"]
        return statements

    def _keep(self, answer: bytes) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(answer)
        self.ready += [f"/cases/{found['case']}/{task['id']}" for task in found["tasks"]]
        return found


@dataclass
class Viewflow:
    """Viewflow: its own views, with a session."""

    port: int
    ready: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        answer, _ = Line(self.port).ask("POST", "/begin")
        cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        self.line = Line(self.port, Cookie=cookie, **{"Content-Type": "application/x-www-form-urlencoded"})

    def prepare(self, count: int) -> None:
        """File so many cases."""
        for _ in range(count):
            self.line.ask("POST", "/flow/start/", b"full_name=Nguyen+Thi+Hong+Nhung&amount=135000")

    def refill(self) -> None:
        """Ask which tasks wait, when those known are done."""
        if not self.ready:
            self.ready = json.loads(self.line.ask("GET", "/waiting")[1])["tasks"]

    def complete(self) -> int:
        """Complete the next task."""
        answer, _ = self.line.ask("POST", self.ready.pop(0), b"received=accepted&verified=approve")
        return int(answer.getheader("X-Statements") or 0)


@contextmanager
def peers(place: Place, viewflow: str | None) -> Iterator[dict[str, Peer]]:
    """Serve all that are to be compared while the block runs."""
    with ExitStack() as stack:
        def served(target: str, **more: Any) -> int:
            environ = {**place.environ, **more.pop("environ", {})}
            token = place.house.tokens["receive"]
            return stack.enter_context(bench_server.serving(
                target, environ, token, place.folder / "log", workers=1, **more)).port

        found: dict[str, Peer] = {
            "product": Product(served(bench_server.PRODUCT), place.house.tokens),
            "library": Library(served("benchmarks.library_peer:create", ready="/ready"))}
        if viewflow is not None:
            own = place.folder / "peer"
            own.mkdir()
            url = stack.enter_context(measuring.own_database(
                None if place.database == "sqlite" else place.url, own))
            found["viewflow"] = Viewflow(served(
                "viewflow_peer.site:create", python=viewflow, ready="/waiting",
                environ={"PYTHONPATH": str(_FOLDER), "PEER_DATABASE": url.replace("+psycopg", "")}))
        yield found


def measure(place: Place, rounds: int, viewflow: str | None) -> dict[str, Any]:
    """Let each complete a task in turns; milliseconds, statements, and how many times as long as the product."""
    counted = bench_inside.statements(place.house, place.environ)
    waits: dict[str, list[float]] = {}
    statements = {"product": counted["sql_per_complete"]}
    with peers(place, viewflow) as compared:
        for peer in compared.values():
            peer.prepare(_WARM + (rounds + 1) // 2)      # of each case both tasks are completed
            for _ in range(_WARM):
                peer.refill()
                peer.complete()
        for _ in range(rounds):
            for name, peer in compared.items():
                peer.refill()
                taken, told = _timed(peer.complete)
                waits.setdefault(name, []).append(taken)
                statements[name] = max(statements.get(name, 0), told or 0)
    base = bench_load.percentile(waits["product"], 0.5)
    return {name: {"p50_ms": round(bench_load.percentile(found, 0.5), 2),
                   "p95_ms": round(bench_load.percentile(found, 0.95), 2), "statements": statements[name],
                   "times_the_product": round(bench_load.percentile(found, 0.5) / base, 2)}
            for name, found in waits.items()}


def _timed(act: Callable[[], int | None]) -> tuple[float, int | None]:
    began = time.perf_counter()
    told = act()
    return time.perf_counter() - began, told


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description="Completing one task over HTTP, beside peers.")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--viewflow", help="the Python of an environment with django-viewflow, granian and psycopg")
    places.options(parser)
    chosen = parser.parse_args()
    before = circumstances.now()
    with places.place(chosen.database) as place:
        facts = {"database": place.database, **measure(place, chosen.rounds, chosen.viewflow)}
    circumstances.tell({**facts, "before": before, "after": circumstances.now()}, chosen.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
