"""The port by which workers learn of due jobs, and the choice between its two adapters.

The rows of `job`, written in the case's transaction, are the only truth with either (`engine.jobs.queue`); an adapter
brings them to the workers and does nothing else. `rows`: the workers look for due rows themselves. `procrastinate`: on
PostgreSQL, Procrastinate wakes the workers of many hosts. Workers of both kinds may run side by side, and the choice
may be changed at any time: what the one did not hear of the other finds.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, cast

from sqlalchemy.orm import Session

from engine.domain.errors import InvalidInput
from engine.domain.office import Job
from engine.domain.text import Text
from engine.jobs import by_rows
from engine.jobs.shift import Shift
from engine.storage import database

_ADAPTERS = {"rows": "engine.jobs.by_rows", "procrastinate": "engine.jobs.by_procrastinate"}


class Adapter(Protocol):
    """What an adapter does; a module is one."""

    @property
    def NAME(self) -> str:      # noqa: N802 - a constant of a module
        """Say under what name it is chosen."""

    def attach(self) -> None:
        """Prepare the connections of this process, before any is opened."""

    def install(self) -> None:
        """Make or renew what it needs in the database beside the rows; a second call changes nothing."""

    def check(self) -> None:
        """Refuse a database that is not ready for it.

        Raises:
            Unavailable: the sentence says what to do.
        """

    def announce(self, session: Session, jobs: Sequence[Job], now: datetime) -> None:
        """Say in the transaction that writes them that jobs are there; with it all is rolled back."""

    def turn(self, work: Shift, most: int = ...) -> int:
        """Do up to `most` jobs that are due now; give how many were taken on."""

    def serve(self, work: Shift) -> None:
        """Do due jobs until `work` stops; give back or leave to its lease what is not done by then."""


_current: Adapter = by_rows


def use(name: str) -> None:
    """Choose the adapter of this process, after its database and before that is asked anything.

    Raises:
        InvalidInput: there is no such adapter, its package is missing, or the database is none for it.
    """
    global _current
    if name not in _ADAPTERS:
        raise InvalidInput(Text(f"MOTCUA_JOBS phải là {' hoặc '.join(_ADAPTERS)}, không phải «{name[:40]}».",
                                f"MOTCUA_JOBS must be {' or '.join(_ADAPTERS)}, not “{name[:40]}”."))
    if name != "rows" and database.current().sqlite:
        raise InvalidInput(Text("MOTCUA_JOBS=procrastinate cần PostgreSQL (MOTCUA_DATABASE_URL).",
                                "MOTCUA_JOBS=procrastinate needs PostgreSQL (MOTCUA_DATABASE_URL)."))
    try:
        chosen = cast(Adapter, importlib.import_module(_ADAPTERS[name]))
    except ModuleNotFoundError as error:
        raise InvalidInput(Text(f"Thiếu gói {error.name}. Hãy chạy: pip install 'motcua[{name}]'.",
                                f"The package {error.name} is missing. Run: pip install 'motcua[{name}]'.")) from error
    chosen.attach()
    _current = chosen


def current() -> Adapter:
    """Give the adapter of this process; `rows` where none was chosen."""
    return _current
