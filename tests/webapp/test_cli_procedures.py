"""Checking procedures from the terminal: whatever lies there gives findings and an exit code, never a traceback."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.procedures import pack
from engine.services import inspection
from tests import office
from tests.webapp.cli_running import facts, run


def _check(*paths: str) -> tuple[int, dict[str, Any]]:
    result = run("procedure", "check", *paths, "--json")
    found: dict[str, Any] = json.loads(result.stdout)
    assert set(found) == {"ok", "files", "problems"}
    assert found["ok"] is (result.exit_code == 0)
    return result.exit_code, found


@pytest.mark.parametrize("slug", ["driving-licence-renewal", "certified-copy"])
def test_the_shipped_procedures_pass(slug: str) -> None:
    found = facts("procedure", "check", slug)
    assert found["problems"] == []
    assert f"{slug}/process.bpmn" in found["files"]


def test_a_lone_diagram_warns_of_its_missing_forms_and_passes(tmp_path: Path) -> None:
    place = tmp_path / "lone.bpmn"
    place.write_bytes(office.two_tasks().files["process.bpmn"])
    code, found = _check(str(place))
    assert (code, found["files"]) == (0, [str(place)])
    assert {(one["severity"], one["code"]) for one in found["problems"]} == {("warning", "form-missing")}
    assert {one["element"] for one in found["problems"]} == {"receive", "verify"}


@pytest.mark.parametrize("content", [
    b"", b"no xml", b"<", b"\x00\xff\xfe", b"<a/>", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    office.diagram("x", "<bpmn:startEvent id='s'/><bpmn:scriptTask id='t'/>" + office.flows(("s", "t"))),
    office.diagram("x", "<bpmn:startEvent id='s'/><bpmn:userTask id='t'/><bpmn:endEvent id='e'/>"),
    office.diagram("x", "<bpmn:startEvent id='s'/><bpmn:userTask id='t-u'/><bpmn:endEvent id='e'/>"
                   + office.flows(("s", "t-u"), ("t-u", "e", "__import__('os')"))),
])
def test_a_bad_diagram_is_refused_naming_file_message_and_remedy(tmp_path: Path, content: bytes) -> None:
    place = tmp_path / "bad.bpmn"
    place.write_bytes(content)
    code, found = _check(str(place))
    assert code == 1
    errors = [one for one in found["problems"] if one["severity"] == "error"]
    assert errors
    assert all(one["file"] == str(place) and one["message"] and one["remedy"] and one["code"] for one in errors)


@given(st.binary(max_size=400))
def test_any_bytes_give_findings(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        place = Path(folder) / "any.bpmn"
        place.write_bytes(content)
        assert not inspection.inspect([str(place)]).holds


def test_several_paths_and_a_folder_of_diagrams_are_checked_in_one_run(tmp_path: Path) -> None:
    for name in ("a.bpmn", "deep/b.bpmn"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(office.two_tasks().files["process.bpmn"])
    (tmp_path / "deep" / "bad.bpmn").write_text("<a/>", encoding="utf-8")
    code, found = _check(str(tmp_path), "certified-copy")
    assert code == 1
    assert {Path(file).name for file in found["files"] if file.startswith(str(tmp_path))} == {
        "a.bpmn", "b.bpmn", "bad.bpmn"}
    assert {one["file"] for one in found["problems"] if one["severity"] == "error"} == {
        str(tmp_path / "deep" / "bad.bpmn")}


@pytest.mark.parametrize("name", ["nothing-here", "/", "../..", "a\nb", "x" * 5000, "."])
def test_a_name_without_a_procedure_behind_it_is_a_finding(name: str, tmp_path: Path,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    empty = tmp_path / "of" / "an" / "empty"
    empty.mkdir(parents=True)
    monkeypatch.chdir(empty)
    code, found = _check(name if name != "/" else str(empty))
    assert (code, [one["severity"] for one in found["problems"]][:1]) == (1, ["error"])


def test_a_pack_can_be_a_zip_or_its_unpacked_folder(tmp_path: Path) -> None:
    place = tmp_path / "two.zip"
    place.write_bytes(pack.to_zip(office.two_tasks()))
    with zipfile.ZipFile(place) as archive:
        archive.extractall(tmp_path / "two")
    zipped, unpacked = (_check(str(path))[1] for path in (place, tmp_path / "two"))
    assert zipped["ok"]
    assert unpacked["ok"]
    assert [Path(file).name for file in zipped["files"]] == [Path(file).name for file in unpacked["files"]]


def test_a_zip_cut_short_is_a_finding(tmp_path: Path) -> None:
    place = tmp_path / "cut.zip"
    place.write_bytes(pack.to_zip(office.two_tasks())[:200])
    assert _check(str(place))[0] == 1


def test_the_findings_are_spoken_in_the_language_asked_for(tmp_path: Path) -> None:
    place = tmp_path / "bad.bpmn"
    place.write_text("<a/>", encoding="utf-8")
    assert run("procedure", "check", str(place)).stdout.startswith("ERROR ")
    assert run("procedure", "check", str(place), "--lang", "vi").stdout.startswith("LỖI ")


def test_packing_writes_the_same_bytes_each_time(tmp_path: Path) -> None:
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    hashes = {facts("procedure", "pack", "driving-licence-renewal", "--out", str(place))["hash"]
              for place in (first, second)}
    assert len(hashes) == 1
    assert first.read_bytes() == second.read_bytes()


def test_packing_an_unknown_procedure_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("procedure", "pack", "nothing").exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_more_in_it_than_anyone_draws_is_not_walked_to_its_end(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "_MOST_LOOKED_AT", 35)
    for number in range(30):
        (tmp_path / f"{number:02}").mkdir()
        (tmp_path / f"{number:02}" / "a.bpmn").write_text("<a/>", encoding="utf-8")
    found = inspection.inspect([str(tmp_path)])
    assert 1 <= len(found.files) < 30
    assert not found.holds
