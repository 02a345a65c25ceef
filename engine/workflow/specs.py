"""The library's task classes, narrowed to what a procedure may do. The tasks of the library carry no data here: a
case has one record of data, held by its workflow, so that nothing is merged, copied or overwritten at a join."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any, cast

from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    CallActivity,
    EndEvent,
    ExclusiveGateway,
    IntermediateCatchEvent,
    ParallelGateway,
    ReceiveTask,
    StartEvent,
    UserTask,
)
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.operators import Operator
from SpiffWorkflow.util.task import TaskState

from engine.domain.errors import Halted
from engine.domain.text import Text
from engine.workflow import expressions, timers
from engine.workflow.timers import Due, TimerForm

__all__ = [
    "BoundaryTimer", "Call", "Choice", "Condition", "DecisionTask", "EndEvent", "Message",
    "NoneEventDefinition", "Parallel", "Receive", "ServiceTask", "StartEvent", "Terminate", "Timer",
    "TimerEvent", "UserTask", "due_of",
]

# At its default level the library walks the whole task tree for every log line nobody reads.
for _name in ("spiff.workflow", "spiff.task"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Condition(Operator):
    """A condition on a sequence flow, over the one record of the case."""

    def _matches(self, task: Any) -> bool:
        return expressions.holds(self.args[0], task.workflow.top_workflow.data)


class ServiceTask(BpmnSpecMixin):
    """A task of a registered handler: it waits, started, until its answer is delivered."""

    def _run_hook(self, my_task: Any) -> None:
        return None


class Choice(ExclusiveGateway):
    """A gateway that takes the first flow whose condition is true, else its default; with neither the case halts."""

    def _run_hook(self, my_task: Any) -> bool:
        target = next((name for condition, name in self.cond_task_specs
                       if condition is not None and condition._matches(my_task)), self.default_task_spec)
        if target is None:
            raise Halted("no-way-out", Text(
                f"Ở cổng «{self.bpmn_id}» không điều kiện nào đúng và không có luồng mặc định.",
                f"At gateway “{self.bpmn_id}” no condition is true and there is no default flow."), self.bpmn_id)
        my_task._sync_children([my_task.workflow.spec.task_specs[target]], TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True


class Parallel(ParallelGateway):
    """A gateway that waits for a token on each of its flows in, then sends one along each of its flows out.

    The library counts tokens of an earlier round of a loop again, so that the join fires too soon, and drops the
    open branches of a round that is not its own ancestor. Here a token counts once.
    """

    def _update_hook(self, my_task: Any) -> bool:
        fires = super()._update_hook(my_task)
        if fires:
            for task in self._arrived(my_task):
                task.internal_data["spent"] = True
        return bool(fires)

    def _check_threshold_unstructured(self, my_task: Any) -> bool:
        here = {task.parent.task_spec.name for task in (*self._arrived(my_task), my_task)}
        return here >= set(self._inputs)

    def _arrived(self, my_task: Any) -> list[Any]:
        """Give the tokens that wait here: the library cancels all but the last of them."""
        held = TaskState.WAITING | TaskState.CANCELLED
        return [task for task in my_task.workflow.tasks.values() if task.task_spec is self and task is not my_task
                and task._state & held and "spent" not in task.internal_data]

    def _run_hook(self, my_task: Any) -> bool:
        return True


class DecisionTask(BpmnSpecMixin):
    """A business rule task: asks its table when it runs and keeps the answer under its own id."""

    def __init__(self, wf_spec: Any, bpmn_id: str, decision: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.decision = decision

    def _run_hook(self, my_task: Any) -> bool:
        my_task.workflow.top_workflow.script_engine.decide(my_task, self.decision)
        return True


class Call(CallActivity):
    """A called process reads and writes the one record of the case, so nothing is copied in or out."""

    def copy_data(self, my_task: Any, subworkflow: Any) -> None:
        """Copy nothing: the called process sees the record of the case."""

    def update_data(self, my_task: Any, subworkflow: Any) -> None:
        """Copy nothing: the called process wrote to the record of the case."""


class Message(MessageEventDefinition):
    """A message that is delivered from outside to one task by its id, never matched by name."""

    def catches(self, my_task: Any, event: Any) -> bool:
        """Never catch an event of the library's own bus."""
        return False


class Terminate(TerminateEventDefinition):
    """Ends its process; tells nobody, since nobody may listen."""

    def throw(self, my_task: Any) -> None:
        """Throw nothing: the library would keep the event for ever as one nobody caught."""


class Receive(ReceiveTask):
    """A receive task waits for a message delivered to it."""


class Timer(TimerEventDefinition):
    """A timer of any form. It is armed with the time given to the advance and fires only when told to."""

    def __init__(self, name: str, form: TimerForm, text: str) -> None:
        super().__init__(name, text)
        self.form = form
        self.plain = timers.literal(text)

    def has_fired(self, my_task: Any) -> bool:
        """Arm the timer at first sight; it has fired when `fire_timers` said so."""
        if "due" not in my_task.internal_data:
            engine = my_task.workflow.top_workflow.script_engine
            value = self.plain
            if value is None:
                value = expressions.evaluate(self.expression, my_task.workflow.top_workflow.data)
            keep(my_task, timers.due(self.form, value, engine.now))
        return bool(my_task.internal_data.get("event_fired", False))

    def reset(self, my_task: Any) -> None:
        """Leave no mark on a task that is done."""
        my_task.internal_data.pop("event_fired", None)


def keep(task: Any, due: Due) -> None:
    """Write a due time into the state of a waiting timer."""
    task.internal_data["due"] = [due.at.isoformat(), due.period, due.left]


def due_of(task: Any) -> Due:
    """Read the due time of a waiting timer, in UTC."""
    at, period, left = task.internal_data["due"]
    return Due(datetime.fromisoformat(at).astimezone(UTC), period, left)


class TimerEvent(IntermediateCatchEvent):
    """The flow waits here for a time."""


class BoundaryTimer(BoundaryEvent):
    """A timer on a step. One of a cycle that fired sets its next firing beside itself, as a timer of its own: the
    library would hang every firing under one waiting event and drop their open branches with it."""

    def _run_hook(self, my_task: Any) -> bool:
        done = super()._run_hook(my_task)
        following = timers.following(due_of(my_task), my_task.workflow.top_workflow.script_engine.now)
        if following is not None and not self.cancel_activity:
            sibling = my_task.parent._add_child(self, TaskState.WAITING)
            keep(sibling, following)
            self._predict(sibling, mask=TaskState.NOT_FINISHED_MASK)
            my_task.workflow.top_workflow.event_manager.add_task(sibling)
        return cast(bool, done)
