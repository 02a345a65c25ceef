"""Each thing another engine says of a step, one by one."""

import json

import pytest

from engine.procedures.importing import form_js, names, people, times, variables, work
from tests.procedures.importing import drafts, written

HEAD = ('<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:c="http://camunda.org/schema/1.0/bpmn" '
        'xmlns:z="http://camunda.org/schema/zeebe/1.0" xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core" '
        'xmlns:motcua="urn:motcua:bpmn:1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">')


def _draft(tmp_path, inner, more="", **files):
    for name, content in files.items():
        written(tmp_path, json.dumps(content), name.replace("_", "."))
    return drafts(written(tmp_path, f'{HEAD}{more}<process id="thu" isExecutable="true">{inner}</process>'
                                    "</definitions>"))[0]


def _entries(draft, element):
    found = next(one for one in draft.elements if one.id == element)
    return {(entry.what, entry.result, entry.before, entry.after) for entry in found.entries
            if entry.what != "element"}


@pytest.mark.parametrize(("due", "period"), [
    ("P3D", "3 days"), ("P1D", "1 day"), ("P2W", "14 days"), ("PT4H", "4 hours"), ("P1DT12H", "36 hours"),
    ("PT90M", None), ("PT120M", "2 hours"), ("P1M", None), ("P", None), ("PT0S", None), ("PT30S", None),
    ('=now() + duration("PT8H")', "8 hours"), ('=today() + duration("P5D")', "5 days"),
    ('=now() + @"P2D"', "2 days"), ("${now().plusDays(3)}", "3 days"),
    ("${dateTime().plusWeeks(1).toDate()}", "7 days"),
    ("${dateTime().plusDays(1).plusHours(2).toDate()}", "26 hours"), ("${hanXuLy}", None), ("=due", None),
    ("2026-07-01T08:00:00", None), ("", None), ("P99999999999D", None)])
def test_a_due_date_is_a_period_only_where_it_equals_one(due, period):
    assert times.period(due) == period


@pytest.mark.parametrize(("code", "name"), [
    ("traCuuQuyHoach", "tra_cuu_quy_hoach"), ("vn.gov.xd.GuiThuDelegate", "gui_thu_delegate"),
    ("${guiThu.send(execution)}", "gui_thu"), ("#{guiThu}", "gui_thu"),
    ("io.camunda:http-json:1", "io.camunda.http_json"),
    ("http/GetRequest", "http.get_request"), ("gửi thư", "gui_thu"), ("=\"loai\"", "loai"), ("???", "handler"),
    ("registry.driving_licence", "registry.driving_licence")])
def test_the_name_of_a_handler_is_proposed_from_what_the_engine_calls(code, name):
    assert work.proposed(code) == name


@pytest.mark.parametrize(("identity", "words", "name"), [
    ("verify", "Thẩm định", "verify"), ("Activity_0x1abcd", "Thẩm định hồ sơ", "tham_dinh_ho_so"),
    ("Activity_0x1abcd", "", "activity_0x1abcd"), ("Activity_review", "Xem", "review"),
    ("Task_1", "Đối chiếu", "doi_chieu"), ("sid-52EB1772-F36E-433E-8F5B-D5DFD26E6F26", "In thẻ", "in_the"),
    ("tiepNhan", "x", "tiep_nhan"), ("sum", "", "sum_step"), ("Xét-hồ-sơ", "", "xet_ho_so"), ("1a", "", "step_1a"),
    ("UserTask_2", "审核", "user_task_2"), ("user_task_2", "", "user_task_2"),
    ("a", "b" * 90, "a"), ("Task_3", "Một tên rất dài của một bước mà không ai viết trong điều kiện",
                          "mot_ten_rat_dai_cua_mot_buoc_ma_khong_ai")])
def test_an_id_that_is_no_name_gets_one(identity, words, name):
    assert names.name(identity, words) == name


def test_ids_that_are_taken_get_a_number(tmp_path):
    draft = _draft(tmp_path, '<task id="Task_1" name="Ký"/><task id="Task_2" name="Ký"/><task id="ky"/>')
    assert [one.now for one in draft.elements if one.kind == "task"] == ["ky_2", "ky_3", "ky"]


@pytest.mark.parametrize(("identity", "words", "slug"), [
    ("cap-phep", "", "cap-phep"), ("Process_1abc2de", "Cấp phép", "cap-phep"), ("CapPhep", "", "cap-phep"),
    ("", "Đăng ký", "dang-ky"), ("Process_cap_phep", "", "cap-phep"), ("9", "", "procedure-9"), ("", "", "procedure")])
def test_a_process_gets_a_slug(identity, words, slug):
    assert names.slug(identity, words, set()) == slug


