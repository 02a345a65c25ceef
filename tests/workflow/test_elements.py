"""The elements of BPMN beyond steps, choices and timers: what each does to a case, played from start to end."""

from __future__ import annotations

import pytest

from engine import workflow
from engine.domain.errors import Halted
from engine.workflow import Definition, Position
from tests.workflow.making import NOW, act, at, keys, passed
from tests.workflow.test_check import ROLE, SOUND, diagram

ROOT = ('<bpmn:message id="m" name="extract"/><bpmn:message id="m2" name="withdrawal"/><bpmn:signal id="s" name="flood"/>'
        '<bpmn:error id="e" errorCode="lost"/><bpmn:error id="e2" errorCode="other"/>'
        '<bpmn:escalation id="l" escalationCode="slow"/>')


def drawn(body: str, identity: str = "p") -> bytes:
    """Draw a process beside the messages, signals, errors and escalations of these tests."""
    return diagram(body, identity).replace(b"<bpmn:process ", ROOT.encode() + b"<bpmn:process ", 1)


def read(body: str, **others: str) -> Definition:
    """Read the process of a body, and those it calls."""
    return workflow.read({"p.bpmn": drawn(body), **{f"{key}.bpmn": drawn(one, key) for key, one in others.items()}}, "p")


def begin(definition: Definition, **given: object) -> Position:
    """File a case."""
    return workflow.start(definition, given or None, NOW)


def event(tag: str, identity: str, kind: str, inside: str = "", **attributes: str) -> str:
    """Draw an event."""
    root = {"message": "m", "signal": "s", "error": "e", "escalation": "l"}
    reference = f' {kind}Ref="{attributes.pop("ref", root[kind])}"' if kind in root else ""
    name = f' name="{attributes.pop("link")}"' if "link" in attributes else ""
    said = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return (f'<bpmn:{tag} id="{identity}"{said}><bpmn:{kind}EventDefinition{reference}{name}>{inside}'
            f"</bpmn:{kind}EventDefinition></bpmn:{tag}>")


def sub(identity: str, body: str, attributes: str = "", inside: str = "") -> str:
    """Draw a sub-process; what stands in it is written as in `diagram`."""
    inner = drawn(body).decode().partition('isExecutable="true">')[2].partition("</bpmn:process>")[0]
    return f'<bpmn:subProcess id="{identity}"{attributes}>{inside}{inner}</bpmn:subProcess>'.replace("|", "")


def user(identity: str, inside: str) -> str:
    """Draw a user task with something in it."""
    return f'<bpmn:userTask id="{identity}">{ROLE}{inside}</bpmn:userTask>'


def condition(text: str) -> str:
    """Write the condition of an event."""
    return f"<bpmn:condition>{text}</bpmn:condition>"


DAY = "<bpmn:timeDuration>P1D</bpmn:timeDuration>"
ASIDE = {"cancelActivity": "false"}


@pytest.mark.parametrize("tag", ["task", "manualTask"])
def test_a_task_somebody_does_by_hand_needs_no_form(tag):
    definition = read(f's:f|<bpmn:{tag} id="a">{ROLE}</bpmn:{tag}>|e:z|f>a|a>z')
    assert definition.step((), "a").form is None
    assert act(definition, begin(definition), "a").ended


def test_a_script_assigns_what_it_works_out():
    definition = read('s:f|<bpmn:scriptTask id="a"><bpmn:script>fee = f.pages * 2\nbill.total = fee + 1</bpmn:script>'
                      "</bpmn:scriptTask>|e:z|f>a|a>z")
    position = begin(definition, pages=3)
    assert position.ended
    assert (position.data["fee"], position.data["bill"]) == (6, {"total": 7})


def test_a_send_task_sends_what_it_names_and_goes_on():
    definition = read('s:f|<bpmn:sendTask id="a" messageRef="m"><bpmn:extensionElements><motcua:send data="f.name f.no"/>'
                      "</bpmn:extensionElements></bpmn:sendTask>|e:z|f>a|a>z")
    position = begin(definition, name="An", other="x")
    assert position.ended
    assert [(one.kind, one.name, one.key, one.data) for one in position.sent] == [
        ("message", "extract", "a", {"name": "An"})]


