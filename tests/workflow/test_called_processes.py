"""A called process shares the record of its case, and goes when its caller goes."""

from __future__ import annotations

import pytest

from engine import workflow
from tests.workflow.making import NOW, act, at, definition, keys, passed
from tests.workflow.test_check import BOUNDARY, diagram

CALL = '<bpmn:callActivity id="a" calledElement="q"/>'
INSIDE = ("s:g|u:b|x:x|u:c|e:y|e:w|g>b|b>x|x>c?b.way == f.way|x>y?b.way != f.way|c>w")
ENDING = '<bpmn:endEvent id="{}"><bpmn:terminateEventDefinition/></bpmn:endEvent>'


def _read(outer: str, inner: str = INSIDE) -> workflow.Definition:
    return workflow.read({"p.bpmn": diagram(outer), "q.bpmn": diagram(inner, "q")}, "p")


def test_the_called_process_reads_and_writes_the_record_of_its_case():
    read = _read(f"s:f|{CALL}|u:d|e:z|f>a|a>d|d>z")
    position = act(read, workflow.start(read, {"way": 1}, NOW), "b", {"way": 1})
    assert keys(position) == ["a/c"]
    position = act(read, position, "c", {"by": "c"})
    assert keys(position) == ["d"]
    assert passed(position) == ["a/c", "a/w", "a"]
    assert [one.flow for one in position.passed] == ["x_c", "c_w", "f_a"]
    assert position.data == {"f": {"way": 1}, "b": {"way": 1}, "c": {"by": "c"}}
    assert keys(act(read, workflow.start(read, {"way": 1}, NOW), "b", {"way": 2})) == ["d"]


@pytest.mark.parametrize("inner", [INSIDE, f"s:g|{CALL.replace('q', 'r')}|e:y|g>a|a>y"])
def test_a_timer_that_interrupts_a_call_takes_everything_inside_away(inner):
    timer = BOUNDARY.format("", "timeDuration", "P1D")
    files = {"p.bpmn": diagram(f"s:f|{CALL}|{timer}|u:late|e:z|e:v|f>a|a>z|b>late|late>v".replace('id="b"', 'id="tick"')
                               .replace("b>late", "tick>late")),
             "q.bpmn": diagram(inner, "q"), "r.bpmn": diagram(INSIDE, "r")}
    read = workflow.read(files, "p")
    position = workflow.start(read, {"way": 1}, NOW)
    assert [one.key for one in position.waiting] == ["b"]
    late = workflow.fire_timers(read, position.state, at(24))
    assert (keys(late), passed(late), late.next_timer) == (["late"], ["tick"], None)
    assert act(read, late, "late").ended


def test_a_timer_inside_a_called_process_goes_with_it():
    timer = BOUNDARY.format("", "timeDuration", "P1D").replace('attachedToRef="a"', 'attachedToRef="c"').replace(
        'id="b"', 'id="tick"')
    read = _read(f"s:f|g:g|{CALL}|u:d|{ENDING.format('z')}|e:y|f>g|g>a|g>d|a>y|d>z",
                 f"s:g|u:c|{timer}|e:y|e:w|g>c|c>y|tick>w")
    position = workflow.start(read, None, NOW)
    assert position.next_timer == at(24)
    ended = act(read, position, "d")
    assert (ended.ended, ended.next_timer, keys(ended)) == (True, None, [])
    fired = workflow.fire_timers(read, position.state, at(24))
    assert (keys(fired), passed(fired)) == (["d"], ["a/tick", "a/w", "a", "y"])


def test_terminate_inside_a_called_process_ends_only_that_one():
    inner = f"s:g|g:k|u:b|u:c|{ENDING.format('y')}|e:w|g>k|k>b|k>c|b>y|c>w"
    read = _read(f"s:f|{CALL}|u:d|e:z|f>a|a>d|d>z", inner)
    position = act(read, workflow.start(read, None, NOW), "b")
    assert (keys(position), position.ended) == (["d"], False)


def test_the_same_process_called_twice_at_once_keeps_two_places():
    twice = CALL.replace('id="a"', 'id="a2"')
    read = _read(f"s:f|g:k|g:j|{CALL}|{twice}|e:z|f>k|k>a|k>a2|a>j|a2>j|j>z", "s:g|u:b|e:y|g>b|b>y")
    position = workflow.start(read, None, NOW)
    assert sorted(keys(position)) == ["a/b", "a2/b"]
    first = next(one for one in position.waiting if one.path == ("a2",))
    position = workflow.complete(read, position.state, first.id, {}, NOW)
    assert keys(position) == ["a/b"]
    assert act(read, position, "b").ended


def test_steps_waiting_in_called_processes_name_their_path():
    read = definition("caller")
    position = act(read, workflow.start(read, None, NOW), "ask")
    assert [(one.path, one.key) for one in position.waiting] == [(("supplement", "look"), "check")]
    assert read.step(position.waiting[0].path, "check").process == "inner"
