"""How a case moves: one stimulus is given to the workflow, and tasks, clock, status and pending jobs follow.

The same function serves the office and the replay, so it takes everything by argument, writes nothing, and returns
the facts of the move, which become the `result` of the AuditEvent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import workflow
from engine.domain import audit, case_clock, clock, roles
from engine.domain.calendar import WorkCalendar, to_local, to_utc
from engine.domain.case import Case, CaseStatus, Task, TaskStatus
from engine.domain.case_clock import Rules
from engine.domain.declarations import DeadlineRule
from engine.domain.people import APPLICANT, RECEIVING_OFFICER
from engine.procedures.procedure import Procedure
from engine.workflow import Position, Step, Waiting

_FIELDS = ("status", "received_at", "due_at", "norm_due_at", "promised_at", "ended_at", "closed_at", "outcome",
           "verdict", "remaining", "clock", "pending")


@dataclass(frozen=True, slots=True)
class Ground:
    """What a case stands on while it moves: its pinned procedure and the calendars pinned at filing, by reference."""

    procedure: Procedure
    calendars: Mapping[str, WorkCalendar]

    def calendar(self, case: Case, unit: str) -> WorkCalendar:
        """Give the calendar of a unit as pinned by the case; a unit unknown at filing works by the receiving one's."""
        return self.calendars[case.calendars.get(unit) or case.calendars[case.units["receiving"]]]

    def rules(self, case: Case) -> Rules:
        """Give what the case's clock is computed from."""
        return Rules(self.procedure.definition.deadlines, self.calendar(case, case.units["competent"]),
                     lambda expression: bool(workflow.evaluate(expression, case.data)))


@dataclass(frozen=True, slots=True)
class Act:
    """A task done by someone: who, with what outcome."""

    task: Task
    account: str
    outcome: str | None


def role_of(step: Step) -> str:
    """Give the role that may do a step: as assigned, else as its lane says."""
    if step.assignment is not None:
        return step.assignment.role
    return roles.named(step.lane) if step.lane else RECEIVING_OFFICER


def unit_word(step: Step) -> str:
    """Give which unit a step belongs to: as assigned; the applicant and the receiving officer are at the counter."""
    if step.assignment is not None and step.assignment.unit is not None:
        return step.assignment.unit
    return "receiving" if role_of(step) in (APPLICANT, RECEIVING_OFFICER) else "competent"


def place_of(path: tuple[str, ...], key: str) -> str:
    """Give a step with the call activities above it, `call/step`."""
    return "/".join((*path, key))


def move(case: Case, ground: Ground, position: Position, now: datetime, act: Act | None = None,
         answered: str | None = None) -> dict[str, Any]:
    """Let a case follow its workflow to a new position and give the facts of the move.

    `act` is the task that was done, `answered` the place of the service task that got its answer, if either.

    Order matters: what was done is closed first, then clock marks, then suspensions, new tasks, due times, status.
    """
    before = {name: getattr(case, name) for name in _FIELDS}
    case.data, case.state = position.data, position.state
    case.pending = {name: due for name, due in case.pending.items() if name != f"service:{answered}"}
    closed = _close(case, position, now, act)
    _mark_clock(case, ground, position, now, act)
    opened = _open(case, ground, position, now, act)
    _follow_waits(case, ground, position, now)
    rules = ground.rules(case)
    declared = clock_declared(ground.procedure)
    case_clock.settle_status(case, over=position.ended, clock_declared=declared, now=now)
    case_clock.recompute(case, rules)
    case.pending = {} if position.ended else _pending(case, ground, position, now)
    return {
        "case": _changes(case, before),
        "passed": [[place_of(p.path, p.key), p.flow, *p.joined] for p in position.passed],
        "opened": opened, "closed": closed,
        "decisions": [{"ref": d.ref, "place": place_of(d.path, d.key), "rules": list(d.rules), "answer": d.answer}
                      for d in position.decisions],
        "data": data_digest(case.data),
    }


def data_digest(data: Mapping[str, Any]) -> str:
    """Give the SHA-256 of the case's data in canonical form, as it stands in every event."""
    return hashlib.sha256(audit.canonical(data)).hexdigest()


def clock_declared(procedure: Procedure) -> bool:
    """Tell whether any step of the procedure starts the clock."""
    return any(step.clock is not None and step.clock.starts is not None
               for step in procedure.definition.steps.values())


