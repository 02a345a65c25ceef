"""Executing a case's events again, in memory, and comparing every recorded result with the one that comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import workflow
from engine.domain import audit, policy
from engine.domain import period as periods
from engine.domain.audit import AuditEvent, Divergence
from engine.domain.case import Case, Task, TaskStatus
from engine.domain.people import APPLICANT, RECEIVING_OFFICER, SYSTEM
from engine.domain.text import searchable
from engine.services import changeover, clockwork, course, extensions, handing, incidents
from engine.services.changeover import Pins
from engine.services.course import Act
from engine.services.ground import Ground, clock_declared, outcome_in, waiting_at
from engine.services.handing import Answer

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A case as it comes out of its events, and what it stands on in the end."""

    case: Case
    ground: Ground


def run_again(events: Iterable[AuditEvent], ground: Ground,
              moved_to: Mapping[str, Ground] | None = None) -> Replayed | Divergence:
    """Execute events in order; give the case that results, or the first result that differs from the record. `ground`
    is what the case was filed under, `moved_to` what it was moved to since, by the hash of the version."""
    case: Case | None = None
    for event in events:
        facts = event.facts()
        now = audit.instant(facts["at"])
        if case is None:
            case = _blank(event, facts, now)
        if event.action in _BY_THE_SYSTEM and event.actor != SYSTEM.account:
            return Divergence(event.seq, "actor", SYSTEM.account, event.actor)
        if event.action == "case.migrated":
            before, ground = ground, (moved_to or {})[facts["to"]["hash"]]
            result = _migrated(case, before, ground, facts, now)
        else:
            result = _VERBS[event.action](case, ground, facts, now)
        case.seq = event.seq
        differing = _difference(facts.get("result", {}), result)
        if differing is not None:
            name, want, have = differing
            return Divergence(event.seq, f"result{name}", want, have)
    return Replayed(case, ground) if case is not None else Divergence(1, "events", "case.filed", None)


def _blank(event: AuditEvent, facts: Facts, now: datetime) -> Case:
    filed = facts["case"]
    return Case(id=event.stream, root=filed.get("root", event.root), code=filed["code"],
                procedure=filed["procedure"], version_id=0,
                unit=filed["units"]["receiving"], competent=filed["units"]["competent"],
                applicant=filed["applicant"], words=searchable(filed["applicant"]),
                filed_by=facts["actor"]["account"], filed_at=now, tracking="",
                units=filed["units"], calendars=filed["calendars"], origin=filed.get("origin"))


def _filed(case: Case, ground: Ground, facts: Facts, now: datetime) -> dict[str, Any]:
    position = workflow.start(ground.procedure.definition, facts["submission"], now, event=facts.get("start"),
                              owner=case.id.hex)
    return course.move(case, ground, position, now)


def _migrated(case: Case, before: Ground, after: Ground, facts: Facts, now: datetime) -> dict[str, Any]:
    """The case stands on another version from here; what does not fit it could not have been moved."""
    pins = Pins(facts["units"], facts["calendars"])
    moved = changeover.follow(case, before, after, pins, now, drop=facts["drop"])
    if moved.obstacles:
        raise ValueError(moved.obstacles[0].message.en)
    return moved.result


_CAPACITIES: tuple[Callable[[Task], dict[str, Any]], ...] = (
    lambda task: {"role": task.role, "unit": task.unit},
    lambda task: {"role": RECEIVING_OFFICER, "unit": task.receiving_unit, "on_behalf_of": APPLICANT},
)


def _completed(case: Case, ground: Ground, facts: Facts, now: datetime) -> dict[str, Any]:
    task = _task(case, facts)
    if facts.get("capacity", _CAPACITIES[0](task)) not in [capacity(task) for capacity in _CAPACITIES]:
        raise ValueError(f"nobody does {facts['task']} as {facts['capacity']}")
    submission = facts["submission"]
    position = workflow.complete(ground.procedure.definition, case.state, task.id, submission, now)
    act = Act(task, facts["actor"]["account"], outcome_in(submission))
    return course.move(case, ground, position, now, act)


def _held(case: Case, ground: Ground, facts: Facts, now: datetime) -> dict[str, Any]:
    task = _task(case, facts)
    task.holder = facts["result"]["holder"]
    claimed = facts["action"] == "task.claimed"
    task.status = TaskStatus.RESERVED if claimed else TaskStatus.READY
    task.claimed_at = now if claimed else None
    return {"holder": facts["actor"]["account"] if claimed else None}


def _timer(case: Case, ground: Ground, facts: Facts, now: datetime) -> dict[str, Any]:
    return course.move(case, ground, workflow.fire_timers(ground.procedure.definition, case.state, now), now)


def _answered(case: Case, ground: Ground, facts: Facts, now: datetime) -> dict[str, Any]:
    definition = ground.procedure.definition
    place = facts["place"]
    wait = waiting_at(workflow.look(definition, case.state), place)
    verb = workflow.answer if facts["action"] == "service.answered" else workflow.deliver
    position = verb(definition, case.state, wait.id, facts["answer"], now)
    return course.move(case, ground, position, now, answered=place, taken=facts.get("taken"))