@pytest.mark.parametrize("tag", ["intermediateThrowEvent", "endEvent"])
@pytest.mark.parametrize("kind", ["message", "signal"])
def test_an_event_sends_a_message_or_a_signal(tag, kind):
    rest = "" if tag == "endEvent" else "|e:z|t>z"
    position = begin(read(f"s:f|{event(tag, 't', kind)}{rest}|f>t"))
    assert position.ended
    assert [(one.kind, one.key) for one in position.sent] == [(kind, "t")]


def test_a_throwing_event_without_a_trigger_is_only_passed():
    position = begin(read('s:f|<bpmn:intermediateThrowEvent id="t"/>|e:z|f>t|t>z'))
    assert (position.ended, passed(position)) == (True, ["f", "t", "z"])


@pytest.mark.parametrize(("catching", "inner"), [
    (event("intermediateCatchEvent", "c", "message"), "c"), ('<bpmn:receiveTask id="c" messageRef="m"/>', "c")])
def test_a_message_is_waited_for_and_kept(catching, inner):
    definition = read(f"s:f|{catching}|e:z|f>c|c>z")
    position = begin(definition)
    assert [(one.key, one.kind) for one in position.waiting] == [(inner, "receive")]
    position = act(definition, position, "c", {"pages": 2})
    assert (position.ended, position.data["c"]) == (True, {"pages": 2})


def test_a_signal_reaches_everything_that_waits_for_it():
    definition = read(f"s:f|g:g|{event('intermediateCatchEvent', 'c', 'signal')}|"
                      f"{event('intermediateCatchEvent', 'd', 'signal')}|u:a|g:j|e:z|f>g|g>c|g>d|g>a|c>j|d>j|a>j|j>z")
    position = begin(definition)
    assert [one.kind for one in position.waiting] == ["signal", "signal", "user"]
    position = workflow.signal(definition, position.state, "flood", {"level": 3}, NOW)
    assert keys(position) == ["a"]
    assert position.data["c"] == position.data["d"] == {"level": 3}
    assert workflow.signal(definition, position.state, "drought", {}, NOW).waiting == position.waiting
    assert act(definition, position, "a").ended


def test_a_signal_thrown_in_the_case_is_caught_in_the_case():
    definition = read(f"s:f|g:g|{event('intermediateCatchEvent', 'c', 'signal')}|u:a|"
                      f"{event('intermediateThrowEvent', 't', 'signal')}|g:j|e:z|f>g|g>c|g>a|a>t|c>j|t>j|j>z")
    position = act(definition, begin(definition), "a")
    assert position.ended
    assert passed(position) == ["a", "t", "c", "j", "z"]


def test_a_condition_is_waited_for_until_the_data_fulfil_it():
    definition = read(f"s:f|g:g|{event('intermediateCatchEvent', 'c', 'conditional', condition('a.sum > 3'))}|u:a|u:b|g:j|"
                      "e:z|f>g|g>c|g>a|a>b|b>j|c>j|j>z")
    assert act(definition, act(definition, begin(definition), "a", {"sum": 4}), "b").ended
    position = act(definition, act(definition, begin(definition), "a", {"sum": 3}), "b", {"sum": 9}) \
        if False else act(definition, begin(definition), "a", {"sum": 3})
    assert keys(position) == ["b"]


def test_links_lead_on_elsewhere_in_the_process():
    throw, other = event("intermediateThrowEvent", "t", "link", link="A"), event(
        "intermediateThrowEvent", "t2", "link", link="A")
    definition = read(f"s:f|u:a|x:x|{throw}|{other}|{event('intermediateCatchEvent', 'c', 'link', link='A')}|u:b|e:z|"
                      "f>a|a>x|x>t?a.y == 1|x>t2?a.y == 2|c>b|b>z")
    for answer in (1, 2):
        position = act(definition, begin(definition), "a", {"y": answer})
        assert keys(position) == ["b"]
        assert act(definition, position, "b").ended


