"""Ties the plain entities of the domain to the tables. Imported once, by `engine.storage.database`.

What belongs to a case is known by its root unit and its key, so that whatever the mapper writes or reads again names
both, also where the database itself would need only the key.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.orm import deferred, registry, relationship

from engine.domain.audit import AuditEvent, Ledger
from engine.domain.case import Case, Incident, Task
from engine.domain.handoff import HandOff
from engine.domain.office import (
    AccessToken,
    CalendarVersion,
    Document,
    Job,
    ProcedureVersion,
    StartTimer,
    StoredAnswer,
    Viewing,
)
from engine.domain.people import Account, Appointment, Position, Unit
from engine.storage import tables

mapper_registry = registry(metadata=tables.metadata)
_PLAIN = {
    Unit: tables.unit_table, Position: tables.position_table, Account: tables.account_table,
    Appointment: tables.appointment_table, AccessToken: tables.access_token_table,
    CalendarVersion: tables.calendar_table,
    Task: tables.task_table, HandOff: tables.hand_off_table, AuditEvent: tables.audit_event_table,
    Ledger: tables.ledger_table,
    Document: tables.document_table, Job: tables.job_table, Incident: tables.incident_table,
    StoredAnswer: tables.stored_answer_table, Viewing: tables.viewing_table, StartTimer: tables.start_timer_table,
}


def _known_by(table: Table) -> list[Column[Any]]:
    """Give the columns by which the mapper knows a row."""
    return [*([table.c.root] if "root" in table.c else []), *table.primary_key.columns]


def tie() -> None:
    """Map every entity; a second call changes nothing."""
    if list(mapper_registry.mappers):
        return
    for entity, table in _PLAIN.items():
        mapper_registry.map_imperatively(entity, table, primary_key=_known_by(table))
    mapper_registry.map_imperatively(
        ProcedureVersion, tables.procedure_version_table,
        properties={"content": deferred(tables.procedure_version_table.c.content)},
    )
    mapper_registry.map_imperatively(
        Case, tables.case_table, primary_key=_known_by(tables.case_table),
        version_id_col=tables.case_table.c.row_version,
        properties={"tasks": relationship(Task, lazy="raise", order_by=tables.task_table.c.opened_at),
                    "hand_offs": relationship(HandOff, lazy="raise", order_by=tables.hand_off_table.c.offered_at)},
    )
    mapper_registry.configure()
