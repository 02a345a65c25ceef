"""Flows that no gateway rules: a step without one ends its branch, one with several splits it, and conditions may stand
on the flows of a step themselves."""

from __future__ import annotations

import pytest

from engine import workflow
from engine.domain.errors import Halted
from tests.workflow.drawing import ASIDE, DAY, begin, drawn, files, findings, instances, on, read, sub, times, user
from tests.workflow.making import act, at, keys, passed


def test_a_step_without_a_flow_out_ends_its_branch_and_the_check_says_so():
    body = "s:f|g:g|u:a|u:b|f>g|g>a|g>b"
    assert findings(body) == {("implicit-end", "a"), ("implicit-end", "b")}
    assert {one.severity for one in workflow.check(files(body), "p")} == {"warning"}
    definition = read(body)
    position = act(definition, begin(definition), "a")
    assert keys(position) == ["b"]
    position = act(definition, position, "b")
    assert (position.ended, passed(position)) == (True, ["b"])


def test_a_sub_process_or_an_event_without_a_flow_out_ends_its_branch():
    definition = read(f"s:f|{sub('q', 's:i|u:a|i>a')}|{on('q', 't', 'timer', DAY, **ASIDE)}|f>q")
    position = workflow.fire_timers(definition, begin(definition).state, at(24))
    assert (keys(position), passed(position)) == (["q/a"], ["t"])
    position = act(definition, position, "a")
    assert (position.ended, passed(position)) == (True, ["q/a", "q"])


def test_several_flows_out_of_a_step_are_taken_at_once_and_the_check_says_so():
    body = "s:f|u:a|u:b|u:c|g:j|e:z|f>a|a>b|a>c|b>j|c>j|j>z"
    assert findings(body) == {("implicit-split", "a")}
    definition = read(body)
    position = act(definition, begin(definition), "a")
    assert keys(position) == ["b", "c"]
    assert act(definition, act(definition, position, "c"), "b").ended


ASKED = "s:f|{0}|u:b|u:c|u:d|e:z|e:y|e:w|f>a|a>b?a.y &gt; 1|a>c?a.y &gt; 2|{1}|b>z|c>y|d>w"


@pytest.mark.parametrize(("answer", "taken"), [(3, ["b", "c", "d"]), (2, ["b", "d"]), (1, ["d"])])
def test_of_a_steps_flows_those_without_a_condition_are_taken_too(answer, taken):
    definition = read(ASKED.format("u:a", "a>d"))
    position = act(definition, begin(definition), "a", {"y": answer})
    assert sorted(keys(position)) == taken
    assert [one.flow for one in position.passed] == ["f_a"]
    assert next(one.flow for one in act(definition, position, taken[0]).passed) == f"a_{taken[0]}"


@pytest.mark.parametrize(("answer", "taken"), [(3, ["b", "c"]), (2, ["b"]), (1, ["d"])])
def test_the_default_flow_of_a_step_is_taken_when_no_condition_holds(answer, taken):
    definition = read(ASKED.format(user("a").replace("<bpmn:userTask", '<bpmn:userTask default="a_d"'), "a>d"))
    assert keys(act(definition, begin(definition), "a", {"y": answer})) == taken


def test_a_step_whose_conditions_all_fail_halts_the_case():
    definition = read(ASKED.format("u:a", "f>d").replace("f>a|", "f>g|g>a|").replace("f>d", "g>d|g:g"))
    with pytest.raises(Halted) as halt:
        act(definition, begin(definition), "a", {"y": 1})
    assert (halt.value.code, halt.value.element) == ("no-way-out", "a")


@pytest.mark.parametrize("element", [
    sub("a", "s:i|u:k|e:o|i>k|k>o"), user("a", instances("", times(2)))])
def test_conditions_stand_on_the_flows_of_every_activity_with_its_events(element):
    definition = read(f"s:f|{element}|{on('a', 't', 'timer', DAY)}|u:b|u:c|u:d|e:z|f>a|a>b?f.y == 1|a>c?f.y == 2|t>d|"
                      "b>z|c>z|d>z")
    for answer, taken in ((1, "b"), (2, "c")):
        position = begin(definition, y=answer)
        while keys(position) != [taken]:
            position = act(definition, position, position.waiting[0].key)
        assert position.next_timer is None
        assert act(definition, position, taken).ended
    position = begin(definition, y=1)
    assert keys(workflow.fire_timers(definition, position.state, at(24))) == ["d"]


def test_a_condition_on_a_flow_that_no_activity_or_choice_leaves_is_refused():
    for source in ("g:x", "e:z"):
        key = source[2:]
        assert ("ignored-condition", f"{key}_c") in findings(
            f"s:f|{source}|u:c|e:z2|f>{key}|{key}>c?f.y == 1|c>z2")
    assert workflow.check({"p.bpmn": drawn("s:f|u:c|e:z|f>c?f.y == 1|c>z")}, "p")[0].code == "ignored-condition"


def test_branches_of_conditions_that_a_parallel_gateway_waits_for_are_refused():
    assert ("join-starves", "j") in findings("s:f|u:a|u:b|u:c|g:j|e:z|f>a|a>b?a.y == 1|a>c?a.y == 2|b>j|c>j|j>z")


def test_a_loop_through_conditions_of_steps_nobody_does_is_refused():
    script = '<bpmn:scriptTask id="a"><bpmn:script>n = 1</bpmn:script></bpmn:scriptTask>'
    assert ("loop-without-wait", "x") in findings(f"s:f|x:x|{script}|u:b|f>x|x>a|a>x?n == 1|a>b?n == 2")
