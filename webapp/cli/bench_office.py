"""The office that `motcua bench` measures in: two people, their tokens, two small procedures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import as_file, files

from engine import clock
from engine.adapters import holidays
from engine.domain.people import Actor
from engine.procedures import pack
from engine.services import accounts, calendars, floor, installation, organisation, procedures, upgrading

_PACKS = files("webapp.cli").joinpath("bench_packs")


@dataclass(frozen=True, slots=True)
class House:
    """Who acts in which step, with what token."""

    people: Mapping[str, Actor]
    tokens: Mapping[str, str]


def diagram(slug: str) -> bytes:
    """Give the diagram of one of the procedures."""
    return _PACKS.joinpath(slug, "process.bpmn").read_bytes()


def open_house(url: str) -> House:
    """Make the database at an address ready: schema, office, procedures, tokens and the tables of the floor."""
    now = clock.now()
    installation.connect(url, make=True)
    upgrading.upgrade()
    calendars.publish(holidays.vietnam(range(now.year - 1, now.year + 3)), now)
    organisation.apply(_PACKS.joinpath("office.toml").read_bytes(), now)
    for slug in ("two-tasks", "rework"):
        with as_file(_PACKS.joinpath(slug)) as folder:
            procedures.publish(pack.open_pack(folder), now)
    floor.prepare()
    who = {"receive": "receiver", "verify": "processor", "work": "processor"}
    tokens = {name: accounts.create_token(name, "bench", now) for name in set(who.values())}
    return House({step: _actor(name, now) for step, name in who.items()},
                 {step: tokens[name] for step, name in who.items()})


def _actor(name: str, now: datetime) -> Actor:
    found = accounts.actor(name, now)
    if found is None:
        raise LookupError(name)
    return found
