"""A steady load on a timetable: so many completed tasks a second over HTTP, and how long each waited.

    python -m benchmarks.steady [--minutes 10] [--rate 36] [--pages 0] [--database sqlite|postgresql|URL] [--json]

Two serving workers, one job worker, and client processes that follow a timetable: a case is filed, two tasks are
completed, and with `--pages N` as many pages are read for each case (worklist, case page, tracking page, in turn). A
wait is counted from the second the timetable names, so a slow answer also counts against what had to wait behind it.
`sent` counts from when a request was sent.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from benchmarks import circumstances, places
from benchmarks.places import Place
from engine import clock, config
from engine.services import cases
from webapp import create_app
from webapp.cli import bench_client, bench_load, bench_server

P95 = 500
_STOCK = 5          # cases each client files beforehand, so that it never completes what it has just filed


def measure(place: Place, minutes: float, rate: float, pages: int, clients: int) -> dict[str, Any]:
    """Hold the rate for so long and give what the requests waited."""
    known = _pages(place, 60) if pages else []
    token = place.house.tokens["receive"]
    # two acts beside the pages complete a task, and each case is filed once
    acts, every = _interwoven(pages), rate / 2 * (3 + pages)
    with (bench_server.serving(bench_server.PRODUCT, place.environ, token, place.folder / "log") as server,
          _job_worker(place), bench_load.clients(clients, server.port, place.house.tokens, known) as driven):
        driven.order("file", 60.0, _STOCK)
        answers = driven.steady(acts, minutes * 60, every)
    return _facts(answers)


def _interwoven(pages: int) -> list[str]:
    """Give the acts of one case, its pages spread among them."""
    acts = ["file", "complete", "complete"]
    third = [pages // 3 + (place < pages % 3) for place in range(3)]
    return [act for place, one in enumerate(acts) for act in [one, *["page"] * third[place]]]


def _pages(place: Place, count: int) -> list[tuple[str, str]]:
    """File cases that stay open and give pages to read: the worklist, the case and its tracking page, of each."""
    client = create_app(config.load(place.environ)).test_client()
    with client.session_transaction() as session:
        session["account"] = "processor"
    cookie = client.get_cookie("motcua")
    found: list[tuple[str, str]] = []
    for _ in range(count):
        case = cases.file("two-tasks", bench_client.SUBMISSION, place.house.people["receive"], clock.now())
        if case is not None and cookie is not None:
            signed = f"motcua={cookie.value}"
            found += [("/work", signed), (f"/cases/{case.code}", signed), (f"/t/{case.tracking}", "")]
    return found


@contextmanager
def _job_worker(place: Place) -> Iterator[None]:
    """Run a job worker beside the server, as every installation does."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from webapp.cli import main; main()", "worker"], env=dict(place.environ),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _facts(answers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    elapsed = max(answer["elapsed"] for answer in answers)
    wrong: dict[str, int] = {}
    for answer in answers:
        for what, number in answer["wrong"].items():
            wrong[what] = wrong.get(what, 0) + number
    facts: dict[str, Any] = {}
    for act in answers[0]["waits"]:
        waits = [wait for answer in answers for wait in answer["waits"][act]]
        sent = [wait for answer in answers for wait in answer["sent"][act]]
        facts[act] = {"requests": len(waits), "per_s": round(len(waits) / elapsed, 1),
                      **{f"p{share}_ms": round(bench_load.percentile(waits, share / 100), 1) for share in (50, 95, 99)},
                      "worst_ms": round(1000 * max(waits)), "sent_p95_ms": round(bench_load.percentile(sent, 0.95), 1)}
    return {**facts, "seconds": round(elapsed, 1), "errors": sum(wrong.values()), "errors_by_kind": wrong}


def main() -> int:
    """Measure and tell; exit code 1 on any error."""
    parser = argparse.ArgumentParser(description="A steady load over HTTP, and how long each request waited.")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=36.0, help="completed tasks a second")
    parser.add_argument("--pages", type=int, default=0, help="pages read for each case filed")
    parser.add_argument("--clients", type=int, default=8)
    places.options(parser)
    chosen = parser.parse_args()
    before = circumstances.now()
    with places.place(chosen.database) as place:
        facts = measure(place, chosen.minutes, chosen.rate, chosen.pages, chosen.clients)
        log = (place.folder / "log").read_text(errors="replace")[-2000:] if facts["errors"] else ""
        database = place.database
    circumstances.tell({"database": database, "rate": chosen.rate, "clients": chosen.clients, **facts,
                        "target": f"p95 <= {P95} ms, no error", "before": before, "after": circumstances.now()},
                       chosen.json)
    sys.stderr.write(log)
    return 1 if facts["errors"] else 0


if __name__ == "__main__":
    sys.exit(main())
