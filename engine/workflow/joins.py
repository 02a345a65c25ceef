"""Gateways: which ways a token takes, and for which others it waits. The library's own count tokens of an earlier round
again, merge lists, and wait for tokens that never come; here a token counts once and nothing is merged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.defaults import ExclusiveGateway, InclusiveGateway, ParallelGateway
from SpiffWorkflow.operators import Operator
from SpiffWorkflow.specs.MultiChoice import MultiChoice
from SpiffWorkflow.util.task import TaskState

from engine.domain.errors import Halted
from engine.domain.text import Text
from engine.workflow import scopes, standing
from engine.workflow.language import expressions

_LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED


class Condition(Operator):
    """A condition on a sequence flow, over what the case knows."""

    def _matches(self, task: Any) -> bool:
        return expressions.holds(self.args[0], scopes.record(task))


def _take(my_task: Any, targets: list[Any]) -> bool:
    """Lead the token to these steps and nowhere else."""
    my_task._sync_children(targets, TaskState.FUTURE)
    for child in my_task.children:
        child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
    return True


def _no_way_out(key: str) -> Halted:
    return Halted("no-way-out", Text(
        f"Ở cổng «{key}» không điều kiện nào đúng và không có luồng mặc định.",
        f"At gateway “{key}” no condition is true and there is no default flow."), key)


class Choice(ExclusiveGateway):
    """A gateway that takes the first flow whose condition is true, else its default; with neither the case halts."""

    def _run_hook(self, my_task: Any) -> bool:
        target = next((name for condition, name in self.cond_task_specs
                       if condition is not None and condition._matches(my_task)), self.default_task_spec)
        if target is None:
            raise _no_way_out(self.bpmn_id)
        return _take(my_task, [my_task.workflow.spec.task_specs[target]])


class _Ways:
    """Takes every flow whose condition is true and every one without; when no condition is true, the default too."""

    cond_task_specs: list[tuple[Any, str]]
    otherwise: str | None = None        # where the default flow leads
    of: str = ""                        # the step whose flows these are

    def _run_hook(self, my_task: Any) -> bool:
        asked = [name for condition, name in self.cond_task_specs
                 if condition is not None and condition._matches(my_task)]
        taken = asked + [name for condition, name in self.cond_task_specs
                         if condition is None and not (asked and name == self.otherwise)]
        if not taken:
            raise _no_way_out(self.of)
        return _take(my_task, [my_task.workflow.spec.task_specs[name] for name in taken])


class Ways(_Ways, MultiChoice, BpmnTaskSpec):
    """Follows an activity whose flows out carry conditions."""


class _Join:
    """What the two joining gateways share: every token that arrives waits, and is used up when the gateway fires. One
    firing uses one token of each flow; a second one of the same flow waits for its turn."""

    name: str
    _inputs: list[str]

    def _update_hook(self, my_task: Any) -> bool:
        if my_task._state == TaskState.WAITING:
            return False        # it was asked when it came; only another token, or nothing more to come, changes that
        my_task._set_state(TaskState.WAITING)
        if {*self._inputs} - self.here(my_task):
            return False
        self.spend(my_task)
        return True

    def arrived(self, my_task: Any) -> list[Any]:
        """Give the tokens that wait here, `my_task` the first."""
        return [my_task, *(task for task in my_task.workflow.tasks.values() if task.task_spec is self
                           and task is not my_task and task._state == TaskState.WAITING)]

    def here(self, my_task: Any) -> set[str]:
        """Give the steps from which a token has come."""
        return {task.parent.task_spec.name for task in self.arrived(my_task)}

    def spend(self, my_task: Any) -> None:
        """Use up one token of each other flow that brought one; `my_task` goes on and keeps where they were from."""
        used = {my_task.parent.task_spec.name}
        joined = []
        for task in self.arrived(my_task):
            source = task.parent.task_spec.name
            if source not in used:
                used.add(source)
                joined.append(standing.before(task).task_spec.bpmn_id)
                task.cancel()
        my_task.internal_data["joined"] = joined


class Parallel(_Join, ParallelGateway):
    """A gateway that waits for a token on each of its flows in, then sends one along each of its flows out."""

    def _run_hook(self, my_task: Any) -> bool:
        return _take(my_task, self.outputs)


class Inclusive(_Join, _Ways, InclusiveGateway):
    """A gateway that takes every flow whose condition is true, else its default, and waits for every token that can
    still come.

    It fires at once when a token has come on each flow in. Otherwise it is asked when nothing else can move
    (`may_fire`): it waits while a token elsewhere can reach a flow in that has none, and no flow that has one
    (BPMN 2.0.2, 13.4.3).
    """

    reached: dict[str, set[str]] | None = None

    def may_fire(self, my_task: Any) -> bool:
        """Tell whether no token elsewhere can still bring what is waited for."""
        here = self.here(my_task)
        missing = set(self._inputs) - here
        for task in my_task.workflow.tasks.values():
            if task.task_spec is self or not task._state & _LIVE:
                continue
            reached = self._reach(task.task_spec)
            if reached & missing and not reached & here:
                return False
        return True

    def _reach(self, start: Any) -> set[str]:
        """Give the steps from which a token at `start` could come into this gateway, not passing through it. What was
        found once is kept: the flows of a spec never change."""
        if self.reached is None:
            self.reached = {}
        if start.name not in self.reached:
            self.reached[start.name] = self._walk(start)
        return self.reached[start.name]

    def _walk(self, start: Any) -> set[str]:
        specs = start._wf_spec.task_specs
        seen: set[str] = set()
        stack = [start.name]
        while stack:
            name = stack.pop()
            if name not in seen and name != self.name:
                seen.add(name)
                stack.extend(specs[name]._outputs)
        return seen & set(self._inputs)



def settle(tasks: Iterable[Any], *, whatever: bool = False) -> bool:
    """Let the first inclusive gateway fire that waits for nothing any more; tell whether one did. With `whatever` the
    first that waits: gateways that wait for each other, when nothing else in the case can move, wait for nothing."""
    for task in tasks:
        if isinstance(task.task_spec, Inclusive) and task._state == TaskState.WAITING \
                and (whatever or task.task_spec.may_fire(task)):
            task.task_spec.spend(task)
            task._ready()
            return True
    return False
