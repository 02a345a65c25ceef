"""Drawing procedures from the terminal: a file that looks right by itself, or a refusal that says what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from engine.procedures import pack
from tests import office
from tests.procedures import diagrams
from tests.webapp.cli_running import facts, run

SVG = "{http://www.w3.org/2000/svg}"
NO_PLACES = re.compile(rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", re.DOTALL)


def _titles(place: Path) -> list[str]:
    root = etree.fromstring(place.read_bytes())
    assert root.find(f"{SVG}style") is not None
    return [title.text for title in root.iter(f"{SVG}title")]


@pytest.mark.parametrize("slug", ["driving-licence-renewal", "certified-copy"])
def test_an_installed_procedure_is_drawn_and_the_command_says_where(slug: str, tmp_path: Path) -> None:
    place = tmp_path / "out.svg"
    result = run("procedure", "picture", slug, "--out", str(place))
    assert (result.exit_code, result.stdout) == (0, f"Wrote {place}.\n")
    assert "Trả kết quả" in _titles(place)


def test_a_lone_file_without_places_is_laid_out_first_and_stays_as_it_is(tmp_path: Path) -> None:
    source = NO_PLACES.sub(b"", pack.gather("certified-copy").files["process.bpmn"])
    lone, place = tmp_path / "lone.bpmn", tmp_path / "out.svg"
    lone.write_bytes(source)
    found = facts("procedure", "picture", str(lone), "--out", str(place))
    assert found == {"procedure": str(lone), "source": "lone.bpmn", "file": str(place), "laid_out": True}
    assert "Đóng dấu, vào sổ" in _titles(place)
    assert lone.read_bytes() == source


def test_a_pack_as_zip_and_as_folder_give_the_same_picture(tmp_path: Path) -> None:
    content = pack.gather("certified-copy")
    (tmp_path / "copy.zip").write_bytes(pack.to_zip(content))
    for name, data in content.files.items():
        path = tmp_path / "copy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    drawn = []
    for source in ("copy.zip", "copy"):
        place = tmp_path / f"{source}.svg"
        facts("procedure", "picture", str(tmp_path / source), "--out", str(place))
        drawn.append(place.read_bytes())
    assert drawn[0] == drawn[1]


def test_a_published_procedure_that_is_not_installed_is_drawn_from_the_database(tmp_path: Path) -> None:
    own, place = tmp_path / "own.zip", tmp_path / "out.svg"
    own.write_bytes(pack.to_zip(office.two_tasks()))
    environment = {"MOTCUA_DATABASE_URL": f"sqlite:///{tmp_path / 'house.db'}"}
    assert run("db", "upgrade", **environment).exit_code == 0
    published = facts("procedure", "publish", str(own), **environment)[0]["procedure"]
    found = facts("procedure", "picture", published, "--out", str(place), **environment)
    assert found["source"] == "process.bpmn"
    assert len(_titles(place)) > 4


def test_a_drawing_that_does_not_run_is_drawn_all_the_same(tmp_path: Path) -> None:
    drawing, place = tmp_path / "drawing.bpmn", tmp_path / "out.svg"
    drawing.write_bytes(diagrams.file('<bpmn:process id="p">' + diagrams.node("complexGateway", "g", "Chọn")
                                      + diagrams.node("adHocSubProcess", "a", "Tùy ý") + "</bpmn:process>"))
    assert run("procedure", "check", str(drawing)).exit_code == 1
    assert run("procedure", "picture", str(drawing), "--out", str(place)).exit_code == 0
    assert {"Chọn", "Tùy ý"} <= set(_titles(place))


@pytest.mark.parametrize(("content", "code"), [
    (b"", "not-xml"), (b"no xml", "not-xml"), (b"\xff\xfe<", "not-utf8"), (b"<a/>", "not-bpmn"),
    (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "doctype"), (b"<a>" + b" " * 2_100_000 + b"</a>", "too-large"),
    (b"<a>" * 220 + b"</a>" * 220, "too-deep"), (diagrams.file(""), "nothing-to-draw"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_a_file_that_is_no_safe_diagram_is_refused_with_its_finding(content: bytes, code: str, tmp_path: Path) -> None:
    hostile, place = tmp_path / "hostile.bpmn", tmp_path / "out.svg"
    hostile.write_bytes(content)
    result = run("procedure", "picture", str(hostile), "--out", str(place))
    assert result.exit_code == 1
    assert f"[{code}]" in result.stderr
    assert "hostile.bpmn" in result.stderr
    assert not place.exists()


@pytest.mark.parametrize("name", ["no-such-procedure", "no/such/file.bpmn", "\u202e.bpmn", "a\x00b"])
def test_nothing_of_that_name_is_said_in_a_sentence(name: str, tmp_path: Path) -> None:
    environment = {"MOTCUA_DATABASE_URL": f"sqlite:///{tmp_path / 'none.db'}"}
    result = run("procedure", "picture", name, "--out", str(tmp_path / "out.svg"), **environment)
    assert result.exit_code == 1
    assert "There is no" in result.stderr


def test_a_place_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    result = run("procedure", "picture", "certified-copy", "--out", str(tmp_path / "no" / "folder.svg"))
    assert result.exit_code == 1
    assert "there is no such file" in result.stderr


def test_the_command_speaks_vietnamese(tmp_path: Path) -> None:
    place = tmp_path / "out.svg"
    result = run("procedure", "picture", "certified-copy", "--out", str(place), "--lang", "vi")
    assert result.stdout == f"Đã ghi {place}.\n"
    assert "Cổng rẽ một nhánh" in _titles(place)
