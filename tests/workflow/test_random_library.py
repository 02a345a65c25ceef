"""The bytes a case is stored as say all that the library's own serializer says: diagrams out of every element, acts at
random, once stored and compacted at every act, once written and read back by the library with nothing ever dropped.

Where a diagram leaves open which of several comes first (two tokens at one step, two that wait for one signal, two
timers due at once), the library's case goes every way, and one of them must be ours. Two thousand diagrams:
`pytest tests/workflow/test_random_library.py --hypothesis-profile long`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice, permutations
from typing import Any

from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from engine import workflow
from engine.domain.errors import Halted, TaskAlreadyCompleted
from engine.workflow import Definition, Position
from tests.workflow.library import SMALL, Restored
from tests.workflow.making import NOW
from tests.workflow.random_diagrams import Random, blocks
from tests.workflow.test_random_events import ANSWERS, MAY_BE_REFUSED, VERBS, places

ACTS = 16
MOST_WAYS = 12
Place = tuple[Any, ...]
Outcome = Any       # a position or a case, or what was said against the act
ODD = [{}, {"way": "x"}, {"way": None}, {"way": float("nan")}, {"error": "lost"}, {"way": 2**70}]


@dataclass(frozen=True)
class Act:
    """What is done to both cases: at a place of now or of before, with a verb of its kind or of another."""

    verb: str
    place: Place = ()
    given: dict[str, Any] = field(default_factory=dict)


def observed(position: Position) -> dict[str, Any]:
    """Give everything that can be seen of a case but the ids of its tasks and the order of its branches."""
    return {
        "waiting": Counter((*place, str(item)) for place, item in items(position)),
        "ended": position.ended, "data": position.data, "next timer": position.next_timer, "inside": position.inside,
        "passed": Counter((one.path, one.key, frozenset({one.flow, *one.joined})) for one in position.passed),
        "decided": Counter((one.ref, one.path, one.key, one.rules, str(one.answer)) for one in position.decisions),
        "sent": Counter((one.kind, one.name, one.path, one.key, str(one.data), one.to) for one in position.sent)}


def items(position: Position) -> list[tuple[Place, Any]]:
    return [((one.path, one.key, one.kind), one.item) for one in position.waiting]


def attempt(act: Callable[[], Outcome]) -> Outcome:
    """Give what an act gives, or what is said against it."""
    try:
        return act()
    except Halted as halt:
        return "halted", halt.code, halt.element, "" if halt.code == "no-refusal" else halt.message
    except TaskAlreadyCompleted:
        return "refused", "task"


def stored(read: Definition, case: Position, before: Position, act: Act, now: datetime) -> Position:
    """Do an act to the case that is stored."""
    if act.verb == "fire":
        return workflow.fire_timers(read, case.state, now, budget=SMALL)
    if act.verb == "signal":
        return workflow.signal(read, case.state, "flood", {}, now, budget=SMALL)
    task = dict(places(before if act.verb == "late" else case))[act.place]
    verbs = {"refuse": workflow.refuse, "late": VERBS.get(act.place[2]), "wrong": VERBS[other(act.place[2])]}
    verb = verbs.get(act.verb) or VERBS[act.place[2]]
    return verb(read, case.state, task, act.given, now, budget=SMALL)


def other(kind: str) -> str:
    return "service" if kind == "user" else "user"


def ways(case: Restored, act: Act, now: datetime) -> list[Callable[[], Restored]]:
    """Give every way in which an act can be done to the library's case."""
    if act.verb in ("fire", "signal"):
        there = case.again()
        number = len(there.due(now) if act.verb == "fire" else there.catchers("flood"))
        orders = islice(permutations(range(number)), MOST_WAYS)
        return [partial(done, case, act.verb, now, order) for order in orders]
    if act.verb in ("late", "wrong"):
        late = act.verb == "late"
        return [partial(case.impossible, act.place, act.place[2] if late else other(act.place[2]), late=late)]
    same = [place for place, _ in places(case.position) if place[:3] == act.place[:3]]
    return [partial(done, case, act.verb, now, place, act.given) for place in same]


