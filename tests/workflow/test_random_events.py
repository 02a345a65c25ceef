"""Diagrams out of every element, driven at random: whatever they mean, a case never contradicts itself."""

from __future__ import annotations

import os
from collections import Counter

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine import workflow
from engine.domain.errors import Halted
from engine.workflow import codec, inspection, running, specs
from tests.workflow.carried import Carried, seen
from tests.workflow.making import NOW
from tests.workflow.random_diagrams import BLOCKS, Random

# What may stop a case of a sound diagram: a signal thrown in answer to itself, for one.
MAY_HALT = {"budget"}
MAY_BE_REFUSED = {"join-starves", "loop-without-wait", "calls-too-deep", "signal-without-end"}
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "100"))
VERBS = {"user": workflow.complete, "service": workflow.answer, "receive": workflow.deliver,
         "handoff": workflow.accept}
ANSWERS = st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7])


def places(position):
    """Give every waiting place with its task id: path, key, kind, and which of several."""
    number, found = Counter(), []
    for one in position.waiting:
        place = (one.path, one.key, one.kind)
        found.append(((*place, number[place]), one.id))
        number[place] += 1
    return sorted(found, key=lambda one: one[0])


def move(read, position, act, now):
    """Do one act to a stored case."""
    verb, place, given = act
    if verb == "fire":
        return workflow.fire_timers(read, position.state, now)
    if verb == "signal":
        return workflow.signal(read, position.state, "flood", {}, now)
    return VERBS[place[2]](read, position.state, dict(places(position))[place], given, now)


def carry(case, act, now):
    """Do the same act to a case in memory."""
    verb, place, given = act
    if verb == "fire":
        case.fire(now)
    elif verb == "signal":
        case.signal("flood", now)
    else:
        case.act(place, given, now)


def choose(data, position):
    """Draw an act that is possible at a position."""
    choices = [("act", place, None) for place, _ in places(position) if place[2] in VERBS]
    choices += [("fire", None, None)] * (2 if position.next_timer else 0)
    choices += [("signal", None, None)] * (1 if any(one.kind == "signal" for one in position.waiting) else 0)
    verb, place, _ = data.draw(st.sampled_from(choices))
    return verb, place, {"way": data.draw(ANSWERS)} if verb == "act" else None


def comparable(act, before, after, read):
    """Tell whether an act means the same whatever the order of the branches: of two equal places, two catchers of a
    signal, or two timers that are due at once, either may be the first."""
    verb, place, _ = act
    signals = sum(one.kind == "signal" for one in before.waiting)
    if (verb == "signal" or any(one.kind == "signal" for one in after.sent)) and signals > 1:
        return False
    if verb == "fire":
        loaded = codec.load(before.state, read, running.engine(read, NOW, running.BUDGET))
        due = [specs.due_of(one).at for one in inspection.timers(loaded)]
        return len(due) == len(set(due))
    return place is None or (*place[:3], 1) not in dict(places(before))


def holds_together(read, position):
    """What is true of every position."""
    again = workflow.look(read, position.state)
    assert (again.waiting, again.data, again.ended, again.next_timer, again.state, again.inside) == (
        position.waiting, position.data, position.ended, position.next_timer, position.state, position.inside)
    assert position.ended == (not position.waiting and position.next_timer is None)
    assert len({one.id for one in position.waiting}) == len(position.waiting)
    loaded = codec.load(position.state, read, running.engine(read, NOW, running.BUDGET))
    for timer in inspection.timers(loaded):
        assert [one for one in timer.parent.children if one is timer or not one._state & 448]
    live = len(inspection.live(loaded))
    assert sum(len(one.tasks) for one in inspection.trees(loaded)) < (live + 1) * (len(read.steps) + 10)
    for one in position.waiting:
        assert read.step(one.path, one.key)
        assert workflow.data_at(read, position.state, one.id) is not None


def attempt(act):
    """Give what an act gives, or None where it stops the case for a reason that may be."""
    try:
        return act()
    except Halted as halt:
        if halt.code not in MAY_HALT:
            raise
        return None


def beside(data, read, other, now):
    """Move another case of the same definition: nothing of it may be seen in the first."""
    if other is None or other.ended:
        return other
    act = choose(data, other)
    return attempt(lambda: move(read, other, act, now)) or other


def same(case, carried, replayed):
    """A stored case looks like one that was never stored, and like one played a second time."""
    assert carried is None or seen(carried.position) == seen(case)
    assert [((one.path, one.key), one.flow) for one in case.passed] == [
        ((one.path, one.key), one.flow) for one in replayed.passed]
    assert [place for place, _ in places(replayed)] == [place for place, _ in places(case)]
    assert replayed.data == case.data


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck),
          phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink])
@given(block=BLOCKS, data=st.data())
def test_a_case_of_any_diagram_never_contradicts_itself(block, data):
    files = Random().files(block)
    problems = {one.code for one in workflow.check(files, "p") if one.severity == "error"}
    if problems:
        assert problems <= MAY_BE_REFUSED
        return
    read, alone = workflow.read(files, "p"), workflow.read(files, "p")
    filing, now = {"a": data.draw(ANSWERS)}, NOW
    case = attempt(lambda: workflow.start(read, filing, now))
    other = attempt(lambda: workflow.start(read, {"a": 1}, now))
    if case is None:
        return
    carried, replayed = Carried(read, filing, now), workflow.start(alone, filing, now)
    for _ in range(20):
        holds_together(read, case)
        same(case, carried, replayed)
        if case.ended:
            return
        act = choose(data, case)
        if act[0] == "fire":
            now = max(now, case.next_timer)
        before, case = case, attempt(lambda here=case, act=act, at=now: move(read, here, act, at))
        if case is None:
            return
        carried = carried if carried is not None and comparable(act, before, case, read) else None
        if carried is not None:
            carry(carried, act, now)
        other = beside(data, read, other, now)
        replayed = move(alone, replayed, act, now)
