"""What a diagram may not say: each finding names the file, the element and what to do about it."""

from __future__ import annotations

import pytest

from engine import workflow
from engine.domain.errors import Halted, InvalidProcedure
from engine.workflow.checks import findings, profile, structure
from tests.effort import at_most
from tests.workflow.making import FILES, NAMES, NOW, act, files, keys

HEAD = ('<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:motcua="urn:motcua:bpmn:1" '
        'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">'
        '<bpmn:message id="m" name="paid"/>')
ROLE = '<bpmn:extensionElements><motcua:assignment role="officer"/></bpmn:extensionElements>'


def diagram(body: str, identity: str = "p") -> bytes:
    """Wrap the inside of a process; `u:x` stands for a user task, `a>b` for a flow, between bars."""
    parts = []
    for part in body.split("|"):
        part = part.strip()
        if part.startswith("u:"):
            parts.append(f'<bpmn:userTask id="{part[2:]}">{ROLE}</bpmn:userTask>')
        elif part.startswith(("s:", "e:", "x:", "g:")):
            tag = {"s": "startEvent", "e": "endEvent", "x": "exclusiveGateway", "g": "parallelGateway"}[part[0]]
            parts.append(f'<bpmn:{tag} id="{part[2:]}"/>')
        elif ">" in part and not part.startswith("<"):
            ends, _, condition = part.partition("?")
            source, _, target = ends.partition(">")
            inside = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
            parts.append(f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inside}'
                         '</bpmn:sequenceFlow>')
        else:
            parts.append(part)
    return (HEAD + f'<bpmn:process id="{identity}" isExecutable="true">' + "".join(parts)
            + "</bpmn:process></bpmn:definitions>").encode()


def found(body: str, severity: str = "error") -> set[tuple[str, str | None]]:
    """Give code and element of every finding about one process."""
    return {(one.code, one.element) for one in workflow.check({"p.bpmn": diagram(body)}, "p")
            if one.severity == severity}


@pytest.mark.parametrize("slug", sorted(NAMES))
def test_the_diagrams_of_these_tests_have_no_findings(slug):
    assert workflow.check(files(slug), slug) == []


BOUNDARY = ('<bpmn:boundaryEvent id="b" attachedToRef="a"{0}><bpmn:timerEventDefinition><bpmn:{1}>{2}</bpmn:{1}>'
            "</bpmn:timerEventDefinition></bpmn:boundaryEvent>")
