"""Whether this process can serve: the database answers and its schema is one this release works on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.domain.errors import Unavailable
from engine.services import installation
from engine.storage import schema

State = Literal["ok", "newer", "fail", "unknown"]


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found. A `newer` schema only added to that of this release, which serves on until it is replaced; the
    schema is `unknown` while the database is away."""

    database: bool
    schema: State

    @property
    def holds(self) -> bool:
        """Tell whether requests can be served."""
        return self.database and self.schema in ("ok", "newer")


AWAY = Readiness(database=False, schema="unknown")


def look() -> Readiness:
    """Ask the database. Never raises what is only an answer: that it is away, or of another schema."""
    try:
        installation.refuse_foreign()
        number = schema.current()
    except Unavailable:
        return AWAY
    if number == schema.head():
        return Readiness(database=True, schema="ok")
    newer = number is not None and number > schema.head()
    return Readiness(database=True, schema="newer" if newer else "fail")
