"""From the parts of a checked diagram to the library's specs, element by element, without the library's own parser:
that one recurses once a step, reads a namespace too many and lets silent cases pass."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit

from engine.workflow import specs
from engine.workflow.definition import Step
from engine.workflow.reading import Node, Process


def process_spec(process: Process, steps: dict[tuple[str, str], Step]) -> Any:
    """Build the spec of one process; flows leave a gateway in document order."""
    spec = BpmnProcessSpec(name=process.id, description=process.name, filename=process.file)
    built = {node.id: _task_spec(spec, node, steps[process.id, node.id]) for node in process.nodes.values()}
    entries = dict(built)
    for host, events in process.boundaries.items():
        entries[host] = _with_boundaries(spec, built[host], [built[event.id] for event in events])
    for node in process.nodes.values():
        if node.kind == "start":
            spec.start.connect(built[node.id])
        elif node.kind in ("end", "terminate"):
            built[node.id].connect(spec.end)
        for edge in process.outgoing.get(node.id, ()):
            target = entries[edge.target]
            if edge.condition is not None and node.default != edge.id:
                built[node.id].connect_if(specs.Condition(edge.condition), target)
            else:
                built[node.id].connect(target)
    return spec


def _with_boundaries(spec: Any, host: Any, events: list[Any]) -> Any:
    """Put a step with its timers between the library's split and join; gives the split, where the step is entered."""
    split = BoundaryEventSplit(spec, f"{host.name}.BoundaryEventSplit", lane=host.lane)
    join = BoundaryEventJoin(spec, f"{host.name}.BoundaryEventJoin", lane=host.lane, split_task=split.name,
                             cancel=True)
    split.connect(host)
    host.connect(join)
    for event in events:
        split.connect(event)
        event.connect(join)
    return split


def _task_spec(spec: Any, node: Node, step: Step) -> Any:
    """Build the task spec of one node."""
    named = {"bpmn_name": node.name, "lane": node.lane}
    if node.kind in _SIMPLE:
        return _SIMPLE[node.kind](spec, node.id, **named)
    if node.kind == "decision":
        return specs.DecisionTask(spec, node.id, step.decision or "", **named)
    if node.kind == "call":
        return specs.Call(spec, node.id, subworkflow_spec=step.called, **named)
    if node.kind == "boundary_timer":
        return specs.BoundaryTimer(spec, node.id, _timer(node), node.interrupting, **named)
    event = {
        "start": lambda: specs.StartEvent(spec, node.id, specs.NoneEventDefinition(), **named),
        "end": lambda: specs.EndEvent(spec, node.id, specs.NoneEventDefinition(), **named),
        "terminate": lambda: specs.EndEvent(spec, node.id, specs.Terminate(), **named),
        "receive": lambda: specs.Receive(spec, node.id, specs.Message(step.message), **named),
        "timer": lambda: specs.TimerEvent(spec, node.id, _timer(node), **named),
    }
    return event[node.kind]()


_SIMPLE = {
    "user": specs.UserTask, "service": specs.ServiceTask, "exclusive": specs.Choice,
    "parallel": specs.Parallel,
}


def _timer(node: Node) -> specs.Timer:
    """Build the timer of an event that has one."""
    form, text = node.timer or ("duration", "")
    return specs.Timer(node.id, form, text)  # type: ignore[arg-type]
