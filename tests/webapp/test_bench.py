"""The measurement itself: it runs on the real server, tells every fact it promises, and holds the counts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from engine.services import measuring
from engine.storage import database
from webapp.cli import bench, bench_inside, bench_office
from webapp.cli.bench_load import Tally

PROMISED = {"cases_per_s", "complete_p50_ms", "complete_p95_ms", "requests_per_s", "floor_requests_per_s",
            "ratio_to_floor", "sql_per_complete", "commits_per_complete", "state_bytes", "db_bytes_per_case",
            "hundredth_to_first", "cold_start_s", "idle_mib", "errors"}


def test_bench_measures_the_real_server_beside_the_floor() -> None:
    result = CliRunner().invoke(bench.bench, ["--json", "--seconds", "1", "--clients", "2", "--cases", "20"])
    assert result.exit_code == 0, result.output
    facts = json.loads(result.output)
    assert facts.keys() >= PROMISED
    assert facts["errors"] == facts["floor_errors"] == 0
    assert facts["requests"] > 0
    assert facts["floor_requests"] > 0


def test_completing_a_task_costs_one_commit_and_at_most_twelve_statements(database_url: str, tmp_path: Path) -> None:
    house = bench_office.open_house(database_url)
    environ = {"MOTCUA_HOME": str(tmp_path), "MOTCUA_DATABASE_URL": database_url, "MOTCUA_SECRET_KEY": "test"}
    counted = bench_inside.statements(house, environ)
    assert counted["commits_per_complete"] == 1
    assert counted["sql_per_complete"] <= 12


def test_a_finished_case_keeps_within_eight_kilobytes(database_url: str) -> None:
    house = bench_office.open_house(database_url)
    assert bench_inside.sizes(house, 120)["db_bytes_per_case"] <= 8192


def test_what_serves_requests_loads_neither_the_migrations_nor_the_holidays_of_the_world() -> None:
    loaded = subprocess.run([sys.executable, "-c", "import sys, webapp; print(*sys.modules)"], check=True,
                            capture_output=True, text=True).stdout.split()
    assert "webapp.work" in loaded
    assert not {"alembic", "holidays"} & set(loaded)


def test_the_database_of_a_measurement_is_its_own_and_gone_afterwards(postgresql: str, tmp_path: Path) -> None:
    with measuring.own_database(postgresql, tmp_path) as url:
        name = url.rpartition("/")[2].partition("?")[0]
        assert name.startswith(measuring.PREFIX)
        bench_office.open_house(url)
        database.current().close()
    with psycopg.connect(postgresql) as connection:
        names = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
    assert name not in names


@pytest.mark.parametrize("url", ["mysql://localhost/x", "not an address"])
def test_another_database_cannot_be_measured(url: str) -> None:
    result = CliRunner().invoke(bench.bench, ["--database-url", url])
    assert result.exit_code == 1
    assert "address cannot be read" in result.output


def test_a_wrong_answer_is_counted_by_its_status() -> None:
    tally = Tally()
    tally.add([{"waits": [0.01, 0.03], "wrong": {"409": 1}, "elapsed": 0.04, "cpu": 0.001},
               {"waits": [0.02], "wrong": {"409": 1, "0": 1}, "elapsed": 0.02, "cpu": 0.001}])
    assert tally.wrong == {"409": 2, "0": 1}
    assert tally.rate() == pytest.approx(100)
    assert tally.percentile(0.5) == pytest.approx(20)
