"""Incidents for the administrator: what halted which case. What was to be done stays in the case, unseen here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from engine.domain import policy
from engine.domain.case import Case, Incident, Task
from engine.domain.errors import IncidentNotFound
from engine.domain.people import Actor
from engine.domain.text import Text
from engine.queries import case_view, incident_words, office, roots
from engine.storage import database
from engine.storage.tables import case_table, incident_table, task_table

MOST = 500
PAGE = 50


def waiting(actor: Actor, language: str, *, resolved: bool = False) -> list[dict[str, Any]]:
    """Give the incidents nobody has looked at yet, or those resolved, newest first, at most `MOST`.

    Raises:
        NotAllowed: the actor is no administrator.
    """
    policy.require_role(actor, "administrator")
    column = incident_table.c.resolved_at
    with database.reading() as session:
        rows = session.execute(
            select(Incident, case_table.c.code).join(case_table, and_(
                case_table.c.root == incident_table.c.root, case_table.c.id == incident_table.c.case_id))
            .where(incident_table.c.root.in_(_under(session, actor)),
                   column.is_not(None) if resolved else column.is_(None))
            .order_by(incident_table.c.raised_at.desc()).limit(MOST))
        return [_facts(incident, code, language) for incident, code in rows]


def _under(session: Session, actor: Actor) -> roots.Roots:
    """Give the roots whose cases an administrator looks after, whatever the day."""
    return office.current(session).rooting.of_units({post.unit for post in actor.posts})


def _facts(incident: Incident, code: str, language: str) -> dict[str, Any]:
    message = Text(incident.message_vi, incident.message_en).to(language)
    return {"id": incident.id.hex, "case": code, "code": incident.code, "element": incident.element,
            "message": message, "raised_at": case_view.moment(incident.raised_at),
            "resolved_at": case_view.moment(incident.resolved_at), "resolved_by": incident.resolved_by}


@dataclass(frozen=True, slots=True)
class Entry:
    """An incident as an administrator sees it: the case, whether its page is open to the actor, the procedure, the
    unit that holds the case, the step and what was to be done in words, how often the same halted the case before,
    and the tasks still open with their names."""

    incident: Incident
    case: Case
    visible: bool
    procedure: Text
    unit: Text
    step: Text | None
    to_do: Text
    retried: int
    tasks: tuple[tuple[Task, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of incidents, its number and the number of pages, and how many are open and resolved in all."""

    entries: tuple[Entry, ...]
    number: int
    pages: int
    open: int
    resolved: int


def page(actor: Actor, now: datetime, *, resolved: bool = False, number: int = 1) -> Page:
    """Give one page of the incidents that wait, the oldest first, or of those resolved, the newest first.

    Raises:
        NotAllowed: the actor is no administrator.
    """
    policy.require_role(actor, "administrator")
    c = incident_table.c
    with database.reading() as session:
        under = c.root.in_(_under(session, actor))
        waiting_, done = (session.execute(select(func.count()).select_from(incident_table).where(under, held))
                          .scalar_one() for held in (c.resolved_at.is_(None), c.resolved_at.is_not(None)))
        pages = max(1, -(-(done if resolved else waiting_) // PAGE))
        number = min(max(1, number), pages)
        held = c.resolved_at.is_not(None) if resolved else c.resolved_at.is_(None)
        wanted = select(Incident).where(under, held).order_by(
            c.resolved_at.desc() if resolved else c.raised_at, c.id)
        found = list(session.scalars(wanted.limit(PAGE).offset((number - 1) * PAGE)))
        return Page(tuple(_entries(session, found, actor, now)), number, pages, waiting_, done)


def read(incident_id: UUID, actor: Actor, now: datetime) -> Entry:
    """Give one incident with the open tasks of its case.

    Raises:
        NotAllowed: the actor is no administrator.
        IncidentNotFound: there is no such incident.
    """
    policy.require_role(actor, "administrator")
    with database.reading() as session:
        incident = session.scalars(select(Incident).where(
            incident_table.c.root.in_(roots.of_actor(session, actor, now)), incident_table.c.id == incident_id)).first()
        if incident is None:
            raise IncidentNotFound(str(incident_id))
        [entry] = _entries(session, [incident], actor, now)
        rows = session.scalars(select(Task).where(
            task_table.c.root == incident.root, task_table.c.case_id == incident.case_id,
            task_table.c.status.not_in(("completed", "cancelled")))
            .order_by(task_table.c.opened_at, task_table.c.id))
        loaded = office.procedure_of(session, entry.case.version_id)
        return replace(entry, tasks=tuple((task, incident_words.step(loaded, entry.case, task.place) or Text(
            task.key, task.key)) for task in rows))


def _entries(session: Session, incidents: Sequence[Incident], actor: Actor, now: datetime) -> Iterator[Entry]:
    house = office.current(session)
    seen = policy.units_seen(actor, house.organisation(office.local_day(now)))
    ids = {incident.case_id for incident in incidents}
    cases = {case.id: case for case in session.scalars(select(Case).where(
        case_table.c.root.in_(_under(session, actor)), case_table.c.id.in_(ids)))}
    c = incident_table.c
    others = session.execute(select(c.case_id, c.code, c.element, c.raised_at).where(
        c.root.in_(_under(session, actor)), c.case_id.in_(ids))).all()
    for incident in incidents:
        case = cases[incident.case_id]
        loaded = office.procedure_of(session, case.version_id)
        before = sum((row.case_id, row.code, row.element) == (case.id, incident.code, incident.element)
                     and row.raised_at < incident.raised_at for row in others)
        yield Entry(incident, case, policy.may_see(actor, case, seen), loaded.title, house.unit_title(case.competent),
                    incident_words.step(loaded, case, incident.element),
                    incident_words.to_do(loaded, case, incident.act), before)


def writer(incident_id: str) -> Callable[[Session, Case], bytes]:
    """Give the function that writes what became of the case of an incident, without the case's data."""
    return lambda _session, case: orjson.dumps(
        {"incident": incident_id, "case": case.code, "status": str(case.status)})
