"""The state of a case as bytes: what is needed to go on, and no more. The specs are shared and not in it; the hash
of the definition is, so that a state never meets another definition, and whose state it is. The bytes end with a
checksum of what they hold. Finished work is in the case's events."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import orjson
import zstandard
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.domain.errors import Halted
from engine.domain.text import Text
from engine.workflow import values
from engine.workflow.definition import Definition
from engine.workflow.joins import Inclusive, Parallel

FORMAT = 1
MAX_BYTES = 8_000_000
_NAMED = TaskState.WAITING | TaskState.READY | TaskState.STARTED

Row = list[Any]


def dump(workflow: Any, definition: Definition) -> bytes:
    """Write a workflow: rows `[spec, parent row, state, id, internal data]`, shorter where the rest is empty; an
    instance of a multi-instance activity has its own data behind its rows.

    Only a task somebody may name (waiting, ready or started) keeps its id; the others get a new one on load.

    Raises:
        Halted: the case holds more than can be read back (`data`).
    """
    kind, data = values.pack(workflow.data)
    trees = [[None, *_tree(workflow, definition)]]
    trees += [[key.hex, *_tree(one, definition), *(values.pack(one.data) if one.data else ())]
              for key, one in workflow.subprocesses.items() if not one.completed]
    state = {"v": FORMAT, "h": definition.hash, "k": kind, "d": data, "t": trees}
    if (owner := owner_of(workflow)) is not None:
        state["o"] = owner
    raw = values.dumps(state)
    if len(raw) > MAX_BYTES:
        raise Halted("data", Text("Dữ liệu của hồ sơ quá lớn để lưu tiếp.", "The case holds too much data to be kept."))
    return zstandard.ZstdCompressor(level=3, write_checksum=True).compress(raw)


def owner_of(workflow: Any) -> str | None:
    """Give whose workflow it is; None for one that belongs to nobody in particular, as all did once."""
    return getattr(workflow, "owner", None)


def _tree(workflow: Any, definition: Definition) -> tuple[str, bool, list[Row]]:
    """Write one process of the case, parents before children."""
    places = definition.specs[workflow.spec.name].places
    rows: list[Row] = []
    index: dict[UUID, int] = {}
    stack, tasks = [workflow.task_tree], workflow.tasks
    while stack:
        task = stack.pop()
        index[task.id] = len(rows)
        row = [places[task.task_spec.name], index.get(task._parent, -1), task._state]
        if task._state & _NAMED:
            row.append(task.id.hex)
        if task.internal_data:
            row += [0, task.internal_data] if len(row) == 3 else [task.internal_data]
        rows.append(row)
        stack.extend(tasks[child] for child in reversed(task._children))
    return workflow.spec.name, workflow.completed, rows


def load(state: bytes, definition: Definition, engine: Any) -> Any:
    """Read a workflow back over the shared specs of its definition.

    Raises:
        Halted: the bytes are no state, or one of another definition or format (`state`).
    """
    found = _decoded(state)
    if found.get("v") != FORMAT or found.get("h") != definition.hash:
        raise _mismatch()
    try:
        return _restored(found, definition, engine)
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise _mismatch() from error


def _decoded(state: bytes) -> dict[str, Any]:
    """Unpack the bytes of a state."""
    try:
        raw = zstandard.ZstdDecompressor().decompress(state, max_output_size=MAX_BYTES)
        found = orjson.loads(raw)
    except (zstandard.ZstdError, ValueError, TypeError, MemoryError) as error:
        raise _mismatch() from error
    if not isinstance(found, dict):
        raise _mismatch()
    return found


def _mismatch() -> Halted:
    """Make the refusal of a state."""
    return Halted("state", Text(
        "Trạng thái đã lưu của hồ sơ không khớp với phiên bản thủ tục của nó.",
        "The stored state of the case does not belong to its version of the procedure."))


def _restored(found: dict[str, Any], definition: Definition, engine: Any) -> Any:
    """Put the workflow and its called processes together again; callers come before the called."""
    specs = {key: one.spec for key, one in definition.specs.items()}
    workflow = BpmnWorkflow(specs[definition.slug], specs, script_engine=engine, deserializing=True)
    workflow.data = values.unpack(found["k"], found["d"])
    workflow.owner = found.get("o")
    everyone: dict[UUID, Any] = {}
    for owner, name, completed, rows, *own in found["t"]:
        one = workflow if owner is None else _called(workflow, everyone, owner, name, specs)
        one.completed = completed
        if own:
            one.data = values.unpack(*own)
        everyone |= _tasks(one, rows, definition.specs[name].names, workflow.event_manager)
    return workflow


def _called(workflow: Any, everyone: dict[UUID, Any], owner: str, name: str, specs: dict[str, Any]) -> Any:
    """Make the called process that hangs under the call activity `owner`."""
    key = UUID(hex=owner)
    task = everyone[key]
    called = BpmnSubWorkflow(specs[name], key, workflow, deserializing=True)
    workflow.subprocesses[key] = called
    called.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
    return called


def _tasks(workflow: Any, rows: list[Row], names: list[str], events: Any) -> dict[UUID, Any]:
    """Make the tasks of one process from their rows."""
    tasks, specs = workflow.tasks, workflow.spec.task_specs
    made: list[Any] = []
    for row in rows:
        task = Task.__new__(Task)
        task.id = UUID(hex=row[3]) if len(row) > 3 and row[3] else uuid4()
        task.workflow, task.task_spec, task._state = workflow, specs[names[row[0]]], row[2]
        task.data, task.internal_data, task._children = {}, row[4] if len(row) > 4 else {}, []
        task.triggered = bool(getattr(task.task_spec, "instance_of", None))
        if row[2] == TaskState.CANCELLED and isinstance(task.task_spec, (Parallel, Inclusive)):
            _waits_again(task)
        task.thread_id, task.last_state_change = 0, 0.0
        task._parent = None
        if row[1] >= 0:
            task._parent = made[row[1]].id
            made[row[1]]._children.append(task.id)
        tasks[task.id] = task
        made.append(task)
        if row[2] == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            events.add_task(task)
    workflow.task_tree = made[0]
    return tasks


def _waits_again(task: Task) -> None:
    """Earlier code marked the tokens at a gateway as cancelled, and those it had used as spent; now a token waits."""
    if "spent" not in task.internal_data:
        task._state = TaskState.WAITING
