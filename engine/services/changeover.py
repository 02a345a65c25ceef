"""What becomes of a case that is moved to another version of its procedure.

The same function serves the office and the replay: it takes everything by argument and writes nothing. Which cases are
moved, and in which transaction, lives in `migration`.

The case goes on by the rules of the other version from now on. Its clock is computed anew by the limits declared there
over the clock events that have happened, so that the due time may move; the time once promised stays. A suspension
that is declared there for a step under way opens now, one no longer declared ends now. Open tasks keep their ids and
holders and take the role, unit and limit declared there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import workflow
from engine.domain.audit import AuditEvent
from engine.domain.case import Case, CaseStatus, path_of
from engine.procedures.procedure import Procedure
from engine.services import course, openings
from engine.services.ground import Ground
from engine.workflow import Obstacle, Step

_TOLD = frozenset({"user", "service", "decision", "receive", "send", "call", "subprocess", "many", "catch", "timer",
                   "throw"})        # kinds of steps that what is shown of a case speaks of


@dataclass(frozen=True, slots=True)
class Pins:
    """What a case pins for the other version beside what it pinned at filing: units by the words of the diagram, and
    the calendar of each (`id@version`)."""

    units: Mapping[str, str]
    calendars: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of it: the facts of the move, or why the case must stay."""

    result: dict[str, Any]
    obstacles: tuple[Obstacle, ...] = ()


def follow(case: Case, old: Ground, new: Ground, pins: Pins, now: datetime, *, drop: bool) -> Moved:
    """Let a case stand on another version from now on. A halted case stays halted: its act is tried again by a person.

    Raises:
        Halted: the state cannot be read, or the engine contradicts itself.
    """
    found = workflow.migrate(old.procedure.definition, new.procedure.definition, case.state, now, drop=drop)
    if found.position is None:
        return Moved({}, found.obstacles)
    status, due = case.status, case.due_at
    case.units = {**pins.units, **case.units}
    case.calendars = {**pins.calendars, **case.calendars}
    result = course.move(case, new, found.position, now)
    if status is CaseStatus.HALTED:
        case.status = status
        result["case"].pop("status", None)
    pinned = {"units": case.units, "calendars": case.calendars} if pins.units or pins.calendars else {}
    result["case"] |= pinned
    return Moved({
        **result, "renewed": openings.renew(case, new), "begun": list(found.begun), "dropped": list(found.dropped),
        "due": {"before": course.plain(due), "after": course.plain(case.due_at)}})


def unreadable(case: Case, events: Sequence[AuditEvent], old: Procedure, new: Procedure) -> list[Obstacle]:
    """Tell what a case has done that could not be shown under the other version: where what was filed is kept, a step
    it did, something it handed over. Each must be there, of the same kind."""
    facts = [event.facts() for event in events]
    start, usual = facts[0].get("start"), old.definition.start.key
    found = [] if (start or usual) in new.definition.starts and usual == new.definition.start.key else [
        workflow.obstacle("start", start or usual)]
    done = {one[0]: None for event in facts for one in event.get("result", {}).get("passed", ())}
    handed = {one.place for one in case.hand_offs}
    for place in dict.fromkeys([*done, *(task.place for task in case.tasks if task.status.over), *sorted(handed)]):
        before, after = _step(old, place), _step(new, place)
        if before is None or before.kind not in _TOLD:
            continue
        if after is None or before.kind != after.kind or (place in handed and after.hand_off is None):
            found.append(workflow.obstacle("done-step", place))
    return found


def _step(procedure: Procedure, place: str) -> Step | None:
    *path, key = path_of(place)
    try:
        return procedure.definition.step(tuple(path), key)
    except KeyError:
        return None
