"""What a diagram declares, in its own elements and in a stock modeler's properties, and what is refused by name."""

from __future__ import annotations

import pytest

from engine import workflow
from engine.domain.declarations import (
    Assignment,
    ClockMark,
    DeadlineRule,
    HandOffRule,
    LetterRule,
    PublicText,
    ServiceRule,
    SuspensionRule,
)
from engine.domain.period import Period
from tests.workflow import drawing
from tests.workflow.making import definition
from tests.workflow.test_check import diagram

OWN = """
<motcua:deadline kind="task" period="4 working hours" warnAt="75%" earlyBy="1 working hours"/>
<motcua:deadline kind="task" period="2 working days" outcome="refused" firstDay="same-hour" cutOff="none"
  extensions="2" extensionUpTo="10 working days" when="a.y == 1"/>
<motcua:clock starts="accepted" stops="refused"/>
<motcua:suspends reason="supplement" mode="restart" limit="30 days" onLimit="continue" which="statutory task"/>
<motcua:assignment role="officer" unit="type:police" notActorOf="receive call/sign" sameActorAs="draft" priority="70"/>
<motcua:form name="other"/>
<motcua:letter template="02" when="ready"/>
<motcua:letter template="result"/>
<motcua:status national="5"/>
<motcua:text lang="vi">Hồ sơ đang chờ.</motcua:text>
<motcua:text lang="en" sentence="Your case waits."/>
"""
GENERIC = """
<{0}:properties>
<{0}:property name="motcua.deadline.task.period" value="4 working hours"/>
<{0}:property name="motcua.deadline.task.warnAt" value="75%"/>
<{0}:property name="motcua.deadline.task.earlyBy" value="1 working hours"/>
<{0}:property name="motcua.deadline.task.refused.period" value="2 working days"/>
<{0}:property name="motcua.deadline.task.refused.firstDay" value="same-hour"/>
<{0}:property name="motcua.deadline.task.refused.cutOff" value="none"/>
<{0}:property name="motcua.deadline.task.refused.extensions" value="2"/>
<{0}:property name="motcua.deadline.task.refused.extensionUpTo" value="10 working days"/>
<{0}:property name="motcua.deadline.task.refused.when" value="a.y == 1"/>
<{0}:property name="motcua.clock.starts" value="accepted"/>
<{0}:property name="motcua.clock.stops" value="refused"/>
<{0}:property name="motcua.suspends.reason" value="supplement"/>
<{0}:property name="motcua.suspends.mode" value="restart"/>
<{0}:property name="motcua.suspends.limit" value="30 days"/>
<{0}:property name="motcua.suspends.onLimit" value="continue"/>
<{0}:property name="motcua.suspends.which" value="statutory task"/>
<{0}:property name="motcua.assignment.role" value="officer"/>
<{0}:property name="motcua.assignment.unit" value="type:police"/>
<{0}:property name="motcua.assignment.notActorOf" value="receive call/sign"/>
<{0}:property name="motcua.assignment.sameActorAs" value="draft"/>
<{0}:property name="motcua.assignment.priority" value="70"/>
<{0}:property name="motcua.form.name" value="other"/>
<{0}:property name="motcua.letter.02.when" value="ready"/>
<{0}:property name="motcua.letter.template" value="result"/>
<{0}:property name="motcua.status.national" value="5"/>
<{0}:property name="motcua.text.vi.sentence" value="Hồ sơ đang chờ."/>
<{0}:property name="motcua.text.en.sentence" value="Your case waits."/>
<{0}:property name="something.else" value="is not ours"/>
</{0}:properties>
"""
SPIFF = ' xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '


def _content(inside: str, tag: str = "userTask", attributes: str = "") -> bytes:
    step = (f'<bpmn:{tag} id="a"{attributes}><bpmn:extensionElements>{inside}</bpmn:extensionElements></bpmn:{tag}>')
    return diagram(f"s:f|{step}|e:z|f>a|a>z").replace(b"<bpmn:definitions ", f"<bpmn:definitions{SPIFF}".encode(), 1)


