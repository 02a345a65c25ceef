"""The same case carried by the library alone: its own serializer, its own search and its own loop, nothing dropped."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from copy import copy
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter
from SpiffWorkflow.util.task import TaskState

from engine.domain.errors import Halted, TaskAlreadyCompleted
from engine.domain.text import Text
from engine.workflow import (
    Budget,
    Definition,
    Position,
    Waiting,
    advance,
    catching,
    inspection,
    running,
    scopes,
    specs,
    values,
)
from tests.workflow.carried import Carried

SMALL = Budget(tasks=300, seconds=60)       # nothing here waits for the clock to stop what goes round without an end


def serializer(definition: Definition) -> BpmnWorkflowSerializer:
    """Give the library's own serializer. It writes and reads everything of a case but the specs: those are made from
    the diagram, no case changes them, and the library knows none of our classes of them. They are put back as they
    are; this converter of the case as a whole is the only one that is ours."""
    every = {key: one.spec for key, one in definition.specs.items()}

    class StateOnly(BpmnWorkflowConverter):
        def to_dict(self, workflow):
            written = super(BpmnWorkflowConverter, self).to_dict(workflow)
            written.update(spec=None, subprocess_specs={}, bpmn_events=self.registry.convert(workflow.bpmn_events),
                           subprocesses=self.mapping_to_dict(workflow.subprocesses))
            return written

        def from_dict(self, dct):
            return super().from_dict({**dct, "spec": every[definition.slug], "subprocess_specs": every})

    return BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, BpmnWorkflow: StateOnly}))


class Restored(Carried):
    """A case that the library writes down and reads back between two acts, with nothing of its history dropped."""

    def __init__(self, definition: Definition, submission: Mapping[str, Any], now: datetime) -> None:
        self.serializer = serializer(definition)
        super().__init__(definition, submission, now)
        self.before = self.position

    def _engine(self, now: datetime) -> running.Engine:
        engine = running.engine(self.definition, now, SMALL)
        engine.dropped_at = sys.maxsize
        return engine

    def _settled(self, engine: running.Engine) -> None:
        super()._settled(engine)
        self.text = self.serializer.serialize_json(self.workflow)

    def again(self) -> Restored:
        """Read the case back from its text: another one, which may go another way."""
        read = copy(self)
        read.workflow = self.serializer.deserialize_json(self.text)
        read.before = self.position
        return read

    def refuse(self, place: tuple[Any, ...], given: Mapping[str, Any], now: datetime) -> None:
        """Give a call that was handed over back."""
        engine = self.workflow.script_engine = self._engine(now)
        with running.guarded(engine):
            task = inspection.find(self.workflow, self._id(self.position, place))
            taker = advance._refusal(task)
            if taker is None:
                raise Halted("no-refusal", Text("", ""), inspection.key(task))
            scopes.keep(task, inspection.key(task), values.admit(given))
            scopes.admit(taker, given)
            catching.fire(taker)
            self._settled(engine)

    def impossible(self, place: tuple[Any, ...], kind: str, *, late: bool) -> None:
        """Look for what waited before, or for something of another kind than what waits now.

        Raises:
            TaskAlreadyCompleted: it does not wait.
        """
        task = inspection.find(self.again().workflow, self._id(self.before if late else self.position, place))
        if task is None or inspection.kind(task) != kind:
            raise TaskAlreadyCompleted(Text("", ""))
        raise AssertionError("it waits")

    @staticmethod
    def _id(position: Position, place: tuple[Any, ...]) -> UUID:
        return [one.id for one in position.waiting if (one.path, one.key, one.kind) == place[:3]][place[3]]


class LibraryCase:
    """A case as the library keeps it: one JSON text between two acts."""

    def __init__(self, definition: Definition, submission: Mapping[str, Any] | None, now: datetime) -> None:
        self.definition = definition
        self.serializer = serializer(definition)
        specs = {key: one.spec for key, one in definition.specs.items()}
        workflow = BpmnWorkflow(specs[definition.slug], specs, script_engine=self._engine(now))
        workflow.data = {} if submission is None else {definition.start.key: dict(submission)}
        self._keep(workflow)

    def _engine(self, now: datetime) -> Any:
        return running.engine(self.definition, now, running.BUDGET)

    def load(self, now: datetime) -> Any:
        """Read the case back with the library's own code."""
        workflow = self.serializer.deserialize_json(self.text)
        workflow.script_engine = self._engine(now)
        return workflow

    def _keep(self, workflow: Any) -> None:
        workflow.do_engine_steps()
        self.text = self.serializer.serialize_json(workflow)

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
