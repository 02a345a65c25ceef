"""The history that proves itself: the chain is checked, and every event is executed again on the pinned version.

`verify` needs no engine: hashes, sequence, head, the pinned pack, and that the rows of the case are what the events
add up to. `replay` runs the events anew and compares element, path and ordinal, data, holders and due times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from engine import workflow
from engine.domain.audit import AuditEvent, Divergence, first_break
from engine.domain.case import Case, Task
from engine.domain.errors import CaseNotFound, EngineError
from engine.procedures import pack, procedure
from engine.queries import office
from engine.services import ledger_fold
from engine.services.ground import Ground
from engine.services.replay import Replayed, run_again
from engine.storage import database
from engine.storage.tables import audit_event_table, case_table, procedure_version_table, task_table


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check of a history found: whether it holds, how many events it has, and the first divergence."""

    code: str
    holds: bool
    events: int
    divergence: Divergence | None = None

    def facts(self) -> dict[str, Any]:
        """Give the finding as a JSON object."""
        return {"code": self.code, "holds": self.holds, "events": self.events,
                "divergence": asdict(self.divergence) if self.divergence else None}


def verify(code: str) -> Finding:
    """Check the chain of a case, its pinned pack, and that its rows are what its events add up to.

    Raises:
        CaseNotFound: no case has this code.
    """
    with database.reading() as session:
        case, events = _history(session, code)
        broken = (first_break(events, case.id, case.seq, case.head)
                  or _pack_break(session, case, events) or ledger_fold.first_difference(case, events))
        return Finding(code, broken is None, len(events), broken)


def replay(code: str) -> Finding:
    """Execute the events of a case again on its pinned version and compare every observable with what is stored.

    Raises:
        CaseNotFound: no case has this code.
    """
    with database.reading() as session:
        case, events = _history(session, code)
        broken = first_break(events, case.id, case.seq, case.head) or _pack_break(session, case, events)
        if broken is None:
            broken = _replay_break(session, case, events)
        return Finding(code, broken is None, len(events), broken)


def _replay_break(session: Session, case: Case, events: list[AuditEvent]) -> Divergence | None:
    content = session.execute(select(procedure_version_table.c.content).where(
        procedure_version_table.c.id == case.version_id)).scalar_one()
    try:
        ground = Ground(procedure.load(pack.from_zip(content)), office.current(session).calendars)
        again = run_again(events, ground)
    except EngineError as error:
        return Divergence(len(events), "execution", "the recorded course", error.message.en)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return Divergence(len(events), "execution", "the recorded course", f"{type(error).__name__}: {error}")
    if isinstance(again, Divergence):
        return again
    row = ledger_fold.row_of(again.case)
    row["tracking"] = events[0].facts()["case"]["tracking"]
    tasks = [ledger_fold.task_row(task) for task in again.case.tasks]
    return _state_break(case, again, ground) or ledger_fold.difference_of_rows(case, row, tasks)


def _state_break(case: Case, again: Replayed, ground: Ground) -> Divergence | None:
    """Compare what the stored engine state waits for with what the replay waits for."""
    if not case.state and not again.case.state:
        return None
    try:
        stored = workflow.look(ground.procedure.definition, case.state)
    except EngineError as error:
        return Divergence(case.seq, "state", "a readable state", error.message.en)
    fresh = workflow.look(ground.procedure.definition, again.case.state)
    for what, want, have in (("state.waiting", _waits(fresh), _waits(stored)), ("state.data", fresh.data, stored.data),
                             ("state.ended", fresh.ended, stored.ended)):
        if want != have:
            return Divergence(case.seq, what, want, have)
    return None


def _waits(position: workflow.Position) -> list[list[str]]:
    return sorted(["/".join((*wait.path, wait.key)), wait.kind] for wait in position.waiting)


def _history(session: Session, code: str) -> tuple[Case, list[AuditEvent]]:
    case = session.scalars(select(Case).where(case_table.c.code == code)).first()
    if case is None:
        raise CaseNotFound(code)
    tasks = session.scalars(select(Task).where(task_table.c.case_id == case.id))
    set_committed_value(case, "tasks", list(tasks))
    return case, events_of(session, case)


def events_of(session: Session, case: Case) -> list[AuditEvent]:
    """Give the events of a case in order."""
    return list(session.scalars(select(AuditEvent).where(audit_event_table.c.stream == case.id)
                                .order_by(audit_event_table.c.seq)))


def _pack_break(session: Session, case: Case, events: list[AuditEvent]) -> Divergence | None:
    """Check that the pinned version is still the pack the case was filed under, byte for byte."""
    filed: Mapping[str, Any] = events[0].facts()["case"] if events else {}
    row = session.execute(select(procedure_version_table.c.hash, procedure_version_table.c.content).where(
        procedure_version_table.c.id == case.version_id)).first()
    if row is None:
        return Divergence(1, "version", filed.get("hash"), None)
    try:
        found = pack.from_zip(row.content).content_hash
    except EngineError:
        found = "unreadable"
    if found != filed.get("hash"):
        return Divergence(1, "version", filed.get("hash"), found)
    return None
