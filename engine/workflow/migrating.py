"""Moving a case from one version of its procedure to another where it stands.

Every step at which the case waits is taken to the step of the same key, process and kind, with the id under which it
waits, what it keeps, and the due time of a timer. Finished steps above it are kept where the other version has them
and leads from them. A case must stay whose position the other version does not have; nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from engine.workflow import advance, codec, fitting, inspection, running
from engine.workflow.definition import BODY, Definition, Position
from engine.workflow.obstacles import Obstacle, obstacle
from engine.workflow.running import BUDGET, Budget

_LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED


@dataclass(frozen=True, slots=True)
class Migration:
    """What moving a case does: its position under the other version, or why it must stay. `begun` are the events on
    steps under way that begin to wait, `dropped` those that waited and are gone, by place."""

    position: Position | None
    obstacles: tuple[Obstacle, ...] = ()
    begun: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def migrate(old: Definition, new: Definition, state: bytes, now: datetime, *, drop: bool = False,
            budget: Budget = BUDGET) -> Migration:
    """Move a state from one definition to another, or say why it must stay; `drop` allows to end the waiting of events
    that the other version does not have. The case is not carried on: what would go on by itself must stay.

    Raises:
        Halted: the state is not one of the old definition, or the engine contradicts itself about the new one.
    """
    engine = running.engine(old, now, budget)
    with running.guarded(engine):
        workflow = codec.load(state, old, engine)
        before = {task.id for task in inspection.live(workflow) if inspection.kind(task) is not None}
        found = fitting.judge(workflow, old, new)
        gone = {task.id: fitting.place(task) for task in found.gone}
        refused = (*found.obstacles, *(obstacle("event-gone", place) for place in gone.values() if not drop))
        if refused:
            return Migration(None, refused)
        for tree in inspection.trees(workflow):
            _carry(tree, new.specs[tree.spec.name].spec, gone.keys())
        carried = codec.dump(workflow, new)
    return _woken(old, new, carried, now, before - gone.keys(), tuple(sorted(gone.values())), budget)


def _carry(tree: Any, spec: Any, gone: Any) -> None:
    """Give the tasks of one process the specs of the other version, without what was foreseen and what is gone."""
    tasks, root = tree.tasks, tree.task_tree
    live = [task for task in _walk(tree) if task._state & _LIVE and task.id not in gone
            and task.task_spec.name in spec.task_specs and task._parent not in gone]
    parents: dict[UUID, UUID] = {}
    for task in live:
        _chain(tree, spec, task, parents)
    kept = [task for task in _walk(tree) if task.id in parents or task is root]
    for task in kept:
        task.task_spec, task._children = spec.task_specs[task.task_spec.name], []
    for task in kept[1:]:
        task._parent = parents[task.id]
        tasks[task._parent]._children.append(task.id)
    tree.tasks = {task.id: task for task in kept}
    tree.spec = spec


def _chain(tree: Any, spec: Any, task: Any, parents: dict[UUID, UUID]) -> None:
    """Note under what a token stands from now on: the finished steps above it as far as the other version leads from
    them to it, then the root."""
    root = tree.task_tree
    while task.id not in parents and task is not root:
        above = tree.tasks.get(task._parent, root)
        while isinstance(above.task_spec, BoundaryEventSplit) and above.task_spec.name not in spec.task_specs:
            above = tree.tasks.get(above._parent, root)     # the step has no events any more
        linked = above is not root and bool(above._state & _LIVE or _leads(spec, above, task))
        parents[task.id] = above.id if linked else root.id
        if not linked:
            return
        task = above


def _leads(spec: Any, above: Any, task: Any) -> bool:
    """Tell whether the other version leads from a finished step to a token as if nothing stood between."""
    name = task.task_spec.name
    found = spec.task_specs.get(above.task_spec.name)
    return found is not None and not {name, f"{name}.BoundaryEventSplit"}.isdisjoint(found._outputs)


def _walk(tree: Any) -> list[Any]:
    """Give the tasks of a process, parents before children, in the order of their ways."""
    found, stack = [], [tree.task_tree]
    while stack:
        task = stack.pop()
        found.append(task)
        stack.extend(tree.tasks[child] for child in reversed(task._children))
    return found


def _woken(old: Definition, new: Definition, carried: bytes, now: datetime, before: set[UUID],
           dropped: tuple[str, ...], budget: Budget) -> Migration:
    """Foresee anew what follows, let new events on steps under way begin, and prove that nothing else has changed: the
    state goes nowhere by itself, and reads back as it was written."""
    engine = running.engine(new, now, budget)
    with running.guarded(engine):
        workflow = codec.load(carried, new, engine)
        begun = [one for tree in inspection.trees(workflow) for one in _begin(tree, old)]
        for task in inspection.live(workflow):
            task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)
        fresh, places = {task.id for task in begun}, tuple(sorted(fitting.place(task) for task in begun))
        still = codec.dump(workflow, new)
    standing = advance.look(new, still)
    position = _settled(new, still, now, budget)
    went = {one.id for one in standing.waiting} ^ {one.id for one in position.waiting}
    if position.passed or went or position.ended:
        where = ["/".join((*one.path, one.key)) for one in position.passed] or ["?"]
        return Migration(None, (obstacle("moves", where[0]),))
    if not _same(position, advance.look(new, position.state)) or before != {
            one.id for one in position.waiting if one.kind != "timer"} - fresh:
        return Migration(None, (obstacle("reload", ""),))
    return Migration(position, (), places, dropped)


def _settled(new: Definition, state: bytes, now: datetime, budget: Budget) -> Position:
    """Give where a case comes to by itself."""
    engine = running.engine(new, now, budget)
    with running.guarded(engine):
        return running.settle(codec.load(state, new, engine), engine)


def _begin(tree: Any, old: Definition) -> list[Any]:
    """Let the events begin to wait that a step under way has only in the new version; gives them."""
    begun = []
    specs, process = tree.spec.task_specs, tree.spec.name.removesuffix(BODY)
    for host in list(tree.tasks.values()):
        split = specs.get(f"{host.task_spec.name}.BoundaryEventSplit")
        if split is None or host.task_spec.bpmn_id is None or not host._state & _LIVE:
            continue
        known = {key for (home, key), step in old.steps.items()
                 if home == process and step.attached_to == host.task_spec.bpmn_id}
        above = _split(host, split)
        for event in split.outputs:
            if isinstance(event, BoundaryEvent) and event.bpmn_id not in known:
                begun.append(_wait(above, event))
    return begun


def _split(host: Any, split: Any) -> Any:
    """Give what stands above a step with events; put it there where the step had none before."""
    above = host.parent
    if above.task_spec is split:
        return above
    put = above._add_child(split, TaskState.COMPLETED)
    above._children.remove(host.id)
    host._parent = put.id
    put._children.append(host.id)
    return put


def _wait(above: Any, event: Any) -> Any:
    """Set an event waiting on a step; a timer is armed now."""
    task = above._add_child(event, TaskState.WAITING)
    task.workflow.top_workflow.event_manager.add_task(task)
    event._update(task)
    return task


def _same(one: Position, other: Position) -> bool:
    """Tell whether two positions are the same for everybody who looks."""
    return (one.waiting, one.ended, one.data, one.next_timer, one.inside) == (
        other.waiting, other.ended, other.data, other.next_timer, other.inside)
