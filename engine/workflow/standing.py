"""Whether a task is still one of the case's. The library ends a step without looking below it: what was called from
there goes on as if nothing had happened, and would store, send and wait on behalf of nobody."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState


def stands(task: Any) -> bool:
    """Tell whether a task is in the case: it is in the tree of its process, and its process is one of the case's."""
    return task.workflow.tasks.get(task.id) is task and _is_called(task.workflow)


def _is_called(workflow: Any) -> bool:
    """Tell whether a process is the case itself, or was called by it and not given up."""
    caller = workflow.parent_task_id
    return caller is None or workflow.top_workflow.subprocesses.get(caller) is workflow


def prune(workflow: Any) -> None:
    """Forget the called processes whose caller is gone or done, and those they called."""
    while True:
        there = {key for one in (workflow, *workflow.subprocesses.values()) for key, task in one.tasks.items()
                 if not task._state & TaskState.FINISHED_MASK}
        gone = workflow.subprocesses.keys() - there
        if not gone:
            return
        for one in gone:
            del workflow.subprocesses[one]


def before(task: Any) -> Any:
    """Give the nearest step of the diagram above a task, or None."""
    above = task.parent
    while above is not None and above.task_spec.bpmn_id is None:
        above = above.parent
    return above


def end(task: Any) -> None:
    """End a step that is under way, with everything below it."""
    task.cancel()
    prune(task.workflow.top_workflow)