def test_an_inclusive_gateway_takes_every_way_that_holds_and_waits_for_all_it_took():
    definition = read('s:f|u:a|<bpmn:inclusiveGateway id="o" default="o_d"/>|u:b|u:c|u:d|<bpmn:inclusiveGateway id="j"/>|'
                      "u:last|e:z|f>a|a>o|o>b?a.y &gt; 1|o>c?a.y &gt; 2|o>d|b>j|c>j|d>j|j>last|last>z")
    for answer, taken in ((3, ["b", "c"]), (2, ["b"]), (1, ["d"])):
        position = act(definition, begin(definition), "a", {"y": answer})
        assert keys(position) == taken
        for key in taken:
            assert keys(position) != ["last"]
            position = act(definition, position, key)
        assert keys(position) == ["last"]
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
    definition = read(f's:f|<bpmn:eventBasedGateway id="o"/>|{event("intermediateCatchEvent", "c", "message")}|'
                      f'{event("intermediateCatchEvent", "t", "timer", DAY)}|{event("intermediateCatchEvent", "d", "signal")}|'
                      "u:a|u:b|e:z|e:y|e:w|f>o|o>c|o>t|o>d|c>a|t>b|a>z|b>y|d>w")
    position = begin(definition)
    assert sorted(keys(position)) == ["c", "d"]
    assert keys(act(definition, position, "c")) == ["a"]
    assert keys(workflow.fire_timers(definition, position.state, at(24))) == ["b"]
    assert workflow.signal(definition, position.state, "flood", {}, NOW).ended
    assert act(definition, act(definition, position, "c"), "a").ended


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_an_event_on_a_step_interrupts_it_or_stands_beside_it(kind):
    for attributes in ({}, ASIDE):
        body = f"s:f|u:a|{event('boundaryEvent', 'b', kind, attachedToRef='a', **attributes)}|u:c|e:z|e:y|f>a|a>z|b>c|c>y"
        definition = read(body)
        position = begin(definition)
        for _ in range(2 if attributes else 1):
            position = (act(definition, position, "b", {"n": 1}) if kind == "message"
                        else workflow.signal(definition, position.state, "flood", {"n": 1}, NOW))
        assert sorted(keys(position)) == (sorted(["a", "b", "c", "c"]) if attributes else ["c"])
        assert position.data["b"] == {"n": 1}
        while not position.ended:
            position = act(definition, position, next(one for one in ("c", "a") if one in keys(position)))


def test_a_condition_on_a_step_comes_true_once_until_it_is_false_again():
    caught = event("boundaryEvent", "b", "conditional", condition("w.y == 1"), attachedToRef="a", **ASIDE)
    definition = read(f"s:f|g:g|u:a|{caught}|x:r|u:w|u:c|e:z|e:y|e:v|x:x|f>g|g>a|g>r|r>w|w>x|x>r?w.y &lt; 9|x>v?w.y == 9|a>z|"
                      "b>c|c>y")
    position = begin(definition)
    for answer, number in ((1, 1), (1, 1), (2, 1), (1, 2)):
        position = act(definition, position, "w", {"y": answer})
        assert keys(position).count("c") == number


SUB = "s:i|u:a|e:o|i>a|a>o"


def test_a_sub_process_is_a_step_with_steps():
    definition = read(f"s:f|{sub('q', SUB)}|u:b|e:z|f>q|q>b|b>z")
    position = begin(definition)
    assert keys(position) == ["q/a"]
    assert definition.step(("q",), "a").kind == "user"
    position = act(definition, position, "a", {"x": 1})
    assert (keys(position), position.data["a"]) == (["b"], {"x": 1})
    assert passed(position) == ["q/a", "q/o", "q"]


