"""A dossier that cannot go on: a procedure with a gap, who is told, who sees it, what is kept, how it goes on."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from engine.domain.case import CaseStatus
from engine.domain.errors import CaseHalted, NotAllowed
from engine.domain.people import Actor
from engine.procedures.pack import Pack
from engine.queries import console, incident_list
from engine.services import incidents, procedures, tasks
from features.steps.sentences import says
from features.steps.story import Story
from features.steps.vocabulary import step

_SLUG = "copies-to-count"
_DIAGRAM = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:motcua="urn:motcua:bpmn:1"
                  targetNamespace="urn:motcua:feature">
  <bpmn:process id="{_SLUG}" isExecutable="true">
    <bpmn:startEvent id="application"/>
    <bpmn:userTask id="count" name="Đếm số bản"><bpmn:extensionElements>
      <motcua:assignment role="processing-officer" unit="competent"/></bpmn:extensionElements></bpmn:userTask>
    <bpmn:exclusiveGateway id="many" default="few"/>
    <bpmn:endEvent id="done"/>
    <bpmn:endEvent id="done_by_volume"/>
    <bpmn:sequenceFlow id="filed" sourceRef="application" targetRef="count"/>
    <bpmn:sequenceFlow id="counted" sourceRef="count" targetRef="many"/>
    <bpmn:sequenceFlow id="few" sourceRef="many" targetRef="done"/>
    <bpmn:sequenceFlow id="lots" sourceRef="many" targetRef="done_by_volume">
      <bpmn:conditionExpression>count.copies &gt; 100</bpmn:conditionExpression></bpmn:sequenceFlow>
  </bpmn:process>
</bpmn:definitions>"""
_MANIFEST = f"""slug = "{_SLUG}"
owner = "traffic-police"
[title]
vi = "Đếm số bản"
en = "Counting copies"
"""
_APPLICATION = {"type": "object", "title": "Đơn", "required": ["full_name"], "properties": {
    "full_name": {"type": "string", "title": "Họ và tên", "format": "full-name"}}}
_COUNT = {"type": "object", "title": "Đếm số bản", "properties": {
    "copies": {"type": "integer", "title": "Số bản", "minimum": 0}, "note": {"type": "string", "title": "Ghi chú"}}}


@step("một thủ tục không biết đi tiếp ra sao khi số bản còn để trống")
@step("a procedure that does not know where to go while the number of copies is left open")
def publish_gap(story: Story) -> None:
    procedures.publish(Pack({
        "procedure.toml": _MANIFEST.encode(), "process.bpmn": _DIAGRAM.encode(),
        "forms/application.json": json.dumps(_APPLICATION).encode(), "forms/count.json": json.dumps(_COUNT).encode(),
        "locale/en.po": 'msgid "Đếm số bản"\nmsgstr "Count the copies"\n'.encode()}), story.now)
    story.procedure = _SLUG


@step(says('{person} làm bước "{name:Name}" lúc {when:When}, để trống số bản và ghi "{note:Name}"'))
@step(says('{person} does "{name:Name}" at {when:When}, leaving the number open and writing "{note:Name}"'))
def leave_open(story: Story, person: str, name: str, when: datetime, note: str) -> None:
    story.now = when
    task = story.open_task(name)
    story.kept["state"] = story.case().state
    story.attempt(person, lambda: tasks.complete(task.id, {"note": note}, story.person(person), when))


@step(says("{person} được báo là hồ sơ chưa đi tiếp được"))
@step(says("{person} is told that the dossier could not go on"))
def told_halted(story: Story, person: str) -> None:
    ((who, told),) = story.told
    assert who == person
    assert isinstance(told, CaseHalted)
    assert (told.actor, told.action, told.at) == (story.person(person).account, "incident.raised", story.now)


@step(says('hồ sơ bị vướng, vẫn ở bước "{name:Name}"'))
@step(says('the dossier is halted, still at "{name:Name}"'))
def is_halted(story: Story, name: str) -> None:
    case = story.case()
    assert (case.status, case.state) == (CaseStatus.HALTED, story.kept["state"])
    assert [task.id for task in case.open_tasks()] == [story.open_task(name).id]


@step(says("{person} thấy hồ sơ trong danh sách sự cố"))
@step(says("{person} sees the dossier among the incidents"))
def sees_incident(story: Story, person: str) -> None:
    (incident,) = incident_list.waiting(story.person(person), "vi")
    assert (incident["case"], incident["element"]) == (story.code, "many")
    assert incident["message"]


@step(says("danh sách sự cố của {person} không còn hồ sơ này"))
@step(says("the incidents that {person} sees no longer name the dossier"))
def sees_no_incident(story: Story, person: str) -> None:
    assert incident_list.waiting(story.person(person), "vi") == []


@step(says('lịch sử giữ lại "{note:Name}" cùng tên {person}'))
@step(says('the history keeps "{note:Name}" under the name of {person}'))
def keeps_note(story: Story, note: str, person: str) -> None:
    last = story.events()[-1]
    facts = last.facts()
    assert (last.action, last.actor) == ("incident.raised", story.person(person).account)
    assert facts["act"]["submission"] == {"note": note}


@step(says('{person} không làm được bước "{name:Name}" khi hồ sơ còn vướng'))
@step(says('{person} cannot do "{name:Name}" while the dossier is halted'))
def cannot_while_halted(story: Story, person: str, name: str) -> None:
    task, before = story.open_task(name), story.case().head
    refused = story.attempt(person, lambda: tasks.complete(task.id, {"copies": 1}, story.person(person), story.now))
    assert isinstance(refused, CaseHalted)
    assert story.case().head == before


@step(says("{person} không được cho hồ sơ đi tiếp"))
@step(says("{person} may not let the dossier go on"))
def may_not_resume(story: Story, person: str) -> None:
    (incident,) = incident_list.waiting(_administrator(story), "vi")
    number, actor = UUID(incident["id"]), story.person(person)
    assert isinstance(story.attempt(person, lambda: incidents.retry(number, actor, story.now)), NotAllowed)
    assert story.case().status is CaseStatus.HALTED


def _administrator(story: Story) -> Actor:
    return next(person for person in console.people(story.now) if person.has_role("administrator"))


@step(says("{person} cho hồ sơ đi tiếp lúc {when:When}"))
@step(says("{person} lets the dossier go on at {when:When}"))
def resume(story: Story, person: str, when: datetime) -> None:
    story.now = when
    (incident,) = incident_list.waiting(story.person(person), "vi")
    incidents.retry(UUID(incident["id"]), story.person(person), when)
