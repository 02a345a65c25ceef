"""Units, positions, people and what a person may do. Work belongs to a role in a unit, never to a bare person.

Everything here is dated: a unit, a position and an appointment hold from a day (inclusive) to a day (exclusive).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.domain.errors import UnitNotFound
from engine.domain.rooting import Rooting, root_units
from engine.domain.text import Text

APPLICANT = "applicant"
RECEIVING_OFFICER = "receiving-officer"
SUPERVISING_ROLES = frozenset({"head", "leader", "auditor", "administrator"})


def in_force(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """Tell whether a validity from `valid_from` (inclusive) to `valid_to` (exclusive) covers `day`."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day < valid_to)


@dataclass(eq=False)
class Unit:
    """An office that holds work. `type` is what a procedure's `owner` names; `calendar` is inherited upward.
    `former_roots` are the root units it lay under before (`engine.domain.rooting`)."""

    id: str
    type: str
    parent: str | None
    title_vi: str
    title_en: str
    code: str | None = None
    calendar: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    former_roots: list[str] | None = None

    @property
    def title(self) -> Text:
        """Give the title in both languages."""
        return Text(self.title_vi, self.title_en)


@dataclass(eq=False)
class Position:
    """A post in a unit; `roles` are what a lane may ask for."""

    id: str
    unit: str
    title_vi: str
    title_en: str
    roles: list[str]
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def title(self) -> Text:
        """Give the title in both languages."""
        return Text(self.title_vi, self.title_en)


@dataclass(eq=False)
class Account:
    """A person who signs in; `password_hash` is None where only tokens are used."""

    name: str
    full_name: str
    password_hash: str | None
    created_at: datetime
    disabled_at: datetime | None = None


@dataclass(eq=False)
class Appointment:
    """A person holds a position for a time."""

    account: str
    position: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One position an actor holds today: its unit, roles and title."""

    position: str
    unit: str
    roles: frozenset[str]
    title: Text


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person in positions, or the system itself (account `system`, no posts)."""

    account: str
    name: str
    posts: tuple[Post, ...] = ()

    def holds(self, role: str, unit: str) -> bool:
        """Tell whether the actor holds `role` in exactly this unit."""
        return any(post.unit == unit and role in post.roles for post in self.posts)

    def has_role(self, *roles: str) -> bool:
        """Tell whether the actor holds one of these roles anywhere."""
        return any(role in post.roles for post in self.posts for role in roles)

    def units_as(self, *roles: str) -> tuple[str, ...]:
        """Give the units in which the actor holds one of these roles."""
        return tuple(dict.fromkeys(p.unit for p in self.posts if any(role in p.roles for role in roles)))


SYSTEM = Actor("system", "Motcua")


@dataclass(frozen=True)
class Organisation:
    """All units in force on a day, as a tree, and the root of every unit ever known."""

    units: Mapping[str, Unit]
    children: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rooting: Rooting = field(default_factory=Rooting)

    def root(self, unit: str) -> str:
        """Give the root unit of a unit, as `Rooting.of`."""
        return self.rooting.of(unit)

    def roots(self) -> tuple[str, ...]:
        """Give every root unit, sorted."""
        return self.rooting.every

    def chain(self, unit: str) -> Iterable[Unit]:
        """Give a unit and its parents, from the unit upward."""
        seen: set[str] = set()
        at: str | None = unit
        while at is not None and at in self.units and at not in seen:
            seen.add(at)
            yield self.units[at]
            at = self.units[at].parent

    def below(self, unit: str) -> Iterable[Unit]:
        """Give a unit and all units under it."""
        waiting, seen = [unit], set()
        while waiting:
            at = waiting.pop()
            if at in self.units and at not in seen:
                seen.add(at)
                yield self.units[at]
                waiting.extend(self.children.get(at, ()))

    def nearest(self, unit_type: str, start: str) -> Unit:
        """Give the nearest unit of a type from `start` upward: the unit itself, else the only one of that type
        under the lowest parent that has any. A unit of another province is none: no case is the matter of two.

        Raises:
            UnitNotFound: there is none, or two are equally near.
        """
        for parent in self.chain(start):
            if parent.type == unit_type and not self.rooting.apart(start, parent.id):
                return parent
            found = [unit for unit in self.below(parent.id)
                     if unit.type == unit_type and not self.rooting.apart(start, unit.id)]
            if len(found) == 1:
                return found[0]
            if found:
                names = ", ".join(sorted(unit.id for unit in found))
                raise UnitNotFound(Text(
                    f"Có nhiều đơn vị loại «{unit_type}» gần đơn vị {start} như nhau: {names}.",
                    f"Several units of type “{unit_type}” are equally near to unit {start}: {names}."))
        raise UnitNotFound(Text(f"Không có đơn vị loại «{unit_type}» tìm được từ đơn vị {start}.",
                                f"No unit of type “{unit_type}” can be reached from unit {start}."))

    def code_of(self, unit: str) -> str:
        """Give the code under which a unit numbers its cases, inherited upward; `H00` where none is set."""
        return next((u.code for u in self.chain(unit) if u.code), "H00")


def organise(units: Iterable[Unit], day: date, rooting: Rooting | None = None) -> Organisation:
    """Build the organisation in force on `day` from all units ever known; `rooting` is theirs, where it is known."""
    units = tuple(units)
    valid = {unit.id: unit for unit in units if in_force(unit.valid_from, unit.valid_to, day)}
    children: dict[str, tuple[str, ...]] = {}
    for unit in valid.values():
        if unit.parent is not None:
            children[unit.parent] = (*children.get(unit.parent, ()), unit.id)
    return Organisation(valid, children, rooting or root_units(units))
