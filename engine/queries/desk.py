"""What the frame of every page says about who is signed in: the position, the unit, and which places are open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.domain import policy
from engine.domain.errors import ProcedureNotFound, UnitNotFound
from engine.domain.people import RECEIVING_OFFICER, Actor, Organisation
from engine.domain.text import Text
from engine.procedures.procedure import Procedure
from engine.queries import office
from engine.storage import database


@dataclass(frozen=True, slots=True)
class Desk:
    """The first post of an actor in words, and what the actor may open: own tasks, cases, the counter, incidents."""

    position: Text
    unit: Text
    works: bool
    sees_cases: bool
    receives: bool
    administers: bool


_NO_WORK = frozenset({"auditor", "administrator", "process-designer", "publisher"})


def of(actor: Actor, now: datetime) -> Desk:
    """Give the desk of an actor."""
    with database.reading() as session:
        house = office.current(session)
        seen = policy.units_seen(actor, house.organisation(office.local_day(now)))
        first = actor.posts[0] if actor.posts else None
        nothing = Text("chưa giữ vị trí nào", "holds no position")
        return Desk(first.title if first else nothing, house.unit_title(first.unit) if first else Text("", ""),
                    any(post.roles - _NO_WORK for post in actor.posts), bool(seen),
                    actor.has_role(RECEIVING_OFFICER), actor.has_role("administrator"))


@dataclass(frozen=True, slots=True)
class Counter:
    """What can be filed at a counter: a procedure in force, and the units for which the actor receives."""

    procedure: Procedure
    units: tuple[tuple[str, Text], ...]


def counter(slug: str, actor: Actor, now: datetime) -> Counter:
    """Give a procedure to file for.

    Raises:
        ProcedureNotFound: nothing of this name is in force.
        NotAllowed: the actor receives nowhere.
    """
    policy.require_role(actor, RECEIVING_OFFICER)
    with database.reading() as session:
        house = office.current(session)
        version = house.version_in_force(slug, office.local_day(now))
        if version.id is None:
            raise ProcedureNotFound(slug)
        units = tuple((unit, house.unit_title(unit)) for unit in actor.units_as(RECEIVING_OFFICER))
        return Counter(office.procedure_of(session, version.id), units)


def counters(actor: Actor, now: datetime) -> list[Procedure]:
    """Give the procedures that can be filed at a counter of the actor: whose owner can be found from it.

    Raises:
        NotAllowed: the actor receives nowhere.
    """
    policy.require_role(actor, RECEIVING_OFFICER)
    with database.reading() as session:
        house, day = office.current(session), office.local_day(now)
        organisation = house.organisation(day)
        found = []
        for slug in sorted(house.versions):
            try:
                version = house.version_in_force(slug, day)
            except ProcedureNotFound:
                continue
            near = [unit for unit in actor.units_as(RECEIVING_OFFICER) if _reaches(organisation, version.owner, unit)]
            if near and version.id is not None:
                found.append(office.procedure_of(session, version.id))
        return found


def _reaches(organisation: Organisation, owner: str, unit: str) -> bool:
    try:
        organisation.nearest(owner, unit)
    except UnitNotFound:
        return False
    return True