def _step(inside: str, tag: str = "userTask", attributes: str = "") -> workflow.Step:
    return workflow.read({"p.bpmn": _content(inside, tag, attributes)}, "p").steps["p", "a"]


@pytest.mark.parametrize("inside", [OWN, *(GENERIC.format(one) for one in ("camunda", "zeebe", "spiffworkflow"))],
                         ids=["own", "camunda", "zeebe", "spiffworkflow"])
def test_a_step_declares_in_its_own_elements_or_in_a_modelers_properties(inside):
    step = _step(inside)
    assert step.deadlines == (
        DeadlineRule("task", Period(4, "working hours"), warn_at=75, early_by=Period(1, "working hours")),
        DeadlineRule("task", Period(2, "working days"), outcome="refused", first_day="same-hour", cut_off="none",
                     extensions=2, extension_up_to=Period(10, "working days"), when="a.y == 1"))
    assert step.clock == ClockMark("accepted", "refused")
    assert step.suspends == SuspensionRule("supplement", "restart", Period(30, "days"), "continue",
                                           ("statutory", "task"))
    assert step.assignment == Assignment("officer", "type:police", ("receive", "call/sign"), ("draft",), 70)
    assert (step.form, step.national_status) == ("other", 5)
    assert step.letters == (LetterRule("02", "ready"), LetterRule("result"))
    assert step.texts == (PublicText("vi", "Hồ sơ đang chờ."), PublicText("en", "Your case waits."))


def test_a_process_declares_its_deadlines_and_acts():
    read = definition("linear")
    assert [(one.period.number, one.outcome, one.cut_off) for one in read.deadlines] == [
        (5, None, "15:00"), (3, "refused", None)]
    assert read.acts == ("withdraw", "extend")
    called = definition("caller").process_deadlines["called"]
    assert [str(one.period) for one in called] == ["3 days"]


def test_a_lane_gives_its_role_where_no_assignment_does():
    read = definition("linear")
    assert read.steps["linear", "receive"].assignment == Assignment("receiving-officer")
    assert read.steps["linear", "verify"].assignment == Assignment("processing-officer", "competent", ("receive",))
    assert read.steps["linear", "done"].assignment is None


@pytest.mark.parametrize("title", ["receiving-officer", "Receiving officer", "Công chức tiếp nhận",
                                   "cán bộ  tiếp nhận"])
def test_a_lane_may_be_named_by_the_title_of_a_role_in_either_language(title):
    inside = ('<bpmn:laneSet id="s"><bpmn:lane id="l" name="' + title + '"><bpmn:flowNodeRef>a</bpmn:flowNodeRef>'
              '</bpmn:lane></bpmn:laneSet>')
    content = diagram(f"s:f|<bpmn:userTask id='a'/>|e:z|f>a|a>z|{inside}")
    assert workflow.read({"p.bpmn": content}, "p").steps["p", "a"].assignment == Assignment("receiving-officer")


def test_steps_are_found_through_the_calls_that_lead_to_them():
    read = definition("caller")
    assert read.step((), "decide").process == "caller"
    assert read.step(("supplement",), "ask").process == "called"
    assert read.step(("supplement", "look"), "check").process == "inner"
    for path, key in (((), "ask"), (("decide",), "x"), (("none",), "x")):
        with pytest.raises(KeyError):
            read.step(path, key)


@pytest.mark.parametrize(("inside", "tag", "field", "value"), [
    ('<motcua:service handler="registry.person" retries="5"/>', "serviceTask", "service",
     ServiceRule("registry.person", 5)),
    ('<motcua:service handler="x"/>', "serviceTask", "service", ServiceRule("x", 3)),
    ("<motcua:assignment role='r'/>", "userTask", "form", "a"),
    ("<motcua:assignment role='r'/><motcua:suspends reason='pay'/>", "userTask", "suspends", SuspensionRule("pay")),
])
def test_defaults_are_those_of_the_domain(inside, tag, field, value):
    assert getattr(_step(inside, tag), field) == value


