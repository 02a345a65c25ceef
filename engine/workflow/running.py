"""The loop that runs the steps nobody waits for, its budget, and the look back afterwards: the engine's own answer is
compared with a flat scan of the tasks, and the two must agree before a position is given out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine import clock
from engine.domain.errors import EngineError, Halted
from engine.domain.text import Text, same
from engine.workflow import codec, compaction, decisions, inspection, values
from engine.workflow.decisions import DecisionError
from engine.workflow.definition import Decided, Definition, Passed, Position
from engine.workflow.expressions import ExpressionError
from engine.workflow.timers import TimerError


@dataclass(frozen=True, slots=True)
class Budget:
    """What one advance may spend: completed tasks, seconds measured by `elapsed`, and how deep and how many the
    tasks of the case may become (the library's own search silently stops at a depth of 1,000)."""

    tasks: int = 1_000
    seconds: float = 2.0
    depth: int = 900
    kept: int = 20_000
    elapsed: Callable[[], float] = clock.monotonic


BUDGET = Budget()
NOTHING = Text("", "")


@dataclass(slots=True)
class Engine:
    """What the specs may ask during one advance, the time it happens at and the tables, and what came of it."""

    now: datetime
    definition: Definition
    budget: Budget
    since: float
    passed: list[Passed] = field(default_factory=list)
    decided: list[Decided] = field(default_factory=list)
    done: int = 0
    element: str | None = None

    def decide(self, task: Any, reference: str) -> None:
        """Ask the table of a business rule task and keep the answer under the task's id."""
        data = task.workflow.top_workflow.data
        rules, found = decisions.decide(self.definition.tables[reference], data, self.look_at_the_time)
        key = task.task_spec.bpmn_id
        data[key] = values.admit(found)
        self.decided.append(Decided(reference, key, inspection.path(task), rules, data[key]))

    def spend(self) -> None:
        """Count one completed task.

        Raises:
            Halted: the budget of the advance is spent (`budget`).
        """
        self.done += 1
        if self.done > self.budget.tasks:
            raise _halted("budget", self)
        self.look_at_the_time()

    def look_at_the_time(self) -> None:
        """Stop when the seconds of the advance are spent.

        Raises:
            Halted: they are (`budget`).
        """
        if self.budget.elapsed() - self.since > self.budget.seconds:
            raise _halted("budget", self)


def engine(definition: Definition, now: datetime, budget: Budget) -> Engine:
    """Make the engine of one advance; `now` needs an offset.

    Raises:
        ValueError: `now` is naive.
    """
    if now.tzinfo is None:
        raise ValueError("the time of an advance needs an offset")
    return Engine(now.astimezone(UTC), definition, budget, budget.elapsed())


@contextmanager
def guarded(engine: Engine) -> Iterator[None]:
    """Turn whatever goes wrong in an advance into a `Halted` that names the step.

    Raises:
        Halted: `expression`, `decision`, `timer`, `depth`, `engine`, or as it was raised inside.
    """
    try:
        yield
    except ExpressionError as error:
        raise _halted("expression", engine, error.sentence) from error
    except DecisionError as error:
        raise _halted("decision", engine, error.sentence) from error
    except TimerError as error:
        raise _halted("timer", engine, error.sentence) from error
    except RecursionError as error:
        raise _halted("depth", engine) from error
    except EngineError:
        raise
    except Exception as error:
        # Whatever the library does that nobody foresaw must stop one case visibly, not the office.
        raise _halted("engine", engine, same(f"{type(error).__name__} {str(error)[:200]}")) from error


_SENTENCES = {
    "expression": ("Biểu thức ở bước «{element}» không tính được: {detail}.",
                   "The expression at step “{element}” could not be worked out: {detail}."),
    "decision": ("Bảng quyết định ở bước «{element}» không cho một kết quả duy nhất: {detail}.",
                 "The decision table at step “{element}” gives no single answer: {detail}."),
    "timer": ("Thời điểm hẹn ở bước «{element}» không đọc được: {detail}.",
              "The time set at step “{element}” cannot be read: {detail}."),
    "budget": ("Quy trình chạy quá lâu mà không dừng lại chờ ai; hồ sơ giữ nguyên trạng thái trước đó.",
               "The process ran too long without waiting for anybody; the case stays as it was."),
    "depth": ("Lịch sử của hồ sơ quá dài để máy quy trình đi tiếp ở bước «{element}».",
              "The history of the case is too long for the engine to go on at step “{element}”."),
    "engine": ("Máy quy trình không đi tiếp được ở bước «{element}»: {detail}.",
               "The engine cannot go on at step “{element}”: {detail}."),
    "disagreement": ("Máy quy trình tự mâu thuẫn về các việc đang chờ; hồ sơ giữ nguyên trạng thái trước đó.",
                     "The engine contradicts itself about what waits; the case stays as it was."),
    "stuck": ("Hồ sơ không kết thúc mà cũng không chờ ai.", "The case neither ended nor waits for anybody."),
}


def _halted(code: str, engine: Engine, detail: Text = NOTHING) -> Halted:
    """Make a halt with its sentence."""
    vi, en = _SENTENCES[code]
    place = engine.element or "?"
    return Halted(code, Text(vi.format(element=place, detail=detail.vi), en.format(element=place, detail=detail.en)),
                  engine.element)


def run(workflow: Any, engine: Engine) -> None:
    """Run every ready step nobody has to do, the innermost called process first, until none is left.

    Raises:
        Halted: over budget.
    """
    while True:
        ready = [task for one in inspection.trees(workflow) for task in one.tasks.values()
                 if task._state == TaskState.READY and not task.task_spec.manual]
        if not ready:
            return
        for task in ready:
            if task._state == TaskState.READY:
                step(task, engine)


def step(task: Any, engine: Engine) -> None:
    """Run one task within the budget and note the element it was.

    Raises:
        Halted: over budget.
    """
    key = task.task_spec.bpmn_id
    if key is not None:
        engine.element = key
    engine.spend()
    task.run()
    if key is not None and task._state == TaskState.COMPLETED:
        engine.passed.append(inspection.passed(task, engine.definition))


def settle(workflow: Any, engine: Engine) -> Position:
    """Run on, look back, drop finished history and give the position.

    Raises:
        Halted: `disagreement` or `depth`, or as `run` and `position`.
    """
    run(workflow, engine)
    for key in [key for key, one in workflow.subprocesses.items() if one.completed or _over(one)]:
        del workflow.subprocesses[key]
    live = inspection.live(workflow)
    _agreed(workflow, live, engine)
    for one in inspection.trees(workflow):
        compaction.compact(one)
        if inspection.depth(one) > engine.budget.depth or len(one.tasks) > engine.budget.kept:
            raise _halted("depth", engine)
    return position(workflow, engine)


def position(workflow: Any, engine: Engine, state: bytes | None = None) -> Position:
    """Say where a workflow stands that runs no further; its `state` is written unless it is given.

    Raises:
        Halted: `disagreement` or `stuck`.
    """
    live = inspection.live(workflow)
    ended = _agreed(workflow, live, engine)
    waiting = tuple(inspection.waiting(live, engine.definition))
    due = [task.internal_data["due"][0] for task in inspection.timers(workflow)]
    if not (ended or waiting or due):
        raise _halted("stuck", engine)
    soonest = min((datetime.fromisoformat(at) for at in due), default=None)
    written = codec.dump(workflow, engine.definition) if state is None else state
    return Position(written, waiting, ended, workflow.data, soonest, tuple(engine.passed), tuple(engine.decided))


def _over(called: Any) -> bool:
    """Tell whether the call activity of a called process is finished, so that nothing asks for it again."""
    task = called.top_workflow.get_task_from_id(called.parent_task_id)
    return task is None or bool(task._state & TaskState.FINISHED_MASK)


def _agreed(workflow: Any, live: list[Any], engine: Engine) -> bool:
    """Tell whether the case has ended, after the engine's search and the flat scan said the same."""
    mask = TaskState.WAITING | TaskState.READY | TaskState.STARTED
    flat = {task.id for task in live}
    searched = {task.id for task in workflow.get_tasks(state=mask)}
    ended = bool(workflow.is_completed())
    errors = any(task._state == TaskState.ERROR
                 for one in inspection.trees(workflow) for task in one.tasks.values())
    if flat != searched or ended == bool(flat) or errors:
        raise _halted("disagreement", engine)
    return ended
