"""What becomes of the hand-offs of a case while it moves: offered, answered, alarmed, given back, given up.

The same functions serve the office and the replay: they take everything by argument and write nothing. Which acts
people may do on a hand-off, and in which transaction, lives in `handoffs`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine import workflow
from engine.domain import audit, clock, handoff
from engine.domain.calendar import to_local, to_utc
from engine.domain.case import Case, path_of
from engine.domain.declarations import DeadlineRule, HandOffRule
from engine.domain.errors import Halted
from engine.domain.handoff import HandOff, HandOffStatus
from engine.domain.period import Period
from engine.domain.text import Text
from engine.services.ground import Ground, place_of, waiting_at
from engine.workflow import Passed, Position, Step

Verdict = Literal["accepted", "refused", "again", "unacknowledged", "returned"]

ACTIONS: Mapping[Verdict, str] = {
    "accepted": "handoff.accepted", "refused": "handoff.refused", "again": "handoff.offered",
    "unacknowledged": "handoff.unacknowledged", "returned": "handoff.returned"}
VERDICTS: Mapping[str, Verdict] = {action: verdict for verdict, action in ACTIONS.items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """What is done about a hand-off: by whom, of a refusal why, of one offered again to which unit and by which
    calendar (`id@version`) that unit works, of a result what is `given` to the step that waits at `wait`."""

    hand_off: HandOff
    verdict: Verdict
    account: str
    reason: str = ""
    unit: str = ""
    calendar: str = ""
    wait: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)


def named(case: Case, name: str) -> HandOff:
    """Give a hand-off by the name under which events and jobs know it, `place#ordinal`.

    Raises:
        KeyError: the case has no such hand-off.
    """
    found = next((one for one in case.hand_offs if one.name == name), None)
    if found is None:
        raise KeyError(name)
    return found


def step_of(ground: Ground, hand_off: HandOff) -> Step:
    """Give the step of the diagram that is handed over: a call activity, or the step that sends a message."""
    path, _slash, key = hand_off.place.rpartition("/")
    return ground.procedure.definition.step(path_of(path), key)


def answered(case: Case, ground: Ground, answer: Answer, now: datetime) -> Position:
    """Give the position to which an answer brings the workflow: an accepted call begins, a refused one takes its
    boundary where one is drawn, a result is delivered; all else changes nothing but the hand-off."""
    definition, hand_off = ground.procedure.definition, answer.hand_off
    standing = workflow.look(definition, case.state)
    if answer.verdict == "returned":
        return workflow.deliver(definition, case.state, waiting_at(standing, answer.wait).id, answer.given, now)
    if step_of(ground, hand_off).kind != "call" or answer.verdict not in ("accepted", "refused"):
        return standing
    wait = waiting_at(standing, hand_off.place)
    given = {"outcome": answer.verdict, "unit": hand_off.to_unit}
    if answer.verdict == "accepted":
        return workflow.accept(definition, case.state, wait.id, given, now)
    if not workflow.refusable(definition, case.state, wait.id):
        return standing
    return workflow.refuse(definition, case.state, wait.id, {**given, "reason": answer.reason}, now)


def follow(case: Case, ground: Ground, position: Position, now: datetime,
           answer: Answer | None = None) -> list[dict[str, Any]]:
    """Bring the hand-offs of a case to a new position; give those that changed as they now stand in the event.

    Order matters: the answer first, then what ended by it, then what is newly offered.
    """
    before = {one.name: one.facts() for one in case.hand_offs}
    if answer is not None:
        _take(case, ground, answer, now)
    _end(case, ground, position, now, answer)
    for place, rule in list(_to_offer(case, ground, position)):
        _offer(case, ground, place, rule, case.units.get(handoff.TO + rule.to), now)
    if position.ended:
        give_up(case, now)
    return _changed(case, before)


def give_up(case: Case, now: datetime) -> list[dict[str, Any]]:
    """End every open hand-off of a case that is over; give those that changed."""
    before = {one.name: one.facts() for one in case.hand_offs}
    for one in case.hand_offs:
        one.give_up(now)
    return _changed(case, before)


def pending(case: Case) -> dict[str, str]:
    """Give the alarms the case waits for: one for each hand-off that must be answered by a time."""
    return {f"handoff:{one.name}": audit.stamp(one.acknowledge_by) for one in case.hand_offs
            if one.status is HandOffStatus.OFFERED and one.acknowledge_by is not None and one.alarmed_at is None}


def _changed(case: Case, before: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    now = sorted((one.place, one.ordinal, one.name, one.facts()) for one in case.hand_offs)
    return [facts for _place, _ordinal, name, facts in now if before.get(name) != facts]


def _take(case: Case, ground: Ground, answer: Answer, now: datetime) -> None:
    hand_off = answer.hand_off
    rule = _rule(step_of(ground, hand_off))
    if answer.verdict == "accepted":
        hand_off.accept(answer.account, now, _after(case, ground, hand_off.to_unit, rule.period, now))
    elif answer.verdict == "refused":
        hand_off.refuse(answer.account, now, answer.reason)
    elif answer.verdict == "unacknowledged":
        hand_off.alarm(now)
    elif answer.verdict == "returned":
        hand_off.give_back(now)
    else:
        hand_off.refuse_unless_offerable()
        hand_off.give_up(now)
        case.calendars = {**case.calendars, answer.unit: case.calendars.get(answer.unit, answer.calendar)}
        _offer(case, ground, hand_off.place, rule, answer.unit, now)


def _rule(step: Step) -> HandOffRule:
    """Give the rule of a step that hands over.

    Raises:
        KeyError: it hands nothing over.
    """
    if step.hand_off is None:
        raise KeyError(step.key)
    return step.hand_off


def _after(case: Case, ground: Ground, unit: str, period: Period | None, now: datetime) -> datetime | None:
    """Give when a period that begins now runs out by the calendar of a unit, counted from the hour as tasks are."""
    if period is None:
        return None
    calendar = ground.calendar(case, unit)
    limit = clock.limit_of(DeadlineRule("task", period), calendar)
    due = clock.reckon(limit, calendar, to_local(calendar, now)).due
    return to_utc(calendar, due) if due is not None else None


def _offer(case: Case, ground: Ground, place: str, rule: HandOffRule, unit: str | None, now: datetime) -> None:
    if unit is None:        # filed before its procedure could hand over: nothing was pinned
        raise Halted("hand-off", Text(f"Hồ sơ không biết đơn vị loại «{rule.to}» nào để chuyển đến.",
                                      f"The case knows no unit of type “{rule.to}” to hand over to."), place)
    around = place.rpartition("/")[0]
    units = handoff.unit_over(case.hand_offs, around, case.units["competent"]), unit
    acknowledge_by = _after(case, ground, unit, rule.acknowledge_within, now)
    offered = handoff.offer(case.root, case.id, place, case.next_ordinal(f"handoff:{place}"), units, now,
                            acknowledge_by)
    case.hand_offs.append(offered)
    case.units = {**case.units, handoff.WITH + unit: unit}


def _to_offer(case: Case, ground: Ground, position: Position) -> Iterator[tuple[str, HandOffRule]]:
    """Give the calls that newly wait to be accepted, and the messages that were just sent to a unit."""
    offered = {one.place for one in case.hand_offs if one.open}
    for wait in position.waiting:
        place = place_of(wait.path, wait.key)
        if wait.kind == "handoff" and place not in offered:
            yield place, _rule(ground.procedure.definition.step(wait.path, wait.key))
    for sent in position.sent:
        step = ground.procedure.definition.step(sent.path, sent.key)
        if step.hand_off is not None:
            yield place_of(sent.path, sent.key), step.hand_off


def _end(case: Case, ground: Ground, position: Position, now: datetime, answer: Answer | None) -> None:
    """End what the flow has done or left: a call that was passed is given back, one that was interrupted given up, a
    message whose answer has come is given back."""
    passed = {place for one in position.passed for place in _completed(ground, one)}
    replies = _replies(ground, position)
    if answer is not None and answer.verdict == "returned":
        replies.remove(pool_of(ground, answer.hand_off))       # this one is given back already
    for one in sorted((one for one in case.hand_offs if one.open), key=lambda one: (one.offered_at, one.name)):
        if step_of(ground, one).kind != "call":
            if pool_of(ground, one) in replies and one.status is not HandOffStatus.REFUSED:
                replies.remove(pool_of(ground, one))
                one.give_back(now)
        elif _left(ground, position, one):
            done = one.status is HandOffStatus.ACCEPTED and one.place in passed
            (one.give_back if done else one.give_up)(now)


def _completed(ground: Ground, passed: Passed) -> Iterator[str]:
    """Give the places that are done with a step that was passed: its own, and by an end the instance it ends."""
    yield place_of(passed.path, passed.key)
    if passed.path and ground.procedure.definition.step(passed.path, passed.key).kind in ("end", "terminate"):
        yield "/".join(passed.path)


def _left(ground: Ground, position: Position, hand_off: HandOff) -> bool:
    """Tell whether the flow has left a call; it may already stand there anew."""
    if any(_inside(hand_off.place, around) and not (kept and _inside(hand_off.place, kept))
           for around, kept in _broken(ground, position)):
        return True
    if hand_off.status is HandOffStatus.ACCEPTED:
        return not any(_inside("/".join(path), hand_off.place) for path in position.inside)
    return hand_off.place not in {place_of(wait.path, wait.key) for wait in position.waiting}


def _broken(ground: Ground, position: Position) -> Iterator[tuple[str, str]]:
    """Give the places in which all has just ended, each with the one inside it that goes on: what a boundary event
    interrupted, what was passed, and what an event sub-process took the place of."""
    for one in position.passed:
        step = ground.procedure.definition.step(one.path, one.key)
        if step.attached_to is not None and step.interrupting:
            yield place_of(one.path, step.attached_to), ""
        elif step.kind == "start" and step.event is not None and step.interrupting and one.path:
            yield "/".join(one.path[:-1]), "/".join(one.path)
        elif step.called is not None:
            yield place_of(one.path, one.key), ""


def _inside(place: str, around: str) -> bool:
    """Tell whether a place is `around`, an instance of it, or inside of either; everything is inside of nothing."""
    if not around:
        return True
    parts, outer = place.split("/"), around.split("/")
    last = len(outer) - 1
    if len(parts) < len(outer) or parts[:last] != outer[:last]:
        return False
    return parts[last] == outer[last] or parts[last].partition("[")[0] == outer[last]


def pool_of(ground: Ground, hand_off: HandOff) -> str | None:
    """Give the pool to which the message of a hand-off goes."""
    step = step_of(ground, hand_off)
    return ground.procedure.definition.pools.get((step.process, step.key))


def _replies(ground: Ground, position: Position) -> list[str | None]:
    """Give the pools from which a message was just taken."""
    definition = ground.procedure.definition
    steps = (definition.step(one.path, one.key) for one in position.passed)
    found = (definition.replies.get((step.process, step.key)) for step in steps)
    return [pool for pool in found if pool is not None]
