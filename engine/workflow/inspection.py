"""Looking at a workflow without the library's search: flat scans of every task of the case and its called processes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

from engine.workflow import catching, scopes, specs, standing
from engine.workflow.definition import BODY, Definition, Passed, Path, Waiting, WaitingKind

_OUTSIDE: dict[str, WaitingKind] = {"message": "receive", "signal": "signal"}
_LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED


def trees(workflow: Any) -> list[Any]:
    """Give the case's workflow and its called processes, the innermost first."""
    return [*sorted(workflow.subprocesses.values(), key=lambda one: one.depth, reverse=True), workflow]


def live(workflow: Any) -> list[Any]:
    """Give every task that waits, is ready or is started, callers before the called."""
    called = sorted(workflow.subprocesses.values(), key=lambda one: one.depth)
    return [task for one in (workflow, *called) for task in one.tasks.values() if task._state & _LIVE]


def find(workflow: Any, task_id: UUID) -> Any:
    """Give the task of this id anywhere in the case, or None."""
    for one in trees(workflow):
        if task_id in one.tasks:
            return one.tasks[task_id]
    return None


def kind(task: Any) -> WaitingKind | None:
    """Tell what a task waits for from outside; None for one that waits for nothing of ours."""
    spec = task.task_spec
    if isinstance(spec, specs.UserTask):
        return "user" if task._state == TaskState.READY else None
    if isinstance(spec, specs.ServiceTask):
        return "service" if task._state == TaskState.STARTED else None
    if isinstance(spec, specs.Call):
        return "handoff" if task._state == TaskState.WAITING else None
    event = catching.event_of(task)
    return _OUTSIDE.get(event.kind) if event is not None else None


def waiting(tasks: list[Any], definition: Definition) -> Iterator[Waiting]:
    """Give the tasks among `tasks` that somebody outside must do, answer or deliver, and the timers that suspend."""
    for task in tasks:
        found = kind(task) or _suspending(task, definition)
        if found is not None:
            yield Waiting(task.id, key(task), path(task), found, scopes.item(task))


def _suspending(task: Any, definition: Definition) -> WaitingKind | None:
    """A timer of the flow is waited for by nobody, but while it waits the clock of the case may stand still."""
    if not isinstance(task.task_spec, specs.TimerEvent) or task._state != TaskState.WAITING:
        return None
    return "timer" if definition.step(path(task), key(task)).suspends is not None else None


def inside(tasks: list[Any]) -> tuple[Path, ...]:
    """Give the paths of the called processes and sub-processes in which `tasks` stand."""
    return tuple(sorted({path(task) for task in tasks} - {()}))


def timers(workflow: Any) -> list[Any]:
    """Give the timers that wait, in the order they began to."""
    return [task for task in workflow.event_manager.tasks.values()
            if task._state == TaskState.WAITING and standing.stands(task)
            and "due" in task.internal_data]


def key(task: Any) -> str:
    """Give the id of a task's step; of an instance that waits itself, with its number."""
    return str(task.task_spec.bpmn_id or _called_by(task))


def _called_by(task: Any) -> str | None:
    """Give what a called process stands under in a path: the id of its caller, with the number of an instance; None
    for the body of a process that listens to events."""
    spec = task.task_spec
    return f"{spec.instance_of}[{task.internal_data['i']}]" if spec.instance_of else spec.bpmn_id


def path(task: Any) -> Path:
    """Give the ids of the call activities and sub-processes that lead to a task's process, from the top."""
    found: list[str] = list(reversed(getattr(task.task_spec, "within", ())))
    workflow = task.workflow
    while workflow.parent_task_id is not None:
        caller = workflow.top_workflow.get_task_from_id(workflow.parent_task_id)
        name = _called_by(caller)
        if name is not None:
            found.append(name)
        workflow = caller.workflow
    return tuple(reversed(found))


def passed(task: Any, definition: Definition) -> Passed:
    """Say which element a completed task was and by which flow it was reached."""
    process, key = task.workflow.spec.name.removesuffix(BODY), task.task_spec.bpmn_id
    flow = None
    if not isinstance(task.task_spec, (specs.BoundaryTimer, catching.Boundary)):
        before = standing.before(task)
        if before is not None:
            flow = definition.flow_between.get((process, before.task_spec.bpmn_id, key))
    others = task.internal_data.pop("joined", ())
    joined = {definition.flow_between.get((process, one, key)) for one in others}
    return Passed(key, path(task), flow, tuple(
        one for one in definition.flows_into.get((process, key), ()) if one in joined))


def depth(workflow: Any) -> int:
    """Give the depth of a task tree, counted without recursion."""
    depths: dict[UUID, int] = {}
    deepest = 0
    stack = [(workflow.task_tree.id, 0)]
    while stack:
        key, level = stack.pop()
        depths[key] = level
        deepest = max(deepest, level)
        stack.extend((child, level + 1) for child in workflow.tasks[key]._children)
    return deepest
