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
    IntermediateCatchEvent,
    StartEvent,
    UserTask,
)
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.domain.declarations import SendRule
from engine.workflow import scopes, standing, timers, values
from engine.workflow.boundaries import Interrupting
from engine.workflow.catching import FirstOfSeveral, beside
from engine.workflow.definition import Event
from engine.workflow.language import assignments, expressions
from engine.workflow.timers import Due, TimerForm

__all__ = [
    "BoundaryTimer", "Call", "DecisionTask", "NoneEventDefinition", "ScriptTask", "ServiceTask", "Start", "Terminate",
    "TerminateEnd", "Throw", "Timer", "TimerEvent", "UserTask", "due_of", "only_start",
]

# At its default level the library walks the whole task tree for every log line nobody reads.
for _name in ("spiff.workflow", "spiff.task"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class ServiceTask(BpmnSpecMixin):
    """A task of a registered handler: it waits, started, until its answer is delivered."""

    def _run_hook(self, my_task: Any) -> None:
        return None


class DecisionTask(BpmnSpecMixin):
    """A business rule task: asks its table when it runs and keeps the answer under its own id."""

    def __init__(self, wf_spec: Any, bpmn_id: str, decision: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.decision = decision

    def _run_hook(self, my_task: Any) -> bool:
        my_task.workflow.top_workflow.script_engine.decide(my_task, self.decision)
        return True


class ScriptTask(BpmnSpecMixin):
    """A script task: its assignments are worked out one after another over what the case knows."""

    def __init__(self, wf_spec: Any, bpmn_id: str, script: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.script = script

    def _run_hook(self, my_task: Any) -> bool:
        changed = assignments.apply(self.script, scopes.record(my_task))
        for key, value in values.admit(changed).items():
            scopes.keep(my_task, key, value)
        return True


class Throw(BpmnSpecMixin):
    """An event that is thrown when the flow comes to it; a message or a signal may end the flow too."""

    def __init__(self, wf_spec: Any, bpmn_id: str, event: Event | None, sends: SendRule | None, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.event = event
        self.sends = sends

    def _run_hook(self, my_task: Any) -> bool:
        if self.event is not None and self.event.kind != "link":
            my_task.workflow.top_workflow.script_engine.thrown.append((my_task, self.event))
        return True


class Call(CallActivity):
    """A called process, or the inside of a sub-process. It reads and writes the record of the case, so nothing is
    copied in or out. One that is handed over to another unit waits until it is accepted."""

    instance_of: str | None = None      # the activity of which it is one of several instances
    item: str | None = None
    handed_over = False

    def _update_hook(self, my_task: Any) -> Any:
        if self.handed_over and "accepted" not in my_task.internal_data:
            if my_task._state != TaskState.WAITING:
                my_task._set_state(TaskState.WAITING)
            return None
        return super()._update_hook(my_task)

    def start_workflow(self, my_task: Any) -> None:
        """Start the process at its start event, of several at the one that was chosen."""
        top = my_task.workflow.top_workflow
        called = top.create_subprocess(my_task, self.spec)
        called.completed_event.connect(self._on_subworkflow_completed, my_task)
        if "own" in my_task.internal_data:
            called.data = values.unpack(*my_task.internal_data.pop("own"))
        only_start(called, top.script_engine.start)
        called.task_tree.run()

    def update_data(self, my_task: Any, subworkflow: Any) -> None:
        """Copy nothing: the called process wrote to the record of the case."""

    def _on_complete_hook(self, my_task: Any) -> None:
        """A terminate end in the body of a process ends its event sub-processes too."""
        super()._on_complete_hook(my_task)
        called = my_task.workflow.top_workflow.subprocesses.get(my_task.id)
        if self.bpmn_id is None and not self.instance_of and called is not None and called.success is None:
            for task in list(my_task.workflow.tasks.values()):
                if isinstance(task.task_spec, Call) and task is not my_task:
                    standing.end(task)


def only_start(workflow: Any, chosen: str | None) -> None:
    """Leave of the start events of a process that has just begun only the one chosen; where it has none of that name,
    the one without a trigger."""
    ways = workflow.task_tree.children
    if len(ways) > 1:
        kept = next((way for way in ways if way.task_spec.bpmn_id == chosen), None) or next(
            (way for way in ways if way.task_spec.plain), ways[0])
        for way in ways:
            if way is not kept:
                workflow._remove_task(way.id)


class Start(StartEvent):
    """A start event; `plain` is one without a trigger."""

    plain = True


class TerminateEnd(EndEvent):
    """A terminate end: everything in its process ends with it, also where the library's search does not come."""

    def _on_complete_hook(self, my_task: Any) -> None:
        for task in list(my_task.workflow.tasks.values()):
            if not task._state & TaskState.FINISHED_MASK:
                task.cancel()
        standing.prune(my_task.workflow.top_workflow)
        my_task.workflow._mark_complete(my_task)


class Terminate(TerminateEventDefinition):
    """Ends its process; tells nobody, since nobody may listen."""

    def throw(self, my_task: Any) -> None:
        """Throw nothing: the library would keep the event for ever as one nobody caught. The process is marked, so
        that its event sub-processes end with it."""
        my_task.workflow.success = None


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
                value = expressions.evaluate(self.expression, scopes.record(my_task))
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


class TimerEvent(FirstOfSeveral, IntermediateCatchEvent):
    """The flow waits here for a time."""


class BoundaryTimer(Interrupting, BoundaryEvent):
    """A timer on a step. One of a cycle that fired sets its next firing beside itself, as a timer of its own: the
    library would hang every firing under one waiting event and drop their open branches with it."""

    def _run_hook(self, my_task: Any) -> bool:
        done = super()._run_hook(my_task)
        following = timers.following(due_of(my_task), my_task.workflow.top_workflow.script_engine.now)
        if following is not None and not self.cancel_activity:
            keep(beside(my_task), following)
        return cast(bool, done)