ASIDE = ' cancelActivity="false"'
SOUND = "s:f|u:a|e:z|f>a|a>z|"
WRONG = [
    ("s:f|u:a|u:c|e:z|f>a|a>z|c>z", "unreachable", "c"),
    ("s:f|u:a|u:c|e:z|x:x|f>a|a>x|x>a?a.y == 1|x>c?a.y == 2|c>x", "never-ends", "a"),
    ("s:f|u:a|e:z|f>a|a>z|a>q", "dangling-flow", "a_q"),
    ("s:f|u:a|e:z|e:y|x:x|f>a|a>x|x>z?a.y == 1|x>y", "missing-condition", "x_y"),
    ("s:f|g:a|e:z|f>a|a>z?f.y == 1", "ignored-condition", "a_z"),
    ("s:f|s:g|u:a|e:z|f>a|g>a|a>z", "start-events", "p"), ("u:a|e:z|a>z", "start-events", "p"),
    ("s:f|u:a|u:a|e:z|f>a|a>z", "duplicate-id", "a"), ("s:f|u:a|e:z|f>a|a>z|z>a", "flow-after-end", "z"),
    ("s:f|u:a|e:z|f>a|a>z|a>f", "flow-into-event", "f"),
    ('s:f|u:a|<bpmn:endEvent/>|e:z|f>a|a>z', "missing-id", "p"),
    ('s:f|u:a|e:z|f>a|a>z|<bpmn:sequenceFlow id="a_z_2" sourceRef="a" targetRef="z"/>', "duplicate-flow", "a"),
    ("s:f|x:x|x:y|e:z|u:a|f>x|x>y|y>x?f.y == 1|y>a?f.y == 2|a>z", "loop-without-wait", "x"),
    ("s:f|g:g|u:a|u:c|x:x|e:z|f>g|g>a|g>c|a>x|x>g?a.y == 1|x>z?a.y == 2|c>z", "join-never", "g"),
    ("s:f|u:check-in|e:z|f>check-in|check-in>z", "id-form", "check-in"),
    ("s:f|u:TiepNhan|e:z|f>TiepNhan|TiepNhan>z", "id-form", "TiepNhan"),
    ("s:f|u:return|e:z|f>return|return>z", "id-form", "return"), ("s:f|u:len|e:z|f>len|len>z", "id-form", "len"),
    ("s:f|u:a|e:z|e:y|x:x|f>a|a>x|x>z?nobody.y == 1|x>y?a.y == 2", "unknown-name", "x_z"),
    ("s:f|u:a|e:z|e:y|x:x|f>a|a>x|x>z?${a.y()}|x>y?a.y == 2", "expression", "x_z"),
    ("s:f|u:a|e:z|e:y|x:x|f>a|a>x|x>z?a.__class__ == 1|x>y?a.y == 2", "expression", "x_z"),
    ("s:f|u:a|e:z|e:end-1|x:x|f>a|a>x|x>z?end-1.y == 1|x>end-1?a.y == 2", "hyphen-in-expression", "x_z"),
    ("s:f|u:check-in|e:z|e:y|x:x|f>check-in|check-in>x|x>z?check-in.y == 1|x>y?f.y == 2",
     "hyphen-in-expression", "x_z"),
    ("s:f|u:a|e:z|e:y|x:x|f>a|a>x|x>z?a.ngay-sinh == 1|x>y?a.y == 2", "hyphen-in-expression", "x_z"),
    (SOUND + "e:y|" + BOUNDARY.format("", "timeDuration", "5 days") + "|b>y", "expression", "b"),
    (SOUND + "e:y|" + BOUNDARY.format("", "timeDuration", "P5X") + "|b>y", "unreadable-time", "b"),
    (SOUND + "e:y|" + BOUNDARY.format("", "timeDate", "2026-07-01T12:00:00") + "|b>y", "unreadable-time", "b"),
    (SOUND + "e:y|" + BOUNDARY.format(ASIDE, "timeCycle", "R/PT0S") + "|b>y", "cycle-too-short", "b"),
    (SOUND + "e:y|" + BOUNDARY.format(ASIDE, "timeCycle", "R/PT59S") + "|b>y", "cycle-too-short", "b"),
    (SOUND + "e:y|" + BOUNDARY.format("", "timeCycle", "R/P1D") + "|b>y", "cycle-place", "b"),
    (SOUND + "e:y|" + BOUNDARY.format("", "timeDuration", "") + "|b>y", "missing-time", "b"),
    (SOUND + '<bpmn:boundaryEvent id="b" attachedToRef="q"><bpmn:timerEventDefinition><bpmn:timeDuration>P1D'
     '</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>|e:y|b>y', "boundary-host", "b"),
    ('s:f|<bpmn:boundaryEvent id="b" attachedToRef="a"/>|u:a|e:z|e:y|f>a|a>z|b>y', "missing-trigger", "b"),
    ('s:f|<bpmn:receiveTask id="a"/>|e:z|f>a|a>z', "missing-message", "a"),
    ('s:f|<bpmn:receiveTask id="a" messageRef="q"/>|e:z|f>a|a>z', "missing-message", "a"),
    ('s:f|<bpmn:callActivity id="a"/>|e:z|f>a|a>z', "missing-called-process", "a"),
    ('s:f|<bpmn:callActivity id="a" calledElement="q"/>|e:z|f>a|a>z', "unknown-called-process", "a"),
    ('s:f|<bpmn:callActivity id="a" calledElement="p"/>|e:z|f>a|a>z', "call-recursion", "a"),
    ('s:f|<bpmn:businessRuleTask id="a"/>|e:z|f>a|a>z', "missing-decision", "a"),
    ('s:f|<bpmn:businessRuleTask id="a" camunda:decisionRef="q"/>|e:z|f>a|a>z', "unknown-decision", "a"),
    ('s:f|<bpmn:serviceTask id="a"/>|e:z|f>a|a>z', "missing-service", "a"),
    ('s:f|<bpmn:userTask id="a"/>|e:z|f>a|a>z', "missing-role", "a"),
    ('s:f|<bpmn:parallelGateway id="a" default="a_z"/>|e:z|f>a|a>z', "ignored-default", "a"),
    ('s:f|<bpmn:userTask id="a" default="a_z">' + ROLE + "</bpmn:userTask>|e:z|e:y|f>a|a>z?a.y == 1|a>y",
     "condition-on-default", "a_z"),
    (SOUND.replace("u:a", '<bpmn:userTask id="a" default="q">' + ROLE + "</bpmn:userTask>"), "dangling-default", "a"),
    (SOUND + '<bpmn:laneSet id="l"><bpmn:lane id="l1"><bpmn:flowNodeRef>q</bpmn:flowNodeRef></bpmn:lane>'
     "</bpmn:laneSet>",
     "dangling-lane", "l1"),
    ('s:f|u:a|e:z|e:y|<bpmn:exclusiveGateway id="x" default="x_z"/>|f>a|a>x|x>z?a.y == 1|x>y?a.y == 2',
     "condition-on-default", "x_z"),
]


