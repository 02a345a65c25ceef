"""`motcua calendar`: what there is, a file taken in with what it moves, and a closure."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from engine import clock
from engine.domain.case import Case
from engine.domain.people import Actor
from engine.queries import case_pages
from engine.services import cases, tasks
from tests import office
from tests.webapp.cli_running import facts, run


@pytest.fixture(autouse=True)
def at_this_database(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOTCUA_DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def case(house: dict[str, Actor], now: datetime) -> Case:
    filed = cases.file("two-tasks", office.APPLICANT, house["binh"], now)
    assert filed is not None
    accepted = tasks.complete(filed.open_tasks()[0].id, {"outcome": "accepted"}, house["binh"], now)
    assert accepted is not None
    return accepted


def due(case: Case, house: dict[str, Actor]) -> datetime | None:
    return case_pages.read(case.code, house["khoa"], clock.now()).case.due_at


def table(folder: Path) -> str:
    """A table of 2026 in which 11 March is off, beside the days that were off before."""
    off = "".join(f'[[day]]\ndate = {day}\nreason = "nghỉ lễ"\n' for day in office.OFF_2026)
    place = folder / "2026.toml"
    place.write_text('calendar = "vn"\nyear = 2026\nsource = "Công điện 12"\nreason = "bão số 3"\n'
                     f'{off}[[day]]\ndate = 2026-03-11\nreason = "bão"\n', encoding="utf-8")
    return str(place)


def test_the_calendars_are_listed_and_shown(case: Case) -> None:
    [one] = facts("calendar", "list")["calendars"]
    assert (one["id"], one["version"], "division" in one["units"]) == ("vn", 1, True)
    year = facts("calendar", "show", "vn", "--year", "2026")
    assert len(year["days"]) == len(office.OFF_2026)
    assert sum(year["working_days"]) == 261 - len(office.OFF_2026)
    assert "vn@1" in run("calendar", "list").output
    assert "2026-02-16  off" in run("calendar", "show", "vn", "--year", "2026").output
    refused = run("calendar", "show", "nowhere")
    assert (refused.exit_code, refused.stderr) == (1, "There is no calendar “nowhere”.\n")


def test_a_file_is_shown_first_and_then_taken_in_with_the_cases_that_follow(
        case: Case, house: dict[str, Actor], tmp_path: Path) -> None:
    file = table(tmp_path)
    seen = run("calendar", "import", file, "--dry-run")
    assert f"{case.code}  due 11/03/2026 17:00 → 12/03/2026 17:00, the printed 11/03/2026 17:00 stays" in seen.output
    assert due(case, house) == office.at("2026-03-11T17:00")
    taken = facts("calendar", "import", file)
    assert (taken["versions"], taken["touched"], taken["moved"]) == (["vn@2"], 1, 1)
    assert due(case, house) == office.at("2026-03-12T17:00")
    assert facts("calendar", "import", file)["versions"] == []
    assert run("case", "verify", case.code).exit_code == 0
    assert run("case", "replay", case.code).exit_code == 0


def test_a_bad_file_is_refused_in_one_sentence_and_nothing_is_stored(case: Case, tmp_path: Path) -> None:
    place = tmp_path / "bad.ics"
    for content, said in ((b"no calendar", "not iCalendar"), (
            b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260311\r\nSUMMARY:Lu\r\nEND:VEVENT\r\n"
            b"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260311\r\nSUMMARY:Bao\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            "Line 6")):
        place.write_bytes(content)
        refused = run("calendar", "import", str(place))
        assert refused.exit_code == 1
        assert said in refused.stderr
    assert facts("calendar", "list")["calendars"][0]["version"] == 1


def test_a_closure_moves_the_cases_of_a_unit(case: Case, house: dict[str, Actor]) -> None:
    seen = facts("calendar", "close", "division", "2026-03-11", "--reason", "lũ", "--dry-run")
    assert (seen["touched"], seen["moved"]) == (1, 1)
    assert "1 cases followed, 1 due times moved." in run(
        "calendar", "close", "division", "2026-03-11", "--reason", "lũ").output
    assert due(case, house) == office.at("2026-03-12T17:00")
    half = facts("calendar", "close", "province", "2026-03-12", "--hours", "07:30-11:30", "--reason", "mất điện")
    assert half["moved"] == 1
    assert due(case, house) == office.at("2026-03-12T11:30")
    assert run("calendar", "close", "nowhere", "2026-03-11", "--reason", "lũ").exit_code == 1
    assert run("calendar", "close", "division", "11/03", "--reason", "lũ").exit_code == 2


def test_a_case_explains_its_own_due_time_with_the_date_that_was_printed(case: Case) -> None:
    [before] = facts("clock", "explain", "--case", case.code)
    assert (before["due"], before["promised"]) == ("2026-03-11T17:00",) * 2
    run("calendar", "close", "division", "2026-03-11", "--reason", "lũ trên sông")
    [after] = facts("clock", "explain", "--case", case.code)
    assert (after["due"], after["promised"]) == ("2026-03-12T17:00", "2026-03-11T17:00")
    assert any("lũ trên sông" in line["reason"] for line in after["lines"])
    assert "The printed date stays: 11/03/2026 17:00" in run("clock", "explain", "--case", case.code).output
    assert run("clock", "explain", "--case", "H00-1").exit_code == 1
    assert run("clock", "explain", "--case", case.code, "--unit", "division").exit_code == 2
