"""A case is moved to another version where it stands, or stays and is told why; nothing is guessed, nothing is lost."""

from __future__ import annotations

import pytest

from engine import workflow
from engine.domain.errors import Halted
from engine.workflow import Definition, Migration, Position
from tests.workflow import drawing
from tests.workflow.making import act, at, keys, passed

LINE = "s:f|u:a|u:b|u:c|e:o|f>a|a>b|b>c|c>o"
FORK = "s:f|u:a|g:g1|u:c|u:d|g:g2|u:b|e:o|f>a|a>g1|g1>c|g1>d|c>g2|d>g2|g2>b|b>o"
ON_B = "|u:h|t>h|e:z|h>z"
TIMER = drawing.on("b", "t", "timer", drawing.DAY, **drawing.ASIDE)
CALL = "s:f|u:a|e:o|f>k|k>a|a>o|" + drawing.call("k", "q")
INNER = "s:i|u:x|u:y|e:e|i>x|x>y|y>e"


def moved(before: Definition, after: Definition, position: Position, *, drop: bool = False) -> Migration:
    """Move a position; one that moved waits under the ids under which it waited."""
    found = workflow.migrate(before, after, position.state, at(1), drop=drop)
    if found.position is not None and not found.begun and not found.dropped:
        assert [one.id for one in found.position.waiting] == [one.id for one in position.waiting]
        assert workflow.look(after, found.position.state).waiting == found.position.waiting
        with pytest.raises(Halted):
            workflow.look(before, found.position.state)
    return found


def stands(before: str, after: str, *acts: str, drop: bool = False, inner: tuple[str, str] | None = None) -> Migration:
    """Draw two versions, play the first to where these steps are done, and move it to the second."""
    one = drawing.read(before, **({"q": inner[0]} if inner else {}))
    other = drawing.read(after, **({"q": inner[1]} if inner else {}))
    position = drawing.begin(one, a=1)
    for key in acts:
        position = act(one, position, key)
    return moved(one, other, position, drop=drop)


def why(found: Migration) -> list[tuple[str, str]]:
    return [(one.code, one.place) for one in found.obstacles]


@pytest.mark.parametrize(("after", "next_steps"), [
    (LINE.replace("b>c", "b>n|n>c|u:n"), ["n", "c"]), (LINE.replace("a>b", "a>n|n>b|u:n"), ["c"]),
    ("s:f|u:b|u:c|e:o|f>b|b>c|c>o", ["c"]), ("s:f|u:a|u:b|e:o|f>a|a>b|b>o", []),
    (FORK, []), ("s:f|u:a|u:b|g:g1|u:c|u:d|g:g2|e:o|f>a|a>b|b>g1|g1>c|g1>d|c>g2|d>g2|g2>o", ["c", "d"]),
    ("s:f|x:x1|u:a|u:b|u:c|x:x2|e:o|f>x1|x1>a|a>b|b>c|c>x2|x2>x1?c.again == 1|x2>o?c.again != 1", ["c"]),
])
def test_a_case_goes_on_by_the_steps_of_the_version_it_was_moved_to(after: str, next_steps: list[str]) -> None:
    found = stands(LINE, after, "a")
    assert found.position is not None, why(found)
    position, other = found.position, drawing.read(after)
    position = act(other, position, "b")
    for key in next_steps:
        position = act(other, position, key, {"again": 0})
    assert position.ended
    assert passed(position)[-1] == "o"


@pytest.mark.parametrize(("before", "after", "acts", "reasons"), [
    (LINE, "s:f|u:a|u:c|e:o|f>a|a>c|c>o", ["a"], [("step-gone", "b")]),
    (LINE, LINE.replace("u:b", drawing.service("b")), ["a"], [("step-kind", "b")]),
    (LINE, LINE.replace("u:b", drawing.user("b", drawing.instances("", drawing.times(2)))), ["a"],
     [("step-kind", "b")]),
    (FORK, FORK + "|u:n|g1>n|n>g2", ["a"], [("position", "c, d")]),
    (FORK, FORK + "|u:n|g1>n|n>g2", ["a", "c"], [("position", "d, g2")]),
    (FORK, "s:f|u:a|u:c|u:d|u:b|e:o|f>a|a>c|c>d|d>b|b>o", ["a"], [("position", "c, d")]),
    (FORK, FORK.replace("c>g2", "c>n|n>g2|u:n"), ["a", "c"], [("join", "g2")]),
    (LINE, "s:f|u:a|g:g1|u:b|u:n|g:g2|u:c|e:o|f>a|a>g1|g1>b|g1>n|b>g2|n>g2|g2>c|c>o", ["a"], [("position", "b")]),
])
def test_a_position_the_other_version_does_not_have_keeps_the_case(
        before: str, after: str, acts: list[str], reasons: list[tuple[str, str]]) -> None:
    found = stands(before, after, *acts)
    assert (found.position, why(found)) == (None, reasons)


