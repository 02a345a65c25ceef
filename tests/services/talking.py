"""Small procedures that talk: with whoever sends them messages, with one another, and by signals and times."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from engine.domain.case import Case
from engine.domain.people import Actor
from engine.procedures.pack import Pack
from engine.services import cases, holding, procedures
from engine.storage import database
from tests import office

House = dict[str, Actor]
NAMES = ["payment", "notice", "extract_requested", "extract_ready", "ping"]
ROOT = "".join(f'<bpmn:message id="m_{name}" name="{name}"/>' for name in NAMES) + \
    '<bpmn:signal id="s_flood" name="flood"/><bpmn:signal id="s_calm" name="calm"/>'


def event(tag: str, key: str, kind: str, name: str, more: str = "") -> str:
    """Draw an event of a message or a signal; `more` are further attributes."""
    return (f'<bpmn:{tag} id="{key}"{more}><bpmn:{kind}EventDefinition {kind}Ref="{kind[0]}_{name}"/></bpmn:{tag}>')


def receive(key: str, name: str) -> str:
    """Draw a receive task."""
    return f'<bpmn:receiveTask id="{key}" name="{key}" messageRef="m_{name}"/>'


def send(key: str, name: str, data: str = "") -> str:
    """Draw a send task that sends what `data` names."""
    says = f'<bpmn:extensionElements><motcua:send data="{data}"/></bpmn:extensionElements>' if data else ""
    return f'<bpmn:sendTask id="{key}" name="{key}" messageRef="m_{name}">{says}</bpmn:sendTask>'


def look(key: str = "look") -> str:
    """Draw a task for an officer of the competent unit."""
    return office.user_task(key, "processing-officer", "competent")


def pools(own: str, *flows: tuple[str, str], **other: str) -> str:
    """Draw the pools of a collaboration, by key and process (empty: a black box), and message flows by their ends."""
    refers = {key: f' processRef="{process}"' if process else "" for key, process in {"own": own, **other}.items()}
    drawn = "".join(f'<bpmn:participant id="{key}" name="{key}"{ref}/>' for key, ref in refers.items())
    lines = "".join(f'<bpmn:messageFlow id="mf{n}" sourceRef="{a}" targetRef="{b}"/>' for n, (a, b) in enumerate(flows))
    return f'<bpmn:collaboration id="talk">{drawn}{lines}</bpmn:collaboration>'


def pack(slug: str, inside: str, collaboration: str = "", owner: str = "division", **forms: bytes) -> Pack:
    """Give a procedure; its tasks ask nothing unless a form is given."""
    root = (ROOT + collaboration).encode()
    drawn = office.diagram(slug, inside).replace(b"<bpmn:process ", root + b"<bpmn:process ", 1)
    asked = {"application": office.APPLICATION, "look": office.form(), **forms}
    files = {f"forms/{name}.json": form for name, form in asked.items() if f'id="{name}"' in inside}
    return Pack({"procedure.toml": office.manifest(slug, owner), "process.bpmn": drawn, **files})


def publish(slug: str, inside: str, now: datetime, collaboration: str = "", owner: str = "division",
            **forms: bytes) -> None:
    """Publish a procedure."""
    procedures.publish(pack(slug, inside, collaboration, owner, **forms), now)


def filed(slug: str, house: House, now: datetime) -> Case:
    """File a case at the desk of the division."""
    case = cases.file(slug, office.APPLICANT, house["binh"], now)
    assert case is not None
    return case


def again(code: str) -> Case:
    """Read a case as it is stored now."""
    with database.reading() as session:
        found = holding.case_by_code(session, code)
        session.expunge_all()
        return found


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


@contextmanager
def killed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the process end just before its transaction is committed."""
    def dies(_: Session) -> None:
        raise Killed
    with monkeypatch.context() as patch:
        patch.setattr(Session, "commit", dies)
        with pytest.raises(Killed):
            yield


def paying(now: datetime) -> None:
    """Publish a procedure in which an officer looks, then a payment is waited for, then an officer looks again."""
    publish("paying", '<bpmn:startEvent id="application"/>' + look() + receive("paid", "payment") + look("again")
            + '<bpmn:endEvent id="done"/>' + office.flows(("application", "look"), ("look", "paid"), ("paid", "again"),
                                                          ("again", "done")), now, again=office.form())


def asking(now: datetime) -> None:
    """Publish two procedures: a licence that asks for an extract, and the extract, which answers it at its end."""
    publish("licence", '<bpmn:startEvent id="application"/>' + send("ask", "extract_requested", "application.amount")
            + receive("extract", "extract_ready") + look() + '<bpmn:endEvent id="done"/>'
            + office.flows(("application", "ask"), ("ask", "extract"), ("extract", "look"), ("look", "done")), now,
            pools("licence", ("ask", "archive"), ("archive", "extract"), archive="extract"))
    publish("extract", event("startEvent", "asked", "message", "extract_requested") + look("find")
            + event("endEvent", "ready", "message", "extract_ready").replace(
                "><bpmn:message", '><bpmn:extensionElements><motcua:send data="find"/></bpmn:extensionElements>'
                                  "<bpmn:message", 1)
            + office.flows(("asked", "find"), ("find", "ready")), now,
            pools("extract", ("ready", "desk"), desk="licence"),
            find=office.form(number={"type": "string", "title": "Số"}))
