"""A loop costs the same at its thousandth round as at its first, and what cannot go on says so."""

from __future__ import annotations

import threading
import time

import pytest

from engine import workflow
from engine.domain.errors import Halted
from engine.workflow import Budget, codec, inspection, running
from tests.workflow.drawing import ASIDE, DAY, SUB, on, sub
from tests.workflow.making import NOW, act, at, definition, keys
from tests.workflow.test_check import diagram


def test_a_rework_loop_taken_a_thousand_times_works_at_flat_cost():
    read = definition("rework")
    position = workflow.start(read, {"name": "An"}, NOW)
    sizes, times = [], []
    for _ in range(1_000):
        began = time.thread_time()
        position = act(read, position, "draft", {"text": "x"})
        position = act(read, position, "review", {"outcome": "return"})
        times.append(time.thread_time() - began)
        sizes.append(len(position.state))
        assert keys(position) == ["draft"]
    position = act(read, act(read, position, "draft", {"text": "x"}), "review", {"outcome": "approve"})
    assert position.ended
    assert position.data["review"] == {"outcome": "approve"}
    assert max(sizes[-100:]) <= max(sizes[:100]) + 8
    assert sorted(times[-100:])[50] < 3 * sorted(times[:100])[50]


def test_a_loop_through_called_processes_works_three_hundred_times():
    read = definition("caller")
    position = workflow.start(read, None, NOW)
    for _ in range(300):
        assert keys(position) == ["supplement/ask"]
        position = act(read, position, "ask")
        assert keys(position) == ["supplement/look/check"]
        position = act(read, position, "check", {"complete": True})
        position = act(read, position, "decide", {"outcome": "return"})
    assert len(position.state) < 600
    position = act(read, act(read, position, "ask"), "check", {"complete": True})
    assert act(read, position, "decide", {"outcome": "approve"}).ended


def test_a_loop_over_a_step_with_timers_and_one_with_branches_stay_small():
    for slug, acts in (("timers", ["work"]), ("parallel", ["right", "left", "middle", "sum_up"])):
        read = definition(slug)
        position = workflow.start(read, None, NOW)
        for _ in range(300):
            for key in acts:
                position = act(read, position, key, {"outcome": "return"})
        assert len(position.state) < 600


BESIDE = "s:f|g:g|u:a|x:x|u:b|x:y|g:j|e:z|f>g|g>a|g>x|x>b|b>y|y>x?b.way == 1|y>j?b.way != 1|a>j|j>z"
ROUND = "s:i|x:x|u:b|x:y|e:o|i>x|x>b|b>y|y>x?b.way == 1|y>o?b.way != 1"
INSIDE = f"s:f|g:g|u:a|{sub('q', ROUND)}|g:j|e:z|f>g|g>a|g>q|a>j|q>j|j>z"
TIMED = (f"s:f|x:x|{sub('q', SUB)}|u:b|x:y|e:z|e:w|g:g|g:j|{on('q', 't', 'timer', DAY, **ASIDE)}|u:c|f>g|g>x|"
         "g>q|t>c|c>w|x>b|b>y|y>x?b.way == 1|y>j?b.way != 1|q>j|j>z")


@pytest.mark.parametrize(("body", "open_ones"), [(BESIDE, ["a"]), (INSIDE, ["a"]), (TIMED, ["q/a"])])
def test_a_loop_beside_an_open_branch_or_timer_works_a_thousand_times_at_flat_cost(body, open_ones):
    read = workflow.read({"p.bpmn": diagram(body)}, "p")
    position, sizes = workflow.start(read, None, NOW), []
    for _ in range(1_000):
        position = act(read, position, "b", {"way": 1})
        sizes.append(len(position.state))
        assert sorted(one.rpartition("/")[2] for one in keys(position)) == ["a", "b"]
    assert max(sizes) <= min(sizes) + 16
    kept = codec.load(position.state, read, running.engine(read, NOW, running.BUDGET))
    assert max(inspection.depth(one) for one in inspection.trees(kept)) < 12
    position = act(read, position, "b", {"way": 2})
    assert keys(position) == open_ones
    assert act(read, position, "a").ended


def test_a_loop_beside_branches_of_a_step_that_had_its_events_works_a_thousand_times():
    read = definition("timers")
    position = workflow.fire_timers(read, workflow.start(read, None, NOW).state, at(49))
    for _ in range(1_000):
        position = act(read, position, "work", {"outcome": "return"})
        assert sorted(keys(position)) == ["remind", "work"]
    assert len(position.state) < 600


def test_a_case_of_too_many_branches_halts_and_never_looks_ended():
    read = definition("timers")
    position, halt = workflow.start(read, None, NOW), None
    while halt is None:
        try:
            position = workflow.fire_timers(read, position.state, position.next_timer, budget=Budget(kept=100))
            position = act(read, position, "work", {"outcome": "return"}, position.next_timer)
        except Halted as error:
            halt = error
        assert not position.ended
    assert halt.code == "depth"
    assert keys(workflow.look(read, position.state)) == keys(position)


def test_an_advance_over_its_budget_halts_with_the_state_unchanged():
    read = definition("rework")
    position = act(read, workflow.start(read, None, NOW), "draft")
    before = bytes(position.state)
    with pytest.raises(Halted) as halt:
        workflow.complete(read, position.state, position.waiting[0].id, {"outcome": "return"}, NOW,
                          budget=Budget(tasks=2))
    assert halt.value.code == "budget"
    ticks = iter(range(0, 1_000, 3))
    with pytest.raises(Halted) as halt:
        workflow.complete(read, position.state, position.waiting[0].id, {}, NOW,
                          budget=Budget(elapsed=lambda: next(ticks)))
    assert halt.value.code == "budget"
    assert position.state == before
    assert keys(act(read, position, "review", {"outcome": "return"})) == ["draft"]


def test_one_definition_serves_many_threads():
    read = definition("parallel")
    failures: list[str] = []

    def play() -> None:
        for _ in range(40):
            position = workflow.start(read, None, NOW)
            for key in ("left", "right", "middle"):
                position = act(read, position, key, {"by": key})
            if keys(position) != ["sum_up"] or not act(read, position, "sum_up", {"outcome": "approve"}).ended:
                failures.append("lost")

    threads = [threading.Thread(target=play) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failures == []


def test_a_join_waits_for_every_branch_in_every_round():
    read = definition("parallel")
    position = workflow.start(read, None, NOW)
    for _ in range(3):
        for key in ("left", "right"):
            position = act(read, position, key)
            assert "sum_up" not in keys(position)
        position = act(read, position, "middle")
        assert keys(position) == ["sum_up"]
        joined = next(one for one in position.passed if one.key == "join")
        assert sorted([joined.flow, *joined.joined]) == ["flow_l2", "flow_m2", "flow_r2"]
        position = act(read, position, "sum_up", {"outcome": "return"})


def test_terminate_ends_the_case_at_once():
    read = definition("terminate")
    position = act(read, workflow.start(read, None, NOW), "withdraw")
    assert position.ended
    assert keys(position) == []
    position = act(read, workflow.start(read, None, NOW), "work")
    assert not position.ended
    assert act(read, position, "withdraw").ended
