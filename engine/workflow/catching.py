"""Events: what is thrown finds what catches it, in the case itself. The library's own bus matches by equality, keeps
what nobody caught for ever and lets an interrupting event sub-process interrupt nothing; it is not used.

A catching task waits, fires when it is told to (`fire`), and stays silent otherwise. Signals reach everything that
waits for them; errors and escalations go outward, to the nearest event around them that takes their code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, IntermediateCatchEvent, ReceiveTask
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.workflow import scopes, standing
from engine.workflow.boundaries import Interrupting
from engine.workflow.definition import Event
from engine.workflow.language import expressions
from engine.workflow.language.expressions import ExpressionError


class Trigger(EventDefinition):
    """What an event waits for; it has fired when `fire` said so."""

    def __init__(self, event: Event) -> None:
        super().__init__(event.name or event.kind)
        self.event = event

    def catches(self, my_task: Any, event: Any) -> bool:
        """Never catch an event of the library's own bus."""
        return False

    def reset(self, my_task: Any) -> None:
        """Leave no mark on a task that is done."""
        my_task.internal_data.pop("event_fired", None)


class EventGateway(BpmnSpecMixin):
    """A gateway after which the first event to come takes the token, and the others are waited for no longer."""


class FirstOfSeveral:
    """A catching step behind an event-based gateway ends the waiting of the others when it fires."""

    def _on_ready_hook(self, my_task: Any) -> None:
        super()._on_ready_hook(my_task)     # type: ignore[misc]
        if isinstance(my_task.parent.task_spec, EventGateway):
            for other in my_task.parent.children:
                if other is not my_task and not other._state & TaskState.FINISHED_MASK:
                    other.cancel()


class Receive(FirstOfSeveral, ReceiveTask):
    """A receive task waits for a message delivered to it."""


class Catch(FirstOfSeveral, IntermediateCatchEvent):
    """The flow waits here for a message, a signal or a condition."""


class Boundary(Interrupting, BoundaryEvent):
    """An event on a step. One that does not interrupt sets the next beside itself when it fires, so that it can come
    again."""

    def _run_hook(self, my_task: Any) -> bool:
        done = bool(super()._run_hook(my_task))
        if not self.cancel_activity:
            beside(my_task)
        return done


def beside(my_task: Any) -> Any:
    """Set another task of the same event beside one that fired, waiting."""
    sibling = my_task.parent._add_child(my_task.task_spec, TaskState.WAITING)
    my_task.task_spec._predict(sibling, mask=TaskState.NOT_FINISHED_MASK)
    my_task.workflow.top_workflow.event_manager.add_task(sibling)
    if "held" in my_task.internal_data:
        sibling.internal_data["held"] = True
    return sibling


def event_of(task: Any) -> Event | None:
    """Give what a task waits for, None for one that waits for no event of ours."""
    found = getattr(task.task_spec, "event_definition", None)
    return found.event if isinstance(found, Trigger) and task._state == TaskState.WAITING else None


def fire(task: Any) -> None:
    """Let a waiting event happen."""
    task.internal_data["event_fired"] = True
    task.task_spec._update(task)


def catch_signal(tasks: list[Any], name: str, payload: Mapping[str, Any], run: Callable[[], None]) -> int:
    """Let every task among `tasks` that waits for a signal catch it; `run` goes on after each. Gives how many did."""
    caught = 0
    for task in tasks:
        event = event_of(task)
        if event is not None and event.kind == "signal" and event.name == name and standing.stands(task):
            scopes.admit(task, payload)
            fire(task)
            caught += 1
            run()
    return caught


def outward(task: Any, kind: str, code: str | None) -> Any:
    """Give the nearest waiting event around `task` that takes an error or escalation of this code, or None: one that
    names the code comes before one that takes any."""
    for host in _hosts(task):
        waiting = [one for one in host.parent.children if (event := event_of(one)) is not None and event.kind == kind]
        for wanted in ({code}, {None}):
            for one in waiting:
                if one.task_spec.event_definition.event.name in wanted:
                    return one
    return None


def on(host: Any, kind: str, code: str | None) -> Any:
    """Give the waiting event on a step itself that takes an error or escalation of this code, or None."""
    if not isinstance(host.parent.task_spec, BoundaryEventSplit):
        return None
    waiting = {event.name: one for one in host.parent.children
               if (event := event_of(one)) is not None and event.kind == kind}
    return waiting.get(code) or waiting.get(None)


def _hosts(task: Any) -> Iterator[Any]:
    """Give the steps around a task that carry events, the innermost first."""
    workflow = task.workflow
    while workflow.parent_task_id is not None:
        caller = workflow.top_workflow.get_task_from_id(workflow.parent_task_id)
        host = caller
        while host is not None and not isinstance(host.parent.task_spec, BoundaryEventSplit):
            host = host.parent if getattr(host.task_spec, "instance_of", None) else None
        if host is not None:
            yield host
        workflow = caller.workflow


def conditions(tasks: list[Any]) -> bool:
    """Let the first conditional event fire whose condition has become true; tell whether one did.

    A condition over data that are not there yet is not true. After a non-interrupting one fired it must first be
    false again."""
    for task in tasks:
        event = event_of(task)
        if event is None or event.kind != "conditional":
            continue
        if not _true(event.condition or "", scopes.record(task)):
            task.internal_data.pop("held", None)
        elif "held" not in task.internal_data:
            task.internal_data["held"] = True
            fire(task)
            return True
    return False


def _true(condition: str, data: Mapping[str, Any]) -> bool:
    try:
        return expressions.holds(condition, data)
    except ExpressionError as error:
        if error.reason in ("missing", "not-a-record"):
            return False
        raise
