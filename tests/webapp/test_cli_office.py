"""Setting up an office from the terminal, on both databases: organisation, accounts, tokens, procedures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.domain.people import Actor
from engine.procedures import pack
from engine.services import accounts
from tests import office
from tests.webapp.cli_running import facts, run


@pytest.fixture(autouse=True)
def at_this_database(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOTCUA_DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def plan(tmp_path: Path) -> str:
    place = tmp_path / "office.toml"
    place.write_text(office.UNITS, encoding="utf-8")
    return str(place)


def test_upgrading_a_prepared_database_changes_no_schema_and_brings_the_calendar_once() -> None:
    first = facts("db", "upgrade")
    assert first["before"] == first["after"]
    assert first["changed"] is False
    assert facts("db", "upgrade") == first


def test_an_organisation_file_is_applied_once_and_then_changes_nothing(plan: str) -> None:
    assert "unit province" in facts("org", "apply", plan)["added"]
    again = facts("org", "apply", plan)
    assert (again["added"], again["changed"]) == ([], [])
    assert again["unchanged"] > 10


def test_a_dry_run_shows_what_would_change_and_stores_nothing(plan: str) -> None:
    seen = facts("org", "apply", plan, "--dry-run")
    assert seen["dry_run"] is True
    assert facts("org", "apply", plan)["added"] == seen["added"]


def test_a_broken_organisation_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("[[unit]\nid = ", encoding="utf-8")
    result = run("org", "apply", "broken.toml")
    assert result.exit_code == 1
    assert result.stderr.startswith("The organisation file cannot be read")
    assert len(result.stderr.strip().splitlines()) == 1


def test_an_account_is_created_with_roles_and_a_password_from_the_standard_input(plan: str, now: object) -> None:
    run("org", "apply", plan)
    made = run("account", "create", "moi", "--unit", "division", "--roles", "clerk, cashier", "--name", "Lê Văn Mới",
               "--password-stdin", given="a long password\n")
    assert made.exit_code == 0, made.output
    person = accounts.sign_in("moi", "a long password", "test", office.at("2027-01-04T09:00"))
    assert person is not None
    assert person.holds("clerk", "division")
    assert person.holds("cashier", "division")


def test_the_same_account_twice_and_an_unknown_unit_are_refused(plan: str) -> None:
    run("org", "apply", plan)
    assert run("account", "create", "moi", "--unit", "division", "--roles", "clerk").exit_code == 0
    assert "exists already" in run("account", "create", "moi", "--unit", "division", "--roles", "clerk").stderr
    assert "no unit nowhere" in run("account", "create", "moi2", "--unit", "nowhere", "--roles", "clerk").stderr


def test_a_password_can_be_changed_and_a_short_one_is_refused(plan: str) -> None:
    run("org", "apply", plan)
    short = run("account", "password", "binh", "--password-stdin", given="short\n")
    assert (short.exit_code, "at least 8" in short.stderr) == (1, True)
    assert run("account", "password", "binh", "--password-stdin", given="long enough\n").exit_code == 0
    assert accounts.sign_in("binh", "long enough", "test", office.at("2027-01-04T09:00")) is not None


def test_a_token_acts_for_its_account(plan: str) -> None:
    run("org", "apply", plan)
    made = facts("token", "create", "--account", "binh", "--label", "counter program")
    assert made["label"] == "counter program"
    actor = accounts.actor_by_token(made["token"], office.at("2027-01-04T09:00"))
    assert actor is not None
    assert actor.account == "binh"


def test_publishing_gives_a_version_with_its_hash_and_the_same_pack_again_is_not_new() -> None:
    first, second = (facts("procedure", "publish", "certified-copy")[0] for _ in range(2))
    assert (first["procedure"], first["version"], first["new"]) == ("certified-copy", 1, True)
    assert (second["version"], second["new"], second["hash"]) == (1, False, first["hash"])
    listed = facts("procedure", "list")
    assert [(one["procedure"], one["version"], one["hash"]) for one in listed] == [("certified-copy", 1, first["hash"])]


def test_a_pack_as_zip_publishes_as_the_very_same_version(tmp_path: Path) -> None:
    packed = facts("procedure", "pack", "certified-copy", "--out", str(tmp_path / "copy.zip"))
    published = facts("procedure", "publish", "certified-copy", str(tmp_path / "copy.zip"))
    assert {one["hash"] for one in published} == {packed["hash"]}


def test_publishing_a_role_nobody_holds_is_a_warning(plan: str) -> None:
    run("org", "apply", plan)
    warned = facts("procedure", "publish", "certified-copy")[0]["warnings"]
    assert {"role-without-holder"} == {one["code"] for one in warned}


def test_when_one_of_several_procedures_has_an_error_nothing_is_published(tmp_path: Path) -> None:
    (tmp_path / "bad.bpmn").write_text("<nothing/>", encoding="utf-8")
    assert run("procedure", "publish", "certified-copy", "bad.bpmn").exit_code == 1
    assert facts("procedure", "list") == []


def test_work_that_is_due_is_done_once_from_the_terminal(house: dict[str, Actor]) -> None:
    assert facts("worker", "--once") == {"jobs": 0}




@pytest.mark.parametrize("content", ["x = " + "[" * 3000, "x = " + "9" * 5000, "\x00"])
def test_an_organisation_file_made_to_break_a_reader_is_refused_in_one_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "odd.toml").write_text(content, encoding="utf-8")
    result = run("org", "apply", "odd.toml")
    assert result.exit_code == 1
    assert result.stderr.startswith("The organisation file cannot be read")


def test_a_lone_diagram_is_no_pack_and_nothing_beside_it_is_published(plan: str, tmp_path: Path) -> None:
    facts("db", "upgrade")
    facts("org", "apply", plan)
    before = facts("procedure", "list")
    (tmp_path / "alone.bpmn").write_bytes(office.two_tasks().files["process.bpmn"])
    (tmp_path / "two.zip").write_bytes(pack.to_zip(office.two_tasks()))
    assert run("procedure", "check", "alone.bpmn").exit_code == 0
    result = run("procedure", "publish", "two.zip", "alone.bpmn", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["ok"] is False
    assert facts("procedure", "list") == before