def test_a_branch_longer_than_before_is_no_obstacle_while_its_token_is_in_it() -> None:
    after = FORK.replace("c>g2", "c>n|n>g2|u:n")
    for acts in (["a"], ["a", "d"]):
        found = stands(FORK, after, *acts)
        assert found.position is not None, why(found)
    assert keys(act(drawing.read(after), found.position, "c")) == ["n"]


def test_a_step_done_before_a_gateway_may_have_become_another_kind_of_step() -> None:
    before = FORK.replace("u:c", drawing.script("c", "c.v = 1"))
    found = stands(before, FORK, "a")
    assert found.position is not None, why(found)
    assert keys(act(drawing.read(FORK), found.position, "d")) == ["b"]


def test_a_new_event_on_a_step_under_way_begins_now_and_fires_from_now() -> None:
    found = stands(LINE, f"{LINE}|{TIMER}{ON_B}", "a")
    assert (found.begun, found.position and found.position.next_timer) == (("t",), at(25))
    after = drawing.read(f"{LINE}|{TIMER}{ON_B}")
    assert keys(workflow.fire_timers(after, found.position.state, at(25))) == ["b", "h"]
    assert keys(act(after, found.position, "b")) == ["c"]


def test_an_event_that_is_gone_is_dropped_only_where_that_is_allowed() -> None:
    assert why(stands(f"{LINE}|{TIMER}{ON_B}", LINE, "a")) == [("event-gone", "t")]
    found = stands(f"{LINE}|{TIMER}{ON_B}", LINE, "a", drop=True)
    assert (found.dropped, found.position and found.position.next_timer) == (("t",), None)
    assert keys(act(drawing.read(LINE), found.position, "b")) == ["c"]


def test_a_timer_that_waits_keeps_its_time_and_one_that_fired_does_not_wait_again() -> None:
    before, after = f"{LINE}|{TIMER}{ON_B}", f"{LINE}|{TIMER.replace('P1D', 'P9D')}{ON_B}"
    found = stands(before, after, "a")
    assert found.position is not None
    assert found.position.next_timer == at(24)
    one, other = drawing.read(before), drawing.read(after)
    fired = workflow.fire_timers(one, act(one, drawing.begin(one, a=1), "a").state, at(25))
    found = moved(one, other, fired)
    assert (found.begun, keys(found.position), found.position.next_timer) == ((), ["b", "h"], None)
    assert act(other, act(other, act(other, found.position, "b"), "h"), "c").ended


def test_a_timer_that_repeats_only_in_one_version_keeps_the_case() -> None:
    cycle = drawing.on("b", "t", "timer", "<bpmn:timeCycle>R3/PT1H</bpmn:timeCycle>", **drawing.ASIDE)
    assert why(stands(f"{LINE}|{TIMER}{ON_B}", f"{LINE}|{cycle}{ON_B}", "a")) == [("event-changed", "t")]


def test_a_condition_that_holds_already_keeps_the_case() -> None:
    event = drawing.on("b", "t", "conditional", drawing.condition("f.a == 1"), **drawing.ASIDE)
    assert [code for code, _ in why(stands(LINE, f"{LINE}|{event}{ON_B}", "a"))] == ["moves"]
    event = drawing.on("b", "t", "conditional", drawing.condition("f.a == 2"), **drawing.ASIDE)
    assert stands(LINE, f"{LINE}|{event}{ON_B}", "a").begun == ("t",)


def test_inside_a_call_the_called_process_may_change_where_the_case_does_not_stand() -> None:
    longer = INNER.replace("y>e", "y>n|n>e|u:n")
    found = stands(CALL, CALL, "x", inner=(INNER, longer))
    assert found.position is not None, why(found)
    assert keys(found.position) == ["k/y"]
    assert keys(act(drawing.read(CALL, q=longer), found.position, "y")) == ["k/n"]
    assert why(stands(CALL, CALL, inner=(INNER, "s:i|u:y|e:e|i>y|y>e"))) == [("step-gone", "k/x")]


