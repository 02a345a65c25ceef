"""Spreading the database of an installation over several servers; how is in `engine.storage.spreading`."""

from __future__ import annotations

from engine.queries import office
from engine.storage import database, spreading
from engine.storage.spreading import Standing

__all__ = ["Standing", "apply", "kinds", "standing", "statements"]


def standing() -> Standing:
    """Look how far the database is.

    Raises:
        InvalidInput, Unavailable: as `engine.storage.spreading.standing`.
    """
    return spreading.standing()


def kinds() -> dict[str, list[str]]:
    """Give the names of the tables that are spread and of those copied to every server."""
    return {"spread": [table.name for table in spreading.spread_tables()],
            "reference": [table.name for table in spreading.reference_tables()]}


def statements() -> tuple[str, ...]:
    """Give the statements that spread the schema of this release, in their order."""
    return spreading.plan().statements()


def apply(*, citus: bool) -> tuple[str, ...]:
    """Re-key the tables and, with `citus`, spread them; give the statements that were done.

    Raises:
        InvalidInput, Conflict, Unavailable: as `engine.storage.spreading.apply`.
    """
    with database.reading() as session:
        rooting = office.current(session).rooting
    return spreading.apply(rooting, citus=citus)
