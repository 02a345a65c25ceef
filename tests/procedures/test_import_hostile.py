"""Every file ends in drafts or in findings: no traceback, no long wait, no great memory, nothing outside touched."""

import json
import resource
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.procedures.importing import run
from tests.effort import at_most
from tests.procedures.importing import DIALECTS, SAMPLES, drafts, written
from tests.workflow.test_hostile_files import HOSTILE

HEAD = ('<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">')
GOOD = {dialect: (DIALECTS / dialect / names[0]).read_text(encoding="utf-8") for dialect, names in SAMPLES.items()}


def _process(inner):
    return f'{HEAD}<process id="p" isExecutable="true">{inner}</process></definitions>'


def _chain(number, step):
    steps = "".join(step.format(n=n) for n in range(number))
    flows = "".join(f'<sequenceFlow id="f{n}" sourceRef="s{n}" targetRef="s{n + 1}"><conditionExpression>${{x{n} and '
                    f'approved}}</conditionExpression></sequenceFlow>' for n in range(number - 1))
    return _process(f'<startEvent id="a"/>{steps}{flows}<endEvent id="z"/>')


FIELDS = "".join(f'<camunda:formField id="approved" type="boolean"/><camunda:formField id="f{n}" type="long"/>'
                 for n in range(40))
LARGE = {
    "many steps": _chain(1950, '<userTask id="s{n}" camunda:candidateGroups="g{n}"/>'),
    "everything reads everything": _process('<startEvent id="a"/><exclusiveGateway id="g"/>' + "".join(
        f'<userTask id="s{n}"><extensionElements><camunda:formData><camunda:formField id="x" type="long"/>'
        f'</camunda:formData></extensionElements></userTask><sequenceFlow id="h{n}" sourceRef="s{n}" targetRef="g"/>'
        f'<sequenceFlow id="k{n}" sourceRef="g" targetRef="s{n}"><conditionExpression>${{x == {n}}}'
        "</conditionExpression></sequenceFlow>" for n in range(900))),
    "one name": _process("".join(f'<userTask id="Activity_0abcd{n:02}" name="Cùng một tên"/>' for n in range(90))),
    "many properties": _process('<userTask id="u"><extensionElements><camunda:properties>' + "".join(
        f'<camunda:property name="motcua.x.{n}" value="v"/>' for n in range(15_000)) +
        "</camunda:properties></extensionElements></userTask>"),
    "many forms": _chain(150, '<userTask id="s{n}"><extensionElements><camunda:formData>' + FIELDS +
                         "</camunda:formData></extensionElements></userTask>"),
    "calls itself": _process('<startEvent id="a"/><callActivity id="c" calledElement="p"/><endEvent id="z"/>'),
    "circle of variables": _process('<startEvent id="a"/><scriptTask id="s" scriptFormat="juel" '
                                    'camunda:resultVariable="x"><script>${x + x}</script></scriptTask>'),
    "deep expression": _process(f'<sequenceFlow id="f" sourceRef="a" targetRef="b"><conditionExpression>'
                                f'${{{"(" * 900}x{")" * 900}}}</conditionExpression></sequenceFlow>'),
    "long names": _process(f'<userTask id="Activity_0abcde1" name="{"dài " * 2000}"/>'),
    "long groups": _process(f'<userTask id="u" camunda:candidateGroups="{"a," * 4000}"/>'),
    "groups computed": _process('<userTask id="u"><extensionElements><zeebe:assignmentDefinition candidateGroups="='
                                + "[" * 3000 + '"/></extensionElements></userTask>'),
    "no ids": HEAD + "<process><startEvent/><userTask/><sequenceFlow/><laneSet><lane/></laneSet></process>"
                     "</definitions>",
    "same ids": _process('<userTask id="a b"/><userTask id="a b"/><startEvent id="a b"/>'),
    "same processes": HEAD + '<process id="p"><task id="t"/></process><process id="p"><task id="t"/></process>'
                             "</definitions>",
    "nothing": HEAD + "</definitions>", "empty process": HEAD + '<process id="p"/></definitions>',
    "nested": _process("".join(f'<subProcess id="S{n}">' for n in range(150)) + "</subProcess>" * 150),
    "words of python": _process('<userTask id="lambda"/><scriptTask id="import"><script>__import__("os")</script>'
                                "</scriptTask>"),
    "path as a form": _process('<userTask id="u" camunda:formKey="../../../../etc/passwd"/>'
                               '<callActivity id="c" calledElement="../../etc/passwd"/>'),
    "form of nothing": _process('<extensionElements><zeebe:userTaskForm id="f">[[[[</zeebe:userTaskForm>'
                                '</extensionElements><userTask id="u"><extensionElements><zeebe:formDefinition '
                                'formKey="camunda-forms:bpmn:f"/></extensionElements></userTask>'),
    "formulas": _process('<userTask id="u" name="=cmd|x" camunda:dueDate="${now() + duration(\'P99999999999D\')}"/>'),
    "time without end": _process('<boundaryEvent id="b" attachedToRef="u"><timerEventDefinition><timeCycle>R/PT0S'
                                 "</timeCycle></timerEventDefinition></boundaryEvent><userTask id='u'/>"),
}