def test_sub_processes_nest_and_loops_go_through_them():
    inner = sub("r", SUB)
    definition = read(f"s:f|x:m|{sub('q', f's:k|{inner}|e:n|k>r|r>n')}|x:x|e:z|f>m|m>q|q>x|x>m?a.y == 1|x>z?a.y == 2")
    position = begin(definition)
    for _ in range(50):
        assert keys(position) == ["q/r/a"]
        position = act(definition, position, "a", {"y": 1})
    assert act(definition, position, "a", {"y": 2}).ended


@pytest.mark.parametrize("code", ["e", "e2", None])
def test_an_error_goes_to_the_nearest_event_that_takes_it(code):
    thrown = event("endEvent", "o", "error")
    inner = sub("r", f"s:i|u:a|{thrown}|i>a|a>o")
    outer = sub("q", f"s:k|{inner}|e:n|k>r|r>n|" + event("boundaryEvent", "near", "error", ref="e2", attachedToRef="r")
                + "|e:np|near>np")
    far = event("boundaryEvent", "far", "error", attachedToRef="q", **({"ref": code} if code else {})).replace(
        ' errorRef="e"' if code is None else "\0", "")
    body = f"s:f|{outer}|{far}|u:b|e:z|e:y|f>q|q>z|far>b|b>y"
    if code == "e2":
        assert ("uncaught-error", "o") in {(one.code, one.element) for one in workflow.check({"p.bpmn": drawn(body)}, "p")}
        return
    definition = read(body)
    position = act(definition, begin(definition), "a")
    assert keys(position) == ["b"]
    assert position.data["far"] == {"code": "lost", "element": "o"}
    assert act(definition, position, "b").ended


def test_an_escalation_nobody_takes_is_nothing_and_one_that_is_taken_stands_beside():
    body = f"s:i|u:a|{event('intermediateThrowEvent', 't', 'escalation')}|u:a2|e:o|i>a|a>t|t>a2|a2>o"
    plain = read(f"s:f|{sub('q', body)}|e:z|f>q|q>z")
    assert keys(act(plain, begin(plain), "a")) == ["q/a2"]
    taken = read(f"s:f|{sub('q', body)}|{event('boundaryEvent', 'b', 'escalation', attachedToRef='q', **ASIDE)}|u:c|e:y|e:z|"
                 "f>q|q>z|b>c|c>y")
    position = act(taken, begin(taken), "a")
    assert sorted(keys(position)) == ["c", "q/a2"]
    interrupting = read(f"s:f|{sub('q', body)}|{event('boundaryEvent', 'b', 'escalation', attachedToRef='q')}|u:c|e:y|e:z|"
                        "f>q|q>z|b>c|c>y")
    assert keys(act(interrupting, begin(interrupting), "a")) == ["c"]


def test_an_error_of_a_called_process_is_taken_by_its_caller():
    definition = read('s:f|<bpmn:callActivity id="k" calledElement="c"/>|' + event(
        "boundaryEvent", "b", "error", attachedToRef="k") + "|u:d|e:y|e:z|f>k|k>z|b>d|d>y",
        c=f"s:i|u:a|{event('endEvent', 'o', 'error')}|i>a|a>o")
    assert keys(act(definition, begin(definition), "a")) == ["d"]


def test_an_answer_that_names_an_error_takes_the_event_on_its_step():
    definition = read('s:f|<bpmn:serviceTask id="k"><bpmn:extensionElements><motcua:service handler="h"/>'
                      f"</bpmn:extensionElements></bpmn:serviceTask>|{event('boundaryEvent', 'b', 'error', attachedToRef='k')}"
                      "|u:d|e:y|e:z|f>k|k>z|b>d|d>y")
    position = begin(definition)
    assert keys(act(definition, position, "k", {"error": "lost"})) == ["d"]
    assert act(definition, position, "k", {"error": "unknown"}).ended
    assert act(definition, position, "k", {"found": True}).ended


LISTENER = ' triggeredByEvent="true"'


def listening(kind: str, inside: str = "", **attributes: str) -> str:
    """Draw a process of two steps that an event sub-process listens in."""
    start = event("startEvent", "w", kind, inside, **attributes)
    return f"s:f|u:a|u:b|e:z|f>a|a>b|b>z|{sub('q', f'{start}|u:c|e:o|w>c|c>o', LISTENER)}"


