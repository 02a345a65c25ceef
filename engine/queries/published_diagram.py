"""The diagram of a published procedure, as it was when the version in force was published."""

from __future__ import annotations

from datetime import datetime

from engine.domain.errors import ProcedureNotFound
from engine.procedures import picture_source
from engine.queries import office
from engine.storage import database


def in_force(slug: str, now: datetime) -> bytes:
    """Give the BPMN file of the version in force on the local day.

    Raises:
        ProcedureNotFound: nothing of this name is in force.
        InvalidProcedure: its diagram cannot be drawn.
    """
    with database.reading() as session:
        version = office.current(session).version_in_force(slug, office.local_day(now))
        if version.id is None:
            raise ProcedureNotFound(slug)
        return picture_source.of_pack(office.procedure_of(session, version.id).pack)
