"""A loop costs the same at its thousandth round as at its first, and what cannot go on says so."""

from __future__ import annotations

import threading
import time

import pytest

from engine import workflow
from engine.domain.errors import Halted
from engine.workflow import Budget
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


def test_history_that_cannot_be_dropped_ends_as_a_halt_never_as_an_end():
    read = definition("timers")
    position = workflow.fire_timers(read, workflow.start(read, None, NOW).state, at(49))
    assert "remind" in keys(position)      # a branch stays open, so nothing may be dropped
    halt = None
    while halt is None:
        work = next(one for one in position.waiting if one.key == "work")
        try:
            position = workflow.complete(read, position.state, work.id, {"outcome": "return"}, NOW,
                                         budget=Budget(depth=100))
        except Halted as error:
            halt = error
        assert not position.ended
        assert sorted(keys(position)) == ["remind", "work"]
    assert halt.code == "depth"
    assert sorted(keys(workflow.look(read, position.state))) == ["remind", "work"]


@pytest.mark.slow
def test_without_the_guard_the_librarys_blindness_is_seen_and_halts():
    # Deeper than 1,000 tasks the library finds nothing that waits; the open branch keeps the history.
    read = workflow.read({"p.bpmn": diagram(
        "s:f|g:g|u:a|x:x|u:b|x:y|g:j|e:z|f>g|g>a|g>x|x>b|b>y|y>x?b.way == 1|y>j?b.way != 1|a>j|j>z")}, "p")
    position, halt, rounds = workflow.start(read, None, NOW), None, 0
    while halt is None:
        again = next(one for one in position.waiting if one.key == "b")
        rounds += 1
        try:
            position = workflow.complete(read, position.state, again.id, {"way": 1}, NOW,
                                         budget=Budget(depth=10**6, seconds=60))
        except Halted as error:
            halt = error
        assert not position.ended
        assert sorted(keys(position)) == ["a", "b"]
    assert halt.code == "disagreement"
    assert rounds > 300


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
