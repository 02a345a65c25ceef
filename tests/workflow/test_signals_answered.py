"""A signal that its own handler throws again is found before a case goes round without an end."""

from __future__ import annotations

import pytest

from engine import workflow
from engine.domain.errors import Halted
from tests.workflow import drawing
from tests.workflow.drawing import ASIDE, LISTENER, call, on, sub, throw, user
from tests.workflow.making import NOW, act

SIGNAL = '<bpmn:signal id="s2" name="storm"/>'
HOST = f"s:f|u:a|e:z|e:y|f>a|a>z|{on('a', 'h', 'signal', **ASIDE)}"
OUTSIDE = drawing.event("startEvent", "w", "signal", isInterrupting="false")


def told(body: str, **others: str) -> set[tuple[str, str | None, str]]:
    files = {"p.bpmn": drawing.drawn(body, root=SIGNAL),
             **{f"{key}.bpmn": drawing.drawn(one, key) for key, one in others.items()}}
    return {(one.code, one.element, one.severity) for one in workflow.check(files, "p")
            if one.code != "implicit-end"}


NO_END = {("signal-without-end", "h", "error")}


def test_a_handler_that_throws_what_it_catches_is_refused_and_would_halt_the_case():
    body = f"{HOST}|{throw('t', 'signal')}|h>t|t>y"
    assert told(body) == NO_END
    read = workflow.read(drawing.files(body), "p")
    position = workflow.start(read, None, NOW)
    with pytest.raises(Halted) as halt:
        workflow.signal(read, position.state, "flood", {}, NOW)
    assert halt.value.code == "budget"


@pytest.mark.parametrize("body", [
    HOST.replace("|e:y", "") + f"|{drawing.ending('y', 'signal')}|h>y",
    f"{HOST}|{drawing.script('c', 'v = 1')}|{throw('t', 'signal')}|h>c|c>t|t>y",
    f"{HOST}|{sub('q', 's:i|' + throw('t', 'signal') + '|e:o|i>t|t>o')}|h>q|q>y",
])
def test_an_end_a_script_or_a_sub_process_on_the_way_changes_nothing(body):
    assert told(body) >= NO_END


def test_a_called_process_or_another_handler_may_throw_it():
    called = "s:i|" + throw("t", "signal") + "|e:o|i>t|t>o"
    assert told(f"{HOST}|{call('k', 'c1')}|h>k|k>y", c1=called) == NO_END
    both = (f"{HOST}|{throw('t', 'signal', ref='s2')}|h>t|t>y|{on('a', 'h2', 'signal', ref='s2', **ASIDE)}|"
            f"{throw('t2', 'signal')}|h2>t2|e:w|t2>w")
    assert told(both) == NO_END | {("signal-without-end", "h2", "error")}
    inside = sub("q", f"{OUTSIDE}|{throw('t', 'signal')}|e:o|w>t|t>o", LISTENER)
    assert told(f"s:f|u:a|e:z|f>a|a>z|{inside}") == {("signal-without-end", "w", "error")}


def test_where_a_condition_stands_before_it_is_a_warning():
    body = f"{HOST}|x:x|{throw('t', 'signal')}|h>x|x>t?f.a == 1|x>y?f.a != 1|t>y"
    assert told(body) == {("signal-may-not-end", "h", "warning")}


@pytest.mark.parametrize("body", [
    f"{HOST}|{user('b')}|{throw('t', 'signal')}|h>b|b>t|t>y",                       # somebody is waited for
    f"{HOST}|{throw('t', 'signal', ref='s2')}|h>t|t>y",                             # another signal
    f"s:f|u:a|e:z|e:y|f>a|a>z|{on('a', 'h', 'signal')}|{throw('t', 'signal')}|h>t|t>y",  # it comes once
])
def test_a_signal_that_ends_is_not_complained_of(body):
    assert told(body) == set()


def test_a_signal_from_the_flow_is_answered_as_often_as_it_comes():
    body = f"{HOST}|u:b|h>b|b>y"
    read = workflow.read(drawing.files(body), "p")
    position = workflow.start(read, None, NOW)
    for _ in range(3):
        position = workflow.signal(read, position.state, "flood", {}, NOW)
    assert [one.key for one in position.waiting if one.kind == "user"].count("b") == 3
    assert told(body) == set()
    assert act(read, position, "a").ended is False