def test_an_interrupting_event_sub_process_ends_the_rest():
    definition = read(listening("message", ref="m2"))
    position = begin(definition)
    assert sorted(keys(position)) == ["a", "q/w"]
    position = act(definition, position, "w", {"why": "moved"})
    assert (keys(position), position.data["w"]) == (["q/c"], {"why": "moved"})
    assert passed(position) == ["q/w"]
    assert act(definition, position, "c").ended


def test_one_that_does_not_interrupt_runs_beside_and_again():
    definition = read(listening("message", isInterrupting="false"))
    position = begin(definition)
    for _ in range(2):
        position = act(definition, position, "w")
    assert sorted(keys(position)) == ["a", "q/c", "q/c", "q/w"]
    position = act(definition, act(definition, position, "a"), "b")
    assert keys(position) == ["q/c", "q/c"]
    position = act(definition, position, "c")
    assert act(definition, position, "c").ended


def test_a_case_with_a_listener_that_nothing_calls_ends_as_any_other():
    definition = read(listening("signal"))
    assert act(definition, act(definition, begin(definition), "a"), "b").ended
    other = begin(definition)
    workflow.signal(definition, other.state, "flood", {}, NOW)
    assert act(definition, act(definition, begin(definition), "a"), "b").ended      # specs are shared, cases are not


def test_a_timer_and_a_condition_listen_too():
    definition = read(listening("timer", DAY))
    position = begin(definition)
    assert position.next_timer == at(24)
    assert keys(workflow.fire_timers(definition, position.state, at(24))) == ["q/c"]
    conditional = read(listening("conditional", condition("a.y == 1")))
    assert keys(act(conditional, begin(conditional), "a", {"y": 1})) == ["q/c"]
    assert keys(act(conditional, begin(conditional), "a", {"y": 2})) == ["b"]


def test_an_error_of_the_process_is_taken_by_its_event_sub_process():
    start = event("startEvent", "w", "error")
    definition = read(f"s:f|u:a|{event('endEvent', 'z', 'error')}|f>a|a>z|{sub('q', f'{start}|u:c|e:o|w>c|c>o', LISTENER)}")
    position = act(definition, begin(definition), "a")
    assert keys(position) == ["q/c"]
    assert act(definition, position, "c").ended


def test_an_event_sub_process_of_a_sub_process_listens_while_that_runs():
    start = event("startEvent", "w", "message")
    inner = sub("r", f"s:i|u:a|e:o|i>a|a>o|{sub('q', f'{start}|u:c|e:n|w>c|c>n', LISTENER)}")
    definition = read(f"s:f|u:d|{inner}|u:b|e:z|f>d|d>r|r>b|b>z")
    position = begin(definition)
    assert keys(position) == ["d"]
    position = act(definition, position, "d")
    assert sorted(keys(position)) == ["r/a", "r/q/w"]
    assert keys(act(definition, position, "a")) == ["b"]
    position = act(definition, act(definition, position, "w"), "c")
    assert keys(position) == ["b"]


def test_a_terminate_end_ends_the_event_sub_processes_too():
    ended = '<bpmn:endEvent id="z"><bpmn:terminateEventDefinition/></bpmn:endEvent>'
    definition = read(listening("message", isInterrupting="false").replace("e:z", ended))
    position = act(definition, begin(definition), "w")
    assert act(definition, act(definition, position, "a"), "b").ended


EACH = '<bpmn:extensionElements><motcua:each in="f.offices" as="office"/></bpmn:extensionElements>'
SEVERAL = "<bpmn:multiInstanceLoopCharacteristics{0}>{1}</bpmn:multiInstanceLoopCharacteristics>"
ONE_BY_ONE = ' isSequential="true"'


