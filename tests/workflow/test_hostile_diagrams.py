"""Diagrams that want to hang, fill the memory or confuse: each is refused with file, element, code, sentence and
remedy, or stops its case at once, and leaves the case as it was."""

from __future__ import annotations

import resource

import pytest

from engine import workflow
from engine.domain.errors import Halted, InvalidProcedure
from tests.effort import at_most
from tests.workflow import drawing
from tests.workflow.drawing import (
    ASIDE,
    LISTENER,
    ONE_BY_ONE,
    SUB,
    begin,
    call,
    catch,
    condition,
    drawn,
    ending,
    event,
    files,
    instances,
    listening,
    on,
    read,
    script,
    sub,
    throw,
    times,
    user,
)
from tests.workflow.making import NOW, act, keys
from tests.workflow.test_check import SOUND

MEMORY = 300_000        # kilobytes


def nested(levels: int) -> str:
    """Draw sub-processes in each other."""
    body = "s:i0|u:a0|e:o0|i0>a0|a0>o0"
    for level in range(1, levels + 1):
        body = f"s:i{level}|{sub(f'q{level}', body)}|e:o{level}|i{level}>q{level}|q{level}>o{level}"
    return body.replace(f"i{levels}", "f")


SCRIPT = script("n", "v = 1")
LANES = '<bpmn:laneSet id="ls"><bpmn:lane id="l1">{0}</bpmn:lane></bpmn:laneSet>'
REFUSED = {
    "a condition that comes true in a circle": (
        f"s:f|x:x|{catch('c', 'conditional', condition('f.y == 1'))}|x:w|e:z|f>x|x>c|c>w|w>x?f.y == 1|w>z?f.y == 2",
        "loop-without-wait"),
    "inclusive gateways in a circle": (
        's:f|<bpmn:inclusiveGateway id="o"/>|<bpmn:inclusiveGateway id="p2"/>|e:z|f>o|o>p2|p2>o?f.y == 1|p2>z?f.y == 2',
        "loop-without-wait"),
    "a script in a circle": (f"s:f|x:x|{SCRIPT}|x:w|e:z|f>x|x>n|n>w|w>x?v == 1|w>z?v == 2", "loop-without-wait"),
    "links in a circle": (
        f"s:f|x:x|{throw('t', 'link', link='A')}|{catch('c', 'link', link='A')}|e:z|f>x|c>x|x>t?f.y == 1|x>z?f.y == 2",
        "loop-without-wait"),
    "a link to itself": (f"{SOUND}{throw('t', 'link', link='A')}|{catch('c', 'link', link='A')}|c>t", "unreachable"),
    "links of one name twice": (
        f"s:f|{throw('t', 'link', link='A')}|{catch('c', 'link', link='A')}|{catch('d', 'link', link='A')}|e:z|e:y|f>t|"
        "c>z|d>y", "dangling-link"),
    "sub-processes nested 200 deep": (nested(210), "too-deep"),
    "sub-processes nested 40 deep": (nested(40), "calls-too-deep"),
    "a million instances": (f"s:f|{user('a', instances('', times(10**6)))}|e:z|f>a|a>z", "too-many-instances"),
    "instances below nothing": (f"s:f|{user('a', instances('', times(-1)))}|e:z|f>a|a>z", "number-of-times"),
    "a cycle of no time": (
        f"{SOUND}e:y|{on('a', 'b', 'timer', '<bpmn:timeCycle>R/PT0S</bpmn:timeCycle>', **ASIDE)}|b>y",
        "cycle-too-short"),
    "the same id in two sub-processes": (
        f"s:f|{sub('q', SUB)}|{sub('r', SUB)}|e:z|f>q|q>r|r>z", "duplicate-id"),
    "a flow into a sub-process": (f"s:f|{sub('q', SUB)}|e:z|f>a|q>z", "dangling-flow"),
    "a flow out of a sub-process": (
        "s:f|" + sub("q", SUB + "|a>z") + "|e:z|f>q|q>z", "dangling-flow"),
    "an event on an event": (
        f"{SOUND}e:y|{on('a', 'b', 'message')}|{on('b', 'c', 'message')}|b>y|c>y", "boundary-host"),
    "events on each other": (
        f"{SOUND}e:y|{on('c', 'b', 'message')}|{on('b', 'c', 'message')}|b>y|c>y", "boundary-host"),
    "an event on itself": (f"{SOUND}e:y|{on('b', 'b', 'message')}|b>y", "boundary-host"),
    "an event on a gateway": (f"s:f|x:x|e:z|f>x|x>z|e:y|{on('x', 'b', 'message')}|b>y", "boundary-host"),
    "an event on an event sub-process": (
        listening("message").replace("f>a|", "f>a|e:y|b>y|") + on("q", "b", "message", ref="m2"), "boundary-host"),
    "an event on a step in a sub-process": (
        f"s:f|{sub('q', SUB)}|e:z|e:y|f>q|q>z|{on('a', 'b', 'message')}|b>y", "boundary-host"),
    "a default flow of another gateway": (
        's:f|u:a|<bpmn:exclusiveGateway id="x" default="a_x"/>|e:z|e:y|f>a|a>x|x>z?a.y == 1|x>y', "dangling-default"),
    "a lane of what is not there": (SOUND + LANES.format("<bpmn:flowNodeRef>none</bpmn:flowNodeRef>"), "dangling-lane"),
    "a start in the middle": ("s:f|u:a|e:z|f>a|a>f|a>z", "flow-into-event"),
    "an error nobody takes": (f"s:f|u:a|{ending('z', 'error')}|f>a|a>z", "uncaught-error"),
    "two starts in a sub-process": ("s:f|" + sub("q", SUB + "|s:i2|i2>o") + "|e:z|f>q|q>z", "start-events"),
    "a sub-process without anything": ("s:f|" + sub("q", "") + "|e:z|f>q|q>z", "start-events"),
    "an event sub-process that an error and a flow start": (
        listening("error") + "|b>q", "flow-at-listener"),
    "a process that calls itself from a sub-process": (
        f"s:f|{sub('q', f's:i|u:a|{call(chr(107), chr(112))}|e:o|i>a|a>k|k>o')}|e:z|f>q|q>z", "call-recursion"),
}


