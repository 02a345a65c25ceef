"""Which way a case went: its steps in order as a numbered text, and the same as marks on the diagram.

Steps done come from the tasks and the AuditEvents, the present ones from the open tasks and from where the engine
stands; what is still to come is the longest way to an end that repeats nothing, so that a supplement that may never be
asked for is not promised. What happens inside a sub-process is marked in it, as the diagram draws it there; what
happens in a called process is marked on the step that calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine import workflow
from engine.domain import worktime
from engine.domain.arithmetic import period_text
from engine.domain.calendar import to_local
from engine.domain.case import Task, TaskStatus, path_of
from engine.domain.errors import Halted
from engine.domain.text import Text
from engine.queries.case_pages import CaseFile, step_clock
from engine.workflow import Definition, Flow, Step

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
    """The stops, and for the elements of the diagram, those in its sub-processes among them: what was passed, where
    the case is, and in which order."""

    stops: tuple[Stop, ...]
    taken_flows: frozenset[str]
    taken: frozenset[str]
    now: frozenset[str]
    order: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def of(file: CaseFile) -> Path:
    """Give the way of a case."""
    stops = [_filed(file), *_done(file), *_open(file)]
    now, innermost = _now(file)
    flows, passed, last = _passed(file)
    into_now = {flow.id for flow in _flows(file.procedure.definition) if flow.target in now and flow.source in last}
    order: dict[str, tuple[int, ...]] = {}
    for number, stop in enumerate(stops, 1):
        order[stop.key] = (*order.get(stop.key, ()), number)
    if not file.case.status.over:
        stops += _next(file, innermost or last)
    return Path(tuple(stops), frozenset(flows | into_now), frozenset(passed), now, order)


def _now(file: CaseFile) -> tuple[frozenset[str], frozenset[str]]:
    """Give the elements of the diagram at which the case stands, and those of them with no other inside."""
    if file.case.status.over:
        return frozenset(), frozenset()
    definition = file.procedure.definition
    try:
        places = workflow.stands(definition, file.case.state)
    except Halted:
        places = tuple((task.calls, task.key) for task in file.case.open_tasks())
    ways = [_drawn(definition, path, key) for path, key in places]
    around = {tuple(way[:depth]) for way in ways for depth in range(1, len(way))}
    return (frozenset(key for way in ways for key in way),
            frozenset(way[-1] for way in ways if tuple(way) not in around))


def _drawn(definition: Definition, path: tuple[str, ...], key: str) -> list[str]:
    """Give the elements of the diagram in which a step lies, the innermost last: it and the sub-processes around it,
    or the call that leads out of the diagram."""
    process, found = definition.slug, []
    for name in (*path, key):
        bare = name.partition("[")[0]
        found.append(bare)
        inside = definition.steps[process, bare].called or ""
        if not inside.startswith(f"{process}/"):
            break
        process = inside
    return found


def _there(definition: Definition, path: tuple[str, ...], key: str) -> bool:
    """Tell whether a definition has a step."""
    try:
        definition.step(path, key)
    except KeyError:
        return False
    return True


def _flows(definition: Definition) -> Iterator[Flow]:
    """Give the flows of the diagram, those in its sub-processes among them."""
    return (flow for flow in definition.flows if flow.process.split("/")[0] == definition.slug)


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
        state, file.task_name(task), _drawn(file.procedure.definition, task.calls, task.key)[-1], file.unit(task.unit),
        file.name(task.actor or task.holder), task.completed_at, task.ordinal, outcome,
        worktime.measure(worktime.working(calendar, begin), end) if end > begin else 0,
        reckoning.allowance if reckoning is not None else None, _limit(step), step.suspends is not None, task)


def _limit(step: Step) -> Text | None:
    rule = next((rule for rule in step.deadlines if rule.kind == "task"), None)
    if rule is not None:
        return period_text(rule.period)
    return period_text(step.suspends.limit) if step.suspends is not None and step.suspends.limit is not None else None


def _passed(file: CaseFile) -> tuple[set[str], set[str], set[str]]:
    """Give flows taken and steps passed in the diagram, and the steps passed by the last move."""
    definition = file.procedure.definition
    flows: set[str] = set()
    steps: set[str] = set()
    last: set[str] = set()
    for event in file.events:
        moved: list[list[Any]] = event.facts().get("result", {}).get("passed", [])
        here = set()
        for place, *reached in moved:
            *path, key = path_of(place)
            if not _there(definition, tuple(path), key):
                continue        # a step of the version the case was moved from
            if len(_drawn(definition, tuple(path), key)) == len(path) + 1:
                here.add(key)
                flows |= {flow for flow in reached if flow is not None}
        steps |= here
        last = here or last
    return flows, steps, last


def _next(file: CaseFile, start: Set[str]) -> Iterator[Stop]:
    definition = file.procedure.definition
    steps = {step.key: step for step in definition.steps.values()
             if step.process.split("/")[0] == definition.slug and step.kind != "many"}
    for key in _longest(_targets(definition), start, lambda key: steps[key].kind):
        step = steps[key]
        if step.kind in _PEOPLE:
            yield Stop("next", file.procedure.name_of(step), key, limit=_limit(step))


def _targets(definition: Definition) -> dict[str, list[str]]:
    """Give what follows each element of the diagram: a sub-process leads to its start, and its ends lead on."""
    found: dict[str, list[str]] = {}
    for flow in _flows(definition):
        found.setdefault(flow.source, []).append(flow.target)
    for step in definition.steps.values():
        if step.kind == "subprocess" and step.process.split("/")[0] == definition.slug:
            inside = [one for one in definition.steps.values() if one.process == step.called]
            after = found.pop(step.key, [])
            found[step.key] = [one.key for one in inside if one.kind == "start"]
            found.update({one.key: after for one in inside if one.kind in ("end", "terminate")})
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
