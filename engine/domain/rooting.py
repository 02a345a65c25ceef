"""The root unit of every unit: the province it lies under, by which all tables of cases can be spread over servers.

A root says where rows are kept, nothing about who may see them; so it does not depend on the day: it follows from the
units ever known, and a unit that came under another root keeps the earlier ones, where its older cases still lie.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.domain.people import Unit

ROOT_TYPE = "province"


@dataclass(frozen=True)
class Rooting:
    """The root of each unit ever known, where the cases of each root's units may lie, and the roots behind each code.

    `reach` names for a root itself and the roots its units had earlier; `central` are the roots that are no province
    where there are provinces: who holds a post there works on cases of all of them.
    """

    units: Mapping[str, str] = field(default_factory=dict)
    reach: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    central: frozenset[str] = frozenset()
    every: tuple[str, ...] = ()

    def of(self, unit: str) -> str:
        """Give the root of a unit: the nearest unit of type `province` from it upward, else the only one there is,
        else the topmost unit above it. An unknown unit lies under the only root, or under itself where there are
        several."""
        found = self.units.get(unit)
        if found is not None:
            return found
        return self.every[0] if len(self.every) == 1 else unit

    def of_units(self, units: Iterable[str]) -> tuple[str, ...]:
        """Give the roots under which the cases of these units may lie, sorted: all where there are no units, one is
        unknown, or one stands above the provinces."""
        roots = {self.units.get(unit) for unit in units}
        if not roots or None in roots or not self.central.isdisjoint(roots):
            return self.every
        return tuple(sorted({each for root in roots if root is not None for each in self.reach[root]}))

    def of_code(self, code: str) -> tuple[str, ...]:
        """Give the roots under which a case of this code may lie, by the unit whose code it begins with; none where no
        unit has that code."""
        return self.codes.get(code.rsplit("-", 2)[0], ())

    def beside(self, root: str) -> tuple[str, ...]:
        """Give the roots of the cases that a case of this root may be linked with: its own, and those above the
        provinces; for a case of theirs, all."""
        if root in self.central:
            return self.every
        return tuple(sorted({*self.reach.get(root, (root,)), *self.central}))

    def apart(self, one: str, other: str) -> bool:
        """Tell whether two units lie under different provinces, so that no case may be the matter of both."""
        first, second = self.of(one), self.of(other)
        return first != second and second not in self.central


def root_units(units: Iterable[Unit]) -> Rooting:
    """Find the root of each of all the units ever known."""
    known = {unit.id: unit for unit in units}
    provinces = [unit.id for unit in known.values() if unit.type == ROOT_TYPE]
    found = {unit: _root(known, unit, provinces) for unit in known}
    reach = {root: {root} for root in found.values()}
    for unit, root in found.items():
        reach[root].update(known[unit].former_roots or ())
    codes: dict[str, set[str]] = {}
    for one in known.values():
        if one.code:
            codes.setdefault(one.code, set()).update(reach[found[one.id]])
    every = {each for several in reach.values() for each in several}
    central = {root for root in found.values() if provinces and known[root].type != ROOT_TYPE}
    return Rooting(found, _sorted(reach), _sorted(codes), frozenset(central), tuple(sorted(every)))


def _sorted(found: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(sorted(several)) for name, several in found.items()}


def _root(known: Mapping[str, Unit], unit: str, provinces: list[str]) -> str:
    above = list(_upward(known, unit))
    nearest = next((one.id for one in above if one.type == ROOT_TYPE), None)
    return nearest or (provinces[0] if len(provinces) == 1 else above[-1].id)


def _upward(known: Mapping[str, Unit], unit: str) -> Iterator[Unit]:
    seen: set[str] = set()
    at: str | None = unit
    while at is not None and at in known and at not in seen:
        seen.add(at)
        yield known[at]
        at = known[at].parent