def several(mode: str, inside: str = "", each: bool = True) -> str:
    """Draw a user task done several times."""
    role = ROLE.replace("</bpmn:extensionElements>", "").replace("<bpmn:extensionElements>", "")
    said = f"<bpmn:extensionElements>{role}{'<motcua:each in=' + chr(34) + 'f.offices' + chr(34) + ' as=' + chr(34) + 'office' + chr(34) + '/>' if each else ''}</bpmn:extensionElements>"
    return f'<bpmn:userTask id="a">{said}{SEVERAL.format(mode, inside)}</bpmn:userTask>'


def test_a_step_done_for_each_side_by_side_collects_the_answers_in_order():
    definition = read(f"s:f|{several('')}|u:b|e:z|f>a|a>b|b>z")
    position = begin(definition, offices=["land", "tax", "police"])
    assert keys(position) == ["a[1]/a", "a[2]/a", "a[3]/a"]
    assert [one.item for one in position.waiting] == ["land", "tax", "police"]
    for number, answer in ((3, "c"), (1, "a"), (2, "b")):
        waiting = next(one for one in position.waiting if one.path == (f"a[{number}]",))
        assert workflow.data_at(definition, position.state, waiting.id)["office"] == ["land", "tax", "police"][number - 1]
        position = workflow.complete(definition, position.state, waiting.id, {"x": answer}, NOW)
    assert keys(position) == ["b"]
    assert position.data["a"] == [{"office": "land", "x": "a"}, {"office": "tax", "x": "b"}, {"office": "police", "x": "c"}]


def test_one_after_another_waits_for_each():
    definition = read(f"s:f|{several(ONE_BY_ONE)}|u:b|e:z|f>a|a>b|b>z")
    position = begin(definition, offices=["land", "tax"])
    assert keys(position) == ["a[1]/a"]
    position = act(definition, position, "a", {"x": 1})
    assert keys(position) == ["a[2]/a"]
    position = act(definition, position, "a", {"x": 2})
    assert (keys(position), [one["x"] for one in position.data["a"]]) == (["b"], [1, 2])


def test_nobody_to_ask_passes_and_too_many_halt():
    definition = read(f"s:f|{several('')}|u:b|e:z|f>a|a>b|b>z")
    assert keys(begin(definition, offices=[])) == ["b"]
    for wrong in ("many", list(range(1_001)), 3):
        with pytest.raises(Halted) as halted:
            begin(definition, offices=wrong)
        assert halted.value.code == "instances"


def test_enough_answers_end_the_rest():
    until = "<bpmn:loopCardinality>3</bpmn:loopCardinality><bpmn:completionCondition>numberOfCompletedInstances == 2" \
            "</bpmn:completionCondition>"
    definition = read(f"s:f|{several('', until, each=False)}|u:b|e:z|f>a|a>b|b>z")
    position = begin(definition)
    position = act(definition, act(definition, position, "a", {"x": 1}), "a", {"x": 2})
    assert (keys(position), len(position.data["a"])) == (["b"], 2)


def test_a_sub_process_done_for_each_keeps_what_its_steps_stored_apart():
    body = "s:i|u:c|x:x|u:d|e:o|e:o2|i>c|c>x|x>d?c.y == office|x>o2?c.y != office|d>o"
    definition = read(f"s:f|{sub('a', body, inside=EACH + SEVERAL.format('', ''))}|u:b|e:z|f>a|a>b|b>z")
    position = begin(definition, offices=["land", "tax"])
    assert keys(position) == ["a[1]/c", "a[2]/c"]
    position = act(definition, position, "c", {"y": "land"})
    assert keys(position) == ["a[1]/d", "a[2]/c"]
    position = act(definition, act(definition, position, "d", {"n": 1}), "c", {"y": "none"})
    assert keys(position) == ["b"]
    assert position.data["a"] == [{"office": "land", "c": {"y": "land"}, "d": {"n": 1}},
                                  {"office": "tax", "c": {"y": "none"}}]
    assert "c" not in position.data