@pytest.mark.parametrize(("body", "code", "element"), WRONG)
def test_what_does_not_fit_is_found(body, code, element):
    assert (code, element) in found(body)
    with pytest.raises(InvalidProcedure):
        workflow.read({"p.bpmn": diagram(body)}, "p")


CHOICE = "s:f|u:a|e:z|e:y|x:x|f>a|a>x|x>z?{0}|x>y?a.y == 2"


@pytest.mark.parametrize("condition", [
    "1", "'approve'", "None", "a", "not a", "a == 1", "'approve' == a", "a != 'x'", "a.y == 1 or a", "len(a.y)",
    "a.y % 2", "-a.y", "[a.y]", "a.y if a else a.y", "'%s' % a.y", "len(a.y, 1) == 1", "has(a, a)", "has()"])
def test_what_can_never_be_true_or_false_is_no_condition(condition):
    assert ("expression", "x_z") in found(CHOICE.format(condition))


@pytest.mark.parametrize("condition", [
    "a.y", "not a.y", "True", "true", "a.y == 1", "a['y'] == 1", "has(a.y)", "has(a.y) and a.y in ['x', 'y']",
    "a.y if has(a.y) else false", "max(a.y, a.w)", "'y' in a", "a.y is None", "len(a.y) > 1", "f == a"])
def test_what_may_be_is_one(condition):
    assert found(CHOICE.format(condition)) == set()


def test_a_name_no_step_can_have_is_refused_in_a_lone_file_too():
    lone = workflow.check({"p.bpmn": diagram(CHOICE.format("Approved.y == 1"))})
    assert [(one.code, one.element, one.severity) for one in lone] == [("id-form", "x_z", "error")]
    assert "approved" in lone[0].remedy.vi


def test_an_id_to_be_changed_does_not_hide_what_else_is_wrong():
    assert found("s:f|u:TiepNhan|u:Lac|e:z|f>TiepNhan|TiepNhan>z") >= {
        ("id-form", "TiepNhan"), ("id-form", "Lac"), ("unreachable", "Lac")}


def test_a_refused_element_is_not_also_missed():
    body = 's:f|<bpmn:transaction id="m"/>|e:z|f>m|m>z'
    assert found(body) == {("unsupported-element", "m")}
    assert ("dangling-flow", "a_a_z") in found(SOUND + "a>a_z")


