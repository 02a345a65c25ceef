"""Moving a case: start, complete, answer, deliver, fire timers. Each takes bytes and gives a new position, within a
budget; whatever fails leaves the given bytes as they are and is a `Halted`, never a case that looks done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.domain.errors import Halted, InvalidInput, TaskAlreadyCompleted
from engine.domain.text import Text
from engine.workflow import catching, codec, inspection, running, scopes, specs, values
from engine.workflow.definition import Definition, Position
from engine.workflow.language import expressions
from engine.workflow.language.expressions import ExpressionError
from engine.workflow.running import BUDGET, Budget

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def start(definition: Definition, submission: Mapping[str, Any] | None, now: datetime, *, event: str | None = None,
          owner: str | None = None, budget: Budget = BUDGET) -> Position:
    """Begin a case: the filing submission is kept under the start event's id, then the flow runs to its first wait.

    `event` is the key of the start event that happened: a message, a signal, a time. None is a filing: it begins at
    the conditional start whose condition holds for it, else at the start without a trigger. `owner` is written into
    the state and into every one that follows from it, so that it is never taken for that of another case.

    Raises:
        Halted: as every advance.
    """
    engine = running.engine(definition, now, budget)
    with running.guarded(engine):
        given = values.admit(submission or {})
        engine.start = event or _chosen(definition, given)
        every = {key: one.spec for key, one in definition.specs.items()}
        workflow = BpmnWorkflow(every[definition.slug], every, script_engine=engine)
        workflow.data = {} if submission is None else {engine.start: given}
        workflow.owner = owner
        specs.only_start(workflow, engine.start)
        return running.settle(workflow, engine)


def _chosen(definition: Definition, given: Mapping[str, Any]) -> str:
    """Give the start event of a filing."""
    for step in definition.starts.values():
        if step.event is not None and step.event.condition and holds(step.event.condition, {step.key: given}):
            return step.key
    return definition.start.key


def signal(definition: Definition, state: bytes, name: str, payload: Mapping[str, Any], now: datetime, *,
           budget: Budget = BUDGET) -> Position:
    """Give a case a signal: everything that waits for it catches it, and keeps the payload under its own key.

    Raises:
        Halted: as every advance.
    """
    engine = running.engine(definition, now, budget)
    with running.guarded(engine):
        workflow = codec.load(state, definition, engine)
        catching.catch_signal(inspection.live(workflow), name, payload, lambda: running.run(workflow, engine))
        return running.settle(workflow, engine)


def accept(definition: Definition, state: bytes, task_id: UUID, given: Mapping[str, Any], now: datetime, *,
           budget: Budget = BUDGET) -> Position:
    """Let a call that was handed over begin: the unit accepted it. What was given is kept under the call's key.

    Raises:
        TaskAlreadyCompleted: no call of this id waits to be accepted.
        Halted: as every advance.
    """
    return _resume(definition, state, task_id, given, now, "handoff", budget)


REFUSAL = "handoff-refused"


def refuse(definition: Definition, state: bytes, task_id: UUID, given: Mapping[str, Any], now: datetime, *,
           budget: Budget = BUDGET) -> Position:
    """Take the error event of code `handoff-refused` on a call that a unit refused.

    Raises:
        TaskAlreadyCompleted: no call of this id waits to be accepted.
        Halted: nothing on the call takes a refusal (`no-refusal`), or as every advance.
    """
    engine = running.engine(definition, now, budget)
    with running.guarded(engine):
        workflow, task = _waiting(definition, state, task_id, "handoff", engine)
        taker = _refusal(task)
        if taker is None:
            raise Halted("no-refusal", Text("Sơ đồ không vẽ việc gì xảy ra khi đơn vị từ chối nhận.",
                                            "The diagram does not draw what happens when the unit refuses."),
                         inspection.key(task))
        scopes.keep(task, inspection.key(task), values.admit(given))
        scopes.admit(taker, given)
        catching.fire(taker)
        return running.settle(workflow, engine)


def refusable(definition: Definition, state: bytes, task_id: UUID) -> bool:
    """Tell whether the diagram draws what happens when a call that was handed over is refused.

    Raises:
        TaskAlreadyCompleted: no call of this id waits to be accepted.
    """
    engine = running.engine(definition, LONG_AGO, BUDGET)
    with running.guarded(engine):
        return _refusal(_waiting(definition, state, task_id, "handoff", engine)[1]) is not None


def _refusal(task: Any) -> Any:
    host = task.parent if getattr(task.task_spec, "instance_of", None) else task
    return catching.on(host, "error", REFUSAL)


def data_at(definition: Definition, state: bytes, task_id: UUID) -> dict[str, Any]:
    """Give what the step that waits under this id reads: the record of the case, under that of its instance.

    Raises:
        TaskAlreadyCompleted: nothing of this id waits.
    """
    engine = running.engine(definition, LONG_AGO, BUDGET)
    with running.guarded(engine):
        return dict(scopes.record(_waiting(definition, state, task_id, None, engine)[1]))


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


def _waiting(definition: Definition, state: bytes, task_id: UUID, kind: str | None, engine: Any) -> tuple[Any, Any]:
    """Load a case and give its waiting task `task_id` of this kind, of any when it is None."""
    workflow = codec.load(state, definition, engine)
    task = inspection.find(workflow, task_id)
    found = inspection.kind(task) if task is not None else None
    if found is None or kind not in (None, found):
        raise TaskAlreadyCompleted(Text("Việc này đã được làm xong hoặc đã bị hủy.",
                                        "This task was completed or cancelled before."))
    return workflow, task


def _resume(definition: Definition, state: bytes, task_id: UUID, given: Mapping[str, Any], now: datetime, kind: str,
            budget: Budget) -> Position:
    """Finish the waiting task `task_id` with what it was given and run on."""
    engine = running.engine(definition, now, budget)
    with running.guarded(engine):
        workflow, task = _waiting(definition, state, task_id, kind, engine)
        engine.element = inspection.key(task)
        _RESUMED[kind](task, given, engine)
        return running.settle(workflow, engine)


def _done(task: Any, given: Mapping[str, Any], engine: running.Engine) -> None:
    scopes.admit(task, given)
    running.step(task, engine)


def _delivered(task: Any, given: Mapping[str, Any], engine: running.Engine) -> None:
    scopes.admit(task, given)
    catching.fire(task)


def _answered(task: Any, given: Mapping[str, Any], engine: running.Engine) -> None:
    """An answer that names an error takes the error event on the step, where one takes it."""
    scopes.admit(task, given)
    code = given.get("error")
    taker = catching.on(task, "error", code) if isinstance(code, str) else None
    if taker is not None:
        scopes.admit(taker, given)
        catching.fire(taker)
        return
    task.complete()
    engine.passed.append(inspection.passed(task, engine.definition))


def _accepted(task: Any, given: Mapping[str, Any], engine: running.Engine) -> None:
    if task.task_spec.bpmn_id is not None:
        scopes.admit(task, given)
    task.internal_data["accepted"] = True
    task.task_spec._update(task)


_RESUMED: Mapping[str, Callable[[Any, Mapping[str, Any], running.Engine], None]] = {
    "user": _done, "receive": _delivered, "service": _answered, "handoff": _accepted,
}
