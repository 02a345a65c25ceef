"""Seeing, verifying and replaying cases from the terminal, on both databases."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.domain.case import Case
from engine.domain.people import Actor
from engine.services import cases, tasks
from engine.storage import database
from tests import office
from tests.webapp.cli_running import facts, run


@pytest.fixture
def case(house: dict[str, Actor], database_url: str, now: datetime, monkeypatch: pytest.MonkeyPatch,
         tmp_path: Path) -> Case:
    """A case accepted at the counter."""
    monkeypatch.setenv("MOTCUA_DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)
    filed = cases.file("two-tasks", office.APPLICANT, house["binh"], now)
    assert filed is not None
    accepted = tasks.complete(filed.open_tasks()[0].id, {"outcome": "accepted"}, house["binh"], now)
    assert accepted is not None
    return accepted


def _tamper(statement: str) -> None:
    with database.transaction() as session:
        session.execute(text(statement))


def test_the_list_shows_every_case_and_filters_by_state(case: Case) -> None:
    assert [one["code"] for one in facts("case", "list")] == [case.code]
    assert [one["status"] for one in facts("case", "list", "--status", "open")] == ["open"]
    assert facts("case", "list", "--status", "closed") == []


def test_the_list_and_the_case_give_the_same_times(case: Case) -> None:
    [row], shown = facts("case", "list"), facts("case", "show", case.code)["case"]
    assert (row["filed_at"], row["due_at"]) == (shown["filed_at"], shown["due_at"])


def test_a_case_is_shown_with_its_tasks_history_and_the_arithmetic_of_its_due_time(case: Case) -> None:
    shown = facts("case", "show", case.code)
    assert [event["action"] for event in shown["timeline"]] == ["case.filed", "task.completed"]
    assert [task["key"] for task in shown["case"]["tasks"]] == ["verify"]
    assert shown["clock"]["due"] == "2026-03-11T17:00"
    assert sum(line["minutes"] for line in shown["clock"]["lines"] if line["counted"]) == 960


def test_the_text_of_a_case_says_the_due_time_in_the_language_asked_for(case: Case) -> None:
    assert re.search(r"Hẹn trả +11/03/2026 17:00", run("case", "show", case.code, "--lang", "vi").stdout)
    assert re.search(r"Due +11/03/2026 17:00", run("case", "show", case.code).stdout)


@pytest.mark.parametrize("verb", ["verify", "replay"])
def test_an_untouched_case_holds(case: Case, verb: str) -> None:
    assert facts("case", verb, case.code) == {"code": case.code, "holds": True, "events": 2, "divergence": None}
    assert [one["code"] for one in facts("case", verb, "--all")] == [case.code]


def test_a_changed_event_is_named_as_the_first_divergence(case: Case) -> None:
    _tamper("UPDATE audit_event SET actor = 'lan' WHERE seq = 2 AND action = 'task.completed'")
    result = run("case", "verify", case.code, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["divergence"] == {
        "seq": 2, "what": "actor", "expected": "binh", "found": "lan"}
    spoken = run("case", "verify", case.code)
    assert "DOES NOT HOLD at event 2: actor" in spoken.stdout


def test_a_changed_due_time_is_found_by_replay(case: Case) -> None:
    _tamper("UPDATE cases SET due_at = received_at")
    result = run("case", "replay", case.code, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["divergence"]["what"].endswith("due_at")


def test_an_unknown_case_is_said_in_one_sentence(case: Case) -> None:
    for verb in ("show", "verify", "replay"):
        result = run("case", verb, "H00-000000-0000")
        assert (result.exit_code, result.stderr) == (1, "There is no case H00-000000-0000.\n")


def test_naming_neither_a_case_nor_all_is_wrong_usage(case: Case) -> None:
    assert run("case", "verify").exit_code == 2
    assert run("case", "verify", case.code, "--all").exit_code == 2
