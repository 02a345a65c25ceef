"""The log of who looked at a case: personal data is in it, so every look leaves a row."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from engine.domain.office import Viewing
from engine.domain.people import Actor
from engine.storage import database


def note(root: str, case_id: UUID, actor: Actor, now: datetime) -> None:
    """Write that the actor looked at a case, in a transaction of its own."""
    with database.transaction() as session:
        session.add(Viewing(root, case_id, actor.account, now))
