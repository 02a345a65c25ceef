"""Dropping finished history from a task tree, so that a loop costs the same at its thousandth round as at its first,
beside an open branch too. What happened is in the case's events; the engine needs only what comes.

What is still asked about a finished task is asked from below it: by which flow a token came (the nearest step above
it), from where a token reached a gateway that joins (the same), and what stands beside a step with events (the split
right above it). So every token keeps the finished tasks above it up to the nearest step of the diagram, and nothing
else is kept.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from SpiffWorkflow.util.task import TaskState


def compact(workflow: Any) -> int:
    """Drop what nothing ahead can ask about; gives the number of tasks dropped. What is left stands in the order in
    which a stored state is read, so that a case is the same before and after it was stored."""
    tasks, root = workflow.tasks, workflow.task_tree
    order = _walk(workflow)
    keep = {root.id}
    for key in order:
        if not tasks[key]._state & TaskState.FINISHED_MASK:
            keep.add(key)
            keep.update(_above(tasks, tasks[key]))
    kept = {key: tasks[key] for key in order if key in keep}
    below = keep - {root.id}
    tops = [task for key, task in kept.items() if key in below and task._parent not in below]
    for task in kept.values():
        task._children = [child for child in task._children if child in keep]
    for task in tops:
        task._parent = root.id
    root._children = [task.id for task in tops]
    dropped = len(tasks) - len(kept)
    tasks.clear()
    tasks.update(kept)
    tasks.update({key: tasks.pop(key) for key in _walk(workflow)})
    workflow.last_task = None
    return dropped


def _walk(workflow: Any) -> list[UUID]:
    """Give the ids of a tree's tasks, parents before children, without recursion."""
    order: list[UUID] = []
    stack = [workflow.task_tree.id]
    while stack:
        key = stack.pop()
        order.append(key)
        stack.extend(reversed(workflow.tasks[key]._children))
    return order


def _above(tasks: dict[UUID, Any], task: Any) -> list[UUID]:
    """Give the finished tasks above a token up to the nearest step of the diagram; none where what stands above is
    not finished itself."""
    found: list[UUID] = []
    above = tasks.get(task._parent)
    while above is not None and above._state & TaskState.FINISHED_MASK:
        found.append(above.id)
        if above.task_spec.bpmn_id is not None:
            break
        above = tasks.get(above._parent)
    return found
