"""Whether what a person was told outlives a PostgreSQL that stops at once, on a server set to acknowledge early."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime

from sqlalchemy import select

from engine.services import cases
from engine.storage import database, migrating
from engine.storage.tables import case_table
from tests import office
from tests.faults import mutants, product
from tests.faults.product import Owned

ACTS = 5


def prepared(server: Owned, now: datetime) -> None:
    """Set a server as a careless administrator does, so that commits reach the disk up to ten seconds later, and set
    up an office on it."""
    server.set("synchronous_commit", "off")
    server.set("wal_writer_delay", "10000")
    database.use(server.uri)
    migrating.upgrade()
    office.furnish(now)


def lost(server: Owned, now: datetime, *, without_the_guard: bool) -> list[str]:
    """File a few cases, stop the server at once when the last is acknowledged, and give the codes that are gone."""
    with mutants.without("durable") if without_the_guard else nullcontext():
        database.use(server.uri)
        binh = office.people(now)["binh"]
        filed = [cases.file("two-tasks", office.APPLICANT, binh, now) for _ in range(ACTS)]
        server.stop()
        database.current().close()
    server.start()
    database.use(server.uri)
    with database.reading() as session:
        kept = set(session.scalars(select(case_table.c.code)))
    return [case.code for case in filed if case is not None and case.code not in kept]


def played(now: datetime) -> tuple[list[str], list[str]]:
    """Give what is lost with the guard and without it, on a server of our own."""
    with product.postgresql() as server:
        prepared(server, now)
        with_it = lost(server, now, without_the_guard=False)
        without_it = lost(server, now, without_the_guard=True)
        database.current().close()
        return with_it, without_it
