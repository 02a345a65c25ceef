"""One case for the API: found by code or id by those who may know of it, with its tasks or its events.

What the pages show of a case lives in `case_pages`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from engine.domain import policy
from engine.domain.audit import AuditEvent
from engine.domain.case import Case, Task
from engine.domain.errors import CaseNotFound
from engine.domain.people import Actor
from engine.queries import case_view, office, roots
from engine.storage import database
from engine.storage.tables import audit_event_table, case_table, task_table

_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found as a JSON object, with the id and root of the case under which its viewing is noted."""

    id: UUID
    root: str
    facts: dict[str, Any]


def is_code(text: str) -> bool:
    """Tell whether a text could be the code of a case."""
    return _CODE.fullmatch(text) is not None


def read_id(text: str) -> UUID | None:
    """Give the id that a text writes, with or without hyphens, or None."""
    return UUID(text) if _ID.fullmatch(text) else None


def find(session: Session, name: str, actor: Actor, now: datetime) -> Case:
    """Load a case by its code or id with all its tasks, for an actor who may see it.

    Raises:
        CaseNotFound: there is none, or the actor may not know of it.
    """
    number = read_id(name)
    under = roots.of_actor(session, actor, now)
    case = session.scalars(select(Case).where(
        case_table.c.root.in_(under), case_table.c.id == number)).first() if number is not None else None
    if case is None and is_code(name):
        case = roots.case_by_code(session, name, under)
    if case is None:
        raise CaseNotFound(name[:64])
    policy.refuse_case(actor, case, office.current(session).organisation(office.local_day(now)))
    tasks = session.scalars(select(Task).where(
        task_table.c.root == case.root, task_table.c.case_id == case.id).order_by(task_table.c.opened_at))
    set_committed_value(case, "tasks", list(tasks))
    return case


def read(name: str, actor: Actor, now: datetime, language: str) -> Found:
    """Give a case with its open tasks.

    Raises:
        CaseNotFound: as in `find`.
    """
    with database.reading() as session:
        case = find(session, name, actor, now)
        return Found(case.id, case.root, case_view.case_facts(session, case, language))


def code_of(name: str, actor: Actor, now: datetime) -> str:
    """Give the code of a case named by code or id.

    Raises:
        CaseNotFound: as in `find`.
    """
    with database.reading() as session:
        return find(session, name, actor, now).code


def events(name: str, actor: Actor, now: datetime) -> Found:
    """Give the AuditEvents of a case in order, each with its whole body and its hash.

    Raises:
        CaseNotFound: as in `find`.
    """
    with database.reading() as session:
        case = find(session, name, actor, now)
        found = session.scalars(select(AuditEvent).where(
            audit_event_table.c.root == case.root, audit_event_table.c.stream == case.id)
            .order_by(audit_event_table.c.seq))
        return Found(case.id, case.root, {"code": case.code, "events": [event_facts(event) for event in found]})


def event_facts(event: AuditEvent) -> dict[str, Any]:
    """Give an AuditEvent as a JSON object; `facts` is its body as it was chained."""
    body = event.facts()
    return {"seq": event.seq, "action": event.action, "actor": event.actor,
            "name": body.get("actor", {}).get("name", event.actor), "at": case_view.moment(event.at),
            "hash": event.hash.hex(), "facts": body}
