"""The office of a run and its procedures: tasks, loops, a timer, hand-offs by call and by message, messages that are
waited for, a service, a start by time, and one that a wrong answer halts."""

from __future__ import annotations

import json
from datetime import datetime

from engine.procedures.pack import Pack
from engine.services import accounts, organisation, procedures
from engine.storage import database
from tests import office
from tests.services import handing_over, talking

NOTE = {"type": "string", "title": "Ghi chú"}
PEOPLE = ("binh", "an", "khoa", "tam", "minh", "son", "quan")
PASSWORD = "một mật khẩu dài"


def furnish(url: str, now: datetime) -> dict[str, str]:
    """Set up the office on an empty database and give a token for each person."""
    database.use(url)
    organisation.apply(office.UNITS.encode(), now)
    organisation.apply(handing_over.PEOPLE.encode(), now)
    for pack in (office.two_tasks(), office.permit(), timed(), reminding(), handing_over.consulting(),
                 handing_over.asking(), paying(), checked(), halting(), ticking()):
        procedures.publish(with_notes(pack), now)
    accounts.set_password("binh", PASSWORD, now)
    return {name: accounts.create_token(name, "faults", now) for name in PEOPLE}


def with_notes(pack: Pack) -> Pack:
    """Let every form of a procedure take a note."""
    return Pack({name: _with_note(content) if name.startswith("forms/") else content
                 for name, content in pack.files.items()})


def _with_note(form: bytes) -> bytes:
    told = json.loads(form)
    told["properties"]["note"] = NOTE
    return json.dumps(told).encode()


def renewed(pack: Pack, number: int) -> Pack:
    """Give the next version of a procedure: the same course under another title, so that every case fits."""
    changed = pack.files["procedure.toml"].replace(b'vi = "', f'vi = "{number}. '.encode())
    return with_notes(Pack({**pack.files, "procedure.toml": changed}))


def timed() -> Pack:
    """Give a procedure whose only task is taken away by a timer after a second."""
    inside = ('<bpmn:startEvent id="application"/>' + office.user_task("work", "processing-officer", "competent")
              + '<bpmn:boundaryEvent id="late" attachedToRef="work"><bpmn:timerEventDefinition><bpmn:timeDuration>'
                '"PT1S"</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>'
                '<bpmn:endEvent id="done"/><bpmn:endEvent id="missed"/>'
              + office.flows(("application", "work"), ("work", "done"), ("late", "missed")))
    return Pack({"procedure.toml": office.manifest("timed"), "process.bpmn": office.diagram("timed", inside),
                 "forms/application.json": office.APPLICATION, "forms/work.json": office.form()})


def reminding() -> Pack:
    """Give a procedure in which a timer of a second brings a reminder beside the task, which goes on."""
    inside = ('<bpmn:startEvent id="application"/>' + office.user_task("work", "processing-officer", "competent")
              + '<bpmn:boundaryEvent id="late" attachedToRef="work" cancelActivity="false"><bpmn:timerEventDefinition>'
                '<bpmn:timeDuration>"PT1S"</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>'
              + office.user_task("remind", "processing-officer", "competent")
              + '<bpmn:endEvent id="done"/><bpmn:endEvent id="reminded"/>'
              + office.flows(("application", "work"), ("work", "done"), ("late", "remind"), ("remind", "reminded")))
    return Pack({"procedure.toml": office.manifest("reminding"), "process.bpmn": office.diagram("reminding", inside),
                 "forms/application.json": office.APPLICATION, "forms/work.json": office.form(),
                 "forms/remind.json": office.form()})


def paying() -> Pack:
    """Give a procedure in which an officer looks, a payment is waited for, and an officer looks again."""
    return talking.pack("paying", '<bpmn:startEvent id="application"/>' + talking.look()
                        + talking.receive("paid", "payment") + talking.look("again") + '<bpmn:endEvent id="done"/>'
                        + office.flows(("application", "look"), ("look", "paid"), ("paid", "again"),
                                       ("again", "done")), again=office.form())


def checked() -> Pack:
    """Give a procedure in which a register is asked, then an officer looks."""
    inside = ('<bpmn:startEvent id="application"/><bpmn:serviceTask id="register" name="register">'
              '<bpmn:extensionElements><motcua:service handler="registry.driving_licence"/></bpmn:extensionElements>'
              '</bpmn:serviceTask>' + talking.look() + '<bpmn:endEvent id="done"/>'
              + office.flows(("application", "register"), ("register", "look"), ("look", "done")))
    return talking.pack("checked", inside)


def halting() -> Pack:
    """Give a procedure whose officer may answer what no flow is drawn for: the case halts, and can be tried again."""
    inside = ('<bpmn:startEvent id="application"/>' + office.user_task("attempt", "processing-officer", "competent")
              + '<bpmn:exclusiveGateway id="way"/><bpmn:endEvent id="done"/><bpmn:endEvent id="left"/>'
              + office.flows(("application", "attempt"), ("attempt", "way"), ("way", "done", 'attempt.outcome == "go"'),
                             ("way", "left", 'attempt.outcome == "leave"')))
    return Pack({"procedure.toml": office.manifest("halting"), "process.bpmn": office.diagram("halting", inside),
                 "forms/application.json": office.APPLICATION,
                 "forms/attempt.json": office.form(("go", "leave", "stuck"))})


def ticking() -> Pack:
    """Give a procedure that the system files by itself every minute."""
    inside = ('<bpmn:startEvent id="tick"><bpmn:timerEventDefinition><bpmn:timeCycle>R/PT1M</bpmn:timeCycle>'
              '</bpmn:timerEventDefinition></bpmn:startEvent>' + talking.look() + '<bpmn:endEvent id="done"/>'
              + office.flows(("tick", "look"), ("look", "done")))
    return talking.pack("ticking", inside)
