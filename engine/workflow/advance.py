"""Moving a case: start, complete, answer, deliver, fire timers. Each takes bytes and gives a new position, within a
budget; whatever fails leaves the given bytes as they are and is a `Halted`, never a case that looks done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.domain.errors import Halted, InvalidInput, TaskAlreadyCompleted
from engine.domain.text import Text
from engine.workflow import codec, expressions, inspection, running, specs, values
from engine.workflow.definition import Definition, Position
from engine.workflow.expressions import ExpressionError
from engine.workflow.running import BUDGET, Budget

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def start(definition: Definition, submission: Mapping[str, Any] | None, now: datetime, *,
          budget: Budget = BUDGET) -> Position:
    """Begin a case: the filing submission is kept under the start event's id, then the flow runs to its first wait.

    Raises:
        Halted: as every advance.
    """
    engine = running.engine(definition, now, budget)
    with running.guarded(engine):
        every = {key: one.spec for key, one in definition.specs.items()}
        workflow = BpmnWorkflow(every[definition.slug], every, script_engine=engine)
        workflow.data = {} if submission is None else {definition.start.key: values.admit(submission)}
        return running.settle(workflow, engine)


def complete(definition: Definition, state: bytes, task_id: UUID, submission: Mapping[str, Any], now: datetime, *,
             budget: Budget = BUDGET) -> Position:
    """Complete a user task: the submission is kept whole under the task's key, then the flow runs on.

    Raises:
        TaskAlreadyCompleted: no user task of this id waits in this state.
        Halted: as every advance.
    """
    return _resume(definition, state, task_id, submission, now, "user", budget)


def answer(definition: Definition, state: bytes, task_id: UUID, answer: Mapping[str, Any], now: datetime, *,
           budget: Budget = BUDGET) -> Position:
    """Give a service task the answer of its handler, kept under the task's key, then the flow runs on.

    Raises:
        TaskAlreadyCompleted: no service task of this id waits in this state.
        Halted: as every advance.
    """
    return _resume(definition, state, task_id, answer, now, "service", budget)


def deliver(definition: Definition, state: bytes, task_id: UUID, payload: Mapping[str, Any], now: datetime, *,
            budget: Budget = BUDGET) -> Position:
    """Deliver a message to a receive task, kept under the task's key, then the flow runs on.

    Raises:
        TaskAlreadyCompleted: no receive task of this id waits in this state.
        Halted: as every advance.
    """
    return _resume(definition, state, task_id, payload, now, "receive", budget)


def fire_timers(definition: Definition, state: bytes, now: datetime, *, budget: Budget = BUDGET) -> Position:
    """Fire every timer that is due at `now`, the earliest first, each once; then the flow runs on.

    Raises:
        Halted: as every advance.
    """
    engine = running.engine(definition, now, budget)
    with running.guarded(engine):
        workflow = codec.load(state, definition, engine)
        due = [(specs.due_of(task).at, place, task) for place, task in enumerate(inspection.timers(workflow))]
        for at, _, task in sorted(due, key=lambda one: one[:2]):
            if at <= engine.now and task._state == TaskState.WAITING:
                task.internal_data["event_fired"] = True
                task.task_spec._update(task)
                running.run(workflow, engine)
        return running.settle(workflow, engine)


def look(definition: Definition, state: bytes) -> Position:
    """Tell where a stored state stands without moving it: nothing is passed, nothing decided, the bytes are the same.

    Raises:
        Halted: the state is not one of this definition, or contradicts itself.
    """
    engine = running.engine(definition, LONG_AGO, BUDGET)
    with running.guarded(engine):
        return running.position(codec.load(state, definition, engine), engine, state)


def evaluate(text: str, data: Mapping[str, Any]) -> Any:
    """Answer an expression over the data of a case.

    Raises:
        Halted: the expression is not allowed or fails on these data (`expression`).
    """
    try:
        return expressions.evaluate(text, data)
    except ExpressionError as error:
        raise Halted("expression", Text(
            f"Biểu thức «{text}» không tính được: {error.sentence.vi}.",
            f"The expression “{text}” could not be worked out: {error.sentence.en}.")) from error


def holds(text: str, data: Mapping[str, Any]) -> bool:
    """Tell whether a condition is true by what the case knows so far; reading data not there yet, it does not hold.

    A limit "when verification is needed" is declared before anyone has verified; until then the general limit holds.

    Raises:
        Halted: the expression is not allowed or fails on the data that are there (`expression`).
    """
    try:
        return bool(evaluate(text, data))
    except Halted as halted:
        cause = halted.__cause__
        if isinstance(cause, ExpressionError) and cause.reason == "missing":
            return False
        raise


def validate_expression(text: str) -> frozenset[str]:
    """Check an expression without data; gives the names it reads.

    Raises:
        InvalidInput: the expression is not of the language.
    """
    try:
        return expressions.names(text)
    except ExpressionError as error:
        raise InvalidInput(Text(f"Biểu thức «{text[:120]}» không dùng được: {error.sentence.vi}.",
                                f"The expression “{text[:120]}” cannot be used: {error.sentence.en}.")) from error


def _resume(definition: Definition, state: bytes, task_id: UUID, given: Mapping[str, Any], now: datetime, kind: str,
            budget: Budget) -> Position:
    """Finish the waiting task `task_id` with what it was given and run on."""
    engine = running.engine(definition, now, budget)
    with running.guarded(engine):
        workflow = codec.load(state, definition, engine)
        task = inspection.find(workflow, task_id)
        if task is None or inspection.kind(task) != kind:
            raise TaskAlreadyCompleted(Text("Việc này đã được làm xong hoặc đã bị hủy.",
                                            "This task was completed or cancelled before."))
        engine.element = task.task_spec.bpmn_id
        workflow.data[task.task_spec.bpmn_id] = values.admit(given)
        if kind == "receive":
            task.internal_data["event_fired"] = True
            task.task_spec._update(task)
        elif kind == "service":
            task.complete()
            engine.passed.append(inspection.passed(task, definition))
        else:
            running.step(task, engine)
        return running.settle(workflow, engine)
