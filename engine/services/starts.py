"""Start events other than the filing at the counter: a message, a signal or a time begins a case, filed by the system
or by whoever brings the message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.domain import policy
from engine.domain.case import Case
from engine.domain.errors import Conflict, ProcedureNotFound
from engine.domain.office import ProcedureVersion
from engine.domain.people import SYSTEM, Actor
from engine.domain.text import Text
from engine.procedures import forms
from engine.procedures.procedure import Procedure
from engine.queries import office
from engine.services import cases, holding
from engine.services.cases import Draft
from engine.services.receipts import Receipt
from engine.storage import database
from engine.workflow import Step

__all__ = ["Cause", "Draft", "Opening", "by_event", "by_message", "draft", "owners", "write"]


@dataclass(frozen=True, slots=True)
class Opening:
    """A way to begin a case of the version in force: one of its start events."""

    version: ProcedureVersion
    procedure: Procedure
    step: Step


@dataclass(frozen=True, slots=True)
class Cause:
    """What began a case: a `message` or `signal` by its name and the id its sender gave it, or a `timer` by its due
    time as a stamp."""

    kind: str
    name: str
    id: str | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """Give it as it stands in the first event of the case."""
        return {"kind": self.kind, "name": self.name, **({} if self.id is None else {"id": self.id})}


def by_event(session: Session, kind: str, name: str, now: datetime, slug: str | None = None) -> list[Opening]:
    """Give the start events that a message or signal of this name triggers, in the versions in force; with `slug` only
    that procedure's."""
    house, day = office.current(session), office.local_day(now)
    found = []
    for known in sorted(house.versions) if slug is None else [slug]:
        try:
            version = house.version_in_force(known, day)
        except ProcedureNotFound:
            continue
        assert version.id is not None       # noqa: S101 - rows read from the database have an id
        procedure = office.procedure_of(session, version.id)
        found += [Opening(version, procedure, step) for step in procedure.definition.starts.values()
                  if step.event is not None and (step.event.kind, step.event.name) == (kind, name)]
    return found


def owners(session: Session, opening: Opening, now: datetime) -> list[str]:
    """Give the units that a procedure belongs to: all of its owner's type in force today."""
    organisation = office.current(session).organisation(office.local_day(now))
    return sorted(unit.id for unit in organisation.units.values() if unit.type == opening.version.owner)


def draft(session: Session, opening: Opening, payload: Mapping[str, Any], unit: str, cause: Cause, now: datetime, *,
          actor: Actor = SYSTEM, origin: str | None = None) -> Draft:
    """Begin a case by a start event for a receiving unit; where the start has a form, the payload is checked by it.

    Raises:
        InvalidSubmission: the form refuses the payload, or it is too large.
        UnitNotFound, Halted: as `cases.file`.
    """
    form = opening.procedure.form_of(opening.step)
    asked = form is not None and form.root.children
    data = forms.clean(form, payload, office.local_day(now)) if form and asked else forms.loose(payload)
    return cases.draft(session, opening.version, data, unit, actor, now, origin=origin, start=opening.step.key,
                       cause=cause.facts)


def write(session: Session, drafted: Draft, now: datetime) -> Case:
    """Write a case that the system files."""
    return cases.write(session, drafted, SYSTEM, now)


def by_message(name: str, payload: Mapping[str, Any], actor: Actor, now: datetime, *, unit: str | None = None,
               procedure: str | None = None, receipt: Receipt | None = None) -> Case | None:
    """File the case that a message starts, for a unit in which the actor receives.

    Gives None when the receipt recalled the answer to an earlier request with the same key.

    Raises:
        Conflict: no procedure in force starts by this message, or several do and none was named.
        NotAllowed: the actor does not receive for the unit.
        UnitNotFound, InvalidSubmission, Halted: as `cases.file`.
    """
    return holding.once_more(lambda: _by_message(name, payload, actor, now, unit, procedure, receipt), receipt)


def _by_message(name: str, payload: Mapping[str, Any], actor: Actor, now: datetime, unit: str | None,
                procedure: str | None, receipt: Receipt | None) -> Case | None:
    with database.transaction() as session:
        if receipt is not None and receipt.recall(session, actor, now):
            return None
        receiving = policy.filing_unit(actor, unit)
        opening = _only(by_event(session, "message", name, now, procedure), name)
        drafted = draft(session, opening, payload, receiving, Cause("message", name), now, actor=actor)
        return cases.write(session, drafted, actor, now, receipt)


def _only(found: list[Opening], name: str) -> Opening:
    if len(found) == 1:
        return found[0]
    if not found:
        raise Conflict(Text(f"Không có thủ tục nào bắt đầu bằng thông điệp «{name}».",
                            f"No procedure starts by a message “{name}”."))
    slugs = ", ".join(sorted(one.version.slug for one in found))
    raise Conflict(Text(f"Nhiều thủ tục bắt đầu bằng thông điệp «{name}». Hãy nêu thủ tục: {slugs}.",
                        f"Several procedures start by a message “{name}”. Name the procedure: {slugs}."))
