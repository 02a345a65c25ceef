"""The clock of a case: which declared limits hold, which clock events happened, and what times follow.

Events are kept in `Case.clock` as plain values with UTC instants; `engine.domain.clock` computes with local time.
The case's clock begins when the step that starts it is done (Decree 118/2025: the dossier is full and correct).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.domain import audit, clock
from engine.domain import period as periods
from engine.domain.calendar import DayRule, WorkCalendar, read_sessions, sessions_to_data, to_local, to_utc
from engine.domain.case import Case, CaseStatus
from engine.domain.clock import Reckoning
from engine.domain.declarations import DeadlineKind, DeadlineRule, SuspensionRule
from engine.domain.period import Period

Condition = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a case's clock is computed from: declared limits, the calendar of its unit, and how a `when` is judged."""

    deadlines: tuple[DeadlineRule, ...]
    calendar: WorkCalendar
    holds: Condition

    def general(self, kind: DeadlineKind) -> DeadlineRule | None:
        """Give the limit in force while no outcome is decided: the first whose `when` is true, in order."""
        return select([rule for rule in self.deadlines if rule.kind == kind and rule.outcome is None], self.holds)

    def of_outcome(self, value: str, kind: DeadlineKind = "statutory") -> DeadlineRule | None:
        """Give the limit declared for an outcome."""
        return select([rule for rule in self.deadlines if rule.kind == kind and rule.outcome == value], self.holds)

    def outcomes(self) -> frozenset[str]:
        """Give the outcomes that have a limit of their own."""
        return frozenset(rule.outcome for rule in self.deadlines if rule.outcome is not None)


def select(rules: Sequence[DeadlineRule], holds: Condition) -> DeadlineRule | None:
    """Give the first rule whose `when` holds; a rule without one always does."""
    return next((rule for rule in rules if rule.when is None or holds(rule.when)), None)


def started(case: Case) -> bool:
    """Tell whether the clock of the case has begun."""
    return any(event["type"] == "start" for event in case.clock)


def ended(case: Case) -> bool:
    """Tell whether processing has ended for the clock."""
    return any(event["type"] == "stop" for event in case.clock)


def start(case: Case, now: datetime) -> None:
    """Begin the clock: the dossier is full and correct at `now`. Only the first start counts."""
    if not started(case):
        case.clock = [*case.clock, {"type": "start", "at": audit.stamp(now)}]
        case.received_at = now


def _from_start(case: Case, now: datetime) -> datetime:
    """Give `now`, or the start of the clock where the time of the machine was set back behind it: what followed the
    start counts as of then."""
    return now if case.received_at is None else max(now, case.received_at)


def suspend(case: Case, place: str, rule: SuspensionRule, now: datetime) -> None:
    """Let the clock stand still while the case waits in `place`."""
    event = {"type": "suspend", "place": place, "from": audit.stamp(now), "to": None, "reason": rule.reason,
             "mode": rule.mode, "which": list(rule.which)}
    case.clock = [*case.clock, event]


def resume(case: Case, place: str, now: datetime) -> None:
    """Let the clock run on: what the case waited for in `place` is there."""
    moment = audit.stamp(now)       # never before it began, though the machine's time was set back
    case.clock = [{**event, "to": max(moment, event["from"])} if _open_at(event, place) else event
                  for event in case.clock]


def suspended_places(case: Case) -> set[str]:
    """Give the places whose suspension is open."""
    return {event["place"] for event in case.clock if event["type"] == "suspend" and event["to"] is None}


def _open_at(event: dict[str, Any], place: str) -> bool:
    return event["type"] == "suspend" and event["place"] == place and event["to"] is None


def decide(case: Case, place: str, outcome: str | None, rules: Rules, now: datetime) -> None:
    """Let the limit of an outcome hold from the moment a step decides it.

    The step is one that may decide such an outcome, so its choice also undoes what an earlier step decided.
    """
    events = [event for event in case.clock if event["type"] != "outcome"]
    if outcome in rules.outcomes() and started(case):
        at = audit.stamp(_from_start(case, now))
        events.append({"type": "outcome", "place": place, "at": at, "value": outcome})
    if events != case.clock:
        case.clock = events