@pytest.mark.parametrize(("inside", "attributes"), [
    ('<motcua:decision ref="fee"/>', ""), ("", ' camunda:decisionRef="fee"'),
    ('<zeebe:calledDecision decisionId="fee"/>', ""),
    ("<spiffworkflow:calledDecisionId>fee</spiffworkflow:calledDecisionId>", ""),
    ('<camunda:properties><camunda:property name="motcua.decision.ref" value="fee"/></camunda:properties>', ""),
])
def test_a_decision_is_named_in_every_dialect(inside, attributes):
    table = ('<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="fee"><decisionTable>'
             '<output name="x"/><rule><outputEntry><text>1</text></outputEntry></rule></decisionTable></decision>'
             "</definitions>")
    read = workflow.read({"p.bpmn": _content(inside, "businessRuleTask", attributes), "x.dmn": table.encode()}, "p")
    assert read.steps["p", "a"].decision == "fee"


def test_a_hand_off_stands_on_a_call():
    content = _content('<motcua:handoff to="police" acknowledgeWithin="1 working days" period="3 working days"/>',
                       "callActivity", ' calledElement="q"')
    read = workflow.read({"p.bpmn": content, "q.bpmn": diagram("s:g|u:b|e:y|g>b|b>y", "q")}, "p")
    assert read.steps["p", "a"].hand_off == HandOffRule("police", Period(1, "working days"), Period(3, "working days"))


ROLE = "<motcua:assignment role='r'/>"
PROPERTY = '<camunda:properties><camunda:property name="{}" value="{}"/></camunda:properties>'


@pytest.mark.parametrize(("inside", "code", "word"), [
    ("<motcua:dedline kind='task' period='1 days'/>", "unknown-declaration", "dedline"),
    ("<motcua:deadline kind='task' period='1 days' warn='5'/>", "unknown-attribute", "warn"),
    ("<motcua:deadline kind='tsk' period='1 days'/>", "unreadable-attribute", "tsk"),
    ("<motcua:deadline kind='task' period='soon'/>", "unreadable-attribute", "soon"),
    ("<motcua:deadline kind='task' period='0 days'/>", "unreadable-attribute", "0 days"),
    ("<motcua:deadline kind='task'/>", "missing-attribute", "period"),
    ("<motcua:deadline period='1 days' kind='task' cutOff='25:00'/>", "unreadable-attribute", "25:00"),
    ("<motcua:deadline period='1 days' kind='task' warnAt='0%'/>", "unreadable-attribute", "0%"),
    ("<motcua:deadline period='1 days' kind='task' extensions='many'/>", "unreadable-attribute", "many"),
    ("<motcua:deadline period='1 days' kind='task' when='open(1)'/>", "unreadable-attribute", "open(1)"),
    ("<motcua:clock starts='a b'/>", "unreadable-attribute", "a b"),
    ("<motcua:clock starts='a'/><motcua:clock stops='b'/>", "repeated-declaration", "clock"),
    ("<motcua:suspends mode='resume'/>", "missing-attribute", "reason"),
    ("<motcua:suspends reason='x' mode='pause'/>", "unreadable-attribute", "pause"),
    ("<motcua:suspends reason='x' which='mine'/>", "unreadable-attribute", "mine"),
    ("<motcua:status national='11'/>", "unreadable-attribute", "11"),
    ("<motcua:status national='٣'/>", "unreadable-attribute", "٣"),
    ("<motcua:letter when='ready'/>", "missing-attribute", "template"),
    ("<motcua:text lang='vi'/>", "missing-attribute", "sentence"),
    ("<motcua:service handler='x'/>", "misplaced-declaration", "service"),
    ("<motcua:acts allow='withdraw'/>", "misplaced-declaration", "acts"),
    (PROPERTY.format("motcua.deadline.task.perod", "1 days"), "unknown-attribute", "perod"),
    (PROPERTY.format("motcua.nonsense.x", "1"), "unknown-declaration", "nonsense"),
    (PROPERTY.format("motcua.clock.a.b.starts", "1"), "unknown-declaration", "motcua.clock.a.b.starts"),
    (PROPERTY.format("motcua.", "1"), "unknown-declaration", "motcua."),
    (PROPERTY.format("motcua.form", "1"), "unknown-declaration", "motcua.form"),
])
def test_what_is_declared_wrongly_is_refused_by_element_and_name(inside, code, word):
    problems = [one for one in workflow.check({"p.bpmn": _content(inside + ROLE)}, "p") if one.code == code]
    assert problems
    assert problems[0].element == "a"
    assert word in problems[0].message.en
    assert word in problems[0].message.vi