def test_a_called_process_is_done_for_each_and_an_event_on_it_ends_them_all():
    called = f'<bpmn:callActivity id="k" calledElement="c">{EACH}{SEVERAL.format("", "")}</bpmn:callActivity>'
    definition = read(f"s:f|{called}|{event('boundaryEvent', 'b', 'message', attachedToRef='k')}|u:d|e:y|e:z|f>k|k>z|b>d|d>y",
                      c="s:i|u:a|e:o|i>a|a>o")
    position = begin(definition, offices=["land", "tax"])
    assert sorted(keys(position)) == ["b", "k[1]/a", "k[2]/a"]
    assert keys(act(definition, position, "b")) == ["d"]
    position = act(definition, act(definition, position, "a"), "a")
    assert position.ended


def test_a_loop_goes_round_while_its_condition_holds():
    loop = '<bpmn:standardLoopCharacteristics{0}><bpmn:loopCondition>a.y == 1</bpmn:loopCondition>' \
           "</bpmn:standardLoopCharacteristics>"
    definition = read(f"s:f|{user('a', loop.format(''))}|u:b|e:z|f>a|a>b|b>z")
    position = begin(definition)
    for number in range(1, 200):
        assert keys(position) == [f"a[{number}]/a"]
        position = act(definition, position, "a", {"y": 1})
    assert keys(act(definition, position, "a", {"y": 2})) == ["b"]
    assert len(position.state) < 2_000
    most = read(f"s:f|{user('a', loop.format(' loopMaximum=' + chr(34) + '2' + chr(34)))}|u:b|e:z|f>a|a>b|b>z")
    assert keys(act(most, act(most, begin(most), "a", {"y": 1}), "a", {"y": 1})) == ["b"]
    before = read(f"s:f|{user('a', loop.format(' testBefore=' + chr(34) + 'true' + chr(34)))}|u:b|e:z|f>a|a>b|b>z")
    assert keys(begin(before)) == ["b"]


def test_a_thousand_instances_one_by_one_stay_small():
    once = "<bpmn:loopCardinality>1000</bpmn:loopCardinality>"
    definition = read(f"s:f|{several(ONE_BY_ONE, once, each=False)}|u:b|e:z|f>a|a>b|b>z")
    position = begin(definition)
    for _ in range(1_000):
        position = act(definition, position, "a")
    assert keys(position) == ["b"]


def test_a_case_begins_at_the_start_that_happened():
    body = (f"s:f|{event('startEvent', 'm', 'message')}|{event('startEvent', 'd', 'signal')}|"
            f"{event('startEvent', 't', 'timer', '<bpmn:timeCycle>R/P7D</bpmn:timeCycle>')}|"
            f"{event('startEvent', 'q', 'conditional', condition('q.urgent == 1'))}|"
            "u:a|u:b|u:c|u:h|u:g|e:z|f>a|m>b|d>c|t>h|q>g|a>z|b>z|c>z|h>z|g>z")
    definition = read(body)
    assert sorted(definition.starts) == ["d", "f", "m", "q", "t"]
    for start, key in (("m", "b"), ("d", "c"), ("t", "h")):
        position = workflow.start(definition, {"x": 1}, NOW, event=start)
        assert (keys(position), position.data) == ([key], {start: {"x": 1}})
    assert keys(begin(definition, urgent=0)) == ["a"]
    assert keys(begin(definition, urgent=1)) == ["g"]
    assert begin(definition, urgent=1).data == {"q": {"urgent": 1}}


def test_a_call_handed_over_waits_until_it_is_accepted_or_refused():
    called = ('<bpmn:callActivity id="k" calledElement="c"><bpmn:extensionElements><motcua:handoff to="land-office"/>'
              "</bpmn:extensionElements></bpmn:callActivity>")
    body = f"s:f|{called}|{{0}}e:z|f>k|k>z"
    inner = "s:i|u:a|e:o|i>a|a>o"
    definition = read(body.format(""), c=inner)
    position = begin(definition)
    (waiting,) = position.waiting
    assert (waiting.kind, waiting.key) == ("handoff", "k")
    assert not workflow.refusable(definition, position.state, waiting.id)
    with pytest.raises(Halted) as halted:
        workflow.refuse(definition, position.state, waiting.id, {"reason": "x"}, NOW)
    assert halted.value.code == "no-refusal"
    position = workflow.accept(definition, position.state, waiting.id, {"outcome": "accepted"}, NOW)
    assert (keys(position), position.data["k"]) == (["k/a"], {"outcome": "accepted"})
    assert act(definition, position, "a").ended
    refused = event("boundaryEvent", "b", "error", attachedToRef="k")
    drawn_refusal = read(body.format(f"{refused}|u:d|e:y|b>d|d>y|").replace("lost", "x"), c=inner)
    position = begin(drawn_refusal)
    assert not workflow.refusable(drawn_refusal, position.state, position.waiting[0].id)


