"""Events in the flow and on steps: what is thrown leaves the case or is caught in it, what is caught is kept."""

from __future__ import annotations

import pytest

from engine import workflow
from engine.domain.errors import Halted, InvalidProcedure
from tests.workflow.drawing import ASIDE, DAY, begin, catch, condition, ending, on, read, service, sub, throw
from tests.workflow.making import NOW, act, at, keys, passed


@pytest.mark.parametrize("kind", ["message", "signal"])
@pytest.mark.parametrize("thrown", [ending, throw])
def test_an_event_sends_a_message_or_a_signal(thrown, kind):
    rest = "" if thrown is ending else "|e:z|t>z"
    position = begin(read(f"s:f|{thrown('t', kind)}{rest}|f>t"))
    assert position.ended
    assert [(one.kind, one.key) for one in position.sent] == [(kind, "t")]


def test_a_throwing_event_without_a_trigger_is_only_passed():
    position = begin(read('s:f|<bpmn:intermediateThrowEvent id="t"/>|e:z|f>t|t>z'))
    assert (position.ended, passed(position)) == (True, ["f", "t", "z"])


def test_a_message_in_the_flow_is_waited_for_and_kept():
    definition = read(f"s:f|{catch('c', 'message')}|e:z|f>c|c>z")
    position = begin(definition)
    assert [(one.key, one.kind) for one in position.waiting] == [("c", "receive")]
    position = act(definition, position, "c", {"pages": 2})
    assert (position.ended, position.data["c"]) == (True, {"pages": 2})


def test_a_time_in_the_flow_is_waited_for():
    definition = read(f"s:f|{catch('c', 'timer', DAY)}|e:z|f>c|c>z")
    position = begin(definition)
    assert (position.next_timer, position.ended) == (at(24), False)
    assert workflow.fire_timers(definition, position.state, at(23)).ended is False
    assert workflow.fire_timers(definition, position.state, at(24)).ended


def test_a_signal_reaches_everything_that_waits_for_it():
    definition = read(f"s:f|g:g|{catch('c', 'signal')}|{catch('d', 'signal')}|u:a|g:j|e:z|"
                      "f>g|g>c|g>d|g>a|c>j|d>j|a>j|j>z")
    position = begin(definition)
    assert [one.kind for one in position.waiting] == ["signal", "signal", "user"]
    position = workflow.signal(definition, position.state, "flood", {"level": 3}, NOW)
    assert keys(position) == ["a"]
    assert position.data["c"] == position.data["d"] == {"level": 3}
    assert workflow.signal(definition, position.state, "drought", {}, NOW).waiting == position.waiting
    assert act(definition, position, "a").ended


def test_a_signal_thrown_in_the_case_is_caught_in_the_case():
    definition = read(f"s:f|g:g|{catch('c', 'signal')}|u:a|{throw('t', 'signal')}|g:j|e:z|"
                      "f>g|g>c|g>a|a>t|c>j|t>j|j>z")
    position = act(definition, begin(definition), "a")
    assert position.ended
    assert passed(position) == ["a", "t", "c", "j", "z"]


def test_a_condition_is_waited_for_until_the_data_fulfil_it():
    waiting = catch("c", "conditional", condition("a.sum > 3"))
    definition = read(f"s:f|g:g|{waiting}|u:a|u:b|g:j|e:z|f>g|g>c|g>a|a>b|b>j|c>j|j>z")
    unfulfilled = act(definition, begin(definition), "a", {"sum": 3})
    assert (keys(unfulfilled), passed(unfulfilled)) == (["b"], ["a"])
    with pytest.raises(Halted):
        act(definition, unfulfilled, "b")       # nothing is left that could make the condition true
    fulfilled = act(definition, begin(definition), "a", {"sum": 4})
    assert passed(fulfilled) == ["a", "c"]
    assert act(definition, fulfilled, "b").ended


def test_links_lead_on_elsewhere_in_the_process():
    throws = f"{throw('t', 'link', link='A')}|{throw('t2', 'link', link='A')}|{catch('c', 'link', link='A')}"
    definition = read(f"s:f|u:a|x:x|{throws}|u:b|e:z|f>a|a>x|x>t?a.y == 1|x>t2?a.y == 2|c>b|b>z")
    for answer, thrown in ((1, "t"), (2, "t2")):
        position = act(definition, begin(definition), "a", {"y": answer})
        assert (keys(position), passed(position)) == (["b"], ["a", "x", thrown, "c"])
        assert act(definition, position, "b").ended