def test_calls_that_double_at_every_level_are_found():
    def level(number: int) -> bytes:
        called = "".join(f'<bpmn:callActivity id="{one}" calledElement="p{number + 1}"/>|' for one in "cd")
        return diagram(f"s:f|{called}e:z|f>c|c>d|d>z" if number < 15 else "s:f|e:z|f>z", f"p{number}")

    codes = [one.code for one in workflow.check({f"p{n}.bpmn": level(n) for n in range(16)}, "p0")]
    assert codes.count("calls-too-many") == 1


CHOSEN = "s:f|u:a|x:x|u:b|u:c|g:j|e:z|f>a|a>x|x>b?a.y == 1|x>c?a.y != 1|b>j|c>j|j>z"
BESIDE = ('<bpmn:boundaryEvent id="t" attachedToRef="a"{0}><bpmn:timerEventDefinition><bpmn:timeDuration>P1D'
          "</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>")
TERMINATED = '<bpmn:endEvent id="q"><bpmn:terminateEventDefinition/></bpmn:endEvent>'


@pytest.mark.parametrize("body", [
    CHOSEN, CHOSEN.replace("g:j", "x:m|g:j").replace("c>j", "c>m|x>m?a.y == 3|m>j"),
    "s:f|u:a|u:c|g:j|e:z|f>a|a>j|t>c|c>j|j>z|" + BESIDE.format(ASIDE),
    "s:f|u:a|u:c|g:j|e:z|f>a|a>j|t>c|c>j|j>z|" + BESIDE.format(""),
    CHOSEN + f"|{TERMINATED}|x>q?a.y == 3",
    "s:f|u:a|u:b|u:c|g:j|e:z|f>a|a>b?a.y == 1|a>c?a.y == 2|b>j|c>j|j>z",
    "s:f|u:a|<bpmn:inclusiveGateway id=\"o\"/>|u:b|u:c|g:j|e:z|f>a|a>o|o>b?a.y == 1|o>c?a.y == 2|b>j|c>j|j>z"])
def test_a_gateway_that_may_wait_for_ever_is_found(body):
    assert ("join-starves", "j") in found(body)


@pytest.mark.parametrize("body", [
    "s:f|g:g|u:b|u:c|g:j|e:z|f>g|g>b|g>c|b>j|c>j|j>z", CHOSEN.replace("g:j", "x:j"),
    "s:f|u:o|g:g|x:x|u:a|u:b|u:c|x:m|g:j|e:z|f>o|o>g|g>a|g>x|x>b?o.y == 1|x>c?o.y == 2|b>m|c>m|m>j|a>j|j>z",
    "s:f|x:r|u:o|g:g|u:a|u:c|g:j|x:x|e:z|f>r|r>o|o>g|g>a|g>c|a>j|c>j|j>x|x>r?o.y == 1|x>z?o.y == 2",
    "s:f|u:a|u:b|u:c|g:j|e:z|f>a|a>b|a>c|b>j|c>j|j>z",
    CHOSEN.replace("f>a", "f>g|g>a|g>w|w>q") + "|g:g|u:w|" + TERMINATED])
def test_a_gateway_all_of_whose_flows_come_is_not(body):
    assert not {one for one in found(body) if one[0] == "join-starves"}


def test_a_process_with_more_ways_than_can_be_played_is_judged_quickly():
    branches = "|".join(f"u:a{n}|x:x{n}|u:b{n}|u:c{n}|x:m{n}|g>a{n}|a{n}>x{n}|x{n}>b{n}?a{n}.y == 1|"
                        f"x{n}>c{n}?a{n}.y == 2|b{n}>m{n}|c{n}>m{n}|m{n}>j" for n in range(40))
    with at_most(3):
        assert found("s:f|g:g|g:j|e:z|f>g|j>z|" + branches) == set()


