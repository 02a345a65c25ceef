"""The check says what is wrong with a procedure, where, and what to do; any bytes give findings."""

import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.procedures import check, pack
from engine.procedures.pack import Pack
from tests.effort import at_most
from tests.procedures.packs import DIAGRAM, MANIFEST, RECEIVE, changed, small


def codes(content, severity=("error", "warning"), **options):
    return sorted((problem.code, problem.element) for problem in check.check(content, **options)
                  if problem.severity in severity and problem.code != "text-untranslated")


def test_a_sound_procedure_has_no_finding_but_missing_english():
    assert codes(small()) == []
    assert {problem.file for problem in check.check(small())} <= {"forms/application.json", "forms/verify.json",
                                                                       "process.bpmn"}


@pytest.mark.parametrize("slug", pack.available())
def test_every_installed_procedure_is_without_finding(slug):
    assert [problem for problem in check.check(pack.gather(slug)) if problem.severity != "info"] == []


def test_findings_say_file_element_message_and_remedy_in_both_languages():
    for problem in check.check(small(manifest="", diagram="<a", receive=b"{")):
        assert problem.file
        assert all((problem.message.vi, problem.message.en, problem.remedy.vi, problem.remedy.en))


@pytest.mark.parametrize(("old", "new", "finding"), [
    ('starts="accepted"', 'starts="taken"', ("clock-outcome-unknown", "receive")),
    ('notActorOf="receive"', 'notActorOf="recieve"', ("actor-of-unknown", "verify")),
    ('notActorOf="receive"', 'notActorOf="call/receive"', ("actor-of-unknown", "verify")),
    ('template="01"', 'template="permit"', ("letter-missing", "receive")),
    ('when="accepted"', 'when="granted"', ("letter-outcome-unknown", "receive")),
    ('receive.outcome == "accepted"', 'receive.outcome == "ok"', ("condition-value-unknown", "acceptance")),
    ('receive.outcome == "accepted"', 'receive.result == "accepted"', ("condition-field-unknown", "acceptance")),
    ('<motcua:clock starts="accepted"/>', "", ("clock-never-starts", "small-permit")),
    ("16 working hours", "17 working hours", ("deadline-budget", "small-permit")),
    ('period="2 working days"/>', 'period="2 working days" outcome="lost"/>',
     ("deadline-outcome-unknown", "small-permit")),
    ('id="verify"', 'id="verify_more"', ("form-missing", "verify_more")),
])
def test_a_diagram_that_does_not_fit_its_forms_is_found(old, new, finding):
    content = changed((old, new)) if "verify" not in new else changed((old, new), ('Ref="verify"', 'Ref="verify_more"'))
    assert finding in codes(content)


def test_a_field_that_may_be_empty_is_no_safe_condition():
    assert codes(small(receive={**RECEIVE, "required": []})) == [("condition-field-optional", "acceptance")]


def test_an_outcome_no_flow_handles_is_found():
    content = changed((' default="refusal"', ""), (
        '<bpmn:sequenceFlow id="refusal" sourceRef="complete" targetRef="refused"/>',
        '<bpmn:sequenceFlow id="refusal" sourceRef="complete" targetRef="refused"><bpmn:conditionExpression>'
        "receive.outcome in ['refused']</bpmn:conditionExpression></bpmn:sequenceFlow>"))
    assert codes(content) == []
    more = {"forms/receive.json": b'{"required": ["outcome"], "properties": {"outcome": '
            b'{"enum": ["accepted", "refused", "supplement"]}}}'}
    assert codes(Pack({**content.files, **more})) == [("outcome-unhandled", "complete")]


def test_a_form_nobody_uses_is_a_warning_and_a_missing_one_an_error():
    assert codes(small(verfy={})) == [("form-unused", None)]
    assert codes(small(verify=None), severity=("error",)) == [("form-missing", "verify")]


def test_a_start_without_a_form_is_only_said():
    assert codes(small(application=None)) == []
    assert codes(small(application=None), severity=("info",)) == [("form-filing", "application")]


def test_an_unknown_service_handler_is_an_error_where_the_handlers_are_known():
    content = changed(("</bpmn:process>", '<bpmn:serviceTask id="ask"><bpmn:extensionElements>'
                       '<motcua:service handler="licence-register"/></bpmn:extensionElements></bpmn:serviceTask>'
                       '<bpmn:sequenceFlow id="f9" sourceRef="ask" targetRef="done"/></bpmn:process>'),
                      ('sourceRef="verify" targetRef="done"', 'sourceRef="verify" targetRef="ask"'))
    assert codes(content, handlers=["licence-register"]) == []
    assert codes(content, handlers=["other"]) == [("handler-unknown", "ask")]
    assert codes(content) == []


