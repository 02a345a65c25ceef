"""Publishing from the terminal says of every finding in which pack it is, and with `--json` says it in JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.domain.errors import InvalidProcedure
from engine.domain.people import Actor
from engine.procedures import pack
from engine.procedures.pack import Pack
from engine.services import procedures
from tests import office
from tests.webapp.cli_running import run

House = dict[str, Actor]


@pytest.fixture(autouse=True)
def at_this_database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_DATABASE_URL", database_url)


UNHELD = {"process.bpmn": office.two_tasks().files["process.bpmn"].replace(b"processing-officer", b"stargazer")}
TIMED = {"process.bpmn": office.two_tasks().files["process.bpmn"].replace(b"</bpmn:process>", (
    b'<bpmn:startEvent id="monthly"><bpmn:timerEventDefinition><bpmn:timeDate>application.day</bpmn:timeDate>'
    b'</bpmn:timerEventDefinition></bpmn:startEvent><bpmn:sequenceFlow id="f8" sourceRef="monthly" '
    b'targetRef="receive"/></bpmn:process>'))}


def written(place: Path, changes: dict[str, bytes]) -> str:
    place.write_bytes(pack.to_zip(Pack({**office.two_tasks().files, **changes})))
    return str(place)


def published(*arguments: str) -> tuple[int, Any]:
    result = run("procedure", "publish", *arguments, "--json")
    return result.exit_code, json.loads(result.stdout)


def test_a_warning_of_publishing_names_the_pack_it_is_about(house: House, tmp_path: Path) -> None:
    name = written(tmp_path / "two.zip", UNHELD)
    code, [told] = published(name)
    assert code == 0
    assert [(one["code"], one["file"]) for one in told["warnings"] if one["code"] == "role-without-holder"] == [
        ("role-without-holder", f"{name}/process.bpmn")]
    spoken = run("procedure", "publish", name)
    assert f"{name}/process.bpmn: verify" in spoken.stderr


def test_a_refusal_to_publish_is_json_too_and_names_pack_and_element(house: House, tmp_path: Path) -> None:
    good, bad = written(tmp_path / "good.zip", UNHELD), written(tmp_path / "bad.zip", TIMED)
    code, told = published(good, bad)
    assert (code, told["ok"]) == (1, False)
    assert [(one["code"], one["file"], one["element"]) for one in told["problems"] if one["severity"] == "error"] == [
        ("start-time", f"{bad}/process.bpmn", "monthly")]


def test_a_start_that_reads_a_case_is_refused_whoever_publishes(house: House) -> None:
    with pytest.raises(InvalidProcedure) as refused:
        procedures.publish(Pack({**office.two_tasks().files, **TIMED}), office.at("2026-03-09T09:00"))
    assert "start-time" in {problem.code for problem in refused.value.problems}