@pytest.mark.parametrize("attributes", [{}, ASIDE], ids=["interrupting", "beside"])
@pytest.mark.parametrize("kind", ["message", "signal"])
def test_an_event_on_a_step_interrupts_it_or_stands_beside_it(kind, attributes):
    definition = read(f"s:f|u:a|{on('a', 'b', kind, **attributes)}|u:c|e:z|e:y|f>a|a>z|b>c|c>y")
    position = begin(definition)
    for _ in range(2 if attributes else 1):
        position = (act(definition, position, "b", {"n": 1}) if kind == "message"
                    else workflow.signal(definition, position.state, "flood", {"n": 1}, NOW))
    assert sorted(keys(position)) == (["a", "b", "c", "c"] if attributes else ["c"])
    assert position.data["b"] == {"n": 1}
    while not position.ended:
        position = act(definition, position, next(one for one in ("c", "a") if one in keys(position)))


@pytest.mark.parametrize("attributes", [{}, ASIDE], ids=["interrupting", "beside"])
def test_a_time_on_a_step_interrupts_it_or_stands_beside_it(attributes):
    definition = read(f"s:f|u:a|{on('a', 'b', 'timer', DAY, **attributes)}|u:c|e:z|e:y|f>a|a>z|b>c|c>y")
    position = workflow.fire_timers(definition, begin(definition).state, at(24))
    assert sorted(keys(position)) == (["a", "c"] if attributes else ["c"])


def test_a_condition_on_a_step_comes_true_once_until_it_is_false_again():
    caught = on("a", "b", "conditional", condition("w.y == 1"), **ASIDE)
    definition = read(f"s:f|g:g|u:a|{caught}|x:r|u:w|u:c|e:z|e:y|e:v|x:x|f>g|g>a|g>r|r>w|w>x|x>r?w.y &lt; 9|"
                      "x>v?w.y == 9|a>z|b>c|c>y")
    position = begin(definition)
    for answer, number in ((1, 1), (1, 1), (2, 1), (1, 2)):
        position = act(definition, position, "w", {"y": answer})
        assert keys(position).count("c") == number


def test_a_condition_on_a_step_interrupts_it():
    caught = on("a", "b", "conditional", condition("w.y == 1"))
    definition = read(f"s:f|g:g|u:a|{caught}|u:w|u:c|e:z|e:y|e:v|f>g|g>a|g>w|w>v|a>z|b>c|c>y")
    assert keys(act(definition, begin(definition), "w", {"y": 2})) == ["a"]
    assert keys(act(definition, begin(definition), "w", {"y": 1})) == ["c"]


@pytest.mark.parametrize("code", ["e", "e2", ""])
def test_an_error_goes_to_the_nearest_event_that_takes_it(code):
    inner = sub("r", f"s:i|u:a|{ending('o', 'error')}|i>a|a>o")
    outer = sub("q", f"s:k|{inner}|e:n|k>r|r>n|{on('r', 'near', 'error', ref='e2')}|e:np|near>np")
    body = f"s:f|{outer}|{on('q', 'far', 'error', ref=code)}|u:b|e:z|e:y|f>q|q>z|far>b|b>y"
    if code == "e2":
        with pytest.raises(InvalidProcedure) as refused:
            read(body)
        assert {(one.code, one.element) for one in refused.value.problems} >= {("uncaught-error", "o")}
        return
    definition = read(body)
    position = act(definition, begin(definition), "a")
    assert keys(position) == ["b"]
    assert position.data["far"] == {"code": "lost", "element": "o"}
    assert act(definition, position, "b").ended


@pytest.mark.parametrize(("taken", "left"), [
    ("", ["q/a2"]), (on("q", "b", "escalation", **ASIDE), ["c", "q/a2"]), (on("q", "b", "escalation"), ["c"])],
    ids=["nobody", "beside", "interrupting"])
def test_an_escalation_nobody_takes_is_nothing_and_one_that_is_taken_leads_on(taken, left):
    inner = sub("q", f"s:i|u:a|{throw('t', 'escalation')}|u:a2|e:o|i>a|a>t|t>a2|a2>o")
    beside = f"{taken}|u:c|e:y|b>c|c>y|" if taken else ""
    definition = read(f"s:f|{inner}|{beside}e:z|f>q|q>z")
    position = act(definition, begin(definition), "a")
    assert sorted(keys(position)) == left
    if taken:
        assert position.data["b"] == {"code": "slow", "element": "t"}


def test_an_escalation_may_end_what_throws_it():
    inner = sub("q", f"s:i|u:a|{ending('o', 'escalation')}|i>a|a>o")
    definition = read(f"s:f|{inner}|{on('q', 'b', 'escalation')}|u:c|e:y|e:z|f>q|q>z|b>c|c>y")
    assert keys(act(definition, begin(definition), "a")) == ["c"]


def test_an_answer_that_names_an_error_takes_the_event_on_its_step():
    definition = read(f"s:f|{service('k')}|{on('k', 'b', 'error')}|u:d|e:y|e:z|f>k|k>z|b>d|d>y")
    position = begin(definition)
    taken = act(definition, position, "k", {"error": "lost"})
    assert (keys(taken), taken.data["b"]) == (["d"], {"error": "lost"})
    assert act(definition, position, "k", {"error": "unknown"}).ended
    assert act(definition, position, "k", {"found": True}).ended
