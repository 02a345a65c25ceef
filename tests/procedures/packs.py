"""Packs for the tests: a small sound procedure, with any file changed or left out."""

import json

from engine.procedures.pack import Pack

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:motcua="urn:motcua:bpmn:1"
  targetNamespace="urn:test">
  <bpmn:process id="small-permit" name="Giấy phép nhỏ" isExecutable="true">
    <bpmn:extensionElements><motcua:deadline kind="statutory" period="2 working days"/></bpmn:extensionElements>
    <bpmn:startEvent id="application" name="Nộp hồ sơ"/>
    <bpmn:userTask id="receive" name="Tiếp nhận">
      <bpmn:extensionElements>
        <motcua:deadline kind="task" period="4 working hours"/>
        <motcua:assignment role="receiving-officer" unit="receiving"/>
        <motcua:clock starts="accepted"/>
        <motcua:letter template="01" when="accepted"/>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:exclusiveGateway id="complete" default="refusal"/>
    <bpmn:userTask id="verify" name="Thẩm định">
      <bpmn:extensionElements>
        <motcua:deadline kind="task" period="16 working hours"/>
        <motcua:assignment role="processing-officer" unit="competent" notActorOf="receive"/>
        <motcua:clock stops="always"/>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:endEvent id="done" name="Xong"/>
    <bpmn:endEvent id="refused" name="Từ chối"/>
    <bpmn:sequenceFlow id="f1" sourceRef="application" targetRef="receive"/>
    <bpmn:sequenceFlow id="f2" sourceRef="receive" targetRef="complete"/>
    <bpmn:sequenceFlow id="acceptance" sourceRef="complete" targetRef="verify">
      <bpmn:conditionExpression>receive.outcome == "accepted"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="refusal" sourceRef="complete" targetRef="refused"/>
    <bpmn:sequenceFlow id="f4" sourceRef="verify" targetRef="done"/>
  </bpmn:process>
</bpmn:definitions>
"""
MANIFEST = 'slug = "small-permit"\ntitle = "Giấy phép nhỏ"\nowner = "department"\n'
APPLICATION = {"type": "object", "required": ["applicant"], "properties": {"applicant": {"$ref": "shared/person.json"}}}
RECEIVE = {"type": "object", "required": ["outcome"], "properties": {
    "outcome": {"enum": ["accepted", "refused"], "x-labels": {"accepted": "Tiếp nhận"}}}}
VERIFY = {"type": "object", "properties": {"note": {"type": "string", "title": "Ghi chú"}}}
PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Giấy phép nhỏ"
msgstr "Small permit"

msgid "Tiếp nhận"
msgstr "Receive"
"""


def small(**changes):
    """Give the pack; a keyword names a file by its last word (`manifest`, `diagram`, `application`, …)."""
    diagram = changes.pop("diagram", DIAGRAM)
    files = {"procedure.toml": changes.pop("manifest", MANIFEST), "process.bpmn": diagram,
             "locale/en.po": changes.pop("po", PO)}
    for name, form in {"application": APPLICATION, "receive": RECEIVE, "verify": VERIFY, **changes}.items():
        files[f"forms/{name}.json"] = form if isinstance(form, bytes | None) else json.dumps(form)
    return Pack({path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()
                 if text is not None})


def changed(*replacements):
    """Give the pack with pairs of texts in the diagram replaced; a text that is not there fails the test."""
    diagram = DIAGRAM
    for old, new in replacements:
        assert old in diagram, old
        diagram = diagram.replace(old, new)
    return small(diagram=diagram)
