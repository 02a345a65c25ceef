"""Drafts of what was drawn for other engines: what the report says of every element, and what stays of the file."""

import difflib
import re
import tomllib
from pathlib import Path

import pytest
from lxml import etree

from engine.procedures import layout
from engine.procedures.importing.dialect import BPMN
from engine.procedures.pack import SLUG
from tests.effort import at_most
from tests.procedures.importing import DIALECTS, SAMPLES, drafts, lines, paths, sample, written

_ADDED = re.compile(r"<(/?)(\w+:)?(extensionElements|script|motcua:\w+|BPMN\w+|dc:|di:|bpmndi:)")


@pytest.mark.parametrize("dialect", sorted(SAMPLES))
def test_the_report_of_a_sample_is_right_element_by_element(dialect):
    expected = (DIALECTS / dialect / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert lines(drafts(*paths(dialect))) == expected


@pytest.mark.parametrize("dialect", sorted(SAMPLES))
def test_every_element_and_every_foreign_part_of_a_sample_is_in_its_report(dialect):
    for path, draft in zip(paths(dialect), drafts(*paths(dialect)), strict=True):
        root = etree.parse(path).getroot()
        reported = {element.id: " ".join(f"{entry.what} {entry.before}" for entry in element.entries)
                    for element in draft.elements}
        nodes = [one for one in root.iter() if isinstance(one.tag, str)
                 and etree.QName(one).namespace == BPMN and etree.QName(one).localname.endswith(
            ("Task", "task", "Event", "Gateway", "Activity", "Process"))]
        assert {one.get("id") for one in nodes} <= reported.keys()
        for one in root.iter():
            for name, value in one.attrib.items():
                owner = next((up for up in (one, *one.iterancestors()) if up.get("id")), None)
                if "camunda.org/schema/1.0" in name or "operaton" in name or "flowable.org/bpmn" in name:
                    known = ("initiator", "Binding", "elementVariable", "mapDecisionResult")
                    word = value.split(",")[0].strip("${}")[:20]
                    assert name.endswith(known) or "external" in value or "dmn" in value \
                        or word in reported[owner.get("id")] or word in str(draft.elements), (name, value)


@pytest.mark.parametrize("dialect", sorted(SAMPLES))
def test_everything_foreign_stays_byte_for_byte(dialect):
    """What differs between file and draft is ids, references, translated texts, and what was added."""
    for path, draft in zip(paths(dialect), drafts(*paths(dialect)), strict=True):
        before, after = Path(path).read_text(encoding="utf-8"), draft.files["process.bpmn"].decode()
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
        for kind, first, last, begin, end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            lost, won = "".join(old[first:last]), "".join(new[begin:end])
            assert kind != "delete" or "conditionExpression" in lost
            if kind == "insert":
                assert _ADDED.sub("", won) != won
            for foreign in re.findall(r"(?:camunda|operaton|flowable|zeebe|spiffworkflow):\w+=\"[^\"]*\"", lost):
                assert foreign in won
            assert re.findall("<!--.*?-->", lost) == re.findall("<!--.*?-->", won)
        for tag in re.findall(r"<(?:camunda|operaton|flowable|zeebe|spiffworkflow|design|trisobpmn):[^>]*>", before):
            assert tag in after


def test_a_drawing_without_anything_foreign_keeps_every_byte_but_its_layout():
    draft = sample("plain")
    again = etree.fromstring(draft.files["process.bpmn"])
    assert again.find("{*}process").get("isExecutable") == "true"
    assert layout.has_layout(draft.files["process.bpmn"])
    assert b"<!-- b\xe1\xba\xa3n v\xe1\xba\xbd \xc4\x91\xe1\xbb\x83 h\xe1\xbb\x8dp, kh\xc3\xb4ng ch\xe1\xba\xa1y -->" \
        in draft.files["process.bpmn"]


def test_a_diagram_that_is_drawn_keeps_its_drawing(tmp_path):
    """Colours and places of shapes are the author's; only the id that a shape stands for changes."""
    drawn = sample("camunda7").files["process.bpmn"].decode()
    place = 'bpmnElement="tiep_nhan_ho_so"'
    coloured = drawn.replace(place, f'{place} bioc:stroke="#0d4372" color:background-color="#bbdefb"').replace(
        '"tiep_nhan_ho_so"', '"Activity_0tnhs01"').replace(">tiep_nhan_ho_so", ">Activity_0tnhs01")
    found = drafts(written(tmp_path, coloured))[0]
    content = found.files["process.bpmn"].decode()
    assert content == coloured.replace('"Activity_0tnhs01"', '"tiep_nhan_ho_so"').replace(
        ">Activity_0tnhs01", ">tiep_nhan_ho_so")
    assert 'bpmnElement="tiep_nhan_ho_so" bioc:stroke="#0d4372"' in content


def test_marks_at_the_beginning_ends_of_lines_and_taken_prefixes_stay(tmp_path):
    text = (DIALECTS / "flowable" / SAMPLES["flowable"][0]).read_text(encoding="utf-8")
    text = "\ufeff" + text.replace("\n", "\r\n").replace("<definitions ", '<definitions xmlns:motcua="urn:khac" ')
    draft = drafts(written(tmp_path, text), *(str(DIALECTS / "flowable" / name)
                                              for name in ("quyen-nghi.dmn", "don-nghi.form")))[0]
    content = draft.files["process.bpmn"].decode()
    assert content.startswith("\ufeff<?xml")
    assert 'xmlns:motcua="urn:khac"' in content
    assert '<motcua_:assignment role="truong-phong"/>' in content
    assert content.count("\r\n") == text.count("\r\n")
    assert [problem for problem in draft.problems if problem.severity == "error"] == [
        problem for problem in sample("flowable").problems if problem.severity == "error"]


def test_a_draft_imported_again_says_the_same_and_changes_nothing(tmp_path):
    for dialect in ("camunda7", "operaton", "flowable", "spiff"):
        first = sample(dialect)
        for path, data in first.files.items():
            if path.endswith(".dmn"):
                written(tmp_path / dialect, data, path)
        second = drafts(written(tmp_path / dialect, first.files["process.bpmn"], f"{first.slug}.bpmn"))[0]
        assert second.files["process.bpmn"] == first.files["process.bpmn"]
        assert second.slug == first.slug


@pytest.mark.parametrize("dialect", sorted(SAMPLES))
def test_a_draft_is_a_pack_with_manifest_and_texts(dialect):
    for draft in drafts(*paths(dialect)):
        manifest = tomllib.loads(draft.files["procedure.toml"].decode())
        assert SLUG.fullmatch(manifest["slug"])
        assert manifest["slug"] == draft.slug
        assert manifest["owner"] == "department"
        assert etree.fromstring(draft.files["process.bpmn"]).find("{*}process").get("id") == draft.slug
        texts = draft.files["locale/en.po"].decode()
        for step in etree.fromstring(draft.files["process.bpmn"]).iter(f"{{{BPMN}}}userTask"):
            assert f'msgid "{step.get("name")}"' in texts


def test_without_an_owner_the_draft_says_that_it_is_missing():
    draft = drafts(*paths("camunda7"), owner=None)[0]
    assert draft.missing[0].what == "owner"
    assert not draft.ready
    assert b"# owner =" in draft.files["procedure.toml"]
    assert "manifest-missing-field" in {problem.code for problem in draft.problems}


def test_a_handler_that_is_registered_is_not_missing():
    draft = drafts(*paths("flowable"), handlers=frozenset({"mail"}))[0]
    assert draft.missing == ()
    assert draft.ready


def test_a_called_process_of_another_file_comes_with_its_form():
    first, second = drafts(*paths("camunda8"))
    assert first.files["shared/cap-giay.bpmn"] == second.files["process.bpmn"]
    assert first.files["shared/ky_giay_chung_nhan.json"] == second.files["forms/ky_giay_chung_nhan.json"]
    alone = drafts(paths("camunda8")[0])[0]
    assert ("called", "cap") in {(one.what, one.element) for one in alone.missing}


def test_forms_and_tables_are_found_when_they_are_given_from_elsewhere(tmp_path):
    diagram = written(tmp_path, (DIALECTS / "camunda7" / SAMPLES["camunda7"][0]).read_bytes())
    lone = drafts(diagram)[0]
    assert {"form", "decision"} <= {one.what for one in lone.missing}
    beside = [str(DIALECTS / "camunda7" / name) for name in ("le-phi.dmn", "don-xay-dung.form", "tham-dinh.form")]
    whole = drafts(diagram, *beside)[0]
    assert whole.files == sample("camunda7").files


def test_a_hundred_files_take_less_than_a_minute(tmp_path):
    content = (DIALECTS / "camunda7" / SAMPLES["camunda7"][0]).read_bytes()
    files = [written(tmp_path, content.replace(b"Process_1x2y3z4", b"quy_trinh_%d" % number), f"f{number}.bpmn")
             for number in range(100)]
    with at_most(60):
        found = drafts(*files)
    assert len({draft.slug for draft in found}) == 100