def done(case: Restored, verb: str, now: datetime, what: Any, given: dict[str, Any] | None = None) -> Restored:
    """Do an act to the library's case one way."""
    after = case.again()
    if verb == "fire":
        after.fire(now, what)
    elif verb == "signal":
        after.signal("flood", now, what)
    elif verb == "refuse":
        after.refuse(what, given or {}, now)
    else:
        after.act(what, given or {}, now)
    return after


def drawn(data: st.DataObject, case: Position, before: Position) -> Act:
    """Draw an act: mostly one that is possible, sometimes a late one, a wrong one or one that cannot go on."""
    here = [place for place, _ in places(case) if place[2] in VERBS]
    choices = [Act("do", place) for place in here]
    choices += [Act("refuse", place) for place in here if place[2] == "handoff"]
    choices += [Act("fire")] * (2 if case.next_timer else 0)
    choices += [Act("signal")] * (1 if any(one.kind == "signal" for one in case.waiting) else 0)
    gone = {place[:3] for place, _ in places(before)} - {place[:3] for place, _ in places(case)}
    odd = [Act("late", (*place, 0)) for place in sorted(gone) if place[2] in VERBS]
    odd += [Act("wrong", place) for place in here] + [Act("do", place) for place in here]
    strange = bool(odd) and (not choices or data.draw(st.integers(0, 4)) == 0)
    act = data.draw(st.sampled_from(odd if strange else choices))
    given = data.draw(st.sampled_from(ODD)) if strange else {"way": data.draw(ANSWERS)}
    return Act(act.verb, act.place, given)


def undecided(case: Position, after: Position) -> bool:
    """Tell whether an act itself left open who comes first: it threw a signal that several waited for."""
    waiting = sum(one.kind == "signal" for one in case.waiting)
    return any(one.kind == "signal" for one in after.sent) and waiting > 1


def matching(ours: Outcome, theirs: list[Outcome]) -> list[Outcome]:
    """Give those of the library's outcomes that are ours; the comparison shows the first where none is."""
    if not isinstance(ours, Position):
        found = [one for one in theirs if one == ours]
        assert found or theirs[0] == ours
        return found
    wanted = observed(ours)
    found = [one for one in theirs if isinstance(one, Restored) and observed(one.position) == wanted]
    if not found:
        assert isinstance(theirs[0], Restored), theirs[0]
        assert observed(theirs[0].position) == wanted
    return found


@settings(deadline=None, suppress_health_check=list(HealthCheck),
          phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink])
@given(block=blocks(3, 12), data=st.data())
def test_a_stored_case_is_the_one_the_library_would_have_kept(block, data):
    files = Random().files(block)
    problems = {one.code for one in workflow.check(files, "p") if one.severity == "error"}
    if problems:
        assert problems <= MAY_BE_REFUSED
        return
    read, now, filing = workflow.read(files, "p"), NOW, {"a": data.draw(ANSWERS)}
    case = attempt(lambda: workflow.start(read, filing, now, budget=SMALL))
    theirs = matching(case, [attempt(lambda: Restored(read, filing, now))])
    before = case
    for _ in range(ACTS):
        if not isinstance(case, Position) or case.ended:
            return
        act = drawn(data, case, before)
        now = max(now, case.next_timer) if act.verb == "fire" else now
        outcome = attempt(partial(stored, read, case, before, act, now))
        every = [attempt(way) for one in theirs for way in ways(one, act, now)]
        if len(every) > MOST_WAYS or (isinstance(outcome, Position) and undecided(case, outcome)):
            event("not compared further: who comes first is open")
            return
        found = matching(outcome, every)
        event(f"{act.verb}: {outcome[:2] if isinstance(outcome, tuple) else 'done'}")
        if isinstance(outcome, Position):
            before, case, theirs = case, outcome, found
