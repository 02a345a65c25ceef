"""What a stranger gets wrong and would have noticed only when a case halted: told at the check, by its element."""

from __future__ import annotations

import pytest

from engine.domain.errors import Problem
from engine.procedures import check
from engine.procedures.pack import Pack
from tests.webapp.strangers_packs import END, START, flow, pack, several, user, way

LIST = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="application.people" camunda:elementVariable="one"/>'
GATEWAY = '<bpmn:exclusiveGateway id="Gateway_1" default="Flow_d"/>'
DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">
<decision id="fee" name="fee"><decisionTable id="t" hitPolicy="UNIQUE">
<input id="i"><inputExpression id="e" typeRef="number"><text>application.amount</text></inputExpression></input>
<output id="o" name="fee" typeRef="number"/>
<rule id="r1"><inputEntry id="a1"><text>&lt;= 10</text></inputEntry>
<outputEntry id="b1"><text>1</text></outputEntry></rule>
<rule id="r2"><inputEntry id="a2"><text>&gt;= 10</text></inputEntry>
<outputEntry id="b2"><text>2</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def errors(found: Pack) -> list[Problem]:
    return [problem for problem in check.check(found) if problem.severity == "error"]


def told(found: Pack) -> list[tuple[str | None, str]]:
    return [(problem.element, problem.code) for problem in errors(found)]


@pytest.mark.parametrize("until", ['vote.outcome == "no"', '=vote.outcome = "no"', "${vote.outcome == 'no'}"])
def test_a_completion_condition_that_reads_the_list_as_one_answer(until: str) -> None:
    assert told(several(until)) == [("vote", "condition-reads-list")]


@pytest.mark.parametrize("condition", ['visit.outcome == "seen"', '=visit.outcome = "seen"',
                                       "${visit.outcome == 'seen'}"])
def test_a_condition_of_any_language_that_reads_the_list_as_one_answer(condition: str) -> None:
    people = several().files["forms/application.json"]
    drawn = pack("asking", START + user("visit", LIST) + GATEWAY + user("write") + END
                 + way("application", "visit", "Gateway_1") + flow("Gateway_1", "write", condition)
                 + flow("Gateway_1", "Event_end", key="Flow_d") + flow("write", "Event_end"), visit=("seen",), write=())
    assert told(Pack({**drawn.files, "forms/application.json": people})) == [
        ("Flow_Gateway_1_write", "condition-reads-list")]


@pytest.mark.parametrize(("number", "code"), [
    ("1000000", "too-many-instances"), ("1000 * 1000", "too-many-instances"), ("-1", "number-of-times"),
    ("1.5", "number-of-times"), ("'three'", "number-of-times"), ("1 / 0", "number-of-times"), ("1 + 2", None),
    ("application.amount", None)])
def test_a_number_of_times_that_is_none(number: str, code: str | None) -> None:
    times = f"<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>{number}</bpmn:loopCardinality>" \
            "</bpmn:multiInstanceLoopCharacteristics>"
    drawn = pack("counting", START + user("visit", times) + END + way("application", "visit", "Event_end"), visit=())
    assert told(drawn) == ([("visit", code)] if code else [])


@pytest.mark.parametrize(("condition", "code"), [
    ("rich.amount &gt; 10", None), ("application.amount &gt; 10", "start-reads"), ("visit.x == 1", "start-reads")])
def test_a_start_that_reads_what_is_not_there_when_a_case_begins(condition: str, code: str | None) -> None:
    start = ('<bpmn:startEvent id="rich"><bpmn:conditionalEventDefinition><bpmn:condition>'
             f"{condition}</bpmn:condition></bpmn:conditionalEventDefinition></bpmn:startEvent>")
    drawn = pack("beginning", START + start + user("visit") + user("write") + END
                 + way("application", "visit", "Event_end") + way("rich", "write", "Event_end"), visit=(), write=())
    assert told(drawn) == ([("rich", code)] if code else [])


def test_a_table_that_is_refused_is_not_missing_as_well() -> None:
    asked = ('<bpmn:businessRuleTask id="ask" camunda:decisionRef="fee"/>' + END
             + way("application", "ask", "Event_end"))
    drawn = pack("paying-in", START + asked)
    assert told(Pack({**drawn.files, "fee.dmn": DMN.encode()})) == [("fee", "overlapping-rules")]
    assert told(drawn) == [("ask", "unknown-decision")]


def test_a_loop_in_which_nobody_waits_is_told_without_the_steps_it_leads_to() -> None:
    script = '<bpmn:scriptTask id="count"><bpmn:script>x = 1</bpmn:script></bpmn:scriptTask>'
    drawn = pack("turning", START + '<bpmn:exclusiveGateway id="Gateway_0"/>' + script + GATEWAY + END
                 + way("application", "Gateway_0", "count", "Gateway_1") + flow("Gateway_1", "Gateway_0", "x == 1")
                 + flow("Gateway_1", "Event_end", key="Flow_d"))
    [problem] = errors(drawn)
    assert (problem.code, problem.message.en) == (
        "loop-without-wait", "A loop in which nobody waits: Gateway_0, Gateway_1, count.")