@pytest.mark.parametrize("unit", ["receiving", "competent", "same", "type:x"])
def test_units_are_of_the_known_words(unit):
    assert _step(f"<motcua:assignment role='r' unit='{unit}'/>").assignment == Assignment("r", unit)
    assert workflow.check({"p.bpmn": _content(f"<motcua:assignment role='r' unit='{unit}x y'/>")}, "p")


def test_the_extensions_of_others_are_left_alone():
    others = '<camunda:formData><camunda:formField id="x"/></camunda:formData><zeebe:taskDefinition type="t"/>'
    assert workflow.check({"p.bpmn": _content(ROLE + others)}, "p") == []


def test_what_another_engine_would_read_from_an_attribute_is_told_as_ignored():
    problems = workflow.check({"p.bpmn": _content(ROLE, attributes=' camunda:asyncBefore="true"')}, "p")
    assert [(one.severity, one.code, one.element) for one in problems] == [("info", "ignored-attribute", "a")]
    assert "asyncBefore" in problems[0].message.vi


@pytest.mark.parametrize(("inside", "tag", "attribute", "told"), [
    (ROLE, "userTask", "candidateGroups", False), (ROLE, "userTask", "formKey", False),
    (ROLE, "userTask", "topic", True), ('<motcua:service handler="h"/>', "serviceTask", "topic", False),
    ('<motcua:service handler="h"/>', "serviceTask", "assignee", True),
    ('<motcua:decision ref="d"/>', "businessRuleTask", "mapDecisionResult", False)])
def test_what_a_step_says_in_our_own_words_too_is_not_told_as_ignored(inside, tag, attribute, told):
    problems = workflow.check({"p.bpmn": _content(inside, tag, f' camunda:{attribute}="x"')}, "p")
    assert ("ignored-attribute" in {one.code for one in problems}) is told


@pytest.mark.parametrize(("written", "generic", "told"), [
    ('<motcua:deadline kind="task" period="2 working hours"/>', {"deadline.task.period": "3 working hours"}, True),
    ('<motcua:deadline kind="task" period="2 working hours"/>', {"deadline.task.a.period": "1 working hours"}, False),
    ('<motcua:text lang="vi" sentence="A"/>', {"text.vi.sentence": "B"}, True),
    ('<motcua:text lang="vi" sentence="A"/>', {"text.en.sentence": "B"}, False),
    ('<motcua:letter template="01" when="ready"/>', {"letter.01.ready.when": "ready"}, True),
])
def test_what_is_declared_in_both_ways_of_writing_is_told(written, generic, told):
    said = "".join(f'<camunda:property name="motcua.{name}" value="{value}"/>' for name, value in generic.items())
    inside = f"{ROLE}{written}<camunda:properties>{said}</camunda:properties>"
    problems = workflow.check({"p.bpmn": _content(inside)}, "p")
    assert [(one.code, one.severity, one.element) for one in problems] == [("said-twice", "warning", "a")] * told


