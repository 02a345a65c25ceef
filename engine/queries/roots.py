"""Under which root units (provinces) to look: the cases an actor may work on, the case of a code, all there are.

Every statement of an act or a page names the roots, so that tables spread by them are asked on one server only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain import policy
from engine.domain.case import Case
from engine.domain.people import Actor
from engine.queries import office
from engine.storage.tables import case_table

Roots = tuple[str, ...]


def of_actor(session: Session, actor: Actor, now: datetime) -> Roots:
    """Give the roots under which the cases lie that the actor may work on or see."""
    return policy.roots(actor, office.current(session).organisation(office.local_day(now)))


def presumed(session: Session, actor: Actor, now: datetime) -> Roots:
    """Give the same by the office as this process last knew it, without asking the database; who finds nothing there
    looks again by `of_actor`."""
    return policy.roots(actor, office.presumed(session).organisation(office.local_day(now)))


def every(session: Session) -> Roots:
    """Give all roots: for who has the database itself, and for work of the system on the whole of it."""
    return office.current(session).rooting.every


def case_by_code(session: Session, code: str, roots: Sequence[str] | None = None) -> Case | None:
    """Give the case of a code, or None: first under the root of the unit whose code it begins with, then under the
    given roots, or all."""
    house = office.current(session)
    near = house.rooting.of_code(code)
    wide = tuple(roots) if roots is not None else house.rooting.every
    found = _case(session, code, near) if near else None
    return found if found is not None or set(wide) <= set(near) else _case(session, code, wide)


def _case(session: Session, code: str, roots: Sequence[str]) -> Case | None:
    return session.scalars(select(Case).where(case_table.c.root.in_(roots), case_table.c.code == code)).first()