def extend(case: Case, by: Period, ground: str, now: datetime) -> None:
    """Let the limit of the law grow by a period, on a ground; the computation tells whether that heals lateness."""
    at = audit.stamp(_from_start(case, now))
    case.clock = [*case.clock, {"type": "extend", "at": at, "by": str(by), "ground": ground}]


def close(case: Case, days: Mapping[date, DayRule], units: Iterable[str]) -> None:
    """Let dates be other than the calendar says for some units, in this case alone: a flood, an outage, a half day.

    A later rule for the same date and unit replaces the earlier.
    """
    events = [{"type": "calendar", "day": day.isoformat(), "sessions": sessions_to_data(rule.sessions),
               "reason": rule.reason, "units": sorted(units)} for day, rule in sorted(days.items())]
    case.clock = [*case.clock, *(event for event in events if event not in case.clock)]


def calendar_for(case: Case, unit: str, calendars: Mapping[str, WorkCalendar]) -> WorkCalendar:
    """Give the calendar by which a unit works in this case: as pinned (a unit unknown at filing works by the receiving
    one's), with what was closed in this case laid over it."""
    pinned = calendars[case.calendars.get(unit) or case.calendars[case.units["receiving"]]]
    return pinned.with_days({
        date.fromisoformat(event["day"]): DayRule(read_sessions(event["sessions"]), event["reason"])
        for event in case.clock if event["type"] == "calendar" and unit in event["units"]})


def supplement_requests(case: Case) -> int:
    """Count how often the applicant was asked for a supplement."""
    return sum(event["type"] == "suspend" and event["reason"] == "supplement" for event in case.clock)


def late_for_index(case: Case) -> bool:
    """Tell whether a case counts as late for the index of service whatever its due time: the applicant was asked for
    a supplement more than once (Decision 766/QĐ-TTg)."""
    return supplement_requests(case) > 1


def stop(case: Case, reason: str, now: datetime) -> None:
    """End processing for the clock: decided, refused, stopped. Only the first end counts."""
    if not ended(case):
        moment = _from_start(case, now)
        case.clock = [*case.clock, {"type": "stop", "at": audit.stamp(moment), "reason": reason}]
        case.ended_at = moment


def reckon(case: Case, rules: Rules, kind: DeadlineKind = "statutory") -> Reckoning | None:
    """Compute start and due time of one kind of limit for a case, or None where the diagram declares none."""
    rule = rules.general(kind)
    if rule is None:
        return None
    received = to_local(rules.calendar, case.received_at) if case.received_at is not None else None
    limit = clock.limit_of(rule, rules.calendar)
    return clock.reckon(limit, rules.calendar, received, tuple(_events(case, rules, kind)))


def inner_target(case: Case, rules: Rules) -> tuple[str, datetime] | None:
    """Give the outcome whose limit of the law ends first, and when (local time): the target of whoever decides, until
    it is decided. None before the clock runs, while it stands, after a decision, or where no outcome has a limit."""
    general = rules.general("statutory")
    decided = any(event["type"] == "outcome" for event in case.clock)
    if general is None or decided or case.received_at is None or ended(case):
        return None
    received, events = to_local(rules.calendar, case.received_at), _events(case, rules, "statutory")
    found = []
    for value in sorted(rules.outcomes()):
        rule = rules.of_outcome(value)
        if rule is not None:
            choice = clock.Decided(received, value, rule.period, rule.first_day)
            limit = clock.limit_of(general, rules.calendar)
            due = clock.reckon(limit, rules.calendar, received, (*_without_extensions(events), choice)).due
            found += [(due, value)] if due is not None else []
    return (min(found)[1], min(found)[0]) if found else None


def _without_extensions(events: Iterable[clock.ClockEvent]) -> list[clock.ClockEvent]:
    """What was extended is the limit that the outcome would replace."""
    return [event for event in events if not isinstance(event, clock.Extended)]