def blocks(number: int) -> str:
    """Draw so many blocks of two parallel branches one after another."""
    drawn = "".join(f"|g:g{n}|u:b{n}|u:c{n}|g:m{n}|g{n}>b{n}|g{n}>c{n}|b{n}>m{n}|c{n}>m{n}|m{n}>"
                    + (f"g{n + 1}" if n < number - 1 else "z") for n in range(number))
    return "s:f|u:a|e:z|f>a|a>g0" + drawn


@pytest.mark.parametrize("number", [8, 80])
def test_as_many_parallel_blocks_as_fit_a_process_run(number):
    assert found(blocks(number)) == set()
    read = workflow.read({"p.bpmn": diagram(blocks(number))}, "p")
    with at_most(0.2):
        position = act(read, workflow.start(read, None, NOW), "a")
    assert sorted(keys(position)) == ["b0", "c0"]
    assert len(position.state) < 600


REFUSED = ["transaction", "adHocSubProcess", "complexGateway", "choreographyTask", "globalUserTask", "invented"]


@pytest.mark.parametrize("name", REFUSED)
def test_an_element_outside_the_profile_is_refused_by_name(name):
    problem = next(one for one in workflow.check({"p.bpmn": diagram(SOUND + f'<bpmn:{name} id="q"/>')}, "p"))
    assert (problem.code, problem.element, problem.severity) == ("unsupported-element", "q", "error")
    assert name in problem.message.vi
    assert name in problem.message.en
    assert problem.remedy.vi
    assert problem.remedy.en


@pytest.mark.parametrize("inside", [
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:complexBehaviorDefinition/></bpmn:multiInstanceLoopCharacteristics>",
    "<bpmn:script/>", "<bpmn:timerEventDefinition/>", "<other/>"])
def test_so_is_one_inside_a_step(inside):
    body = SOUND.replace("u:a", f'<bpmn:userTask id="a">{ROLE}{inside}</bpmn:userTask>')
    assert ("unsupported-element", "a") in found(body)


NOWHERE = {"startEvent": "link terminate", "endEvent": "conditional link",
           "intermediateThrowEvent": "error conditional",
           "intermediateCatchEvent": "error escalation terminate", "boundaryEvent": "link terminate"}


@pytest.mark.parametrize(("event", "kind"), [(event, kind) for event, kinds in NOWHERE.items()
                                             for kind in (*kinds.split(), "compensate", "cancel")])
def test_so_is_an_event_where_it_cannot_stand(event, kind):
    body = SOUND + f'<bpmn:{event} id="q" attachedToRef="a"><bpmn:{kind}EventDefinition id="d"/></bpmn:{event}>'
    assert ("unsupported-element", "d") in found(body)


@pytest.mark.parametrize(("event", "kind"), [("startEvent", "error"), ("startEvent", "escalation")])
def test_an_error_begins_only_an_event_sub_process(event, kind):
    body = SOUND + f'<bpmn:{event} id="q"><bpmn:{kind}EventDefinition/></bpmn:{event}>|q>a'
    assert ("event-place", "q") in found(body)


def test_what_would_make_the_library_hang_is_found_in_time():
    with at_most(3):
        hanging = [
            SOUND + '<bpmn:subProcess id="q"><bpmn:dataObjectReference id="r" dataObjectRef="none"/></bpmn:subProcess>',
            's:f|<bpmn:callActivity id="a" calledElement="p"/>|e:z|f>a|a>z',
            "s:f|x:x|x:y|e:z|f>x|x>y|y>x?f.y == 1|y>z?f.y == 2",
            SOUND + "e:y|" + BOUNDARY.format(ASIDE, "timeCycle", "R1000000000/2020-01-01T00:00Z/PT1S") + "|b>y",
            SOUND.replace("u:a", f'<bpmn:userTask id="a">{ROLE}<bpmn:multiInstanceLoopCharacteristics>'
                          "<bpmn:loopCardinality>1000000</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
                          "</bpmn:userTask>"),
            SOUND + '<bpmn:scriptTask id="q"><bpmn:script>while True: pass</bpmn:script></bpmn:scriptTask>']
        for body in hanging:
            assert found(body)