def test_every_reference_follows_a_new_id(tmp_path):
    draft = _draft(tmp_path, '<laneSet id="ls"><lane id="l"><flowNodeRef> Task_A </flowNodeRef></lane></laneSet>'
                   '<startEvent id="S"/><userTask id="Task_A" name="Xem xét" default="f2"><extensionElements>'
                   '<motcua:assignment role="r" notActorOf="Task_A S"/></extensionElements></userTask>'
                   '<boundaryEvent id="B" attachedToRef="Task_A"><timerEventDefinition><timeDuration>P1D</timeDuration>'
                   '</timerEventDefinition></boundaryEvent><dataObject id="Obj"/><dataObjectReference id="R" '
                   'dataObjectRef="Obj"/><association id="as" sourceRef="t" targetRef="Task_A"/>'
                   '<sequenceFlow id="f1" sourceRef="S" targetRef="Task_A"/><sequenceFlow id="f2" sourceRef="Task_A" '
                   'targetRef="e"/><endEvent id="e"/>', '<collaboration id="co"><participant id="pa" processRef="thu"/>'
                   '<messageFlow id="m" sourceRef="pa" targetRef="Task_A"/></collaboration>')
    text = draft.files["process.bpmn"].decode().split("<bpmndi:BPMNDiagram")[0]
    assert "Task_A" not in text
    assert '"S"' not in text
    for part in ("<flowNodeRef>task_a</flowNodeRef>", 'attachedToRef="task_a"', 'sourceRef="s" targetRef="task_a"',
                 'notActorOf="task_a s"', 'dataObjectRef="obj"', 'sourceRef="t" targetRef="task_a"',
                 'sourceRef="pa" targetRef="task_a"'):
        assert part in text


def test_a_group_becomes_a_role_and_a_person_is_left_out(tmp_path):
    draft = _draft(tmp_path, '<userTask id="a" c:candidateGroups="Phòng Tư pháp" c:assignee="an"/>'
                   '<userTask id="b" c:assignee="${initiator}"/><userTask id="d" c:candidateGroups="${nhom}"/>'
                   '<userTask id="e"><potentialOwner><resourceAssignmentExpression><formalExpression>user(an), '
                   'group(ke-toan)</formalExpression></resourceAssignmentExpression></potentialOwner></userTask>'
                   '<userTask id="f"><extensionElements><motcua:assignment role="x"/></extensionElements></userTask>')
    text = draft.files["process.bpmn"].decode()
    assert [text.count(f'<motcua:assignment role="{role}"/>') for role in (
        "phong-tu-phap", "applicant", "ke-toan", "x")] == [1, 1, 1, 1]
    assert ("assignee", "left_out", "an", "") in _entries(draft, "a")
    assert ("candidateGroups", "left_out", "${nhom}", "") in _entries(draft, "d")
    assert {one.element for one in draft.missing if one.what == "role"} == {"d"}


@pytest.mark.parametrize(("value", "listed"), [
    ("a, b ,", ["a", "b"]), ('=["a","b"]', ["a", "b"]), ('="a"', ["a"]), ("=groups", None), ("${x}", None),
    ("=[1]", None), ("=", None), ("", [])])
def test_a_list_of_groups_is_read_in_every_dialect(value, listed):
    assert people._listed(value) == listed


def test_a_priority_needs_a_role_that_can_be_written(tmp_path):
    draft = _draft(tmp_path, '<laneSet id="s"><lane id="l" name="Phòng A"><flowNodeRef>a</flowNodeRef></lane>'
                   '<lane id="m" name="leader"><flowNodeRef>b</flowNodeRef></lane></laneSet>'
                   '<userTask id="a" c:priority="70"/><userTask id="b" c:priority="70"/>'
                   '<userTask id="d" c:priority="101"/>')
    assert ("priority", "left_out", "70", "") in _entries(draft, "a")
    assert ("priority", "translated", "70", "priority=70") in _entries(draft, "b")
    assert ("priority", "left_out", "101", "") in _entries(draft, "d")


def _timer(form, text):
    return (f'<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><timerEventDefinition><{form}>{text}</{form}>'
            "</timerEventDefinition></boundaryEvent>")


@pytest.mark.parametrize(("form", "before", "after"), [
    ("timeDuration", "P5D", "P5D"), ("timeDuration", '=duration("P5D")', "P5D"), ("timeDuration", '${"P5D"}', "P5D"),
    ("timeDuration", '"P5D"', '"P5D"'), ("timeDuration", "timedelta(days=5)", "P5D"),
    ("timeDate", "2026-07-01T08:00:00", "2026-07-01T08:00:00+07:00"),
    ("timeDate", '=date and time("2026-07-01T08:00:00Z")', "2026-07-01T08:00:00Z"),
    ("timeCycle", "R3/PT10H", "R3/PT10H"), ("timeCycle", '="R3/PT10H"', "R3/PT10H"),
    ("timeCycle", "0 0 9 * * ?", None), ("timeDuration", "${han}", None), ("timeDuration", "5 ngày", None),
    ("timeCycle", "R/PT0S", None)])
