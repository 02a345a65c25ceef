"""Bringing the database of an installation to the schema of this release; `installation` says whether it is needed."""

from __future__ import annotations

from engine.jobs import dispatch
from engine.services import installation
from engine.storage import migrating


def upgrade() -> tuple[str | None, str]:
    """Bring the database to the schema of this release, with what the dispatch of jobs needs beside it; give the schema
    before and after.

    Raises:
        Unavailable: it is locked, away, no database, or of a newer schema.
    """
    installation.refuse_foreign()
    moved = migrating.upgrade()
    dispatch.current().install()
    return moved
