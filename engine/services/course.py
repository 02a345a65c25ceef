"""How a case moves: one stimulus is given to the workflow, and tasks, clock, status and pending jobs follow.

The same function serves the office and the replay, so it takes everything by argument, writes nothing, and returns
the facts of the move, which become the `result` of the AuditEvent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import workflow
from engine.domain import audit, case_clock, clock, messages
from engine.domain.calendar import to_local, to_utc
from engine.domain.case import Case, CaseStatus, Task
from engine.domain.case_clock import Rules
from engine.domain.declarations import ClockMark, SuspensionRule
from engine.domain.errors import Halted
from engine.domain.text import Text
from engine.services import handing, openings
from engine.services.ground import Ground, awaited, clock_declared, outcome_in, place_of
from engine.services.handing import Answer
from engine.workflow import Definition, Position, Sent, Step

_FIELDS = ("units", "calendars", "status", "received_at", "due_at", "norm_due_at", "promised_at", "ended_at",
           "closed_at", "outcome", "verdict", "remaining", "clock", "pending")


@dataclass(frozen=True, slots=True)
class Act:
    """A task done by someone: who, with what outcome."""

    task: Task
    account: str
    outcome: str | None


def move(case: Case, ground: Ground, position: Position, now: datetime, act: Act | None = None,
         answered: str | None = None, taken: str | None = None, handed: Answer | None = None) -> dict[str, Any]:
    """Let a case follow its workflow to a new position and give the facts of the move.

    `act` is the task that was done, `answered` the place of the service task that got its answer, `taken` what was
    pending until now (a message that came early), `handed` what was done about a hand-off, if any.

    Order matters: what was done is closed first, then hand-offs, which say whose the new tasks are, then clock marks,
    then suspensions, new tasks, due times, status.

    Raises:
        Halted: the position is that of another case (`state`), or nobody can be found for what comes next.
    """
    refuse_foreign(case, position)
    before = {name: getattr(case, name) for name in _FIELDS}
    case.data, case.state = position.data, position.state
    case.pending = {name: due for name, due in case.pending.items() if name not in (f"service:{answered}", taken)}
    closed = _close(case, position, now, act)
    hand_offs = handing.follow(case, ground, position, now, handed)
    if handed is not None and handed.verdict == "accepted":
        mark = handing.step_of(ground, handed.hand_off).clock
        if mark is not None and _said(mark.starts, handed.verdict):
            case_clock.start(case, now)         # the competent unit has the dossier
    _mark_clock(case, ground, position, now, act)
    opened = openings.open_tasks(case, ground, position, now, act.task if act else None)
    _follow_waits(case, ground, position, now)
    rules = ground.rules(case)
    declared = clock_declared(ground.procedure)
    case_clock.settle_status(case, over=position.ended, clock_declared=declared, now=now)
    case_clock.recompute(case, rules)
    sent = [_sent(one) for one in position.sent]
    leaving = {messages.sending(case.seq + 1, number): audit.stamp(now) for number in range(len(sent))}
    waiting = {} if position.ended else _pending(case, ground, position, now)
    case.pending = {**messages.unsent(case.pending), **waiting, **leaving}
    return {
        "case": _changes(case, before),
        "passed": [[place_of(p.path, p.key), p.flow, *p.joined] for p in position.passed],
        "opened": opened, "closed": closed,
        "decisions": [{"ref": d.ref, "place": place_of(d.path, d.key), "rules": list(d.rules), "answer": d.answer}
                      for d in position.decisions],
        "data": data_digest(case.data), **({"sent": sent} if sent else {}),
        **({"hand_offs": hand_offs} if hand_offs else {}),
    }


def refuse_foreign(case: Case, position: Position) -> None:
    """Refuse a position that follows from the state of another case, whatever brought it here.

    Raises:
        Halted: it does (`state`).
    """
    if position.owner not in (None, case.id.hex):
        raise Halted("state", Text("Trạng thái đã lưu của hồ sơ là của một hồ sơ khác.",
                                   "The stored state of the case is that of another case."))


def _sent(one: Sent) -> dict[str, Any]:
    return {"kind": one.kind, "name": one.name, "place": place_of(one.path, one.key), "to": one.to, "data": one.data}


def buffer(case: Case, ground: Ground, name: str, now: datetime) -> dict[str, Any]:
    """Let a case keep a message that nothing of it is given yet; it is delivered when a step waits for it."""
    kept = {**case.pending, messages.buffered(case.seq + 1, name): audit.stamp(messages.NEVER)}
    definition = ground.procedure.definition
    names = awaited(definition, workflow.look(definition, case.state))
    case.pending = {**kept, **messages.arranged(kept, names, audit.stamp(now))}
    return {"case": {"pending": case.pending}}


def sent_on(case: Case, key: str) -> dict[str, Any]:
    """Let a case be done with something it sent, by the key of its job."""
    case.pending = {name: due for name, due in case.pending.items() if name != f"send:{key}"}
    return {"case": {"pending": case.pending}}


def data_digest(data: Mapping[str, Any]) -> str:
    """Give the SHA-256 of the case's data in canonical form, as it stands in every event."""
    return audit.digest(data)


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
    hand_offs = handing.give_up(case, now)
    case.status, case.closed_at, case.outcome = CaseStatus.STOPPED, now, reason
    case.pending = messages.unsent(case.pending)
    case_clock.recompute(case, ground.rules(case))
    return {"case": _changes(case, before), "passed": [], "opened": [], "closed": closed, "decisions": [],
            "data": data_digest(case.data), **({"hand_offs": hand_offs} if hand_offs else {})}