def _outcome(path):
    found = list(run.bring([path]))
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_bytes_are_refused_as_the_check_refuses_them(name, tmp_path):
    path = written(tmp_path, HOSTILE[name])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with at_most(3):
        outcome = _outcome(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 250_000
    assert outcome.drafts or outcome.refused
    assert "unreadable" not in {problem.code for problem in outcome.refused}
    assert all(problem.file == path and problem.message.vi and problem.remedy.vi for problem in outcome.refused)
    assert "root:" not in str([problem.facts("en") for problem in outcome.refused])
    assert "root:x" not in str([draft.facts("en") for draft in outcome.drafts])


@pytest.mark.parametrize("name", sorted(LARGE))
def test_large_and_strange_diagrams_give_a_draft_in_time(name, tmp_path):
    with at_most(5):
        outcome = _outcome(written(tmp_path, LARGE[name]))
    assert outcome.refused == (), [problem.facts("en") for problem in outcome.refused]
    for draft in outcome.drafts:
        assert draft.missing
        assert draft.problems
        assert not any(".." in path or path.startswith("/") for path in draft.files)
        assert "root:x" not in str(draft.files)


def test_more_steps_than_any_procedure_may_have_are_refused(tmp_path):
    with at_most(5):
        outcome = _outcome(written(tmp_path, _chain(2100, '<userTask id="s{n}"/>')))
    assert [problem.code for problem in outcome.refused] == ["too-many-steps"]


def test_forms_that_are_none_are_said_and_not_taken(tmp_path):
    diagram = _process('<startEvent id="a"/><userTask id="u" camunda:formKey="x.form"/>')
    deep = "[" * 5000 + "]" * 5000
    wild = json.dumps({"components": [{"type": "textfield", "key": "__proto__.a..b", "label": {"x": 1}, "validate": 5},
                                      {"type": "group"}, 7, {"type": "select", "key": "s", "values": "x"},
                                      {"type": "number", "key": "n", "validate": {"min": "a", "pattern": "(a+)+$"}}]})
    for number, content in enumerate(["", "{", "[]", "1", deep, '{"components": ' + deep + "}", '{"properties": 5}',
                                      "\ud800".encode("utf-8", "surrogatepass"), "x" * 3_000_000, wild]):
        folder = tmp_path / str(number)
        written(folder, content, "x.form")
        with at_most(5):
            draft = drafts(written(folder, diagram))[0]
        assert "form" in {one.what for one in draft.missing} or content is wild


def test_nothing_outside_the_folder_is_read_and_no_code_is_run(tmp_path):
    secret = written(tmp_path, '{"id": "x", "components": []}', "secret.form")
    inner = tmp_path / "inner"
    path = written(inner, _process(f'<userTask id="u" camunda:formKey="../secret.form"/>'
                                   f'<serviceTask id="s" camunda:class="os.system" camunda:expression="${{x.exit()}}"/>'
                                   f'<userTask id="v" camunda:formKey="{secret}"/>'))
    opened = []
    watching = True

    def watch(event, arguments):
        if watching and event in ("open", "os.system", "subprocess.Popen", "socket.connect", "exec", "import"):
            opened.append((event, str(arguments[0])))

    sys.addaudithook(watch)
    drafts(path)
    watching = False
    assert [name for event, name in opened if "secret" in name] == []
    assert {event for event, name in opened} <= {"open", "import", "exec"}
    assert not any(event == "open" and "passwd" in name for event, name in opened)


@settings(max_examples=150, deadline=None)
@given(dialect=st.sampled_from(sorted(GOOD)), data=st.data())
def test_a_damaged_diagram_gives_drafts_or_findings(dialect, data, tmp_path_factory):
    text = GOOD[dialect]
    place = data.draw(st.integers(0, len(text)))
    noise = data.draw(st.text(max_size=20) | st.sampled_from([
        '<task id="x"/>', "${", "=", 'id="start"', 'name=""', "</process>", "<![CDATA[", "-->", 'xmlns="urn:x"', "&x;",
        'calledElement="a"', 'default="a"', 'sourceRef="u"', 'camunda:formKey="x"', "isExecutable"]))
    length = data.draw(st.integers(0, 80))
    damaged = (text[:place] + noise + text[place + length:]).encode("utf-8", "surrogatepass")
    outcome = _outcome(written(tmp_path_factory.mktemp("damaged"), damaged))
    assert bool(outcome.drafts) != bool(outcome.refused)
    assert "unreadable" not in {problem.code for problem in outcome.refused}


_VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(
    inner, max_size=3) | st.dictionaries(st.sampled_from([
        "type", "key", "components", "values", "validate", "properties", "required", "enum", "items", "fields", "id",
        "conditional", "hide", "label", "value", "$ref", "title", "min", "options", "path"]), inner, max_size=4),
    max_leaves=20)


@settings(max_examples=150, deadline=None)
@given(form=st.dictionaries(st.sampled_from(["components", "fields", "properties", "id", "title", "required",
                                             "definitions"]), _VALUES, min_size=1, max_size=4))
def test_any_form_is_taken_or_said_to_be_none(form, tmp_path_factory):
    folder = tmp_path_factory.mktemp("forms")
    written(folder, json.dumps(form), "x.form")
    drafts(written(folder, _process('<startEvent id="a"/><userTask id="u" camunda:formKey="x.form"/>')))
