"""From the parts of a checked diagram to the library's specs, element by element, without the library's own parser:
that one recurses once a step, reads a namespace too many and lets silent cases pass.

A process with event sub-processes becomes two specs. Its steps stand in a body of their own; around it runs a small
process that starts the body and listens: the event sub-processes are events on that body, as BPMN means them. So an
interrupting one ends everything in the process, and none is ever woven into specs that other cases share.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit

from engine.workflow import catching, foresight, instances, joins, specs
from engine.workflow.boundaries import Close
from engine.workflow.catching import Trigger
from engine.workflow.checks import structure
from engine.workflow.definition import BODY, Event, Step
from engine.workflow.reading import Node, Process

_TAKEN = frozenset({"Start", "End"})        # names the library gives to steps of its own
Steps = dict[tuple[str, str], Step]


def process_specs(process: Process, processes: dict[str, Process], steps: Steps) -> dict[str, Any]:
    """Build the specs of one process, by name: its own and, where it has event sub-processes, that of its body."""
    if not process.listeners:
        return {process.id: _flow_spec(process, process.id, steps)}
    return {process.id: _listening_spec(process, processes, steps),
            process.id + BODY: _flow_spec(process, process.id + BODY, steps)}


def _flow_spec(process: Process, name: str, steps: Steps) -> Any:
    """Build the spec of the flow of a process; flows leave a gateway in document order."""
    spec = BpmnProcessSpec(name=name, description=process.name, filename=process.file)
    nodes = [node for node in process.nodes.values() if not node.listens]
    built = {node.id: _node_spec(spec, node, steps[process.id, node.id], plain_start=process.listener)
             for node in nodes}
    entries = dict(built)
    for host, events in process.boundaries.items():
        entries[host] = _with_boundaries(spec, built[host], [built[event.id] for event in events])
    for node in nodes:
        _connect(process, node, spec, built, entries)
    foresight.shorten(spec)
    return spec


def _connect(process: Process, node: Node, spec: Any, built: dict[str, Any], entries: dict[str, Any]) -> None:
    """Connect one node with what follows it; where nothing does, its branch ends."""
    if node.kind == "start" or process.single:
        spec.start.connect(entries[node.id])
    out = process.outgoing.get(node.id, [])
    leaves = built[node.id]
    if node.kind in structure.ACTIVITIES and any(edge.condition is not None for edge in out):
        leaves = joins.Ways(spec, f"{node.id}.ways")
        built[node.id].connect(leaves)
    for edge in out:
        if edge.condition is not None and node.default != edge.id:
            leaves.connect_if(joins.Condition(edge.condition), entries[edge.target])
        else:
            leaves.connect(entries[edge.target])
        if edge.id == node.default and isinstance(leaves, (joins.Ways, joins.Inclusive)):
            leaves.otherwise = entries[edge.target].name
    if isinstance(leaves, (joins.Ways, joins.Inclusive)):
        leaves.of = node.id
    if not out:
        leaves.connect(spec.end)


def _listening_spec(process: Process, processes: dict[str, Process], steps: Steps) -> Any:
    """Build the small process around the body: the body, and an event on it for each event sub-process."""
    spec = BpmnProcessSpec(name=process.id, description=process.name, filename=process.file)
    body = specs.Call(spec, BODY, subworkflow_spec=process.id + BODY)
    body.bpmn_id = None
    events = []
    for listener in process.listeners:
        inside = processes[listener.called or ""]
        start = next(node for node in inside.nodes.values() if node.kind == "start")
        event = _event_spec(spec, start, steps[inside.id, start.id])
        event.within = (listener.id,)
        event.connect(_activity_spec(spec, listener, steps[process.id, listener.id]))
        event.outputs[0].connect(spec.end)
        events.append(event)
    spec.start.connect(_with_boundaries(spec, body, events))
    body.connect(spec.end)
    foresight.shorten(spec)
    return spec


def _with_boundaries(spec: Any, host: Any, events: list[Any]) -> Any:
    """Put a step with its events below a split, and what ends their waiting behind the step; gives the split, where
    the step is entered."""
    split = BoundaryEventSplit(spec, f"{host.name}.BoundaryEventSplit", lane=host.lane)
    split.connect(host)
    host.connect(Close(spec, f"{host.name}.BoundaryEventJoin", lane=host.lane))
    for event in events:
        split.connect(event)
    return split


def _node_spec(spec: Any, node: Node, step: Step, *, plain_start: bool) -> Any:
    """Build the task spec of one node; the start of an event sub-process has happened when its inside begins."""
    if node.kind in ("boundary", "boundary_timer"):
        return _event_spec(spec, node, step)
    if node.many is not None:
        return _several_spec(spec, node, step)
    made = _activity_spec(spec, node, step)
    if node.kind == "start":
        made.plain = node.event is None
        if plain_start:
            made.bpmn_id = None     # it was passed when its event happened
    return made


def _several_spec(spec: Any, node: Node, step: Step) -> Any:
    """Build an activity that is done several times, and beside it its instance."""
    assert node.many is not None        # noqa: S101 - asked by the caller
    several = instances.Several(spec, _name(node), node.many, step.writes, **_named(node))
    several.bpmn_id = node.id
    instance = _call(spec, f"{node.id}.instance", node, step)
    instance.bpmn_id, instance.instance_of, instance.item = None, node.id, node.many.item
    instance._inputs.append(several.name)
    several.instance = instance.name
    return several


def _event_spec(spec: Any, node: Node, step: Step) -> Any:
    """Build an event on a step, or one that starts an event sub-process."""
    if node.event is not None and node.event.kind == "timer":
        made = specs.BoundaryTimer(spec, _name(node), _timer(node), node.interrupting, **_named(node))
    else:
        made = catching.Boundary(spec, _name(node), Trigger(_event(node)), node.interrupting, **_named(node))
    made.bpmn_id, made.writes = node.id, step.writes
    return made


def _activity_spec(spec: Any, node: Node, step: Step) -> Any:
    """Build a step of the flow."""
    made = _MADE[node.kind](spec, _name(node), node, step)
    made.bpmn_id, made.writes = node.id, step.writes
    return made


def _name(node: Node) -> str:
    return f"{node.id}~" if node.id in _TAKEN else node.id


def _named(node: Node) -> dict[str, Any]:
    return {"bpmn_name": node.name, "lane": node.lane}


def _event(node: Node) -> Event:
    return node.event or Event("message", node.message)


def _timer(node: Node) -> specs.Timer:
    """Build the timer of an event that has one."""
    form, text = node.timer or ("duration", "")
    return specs.Timer(node.id, form, text)  # type: ignore[arg-type]


def _call(spec: Any, name: str, node: Node, step: Step) -> Any:
    made = specs.Call(spec, name, subworkflow_spec=step.called, **_named(node))
    made.handed_over = step.hand_off is not None
    return made


def _catch(spec: Any, name: str, node: Node, step: Step) -> Any:
    if _event(node).kind == "link":
        return specs.Start(spec, name, specs.NoneEventDefinition(), **_named(node))
    return catching.Catch(spec, name, Trigger(_event(node)), **_named(node))


def _throw(spec: Any, name: str, node: Node, step: Step) -> Any:
    event = Event("message", node.message) if node.kind == "send" else node.event
    return specs.Throw(spec, name, event, step.sends, **_named(node))


_Maker = Callable[[Any, str, Node, Step], Any]
_MADE: dict[str, _Maker] = {
    "user": lambda spec, name, node, step: specs.UserTask(spec, name, **_named(node)),
    "script": lambda spec, name, node, step: specs.ScriptTask(spec, name, step.script or "", **_named(node)),
    "service": lambda spec, name, node, step: specs.ServiceTask(spec, name, **_named(node)),
    "decision": lambda spec, name, node, step: specs.DecisionTask(spec, name, step.decision or "", **_named(node)),
    "send": _throw, "throw": _throw, "end": _throw, "call": _call, "subprocess": _call, "catch": _catch,
    "receive": lambda spec, name, node, step: catching.Receive(
        spec, name, Trigger(Event("message", step.message)), **_named(node)),
    "exclusive": lambda spec, name, node, step: joins.Choice(spec, name, **_named(node)),
    "inclusive": lambda spec, name, node, step: joins.Inclusive(spec, name, **_named(node)),
    "parallel": lambda spec, name, node, step: joins.Parallel(spec, name, **_named(node)),
    "event_gateway": lambda spec, name, node, step: catching.EventGateway(spec, name, **_named(node)),
    "start": lambda spec, name, node, step: specs.Start(spec, name, specs.NoneEventDefinition(), **_named(node)),
    "terminate": lambda spec, name, node, step: specs.TerminateEnd(spec, name, specs.Terminate(), **_named(node)),
    "timer": lambda spec, name, node, step: specs.TimerEvent(spec, name, _timer(node), **_named(node)),
}
