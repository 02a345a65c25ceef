"""An activity done several times: side by side, one after another, or again while a condition holds.

Every time is a process of its own below the activity, so that its branches, timers and called processes are its own;
what a multi-instance one stores is collected in a list under the activity's id, in the order of the instances.
"""

from __future__ import annotations

from bisect import bisect
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.domain.errors import Halted
from engine.domain.text import Text
from engine.workflow import scopes, values
from engine.workflow.definition import Many
from engine.workflow.language import expressions
from engine.workflow.language.expressions import ExpressionError

MOST = 1_000


class Several(BpmnSpecMixin):
    """The activity as a whole: started while any of its instances runs.

    What it knows stands in its own data: how many there are to be (`n`), how many were started (`begun`), which are
    done (`done`), the elements they are for (`items`), and whether it is over.
    """

    def __init__(self, wf_spec: Any, bpmn_id: str, many: Many, writes: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.many = many
        self.instance = ""
        self.writes = writes

    def _run_hook(self, my_task: Any) -> bool | None:
        if my_task.internal_data.get("over"):
            return True
        facts = my_task.internal_data
        facts.update(n=self._number(my_task), begun=0, done=[])
        if self.many.kind != "loop":
            scopes.keep(my_task, self.bpmn_id, [])
        if not facts["n"] or (self.many.test_first and not self._again(my_task)):
            return True
        for _ in range(facts["n"] if self.many.kind == "parallel" else 1):
            self._begin(my_task)
        return None

    def _number(self, my_task: Any) -> int:
        """Give how often the activity is to be done.

        Raises:
            Halted: it is no whole number from 0 to 1,000, or the collection is no list (`instances`).
        """
        if self.many.kind == "loop":
            return min(self.many.most or MOST, MOST)
        number: Any
        if self.many.collection is not None:
            items = expressions.evaluate(self.many.collection, scopes.record(my_task))
            if not isinstance(items, list):
                raise _refused(self.bpmn_id, type(items).__name__)
            my_task.internal_data["items"] = list(values.pack({"items": values.admit({"items": items})["items"]}))
            number = len(items)
        else:
            number = expressions.evaluate(self.many.cardinality or "", scopes.record(my_task))
        if type(number) is not int or not 0 <= number <= MOST:
            raise _refused(self.bpmn_id, str(number)[:40])
        return number

    def _begin(self, my_task: Any) -> None:
        """Start the next instance."""
        facts = my_task.internal_data
        facts["begun"] += 1
        child = my_task._add_child(my_task.workflow.spec.task_specs[self.instance], TaskState.FUTURE)
        child.triggered = True          # the library takes away every child that follows from no flow, but for these
        child.internal_data["i"] = facts["begun"]
        if self.many.kind != "loop":
            child.internal_data["own"] = self._own(facts)
        child.task_spec._update(child)

    def _own(self, facts: dict[str, Any]) -> list[Any]:
        """Make the record an instance starts with."""
        own: dict[str, Any] = {scopes.COUNTER: facts["begun"]}
        if self.many.item and "items" in facts:
            own[self.many.item] = values.unpack(*facts["items"])["items"][facts["begun"] - 1]
        return list(values.pack(own))

    def collect(self, my_task: Any, instance: Any) -> None:
        """Take in an instance that has ended: keep what it stored, drop it, and go on or end."""
        facts = my_task.internal_data
        i = instance.internal_data["i"]
        called = my_task.workflow.top_workflow.subprocesses[instance.id]
        if self.many.kind != "loop":
            self._keep(my_task, i, called.data)
        facts["done"] = sorted([*facts["done"], i])
        _drop(instance)
        if self._over(my_task):
            for other in [child for child in my_task.children if child.task_spec.name == self.instance]:
                other.cancel()
                _drop(other)
            facts["over"] = True
            my_task._set_state(TaskState.READY)
        elif self.many.kind != "parallel":
            self._begin(my_task)

    def _keep(self, my_task: Any, i: int, record: dict[str, Any]) -> None:
        """Put what an instance stored into the list of the activity, at its place."""
        entry = {key: value for key, value in record.items() if key != scopes.COUNTER}
        answer = entry.pop(self.bpmn_id, None)      # of a single task, whose answer stands under its own id
        entry = {**entry, **answer} if isinstance(answer, dict) else entry
        so_far = list(scopes.record(my_task)[self.bpmn_id])
        so_far.insert(bisect(my_task.internal_data["done"], i), entry)
        for key in (self.bpmn_id, *self.writes):
            scopes.keep(my_task, key, so_far)

    def _over(self, my_task: Any) -> bool:
        """Tell whether the activity needs no further instance."""
        facts = my_task.internal_data
        if self.many.kind == "loop":
            return facts["begun"] >= facts["n"] or not self._again(my_task)
        if len(facts["done"]) >= facts["n"]:
            return True
        return self.many.until is not None and expressions.holds(self.many.until, {
            **scopes.record(my_task), **_counts(facts["n"], facts["begun"], len(facts["done"]))})

    def _again(self, my_task: Any) -> bool:
        """Tell whether a loop goes round once more; without a condition it goes as often as it may."""
        if self.many.again is None:
            return True
        begun = my_task.internal_data["begun"]
        try:
            return expressions.holds(self.many.again, {**scopes.record(my_task), **_counts(begun, begun, begun)})
        except ExpressionError as error:
            if error.reason == "missing" and self.many.test_first and not begun:
                return False
            raise


def _counts(number: int, begun: int, done: int) -> dict[str, int]:
    """Name the counts as BPMN and as the Camunda modelers do."""
    return {"numberOfInstances": number, "numberOfActiveInstances": begun - done,
            "numberOfCompletedInstances": done, "nrOfInstances": number, "nrOfActiveInstances": begun - done,
            "nrOfCompletedInstances": done, "loopCounter": begun}


COUNTS = frozenset(_counts(0, 0, 0))


def _drop(instance: Any) -> None:
    """Take an instance and everything below it out of the case: what it did is in the case's events."""
    workflow = instance.workflow
    workflow.top_workflow.subprocesses.pop(instance.id, None)
    if instance.id in workflow.tasks:
        workflow._remove_task(instance.id)


def _refused(key: str, what: str) -> Halted:
    return Halted("instances", Text(
        f"Bước «{key}» phải làm nhiều lần, nhưng «{what}» không phải danh sách hoặc số từ 0 đến {MOST}.",
        f"Step “{key}” is done several times, but “{what}” is neither a list nor a number from 0 to {MOST}."), key)
