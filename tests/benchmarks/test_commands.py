"""Every measurement runs in its short form on both databases, ends with 0 and tells what it promises; how fast the
machine was is nobody's matter here."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from benchmarks import appends, memory, peers, steady

Run = Callable[..., dict[str, Any]]


@pytest.fixture(params=["sqlite", "postgresql"])
def run(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give what runs a measurement on one kind of database and reads the facts it tells."""
    place = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgresql")

    def measured(command: ModuleType, *options: str) -> dict[str, Any]:
        monkeypatch.setattr(sys, "argv", [command.__name__, *options, "--database", place, "--json"])
        assert command.main() == 0, capsys.readouterr().err
        facts: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert facts["database"] == request.param
        assert facts["before"].keys() == facts["after"].keys() == {"date", "cpus", "python", "load"}
        return facts

    return measured


def test_a_steady_load_does_everything_on_its_timetable_without_an_error(run: Run) -> None:
    facts = run(steady, "--minutes", "0.015", "--rate", "20", "--pages", "3", "--clients", "2")
    assert facts["errors"] == 0
    assert facts["complete"]["requests"] + facts["file"]["requests"] + facts["page"]["requests"] == 54
    assert facts["complete"]["p50_ms"] <= facts["complete"]["p95_ms"] <= facts["complete"]["worst_ms"] + 1


def test_every_append_that_was_acknowledged_is_kept_and_every_chain_is_whole(run: Run) -> None:
    facts = run(appends, "--writers", "2", "--seconds", "0.2")
    assert facts["acknowledged"] == facts["kept"] > 0
    assert facts["broken_chains"] == 0
    assert min(facts["service_appends_per_s"], facts["raw_appends_per_s"]) > 0


def test_memory_is_sampled_while_tasks_and_jobs_are_done(run: Run) -> None:
    facts = run(memory, "--completions", "80", "--jobs", "50")
    assert facts["errors"] == {}
    for what in ("completions", "jobs"):
        assert facts[what] > 0
        assert all(mib > 10 for mib in facts[f"{what}_mib"])
        assert facts[f"{what}_growth"] > 0


def test_product_and_bare_library_complete_the_same_tasks_in_turns(run: Run) -> None:
    facts = run(peers, "--rounds", "4")
    assert facts["product"]["statements"] <= 12
    assert facts["library"]["statements"] == 2
    assert facts["product"]["p50_ms"] > 0
    assert facts["library"]["times_the_product"] > 0


def test_growth_compares_the_end_with_the_time_after_warming_up() -> None:
    assert memory.growth([50, 60, 100, 100, 100, 110, 120, 130, 150, 150]) == 1.5
    assert memory.growth([100] * 10) == 1.0
    assert memory.growth([100, 100]) is None
