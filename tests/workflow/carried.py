"""A case carried along in memory: never stored, nothing of its history dropped between two acts. Beside it a stored
case must look the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.workflow import Definition, Position, advance, catching, inspection, running, specs, values


def seen(position: Any) -> tuple[Any, ...]:
    """Give what can be seen of a case without its ids and the order of its branches."""
    return (Counter((one.path, one.key, one.kind, str(one.item)) for one in position.waiting), position.data,
            position.ended, Counter((one.path, one.key) for one in position.passed),
            Counter((one.kind, one.name, one.path) for one in position.sent))


class Carried:
    """A case in memory; every act leaves `position`, whose `state` is empty."""

    def __init__(self, definition: Definition, submission: Mapping[str, Any], now: datetime) -> None:
        self.definition = definition
        every = {key: one.spec for key, one in definition.specs.items()}
        engine = self._engine(now)
        engine.start = definition.start.key
        with running.guarded(engine):
            self.workflow = BpmnWorkflow(every[definition.slug], every, script_engine=engine)
            self.workflow.data = {engine.start: values.admit(submission)}
            specs.only_start(self.workflow, engine.start)
            self._settled(engine)

    def _engine(self, now: datetime) -> running.Engine:
        return running.engine(self.definition, now, running.BUDGET)

    def _settled(self, engine: running.Engine) -> None:
        running.run(self.workflow, engine)
        self.position: Position = running.position(self.workflow, engine, b"")

    def act(self, place: tuple[Any, ...], given: Mapping[str, Any], now: datetime) -> None:
        """Do what waits at a place: path, key, kind and which of several."""
        path, key, kind, which = place
        waiting = [one for one in self.position.waiting if (one.path, one.key, one.kind) == (path, key, kind)][which]
        engine = self.workflow.script_engine = self._engine(now)
        with running.guarded(engine):
            advance._RESUMED[kind](inspection.find(self.workflow, waiting.id), given, engine)
            self._settled(engine)

    def signal(self, name: str, now: datetime, order: Sequence[int] = ()) -> None:
        """Give the case a signal; `order` is in what order those that wait for it catch it."""
        engine = self.workflow.script_engine = self._engine(now)
        with running.guarded(engine):
            waiting = self.catchers(name)
            catching.catch_signal([waiting[one] for one in order or range(len(waiting))], name, {},
                                  lambda: running.run(self.workflow, engine))
            self._settled(engine)

    def catchers(self, name: str) -> list[Any]:
        """Give what waits for a signal."""
        return [task for task in inspection.live(self.workflow) if (event := catching.event_of(task)) is not None
                and (event.kind, event.name) == ("signal", name)]

    def due(self, now: datetime) -> list[tuple[datetime, Any]]:
        """Give the timers that are due, the earliest first."""
        timers = [(specs.due_of(one).at, one) for one in inspection.timers(self.workflow)]
        return sorted([one for one in timers if one[0] <= now], key=lambda one: one[0])

    def fire(self, now: datetime, order: Sequence[int] = ()) -> None:
        """Fire what is due; `order` is in what order the timers due at the same instant fire."""
        engine = self.workflow.script_engine = self._engine(now)
        with running.guarded(engine):
            due = self.due(now)
            for _, task in sorted([due[one] for one in order or range(len(due))], key=lambda one: one[0]):
                if task._state == TaskState.WAITING:
                    task.internal_data["event_fired"] = True
                    task.task_spec._update(task)
                    running.run(self.workflow, engine)
            self._settled(engine)