def test_a_call_that_leads_to_another_process_keeps_the_case() -> None:
    one = drawing.read(CALL, q=INNER)
    other = drawing.read(CALL.replace('calledElement="q"', 'calledElement="r"'), r=INNER)
    assert why(moved(one, other, drawing.begin(one, a=1))) == [("called", "k")]


def test_an_activity_done_several_times_must_be_done_as_often() -> None:
    def several(number: int) -> str:
        asked = drawing.user("b", drawing.instances("", drawing.times(number)))
        return LINE.replace("u:b", asked)
    assert why(stands(several(2), several(3), "a")) == [("several", "b")]
    after = several(2).replace("b>c", "b>n|n>c|u:n")
    found = stands(several(2), after, "a")
    assert found.position is not None, why(found)
    position, other = found.position, drawing.read(after)
    for _ in range(2):
        position = act(other, position, position.waiting[0].key)
    assert keys(position) == ["n"]


def test_the_events_behind_an_event_based_gateway_must_be_the_same() -> None:
    def waits(more: str = "") -> str:
        return (f"s:f|x:x1|u:a|e:o|f>v|v>m1|v>m2|m1>x1|m2>x1|x1>a|a>o|<bpmn:eventBasedGateway id=\"v\"/>|"
                f"{drawing.catch('m1', 'message')}|{drawing.catch('m2', 'signal')}{more}")
    extra = f"|{drawing.catch('m3', 'timer', drawing.DAY)}|v>m3|m3>x1"
    assert why(stands(waits(), waits(extra)))[0] == ("event-gateway", "v")
    found = stands(waits(), waits().replace("a>o", "a>n|n>o|u:n"))
    assert found.position is not None, why(found)
    other = drawing.read(waits().replace("a>o", "a>n|n>o|u:n"))
    after = act(other, found.position, "m1")
    assert (keys(after), workflow.signal(other, after.state, "flood", {}, at(2)).passed) == (["a"], ())


def test_what_listens_around_a_process_must_be_the_same() -> None:
    def listening(kind: str, more: str = "b>c") -> str:
        start = drawing.event("startEvent", "w", kind, isInterrupting="false")
        return LINE.replace("b>c", more) + "|" + drawing.sub("h", f"{start}|u:hh|e:he|w>hh|hh>he", drawing.LISTENER)
    assert why(stands(listening("message"), listening("signal"), "a")) == [("listeners", "p")]
    assert why(stands(LINE, listening("signal"), "a")) == [("listeners", "p")]
    after = listening("signal", "b>n|n>c|u:n")
    one, other = drawing.read(listening("signal")), drawing.read(after)
    position = workflow.signal(one, act(one, drawing.begin(one, a=1), "a").state, "flood", {}, at(0))
    found = moved(one, other, position)
    assert found.position is not None, why(found)
    assert sorted(keys(found.position)) == ["b", "h/hh", "h/w"]
    assert sorted(keys(act(other, found.position, "b"))) == ["h/hh", "h/w", "n"]


def test_an_inclusive_gateway_waits_for_the_branches_that_were_taken() -> None:
    base = ("s:f|u:a|u:c|u:d|u:b|e:o|<bpmn:inclusiveGateway id=\"g1\"/>|<bpmn:inclusiveGateway id=\"g2\"/>|f>a|a>g1|"
            "g1>c?f.a == 1|g1>d?f.a &gt;= 1|c>g2|d>g2|g2>b|b>o")
    after = base.replace("c>g2", "c>n|n>g2|u:n")
    found = stands(base, after, "a")
    assert found.position is not None, why(found)
    other = drawing.read(after)
    position = act(other, act(other, found.position, "d"), "c")
    assert keys(position) == ["n"]
    assert keys(act(other, position, "n")) == ["b"]


def test_a_state_of_another_version_is_refused_and_a_process_too_large_to_tell_keeps_the_case() -> None:
    one, other = drawing.read(LINE), drawing.read(FORK)
    with pytest.raises(Halted):
        workflow.migrate(other, one, drawing.begin(one, a=1).state, at(0))
    ways = "|".join(f"u:w{n}|g1>w{n}?f.a == {n}|w{n}>g2" for n in range(9))
    gates = "<bpmn:inclusiveGateway id=\"g1\"/>|<bpmn:inclusiveGateway id=\"g2\"/>"
    large = f"s:f|{gates}|{ways}|u:a|u:b|e:o|f>g1|g2>a|a>b|b>o"
    assert why(stands(LINE, large)) == [("too-large", "p")]
