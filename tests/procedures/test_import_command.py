"""`motcua procedure import`: what a designer types and sees."""

import json

import pytest
from click.testing import CliRunner

from engine.procedures import pack, procedure
from tests.procedures.importing import DIALECTS, SAMPLES, paths, written
from webapp.cli import motcua


def _imported(*words):
    return CliRunner().invoke(motcua, ["procedure", "import", *map(str, words)], catch_exceptions=False)


def test_an_import_writes_drafts_that_are_packs(tmp_path):
    result = _imported(*paths("camunda8"), "--out", tmp_path / "out", "--owner", "department", "--lang", "en")
    assert result.exit_code == 0
    assert "dang-ky-kinh-doanh ←" in result.stdout
    assert "! gui_thue: There is no service handler" in result.stdout
    loaded = procedure.load(pack.open_pack(tmp_path / "out" / "dang-ky-kinh-doanh"))
    assert loaded.manifest.owner == "department"
    assert (tmp_path / "out" / "cap-giay" / "process.bpmn").is_file()
    assert not (tmp_path / "out" / "report.json").exists()


def test_the_report_is_printed_and_written(tmp_path):
    result = _imported(*paths("camunda7"), "--out", tmp_path, "--report", "--lang", "vi")
    assert result.exit_code == 0
    assert "  userTask Activity_0tnhs01 → tiep_nhan_ho_so «Tiếp nhận hồ sơ»" in result.stdout
    assert "    → dueDate: ${now() + duration('PT4H')} → 4 hours" in result.stdout
    assert "    – candidateUsers: an,binh (Người cụ thể nằm ở tệp tổ chức" in result.stdout
    written_down = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    draft = written_down["drafts"][0]
    assert draft["dialect"] == "camunda-7"
    receive = next(one for one in draft["elements"] if one["element"] == "Activity_0tnhs01")
    assert {"what": "dueDate", "before": "${now() + duration('PT4H')}", "after": "4 hours"} in receive["translated"]
    assert {"owner", "form", "role", "handler"} == {one["what"] for one in draft["missing"]}


def test_json_says_the_same_to_another_program(tmp_path):
    result = _imported(*paths("flowable"), "--out", tmp_path, "--json")
    facts = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [draft["slug"] for draft in facts["drafts"]] == ["nghi-phep"]
    assert facts["refused"] == []


def test_a_refused_file_is_said_and_the_others_are_written(tmp_path):
    bad = written(tmp_path, '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>')
    result = _imported(bad, tmp_path / "none.bpmn", *paths("spiff"), "--out", tmp_path / "out", "--lang", "en")
    assert result.exit_code == 1
    assert "[doctype]" in result.stdout
    assert "[not-found]" in result.stdout
    assert "Traceback" not in result.output
    assert (tmp_path / "out" / "phan-anh-7h8i" / "process.bpmn").is_file()


def test_a_draft_is_not_written_over(tmp_path):
    _imported(*paths("plain"), "--out", tmp_path)
    (tmp_path / "wfp-6" / "process.bpmn").write_text("của tôi")
    result = _imported(*paths("plain"), "--out", tmp_path, "--json")
    assert result.exit_code == 1
    assert [problem["code"] for problem in json.loads(result.stdout)["refused"]] == ["draft-exists"]
    assert (tmp_path / "wfp-6" / "process.bpmn").read_text() == "của tôi"


def test_a_folder_stands_for_its_diagrams_and_progress_is_shown(tmp_path):
    content = (DIALECTS / "camunda8" / "cap-giay.bpmn").read_text(encoding="utf-8")
    for number in range(12):
        written(tmp_path / "in", content, f"{number}.bpmn")
    result = _imported(tmp_path / "in", "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert "10/12" in result.stderr
    assert len(list((tmp_path / "out").iterdir())) == 12


@pytest.mark.parametrize("name", ["", "\x00", "a" * 5000, "--", "x.dmn"])
def test_any_name_gives_a_sentence(name, tmp_path):
    result = CliRunner().invoke(motcua, ["procedure", "import", "--out", str(tmp_path), "--", name])
    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_tables_and_forms_alone_are_no_diagram():
    table = str(DIALECTS / "camunda7" / "le-phi.dmn")
    result = _imported(table, "--json")
    assert [problem["code"] for problem in json.loads(result.stdout)["refused"]] == ["no-diagram"]


def test_every_sample_has_a_diagram():
    assert all((DIALECTS / dialect / name).is_file() for dialect, names in SAMPLES.items() for name in names)
