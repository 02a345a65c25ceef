"""Whether the memory of a worker stays flat: a serving worker over 100,000 completed tasks, and a job worker over as
many jobs.

    python -m benchmarks.memory [--completions 100000] [--jobs 100000] [--database sqlite|postgresql|URL] [--json]

One serving worker of the real server completes tasks over HTTP; then one process runs the loop of deferred work on
cases that wait a minute and ask a service over and over, its clock set forward a minute at a time. The proportional
set size of the process is read after every fiftieth of the work. The first fifth warms up: pools, caches of statements
and of procedures fill. What grew is the mean of the last fifth over the mean of the second.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks import circumstances, places
from benchmarks.places import Place
from engine import clock, worker
from engine.adapters import handlers
from engine.procedures import pack
from engine.services import cases, installation, procedures
from webapp.cli import bench_client, bench_load, bench_server

SAMPLES = 50
BOUND = 1.05
_CLIENTS = 4
_TICKING = Path(__file__).with_name("packs") / "ticking"


def serve(place: Place, completions: int) -> tuple[list[int], dict[str, int]]:
    """Complete tasks on one serving worker; give its KiB after every share of them, and answers that were wrong."""
    share = max(2, completions // SAMPLES // _CLIENTS // 2 * 2)
    samples, wrong = [], {}
    token = place.house.tokens["receive"]
    with (bench_server.serving(bench_server.PRODUCT, place.environ, token, place.folder / "log", workers=1) as server,
          bench_load.clients(_CLIENTS, server.port, place.house.tokens) as driven):
        serving = _largest(bench_server.children(server.process.pid))
        for _ in range(completions // (share * _CLIENTS) or 1):
            tally = bench_load.Tally()
            tally.add(driven.order("file", 600.0, share // 2))
            tally.add(driven.order("complete", 600.0, share))
            for status, number in tally.wrong.items():
                wrong[status] = wrong.get(status, 0) + number
            samples.append(bench_server.pss(serving))
    return samples, wrong


def _largest(pids: Sequence[int]) -> int:
    """Give the serving process among those of the server: the one that loaded the product."""
    return max(pids, key=bench_server.pss)


def jobs(place: Place, count: int) -> list[int]:
    """Do jobs in a process of its own; give its KiB after every share of them."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.memory", "--loop", str(count)], check=True,   # noqa: S603 - this very file
                          env=dict(place.environ), stdout=subprocess.PIPE, text=True)
    found: list[int] = json.loads(done.stdout.strip().rsplit("\n", 1)[-1])
    return found


def prepare(place: Place, count: int) -> None:
    """Publish the procedure of the jobs and file the cases that wait."""
    handlers.register("measuring-echo")(_echo)
    procedures.publish(pack.open_pack(_TICKING), clock.now())
    for _ in range(max(5, min(100, count // 100))):
        cases.file("ticking", bench_client.SUBMISSION, place.house.people["receive"], clock.now())


def loop(count: int) -> list[int]:
    """Run the loop of a worker on the prepared database until it did `count` jobs, the clock a minute on each time
    nothing is due."""
    handlers.register("measuring-echo")(_echo)
    installation.connect(os.environ["MOTCUA_DATABASE_URL"])
    now, done, samples = clock.now(), 0, []
    share = max(1, count // SAMPLES)
    while done < count:
        claimed = worker.work(now)
        if not claimed:
            now += timedelta(minutes=1)
        done += claimed
        if done // share > len(samples):
            samples.append(bench_server.pss(os.getpid()))
    return samples


def _echo(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {"turn": key[:8]}


def growth(samples: Sequence[int]) -> float | None:
    """Give the mean of the last fifth of the samples over the mean of the second; None for too few to say."""
    fifth = len(samples) // 5
    return round(mean(samples[-fifth:]) / mean(samples[fifth:2 * fifth]), 3) if fifth else None


def _facts(name: str, count: int, samples: Sequence[int]) -> dict[str, Any]:
    step = max(1, len(samples) // 10)
    return {f"{name}": count, f"{name}_growth": growth(samples),
            f"{name}_mib": [round(one / 1024, 1) for one in samples[::step]] + [round(samples[-1] / 1024, 1)]}


def main() -> int:
    """Measure and tell; exit code 1 where an answer was wrong."""
    parser = argparse.ArgumentParser(description="Whether the memory of a worker stays flat.")
    parser.add_argument("--completions", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--loop", type=int, help=argparse.SUPPRESS)
    places.options(parser)
    chosen = parser.parse_args()
    if chosen.loop:
        sys.stdout.write(json.dumps(loop(chosen.loop)) + "\n")
        return 0
    before, log = circumstances.now(), ""
    with places.place(chosen.database) as place:
        served, wrong = serve(place, chosen.completions)
        prepare(place, chosen.jobs)
        worked = jobs(place, chosen.jobs)
        database = place.database
        if wrong:
            log = (place.folder / "log").read_text(errors="replace")[-2000:]
    circumstances.tell({"database": database, **_facts("completions", chosen.completions, served),
                        **_facts("jobs", chosen.jobs, worked), "target": f"growth <= {BOUND}", "errors": wrong,
                        "before": before, "after": circumstances.now()}, chosen.json)
    sys.stderr.write(log)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
