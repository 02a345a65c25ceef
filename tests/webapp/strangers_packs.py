"""Procedures as somebody draws them who knows BPMN and one modeler, with nothing of ours but the property names."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from engine.procedures.pack import Pack
from tests import office

SPACES = ('xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
          'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
          'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"')
ROOT = """
<bpmn:error id="Error_1" name="Hỏng" errorCode="broken"/><bpmn:escalation id="Escalation_1" escalationCode="up"/>
<bpmn:message id="Message_1" name="payment_confirmed"/><bpmn:message id="Message_2" name="more_papers"/>
<bpmn:signal id="Signal_1" name="storm"/>"""
MESSAGE = '<bpmn:messageEventDefinition messageRef="Message_1"/>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="Signal_1"/>'
ERROR = '<bpmn:errorEventDefinition errorRef="Error_1"/>'
ESCALATION = '<bpmn:escalationEventDefinition escalationRef="Escalation_1"/>'
START, END = '<bpmn:startEvent id="application"/>', '<bpmn:endEvent id="Event_end"/>'


def diagram(slug: str, inside: str, properties: str = "") -> bytes:
    """Give a file with one process."""
    return (f'<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions {SPACES} targetNamespace="http://bpmn.io/schema">'
            f'{ROOT}<bpmn:process id="{slug}" isExecutable="true">{properties}{inside}</bpmn:process>'
            "</bpmn:definitions>").encode()


def user(key: str, inside: str = "", name: str = "") -> str:
    """Give a user task of the officer of the division, by generic properties."""
    said = "".join(f'<camunda:property name="motcua.assignment.{attribute}" value="{value}"/>'
                   for attribute, value in (("role", "processing-officer"), ("unit", "competent")))
    return (f'<bpmn:userTask id="{key}" name="{name or key}"><bpmn:extensionElements><camunda:properties>{said}'
            f"</camunda:properties></bpmn:extensionElements>{inside}</bpmn:userTask>")


def flow(source: str, target: str, condition: str = "", key: str = "") -> str:
    """Give a sequence flow with the ids a modeler gives."""
    said = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
    return (f'<bpmn:sequenceFlow id="{key or f"Flow_{source}_{target}"}" sourceRef="{source}" targetRef="{target}">'
            f"{said if condition else ''}</bpmn:sequenceFlow>")


def way(*keys: str) -> str:
    """Give the flows from each step to the next."""
    return "".join(flow(one, other) for one, other in pairwise(keys))


def listener(key: str, trigger: str, task: str, *, interrupts: bool) -> str:
    """Give an event sub-process with one task."""
    return (f'<bpmn:subProcess id="{key}" triggeredByEvent="true">'
            f'<bpmn:startEvent id="{key}_begins" isInterrupting="{str(interrupts).lower()}">{trigger}</bpmn:startEvent>'
            f'{user(task)}<bpmn:endEvent id="{key}_ends"/>{way(f"{key}_begins", task, f"{key}_ends")}'
            "</bpmn:subProcess>")


def pack(slug: str, inside: str, **forms: Any) -> Pack:
    """Give a pack; a form is a tuple of outcomes, or a whole one."""
    made = {key: office.form(given) if isinstance(given, tuple) else json.dumps(given).encode()
            for key, given in forms.items()}
    return Pack({"procedure.toml": office.manifest(slug), "process.bpmn": diagram(slug, inside),
                 "forms/application.json": office.APPLICATION,
                 **{f"forms/{key}.json": form for key, form in made.items()}})


def nested() -> Pack:
    """A sub-process in a sub-process that ends by an error or an escalation, and a message while it runs."""
    inner = ('<bpmn:startEvent id="Event_i"/>' + user("look")
             + '<bpmn:exclusiveGateway id="Gateway_1" default="Flow_d"/>'
             f'<bpmn:endEvent id="Event_good"/><bpmn:endEvent id="Event_bad">{ERROR}</bpmn:endEvent>'
             f'<bpmn:endEvent id="Event_up">{ESCALATION}</bpmn:endEvent>' + way("Event_i", "look", "Gateway_1")
             + flow("Gateway_1", "Event_bad", "${look.outcome == 'bad'}")
             + flow("Gateway_1", "Event_up", '=look.outcome = "up"') + flow("Gateway_1", "Event_good", key="Flow_d"))
    outer = ('<bpmn:startEvent id="Event_o"/><bpmn:subProcess id="inner">' + inner + "</bpmn:subProcess>"
             '<bpmn:endEvent id="Event_oe"/>' + way("Event_o", "inner", "Event_oe"))
    caught = "".join(
        f'<bpmn:boundaryEvent id="{key}" attachedToRef="outer" cancelActivity="{cancels}">{what}</bpmn:boundaryEvent>'
        + user(f"after_{key}") + flow(key, f"after_{key}") + flow(f"after_{key}", "Event_end")
        for key, what, cancels in (
            ("broke", ERROR, "true"), ("raised", ESCALATION, "false"), ("paid", MESSAGE, "false")))
    return pack("nested", START + f'<bpmn:subProcess id="outer">{outer}</bpmn:subProcess>' + caught + END
                + way("application", "outer", "Event_end"), look=("good", "bad", "up"), after_broke=(), after_raised=(),
                after_paid=())


def listening() -> Pack:
    """Two tasks, and event sub-processes: a message and a condition beside them, a signal that ends them."""
    condition = ('<bpmn:conditionalEventDefinition><bpmn:condition xsi:type="bpmn:tFormalExpression">'
                 "weigh.amount &gt; 100</bpmn:condition></bpmn:conditionalEventDefinition>")
    amount = {"type": "object", "title": "Cân", "properties": {"amount": {"type": "integer", "title": "Số"}},
              "required": ["amount"]}
    return pack("listening-in", START + user("weigh") + user("write") + END
                + way("application", "weigh", "write", "Event_end")
                + listener("on_message", MESSAGE, "note", interrupts=False)
                + listener("on_much", condition, "ask", interrupts=False)
                + listener("on_signal", SIGNAL, "close", interrupts=True),
                weigh=amount, write=(), note=(), ask=(), close=())


def several(until: str = "${nrOfCompletedInstances &gt;= 2}") -> Pack:
    """A task for everybody on a list, then one so often as was filed until two were done."""
    people = {"type": "object", "title": "Đơn", "properties": {
        "n": {"type": "integer", "title": "Số lần", "minimum": 0, "maximum": 5},
        "people": {"type": "array", "title": "Người", "maxItems": 5, "items": {
            "type": "object", "title": "Người", "required": ["name"],
            "properties": {"name": {"type": "string", "title": "Tên"}}}}}, "required": ["people", "n"]}
    each = ('<bpmn:multiInstanceLoopCharacteristics camunda:collection="${application.people}" '
            'camunda:elementVariable="person"/>')
    times = ('<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:loopCardinality>application.n'
             f"</bpmn:loopCardinality><bpmn:completionCondition>{until}</bpmn:completionCondition>"
             "</bpmn:multiInstanceLoopCharacteristics>")
    return pack("several", START + user("visit", each, "Thăm nhà") + user("vote", times, "Biểu quyết") + user("write")
                + END + way("application", "visit", "vote", "write", "Event_end"),
                application=people, visit=("seen", "away"), vote=("yes", "no"), write=())


def choosing() -> Pack:
    """An inclusive gateway with a condition of each language, an event-based one, and a link."""
    behind = {"got_message": f'<bpmn:intermediateCatchEvent id="got_message">{MESSAGE}</bpmn:intermediateCatchEvent>',
              "got_papers": '<bpmn:receiveTask id="got_papers" messageRef="Message_2"/>',
              "got_signal": f'<bpmn:intermediateCatchEvent id="got_signal">{SIGNAL}</bpmn:intermediateCatchEvent>'}
    chosen = (("a", "=application.amount &gt; 1"), ("b", "${application.amount &gt; 2}"),
              ("c", "application.amount &gt; 1000000"))
    return pack(
        "choosing", START + '<bpmn:inclusiveGateway id="Gateway_i" default="Flow_d"/>'
        '<bpmn:inclusiveGateway id="Gateway_j"/>'
        + "".join(map(user, "abcd")) + '<bpmn:eventBasedGateway id="Gateway_e"/>' + "".join(behind.values())
        + '<bpmn:intermediateThrowEvent id="jump"><bpmn:linkEventDefinition name="L"/></bpmn:intermediateThrowEvent>'
        '<bpmn:intermediateCatchEvent id="land"><bpmn:linkEventDefinition name="L"/></bpmn:intermediateCatchEvent>'
        + user("last") + END + flow("application", "Gateway_i")
        + "".join(flow("Gateway_i", key, condition) for key, condition in chosen)
        + flow("Gateway_i", "d", key="Flow_d") + "".join(flow(key, "Gateway_j") for key in "abcd")
        + flow("Gateway_j", "Gateway_e") + "".join(flow("Gateway_e", key) + flow(key, "jump") for key in behind)
        + way("land", "last", "Event_end"), a=(), b=(), c=(), d=(), last=())
