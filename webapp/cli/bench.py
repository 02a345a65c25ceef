"""`motcua bench`: measures the real server on a database of its own, beside a floor on the same server."""

from __future__ import annotations

import os
import platform
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from engine.services import measuring
from webapp.cli import bench_inside, bench_load, bench_office, bench_server, voice
from webapp.cli.bench_load import Load
from webapp.cli.bench_office import House

_TARGETS: Mapping[str, tuple[str, float]] = {
    "sql_per_complete": ("<=", 12), "commits_per_complete": ("<=", 1), "db_bytes_per_case": ("<=", 8192),
    "hundredth_to_first": ("<=", 2), "cold_start_s": ("<=", 2.5), "idle_mib": ("<=", 170),
}
_RATIO = {"sqlite": 0.45, "postgresql": 0.6}
_REST = 1.0


@click.command("bench", cls=voice.Act, vi="Đo tốc độ và bộ nhớ của máy chủ thật trên một cơ sở dữ liệu riêng.")
@voice.option("--database-url", vi="Máy chủ PostgreSQL để đo; mặc định là SQLite tạm.",
              en="A PostgreSQL server to measure on; a temporary SQLite file by default.")
@voice.option("--clients", type=click.IntRange(1, 64), default=4, show_default=True, vi="Số máy khách.",
              en="How many clients ask at once.")
@voice.option("--seconds", type=click.FloatRange(0.2, 3600), default=10.0, show_default=True,
              vi="Số giây hoàn thành việc, và bằng ấy cho mức sàn.",
              en="Seconds of completing tasks, and as many of the floor.")
@voice.option("--cases", "count", type=click.IntRange(1, 100_000), default=500, show_default=True,
              vi="Số hồ sơ để đo dung lượng.", en="How many finished cases the size is measured on.")
@voice.as_json
def bench(database_url: str | None, clients: int, seconds: float, count: int, as_json: bool) -> None:
    """Measure speed and memory of the real server on a database of its own."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as folder, \
            measuring.own_database(database_url, Path(folder)) as url:
        facts = measure(url, Path(folder), clients, seconds, count)
    if as_json:
        voice.give(facts)
    else:
        _show(facts)
    voice.leave(not facts["errors"])


def measure(url: str, folder: Path, clients: int, seconds: float, count: int) -> dict[str, Any]:
    """Measure on an empty database and give the facts."""
    environ = {**os.environ, "MOTCUA_HOME": str(folder), "MOTCUA_DATABASE_URL": url, "MOTCUA_SECRET_KEY": "bench",
               "MOTCUA_EMBEDDED_WORKER": "0"}
    house = bench_office.open_house(url)
    inside = {**bench_inside.statements(house, environ), **bench_inside.sizes(house, count),
              "hundredth_to_first": round(bench_inside.history(house, max(3, min(9, count // 50))), 2)}
    alone = _alone(house, environ, folder)
    with bench_server.serving(bench_server.WITH_FLOOR, environ, house.tokens["receive"], folder / "log") as server:
        load = bench_load.drive(server.port, house.tokens, clients, seconds)
    return {**_rates(load), **inside, **alone, **_circumstances(url, clients, seconds)}


def _alone(house: House, environ: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """Start the product by itself: its cold start, and its memory at rest after each worker has carried cases."""
    token = house.tokens["receive"]
    with bench_server.serving(bench_server.PRODUCT, environ, token, folder / "log") as server:
        bench_load.drive(server.port, house.tokens, 2 * bench_server.WORKERS, 0.2)
        time.sleep(_REST)
        idle = bench_server.memory(server.process)
        return {"cold_start_s": round(server.cold_start, 2), "idle_mib": None if idle is None else round(idle, 1)}


def _rates(load: Load) -> dict[str, Any]:
    filed, done, floor = load.file.rate(), load.complete.rate(), load.floor.rate()
    wrong = {**load.file.wrong, **load.complete.wrong}
    return {
        "cases_per_s": round(1 / (1 / filed + 2 / done), 1) if filed and done else 0.0,     # file one, complete two
        "complete_p50_ms": round(load.complete.percentile(0.5), 2),
        "complete_p95_ms": round(load.complete.percentile(0.95), 2),
        "requests_per_s": round(done, 1), "floor_requests_per_s": round(floor, 1),
        "ratio_to_floor": round(done / floor, 3) if floor else None,
        "requests": len(load.complete.waits), "floor_requests": len(load.floor.waits),
        "errors": sum(load.file.wrong.values()) + sum(load.complete.wrong.values()),
        "errors_by_status": wrong, "floor_errors": sum(load.floor.wrong.values()),
        "client_cpu_share": round((load.complete.cpu + load.floor.cpu)
                                  / ((load.complete.seconds + load.floor.seconds) * (os.cpu_count() or 1)), 3),
    }


def _circumstances(url: str, clients: int, seconds: float) -> dict[str, Any]:
    return {"database": "sqlite" if url.startswith("sqlite") else "postgresql", "clients": clients,
            "seconds": seconds, "workers": bench_server.WORKERS, "threads": bench_server.THREADS,
            "cpus": os.cpu_count(), "python": platform.python_version()}


def _show(facts: Mapping[str, Any]) -> None:
    """Print the facts as a table with the target of each and whether it is reached."""
    targets = {**_TARGETS, "ratio_to_floor": (">=", _RATIO[facts["database"]])}
    lines = []
    for name, value in facts.items():
        sign, bound = targets.get(name, ("", 0.0))
        reached = value is not None and (value <= bound if sign == "<=" else value >= bound)
        lines.append((name, str(value), f"{sign} {bound:g} {'✓' if reached else '✗'}" if sign else ""))
    voice.rows(lines)
