"""Which way a case went: its steps in order as a numbered text, and the same as marks on the diagram.

Steps done come from the tasks and the AuditEvents, the present ones from the open tasks; what is still to come is the
longest way to an end that repeats nothing, so that a supplement that may never be asked for is not promised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.domain import worktime
from engine.domain.arithmetic import period_text
from engine.domain.calendar import to_local
from engine.domain.case import Task, TaskStatus
from engine.domain.text import Text
from engine.queries.case_pages import CaseFile, step_clock
from engine.workflow import Step

MOST_TRIES = 20_000
_PEOPLE = ("user", "call", "receive", "service")


@dataclass(frozen=True, slots=True)
class Stop:
    """One line of the text: a step that was done, is at hand, or comes next. Minutes are working time."""

    state: Literal["done", "now", "next"]
    name: Text
    key: str
    unit: Text | None = None
    who: str = ""
    at: datetime | None = None
    ordinal: int = 1
    outcome: Text | None = None
    used: int | None = None
    allotted: int | None = None
    limit: Text | None = None
    suspends: bool = False
    task: Task | None = None


@dataclass(frozen=True)
class Path:
    """The stops, and for the diagram of the top process: what was passed, where the case is, and in which order."""

    stops: tuple[Stop, ...]
    taken_flows: frozenset[str]
    taken: frozenset[str]
    now: frozenset[str]
    order: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def of(file: CaseFile) -> Path:
    """Give the way of a case."""
    stops = [_filed(file), *_done(file), *_open(file)]
    now = frozenset(stop.key for stop in stops if stop.state == "now")
    flows, passed, last = _passed(file)
    definition = file.procedure.definition
    into_now = {flow.id for flow in definition.flows
                if flow.process == definition.slug and flow.target in now and flow.source in last}
    order: dict[str, tuple[int, ...]] = {}
    for number, stop in enumerate(stops, 1):
        order[stop.key] = (*order.get(stop.key, ()), number)
    if not file.case.status.over:
        stops += _next(file, now or last)
    return Path(tuple(stops), frozenset(flows | into_now), frozenset(passed), now, order)


def _filed(file: CaseFile) -> Stop:
    start = file.procedure.definition.start
    return Stop("done", file.procedure.name_of(start), start.key, file.unit(file.case.unit),
                file.name(file.case.filed_by), file.case.filed_at)


def _done(file: CaseFile) -> Iterator[Stop]:
    done = [task for task in file.case.tasks if task.status is TaskStatus.COMPLETED and task.completed_at is not None]
    for task in sorted(done, key=lambda task: (task.completed_at or task.opened_at, task.ordinal)):
        yield _stop(file, task, "done")


def _open(file: CaseFile) -> Iterator[Stop]:
    for task in file.case.open_tasks():
        yield _stop(file, task, "now")


def _stop(file: CaseFile, task: Task, state: Literal["done", "now"]) -> Stop:
    step, calendar = file.step_of(task), file.calendar(task.unit)
    reckoning = step_clock(file, task)
    begin = worktime.stamp(to_local(calendar, task.opened_at))
    end = worktime.stamp(to_local(calendar, task.completed_at) if task.completed_at else file.now)
    outcome = file.procedure.outcome_label(step, task.outcome) if task.outcome else None
    return Stop(
        state, file.procedure.name_of(step), _top(task.path, task.key), file.unit(task.unit),
        file.name(task.actor or task.holder), task.completed_at, task.ordinal, outcome,
        worktime.measure(worktime.working(calendar, begin), end) if end > begin else 0,
        reckoning.allowance if reckoning is not None else None, _limit(step), step.suspends is not None, task)


def _limit(step: Step) -> Text | None:
    rule = next((rule for rule in step.deadlines if rule.kind == "task"), None)
    if rule is not None:
        return period_text(rule.period)
    return period_text(step.suspends.limit) if step.suspends is not None and step.suspends.limit is not None else None


def _top(path: str, key: str) -> str:
    """Give the element of the top diagram in which a step lies."""
    return path.split("/")[0] if path else key


def _passed(file: CaseFile) -> tuple[set[str], set[str], set[str]]:
    """Give flows taken and steps passed in the top diagram, and the steps passed by the last move."""
    flows: set[str] = set()
    steps: set[str] = set()
    last: set[str] = set()
    for event in file.events:
        moved: list[list[Any]] = event.facts().get("result", {}).get("passed", [])
        here = {place for place, _ in moved if "/" not in place}
        flows |= {flow for place, flow in moved if "/" not in place and flow is not None}
        steps |= here
        last = here or last
    return flows, steps, last


def _next(file: CaseFile, start: Set[str]) -> Iterator[Stop]:
    definition = file.procedure.definition
    for key in _longest(_targets(file), start, lambda key: definition.steps[definition.slug, key].kind):
        step = definition.steps[definition.slug, key]
        if step.kind in _PEOPLE:
            yield Stop("next", file.procedure.name_of(step), key, limit=_limit(step))


def _targets(file: CaseFile) -> dict[str, list[str]]:
    definition = file.procedure.definition
    found: dict[str, list[str]] = {}
    for flow in definition.flows:
        if flow.process == definition.slug:
            found.setdefault(flow.source, []).append(flow.target)
    return found


def _longest(targets: Mapping[str, list[str]], start: Set[str], kind_of: Callable[[str], str]) -> list[str]:
    """Give the steps after `start` on the way to an end with the most steps of people, none of them twice.

    Tries at most `MOST_TRIES` steps: a page must not hang on a large diagram.
    """
    best: tuple[int, list[str]] = (-1, [])
    tries = 0
    waiting = [(key, [key]) for key in sorted(start)]
    while waiting and tries < MOST_TRIES:
        key, way = waiting.pop()
        tries += 1
        following = [target for target in targets.get(key, ()) if target not in way]
        if not targets.get(key):
            worth = sum(kind_of(step) in _PEOPLE for step in way)
            if worth > best[0]:
                best = worth, way[1:]
        waiting.extend((target, [*way, target]) for target in following)
    return best[1]