def test_a_hyphen_in_a_quoted_value_or_a_true_minus_is_fine():
    body = "s:f|u:a|e:z|e:check-in|x:x|f>a|a>x|x>z?a.y == 'check-in'|x>check-in?a.paid - a.due > 0"
    assert found(body) == set()


def test_processes_that_call_each_other_in_a_ring_or_too_deep_are_found():
    ring = {f"{n}.bpmn": diagram(f's:f|<bpmn:callActivity id="a" calledElement="p{(n + 1) % 3}"/>|e:z|f>a|a>z', f"p{n}")
            for n in range(3)}
    assert {one.code for one in workflow.check(ring, "p0")} == {"call-recursion"}
    deep = {f"{n}.bpmn": diagram(f's:f|<bpmn:callActivity id="a" calledElement="p{n + 1}"/>|e:z|f>a|a>z', f"p{n}")
            for n in range(30)}
    assert "calls-too-deep" in {one.code for one in workflow.check(
        {**deep, "30.bpmn": diagram("s:f|u:a|e:z|f>a|a>z", "p30")}, "p0")}


def test_a_loop_through_a_called_process_nobody_waits_in_is_found():
    calling = diagram('s:f|x:x|<bpmn:callActivity id="a" calledElement="q"/>|x:y|e:z|f>x|x>a|a>y|y>x?f.y == 1|'
                      "y>z?f.y == 2")
    for inside, codes in (("s:f|e:z|f>z", {"loop-without-wait"}), ("s:f|u:b|e:z|f>b|b>z", set())):
        assert {one.code for one in workflow.check({"p.bpmn": calling, "q.bpmn": diagram(inside, "q")}, "p")} == codes


def test_a_case_in_which_nothing_can_fulfil_a_condition_any_more_halts():
    caught = ('<bpmn:intermediateCatchEvent id="c"><bpmn:conditionalEventDefinition><bpmn:condition>'
              'has(b.y) and b.y == 1'
              "</bpmn:condition></bpmn:conditionalEventDefinition></bpmn:intermediateCatchEvent>")
    read = workflow.read({"p.bpmn": diagram(f"s:f|g:g|{caught}|u:b|g:j|e:z|f>g|g>c|g>b|c>j|b>j|j>z")}, "p")
    position = workflow.start(read, None, NOW)
    with pytest.raises(Halted) as halt:
        act(read, position, "b", {"y": 2})
    assert (halt.value.code, halt.value.element) == ("no-condition", "c")
    assert act(read, position, "b", {"y": 1}).ended


def test_a_choice_in_which_no_condition_is_true_halts():
    read = workflow.read({"p.bpmn": diagram("s:f|u:a|x:x|e:z|e:y|f>a|a>x|x>z?a.y == 1|x>y?a.y == 2")}, "p")
    with pytest.raises(Halted) as halt:
        act(read, workflow.start(read, None, NOW), "a", {"y": 3})
    assert (halt.value.code, halt.value.element) == ("no-way-out", "x")


@pytest.mark.parametrize(("identity", "name"), [
    ("check-in", "check_in"), ("TiepNhanHoSo", "tiep_nhan_ho_so"), ("Thẩm định", "tham_dinh"), ("Đổi", "doi"),
    ("1st", "step_1st"), ("---", "step"), ("return", "return_step"), ("Activity_0x1", "activity_0x1")])
def test_a_name_is_proposed_for_an_id_that_cannot_stand(identity, name):
    assert structure.proposed(identity, []) == name
    assert structure.proposed(identity, [name]) == f"{name}_2"


def test_for_lone_files_what_they_cannot_know_is_a_warning():
    body = ('s:f|<bpmn:userTask id="a"/>|<bpmn:callActivity id="c" calledElement="q"/>|<bpmn:serviceTask id="d"/>|e:z'
            "|f>a|a>c|c>d|d>z")
    lone = workflow.check({"any.bpmn": diagram(body)})
    assert {(one.severity, one.code) for one in lone} == {
        ("warning", "missing-role"), ("warning", "unknown-called-process"), ("warning", "missing-service")}