def test_the_condition_of_a_paper_must_be_an_allowed_expression():
    paper = '[[paper]]\nid = "a"\ntitle = "A"\nrequired_if = "__import__(\'os\')"\n'
    assert codes(small(manifest=MANIFEST + paper)) == [("paper-expression", "paper.a")]


@pytest.mark.parametrize(("changes", "code"), [
    ({"manifest": None}, "manifest-missing"), ({"manifest": 'slug = "x"'}, "manifest-missing-field"),
    ({"diagram": None}, "diagram-missing"), ({"diagram": "not xml"}, "not-xml"),
    ({"diagram": "<!DOCTYPE a [<!ENTITY b 'c'>]>" + DIAGRAM.partition("\n")[2]}, "doctype"),
    ({"receive": b"\xff"}, "form-unreadable"), ({"po": b"\xff\xfe"}, "texts-unreadable"),
])
def test_a_broken_file_is_named_whatever_else_is_broken(changes, code):
    assert code in {problem.code for problem in check.check(small(**changes)) if problem.severity == "error"}


def test_a_slug_a_zip_a_folder_and_a_lone_diagram_can_be_named(tmp_path: Path):
    archive, folder, lone = tmp_path / "small.zip", tmp_path / "folder", tmp_path / "lone.bpmn"
    archive.write_bytes(pack.to_zip(small()))
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    lone.write_text(DIAGRAM, encoding="utf-8")
    files, problems = check.check_path(str(archive))
    assert "shared/person.json" in files
    assert check.check_path(str(folder)) == (files, problems)
    assert not [problem for problem in problems if problem.severity == "error"]
    assert check.check_path("certified-copy")[0]
    assert check.check_path(str(lone))[0] == ["lone.bpmn"]


def test_in_a_lone_diagram_a_missing_form_or_role_is_a_warning(tmp_path: Path):
    lone = tmp_path / "lone.bpmn"
    lone.write_text(DIAGRAM.replace('<motcua:assignment role="receiving-officer" unit="receiving"/>', ""), "utf-8")
    problems = check.check_path(str(lone))[1]
    assert {problem.severity for problem in problems} == {"warning"}
    assert {(problem.code, problem.element) for problem in problems} == {
        ("form-missing", "receive"), ("form-missing", "verify"), ("missing-role", "receive")}


@pytest.mark.parametrize("name", ["no-such", "/no/such/thing.bpmn", "a\0b", "", "/dev/null", "x" * 5000])
def test_nothing_at_the_path_is_a_finding(name):
    assert check.check_path(name)[1][0].severity == "error"


@settings(max_examples=150)
@given(st.sampled_from(["procedure.toml", "process.bpmn", "forms/receive.json", "locale/en.po", "fee.dmn",
                        "x.feature"]),
       st.binary(max_size=200), st.integers(0, 4000))
def test_any_bytes_in_any_file_give_findings_never_a_traceback(path, data, at):
    files = dict(small().files)
    whole = files.get(path, b"")
    for content in (data, whole[:at] + data + whole[at:], whole[:at]):
        for problem in check.check(Pack({**files, path: content})):
            assert problem.message.en


@pytest.mark.parametrize(("path", "data"), [
    ("process.bpmn", b"<process " * 200_000), ("process.bpmn", b"<a>" * 500_000), ("fee.dmn", b"<decision " * 200_000),
    ("forms/receive.json", b"[" * 200_000), ("forms/receive.json", b'{"allOf":[' * 10_000),
    ("procedure.toml", b"a.b." * 16_000), ("procedure.toml", b"a.b." * 600_000),
    ("procedure.toml", b"a=[" * 50_000), ("locale/en.po", b'msgid "' * 100_000),
])
def test_a_file_made_to_hang_is_answered_soon(path, data):
    with at_most(5):
        assert check.check(Pack({**small().files, path: data}))


def test_a_long_chain_of_steps_is_measured_without_recursion():
    chain = "".join(f'<bpmn:userTask id="t{n}"><bpmn:extensionElements><motcua:assignment role="r"/>'
                    f'</bpmn:extensionElements></bpmn:userTask><bpmn:sequenceFlow id="c{n}" sourceRef="t{n}" '
                    f'targetRef="{f"t{n + 1}" if n < 399 else "done"}"/>' for n in range(400))
    content = changed(('sourceRef="verify" targetRef="done"', 'sourceRef="verify" targetRef="t0"'),
                      ("</bpmn:process>", chain + "</bpmn:process>"))
    assert ("form-missing", "t399") in codes(content)