def problems(body: str, **others: str):
    """Check a process and give what forbids to run it, each finding whole."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with at_most(5):
        found = [one for one in workflow.check(files(body, **others), "p") if one.severity == "error"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY
    assert all(one.file and one.message.vi and one.message.en and one.remedy.vi and one.remedy.en for one in found)
    return found


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_cannot_run_is_refused_by_its_element(name):
    body, code = REFUSED[name]
    found = problems(body)
    if code is None:
        stops(begin_of(body), "instances")
        return
    assert code in {one.code for one in found}, found
    assert all(one.element for one in found if one.code == code and code != "too-deep")
    with pytest.raises(InvalidProcedure):
        workflow.read(files(body), "p")


def begin_of(body: str, **given: object):
    """Give the beginning of a case, not yet begun."""
    definition = read(body)
    return lambda: begin(definition, **given)


def stops(act_of_case, *codes: str) -> None:
    """An act that halts the case within its budget."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with at_most(3), pytest.raises(Halted) as halt:
        act_of_case()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY
    assert halt.value.code in codes
    assert halt.value.message.vi
    assert halt.value.message.en


ITSELF = {
    "a signal thrown in answer to itself": f"s:f|u:a|{throw('t', 'signal')}|e:z|f>a|a>t|t>z|" + sub(
        "q", event("startEvent", "w", "signal", isInterrupting="false") + f"|{throw('t2', 'signal')}|e:o|w>t2|t2>o",
        LISTENER),
    "an escalation thrown in answer to itself": "s:f|" + sub(
        "r", f"s:k|u:a|{throw('t', 'escalation')}|e:n|k>a|a>t|t>n|" + sub(
            "q", event("startEvent", "w", "escalation", isInterrupting="false")
            + f"|{throw('t2', 'escalation')}|e:o|w>t2|t2>o", LISTENER)) + "|e:z|f>r|r>z",
    "a condition that stays true": "s:f|u:a|u:b|e:z|f>a|a>b|b>z|" + sub(
        "q", event("startEvent", "w", "conditional", condition("has(a.y)"), isInterrupting="false")
        + f"|{SCRIPT}|e:o|w>n|n>o", LISTENER),
}


@pytest.mark.parametrize("name", sorted(ITSELF))
def test_an_event_sub_process_that_brings_about_its_own_event_halts_or_rests(name):
    body = ITSELF[name]
    refused = [one.code for one in problems(body) if one.severity == "error"]
    assert refused == (["signal-without-end"] if name.startswith("a signal") else [])
    definition = read(body)
    position = begin(definition)
    before = bytes(position.state)
    if name.startswith("a signal"):     # refused, and halted where it was published before
        stops(lambda: act(definition, position, "a"), "budget")
    else:       # an escalation goes outward, and a condition must be false again before it comes true
        after = act(definition, position, "a", {"y": 1})
        assert [one.key for one in after.passed].count("w") == 1
        while not after.ended:
            after = act(definition, after, keys(after)[0].rpartition("/")[2])
    assert position.state == before
    assert workflow.look(definition, before).waiting == position.waiting


