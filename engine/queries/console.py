"""What the command line shows. Whoever runs it has the database itself, so that it sees every case and person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.domain.office import ProcedureVersion
from engine.domain.people import SYSTEM, Account, Actor, Appointment, Post, in_force
from engine.domain.text import Text
from engine.queries import case_view, office
from engine.storage import database
from engine.storage.tables import account_table, appointment_table, case_table


def overseer(now: datetime) -> Actor:
    """Give an actor that sees the cases of every unit in force: the one at the console."""
    with database.reading() as session:
        units = office.current(session).organisation(office.local_day(now)).units.values()
        return Actor(SYSTEM.account, SYSTEM.name, tuple(
            Post("console", unit.id, frozenset({"auditor"}), unit.title) for unit in units))


def administrator() -> Actor:
    """Give the system as administrator: whoever has the console may do what an administrator may."""
    return Actor(SYSTEM.account, SYSTEM.name, (
        Post("console", "", frozenset({"administrator"}), Text("Dòng lệnh", "The console")),))


def versions(now: datetime, language: str) -> list[dict[str, Any]]:
    """Give every published version as a JSON object, by slug and number; `in_force` marks the one used today."""
    with database.reading() as session:
        house = office.current(session)
        return [_version(version, _newest(several, now), language)
                for _, several in sorted(house.versions.items()) for version in several]


def _newest(several: tuple[ProcedureVersion, ...], now: datetime) -> ProcedureVersion | None:
    day = office.local_day(now)
    return next((version for version in reversed(several)
                 if version.effective_from is None or version.effective_from <= day), None)


def _version(version: ProcedureVersion, current: ProcedureVersion | None, language: str) -> dict[str, Any]:
    return {"procedure": version.slug, "version": version.number, "in_force": version is current,
            "title": version.title_en if language == "en" else version.title_vi, "code": version.code,
            "owner": version.owner, "hash": version.hash,
            "effective_from": version.effective_from.isoformat() if version.effective_from else None,
            "published_at": case_view.moment(version.published_at), "published_by": version.published_by}


def people(now: datetime) -> list[Actor]:
    """Give every account that may sign in, with the posts held today, by account."""
    day = office.local_day(now)
    with database.reading() as session:
        positions = office.current(session).positions
        held: dict[str, list[Post]] = {}
        for row in session.scalars(select(Appointment).order_by(appointment_table.c.position)):
            position = positions[row.position]
            if in_force(row.valid_from, row.valid_to, day) and in_force(position.valid_from, position.valid_to, day):
                held.setdefault(row.account, []).append(
                    Post(position.id, position.unit, frozenset(position.roles), position.title))
        accounts = session.scalars(select(Account).where(account_table.c.disabled_at.is_(None))
                                   .order_by(account_table.c.name))
        return [Actor(account.name, account.full_name, tuple(held.get(account.name, ()))) for account in accounts]


def units(now: datetime) -> dict[str, Text]:
    """Give the title of each unit in force, by id."""
    with database.reading() as session:
        return {unit.id: unit.title
                for unit in office.current(session).organisation(office.local_day(now)).units.values()}


def codes() -> list[str]:
    """Give the codes of all cases, in the order of filing."""
    with database.reading() as session:
        return list(session.scalars(select(case_table.c.code).order_by(case_table.c.filed_at, case_table.c.code)))