def stop(case: Case, ground: Ground, now: datetime, reason: str, ended_at: datetime) -> dict[str, Any]:
    """End a case without a decision; processing ended at `ended_at` (for a supplement not given: the request)."""
    before = {name: getattr(case, name) for name in _FIELDS}
    closed = []
    for task in case.open_tasks():
        task.cancel(now)
        closed.append(_closed(task))
    for place in case_clock.suspended_places(case):
        case_clock.resume(case, place, now)
    case_clock.stop(case, reason, ended_at)
    case.status, case.closed_at, case.outcome, case.pending = CaseStatus.STOPPED, now, reason, {}
    case_clock.recompute(case, ground.rules(case))
    return {"case": _changes(case, before), "passed": [], "opened": [], "closed": closed, "decisions": [],
            "data": data_digest(case.data)}


def _changes(case: Case, before: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(getattr(case, name)) for name in _FIELDS if getattr(case, name) != before[name]}


def plain(value: Any) -> Any:
    """Write a field of a case or task as it stands in an event."""
    return audit.stamp(value) if isinstance(value, datetime) else value


def _close(case: Case, position: Position, now: datetime, act: Act | None) -> list[dict[str, Any]]:
    """Complete the task that was done and cancel those which the flow took away."""
    waiting = {wait.id for wait in position.waiting}
    closed = []
    for task in case.open_tasks():
        if act is not None and task is act.task:
            task.complete(act.account, now, act.outcome)
            case.remember_actor(task.place, act.account)
        elif task.id not in waiting:
            task.cancel(now)
        else:
            continue
        closed.append(_closed(task))
    return closed


def _closed(task: Task) -> dict[str, Any]:
    return {"place": task.place, "ordinal": task.ordinal, "status": str(task.status), "actor": task.actor,
            "outcome": task.outcome}


def _mark_clock(case: Case, ground: Ground, position: Position, now: datetime, act: Act | None) -> None:
    """Start or stop the clock and note decided outcomes for every step that was passed."""
    rules = ground.rules(case)
    for passed in position.passed:
        step = ground.procedure.definition.step(passed.path, passed.key)
        if step is None:
            continue
        outcome = _outcome(case, step)
        if step.clock is not None and step.clock.starts in ("always", outcome):
            case_clock.start(case, now)
        if _may_decide(ground, step, outcome, rules):
            case_clock.decide(case, place_of(passed.path, passed.key), outcome, rules, now)
        if step.clock is not None and step.clock.stops in ("always", outcome):
            case.outcome = outcome or "done"
            case_clock.stop(case, case.outcome, now)
    if position.ended and case.outcome is None and act is not None:
        case.outcome = act.outcome


def _may_decide(ground: Ground, step: Step, outcome: str | None, rules: Rules) -> bool:
    """Tell whether a step may choose an outcome that has a limit of its own: its form offers it, or it just did."""
    offered = {choice.value for choice in ground.procedure.outcomes_of(step)} if step.kind == "user" else {outcome}
    return not rules.outcomes().isdisjoint(offered)


def _outcome(case: Case, step: Step) -> str | None:
    """Give the outcome that a passed step left in the data, if any."""
    answer = case.data.get(step.key)
    return outcome_in(answer) if isinstance(answer, dict) else None


def outcome_in(answers: Mapping[str, Any]) -> str | None:
    """Give the outcome that a submission or an answer names, if any."""
    value = answers.get("outcome")
    return value if isinstance(value, str) else None


def _open(case: Case, ground: Ground, position: Position, now: datetime, act: Act | None) -> list[dict[str, Any]]:
    """Open a task for each user task that newly waits, and bring the barred accounts of all up to date."""
    known = {task.id for task in case.tasks}
    opened = []
    for wait in position.waiting:
        if wait.kind == "user" and wait.id not in known:
            task = _task(case, ground, wait, now, act)
            case.tasks.append(task)
            opened.append({"place": task.place, "ordinal": task.ordinal, "role": task.role, "unit": task.unit,
                           "due_at": plain(task.due_at), "holder": task.holder})
    for task in case.open_tasks():
        step = ground.procedure.definition.step(path_of(task.path), task.key)
        barred = _actors(case, task.path, step.assignment.not_actor_of) if step and step.assignment else []
        if barred != task.barred:
            task.barred = barred
    return opened


def path_of(path: str) -> tuple[str, ...]:
    """Give the call activities of a task's stored path."""
    return tuple(path.split("/")) if path else ()


