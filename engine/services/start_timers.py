"""Start events with a time: the system files a case for each unit of the procedure's owner when the time comes.

What is next due stands in `start_timer`, and every change of it in an AuditEvent of the office: publishing sets it,
firing moves it on or ends it, in the transaction that files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from engine import workflow
from engine.domain import audit
from engine.domain.audit import AuditEvent
from engine.domain.errors import Halted, InvalidProcedure, Problem, ProcedureNotFound
from engine.domain.office import ProcedureVersion, StartTimer
from engine.domain.people import SYSTEM
from engine.jobs import queue
from engine.procedures import check_starts
from engine.procedures.procedure import Procedure
from engine.queries import office
from engine.services import holding, office_log, starts
from engine.services.starts import Cause, Draft, Opening
from engine.storage import database
from engine.storage.tables import start_timer_table
from engine.workflow import Due

_columns = start_timer_table.c
_WAIT = timedelta(minutes=1)


def set_out(session: Session, loaded: Procedure, version: ProcedureVersion, now: datetime) -> dict[str, Any]:
    """Keep when the start events of a version just published first file, and let those of earlier versions end when it
    takes effect; give what the event of publishing says of it.

    Raises:
        InvalidProcedure: a time cannot be worked out before there is a case.
    """
    since = _effective(version, now)
    kept = [_first(loaded, version, key, since) for key in loaded.definition.starts]
    found = [timer for timer in kept if timer is not None]
    session.execute(delete(start_timer_table).where(_columns.slug == version.slug, _columns.due >= since))
    session.execute(update(start_timer_table).where(
        _columns.slug == version.slug, or_(_columns.until.is_(None), _columns.until > since)).values(until=since))
    session.add_all(found)
    session.flush()
    timers = [{"start": timer.key, "due": audit.stamp(timer.due)} for timer in sorted(found, key=lambda one: one.key)]
    return {**({"timers": timers} if timers else {}), **({"takes_effect": audit.stamp(since)} if since > now else {})}


def _effective(version: ProcedureVersion, now: datetime) -> datetime:
    if version.effective_from is None or version.effective_from <= office.local_day(now):
        return now
    return datetime.combine(version.effective_from, datetime.min.time(), office.ZONE)


def _first(loaded: Procedure, version: ProcedureVersion, key: str, since: datetime) -> StartTimer | None:
    try:
        due = workflow.begins_at(loaded.definition, key, since)
    except Halted as reason:
        raise InvalidProcedure([Problem("process.bpmn", key, "error", "start-time", reason.message,
                                        check_starts.REMEDY)]) from reason
    return None if due is None else StartTimer(version.slug, version.number, key, due.at, due.period, due.left)


def add_up(events: Iterable[AuditEvent]) -> dict[tuple[str, int, str], str]:
    """Give when each start event is due next, by procedure, version and key, as the events of the office tell it."""
    found: dict[tuple[str, int, str], str] = {}
    for event in events:
        if event.action == "procedure.published":
            facts = event.facts()
            since = facts.get("takes_effect", facts["at"])
            found = {key: due for key, due in found.items() if key[0] != facts["procedure"] or due < since}
            found |= {(facts["procedure"], facts["version"], one["start"]): one["due"]
                      for one in facts.get("timers", ())}
        elif event.action in ("start.fired", "start.failed"):
            facts = event.facts()
            del found[facts["procedure"], facts["version"], facts["start"]]
            if facts["next"] is not None:
                found[facts["procedure"], facts["version"], facts["start"]] = facts["next"]
    return found


def due_now(now: datetime, most: int = 10) -> list[StartTimer]:
    """Give the start events whose time has come, the longest waiting first."""
    ready = or_(_columns.not_before.is_(None), _columns.not_before <= now)
    with database.reading() as session:
        found = list(session.scalars(select(StartTimer).where(_columns.due <= now, ready)
                                     .order_by(_columns.due).limit(most)))
        session.expunge_all()
        return found


def fire(timer: StartTimer, now: datetime) -> list[str]:
    """File a case for each unit of the owner's type, once however many workers see the time come; what was missed
    while nobody worked is filed once. Gives the codes.

    Raises:
        UnitNotFound, Halted: a case cannot be begun; nothing was filed.
    """
    return holding.once_more(lambda: _fire(timer, now))


def _fire(timer: StartTimer, now: datetime) -> list[str]:
    with database.transaction() as session:
        drafts = _drafts(session, timer, now)
        following = _following(timer, now)
        if not _moved(session, timer, following):
            return []
        codes = [starts.write(session, drafted, now).code for drafted in drafts]
        office_log.record(session, "start.fired", SYSTEM, now, {**_said(timer, following), "cases": codes})
        return codes


def _drafts(session: Session, timer: StartTimer, now: datetime) -> list[Draft]:
    house = office.current(session)
    version = next((one for one in house.versions.get(timer.slug, ()) if one.number == timer.version), None)
    if version is None or version.id is None:
        raise ProcedureNotFound(timer.slug)
    procedure = office.procedure_of(session, version.id)
    opening = Opening(version, procedure, procedure.definition.starts[timer.key])
    cause = Cause("timer", audit.stamp(timer.due))
    return [starts.draft(session, opening, {}, unit, cause, now) for unit in starts.owners(session, opening, now)]


def _following(timer: StartTimer, now: datetime) -> Due | None:
    following = workflow.begins_again(Due(timer.due, timer.period, timer.left), now)
    ends = following is not None and timer.until is not None and following.at >= timer.until
    return None if ends else following


def _moved(session: Session, timer: StartTimer, following: Due | None) -> bool:
    """Move a start event on from the time that was seen; tell whether nobody was faster."""
    mine = (_columns.slug == timer.slug, _columns.version == timer.version, _columns.key == timer.key,
            _columns.due == timer.due)
    change: Any = delete(start_timer_table) if following is None else update(start_timer_table).values(
        due=following.at, left=following.left, attempts=0, not_before=None, last_error=None)
    done: Any = session.execute(change.where(*mine))
    return bool(done.rowcount == 1)


def _said(timer: StartTimer, following: Due | None) -> Mapping[str, Any]:
    return {"procedure": timer.slug, "version": timer.version, "start": timer.key, "due": audit.stamp(timer.due),
            "next": None if following is None else audit.stamp(following.at)}


def failed(timer: StartTimer, why: str, now: datetime) -> None:
    """Note that a start event could not file, to be tried again; after the last try it is passed over until its next
    time, and the history of the office says so."""
    with database.locked() as session:
        if timer.attempts + 1 < queue.TRIES:
            session.execute(update(start_timer_table).where(
                _columns.slug == timer.slug, _columns.version == timer.version, _columns.key == timer.key,
                _columns.due == timer.due).values(
                    attempts=timer.attempts + 1, not_before=now + _WAIT * 4 ** timer.attempts, last_error=why[:2000]))
            return
        following = _following(timer, now)
        if _moved(session, timer, following):
            office_log.record(session, "start.failed", SYSTEM, now, {**_said(timer, following), "why": why[:500]})
