"""Procedures that hand a part over to the police, by a call or by a message, and the people of the police."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.domain.case import Case, Task
from engine.domain.handoff import HandOff
from engine.domain.people import Actor
from engine.procedures.pack import Pack
from engine.services import accounts, cases, history, holding, organisation, procedures, tasks
from engine.storage import database
from engine.storage.tables import case_table, hand_off_table
from tests import office

PEOPLE = """
[[unit]]
id = "police"
type = "police"
parent = "division"
title = { vi = "Công an", en = "Police" }
[[unit]]
id = "police-far"
type = "police"
parent = "commune-b"
title = { vi = "Công an xa", en = "Police far away" }
[[position]]
id = "police-desk"
unit = "police"
title = { vi = "Tiếp nhận", en = "Receiving officer" }
roles = ["receiving-officer"]
[[position]]
id = "police-work"
unit = "police"
title = { vi = "Điều tra viên", en = "Officer" }
roles = ["processing-officer"]
[[position]]
id = "police-far-desk"
unit = "police-far"
title = { vi = "Tiếp nhận", en = "Receiving officer" }
roles = ["receiving-officer", "processing-officer"]
[[person]]
account = "tam"
name = "Lý Thị Tâm"
positions = ["police-desk"]
[[person]]
account = "minh"
name = "Hồ Văn Minh"
positions = ["police-desk"]
[[person]]
account = "son"
name = "Đào Ngọc Sơn"
positions = ["police-work"]
[[person]]
account = "xuan"
name = "Tô Thị Xuân"
positions = ["police-far-desk"]
"""
RULE = '<motcua:handoff to="police" acknowledgeWithin="4 working hours" period="2 working days"/>'
ERROR = '<bpmn:error id="no" name="no" errorCode="handoff-refused"/>'
BOUNDARY = ('<bpmn:boundaryEvent id="declined" attachedToRef="consult"><bpmn:errorEventDefinition errorRef="no"/>'
            '</bpmn:boundaryEvent>' + office.user_task("alone", "processing-officer", "competent")
            + '<bpmn:endEvent id="done_alone"/>')
LAPSE = ('<bpmn:boundaryEvent id="lapsed" attachedToRef="consult"><bpmn:timerEventDefinition>'
         '<bpmn:timeDuration>{}</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>')
OPINION = ('<bpmn:startEvent id="asked"/>' + office.user_task("examine", "processing-officer", "competent")
           + '<bpmn:endEvent id="said"/>' + office.flows(("asked", "examine"), ("examine", "said")))
DEADLINE = '<motcua:deadline kind="statutory" period="5 working days"/>'


def extended(inside: str) -> str:
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"


def diagram(slug: str, inside: str, after: str = "", before: str = "") -> bytes:
    found = office.diagram(slug, inside, DEADLINE).decode()
    return found.replace("<bpmn:process ", before + "<bpmn:process ").replace(
        "</bpmn:definitions>", after + "</bpmn:definitions>").encode()


def files(slug: str, **forms: bytes) -> dict[str, bytes]:
    given = {"application": office.APPLICATION, "receive": office.form(("accepted",)),
             "decide": office.form(("approve", "refused")), **forms}
    return {"procedure.toml": office.manifest(slug), **{f"forms/{name}.json": form for name, form in given.items()}}


def consulting(slug: str = "consulting", *, boundary: bool = True, loop: str = "", timer: str = "") -> Pack:
    """Receive, then the police's opinion as a called process, then decide, which may ask again; a refusal and a time
    after which the opinion is done without may be drawn."""
    inside = ('<bpmn:startEvent id="application"/>'
              + office.user_task("receive", "receiving-officer", "receiving", '<motcua:clock starts="accepted"/>')
              + f'<bpmn:callActivity id="consult" name="Hỏi công an" calledElement="opinion">{extended(RULE)}{loop}'
                '</bpmn:callActivity>'
              + (BOUNDARY if boundary else "") + (LAPSE.format(timer) if timer else "")
              + office.user_task("decide", "processing-officer", "competent", '<motcua:clock stops="always"/>')
              + '<bpmn:exclusiveGateway id="enough" default="f4"/><bpmn:endEvent id="done"/>'
              + office.flows(("application", "receive"), ("receive", "consult"), ("consult", "decide"),
                             ("decide", "enough"), ("enough", "done"),
                             ("enough", "consult", 'decide.outcome == "again"'),
                             *([("declined", "alone"), ("alone", "done_alone")] if boundary else []),
                             *([("lapsed", "decide")] if timer else [])))
    found = files(slug, examine=office.form(("agree", "object")), decide=office.form(("approve", "again")),
                  **({"alone": office.form()} if boundary else {}))
    return Pack({**found, "process.bpmn": diagram(slug, inside, before=ERROR),
                 "shared/opinion.bpmn": office.diagram("opinion", OPINION)})


def nested(slug: str = "nested") -> Pack:
    """The police in their turn ask the division, whose opinion comes first."""
    asked = RULE.replace("police", "division")
    inside = ('<bpmn:startEvent id="begun"/>'
              f'<bpmn:callActivity id="deeper" calledElement="opinion">{extended(asked)}</bpmn:callActivity>'
              '<bpmn:endEvent id="over"/>' + office.flows(("begun", "deeper"), ("deeper", "over")))
    found = consulting(slug, boundary=False).files
    return Pack({**found, "process.bpmn": found["process.bpmn"].replace(b'calledElement="opinion"',
                                                                        b'calledElement="between"'),
                 "shared/between.bpmn": office.diagram("between", inside)})


def asking(slug: str = "asking") -> Pack:
    """Receive, then a message to the police, whose pool is a black box, and their answer; decide where it is clean."""
    inside = ('<bpmn:startEvent id="application"/>'
              + office.user_task("receive", "receiving-officer", "receiving", '<motcua:clock starts="accepted"/>')
              + '<bpmn:sendTask id="ask" name="Hỏi công an" messageRef="question"/>'
                '<bpmn:receiveTask id="answered" name="Công an trả lời" messageRef="answer"/>'
              + office.user_task("decide", "processing-officer", "competent", '<motcua:clock stops="always"/>')
              + '<bpmn:exclusiveGateway id="judge" default="f5"/><bpmn:endEvent id="done"/>'
                '<bpmn:endEvent id="unclean"/>'
              + office.flows(("application", "receive"), ("receive", "ask"), ("ask", "answered"), ("answered", "judge"),
                             ("judge", "decide", "answered.clean == true"), ("judge", "unclean"), ("decide", "done")))
    before = together(slug, "ask", '<bpmn:messageFlow id="back" sourceRef="theirs" targetRef="answered"/>')
    return Pack({**files(slug), "process.bpmn": diagram(slug, inside, before=before)})


def telling(slug: str = "telling") -> Pack:
    """Tell the police and go on without waiting for them."""
    inside = ('<bpmn:startEvent id="application"/>'
              + office.user_task("receive", "receiving-officer", "receiving", '<motcua:clock starts="accepted"/>')
              + '<bpmn:sendTask id="tell" name="Báo công an" messageRef="question"/>'
              + office.user_task("decide", "processing-officer", "competent", '<motcua:clock stops="always"/>')
              + '<bpmn:endEvent id="done"/>'
              + office.flows(("application", "receive"), ("receive", "tell"), ("tell", "decide"), ("decide", "done")))
    return Pack({**files(slug), "process.bpmn": diagram(slug, inside, before=together(slug, "tell"))})


def overtaken(slug: str = "overtaken") -> Pack:
    """Hand over in a sub-process, of which an event may take the place."""
    event = ('<bpmn:subProcess id="overtaking" triggeredByEvent="true"><bpmn:startEvent id="heard">'
             '<bpmn:messageEventDefinition messageRef="answer"/></bpmn:startEvent>'
             + office.user_task("instead", "processing-officer", "competent") + '<bpmn:endEvent id="over"/>'
             + '<bpmn:sequenceFlow id="e0" sourceRef="heard" targetRef="instead"/>'
               '<bpmn:sequenceFlow id="e1" sourceRef="instead" targetRef="over"/></bpmn:subProcess>')
    part = ('<bpmn:subProcess id="part"><bpmn:startEvent id="begun"/>'
            f'<bpmn:callActivity id="consult" calledElement="opinion">{extended(RULE)}</bpmn:callActivity>'
            '<bpmn:endEvent id="ended"/><bpmn:sequenceFlow id="p0" sourceRef="begun" targetRef="consult"/>'
            f'<bpmn:sequenceFlow id="p1" sourceRef="consult" targetRef="ended"/>{event}</bpmn:subProcess>')
    inside = ('<bpmn:startEvent id="application"/>'
              + office.user_task("receive", "receiving-officer", "receiving", '<motcua:clock starts="accepted"/>')
              + part + office.user_task("decide", "processing-officer", "competent", '<motcua:clock stops="always"/>')
              + '<bpmn:endEvent id="done"/>'
              + office.flows(("application", "receive"), ("receive", "part"), ("part", "decide"), ("decide", "done")))
    found = files(slug, examine=office.form(("agree", "object")), instead=office.form())
    before = '<bpmn:message id="answer" name="answer"/>'
    return Pack({**found, "process.bpmn": diagram(slug, inside, before=before),
                 "shared/opinion.bpmn": office.diagram("opinion", OPINION)})


def answering() -> tuple[Pack, Pack]:
    """Ask by a message that starts a case of the police, whose own end answers."""
    ours = dict(asking("questions").files)
    ours["process.bpmn"] = ours["process.bpmn"].replace(
        'id="theirs" name="Công an"'.encode(), 'id="theirs" name="Công an" processRef="answers"'.encode())
    inside = ('<bpmn:startEvent id="application"><bpmn:messageEventDefinition messageRef="question"/></bpmn:startEvent>'
              + office.user_task("examine", "processing-officer", "competent")
              + '<bpmn:endEvent id="said">'
              + '<bpmn:extensionElements><motcua:send data="examine.clean"/></bpmn:extensionElements>'
                '<bpmn:messageEventDefinition messageRef="answer"/></bpmn:endEvent>'
              + office.flows(("application", "examine"), ("examine", "said")))
    before = ('<bpmn:message id="question" name="question"/><bpmn:message id="answer" name="answer"/>'
              '<bpmn:collaboration id="both"><bpmn:participant id="own" processRef="answers"/>'
              '<bpmn:participant id="other" name="Bên hỏi" processRef="questions"/>'
              '<bpmn:messageFlow id="back" sourceRef="said" targetRef="other"/></bpmn:collaboration>')
    theirs = {"procedure.toml": office.manifest("answers", "police"),
              "forms/examine.json": office.form(clean={"type": "boolean", "title": "Sạch"}),
              "process.bpmn": diagram("answers", inside, before=before)}
    return Pack(ours), Pack(theirs)


def together(slug: str, sends: str, back: str = "") -> str:
    """Give the XML of a collaboration with the police: who sends to them, and what comes back."""
    return ('<bpmn:message id="question" name="question"/><bpmn:message id="answer" name="answer"/>'
            f'<bpmn:collaboration id="together"><bpmn:participant id="ours" processRef="{slug}"/>'
            '<bpmn:participant id="theirs" name="Công an"/>'
            f'<bpmn:messageFlow id="to" sourceRef="{sends}" targetRef="theirs">{extended(RULE)}</bpmn:messageFlow>'
            f'{back}</bpmn:collaboration>')


def furnished(house: dict[str, Actor], now: datetime, *packs: Pack) -> dict[str, Actor]:
    """Add the police to the office and publish procedures; give everybody by account."""
    organisation.apply(PEOPLE.encode(), now)
    for pack in packs:
        procedures.publish(pack, now)
    found = {name: accounts.actor(name, now) for name in ("tam", "minh", "son", "xuan")}
    return {**house, **{name: person for name, person in found.items() if person is not None}}


def offered(slug: str, people: dict[str, Actor], now: datetime) -> tuple[Case, HandOff]:
    """File and receive a case, so that its hand-off is offered."""
    case = cases.file(slug, office.APPLICANT, people["binh"], now)
    assert case is not None
    done(case, people["binh"], now, outcome="accepted")
    return stored(case)


def stored(case: Case) -> tuple[Case, HandOff]:
    """Give a case as it is stored, with its newest hand-off."""
    found, hand_offs = everything(case)
    return found, hand_offs[-1]


def everything(case: Case) -> tuple[Case, list[HandOff]]:
    """Give a case as it is stored, with its open tasks and all its hand-offs."""
    with database.reading() as session:
        from_rows = session.scalars(select(HandOff).where(hand_off_table.c.case_id == case.id)
                                    .order_by(hand_off_table.c.offered_at, hand_off_table.c.ordinal,
                                              hand_off_table.c.place)).all()
        found = session.scalars(select(Case).where(case_table.c.id == case.id)).one()
        session.expunge_all()
        return found, list(from_rows)


def done(case: Case, who: Actor, now: datetime, **submission: Any) -> Case:
    """Let a person do the one open task they may do."""
    after = tasks.complete(_open_to(case, who), submission, who, now)
    assert after is not None
    return after


def _open_to(case: Case, who: Actor) -> UUID:
    [found] = [task.id for task in open_tasks(case) if task.open_to(who)]
    return found


def open_tasks(case: Case) -> list[Task]:
    """Give the open tasks of a case as stored."""
    with database.reading() as session:
        found = holding.case_by_id(session, case.id, case.root).open_tasks()
        session.expunge_all()
        return found


def holds(case: Case) -> None:
    """The case proves itself: its rows are the sum of its events, and running them again gives the same."""
    for check in (history.verify(case.code), history.replay(case.code)):
        assert check.holds, check.divergence