def _task(case: Case, ground: Ground, wait: Waiting, now: datetime, act: Act | None) -> Task:
    step = ground.procedure.definition.step(wait.path, wait.key)
    word = unit_word(step)
    unit = (act.task.unit if act else case.units["receiving"]) if word == "same" else case.units[word]
    path = "/".join(wait.path)
    task = Task(id=wait.id, case_id=case.id, key=wait.key, path=path,
                ordinal=case.next_ordinal(place_of(wait.path, wait.key)), role=role_of(step), unit=unit,
                receiving_unit=case.units["receiving"], status=TaskStatus.READY, opened_at=now,
                due_at=_task_due(case, ground, wait.path, step, unit, now))
    kept_for = _actors(case, path, step.assignment.same_actor_as)[-1:] if step.assignment else []
    if kept_for:
        task.reserved_for = kept_for[0]
    return task


def _task_due(case: Case, ground: Ground, path: tuple[str, ...], step: Step, unit: str,
              now: datetime) -> datetime | None:
    """Give the due time of a task: its limit runs from the moment it is ready, by the calendar of its unit."""
    calendar = ground.calendar(case, unit)
    rule = case_clock.select(_task_limits(ground, path, step), ground.rules(case).holds)
    if rule is None:
        return None
    due = clock.reckon(clock.limit_of(rule, calendar), calendar, to_local(calendar, now)).due
    return to_utc(calendar, due) if due is not None else None


def _task_limits(ground: Ground, path: tuple[str, ...], step: Step) -> list[DeadlineRule]:
    """Give the task limits of a step; a call that declares some for this procedure replaces those of the called one."""
    calls = [ground.procedure.definition.step(path[:depth], path[depth]) for depth in range(len(path))]
    for declaring in (*calls, step):
        limits = [rule for rule in declaring.deadlines if rule.kind == "task"]
        if limits:
            return limits
    return []


def _actors(case: Case, path: str, places: tuple[str, ...]) -> list[str]:
    """Give who acted in the named steps; a name counts from the called process it stands in, then from the top."""
    found: list[str] = []
    for place in places:
        near = f"{path}/{place}" if path else place
        found.extend(case.actors.get(near, case.actors.get(place, [])))
    return list(dict.fromkeys(found))


def _follow_waits(case: Case, ground: Ground, position: Position, now: datetime) -> None:
    """Open a suspension for each step that newly waits and suspends; close those no longer waited for."""
    waits = {}
    for wait in position.waiting:
        step = ground.procedure.definition.step(wait.path, wait.key)
        if step is not None and step.suspends is not None:
            waits[place_of(wait.path, wait.key)] = step.suspends
    standing = case_clock.suspended_places(case)
    for place in sorted(standing - waits.keys()):
        case_clock.resume(case, place, now)
    for place in sorted(waits.keys() - standing):
        case_clock.suspend(case, place, waits[place], now)


def _pending(case: Case, ground: Ground, position: Position, now: datetime) -> dict[str, str]:
    """Give what the case waits for from the system: its next timer, limits of suspensions, service answers."""
    pending: dict[str, str] = {}
    if position.next_timer is not None:
        pending["timer:"] = audit.stamp(position.next_timer)
    since = {event["place"]: event["from"] for event in case.clock if event["type"] == "suspend" and not event["to"]}
    for wait in position.waiting:
        step = ground.procedure.definition.step(wait.path, wait.key)
        place = place_of(wait.path, wait.key)
        if wait.kind == "service":
            pending[f"service:{place}"] = case.pending.get(f"service:{place}") or audit.stamp(now)
        if step is not None and step.suspends is not None and step.suspends.limit is not None:
            calendar = ground.calendar(case, case.units["competent"])
            asked = to_local(calendar, audit.instant(since[place]))
            runs_out = clock.suspension_limit(calendar, asked, step.suspends.limit)
            pending[f"limit:{place}"] = audit.stamp(to_utc(calendar, runs_out))
    return pending


def find_task(case: Case, place: str, ordinal: int) -> Task | None:
    """Give the task of a step by its place and ordinal: the name under which replay knows it."""
    return next((task for task in case.tasks if task.place == place and task.ordinal == ordinal), None)



def waiting_at(position: Position, place: str) -> Waiting:
    """Give what waits in a place.

    Raises:
        KeyError: nothing waits there.
    """
    for wait in position.waiting:
        if place_of(wait.path, wait.key) == place and wait.kind != "user":
            return wait
    raise KeyError(place)
