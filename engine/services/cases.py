"""Filing a case: at the counter, through the API, or by the system itself (`starts`)."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine import workflow
from engine.domain import handoff, policy
from engine.domain.case import Case
from engine.domain.office import ProcedureVersion
from engine.domain.people import Actor, Organisation
from engine.domain.text import searchable
from engine.procedures import forms
from engine.procedures.procedure import Procedure
from engine.queries import office
from engine.queries.office import Office
from engine.services import course, holding, ledger_fold
from engine.services.ground import Ground, unit_word
from engine.services.receipts import Receipt
from engine.storage import database
from engine.storage.tables import number_book_table

Chance = Callable[[int], bytes]
NAME_PLACES = (("applicant", "full_name"), ("applicant", "name"), ("requester", "full_name"), ("full_name",), ("name",))


def file(slug: str, submission: Mapping[str, Any], actor: Actor, now: datetime, *, unit: str | None = None,
         receipt: Receipt | None = None, chance: Chance = secrets.token_bytes) -> Case | None:
    """File a case for a unit in which the actor receives: one code for life, the version in force today pinned.

    Gives None when the receipt recalled the answer to an earlier request with the same key.

    Raises:
        ProcedureNotFound: nothing of this name is in force.
        NotAllowed: the actor does not receive for the unit.
        UnitNotFound: the procedure's competent unit cannot be found from the receiving one, or not uniquely.
        InvalidSubmission: the filing form refuses the answers.
        Halted: the workflow cannot start with these answers; nothing was filed.
    """
    return holding.once_more(lambda: _file(slug, submission, actor, now, unit, receipt, chance), receipt)


def _file(slug: str, submission: Mapping[str, Any], actor: Actor, now: datetime, unit: str | None,
          receipt: Receipt | None, chance: Chance) -> Case | None:
    with database.transaction() as session:
        if receipt is not None and receipt.recall(session, actor, now):
            return None
        day = office.local_day(now)
        house = office.current(session)
        version = house.version_in_force(slug, day)
        receiving = policy.filing_unit(actor, unit)
        form = office.procedure_of(session, _id(version)).filing_form()
        drafted = draft(session, version, forms.clean(form, submission, day), receiving, actor, now, chance=chance)
        return write(session, drafted, actor, now, receipt)


@dataclass(frozen=True, slots=True)
class Draft:
    """A case begun in memory and not yet written: it has no code, and `facts` are those of its first event."""

    case: Case
    version: ProcedureVersion
    facts: Mapping[str, Any]


def draft(session: Session, version: ProcedureVersion, data: Mapping[str, Any], receiving: str, actor: Actor,
          now: datetime, *, chance: Chance = secrets.token_bytes, origin: str | None = None,
          start: str | None = None, cause: Mapping[str, Any] | None = None) -> Draft:
    """Begin a case of a version for a receiving unit, without writing anything. `start` is the start event where it is
    not the one that people file by, `cause` what made the system file, `origin` the code of the case that did.

    Raises:
        UnitNotFound, Halted: as `file`.
    """
    day = office.local_day(now)
    house = office.current(session)
    ground = Ground(office.procedure_of(session, _id(version)), house.calendars)
    organisation = house.organisation(day)
    case = _blank(version, _units(ground.procedure, organisation, receiving), data, actor, now, chance)
    case.root = organisation.root(receiving)
    case.origin = origin
    case.calendars = _calendars(house, case, day)
    position = workflow.start(ground.procedure.definition, data, now, event=start, owner=case.id.hex)
    result = course.move(case, ground, position, now)
    began = {**({} if start is None else {"start": start}), **({} if cause is None else {"cause": dict(cause)})}
    return Draft(case, version, {**began, "submission": data, "result": result})


def write(session: Session, drafted: Draft, actor: Actor, now: datetime, receipt: Receipt | None = None) -> Case:
    """Give a drafted case its code and write it with its first event."""
    case, version, day = drafted.case, drafted.version, office.local_day(now)
    house = office.current(session)
    case.code = _next_code(session, case.root, house.organisation(day).code_of(case.unit), day.strftime("%y%m%d"))
    session.add(case)
    filed = {"code": case.code, "root": case.root, "procedure": version.slug, "version": version.number,
             "hash": version.hash, "units": handoff.pinned(case.units), "calendars": case.calendars,
             "applicant": case.applicant,
             "calendar_hashes": {name: house.calendar_hashes[name] for name in case.calendars.values()},
             "tracking": ledger_fold.tracking_digest(case.tracking)}
    if case.origin is not None:
        filed["origin"] = case.origin
    holding.store(session, case, {}, actor, now, "case.filed", {"case": filed, **drafted.facts}, receipt)
    return case


def _id(version: ProcedureVersion) -> int:
    assert version.id is not None       # noqa: S101 - rows read from the database have an id
    return version.id


def _blank(version: ProcedureVersion, units: dict[str, str], data: Mapping[str, Any], actor: Actor, now: datetime,
           chance: Chance) -> Case:
    return Case(id=uuid4(), root="", code="", procedure=version.slug, version_id=_id(version), unit=units["receiving"],
                competent=units["competent"], applicant=applicant_name(data),
                words=searchable(applicant_name(data)), filed_by=actor.account, filed_at=now,
                tracking=base64.b32encode(chance(10)).decode().lower(), units=units)


def applicant_name(data: Mapping[str, Any]) -> str:
    """Give the applicant's name for lists from where filing forms usually keep it; empty where none is found."""
    for place in NAME_PLACES:
        value: Any = data
        for key in place:
            value = value.get(key) if isinstance(value, Mapping) else None
        if isinstance(value, str) and value:
            return value
    return ""


