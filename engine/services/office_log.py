"""The office's own stream of AuditEvents: publishing, organisation, accounts, tokens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.domain import audit
from engine.domain.audit import GENESIS, OFFICE, Ledger
from engine.domain.people import Actor


def record(session: Session, action: str, actor: Actor, now: datetime, facts: Mapping[str, Any]) -> int:
    """Chain one event of the office and give its number; the caller holds the write lock (`database.locked`)."""
    ledger = session.get(Ledger, OFFICE, with_for_update=True)
    if ledger is None:
        ledger = Ledger(OFFICE, 0, GENESIS)
        session.add(ledger)
    event = audit.chain(OFFICE, ledger.seq + 1, ledger.head, action, actor, now, facts)
    ledger.seq, ledger.head = event.seq, event.hash
    session.add(event)
    return event.seq
