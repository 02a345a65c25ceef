"""Moving running cases to another version from the terminal, on both databases."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from engine.domain.case import Case
from engine.domain.people import Actor
from engine.services import procedures
from tests.services.test_case_course import done, filed
from tests.services.test_migration import version
from tests.webapp.cli_running import facts, run


@pytest.fixture
def case(house: dict[str, Actor], database_url: str, now: datetime, monkeypatch: pytest.MonkeyPatch,
         tmp_path: Path) -> Case:
    """A case accepted at the counter under the first version."""
    monkeypatch.setenv("MOTCUA_DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)
    return done(filed("two-tasks", house, now), house["binh"], now, outcome="accepted")


def test_a_dry_run_says_what_would_fit_and_moving_does_it(case: Case, now: datetime) -> None:
    procedures.publish(version(period="5 working days"), now)
    shown = facts("procedure", "migrate", "two-tasks", "--dry-run")
    assert (shown["to"], shown["fits"], shown["moved"], shown["dry_run"]) == (2, 1, 0, True)
    assert facts("case", "show", case.code)["case"]["version"] == 1
    spoken = run("procedure", "migrate", "two-tasks", "--reason", "Circular")
    assert spoken.exit_code == 0
    assert f"{case.code}  v1 → v2  moved  due 11/03/2026 17:00 → 16/03/2026 17:00" in spoken.stdout
    assert facts("case", "show", case.code)["case"]["version"] == 2
    assert facts("case", "replay", case.code)["holds"]
    assert facts("procedure", "migrate", "two-tasks")["cases"] == []


def test_a_case_that_must_stay_is_told_why_in_both_languages_and_ends_with_one(case: Case, now: datetime) -> None:
    procedures.publish(version(steps=("receive", "examine"), clock=""), now)
    result = run("procedure", "migrate", "two-tasks", "--case", case.code, "--json")
    assert result.exit_code == 1
    [one] = json.loads(result.stdout)["cases"]
    assert (one["fate"], [why["code"] for why in one["obstacles"]]) == ("stays", ["step-gone"])
    assert "phiên bản kia" in run("procedure", "migrate", "two-tasks", "--lang", "vi").stdout
    assert "which the other version does not have" in run("procedure", "migrate", "two-tasks").stdout


@pytest.mark.parametrize("arguments", [("nothing-here",), ("two-tasks", "--to", "9"), ("two-tasks", "--case", "X")])
def test_what_is_not_there_is_one_sentence(case: Case, arguments: tuple[str, ...]) -> None:
    result = run("procedure", "migrate", *arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1


def test_a_wrong_number_is_wrong_usage(case: Case) -> None:
    assert run("procedure", "migrate", "two-tasks", "--to", "0").exit_code == 2
