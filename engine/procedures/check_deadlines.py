"""Do the limits of the steps fit into the limit of the law? The longest way through, in working hours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.domain.errors import Problem
from engine.domain.period import Period
from engine.domain.text import Text
from engine.procedures import findings
from engine.procedures.check_steps import Parts
from engine.workflow import Definition, Step

HOURS_A_DAY = 8                       # a working day of the statutory clock; the calendar may say otherwise
_Graph = dict[str, list[str]]


def examine(parts: Parts) -> Iterator[Problem]:
    """Warn when the task limits on the longest way, loops taken once, are together longer than a statutory limit.

    Only what lies between the step that starts the clock and the end of processing counts.
    """
    definition = parts.definition
    longest = _way(definition, definition.slug, {}).counted
    for rule in definition.deadlines:
        hours = working_hours(rule.period)
        if rule.kind == "statutory" and rule.outcome is None and hours is not None and longest > hours:
            yield findings.warning(parts.file_of(definition.start), "deadline-budget", Text(
                f"Thời hạn các bước cộng lại {longest:g} giờ làm việc, vượt thời hạn {hours:g} giờ ({rule.period}).",
                f"The limits of the steps add up to {longest:g} working hours, more than {hours:g} ({rule.period})."),
                Text("Rút ngắn thời hạn của các bước.", "Shorten the limits of the steps."), definition.slug)
    yield from _outcomes(parts)


def working_hours(period: Period) -> float | None:
    """Give a period in working hours, or None when it counts calendar time."""
    if period.unit == "same day":
        return HOURS_A_DAY
    factor = {"working days": HOURS_A_DAY, "working hours": 1}.get(period.unit)
    return None if factor is None else period.number * factor


def _outcomes(parts: Parts) -> Iterator[Problem]:
    """A limit for an outcome that no form offers never comes into force."""
    offered = {outcome for step in parts.definition.steps.values() for outcome in parts.outcomes(step)}
    for rule in parts.definition.deadlines:
        if rule.outcome is not None and rule.outcome not in offered:
            yield findings.warning(parts.file_of(parts.definition.start), "deadline-outcome-unknown", Text(
                f"Thời hạn cho kết quả «{rule.outcome}», nhưng không mẫu nào có kết quả này.",
                f"There is a limit for the outcome “{rule.outcome}”, which no form offers."), Text(
                "Sửa outcome của thời hạn.", "Correct the outcome of the deadline."), parts.definition.slug)


@dataclass(frozen=True)
class _Way:
    """The hours of the longest way through a process, and from where its clock starts (None: not in it)."""

    whole: float
    from_start: float | None

    @property
    def counted(self) -> float:
        """Give the hours the limit of the law has to hold: from the start of the clock if a step starts it."""
        return self.whole if self.from_start is None else self.from_start


def _way(definition: Definition, process: str, known: dict[str, _Way]) -> _Way:
    """Measure a process; a called one counts with its own limit or its own longest way, whichever is longer."""
    if process in known:
        return known[process]
    known[process] = _Way(0.0, None)              # a process that calls itself is refused elsewhere
    steps = {key: step for (home, key), step in definition.steps.items() if home == process}
    called = {key: _way(definition, step.called, known) for key, step in steps.items() if step.called}
    weights = {key: max(_task_hours(step), called[key].whole if key in called else 0.0) for key, step in steps.items()}
    starts = [key for key, step in steps.items() if step.kind == "start"]
    best, forward = _heaviest(_ahead(definition, steps, process), weights, starts)
    started = [_after(forward, best, key) for key, step in steps.items()
               if step.clock and step.clock.starts and key in best]
    started += [way.from_start + _after(forward, best, key) for key, way in called.items()
                if way.from_start is not None and key in best]
    whole = max((best[key] for key in starts), default=0.0)
    known[process] = _Way(whole, max(started, default=None))
    return known[process]


def _ahead(definition: Definition, steps: Mapping[str, Step], process: str) -> _Graph:
    """Give the steps after each step, as long as the clock runs: nothing follows where processing ends."""
    stops = {f"{key}.outcome=={step.clock.stops}" for key, step in steps.items() if step.clock and step.clock.stops}
    ahead: _Graph = {key: [] for key in steps}
    for flow in definition.flows:
        plain = re.sub(r"[\s\"']", "", flow.condition or "")
        if flow.process == process and plain not in stops and f"{flow.source}.outcome==always" not in stops:
            ahead[flow.source].append(flow.target)
    for key, step in steps.items():
        if step.attached_to is not None:
            ahead[step.attached_to].append(key)
    return ahead


def _task_hours(step: Step) -> float:
    """Give the hours of a step's own limit; while a step suspends the clock its time does not count."""
    if step.suspends is not None:
        return 0.0
    return max((working_hours(rule.period) or 0.0 for rule in step.deadlines if rule.kind == "task"), default=0.0)


def _after(ahead: _Graph, best: Mapping[str, float], key: str) -> float:
    return max((best[target] for target in ahead[key] if target in best), default=0.0)


def _heaviest(ahead: _Graph, weights: Mapping[str, float], starts: Iterable[str]) -> tuple[dict[str, float], _Graph]:
    """Give the weight of the heaviest way from each step on, and the edges taken: none back into the way walked."""
    best: dict[str, float] = {}
    taken: _Graph = {}
    for start in starts:
        order, forward = _finished(ahead, start)
        taken.update(forward)
        for key in order:                         # every step after all steps that follow it
            best[key] = weights[key] + _after(forward, best, key)
    return best, taken


def _finished(ahead: _Graph, start: str) -> tuple[list[str], _Graph]:
    """Give steps in the order a depth-first walk leaves them, and the edges that do not go back; no recursion."""
    order: list[str] = []
    forward: _Graph = {start: []}
    open_steps = {start}
    trail = [(start, iter(ahead[start]))]
    while trail:
        key, targets = trail[-1]
        target = next(targets, None)
        if target is None:
            trail.pop()
            open_steps.discard(key)
            order.append(key)
            continue
        if target in open_steps:
            continue
        forward[key].append(target)
        if target not in forward:
            forward[target] = []
            open_steps.add(target)
            trail.append((target, iter(ahead[target])))
    return order, forward
