"""Due times from the terminal: by procedure, and for a file of questions with known answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import office
from tests.webapp.cli_running import facts, run

CASES = Path(__file__).parents[1] / "domain" / "clock_cases.json"
RENEWAL = ("clock", "explain", "--procedure", "driving-licence-renewal")


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a database."""
    monkeypatch.delenv("MOTCUA_DATABASE_URL", raising=False)
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_worked_cases_give_their_known_answers(nowhere: Path) -> None:
    asked = [case for case in json.loads(CASES.read_text(encoding="utf-8")) if "calendar" not in case]
    (nowhere / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    found = facts("clock", "explain", "--input", "asked.json")
    expected = [(case["id"], case.get("expected_start"), case.get("expected_due")) for case in asked]
    assert [(one["id"], one["start"], one["due"]) for one in found] == expected
    assert not (nowhere / "var").exists()


def test_without_a_database_the_shipped_procedure_and_the_ordinary_calendar_answer(nowhere: Path) -> None:
    [found] = facts(*RENEWAL, "--received", "2026-02-13T15:01")
    assert (found["start"], found["due"]) == ("2026-02-23T07:30", "2026-03-02T17:00")
    assert "remaining" not in found
    counted = [line for line in found["lines"] if line["counted"]]
    assert [line["date"] for line in counted] == ["2026-02-24", "2026-02-25", "2026-02-26", "2026-02-27", "2026-03-02"]
    assert {"date", "minutes", "counted", "reason"} == set(counted[0])
    assert not (nowhere / "var").exists()


def test_kind_outcome_and_suspension_change_the_answer(nowhere: Path) -> None:
    monday = (*RENEWAL, "--received", "2026-03-09T09:00")
    assert facts(*monday)[0]["due"] == "2026-03-16T17:00"
    assert facts(*monday, "--kind", "service_norm")[0]["due"] == "2026-03-13T17:00"
    assert facts(*monday, "--outcome", "refused")[0]["due"] == "2026-03-12T17:00"
    assert facts(*monday, "--suspend", "2026-03-10T08:30/2026-03-10T10:30")[0]["due"] == "2026-03-17T09:30"
    restarted = facts(*monday, "--suspend", "2026-03-10T08:30/2026-03-11T10:30/restart")[0]
    assert restarted["due"] == "2026-03-18T17:00"


def test_while_the_clock_stands_there_is_no_due_time_but_what_is_left(nowhere: Path) -> None:
    [found] = facts(*RENEWAL, "--received", "2026-03-09T09:00", "--suspend", "2026-03-10T09:30/")
    assert found["due"] is None
    assert found["remaining"] == 5 * 480 - 120


@pytest.mark.parametrize("arguments", [
    ("--received", "2026-03-09"), ("--received", "yesterday"), ("--received", "2026-03-09T09:00+07:00"),
    ("--received", "2026-03-09T09:00", "--suspend", "2026-03-10T08:30"),
    ("--received", "2026-03-09T09:00", "--kind", "task"), (), ("--received", "2026-03-09T09:00", "--input", "x")])
def test_a_malformed_option_is_wrong_usage(nowhere: Path, arguments: tuple[str, ...]) -> None:
    assert run(*RENEWAL, *arguments).exit_code == 2


@pytest.mark.parametrize("arguments", [
    ("--suspend", "2026-03-10T08:30/2026-03-09T10:30"), ("--suspend", "2026-03-10T08:30/", "--suspend",
     "2026-03-11T08:30/"), ("--outcome", "lost"), ("--unit", "phu-an")])
def test_what_the_clock_refuses_is_one_sentence_and_exit_1(nowhere: Path, arguments: tuple[str, ...]) -> None:
    result = run(*RENEWAL, "--received", "2026-03-09T09:00", *arguments)
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert result.stdout == ""


@pytest.mark.parametrize("content", ["{", "7", '[{"period": "x"}]', '[{"period": "2 working days"}]', "\udcff"])
def test_a_file_that_holds_no_questions_is_refused(nowhere: Path, content: str) -> None:
    (nowhere / "bad.json").write_text(content, encoding="utf-8", errors="surrogateescape")
    result = run("clock", "explain", "--input", "bad.json")
    assert (result.exit_code, len(result.stderr.strip().splitlines())) == (1, 1)


def test_an_unknown_procedure_and_a_missing_file_are_said(nowhere: Path) -> None:
    result = run("clock", "explain", "--procedure", "nothing", "--received", "2026-03-09T09:00")
    assert (result.exit_code, "nothing" in result.stderr) == (1, True)
    missing = run("clock", "explain", "--input", "none.json")
    assert (missing.exit_code, missing.stderr) == (1, "none.json: there is no such file.\n")


def test_a_unit_answers_with_its_own_calendar_and_version(database_url: str, tmp_path: Path,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)
    office.open_house(office.at("2026-03-02T08:00"))
    [found] = facts("clock", "explain", "--procedure", "two-tasks", "--received", "2026-03-09T09:00", "--unit",
                    "commune-a")
    assert found["due"] == "2026-03-11T17:00"
    assert run("clock", "explain", "--procedure", "two-tasks", "--received", "2026-03-09T09:00", "--unit",
               "nowhere").exit_code == 1


def test_the_table_for_people_shows_every_counted_day(nowhere: Path) -> None:
    shown = run(*RENEWAL, "--received", "2026-03-09T09:00", "--lang", "vi").stdout
    assert "hẹn trả 16/03/2026 17:00" in shown
    assert shown.count("  480  +  ") == 5


@pytest.mark.parametrize("content", ["[" * 100_000, "{", "9" * 5000, '{"a": NaN}', "[[]]", ""])
def test_a_file_of_questions_made_to_break_a_reader_is_refused_in_one_sentence(nowhere: Path, content: str) -> None:
    (nowhere / "odd.json").write_text(content, encoding="utf-8")
    result = run("clock", "explain", "--input", "odd.json")
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1