def judged(case: Case, rules: Rules, kind: DeadlineKind, due: datetime | None) -> clock.Verdict | None:
    """Judge the end of processing by a date of its own, such as the one that was printed; None while nothing has ended
    or there is no date. `due` is an instant."""
    reckoning = reckon(case, rules, kind)
    if case.ended_at is None or due is None or reckoning is None or reckoning.start is None:
        return None
    rule = rules.general(kind)
    return clock.verdict(reckoning, to_local(rules.calendar, case.ended_at), rule.early_by if rule else None,
                         rules.calendar, to_local(rules.calendar, due))


def _events(case: Case, rules: Rules, kind: DeadlineKind) -> list[clock.ClockEvent]:
    """Give the clock events of the case in the terms of the computation, in order. What was closed in this case stands
    in the calendar already (`calendar_for`)."""
    general = rules.general(kind)
    unit = general.period.unit if general is not None else None
    found: list[clock.ClockEvent] = []
    for event in case.clock:
        if event["type"] == "outcome":
            rule = rules.of_outcome(event["value"], kind)
            if rule is not None:
                found.append(clock.Decided(_at(event["at"], rules), event["value"], rule.period, rule.first_day))
                unit = rule.period.unit
        elif event["type"] == "extend" and kind == "statutory":
            by = periods.parse(event["by"])
            if by.unit == unit:     # the limit in force may have become one in another unit since
                found.append(clock.Extended(_at(event["at"], rules), by, event["ground"]))
        elif event["type"] == "stop":
            found.append(clock.Stopped(_at(event["at"], rules), event["reason"]))
    return [*_suspensions(case, rules, kind), *found]


def _suspensions(case: Case, rules: Rules, kind: DeadlineKind) -> Iterator[clock.Suspended]:
    open_reasons: set[str] = set()
    for event in case.clock:
        if event["type"] != "suspend" or kind not in event["which"] or _before_start(event, case):
            continue
        if event["to"] is None and event["reason"] in open_reasons:
            continue        # two branches wait for the same thing: the clock stands still once
        if event["to"] is None:
            open_reasons.add(event["reason"])
        yield clock.Suspended(_at(event["from"], rules), _at(event["to"], rules) if event["to"] else None,
                              event["reason"], event["mode"])


def _before_start(event: dict[str, Any], case: Case) -> bool:
    """A wait that was over when the dossier was accepted belongs to the reception and moves nothing."""
    return (case.received_at is None
            or (event["to"] is not None and audit.instant(event["to"]) <= case.received_at))


def _at(text: str, rules: Rules) -> datetime:
    return to_local(rules.calendar, audit.instant(text))


def recompute(case: Case, rules: Rules) -> None:
    """Set the case's due times, what is left while the clock stands, and its verdict once processing has ended."""
    reckoning = reckon(case, rules)
    case.due_at, case.remaining = None, None
    if reckoning is not None:
        case.due_at = to_utc(rules.calendar, reckoning.due) if reckoning.due else None
        case.remaining = reckoning.remaining
        if case.promised_at is None:
            case.promised_at = case.due_at
    norm = reckon(case, rules, "service_norm")
    case.norm_due_at = to_utc(rules.calendar, norm.due) if norm is not None and norm.due else None
    if case.ended_at is not None and reckoning is not None and reckoning.start is not None:
        rule = rules.general("statutory")
        case.verdict = clock.verdict(reckoning, to_local(rules.calendar, case.ended_at),
                                     rule.early_by if rule else None, rules.calendar)


def settle_status(case: Case, *, over: bool, clock_declared: bool, now: datetime) -> None:
    """Derive the status of a running case from its clock; `over` says that the flow has reached its end."""
    if over:
        stop(case, case.outcome or "closed", now)
        case.status, case.closed_at = CaseStatus.CLOSED, now
    elif not started(case):
        case.status = CaseStatus.FILED if clock_declared else CaseStatus.OPEN
    elif any(event["type"] == "suspend" and event["to"] is None and "statutory" in event["which"]
             for event in case.clock):
        case.status = CaseStatus.SUSPENDED
    else:
        case.status = CaseStatus.OPEN
