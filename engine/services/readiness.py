"""Whether this process can serve: the database answers and has the schema of this release."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.errors import Unavailable
from engine.services import installation
from engine.storage import schema


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found; the schema is not known while the database is away."""

    database: bool
    schema: bool | None

    @property
    def holds(self) -> bool:
        """Tell whether requests can be served."""
        return self.database and self.schema is True


def look() -> Readiness:
    """Ask the database. Never raises what is only an answer: that it is away, or of another schema."""
    try:
        installation.refuse_foreign()
    except Unavailable:
        return Readiness(database=False, schema=None)
    try:
        return Readiness(database=True, schema=schema.current() == schema.head())
    except Unavailable:
        return Readiness(database=False, schema=None)
