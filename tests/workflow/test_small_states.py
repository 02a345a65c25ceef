"""A state stays small whatever way a case takes, and an act does the same work at the thousandth round of a loop as at
the tenth: work is counted in calls, which are the same on every machine."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from random import Random
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import workflow
from engine.workflow import Definition, Position, codec, inspection, running
from tests.workflow import drawing
from tests.workflow.drawing import ASIDE, DAY, catch, decision, instances, on, service, sub, times, user
from tests.workflow.making import NOW, act, keys
from tests.workflow.random_diagrams import TABLE
from tests.workflow.test_check import diagram
from tests.workflow.test_loops import BESIDE, INSIDE, TIMED
from tests.workflow.test_random_events import VERBS

LIMIT = 20_000
SEVERAL = (f"s:f|g:g|{user('m', instances('', times(3)))}|x:x|u:b|x:y|g:j|e:z|f>g|g>m|g>x|x>b|b>y|y>x?b.way == 1|"
           "y>j?b.way != 1|m>j|j>z")
STEPS = 30
LONG = "|".join([
    # received, looked at, supplemented as often as it takes
    "s:f|u:a1|x:m1|u:a2|x:c1|u:a3|f>a1|a1>m1|m1>a2|a2>c1|c1>a3?a2.way % 3 == 0|c1>g1?a2.way % 3 != 0|a3>m1",
    # four things at once: one with a reminder, one with steps of its own, one for each of three offices, an answer
    f"g:g1|u:a4|{on('a4', 't1', 'timer', DAY, **ASIDE)}|u:a5|e:z1|g1>a4|t1>a5|a5>z1",
    f"{sub('q1', 's:i|u:b1|x:n|u:b2|x:d|e:o|i>b1|b1>n|n>b2|b2>d|d>n?b2.way % 3 == 0|d>o?b2.way % 3 != 0')}|g1>q1",
    f"{user('a6', instances('', times(3)))}|g1>a6|{catch('r1', 'message')}|g1>r1",
    "g:j1|a4>j1|q1>j1|a6>j1|r1>j1",
    # a fee, and those who must be asked
    f"{decision('d1', 'd')}|u:a8|j1>d1|d1>a8|a8>o1",
    '<bpmn:inclusiveGateway id="o1"/>|<bpmn:inclusiveGateway id="o2"/>|u:a9|u:a10|u:a11|a9>o2|a10>o2|a11>o2',
    "o1>a9?a8.way % 2 == 0|o1>a10?a8.way % 3 == 0|o1>a11?a8.way >= 0",
    # what comes first, then the work of a system, and perhaps all of it again
    '<bpmn:eventBasedGateway id="v1"/>|x:m2|x:m3',
    f"o2>m3|m3>v1|{catch('r2', 'message')}|{catch('t2', 'timer', DAY)}|v1>r2|v1>t2|u:a12|r2>m2|t2>a12|a12>m2",
    f"{service('s1')}|u:a13|x:c2|m2>s1|s1>a13|a13>c2|c2>m1?a13.way % 4 == 0|c2>a14?a13.way % 4 != 0",
    "|".join(f"u:a{number}|a{number - 1}>a{number}" for number in range(15, 25)),
    "u:a14|x:c3|e:z|a24>c3|c3>m3?a24.way % 2 == 0|c3>z?a24.way % 2 != 0"])
SYLLABLES = ("hồ sơ", "thẩm định", "bổ sung", "quyết định", "giấy phép", "lái xe", "công an", "phường", "số 12/2026",
             "ngày", "theo", "điều 7", "chưa đủ", "đủ điều kiện")


def calls(what: Any) -> tuple[Any, Counter[str]]:
    """Do something and count every call of a function on the way, by its name."""
    found: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            found[frame.f_code.co_qualname] += 1
    gc.collect()
    gc.disable()
    sys.setprofile(count)
    try:
        result = what()
    finally:
        sys.setprofile(None)
        gc.enable()
    return result, found


@pytest.mark.parametrize("body", [BESIDE, INSIDE, TIMED, SEVERAL])
def test_the_thousandth_round_restores_and_visits_what_the_tenth_did(body):
    read = workflow.read({"p.bpmn": diagram(body)}, "p")
    position, work, sizes = workflow.start(read, None, NOW), {}, {}
    for number in range(1, 1_001):
        if number in (10, 1_000):
            state = position.state
            restored = codec.load(state, read, running.engine(read, NOW, running.BUDGET))
            sizes[number] = [len(one.tasks) for one in inspection.trees(restored)]
            position, work[number] = calls(lambda at=position: act(read, at, "b", {"way": 1}))
        else:
            position = act(read, position, "b", {"way": 1})
    assert sizes[1_000] == sizes[10]
    assert work[1_000] == work[10]
    assert sum(work[10].values()) > 200
    assert len(keys(position)) > 1


def letter(chance: Random) -> dict[str, Any]:
    """Give the answers of a form of some length."""
    return {"way": chance.randrange(12), "note": " ".join(chance.choice(SYLLABLES) for _ in range(60)),
            "papers": [f"{chance.getrandbits(64):x}.pdf" for _ in range(8)]}


def go_on(read: Definition, position: Position, chance: Random) -> Position:
    """Do one of the things that wait, or let the timers fire."""
    waiting = [one for one in position.waiting if one.kind in VERBS]
    if position.next_timer and (not waiting or not chance.randrange(5)):
        return workflow.fire_timers(read, position.state, position.next_timer)
    one = chance.choice(waiting)
    return VERBS[one.kind](read, position.state, one.id, letter(chance), NOW)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_procedure_of_thirty_steps_stays_below_20_kb_whatever_way_it_takes(seed):
    chance = Random(seed)  # noqa: S311 - no secret hangs on it
    read = workflow.read({"p.bpmn": drawing.drawn(LONG), "d.dmn": TABLE}, "p")
    assert sum(one.kind in ("user", "service", "catch", "timer", "decision") for one in read.steps.values()) >= STEPS
    position = workflow.start(read, {**letter(chance), "a": 3}, NOW)
    for _ in range(90):
        position = go_on(read, position, chance)
        assert len(position.state) <= LIMIT
        if position.ended:
            return