def _buffered(case: Case, ground: Ground, facts: Facts, now: datetime) -> dict[str, Any]:
    return course.buffer(case, ground, facts["message"], now)


def _signalled(case: Case, ground: Ground, facts: Facts, now: datetime) -> dict[str, Any]:
    definition = ground.procedure.definition
    position = workflow.signal(definition, case.state, facts["signal"], facts["answer"], now)
    return course.move(case, ground, position, now)


def _sent(case: Case, ground: Ground, facts: Facts, now: datetime) -> dict[str, Any]:
    return course.sent_on(case, facts["sent"])


def _handed(case: Case, ground: Ground, facts: Facts, now: datetime) -> dict[str, Any]:
    """What was done about a hand-off; who did it held a post of the unit whose act it is."""
    hand_off, verdict = handing.named(case, facts["hand_off"]), handing.VERDICTS[facts["action"]]
    roles = policy.OFFERING if verdict == "again" else policy.ANSWERING
    capacity = facts.get("capacity", {})
    if verdict != "unacknowledged" and (capacity["role"] not in roles or not (
            verdict == "again" or capacity["unit"] == hand_off.to_unit)):
        raise ValueError(f"nobody answers {facts['hand_off']} as {capacity}")
    return course.answer_hand_off(case, ground, Answer(
        hand_off, verdict, facts["actor"]["account"], facts.get("reason", ""), facts.get("unit", ""),
        facts.get("calendar", ""), facts.get("place", ""), facts.get("answer", {})), now)


def _stopped(case: Case, ground: Ground, facts: Facts, now: datetime) -> dict[str, Any]:
    return course.stop(case, ground, now, facts["reason"], audit.instant(facts["ended_at"]))


def _extended(case: Case, ground: Ground, facts: Facts, now: datetime) -> dict[str, Any]:
    """Only a head or leader extends, and only where the diagram allows it."""
    if facts["capacity"]["role"] not in policy.HEADS or extensions.ACT not in ground.procedure.definition.acts:
        raise ValueError(f"nobody extends as {facts['capacity']}")
    return clockwork.extend(case, ground, periods.parse(facts["by"]), facts["ground"], now)


def _clock_followed(case: Case, ground: Ground, facts: Facts, now: datetime) -> dict[str, Any]:
    if facts["action"] == "calendar.applied":
        return clockwork.follow_calendars(case, ground, facts["calendars"])
    return clockwork.close(case, ground, clockwork.days_from_data(facts["days"]), facts["units"])


def _halted(case: Case, ground: Ground, facts: Facts, now: datetime) -> dict[str, Any]:
    incidents.halt(case)
    return {"case": {"status": str(case.status)}}


def _resumed(case: Case, ground: Ground, facts: Facts, now: datetime) -> dict[str, Any]:
    incidents.resume(case, clock_declared(ground.procedure), now)
    return {"case": {"status": str(case.status)}}


def _nothing(case: Case, ground: Ground, facts: Facts, now: datetime) -> dict[str, Any]:
    return {}


_VERBS: dict[str, Callable[[Case, Ground, Facts, datetime], dict[str, Any]]] = {
    "case.filed": _filed, "task.completed": _completed, "task.claimed": _held, "task.released": _held,
    "timer.fired": _timer, "service.answered": _answered, "message.received": _answered, "case.stopped": _stopped,
    "message.buffered": _buffered, "signal.received": _signalled, "message.sent": _sent, "signal.sent": _sent,
    "handoff.accepted": _handed, "handoff.refused": _handed, "handoff.offered": _handed, "handoff.returned": _handed,
    "handoff.unacknowledged": _handed,
    "case.extended": _extended, "calendar.applied": _clock_followed, "closure.applied": _clock_followed,
    "incident.raised": _halted, "incident.resolved": _resumed, "document.added": _nothing,
}


_BY_THE_SYSTEM = ("timer.fired", "service.answered", "signal.received", "message.sent", "signal.sent",
                  "handoff.unacknowledged", "calendar.applied", "closure.applied")


def _task(case: Case, facts: Facts) -> Task:
    task = course.find_task(case, facts["task"]["place"], facts["task"]["ordinal"])
    if task is None or task.status.over:
        raise ValueError(f"no open task {facts['task']}")
    account = facts["actor"]["account"]
    kept = {task.reserved_for, task.holder} - {None, account}
    free = account == SYSTEM.account or facts["action"] == "task.released"      # a head takes it from whoever holds it
    if not free and (account in task.barred or kept):
        raise ValueError(f"{account} could not do {facts['task']}")
    return task


def _difference(want: Any, have: Any, name: str = "") -> tuple[str, Any, Any] | None:
    """Give the first place, by sorted names, where two JSON values differ."""
    if isinstance(want, dict) and isinstance(have, dict):
        for key in sorted(want.keys() | have.keys()):
            found = _difference(want.get(key), have.get(key), f"{name}.{key}")
            if found:
                return found
        return None
    if isinstance(want, list) and isinstance(have, list) and len(want) == len(have):
        pairs = (_difference(w, h, f"{name}[{index}]") for index, (w, h) in enumerate(zip(want, have, strict=True)))
        return next((found for found in pairs if found), None)
    return None if audit.canonical(want) == audit.canonical(have) else (name, want, have)
