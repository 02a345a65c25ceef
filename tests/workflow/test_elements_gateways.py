"""Gateways that take several ways, or the way of what happens first; what a join waits for."""

from __future__ import annotations

import pytest

from engine import workflow
from engine.domain.errors import Halted
from tests.workflow.drawing import DAY, begin, catch, read
from tests.workflow.making import NOW, act, at, keys


def test_an_inclusive_gateway_takes_every_way_that_holds_and_waits_for_all_it_took():
    gateways = '<bpmn:inclusiveGateway id="o" default="o_d"/>|<bpmn:inclusiveGateway id="j"/>'
    definition = read(f"s:f|u:a|{gateways}|u:b|u:c|u:d|u:last|e:z|"
                      "f>a|a>o|o>b?a.y &gt; 1|o>c?a.y &gt; 2|o>d|b>j|c>j|d>j|j>last|last>z")
    for answer, taken in ((3, ["b", "c"]), (2, ["b"]), (1, ["d"])):
        position = act(definition, begin(definition), "a", {"y": answer})
        assert keys(position) == taken
        for number, key in enumerate(taken, 1):
            position = act(definition, position, key)
            assert keys(position) == (taken[number:] or ["last"])
        assert act(definition, position, "last").ended


def test_an_inclusive_join_does_not_wait_for_a_branch_that_went_elsewhere():
    definition = read('s:f|g:g|u:b|u:c|x:x|e:y|<bpmn:inclusiveGateway id="j"/>|u:last|e:z|'
                      "f>g|g>b|g>c|b>j|c>x|x>j?c.y == 1|x>y?c.y == 2|j>last|last>z")
    position = act(definition, begin(definition), "b")
    assert keys(position) == ["c"]
    assert keys(act(definition, position, "c", {"y": 2})) == ["last"]
    assert keys(act(definition, position, "c", {"y": 1})) == ["last"]


def test_an_inclusive_gateway_without_a_way_out_halts_the_case():
    definition = read('s:f|u:a|<bpmn:inclusiveGateway id="o"/>|e:y|e:z|f>a|a>o|o>y?a.y == 1|o>z?a.y == 2')
    with pytest.raises(Halted) as halted:
        act(definition, begin(definition), "a", {"y": 3})
    assert halted.value.code == "no-way-out"


def test_behind_an_event_based_gateway_the_first_event_wins():
    events = f"{catch('c', 'message')}|{catch('t', 'timer', DAY)}|{catch('d', 'signal')}"
    definition = read(f's:f|<bpmn:eventBasedGateway id="o"/>|{events}|u:a|u:b|e:z|e:y|e:w|'
                      "f>o|o>c|o>t|o>d|c>a|t>b|a>z|b>y|d>w")
    position = begin(definition)
    assert (sorted(keys(position)), position.next_timer) == (["c", "d"], at(24))
    told = act(definition, position, "c")
    assert (keys(told), told.next_timer) == (["a"], None)
    assert keys(workflow.fire_timers(definition, position.state, at(24))) == ["b"]
    assert workflow.signal(definition, position.state, "flood", {}, NOW).ended
    assert act(definition, told, "a").ended
