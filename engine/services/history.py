"""The history that proves itself: the chain is checked, and every event is executed again on the pinned version.

`verify` needs no engine: hashes, sequence, head, the pinned pack and calendars, and that the rows of the case, its
papers, incidents and jobs are what the events add up to. `replay` runs the events anew and compares element, path and
ordinal, data, holders and due times.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from engine import workflow
from engine.domain.audit import AuditEvent, Divergence, first_break
from engine.domain.case import Case, Task
from engine.domain.errors import CaseNotFound, EngineError, NotFound, Unavailable
from engine.procedures import pack, procedure
from engine.queries import office, roots
from engine.services import belongings, ledger_fold, office_history, pins
from engine.services.ground import Ground
from engine.services.replay import Replayed, run_again
from engine.storage import database
from engine.storage.tables import audit_event_table, case_table, procedure_version_table, task_table

Check = Callable[[Session, Case, list[AuditEvent]], Divergence | None]
OFFICE_NAME = "office"
_UNREADABLE = (EngineError, LookupError, TypeError, ValueError, AttributeError)


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


def verify(code: str, files: Path | None = None) -> Finding:
    """Check the chain of a case, what it pinned, and that all that belongs to it is what its events add up to; with
    the folder of the file store also the bytes of its papers.

    Raises:
        CaseNotFound: no case has this code.
        Unavailable: the database cannot be used.
    """
    return _judged(code, lambda session, case, events: (
        _foundation_break(session, case, events) or ledger_fold.first_difference(case, events)
        or belongings.first_difference(session, case, events, files)))


def replay(code: str) -> Finding:
    """Execute the events of a case again on its pinned version and compare every observable with what is stored.

    Raises:
        CaseNotFound: no case has this code.
        Unavailable: the database cannot be used.
    """
    return _judged(code, lambda session, case, events: (
        _foundation_break(session, case, events) or _replay_break(session, case, events)))


def verify_office() -> Finding:
    """Check the office's own chain, what it published, and that no case was taken out of its books or slipped in.

    Raises:
        Unavailable: the database cannot be used.
    """
    with database.reading() as session:
        try:
            count, broken = office_history.first_difference(session)
        except _UNREADABLE as error:
            count, broken = 0, _unreadable(error)
        return Finding(OFFICE_NAME, broken is None, count, broken)


def _judged(code: str, check: Check) -> Finding:
    """Read a case with its events and check them; what cannot even be read does not hold."""
    count = 0
    with database.reading() as session:
        try:
            case, events = _history(session, code)
            count = len(events)
            broken = check(session, case, events)
        except (NotFound, Unavailable):
            raise
        except _UNREADABLE as error:
            broken = _unreadable(error)
    return Finding(code, broken is None, count, broken)


def _unreadable(error: Exception) -> Divergence:
    told = error.message.en if isinstance(error, EngineError) else f"{type(error).__name__}: {error}"
    return Divergence(0, "rows", "readable rows and events", told)


def _foundation_break(session: Session, case: Case, events: list[AuditEvent]) -> Divergence | None:
    """Check the chain and what the case pinned: without them nothing else means anything."""
    return first_break(events, case.id, case.seq, case.head, case.root) or pins.first_difference(session, case, events)


def _replay_break(session: Session, case: Case, events: list[AuditEvent]) -> Divergence | None:
    calendars = office.current(session).calendars

    def ground(slug: str, pinned: pins.Pinned) -> Ground:
        content = session.execute(select(procedure_version_table.c.content).where(
            procedure_version_table.c.slug == slug,
            procedure_version_table.c.number == pinned.number)).scalar_one()
        return Ground(procedure.load(pack.from_zip(content)), calendars)
    return execution_break(session, case, events, ground)


def execution_break(session: Session, case: Case, events: list[AuditEvent],
                    ground_of: Callable[[str, pins.Pinned], Ground]) -> Divergence | None:
    """Execute the events of a case and compare what comes out with the case as it is in memory; `ground_of` gives what
    it stood on under each of its versions."""
    try:
        first, *others = pins.versions(events)
        slug = events[0].facts()["case"]["procedure"]
        moved_to = {one.hash: ground_of(slug, one) for one in others}
        again = run_again(events, ground_of(slug, first), moved_to)
    except EngineError as error:
        return Divergence(len(events), "execution", "the recorded course", error.message.en)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        return Divergence(len(events), "execution", "the recorded course", f"{type(error).__name__}: {error}")
    if isinstance(again, Divergence):
        return again
    row = ledger_fold.row_of(again.case)
    row["tracking"] = events[0].facts()["case"]["tracking"]
    tasks = [ledger_fold.task_row(task) for task in again.case.tasks]
    told = [one.facts() for one in again.case.hand_offs]
    return (_state_break(case, again, again.ground) or ledger_fold.difference_of_rows(case, row, tasks)
            or belongings.hand_off_difference(session, case, told))


def _state_break(case: Case, again: Replayed, ground: Ground) -> Divergence | None:
    """Compare what the stored engine state waits for with what the replay waits for."""
    if not case.state and not again.case.state:
        return None
    try:
        stored = workflow.look(ground.procedure.definition, case.state)
    except EngineError as error:
        return Divergence(case.seq, "state", "a readable state", error.message.en)
    fresh = workflow.look(ground.procedure.definition, again.case.state)
    ids = _ids(stored) if case.status.over else sorted(task.id.hex for task in case.open_tasks())
    for what, want, have in (("state.waiting", _waits(fresh), _waits(stored)), ("state.data", fresh.data, stored.data),
                             ("state.ended", fresh.ended, stored.ended), ("state.tasks", ids, _ids(stored)),
                             ("state.owner", fresh.owner, stored.owner or fresh.owner)):
        if want != have:
            return Divergence(case.seq, what, want, have)
    return None


def _waits(position: workflow.Position) -> list[list[str]]:
    return sorted(["/".join((*wait.path, wait.key)), wait.kind] for wait in position.waiting)


def _ids(position: workflow.Position) -> list[str]:
    return sorted(wait.id.hex for wait in position.waiting if wait.kind == "user")


def _history(session: Session, code: str) -> tuple[Case, list[AuditEvent]]:
    case = roots.case_by_code(session, code)
    if case is None:        # somebody may have put it under a root that is none
        case = session.scalars(select(Case).where(case_table.c.code == code)).first()
    if case is None:
        raise CaseNotFound(code)
    tasks = session.scalars(select(Task).where(
        task_table.c.root == case.root, task_table.c.case_id == case.id))
    set_committed_value(case, "tasks", list(tasks))
    return case, events_of(session, case)


def events_of(session: Session, case: Case) -> list[AuditEvent]:
    """Give the events of a case in order."""
    return list(session.scalars(select(AuditEvent).where(
        audit_event_table.c.root == case.root, audit_event_table.c.stream == case.id)
        .order_by(audit_event_table.c.seq)))