@pytest.mark.parametrize(("mode", "codes"), [("", ("budget", "depth")), (ONE_BY_ONE, ("budget", "depth"))])
def test_a_thousand_times_a_thousand_instances_halt_the_case(mode, codes):
    thousand = instances(mode, times(1000)) + "</bpmn:scriptTask>"
    inner = f"s:i|{SCRIPT.replace('</bpmn:scriptTask>', thousand)}"
    body = f"s:f|u:a|{sub('q', inner + '|e:o|i>n|n>o', inside=instances(mode, times(1000)))}|e:z|f>a|a>q|q>z"
    assert problems(body) == []
    definition = read(body)
    position = begin(definition)
    stops(lambda: act(definition, position, "a"), *codes)
    assert keys(position) == ["a"]


def test_a_list_of_a_million_halts_the_case():
    body = f"s:f|{user('a', instances(), declared=drawing.EACH)}|e:z|f>a|a>z"
    definition = read(body)
    stops(lambda: begin(definition, offices=[1] * 1_001), "instances")
    stops(lambda: begin(definition, offices=[1] * 1_000_000), "instances", "data", "budget")


def test_a_number_of_instances_worked_out_as_too_large_halts_the_case():
    for text in ("f.n", "f.n * 1000"):
        definition = read(f"s:f|{user('a', instances('', f'<bpmn:loopCardinality>{text}</bpmn:loopCardinality>'))}|e:z|"
                          "f>a|a>z")
        stops(lambda definition=definition: begin(definition, n=10**6), "instances")
        stops(lambda definition=definition: begin(definition, n="x"), "instances", "expression")


def test_a_thousand_instances_side_by_side_begin_in_time():
    definition = read(f"s:f|u:b|{user('a', instances('', times(1000)))}|e:z|f>b|b>a|a>z")
    position = begin(definition)
    with at_most(3):
        position = act(definition, position, "b")
    assert len(position.waiting) == 1_000
    with at_most(2):
        assert len(act(definition, position, "a").waiting) == 999


def test_sub_processes_and_calls_as_deep_as_allowed_run():
    definition = read(nested(19))
    position = begin(definition)
    assert len(position.waiting[0].path) == 19
    assert act(definition, position, "a0").ended
    levels = {f"c{level}": f"s:i|{call('k', f'c{level + 1}')}|e:o|i>k|k>o" for level in range(1, 19)}
    definition = read(f"s:f|{call('k', 'c1')}|e:z|f>k|k>z", **levels, c19="s:i|u:a|e:o|i>a|a>o")
    position = begin(definition)
    assert len(position.waiting[0].path) == 19
    assert act(definition, position, "a").ended


HARMLESS = {
    "data from and to nowhere": user(
        "a", "<bpmn:dataInputAssociation><bpmn:sourceRef>none</bpmn:sourceRef><bpmn:targetRef>none</bpmn:targetRef>"
        "</bpmn:dataInputAssociation><bpmn:dataOutputAssociation><bpmn:targetRef>none</bpmn:targetRef>"
        "</bpmn:dataOutputAssociation>"),
    "an object of an object that is not there": user("a") + '|<bpmn:dataObjectReference id="r" dataObjectRef="none"/>',
    "an object of itself": user("a") + '|<bpmn:dataObjectReference id="r" dataObjectRef="r"/>',
    "a note about nothing": user("a") + '|<bpmn:association id="s1" sourceRef="none" targetRef="s1"/>',
    "a lane in itself": user("a") + "|" + LANES.format(
        '<bpmn:childLaneSet id="ls2"><bpmn:lane id="l2"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane>'
        "</bpmn:childLaneSet>"),
}


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_what_leads_nowhere_and_is_never_followed_does_no_harm(name):
    body = f"s:f|{HARMLESS[name]}|e:z|f>a|a>z"
    assert problems(body) == []
    definition = read(body)
    assert act(definition, begin(definition), "a", {"x": 1}).ended


def test_a_reference_to_data_that_are_not_there_in_a_sub_process_does_not_hang():
    inner = SUB + '|<bpmn:dataObjectReference id="r" dataObjectRef="none"/>'
    definition = read(f"s:f|{sub('q', inner)}|e:z|f>q|q>z")
    assert act(definition, begin(definition), "a").ended


POOLS = ('<bpmn:collaboration id="c"><bpmn:participant id="us" processRef="none"/><bpmn:participant id="us2" '
         'processRef="us2"/><bpmn:participant id="us3"/><bpmn:messageFlow id="mf" sourceRef="none" targetRef="mf"/>'
         '<bpmn:messageFlow id="mf2" sourceRef="us" targetRef="us"/><bpmn:messageFlow id="mf3"/></bpmn:collaboration>')


def test_a_collaboration_of_nothing_does_no_harm():
    content = {"p.bpmn": drawn("s:f|u:a|e:z|f>a|a>z", root=POOLS)}
    with at_most(1):
        found = workflow.check(content, "p")
    assert all(one.element for one in found)
    if not any(one.severity == "error" for one in found):
        definition = workflow.read(content, "p")
        assert act(definition, workflow.start(definition, None, NOW), "a").ended


