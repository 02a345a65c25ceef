"""Where the data of a case stand. A case has one record, held by its workflow; each instance of a multi-instance
activity has one of its own beside it, which hides what has the same name outside and is collected when it ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.workflow import values

COUNTER = "loop_counter"


def record(task: Any) -> Mapping[str, Any]:
    """Give what a task reads: the record of the case, under those of the instances it is in."""
    around = _around(task)
    top: dict[str, Any] = task.workflow.top_workflow.data
    if not around:
        return top
    seen = dict(top)
    for one in reversed(around):
        seen.update(one.data)
    return seen


def keep(task: Any, key: str, value: Any) -> None:
    """Store a value under a key: in the record of the instance the task is in, else in that of the case."""
    around = _around(task)
    holder = around[0] if around else task.workflow.top_workflow
    holder.data[key] = value


def admit(task: Any, given: Mapping[str, Any]) -> None:
    """Store what was given to a step under its key, and under the data objects it writes to."""
    answer = values.admit(given)
    keep(task, task.task_spec.bpmn_id, answer)
    for name in getattr(task.task_spec, "writes", ()):
        keep(task, name, answer)


def item(task: Any) -> Any:
    """Give what the innermost instance a task is in is about: its element of the list, else its number; None for a
    task outside of any."""
    around = _around(task)
    if not around:
        return None
    name = around[0].top_workflow.get_task_from_id(around[0].parent_task_id).task_spec.item
    return around[0].data.get(name, around[0].data[COUNTER])


def _around(task: Any) -> list[Any]:
    """Give the instances with a record of their own around a task, the innermost first."""
    found, workflow = [], task.workflow
    while workflow.parent_task_id is not None:
        if workflow.data:
            found.append(workflow)
        workflow = workflow.parent_workflow
    return found
