"""The loop that runs the steps nobody waits for, its budget, and the look back afterwards: the engine's own answer is
compared with a flat scan of the tasks, and the two must agree before a position is given out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.util.task import TaskIterator, TaskState

from engine import clock
from engine.domain.declarations import SendRule
from engine.domain.errors import EngineError, Halted
from engine.domain.text import Text, same
from engine.workflow import catching, codec, compaction, inspection, joins, scopes, standing
from engine.workflow.definition import BODY, Decided, Definition, Event, Passed, Position, Sent
from engine.workflow.dmn import decisions
from engine.workflow.dmn.decisions import DecisionError
from engine.workflow.language.expressions import ExpressionError
from engine.workflow.timers import TimerError


@dataclass(frozen=True, slots=True)
class Budget:
    """What one advance may spend: completed tasks, seconds measured by `elapsed` (of processor time, so that a busy
    machine halts nobody), and how deep and how many the tasks of the case may become (the library's own search
    silently stops at a depth of 1,000)."""

    tasks: int = 1_000
    seconds: float = 2.0
    depth: int = 900
    kept: int = 20_000
    elapsed: Callable[[], float] = clock.work


BUDGET = Budget()
OFTEN = 200         # completed tasks between two times of dropping history
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
    sent: list[Sent] = field(default_factory=list)
    thrown: list[tuple[Any, Event]] = field(default_factory=list)
    start: str | None = None
    done: int = 0
    dropped_at: int = 0
    element: str | None = None

    def decide(self, task: Any, reference: str) -> None:
        """Ask the table of a business rule task and keep the answer under the task's id."""
        rules, found = decisions.decide(self.definition.tables[reference], scopes.record(task), self.look_at_the_time)
        scopes.admit(task, found)
        key = task.task_spec.bpmn_id
        self.decided.append(Decided(reference, key, inspection.path(task), rules, scopes.record(task)[key]))

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
    "uncaught": ("Bước «{element}» báo lỗi «{detail}» mà quanh nó không có sự kiện lỗi nào nhận.",
                 "Step “{element}” throws the error “{detail}”, and no error event around it takes it."),
    "no-condition": ("Điều kiện ở «{element}» không bước nào làm cho đúng được nữa, và không còn việc nào khác để làm.",
                     "No step can fulfil the condition at “{element}” any more, and nothing else is left to do."),
    "stuck": ("Hồ sơ không kết thúc mà cũng không chờ ai.", "The case neither ended nor waits for anybody."),
}


def _halted(code: str, engine: Engine, detail: Text = NOTHING) -> Halted:
    """Make a halt with its sentence."""
    vi, en = _SENTENCES[code]
    place = engine.element or "?"
    return Halted(code, Text(vi.format(element=place, detail=detail.vi), en.format(element=place, detail=detail.en)),
                  engine.element)


def run(workflow: Any, engine: Engine) -> None:
    """Run every ready step nobody has to do, the innermost called process first, until none is left; then look
    whether a gateway waits for nothing more or a condition has become true, and go on.

    Raises:
        Halted: over budget.
    """
    while True:
        ready = [task for one in inspection.trees(workflow) for task in one.tasks.values()
                 if task._state == TaskState.READY and not task.task_spec.manual]
        for task in ready:
            if task._state == TaskState.READY and standing.stands(task):
                step(task, engine)
        standing.prune(workflow)
        _forget(workflow, engine)
        if not ready:
            live = inspection.live(workflow)
            if not (joins.settle(live) or catching.conditions(live) or _unlocked(workflow, live, engine)):
                return


def _forget(workflow: Any, engine: Engine) -> None:
    """Drop finished history in the middle of a long advance too: the library's search ends at a depth of 1,000."""
    if engine.done - engine.dropped_at > OFTEN:
        engine.dropped_at = engine.done
        for one in inspection.trees(workflow):
            compaction.compact(one)