@pytest.mark.parametrize(("signs", "found"), [(200, set()), (201, {("event-name-long", "t")})])
@pytest.mark.parametrize("kind", ["message", "signal"])
def test_the_name_of_a_message_or_signal_is_no_longer_than_is_kept(signs, found, kind):
    body = f"s:f|{drawing.throw('t', kind, ref='long')}|e:z|f>t|t>z"
    content = drawing.drawn(body, root=f'<bpmn:{kind} id="long" name="{"x" * signs}"/>')
    assert {(one.code, one.element) for one in workflow.check({"p.bpmn": content}, "p")} == found


@pytest.mark.parametrize("prefix", ["camunda", "zeebe", "spiffworkflow"])
def test_a_list_to_do_a_step_for_can_be_said_in_properties(prefix):
    said = "".join(f'<{prefix}:property name="motcua.each.{name}" value="{value}"/>'
                   for name, value in (("in", " f.wards "), ("as", "ward")))
    inner = f"{ROLE}<{prefix}:properties>{said}</{prefix}:properties>"
    content = _content(inner).replace(b"</bpmn:userTask>", b"<bpmn:multiInstanceLoopCharacteristics/></bpmn:userTask>")
    many = workflow.read({"p.bpmn": content}, "p").steps["p", "a"].many
    assert (many.collection, many.item) == ("f.wards", "ward")


@pytest.mark.parametrize("attribute", ["camunda:modelerTemplate", "zeebe:modelerTemplate",
                                       "zeebe:modelerTemplateVersion", "zeebe:modelerTemplateIcon"])
def test_the_panel_a_modeler_fills_a_step_in_with_is_its_own_business(attribute):
    assert workflow.check({"p.bpmn": _content(ROLE, attributes=f' {attribute}="motcua.user-task"')}, "p") == []


@pytest.mark.parametrize("attribute", ['isForCompensation="true"', 'startQuantity="2"', 'completionQuantity="3"'])
def test_what_bpmn_would_do_and_the_engine_would_not_is_refused(attribute):
    problems = workflow.check({"p.bpmn": _content(ROLE, attributes=f" {attribute}")}, "p")
    assert [(one.severity, one.code, one.element) for one in problems] == [("error", "unsupported-attribute", "a")]


@pytest.mark.parametrize(("old", "new"), [
    ("</bpmn:sequenceFlow>", '<bpmn:extensionElements><motcua:form name="x"/></bpmn:extensionElements>'
     "</bpmn:sequenceFlow>"),
    ('<bpmn:message id="m" name="paid"/>', '<bpmn:message id="m" name="paid"><bpmn:extensionElements>'
     '<motcua:acts allow="stop"/></bpmn:extensionElements></bpmn:message>'),
])
def test_a_declaration_where_nobody_reads_it_is_refused(old, new):
    content = _content(ROLE).replace(old.encode(), new.encode(), 1)
    assert {one.code for one in workflow.check({"p.bpmn": content}, "p")} == {"misplaced-declaration"}


def test_a_hand_off_on_a_message_flow_belongs_to_its_step():
    flow = ('<bpmn:collaboration id="c"><bpmn:participant id="c2"/><bpmn:messageFlow id="c3" '
            'sourceRef="a" targetRef="c2">'
            '<bpmn:extensionElements><motcua:handoff to="police"/></bpmn:extensionElements></bpmn:messageFlow>'
            "</bpmn:collaboration></bpmn:definitions>")
    content = _content(ROLE).replace(b"</bpmn:definitions>", flow.encode())
    assert workflow.read({"p.bpmn": content}, "p").steps["p", "a"].hand_off == HandOffRule("police")
    lost = content.replace(b'sourceRef="a" targetRef="c2"', b'sourceRef="c2" targetRef="nobody"')
    assert {one.code for one in workflow.check({"p.bpmn": lost}, "p")} == {"dangling-flow"}
