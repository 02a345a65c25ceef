"""How far the library writes a process down ahead: one step. By itself it writes every way on from where a token
stands, up to the next choice, and a step that two parallel branches share once for each: blocks of branches double it,
and a way that comes back without a choice, as behind an event-based gateway, never ends."""

from __future__ import annotations

from types import MethodType
from typing import Any

from SpiffWorkflow.util.task import TaskState

_PREDICTED: int = TaskState.PREDICTED_MASK


def shorten(spec: Any) -> None:
    """Let every step of a spec foresee only the steps right behind it, at the latest when it runs."""
    for one in spec.task_specs.values():
        one._predict, one._run = MethodType(_predict, one), MethodType(_run, one)


def _predict(spec: Any, my_task: Any, seen: Any = None, looked_ahead: int = 0, mask: int = _PREDICTED) -> None:
    """Write down the steps right behind a task; the library calls this for every task it makes."""
    if my_task._state & mask:
        spec._predict_hook(my_task)


def _run(spec: Any, my_task: Any) -> Any:
    """Run a task, after what comes behind it was written down."""
    if not my_task._children:
        spec._predict_hook(my_task)
    return type(spec)._run(spec, my_task)
