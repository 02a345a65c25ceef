"""Files with several processes, several files with the same ids, and files of no process."""

from engine.procedures.importing import run
from tests.procedures.importing import drafts, written

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">'


def _process(key, inner="", executable="true", name=""):
    return (f'<process id="{key}" name="{name}" isExecutable="{executable}"><startEvent id="S_{key}"/>'
            f'<task id="T_{key}" name="Làm"/><endEvent id="E_{key}"/>'
            f'<sequenceFlow id="f_{key}" sourceRef="S_{key}" targetRef="T_{key}"/>'
            f'<sequenceFlow id="g_{key}" sourceRef="T_{key}" targetRef="E_{key}"/>{inner}</process>')


def test_each_executable_process_of_a_file_is_a_draft_of_its_own(tmp_path):
    first, second = drafts(written(tmp_path, HEAD + _process("MotA") + _process("HaiB") + "</definitions>"))
    assert (first.slug, second.slug) == ("mot-a", "hai-b")
    assert first.files["process.bpmn"] == second.files["process.bpmn"]
    assert {element.id for element in first.elements if element.kind == "task"} == {"T_MotA"}
    assert {element.id for element in second.elements if element.kind == "task"} == {"T_HaiB"}


def test_of_a_file_without_an_executable_process_the_largest_becomes_the_draft(tmp_path):
    pools = '<collaboration id="c"><participant id="p1" name="Sở" processRef="B"/></collaboration>'
    text = HEAD + pools + _process("A", executable="false") + _process(
        "B", '<userTask id="more"/>', executable="false") + "</definitions>"
    draft, = drafts(written(tmp_path, text))
    assert draft.slug == "b"
    assert b'<process id="b" name="" isExecutable="true">' in draft.files["process.bpmn"]
    assert b'<process id="A" name="" isExecutable="false">' in draft.files["process.bpmn"]
    assert b'title = "S\xe1\xbb\x9f"' in draft.files["procedure.toml"]
    assert "executable" in {one.what for one in draft.missing}


def test_a_file_without_a_process_is_a_draft_that_says_so(tmp_path):
    for inner in ("", '<collaboration id="c"><participant id="p" name="X"/></collaboration>', '<process id="empty"/>'):
        draft, = drafts(written(tmp_path, HEAD + inner + "</definitions>", "bản vẽ.bpmn"))
        assert draft.slug == "ban-ve"
        assert draft.missing[0].what == "process"
        assert draft.problems


def test_two_files_with_the_same_process_id_get_slugs_of_their_own(tmp_path):
    text = HEAD + _process("Process_1", name="Cấp phép") + "</definitions>"
    found = drafts(written(tmp_path, text, "a.bpmn"), written(tmp_path, text, "b.bpmn"))
    assert [draft.slug for draft in found] == ["cap-phep", "cap-phep-2"]


def test_a_call_finds_the_process_of_its_own_file_first(tmp_path):
    call = '<callActivity id="C" calledElement="Con"/>'
    other = written(tmp_path, HEAD + _process("Con", name="Khác") + "</definitions>", "a.bpmn")
    mine = written(tmp_path, HEAD + _process("Cha", call) + _process("Con") + "</definitions>", "b.bpmn")
    _, parent, child = drafts(other, mine)
    assert child.slug == "con-2"
    assert b'calledElement="con-2"' in parent.files["process.bpmn"]
    assert not any(path.startswith("shared/con") for path in parent.files)


def test_a_circle_of_calls_ends(tmp_path):
    files = [written(tmp_path, HEAD + _process(key, f'<callActivity id="c_{key}" calledElement="{other}"/>')
                     + "</definitions>", f"{key}.bpmn") for key, other in (("a1", "b1"), ("b1", "a1"))]
    first, second = drafts(*files)
    assert "shared/b1.bpmn" in first.files
    assert "shared/a1.bpmn" in second.files
    assert first.problems


def test_a_table_or_form_that_was_given_and_cannot_be_read_is_refused(tmp_path):
    good = written(tmp_path, HEAD + _process("a") + "</definitions>")
    bad = [written(tmp_path, "<!DOCTYPE a><a/>", "x.dmn"), written(tmp_path, "{", "x.form"),
           written(tmp_path, HEAD + "</definitions>", "y.dmn")]
    found = list(run.bring([good, *bad]))
    assert [(outcome.source, [problem.code for problem in outcome.refused]) for outcome in found] == [
        (bad[0], ["doctype"]), (bad[1], ["form-unreadable"]), (bad[2], ["not-dmn"]), (good, [])]