def test_a_drawing_is_told_and_a_file_of_drawings_does_not_run():
    drawing = diagram("<bpmn:task id='x'/>").replace(b'isExecutable="true"', b'isExecutable="false"')
    assert [(one.severity, one.code) for one in workflow.check({"d.bpmn": drawing})] == [
        ("info", "drawing"), ("error", "not-executable")]


def test_a_pack_needs_the_process_of_its_slug():
    assert {one.code for one in workflow.check(files("linear"), "renewal")} == {"missing-process"}
    assert {one.code for one in workflow.check({}, "renewal")} == {"missing-process"}
    twice = {**files("linear"), "again.bpmn": files("linear")["linear.bpmn"]}
    assert {one.code for one in workflow.check(twice, "linear")} == {"duplicate-process"}


def test_collaborations_and_notes_are_only_drawn():
    notes = ('<bpmn:collaboration id="c"><bpmn:participant id="c1" processRef="p"/><bpmn:participant id="c2"/>'
             '<bpmn:messageFlow id="c3" sourceRef="c2" targetRef="a"/></bpmn:collaboration>')
    body = SOUND + ('<bpmn:textAnnotation id="t"><bpmn:text>x</bpmn:text></bpmn:textAnnotation>'
                    '<bpmn:association id="o" sourceRef="a" targetRef="t"/><bpmn:group id="g1"/>')
    content = diagram(body).replace(b"</bpmn:definitions>", notes.encode() + b"</bpmn:definitions>")
    assert workflow.check({"p.bpmn": content}, "p") == []
    assert workflow.read({"p.bpmn": content}, "p").steps["p", "a"].kind == "user"


def test_every_element_of_the_profile_says_what_it_may_hold():
    assert frozenset().union(*profile.CHILDREN.values()) - {"extensionElements"} <= profile.CHILDREN.keys()


def test_the_thickest_diagrams_are_checked_in_time():
    flow = ('<bpmn:sequenceFlow id="f{0}_{1}" sourceRef="x{0}" targetRef="x{1}"><bpmn:conditionExpression>f.y == {0}'
            "</bpmn:conditionExpression></bpmn:sequenceFlow>")
    many = "".join(flow.format(one, other) for one in range(490) for other in range(one + 1, min(one + 20, 490)))
    for letter in "xg":
        nodes = "|".join(f"{letter}:x{one}" for one in range(490))
        with at_most(5):
            assert found(f"s:f|{nodes}|e:z|f>x0|{many}|x489>z|x489>x0")
    crowd = {f"{n}.bpmn": diagram("s:f|u:a|e:z|f>a|a>z", f"p{n}") for n in range(150)}
    assert "too-many-processes" in {one.code for one in workflow.check(crowd, "p0")}


def test_every_finding_has_both_languages_and_a_remedy():
    facts = dict.fromkeys(
        ("id", "name", "ref", "reason", "reason_vi",
         "reason_en", "limit", "slug", "found", "instead_vi", "instead_en", "source", "target",
         "gateway", "number", "first", "second",
         "steps", "text", "form", "called", "process", "proposed", "declaration", "known",
         "places", "attribute", "value", "what", "policy", "rule", "kind", "code", "other"), "{x}")
    for code in findings.CODES:
        problem = findings.problem(code, "f", None, facts)
        assert all((problem.message.vi, problem.message.en, problem.remedy.vi, problem.remedy.en)), code
        assert problem.message.vi != problem.message.en, code
    assert all(vi and en and vi != en for vi, en in profile.INSTEAD.values())


def test_the_source_of_a_definition_is_named_by_its_hash():
    first = workflow.read(files("linear"), "linear")
    assert first.hash == workflow.read(files("linear"), "linear").hash
    changed = {"linear.bpmn": (FILES / "linear.bpmn").read_bytes() + b"\n"}
    assert first.hash != workflow.read(changed, "linear").hash