def test_data_objects_keep_the_answer_of_the_step_that_writes_them():
    writes = "<bpmn:dataOutputAssociation><bpmn:targetRef>r</bpmn:targetRef></bpmn:dataOutputAssociation>"
    definition = read(f"s:f|{user('a', writes)}|x:x|u:b|e:z|e:y|f>a|a>x|x>b?extract.ok == 1|x>y?extract.ok == 2|b>z|"
                      '<bpmn:dataObject id="extract"/>|<bpmn:dataObjectReference id="r" dataObjectRef="extract"/>|'
                      '<bpmn:dataStoreReference id="store"/>')
    position = act(definition, begin(definition), "a", {"ok": 1})
    assert keys(position) == ["b"]
    assert position.data["extract"] == {"ok": 1}


def test_message_flows_say_where_a_message_goes():
    pools = ('<bpmn:collaboration id="c"><bpmn:participant id="us" processRef="p"/><bpmn:participant id="them" name="Archive"/>'
             '<bpmn:messageFlow id="mf" sourceRef="t" targetRef="them"/></bpmn:collaboration>')
    content = drawn(f"s:f|{event('endEvent', 't', 'message')}|f>t").replace(b"<bpmn:process ", pools.encode() + b"<bpmn:process ", 1)
    definition = workflow.read({"p.bpmn": content}, "p")
    assert begin(definition).sent[0].to == "Archive"


def test_every_element_is_refused_where_it_lacks_what_it_needs():
    wrong = {
        "missing-script": SOUND + '<bpmn:scriptTask id="q"/>',
        "expression": SOUND + '<bpmn:scriptTask id="q"><bpmn:script>import os</bpmn:script></bpmn:scriptTask>',
        "missing-trigger": SOUND + '<bpmn:intermediateCatchEvent id="q"/>',
        "missing-name": SOUND + event("intermediateCatchEvent", "q", "message", ref="none"),
        "several-triggers": SOUND + event("intermediateCatchEvent", "q", "signal").replace(
            "</bpmn:intermediateCatchEvent>", "<bpmn:messageEventDefinition messageRef=\"m\"/></bpmn:intermediateCatchEvent>"),
        "dangling-link": SOUND + event("intermediateThrowEvent", "q", "link", link="A"),
        "error-interrupts": SOUND + event("boundaryEvent", "q", "error", attachedToRef="a", **ASIDE),
        "after-event-gateway": 's:f|<bpmn:eventBasedGateway id="o"/>|u:q|e:z|f>o|o>q|q>z',
        "missing-number": f"s:f|{several('', each=False).replace('id=' + chr(34) + 'a', 'id=' + chr(34) + 'q')}|e:z|f>q|q>z",
        "too-many-instances": "s:f|" + user("q", SEVERAL.format("", "<bpmn:loopCardinality>1000000</bpmn:loopCardinality>"))
                              + "|e:z|f>q|q>z",
        "listener-start": SOUND + sub("q", SUB.replace("u:a", "u:c").replace("a", "c"), LISTENER),
        "flow-at-listener": listening("message") + "|a>q",
        "uncaught-error": SOUND.replace("e:z", event("endEvent", "q", "error")).replace("a>z", "a>q"),
    }
    for code, body in wrong.items():
        found = {(one.code, one.element) for one in workflow.check({"p.bpmn": drawn(body)}, "p")}
        assert (code, "q") in found, (code, found)