def test_a_timer_is_written_as_we_read_it(form, before, after, tmp_path):
    draft = _draft(tmp_path, _timer(form, before.replace('"', "&quot;")))
    said = next(one for one in _entries(draft, "b") if one[0] == form)
    assert (said[3] or said[2] if said[1] != "left_out" else None) == after
    assert (after is None) == ("time" in {one.what for one in draft.missing})


FORM = ('<extensionElements><c:formData><c:formField id="daDuyet" type="boolean"/>'
        '<c:formField id="mucPhi" type="long"/></c:formData></extensionElements>')


def _branch(condition, more="", language=""):
    return (f'<startEvent id="s"/><userTask id="a">{FORM}</userTask><exclusiveGateway id="g" default="no"/>{more}'
            '<sequenceFlow id="f0" sourceRef="s" targetRef="a"/><sequenceFlow id="f1" sourceRef="a" targetRef="g"/>'
            f'<sequenceFlow id="yes" sourceRef="g" targetRef="e"><conditionExpression {language}>{condition}'
            '</conditionExpression></sequenceFlow><sequenceFlow id="no" sourceRef="g" targetRef="e2"/>'
            '<endEvent id="e"/><endEvent id="e2"/>')


@pytest.mark.parametrize(("before", "after"), [
    ("${daDuyet}", "a.da_duyet"), ("#{!daDuyet}", "not a.da_duyet"), ("=daDuyet", "a.da_duyet"),
    ("${daDuyet == true &amp;&amp; mucPhi &gt;= 10}", "a.da_duyet == true and a.muc_phi >= 10"),
    ("=mucPhi &gt; 5", "has(a.muc_phi) and a.muc_phi > 5"),
    ("${mucPhi ge 5 or daDuyet}", "a.muc_phi >= 5 or a.da_duyet"),
    ("a.da_duyet", "a.da_duyet"), ("${khac}", None), ("${daDuyet.foo()}", None), ("${bean.check(daDuyet)}", None),
    ("=some x in y satisfies x", None), ("${daDuyet", None)])
def test_a_condition_reads_the_field_of_the_form(before, after, tmp_path):
    draft = _draft(tmp_path, _branch(before))
    said = next(one for one in _entries(draft, "yes") if one[0] == "condition")
    assert (said[3] or said[2] if said[1] != "left_out" else None) == after
    text = draft.files["process.bpmn"].decode()
    assert after is not None or before in text
    assert (after is None) == bool({"data", "expression"} & {one.what for one in draft.missing})


def test_a_condition_in_a_language_nobody_translates_is_kept_and_said(tmp_path):
    draft = _draft(tmp_path, _branch("daDuyet", language='language="groovy"'))
    assert ("condition", "left_out", "daDuyet", "") in _entries(draft, "yes")


def test_the_nearest_step_that_gives_a_variable_is_read_and_two_alike_leave_it_open():
    known = variables.Variables()
    for step, earlier in [("a", "start"), ("g1", "a"), ("b", "g1"), ("g2", "b"), ("a", "g2"), ("c", "g1"),
                          ("end", "g2"), ("end", "c")]:
        known.follows(step, earlier)
    known.starts.add("start")
    for step in ("a", "b"):
        known.add("approved", step, f"{step}.approved")
    assert known.places("approved", "g1") == ("a.approved",)
    assert known.places("approved", "g2") == ("b.approved",)
    assert known.places("approved", "end") == ()
    known.add("x", "start", "start.x")
    known.add("x", "c", "c.x")
    assert known.places("x", "g1") == ("start.x",)
    assert known.places("x", "end") == ("c.x", "start.x")
    assert known.places("y", "end") == ()
    known.add("n", "start", "start.n")
    known.add("n", "b", "b.n")
    assert known.places("n", "b", own=False) == ("b.n", "start.n")


def test_a_value_that_may_have_been_corrected_is_read_where_it_was_given_last(tmp_path):
    fields = '<extensionElements><c:formData><c:formField id="soTien" type="long"/></c:formData></extensionElements>'
    draft = _draft(tmp_path, f'<startEvent id="s">{fields}</startEvent><exclusiveGateway id="g"/>'
                   f'<userTask id="sua">{fields}</userTask><sequenceFlow id="f0" sourceRef="s" targetRef="g"/>'
                   '<sequenceFlow id="f1" sourceRef="g" targetRef="sua"><conditionExpression>${soTien == 0}'
                   '</conditionExpression></sequenceFlow><sequenceFlow id="f2" sourceRef="sua" targetRef="g"/>'
                   '<sequenceFlow id="f3" sourceRef="g" targetRef="e"><conditionExpression>=soTien &gt; 0'
                   '</conditionExpression></sequenceFlow><endEvent id="e"/>')
    either = "(sua.so_tien if has(sua.so_tien) else s.so_tien)"
    assert ("condition", "translated", "${soTien == 0}", f"{either} == 0") in _entries(draft, "f1")
    assert ("condition", "translated", "=soTien > 0",
            f"(has(sua.so_tien) or has(s.so_tien)) and {either} > 0") in _entries(draft, "f3")


