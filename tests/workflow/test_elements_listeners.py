"""Event sub-processes: what listens while a process runs, and ends it or runs beside it."""

from __future__ import annotations

import pytest

from engine import workflow
from tests.workflow.drawing import (
    DAY,
    LISTENER,
    TERMINATE,
    begin,
    condition,
    ending,
    event,
    listening,
    on,
    read,
    sub,
    throw,
)
from tests.workflow.making import NOW, act, at, keys, passed

STARTED = "u:c|e:o|w>c|c>o"


def test_an_interrupting_one_ends_the_rest():
    definition = read(listening("message", ref="m2"))
    position = begin(definition)
    assert sorted(keys(position)) == ["a", "q/w"]
    position = act(definition, position, "w", {"why": "moved"})
    assert (keys(position), position.data["w"]) == (["q/c"], {"why": "moved"})
    assert passed(position) == ["q/w"]
    assert act(definition, position, "c").ended


def test_one_that_does_not_interrupt_runs_beside_and_again():
    definition = read(listening("message", isInterrupting="false"))
    position = begin(definition)
    for _ in range(2):
        position = act(definition, position, "w")
    assert sorted(keys(position)) == ["a", "q/c", "q/c", "q/w"]
    position = act(definition, act(definition, position, "a"), "b")
    assert keys(position) == ["q/c", "q/c"]
    position = act(definition, position, "c")
    assert act(definition, position, "c").ended


def test_a_case_with_one_that_nothing_calls_ends_as_any_other():
    definition = read(listening("signal"))
    assert act(definition, act(definition, begin(definition), "a"), "b").ended
    other = begin(definition)
    workflow.signal(definition, other.state, "flood", {}, NOW)
    assert act(definition, act(definition, begin(definition), "a"), "b").ended      # specs are shared, cases are not


@pytest.mark.parametrize("attributes", [{}, {"isInterrupting": "false"}], ids=["interrupting", "beside"])
def test_a_signal_a_time_and_a_condition_are_listened_for(attributes):
    beside = ["a"] if attributes else []
    flood = read(listening("signal", **attributes))
    heard = workflow.signal(flood, begin(flood).state, "flood", {"level": 3}, NOW)
    assert [key for key in sorted(keys(heard)) if key != "q/w"] == [*beside, "q/c"]
    assert heard.data["w"] == {"level": 3}
    late = read(listening("timer", DAY, **attributes))
    position = begin(late)
    assert position.next_timer == at(24)
    assert sorted(keys(workflow.fire_timers(late, position.state, at(24)))) == [*beside, "q/c"]
    conditional = read(listening("conditional", condition("a.y == 1"), **attributes))
    position = begin(conditional)
    assert sorted(keys(act(conditional, position, "a", {"y": 1}))) == (["b", "q/c"] if attributes else ["q/c"])
    assert keys(act(conditional, position, "a", {"y": 2})) == ["b"]


def test_an_error_of_the_process_is_taken_by_its_event_sub_process():
    inside = f"{event('startEvent', 'w', 'error')}|{STARTED}"
    definition = read(f"s:f|u:a|{ending('z', 'error')}|f>a|a>z|{sub('q', inside, LISTENER)}")
    position = act(definition, begin(definition), "a")
    assert (keys(position), position.data["w"]) == (["q/c"], {"code": "lost", "element": "z"})
    assert act(definition, position, "c").ended


def test_an_error_that_an_event_sub_process_throws_goes_to_the_event_on_the_step_it_stands_in():
    inside = f"{event('startEvent', 'w', 'message')}|u:c|{ending('lost', 'error')}|w>c|c>lost"
    listening_in = sub("r", f"s:i|u:a|e:o|i>a|a>o|{sub('q', inside, LISTENER)}")
    definition = read(f"s:f|{listening_in}|{on('r', 'b', 'error')}|u:d|e:y|e:z|f>r|r>z|b>d|d>y")
    position = act(definition, act(definition, begin(definition), "w"), "c")
    assert (keys(position), position.data["b"]) == (["d"], {"code": "lost", "element": "lost"})
    assert act(definition, position, "d").ended


@pytest.mark.parametrize(("attributes", "left"), [({}, ["q/c"]), ({"isInterrupting": "false"}, ["b", "q/c"])],
                         ids=["interrupting", "beside"])
def test_an_escalation_of_the_process_is_taken_by_its_event_sub_process(attributes, left):
    inside = f"{event('startEvent', 'w', 'escalation', **attributes)}|{STARTED}"
    definition = read(f"s:f|u:a|{throw('t', 'escalation')}|u:b|e:z|f>a|a>t|t>b|b>z|{sub('q', inside, LISTENER)}")
    assert sorted(keys(act(definition, begin(definition), "a"))) == left


def test_one_of_a_sub_process_listens_while_that_runs():
    listener = sub("q", f"{event('startEvent', 'w', 'message')}|u:c|e:n|w>c|c>n", LISTENER)
    definition = read(f"s:f|u:d|{sub('r', f's:i|u:a|e:o|i>a|a>o|{listener}')}|u:b|e:z|f>d|d>r|r>b|b>z")
    position = begin(definition)
    assert keys(position) == ["d"]
    position = act(definition, position, "d")
    assert sorted(keys(position)) == ["r/a", "r/q/w"]
    assert keys(act(definition, position, "a")) == ["b"]
    position = act(definition, act(definition, position, "w"), "c")
    assert keys(position) == ["b"]


def test_a_terminate_end_ends_them_too():
    drawing = listening("message", isInterrupting="false").replace("e:z", TERMINATE.format("z"))
    definition = read(drawing)
    position = act(definition, begin(definition), "w")
    assert act(definition, act(definition, position, "a"), "b").ended
