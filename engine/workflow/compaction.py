"""Dropping finished history from a task tree when exactly one token is alive in it, so that a loop costs the same at
its thousandth round as at its first. What happened is in the case's events; the engine needs only what comes."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit, _EndJoin
from SpiffWorkflow.util.task import TaskState

from engine.workflow.catching import EventGateway


def compact(workflow: Any) -> int:
    """Drop what nothing ahead can ask about; gives the number of tasks dropped, 0 while branches are open.

    Kept are the root, the last finished task and the live token: one task, or one step with its open timers.
    """
    tasks = workflow.tasks
    live = [task for task in tasks.values() if not task._state & TaskState.FINISHED_MASK]
    front = [task for task in live if (parent := tasks.get(task._parent)) is not None
             and parent._state & TaskState.FINISHED_MASK]
    # An end that waits for the other branches will be reached again by the branch that is still alive.
    tokens = [task for task in front if not (isinstance(task.task_spec, _EndJoin) and task.task_spec is
                                             workflow.spec.end)]
    parents = {task._parent for task in tokens}
    if len(parents) != 1:
        return 0
    parent = tasks[parents.pop()]
    if len(tokens) > 1 and not isinstance(parent.task_spec, (BoundaryEventSplit, EventGateway)):
        return 0
    if any(tasks[child]._state & TaskState.FINISHED_MASK for task in live for child in task._children):
        return 0
    return _keep_only(workflow, parent, tokens)


def _keep_only(workflow: Any, parent: Any, tokens: list[Any]) -> int:
    """Keep root, `parent` and the subtrees of `tokens`, in order."""
    tasks, root = workflow.tasks, workflow.task_tree
    keep = {root.id: root, parent.id: parent}
    stack = list(tokens)
    while stack:
        task = stack.pop()
        keep[task.id] = task
        stack.extend(tasks[child] for child in task._children)
    dropped = [key for key in tasks if key not in keep]
    if not dropped:
        return 0
    for key in dropped:
        del tasks[key]
    parent._children = [task.id for task in tokens]
    if parent is not root:
        root._children, parent._parent = [parent.id], root.id
    return len(dropped)
