"""Calendars are data with a version: a case keeps the version it was filed under."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.domain import audit
from engine.domain.calendar import WorkCalendar
from engine.domain.office import CalendarVersion
from engine.domain.people import SYSTEM, Actor
from engine.services import office_log
from engine.storage import database
from engine.storage.tables import calendar_table


def publish(calendar: WorkCalendar, now: datetime, by: Actor = SYSTEM) -> int:
    """Store a calendar as its next version and give the number; the same content again stays the version it is."""
    with database.locked() as session:
        return put(session, calendar, now, by)[0]


def put(session: Session, calendar: WorkCalendar, now: datetime, by: Actor) -> tuple[int, bool]:
    """Store a calendar inside the transaction of another act; give its version and whether that is new."""
    columns = calendar_table.c
    number = session.execute(select(func.max(columns.version)).where(columns.id == calendar.id)).scalar() or 0
    newest = session.get(CalendarVersion, (calendar.id, number)) if number else None
    body = calendar.to_data()
    if newest is not None and _content(newest.body) == _content(body):
        return number, False
    kept = {**body, "version": number + 1}
    session.add(CalendarVersion(calendar.id, number + 1, calendar.source, kept, now))
    office_log.record(session, "calendar.published", by, now,
                      {"calendar": f"{calendar.id}@{number + 1}", "source": calendar.source,
                       "hash": audit.digest(kept)})
    return number + 1, True


def _content(body: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in body.items() if name != "version"}