def answer_hand_off(case: Case, ground: Ground, answer: Answer, now: datetime) -> dict[str, Any]:
    """Let a case follow what was done about one of its hand-offs and give the facts of the move."""
    return move(case, ground, handing.answered(case, ground, answer, now), now, handed=answer)


def fields_of(case: Case) -> dict[str, Any]:
    """Give the fields of a case that an act may change, as they are now."""
    return {name: getattr(case, name) for name in _FIELDS}


def changed_since(case: Case, before: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields that changed since `fields_of`, as they stand in an event."""
    return _changes(case, before)


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
        outcome = _outcome(case, step, place_of(passed.path, passed.key), act)
        mark = _mark_of(ground.procedure.definition, step)
        if mark is not None and _said(mark.starts, outcome):
            case_clock.start(case, now)
        if _may_decide(ground, step, outcome, rules):
            case_clock.decide(case, place_of(passed.path, passed.key), outcome, rules, now)
        if mark is not None and _said(mark.stops, outcome):
            case.outcome = outcome or "done"
            case_clock.stop(case, case.outcome, now)
    if position.ended and case.outcome is None and act is not None:
        case.outcome = act.outcome


def _mark_of(definition: Definition, step: Step) -> ClockMark | None:
    """Give what a passed step says about the clock. A step done several times is done when the last of its instances
    is: until then its `always` says nothing, while an outcome counts in the instance that leaves it."""
    mark = step.clock
    if step.kind == "many":
        mark = definition.steps[step.called or "", step.key].clock
    elif not step.process.endswith(f"/{step.key}"):
        return mark
    if mark is None:
        return None
    counts = ("always",) if step.kind == "many" else {mark.starts, mark.stops} - {"always"}
    return ClockMark(mark.starts if mark.starts in counts else None, mark.stops if mark.stops in counts else None)


def _said(mark: str | None, outcome: str | None) -> bool:
    """Tell whether a clock mark is for this outcome; a mark that is not there is for none, also where there is none."""
    return mark is not None and mark in ("always", outcome)


def _may_decide(ground: Ground, step: Step, outcome: str | None, rules: Rules) -> bool:
    """Tell whether a step may choose an outcome that has a limit of its own: its form offers it, or it just did."""
    offered = {choice.value for choice in ground.procedure.outcomes_of(step)} if step.kind == "user" else {outcome}
    return not rules.outcomes().isdisjoint(offered)


def _outcome(case: Case, step: Step, place: str, act: Act | None) -> str | None:
    """Give the outcome that a passed step left, if any: that of the task just done, which in an instance of a step
    done several times is not yet in the record of the case, else that in the data."""
    if act is not None and act.task.place == place:
        return act.outcome
    answer = case.data.get(step.key)
    return outcome_in(answer) if isinstance(answer, dict) else None


def _follow_waits(case: Case, ground: Ground, position: Position, now: datetime) -> None:
    """Open a suspension for each step that newly waits and suspends; close those no longer waited for."""
    waits = _suspending(ground, position)
    standing = case_clock.suspended_places(case)
    for place in sorted(standing - waits.keys()):
        case_clock.resume(case, place, now)
    for place in sorted(waits.keys() - standing):
        case_clock.suspend(case, place, waits[place], now)


def _suspending(ground: Ground, position: Position) -> dict[str, SuspensionRule]:
    """Give the rules by which the clock stands still, by place: those of the steps that wait, and of the calls and
    sub-processes they wait in, such as one that another agency does."""
    found: dict[str, SuspensionRule] = {}
    for wait in position.waiting:
        whole = (*wait.path, wait.key)
        for depth in range(len(whole)):
            rule = ground.procedure.definition.step(whole[:depth], whole[depth]).suspends
            if rule is not None:
                found[place_of(whole[:depth], whole[depth])] = rule
    return found


def _pending(case: Case, ground: Ground, position: Position, now: datetime) -> dict[str, str]:
    """Give what the case waits for from the system: its next timer, limits of suspensions, service answers, messages
    that came early, signals."""
    pending: dict[str, str] = {}
    if position.next_timer is not None:
        pending["timer:"] = audit.stamp(position.next_timer)
    since = {event["place"]: event["from"] for event in case.clock if event["type"] == "suspend" and not event["to"]}
    for wait in position.waiting:
        if wait.kind == "service":
            name = f"service:{place_of(wait.path, wait.key)}"
            pending[name] = case.pending.get(name) or audit.stamp(now)
    for place, rule in _suspending(ground, position).items():
        if rule.limit is not None:
            calendar = ground.calendar(case, case.units["competent"])
            asked = to_local(calendar, audit.instant(since[place]))
            runs_out = clock.suspension_limit(calendar, asked, rule.limit)
            pending[f"limit:{place}"] = audit.stamp(to_utc(calendar, runs_out))
    definition = ground.procedure.definition
    signals = {event.name for wait in position.waiting if wait.kind == "signal"
               and (event := definition.step(wait.path, wait.key).event) is not None and event.name}
    return {**pending, **handing.pending(case), **messages.listening(signals),
            **messages.arranged(case.pending, awaited(definition, position), audit.stamp(now))}


def find_task(case: Case, place: str, ordinal: int) -> Task | None:
    """Give the task of a step by its place and ordinal: the name under which replay knows it."""
    return next((task for task in case.tasks if task.place == place and task.ordinal == ordinal), None)