def test_a_variable_that_a_mapping_renames_is_read_under_its_old_place(tmp_path):
    mapping = '<z:ioMapping><z:output source="=daDuyet" target="sepDuyet"/></z:ioMapping></extensionElements>'
    draft = _draft(tmp_path, _branch("=sepDuyet").replace("</extensionElements>", mapping))
    assert ("condition", "translated", "=sepDuyet", "a.da_duyet") in _entries(draft, "yes")
    assert ("output mapping", "translated", "=daDuyet as sepDuyet", "a.da_duyet") in _entries(draft, "a")


def test_the_one_flow_without_a_condition_is_the_default_and_two_are_asked_for(tmp_path):
    one = _draft(tmp_path / "1", _branch("${daDuyet}").replace(' default="no"', ""))
    assert ("default", "translated", "", "no") in _entries(one, "g")
    two = _draft(tmp_path / "2", _branch("").replace(' default="no"', ""))
    assert {(entry.what, entry.element) for entry in two.missing} >= {("condition", "yes"), ("condition", "no")}


@pytest.mark.parametrize(("script", "written"), [
    ("x = mucPhi + 1", "t.x = a.muc_phi + 1"),
    ("tongPhi = mucPhi\nhai = tongPhi * 2", "t.tong_phi = a.muc_phi\nt.hai = t.tong_phi * 2"),
    ("import os", None), ("for i in x: pass", None), ("x = open('/etc/passwd')", None), ("x += 1", None), ("", None),
    ("x = khongCo", None), ("x.y = 1", "t.x.y = 1")])
def test_a_python_script_is_assignments_or_nothing(script, written, tmp_path):
    draft = _draft(tmp_path, f'<startEvent id="s"/><userTask id="a">{FORM}</userTask><scriptTask id="t" '
                   f'scriptFormat="python"><script>{script}</script></scriptTask>'
                   '<sequenceFlow id="f" sourceRef="a" targetRef="t"/>')
    assert ("script" in {one.what for one in draft.missing}) == (written is None)
    text = draft.files["process.bpmn"].decode()
    assert f"<script>{script if written is None else written}</script>" in text


def test_what_is_done_for_each_element_of_a_list_is_written_in_our_words(tmp_path):
    draft = _draft(tmp_path, '<startEvent id="s"/><userTask id="a"><multiInstanceLoopCharacteristics '
                   'c:collection="${hoSo}" c:elementVariable="motHoSo"><completionCondition>'
                   '${nrOfCompletedInstances == 2}</completionCondition></multiInstanceLoopCharacteristics></userTask>'
                   '<userTask id="b"><multiInstanceLoopCharacteristics>'
                   '<loopCardinality>${3}</loopCardinality></multiInstanceLoopCharacteristics></userTask>')
    assert ("collection", "left_out", "${hoSo}", "") in _entries(draft, "a")
    assert ("completionCondition", "translated", "${nrOfCompletedInstances == 2}",
            "nrOfCompletedInstances == 2") in _entries(draft, "a")
    assert ("loopCardinality", "translated", "${3}", "3") in _entries(draft, "b")


def test_a_form_key_without_a_file_says_that_the_form_is_missing(tmp_path):
    draft = _draft(tmp_path, '<userTask id="a" c:formKey="thieu.form"/><userTask id="b" c:formKey="co.form"/>',
                   co_form={"components": [{"type": "checkbox", "key": "dongY", "label": "Đồng ý"}]})
    assert {one.element for one in draft.missing if one.what == "form"} == {"a"}
    assert json.loads(draft.files["forms/b.json"])["properties"]["dong_y"]["type"] == "boolean"


@pytest.mark.parametrize(("hide", "shown"), [
    ('=loai != "a"', {"loai": ["a"]}), ('=not(loai = "a")', {"loai": ["a"]}), ("=dongY != true", {"dong_y": [True]}),
    ('=loai = "a"', None), ("=x > 3", None), ('=not(loai != "a")', None)])
def test_a_field_is_hidden_by_its_neighbour_or_always_shown(hide, shown):
    form = form_js.read({"components": [{"type": "textfield", "key": "x", "conditional": {"hide": hide}}]})
    assert form.properties["x"].get("x-visible-if") == shown
    assert [what for what, _, _ in form.left] == ([] if shown else ["conditional"])
