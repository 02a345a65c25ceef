"""What a step does to a case that nobody fills in a form for: by hand, by script, by message; and data objects."""

from __future__ import annotations

import pytest

from engine import workflow
from tests.workflow.drawing import begin, drawn, ending, extended, read, script, user
from tests.workflow.making import act, keys


@pytest.mark.parametrize("tag", ["task", "manualTask"])
def test_a_task_somebody_does_by_hand_needs_no_form(tag):
    definition = read(f"s:f|{user('a', tag=tag)}|e:z|f>a|a>z")
    assert definition.step((), "a").form is None
    assert act(definition, begin(definition), "a").ended


def test_a_script_assigns_what_it_works_out():
    assigns = script("a", "fee = f.pages * 2\nbill.total = fee + 1")
    definition = read(f"s:f|{assigns}|e:z|f>a|a>z")
    position = begin(definition, pages=3)
    assert position.ended
    assert (position.data["fee"], position.data["bill"]) == (6, {"total": 7})


def test_a_send_task_sends_what_it_names_and_goes_on():
    sends = extended('<motcua:send data="f.name f.no"/>')
    definition = read(f's:f|<bpmn:sendTask id="a" messageRef="m">{sends}</bpmn:sendTask>|e:z|f>a|a>z')
    position = begin(definition, name="An", other="x")
    assert position.ended
    assert [(one.kind, one.name, one.key, one.data) for one in position.sent] == [
        ("message", "extract", "a", {"name": "An"})]


def test_a_receive_task_waits_for_its_message_and_keeps_it():
    definition = read('s:f|<bpmn:receiveTask id="c" messageRef="m"/>|e:z|f>c|c>z')
    position = begin(definition)
    assert [(one.key, one.kind) for one in position.waiting] == [("c", "receive")]
    position = act(definition, position, "c", {"pages": 2})
    assert (position.ended, position.data["c"]) == (True, {"pages": 2})


def test_data_objects_keep_the_answer_of_the_step_that_writes_them():
    writes = "<bpmn:dataOutputAssociation><bpmn:targetRef>r</bpmn:targetRef></bpmn:dataOutputAssociation>"
    definition = read(f"s:f|{user('a', writes)}|x:x|u:b|e:z|e:y|f>a|a>x|x>b?extract.ok == 1|x>y?extract.ok == 2|b>z|"
                      '<bpmn:dataObject id="extract"/>|<bpmn:dataObjectReference id="r" dataObjectRef="extract"/>|'
                      '<bpmn:dataStoreReference id="store"/>')
    position = act(definition, begin(definition), "a", {"ok": 1})
    assert keys(position) == ["b"]
    assert position.data["extract"] == {"ok": 1}


def test_message_flows_say_where_a_message_goes():
    pools = ('<bpmn:collaboration id="c"><bpmn:participant id="us" processRef="p"/>'
             '<bpmn:participant id="them" name="Archive"/>'
             '<bpmn:messageFlow id="mf" sourceRef="t" targetRef="them"/></bpmn:collaboration>')
    content = drawn(f"s:f|{ending('t', 'message')}|f>t", root=pools)
    definition = workflow.read({"p.bpmn": content}, "p")
    assert begin(definition).sent[0].to == "Archive"
