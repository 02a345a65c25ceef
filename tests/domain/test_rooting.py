"""The root unit of a unit: the province above it, and what follows from it for who looks where."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.domain import policy
from engine.domain.errors import UnitNotFound
from engine.domain.people import SYSTEM, Actor, Organisation, Post, Unit, organise
from engine.domain.rooting import root_units
from engine.domain.text import same

DAY = date(2026, 3, 9)


def unit(name: str, kind: str, parent: str | None = None, code: str | None = None) -> Unit:
    return Unit(name, kind, parent, name, name, code)


COUNTRY = unit("country", "country")
HA_NOI, HUE = unit("ha-noi", "province", "country", "H26"), unit("hue", "province", "country", "H57")
WARD, COMMUNE = unit("ward", "commune", "ha-noi", "H26.11"), unit("commune", "commune", "hue", "H57.11")
BUREAU = unit("bureau", "bureau", "hue")
MINISTRY = unit("ministry", "ministry", "country", "G01")
ALL = (COUNTRY, HA_NOI, HUE, WARD, COMMUNE, BUREAU, MINISTRY)


def nation(*units: Unit) -> Organisation:
    return organise(units or ALL, DAY)


def at(*units: str) -> Actor:
    return Actor("an", "An", tuple(Post(f"p-{one}", one, frozenset({"processing-officer"}), same(one))
                                   for one in units))


def test_a_unit_lies_under_the_province_above_it() -> None:
    assert [nation().root(one) for one in ("ward", "hue", "bureau")] == ["ha-noi", "hue", "hue"]


def test_above_several_provinces_the_topmost_unit_is_the_root() -> None:
    assert (nation().root("ministry"), nation().root("country")) == ("country", "country")
    assert nation().roots() == ("country", "ha-noi", "hue")


def test_one_province_is_the_root_of_everything() -> None:
    one = nation(COUNTRY, HUE, COMMUNE, MINISTRY)
    assert {one.root(name) for name in ("country", "commune", "ministry", "unheard-of")} == {"hue"}
    assert one.roots() == ("hue",)


def test_without_a_province_the_topmost_unit_is_the_root() -> None:
    agency = nation(unit("agency", "agency"), unit("desk", "desk", "agency"), unit("other", "agency"))
    assert (agency.root("desk"), agency.root("other")) == ("agency", "other")


def test_units_that_are_each_others_parents_end_the_search() -> None:
    assert nation(unit("a", "x", "b"), unit("b", "x", "a")).root("a") in ("a", "b")


def test_the_root_of_a_unit_does_not_depend_on_the_day() -> None:
    closed = replace(HUE, valid_to=date(2026, 1, 1))
    assert nation(COUNTRY, HA_NOI, closed, COMMUNE).root("commune") == "hue"


@pytest.mark.parametrize(("actor", "seen"), [
    (at("ward"), ("ha-noi",)), (at("ward", "bureau"), ("ha-noi", "hue")),
    (at("ministry"), ("country", "ha-noi", "hue")), (at("unheard-of"), ("country", "ha-noi", "hue")),
    (SYSTEM, ("country", "ha-noi", "hue"))])
def test_an_actor_looks_under_the_roots_of_their_posts(actor: Actor, seen: tuple[str, ...]) -> None:
    assert policy.roots(actor, nation()) == seen


def test_who_came_under_another_province_still_finds_the_older_cases() -> None:
    moved = replace(COMMUNE, parent="ha-noi", former_roots=["hue"])
    merged = nation(COUNTRY, HA_NOI, HUE, WARD, moved)
    assert policy.roots(at("commune"), merged) == ("ha-noi", "hue")
    assert policy.roots(at("hue"), merged) == ("hue",)
    assert merged.rooting.of_code("H57.11-260309-0001") == ("ha-noi", "hue")


def test_a_code_tells_its_root_by_the_unit_it_begins_with() -> None:
    rooting = root_units(ALL)
    assert rooting.of_code("H26.11-260309-0001") == ("ha-noi",)
    assert rooting.of_code("H00-260309-0001") == rooting.of_code("nonsense") == ()


def test_no_case_is_the_matter_of_two_provinces() -> None:
    with pytest.raises(UnitNotFound):
        nation().nearest("bureau", "ward")
    assert nation().nearest("bureau", "commune").id == "bureau"
    assert nation().nearest("ministry", "ward").id == "ministry"


def test_a_case_may_be_linked_within_its_province_and_with_those_above() -> None:
    rooting = root_units(ALL)
    assert rooting.beside("hue") == ("country", "hue")
    assert rooting.beside("country") == rooting.every
