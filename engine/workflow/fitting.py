"""Whether a case fits another version where it stands: every step under way is there and of the same kind, what waits
there waits for the same sort of thing, and the tokens can lie so.

What may differ: names, forms, roles, deadlines, conditions, times of timers, tables, letters, handlers, and every step
at which the case does not stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from engine.workflow import inspection
from engine.workflow.catching import EventGateway
from engine.workflow.checks.markings import Graph, Spot, TooLarge
from engine.workflow.definition import BODY, Definition, Step
from engine.workflow.joins import Inclusive, Parallel
from engine.workflow.obstacles import Obstacle, obstacle

_LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED


@dataclass(frozen=True, slots=True)
class Fit:
    """What was found: why the case must stay, and the waiting events that the other version does not have."""

    obstacles: tuple[Obstacle, ...]
    gone: tuple[Any, ...]


def place(task: Any) -> str:
    """Give the step of a task with the calls above it, `call/step`."""
    return "/".join((*inspection.path(task), inspection.key(task)))


def judge(workflow: Any, old: Definition, new: Definition) -> Fit:
    """Judge every process of a case that is under way; inside of a step that does not fit nothing more is said."""
    obstacles: list[Obstacle] = []
    gone: list[Any] = []
    for tree in reversed(inspection.trees(workflow)):       # callers before the called
        if tree.spec.name in new.specs:
            found, missing = _steps(tree, old, new)
            obstacles += found or _process(tree, old, new)
            gone += missing
        elif not obstacles:
            obstacles.append(obstacle("listeners", _around(tree)))
    return Fit(tuple(dict.fromkeys(obstacles)), tuple(gone))


def _around(tree: Any) -> str:
    return str(tree.spec.name.removesuffix(BODY))


def _steps(tree: Any, old: Definition, new: Definition) -> tuple[list[Obstacle], list[Any]]:
    """Compare each step under way with the one of its key."""
    obstacles: list[Obstacle] = []
    gone: list[Any] = []
    process = _around(tree)
    for task in tree.tasks.values():
        key = task.task_spec.bpmn_id
        listens = bool(getattr(task.task_spec, "within", None))     # looked at with the process around it
        if key is None or listens or not task._state & _LIVE:
            continue
        before, after = old.steps[process, key], new.steps.get((process, key))
        if isinstance(task.task_spec, BoundaryEvent) and after is None:
            gone.append(task)
            continue
        code = "step-gone" if after is None else _changed(before, after) or _flows(task, new.specs[tree.spec.name].spec)
        if code is not None:
            name = task.parent.task_spec.bpmn_id if code == "event-gateway" else key
            obstacles.append(obstacle(code, "/".join((*inspection.path(task), name))))
    return obstacles, gone


def _changed(before: Step, after: Step) -> str | None:
    """Give what has changed of a step under way that must not."""
    events = [one.event.kind if one.event is not None else None for one in (before, after)]
    if before.attached_to is not None:
        cycles = [one.time is not None and one.time[0] == "cycle" for one in (before, after)]
        same = (before.kind, before.attached_to, events[0], cycles[0]) == (
            after.kind, after.attached_to, events[1], cycles[1])
        return None if same else "event-changed"
    if before.kind != after.kind or events[0] != events[1]:
        return "step-kind"
    if before.many != after.many:
        return "several"
    if before.called != after.called:
        return "called"
    hands = [one.hand_off.to if one.hand_off is not None else None for one in (before, after)]
    return "hand-off" if hands[0] != hands[1] else None


def _flows(task: Any, spec: Any) -> str | None:
    """Tell whether a token that waits at a gateway has come by a flow of the other version too, and what waits beside
    a step behind an event-based gateway is the same."""
    before = task.task_spec
    if isinstance(before, (Parallel, Inclusive)):
        return None if task.parent.task_spec.name in spec.task_specs[before.name]._inputs else "join"
    gate = task.parent.task_spec if task.parent is not None else None
    if isinstance(gate, EventGateway):
        after = spec.task_specs.get(gate.name)
        if not isinstance(after, EventGateway) or {*gate._outputs} != {*after._outputs}:
            return "event-gateway"
    return None


def _process(tree: Any, old: Definition, new: Definition) -> Iterator[Obstacle]:
    """Compare what listens around a process, and whether its tokens can lie as they do."""
    process = _around(tree)
    if _listeners(old, process) != _listeners(new, process):
        yield obstacle("listeners", process)
        return
    if process + BODY in old.specs and not tree.spec.name.endswith(BODY):
        return      # around the body everything is the same
    graph = Graph(new, process)
    spots = Counter(_spots(tree))
    if graph.shape() == Graph(old, process).shape() or any(key not in graph.steps for key, _ in spots):
        return
    names = ", ".join(sorted({key for key, _ in spots}))
    try:
        if not graph.can_lie(spots):
            yield obstacle("position", names)
    except TooLarge:
        yield obstacle("too-large", process)


def _spots(tree: Any) -> Iterator[Spot]:
    """Give where the tokens of a process lie: events on a step are not, and several that wait behind one event-based
    gateway are one token at the gateway."""
    gates = set()
    for task in tree.tasks.values():
        key = task.task_spec.bpmn_id
        if key is None or not task._state & _LIVE or isinstance(task.task_spec, BoundaryEvent):
            continue
        if isinstance(task.task_spec, (Parallel, Inclusive)):
            yield key, _source(task)
        elif task.parent is not None and isinstance(task.parent.task_spec, EventGateway):
            gates.add((task.parent.id, task.parent.task_spec.bpmn_id))
        else:
            yield key, ""
    yield from ((key, "") for _, key in gates)


def _source(task: Any) -> str:
    """Give the step from which a token came to a gateway."""
    above = task.parent
    while above.task_spec.bpmn_id is None and above.parent is not None:
        above = above.parent
    return str(above.task_spec.bpmn_id)


def _listeners(definition: Definition, process: str) -> set[tuple[Any, ...]] | None:
    """Give what each event sub-process of a process listens to; None where there is none."""
    if process + BODY not in definition.specs:
        return None
    found = set()
    for spec in definition.specs[process].spec.task_specs.values():
        if isinstance(spec, BoundaryEvent):
            (around,) = spec.within
            start = definition.steps[definition.steps[process, around].called or "", spec.bpmn_id]
            found.add((around, start.key, start.event, start.interrupting, start.time, start.message))
    return found
