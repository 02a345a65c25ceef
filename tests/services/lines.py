"""A line of the profile as a small procedure, and what it takes to play a case through it by the services alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from engine import worker
from engine.adapters import handlers
from engine.domain.case import Case
from engine.domain.handoff import HandOff
from engine.domain.people import Actor
from engine.procedures.pack import Pack
from engine.services import cases, handoffs, history, holding, messages, procedures, signals, starts, tasks
from engine.services.messages import Message
from engine.storage import database
from engine.storage.tables import case_table, hand_off_table
from tests import office
from tests.workflow.drawing import drawn

ANYTHING = json.dumps({"type": "object", "title": "Mẫu", "additionalProperties": True}).encode()
_ASKING = re.compile(rb'<bpmn:(?:task|userTask|manualTask|startEvent) id="([a-h])"')
ROLE = b'role="officer"', b'role="processing-officer"'


@handlers.register("profile.register")
def register(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Answer with what the filing asked for, or with the error it named."""
    asked = data["f"]
    return {"error": asked["error"]} if "error" in asked else {"found": asked.get("asks", "nothing")}


@handlers.register("profile.office")
def of_office(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Answer with the office that the instance is about."""
    return {"found": data["office"], "no": data["loop_counter"]}


@dataclass
class Stage:
    """Where a line is played: its people, the time, and the case once it began."""

    slug: str
    people: Mapping[str, Actor]
    now: datetime
    code: str = ""

    @property
    def case(self) -> Case:
        """Give the case as it is stored now."""
        with database.reading() as session:
            found = holding.case_by_code(session, self.code)
            session.expunge_all()
            return found

    def begun(self, case: Case | None) -> None:
        """Remember the case that a start event began, filed or found."""
        with database.reading() as session:
            found = select(case_table.c.code).where(case_table.c.procedure == self.slug)
            self.code = case.code if case is not None else session.execute(found).scalars().one()


Act = Callable[[Stage], None]


def do(place: str, **answers: object) -> Act:
    """Somebody who may does the task that stands at a place."""
    def act(stage: Stage) -> None:
        task = next(one for one in stage.case.open_tasks() if one.place == place)
        who = next(one for one in stage.people.values() if task.open_to(one))
        tasks.complete(task.id, answers, who, stage.now)
    return act


def tell(name: str, **payload: object) -> Act:
    """Somebody tells the case something."""
    return lambda stage: _told(messages.deliver(stage.code, Message(name, payload), stage.people["binh"], stage.now))


def _told(delivery: messages.Delivery) -> None:
    assert not delivery.buffered, "nothing waits for this message"


def flood(**payload: object) -> Act:
    """The signal of these diagrams goes out."""
    return lambda stage: _reached(signals.broadcast("flood", payload, stage.people["quan"], stage.now))


def _reached(reached: signals.Reached) -> None:
    assert reached.waiting or reached.started, "nothing waits for this signal"


def wait(hours: float) -> Act:
    """Time passes."""
    def act(stage: Stage) -> None:
        stage.now += timedelta(hours=hours)
        worker.drain(stage.now)
    return act


def accept(stage: Stage) -> None:
    """The police accept what was handed to them."""
    handoffs.accept(_offered(stage).id, stage.people["tam"], stage.now)


def refuse(stage: Stage) -> None:
    """The police refuse what was handed to them."""
    handoffs.refuse(_offered(stage).id, "không thuộc thẩm quyền", stage.people["tam"], stage.now)


def _offered(stage: Stage) -> HandOff:
    with database.reading() as session:
        found = session.scalars(select(HandOff).where(hand_off_table.c.case_id == stage.case.id)).one()
        session.expunge_all()
        return found


def filed(stage: Stage, answers: Mapping[str, Any]) -> None:
    """The case is filed at the desk."""
    stage.begun(cases.file(stage.slug, answers, stage.people["binh"], stage.now))


def by_message(stage: Stage, payload: Mapping[str, Any]) -> None:
    """A message begins the case."""
    stage.begun(starts.by_message("extract", payload, stage.people["binh"], stage.now))


def by_signal(stage: Stage, payload: Mapping[str, Any]) -> None:
    """A signal begins the case."""
    flood(**payload)(stage)
    stage.begun(None)


def by_time(stage: Stage, payload: Mapping[str, Any]) -> None:
    """Its time begins the case."""
    wait(24 * 7)(stage)
    stage.begun(None)


@dataclass(frozen=True)
class Line:
    """A process, how its case begins and with what, what is done, which places it passes in this order, and what its
    record keeps at the end."""

    body: str
    acts: tuple[Act, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    passes: str = ""
    keeps: Mapping[str, Any] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    root: str = ""
    begins: Callable[[Stage, Mapping[str, Any]], None] = filed

    def pack(self, slug: str) -> Pack:
        """Give the line as a procedure whose forms take any answer."""
        diagram = drawn(self.body, slug, self.root).replace(*ROLE)
        called = {f"shared/{key}.bpmn": drawn(body, key).replace(*ROLE) for key, body in self.called.items()}
        asking = _ASKING.findall(diagram + b"".join(called.values()))
        forms = {f"forms/{key.decode()}.json": ANYTHING for key in asking}
        return Pack({"procedure.toml": office.manifest(slug), "process.bpmn": diagram, **called, **forms, **self.files})


def play(name: str, line: Line, people: Mapping[str, Actor], now: datetime) -> tuple[Case, list[str]]:
    """Publish a line, begin a case, do everything, and give the case as it then stands with the places it passed."""
    slug = name.replace("_", "-")
    stage = Stage(slug, people, now)
    procedures.publish(line.pack(slug), now)
    line.begins(stage, line.given)
    for act in (lambda _: None, *line.acts):
        act(stage)
        worker.drain(stage.now)
        stage.now += timedelta(minutes=1)
    return stage.case, _passed(stage)


def _passed(stage: Stage) -> list[str]:
    with database.reading() as session:
        events = history.events_of(session, holding.case_by_code(session, stage.code))
        return [place[0] for event in events for place in event.facts().get("result", {}).get("passed", [])]
