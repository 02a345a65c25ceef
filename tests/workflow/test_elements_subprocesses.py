"""Sub-processes and called processes: steps with steps, whose errors lead on around them."""

from __future__ import annotations

from tests.workflow.drawing import SUB, begin, call, ending, on, read, sub
from tests.workflow.making import act, keys, passed


def test_a_sub_process_is_a_step_with_steps():
    definition = read(f"s:f|{sub('q', SUB)}|u:b|e:z|f>q|q>b|b>z")
    position = begin(definition)
    assert keys(position) == ["q/a"]
    assert definition.step(("q",), "a").kind == "user"
    position = act(definition, position, "a", {"x": 1})
    assert (keys(position), position.data["a"]) == (["b"], {"x": 1})
    assert passed(position) == ["q/a", "q/o", "q"]


def test_sub_processes_nest_and_loops_go_through_them():
    outer = sub("q", f"s:k|{sub('r', SUB)}|e:n|k>r|r>n")
    definition = read(f"s:f|x:m|{outer}|x:x|e:z|f>m|m>q|q>x|x>m?a.y == 1|x>z?a.y == 2")
    position = begin(definition)
    for _ in range(50):
        assert keys(position) == ["q/r/a"]
        position = act(definition, position, "a", {"y": 1})
    assert act(definition, position, "a", {"y": 2}).ended


def test_a_terminate_end_in_a_sub_process_ends_the_sub_process_alone():
    ended = '<bpmn:endEvent id="t"><bpmn:terminateEventDefinition/></bpmn:endEvent>'
    inner = sub("q", f"s:i|g:g|u:a|u:c|e:o|{ended}|i>g|g>a|g>c|a>t|c>o")
    definition = read(f"s:f|{inner}|u:b|e:z|f>q|q>b|b>z")
    position = begin(definition)
    assert sorted(keys(position)) == ["q/a", "q/c"]
    assert keys(act(definition, position, "a")) == ["b"]


def test_an_error_of_a_called_process_is_taken_by_its_caller():
    definition = read(f"s:f|{call('k', 'c')}|{on('k', 'b', 'error')}|u:d|e:y|e:z|f>k|k>z|b>d|d>y",
                      c=f"s:i|u:a|{ending('o', 'error')}|i>a|a>o")
    assert keys(act(definition, begin(definition), "a")) == ["d"]
