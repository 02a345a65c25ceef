"""Where a case begins, and calls that begin only when another unit accepts them."""

from __future__ import annotations

import pytest

from engine import workflow
from engine.domain.errors import Halted
from tests.workflow.drawing import SUB, begin, call, condition, event, on, read
from tests.workflow.making import NOW, act, keys

WEEKLY = "<bpmn:timeCycle>R/P7D</bpmn:timeCycle>"


def test_a_case_begins_at_the_start_that_happened():
    triggered = "|".join((event("startEvent", "m", "message"), event("startEvent", "d", "signal"),
                          event("startEvent", "t", "timer", WEEKLY),
                          event("startEvent", "q", "conditional", condition("q.urgent == 1"))))
    definition = read(f"s:f|{triggered}|u:a|u:b|u:c|u:h|u:g|e:z|f>a|m>b|d>c|t>h|q>g|a>z|b>z|c>z|h>z|g>z")
    assert sorted(definition.starts) == ["d", "f", "m", "q", "t"]
    for start, key in (("m", "b"), ("d", "c"), ("t", "h")):
        position = workflow.start(definition, {"x": 1}, NOW, event=start)
        assert (keys(position), position.data) == ([key], {start: {"x": 1}})
    assert keys(begin(definition, urgent=0)) == ["a"]
    urgent = begin(definition, urgent=1)
    assert (keys(urgent), urgent.data) == (["g"], {"q": {"urgent": 1}})


HANDED = '<motcua:handoff to="land-office"/>'


def test_a_call_handed_over_waits_until_it_is_accepted():
    definition = read(f"s:f|{call('k', 'c', HANDED)}|e:z|f>k|k>z", c=SUB)
    position = begin(definition)
    (waiting,) = position.waiting
    assert (waiting.kind, waiting.key) == ("handoff", "k")
    position = workflow.accept(definition, position.state, waiting.id, {"outcome": "accepted"}, NOW)
    assert (keys(position), position.data["k"]) == (["k/a"], {"outcome": "accepted"})
    assert act(definition, position, "a").ended


@pytest.mark.parametrize("taken", ["", f"|{on('k', 'b', 'error')}|u:d|e:y|b>d|d>y"], ids=["nothing", "another code"])
def test_a_call_is_not_refused_where_no_way_is_drawn_for_it(taken):
    definition = read(f"s:f|{call('k', 'c', HANDED)}{taken}|e:z|f>k|k>z", c=SUB)
    position = begin(definition)
    (waiting,) = [one for one in position.waiting if one.kind == "handoff"]
    assert not workflow.refusable(definition, position.state, waiting.id)
    with pytest.raises(Halted) as halted:
        workflow.refuse(definition, position.state, waiting.id, {"reason": "x"}, NOW)
    assert halted.value.code == "no-refusal"


@pytest.mark.parametrize("code", ["refusal", ""], ids=["its code", "any code"])
def test_a_call_refused_takes_the_way_drawn_for_it(code):
    definition = read(f"s:f|{call('k', 'c', HANDED)}|{on('k', 'b', 'error', ref=code)}|u:d|e:y|e:z|f>k|k>z|b>d|d>y",
                      c=SUB)
    position = begin(definition)
    (waiting,) = position.waiting
    assert workflow.refusable(definition, position.state, waiting.id)
    position = workflow.refuse(definition, position.state, waiting.id, {"reason": "not ours"}, NOW)
    assert (keys(position), position.data["b"]) == (["d"], {"reason": "not ours"})
    assert act(definition, position, "d").ended