@pytest.mark.parametrize("place", ["name", "id", "text", "condition", "documentation"])
def test_five_megabytes_in_one_place_are_refused_at_once(place):
    long = "x" * 5_000_000
    body = {"name": f's:f|<bpmn:task id="a" name="{long}"/>|e:z|f>a|a>z', "id": f"s:f|u:{long}|e:z|f>{long}|{long}>z",
            "text": f"{SOUND}<bpmn:textAnnotation id=\"t\"><bpmn:text>{long}</bpmn:text></bpmn:textAnnotation>",
            "condition": f"s:f|x:x|e:z|e:y|f>x|x>z?f.{long}|x>y?f.y",
            "documentation": f"{SOUND}<bpmn:documentation>{long}</bpmn:documentation>"}[place]
    assert [one.code for one in problems(body)] == ["too-large"]


@pytest.mark.parametrize("place", ["name", "id", "condition"])
def test_a_hundred_thousand_signs_in_one_place_are_refused_or_nothing(place):
    long = "x" * 100_000
    body = {"name": f's:f|<bpmn:task id="a" name="{long}">{drawing.ROLE}</bpmn:task>|e:z|f>a|a>z',
            "id": f"s:f|u:{long}|e:z|f>{long}|{long}>z",
            "condition": f"s:f|x:x|e:z|e:y|f>x|x>z?f.{long} == 1|x>y?f.y == 1"}[place]
    found = problems(body)
    assert found
    assert all(len(one.message.vi) < 1_000 for one in found)


def test_many_events_on_a_step_and_many_event_sub_processes_are_carried():
    events = "|".join(f"{on('a', f'b{n}', 'signal', **ASIDE)}|e:y{n}|b{n}>y{n}" for n in range(100))
    listeners = "|".join(sub(f"q{n}", event("startEvent", f"w{n}", "signal", isInterrupting="false")
                             + f"|e:o{n}|w{n}>o{n}", LISTENER) for n in range(50))
    definition = read(f"s:f|u:a|e:z|f>a|a>z|{events}|{listeners}")
    position = begin(definition)
    with at_most(3):
        position = workflow.signal(definition, position.state, "flood", {}, NOW)
    assert len(position.waiting) == 151
    with at_most(1):
        assert act(definition, position, "a").ended


def crowd(joined: str, branch: str, number: int) -> str:
    """Draw so many branches between two parallel gateways; `{0}` in a branch is its number, `{1}` the next."""
    return f"s:f|g:gg|g:jj|e:z|f>gg|jj>z|{joined}|" + "|".join(branch.format(n, n + 1) for n in range(number))


OR = '<bpmn:inclusiveGateway id="{0}"/>'
HARD = {
    "choices in every branch": crowd("", (
        "u:a{0}|x:x{0}|e:e{0}|u:b{0}|x:m{0}|gg>a{0}|a{0}>x{0}|x{0}>m{0}?a{0}.y == 1|x{0}>b{0}?a{0}.y == 2|b{0}>m{0}|"
        "m{0}>jj|x{0}>m{0}b?a{0}.y == 3|x:m{0}b|m{0}b>m{0}").replace("|e:e{0}", ""), 70),
    "inclusive gateways in every branch": crowd("", "u:a{0}|" + OR.format("o{0}") + "|" + OR.format("p{0}")
        + "|gg>a{0}|a{0}>o{0}|p{0}>jj|" + "|".join(
            f"u:b{{0}}_{k}|o{{0}}>b{{0}}_{k}?a{{0}}.y == {k}|b{{0}}_{k}>p{{0}}" for k in range(5)), 40),
    "inclusive gateways that all wait for each other": crowd(
        f"{OR.format('o80')}|o80>jj", f"{OR.format('o{0}')}|u:a{{0}}|gg>a{{0}}|a{{0}}>o{{0}}|o{{0}}>o{{1}}", 80),
    "loops one after another": crowd("u:w|gg>w|w>jj|gg>x0|x:x100|x100>jj", (
        "x:x{0}|u:a{0}|x:y{0}|x{0}>a{0}|a{0}>y{0}|y{0}>x{0}?a{0}.y == 1|y{0}>x{1}?a{0}.y == 2"), 100),
}


@pytest.mark.parametrize("name", sorted(HARD))
def test_what_is_hard_to_play_out_is_checked_and_carried_in_time(name):
    with at_most(3):
        assert {one.code for one in workflow.check(files(HARD[name]), "p")} <= {"implicit-split"}
    definition = read(HARD[name])
    position = begin(definition)
    for _ in range(5):
        with at_most(1):
            position = act(definition, position, keys(position)[0], {"y": 2})
    assert not position.ended