def _units(procedure: Procedure, organisation: Organisation, receiving: str) -> dict[str, str]:
    """Pin what the unit words of the diagram mean for this case, so that a later reorganisation does not rewrite it."""
    words = {unit_word(step) for step in procedure.definition.steps.values() if step.kind == "user"}
    owner = procedure.manifest.owner
    units = {"receiving": receiving}
    units["competent"] = organisation.nearest(owner, receiving).id if "competent" in words else _owner_or(
        organisation, owner, receiving)
    for word in sorted(words):
        if word.startswith("type:"):
            units[word] = organisation.nearest(word.removeprefix("type:"), receiving).id
    for kind in sorted({step.hand_off.to for step in procedure.definition.steps.values() if step.hand_off}):
        units[handoff.TO + kind] = organisation.nearest(kind, receiving).id
    return units


def _owner_or(organisation: Organisation, owner: str, receiving: str) -> str:
    """Without a step of the competent unit, the nearest owner above the counter answers for the case."""
    return next((unit.id for unit in organisation.chain(receiving) if unit.type == owner), receiving)


def _calendars(house: Office, case: Case, day: Any) -> dict[str, str]:
    return {unit: house.calendar_of(unit, day) for unit in sorted(set(case.units.values()))}


def _next_code(session: Session, root: str, unit_code: str, day: str) -> str:
    """Take the next number of the unit's book of the day: atomic, never reused (Circular 01/2018 art. 19)."""
    book = f"case:{unit_code}:{day}"
    return f"{unit_code}-{day}-{next_number(session, root, book):04d}"


def next_number(session: Session, root: str, book: str) -> int:
    """Take the next number of a book under a root, from 1, in the transaction of the act that uses it. Two roots whose
    units have no code of their own number in one book, which is then kept under the root that began it."""
    connection: Connection = session.connection()
    columns = number_book_table.c
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    begin = insert(number_book_table).values(root=root, book=book, last=0).on_conflict_do_nothing()
    for statement in (_raise(columns.root == root, columns.book == book), begin,
                      _raise(columns.root == root, columns.book == book), _raise(columns.book == book)):
        done = session.execute(statement)
        number = None if statement is begin else done.scalar()
        if number is not None:
            return int(number)
    raise LookupError(book)


def _raise(*where: Any) -> Any:
    return update(number_book_table).where(*where).values(last=number_book_table.c.last + 1).returning(
        number_book_table.c.last)