def _unlocked(workflow: Any, live: list[Any], engine: Engine) -> bool:
    """Let an inclusive gateway fire when the case would otherwise stand still for ever; tell whether one did."""
    moves = inspection.timers(workflow) or any(True for _ in inspection.waiting(live, engine.definition))
    return not moves and joins.settle(live, whatever=True)


def step(task: Any, engine: Engine) -> None:
    """Run one task within the budget and note the element it was.

    Raises:
        Halted: over budget, or an error was thrown that nothing takes (`uncaught`).
    """
    key = task.task_spec.bpmn_id
    if key is not None:
        engine.element = key
    engine.spend()
    task.run()
    if key is not None and task._state == TaskState.COMPLETED:
        engine.passed.append(inspection.passed(task, engine.definition))
    if getattr(task.task_spec, "instance_of", None) and task._state == TaskState.COMPLETED:
        task.parent.task_spec.collect(task.parent, task)
    while engine.thrown:
        _spread(*engine.thrown.pop(0), engine)


def _spread(task: Any, event: Event, engine: Engine) -> None:
    """Bring what was thrown to what catches it in the case, and note what leaves the case."""
    if event.kind in ("message", "signal"):
        data = _taken_along(task.task_spec.sends, scopes.record(task))
        place = inspection.path(task)
        process, key = task.workflow.spec.name.removesuffix(BODY), task.task_spec.bpmn_id
        pools = engine.definition.pools if event.kind == "message" else {}
        to = pools.get((process, key)) or pools.get((process.partition("/")[0], ""))
        engine.sent.append(Sent(event.kind, event.name or "", key, place, data, to))  # type: ignore[arg-type]
        if event.kind == "signal":
            catching.catch_signal(inspection.live(task.workflow.top_workflow), event.name or "", data, lambda: None)
        return
    taker = catching.outward(task, event.kind, event.name)
    if taker is None and event.kind == "error":
        raise _halted("uncaught", engine, same(event.name or ""))
    if taker is not None:
        scopes.admit(taker, {"code": event.name or "", "element": task.task_spec.bpmn_id})
        catching.fire(taker)


def _taken_along(rule: SendRule | None, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a message takes along of what the case knows."""
    found: dict[str, Any] = {}
    for name in rule.data if rule is not None else ():
        value: Any = data
        for part in name.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is not None:
            found[name.rpartition(".")[2]] = value
    return found


def settle(workflow: Any, engine: Engine) -> Position:
    """Run on, look back, drop finished history and give the position.

    Raises:
        Halted: `disagreement` or `depth`, or as `run` and `position`.
    """
    run(workflow, engine)
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
        raise _standing_still(live, engine)
    soonest = min((datetime.fromisoformat(at) for at in due), default=None)
    written = codec.dump(workflow, engine.definition) if state is None else state
    return Position(written, waiting, ended, workflow.data, soonest, tuple(engine.passed), tuple(engine.decided),
                    tuple(engine.sent), inspection.inside(live), codec.owner_of(workflow))


def _standing_still(live: list[Any], engine: Engine) -> Halted:
    """Say why a case neither ended nor waits: for a condition no step can fulfil any more, most likely."""
    engine.element = next((task.task_spec.bpmn_id for task in live if (event := catching.event_of(task)) is not None
                           and event.kind == "conditional"), None)
    return _halted("no-condition" if engine.element else "stuck", engine)


def _agreed(workflow: Any, live: list[Any], engine: Engine) -> bool:
    """Tell whether the case has ended, after the engine's search and the flat scan said the same."""
    mask = TaskState.WAITING | TaskState.READY | TaskState.STARTED
    flat = {task.id for task in live}
    searched = {task.id for one in inspection.trees(workflow) for task in TaskIterator(one.task_tree, state=mask)}
    ended = bool(workflow.is_completed())
    errors = any(task._state == TaskState.ERROR
                 for one in inspection.trees(workflow) for task in one.tasks.values())
    if flat != searched or ended == bool(flat) or errors:
        raise _halted("disagreement", engine)
    return ended
