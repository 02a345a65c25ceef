"""The same case carried by the library alone: its own serializer, its own search and its own loop, nothing dropped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter
from SpiffWorkflow.util.task import TaskState

from engine.workflow import Definition, Waiting, inspection, running, specs


class _StateOnly(BpmnWorkflowConverter):
    """Everything the library writes of a case, but its specs, which are put back as they are."""

    def to_dict(self, workflow):
        written = super(BpmnWorkflowConverter, self).to_dict(workflow)
        written.update(spec=None, subprocess_specs={}, bpmn_events=self.registry.convert(workflow.bpmn_events),
                       subprocesses=self.mapping_to_dict(workflow.subprocesses))
        return written


SERIALIZER = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, BpmnWorkflow: _StateOnly}))


class LibraryCase:
    """A case as the library keeps it: one JSON text between two acts."""

    def __init__(self, definition: Definition, submission: Mapping[str, Any] | None, now: datetime) -> None:
        self.definition = definition
        self.specs = {key: one.spec for key, one in definition.specs.items()}
        workflow = BpmnWorkflow(self.specs[definition.slug], self.specs, script_engine=self._engine(now))
        workflow.data = {} if submission is None else {definition.start.key: dict(submission)}
        self._keep(workflow)

    def _engine(self, now: datetime) -> Any:
        return running.engine(self.definition, now, running.BUDGET)

    def load(self, now: datetime) -> Any:
        """Read the case back with the library's own code."""
        written = json.loads(self.text)
        SERIALIZER.migrate(written)
        written["spec"], written["subprocess_specs"] = self.specs[self.definition.slug], self.specs
        workflow = SERIALIZER.from_dict(written)
        workflow.script_engine = self._engine(now)
        return workflow

    def _keep(self, workflow: Any) -> None:
        workflow.do_engine_steps()
        self.text = SERIALIZER.serialize_json(workflow)

    def act(self, path: tuple[str, ...], key: str, given: Mapping[str, Any], now: datetime) -> None:
        """Do, answer or deliver what waits at `key`."""
        workflow = self.load(now)
        task = next(one for one in self._waiting_tasks(workflow)
                    if one.task_spec.bpmn_id == key and inspection.path(one) == path)
        workflow.data[key] = dict(given)
        kind = inspection.kind(task)
        if kind == "user":
            task.run()
        elif kind == "service":
            task.complete()
        else:
            task.internal_data["event_fired"] = True
            task.task_spec._update(task)
        self._keep(workflow)

    def fire(self, now: datetime) -> None:
        """Fire what is due, earliest first."""
        workflow = self.load(now)
        due = sorted(((specs.due_of(one).at, place, one) for place, one in enumerate(inspection.timers(workflow))),
                     key=lambda one: one[:2])
        for at, _, task in due:
            if at <= now and task.state == TaskState.WAITING:
                task.internal_data["event_fired"] = True
                task.task_spec._update(task)
                workflow.do_engine_steps()
        self._keep(workflow)

    @staticmethod
    def _waiting_tasks(workflow: Any) -> list[Any]:
        return [one for one in workflow.get_tasks(state=TaskState.WAITING | TaskState.READY | TaskState.STARTED)
                if inspection.kind(one) is not None]

    def observe(self, now: datetime) -> tuple[Any, ...]:
        """Give all that can be seen of the case: what waits, its data, its timers, whether it has ended."""
        workflow = self.load(now)
        waiting = [Waiting(one.id, one.task_spec.bpmn_id, inspection.path(one), inspection.kind(one))
                   for one in self._waiting_tasks(workflow)]
        due = sorted(specs.due_of(one).at for one in inspection.timers(workflow))
        return (sorted((one.path, one.key, one.kind) for one in waiting), workflow.data, due[:1],
                workflow.is_completed())
