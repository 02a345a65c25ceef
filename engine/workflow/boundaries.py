"""Events on a step. The step and its events stand side by side below a split; one that interrupts ends the step the
moment it happens, and a step that is done ends the waiting of its events.

The library joins the step and its events again further on, and looks for the split by walking up the tree by
recursion: in a branch that came back to the same step it finds the wrong one, and leaves timers that nobody set.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from engine.workflow import standing


class Interrupting:
    """What the events on a step share: when one that interrupts happens, the step and its other events go on no
    longer. Around a whole process (`within`) it also ends the event sub-processes that run beside it."""

    cancel_activity: bool
    within: tuple[str, ...] = ()        # the event sub-process it starts, where it starts one

    def _on_ready_hook(self, my_task: Any) -> None:
        super()._on_ready_hook(my_task)     # type: ignore[misc]
        if self.cancel_activity:
            for other in my_task.parent.children:
                if other is not my_task and (self.within or not other._state & TaskState.FINISHED_MASK):
                    standing.end(other)


class Close(BpmnTaskSpec):
    """Follows a step that has events beside its way on, and ends the waiting of the events when the step is done.

    In states of earlier code it follows the events too; there it waits, does nothing and ends with the step."""

    def _update_hook(self, my_task: Any) -> bool:
        split = my_task.parent.parent
        beside = split.children if split is not None and isinstance(split.task_spec, BoundaryEventSplit) else []
        host = next((one for one in beside if not isinstance(one.task_spec, BoundaryEvent)), None)
        if host is not None and not host._state & TaskState.FINISHED_MASK:
            my_task._set_state(TaskState.WAITING)
            return False
        for one in beside:
            if one is not host and one._state == TaskState.WAITING:
                standing.end(one)
        return True
