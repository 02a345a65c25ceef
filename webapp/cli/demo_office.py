"""The office of the demo: a calendar, a made-up province with two communes, two published procedures, passwords."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files

from engine.domain import roles
from engine.domain.errors import Conflict
from engine.domain.people import APPLICANT, Actor
from engine.domain.text import Text
from engine.procedures import pack
from engine.queries import console
from engine.services import accounts, calendars, organisation, procedures, year_calendars

PASSWORD = "motcua-demo"      # noqa: S105 - printed at every start: the demo hides nothing
PROVINCE, RENEWING = "hai-son", "hai-son-traffic-police"
SHIPPED = ("driving-licence-renewal", "certified-copy")


def refuse_other(now: datetime) -> None:
    """Refuse a database that already holds another office, so that the demo never mixes with real work.

    Raises:
        Conflict: it does.
    """
    units = console.units(now)
    if units and PROVINCE not in units:
        raise Conflict(Text(
            "Cơ sở dữ liệu này là của một cơ quan khác; bản dùng thử không đụng vào. Đặt MOTCUA_HOME hoặc "
            "MOTCUA_DATABASE_URL khác.",
            "This database belongs to another office, and the demo leaves it alone. Set another MOTCUA_HOME or "
            "MOTCUA_DATABASE_URL."))


def open_office(now: datetime, *, passwords: bool = True) -> None:
    """Set up calendar, province, procedures and (where wanted) the demo password of every account."""
    calendars.publish(year_calendars.vietnam(now), now)
    organisation.apply(files("webapp.cli").joinpath("demo_data", "province.toml").read_bytes(), now)
    for slug in SHIPPED:
        procedures.publish(pack.gather(slug), now)
    if passwords:
        for person in console.people(now):
            accounts.set_password(person.account, PASSWORD, now)


def one_per_role(now: datetime) -> list[tuple[str, Actor, str]]:
    """Give for each role somebody holds one account that holds it, with its unit: the police division's people first,
    so that they can carry one renewal from hand to hand. The applicant has no account."""
    people = sorted(console.people(now), key=lambda person: not any(post.unit == RENEWING for post in person.posts))
    found: Mapping[str, tuple[Actor, str]] = {
        role: (person, post.unit) for person in reversed(people) for post in reversed(person.posts)
        for role in post.roles}
    known = [role for role in roles.TITLES if role != APPLICANT]
    return [(role, *found[role]) for role in [*known, *sorted(found.keys() - set(known))] if role in found]
