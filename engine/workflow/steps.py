"""From the nodes of a diagram and what they declare to the steps of a definition."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from engine.domain import roles
from engine.domain.declarations import Assignment
from engine.workflow import declarations, reading
from engine.workflow.checks import profile
from engine.workflow.declarations import Complain
from engine.workflow.definition import Flow, Step
from engine.workflow.reading import BPMN, Node, Process

_SILENT = frozenset({
    "definitions", "collaboration", "participant", "message", "category", "categoryValue", "laneSet", "childLaneSet",
    "conditionExpression", "timerEventDefinition", "terminateEventDefinition", "textAnnotation", "association", "group",
    "messageEventDefinition", "signalEventDefinition", "errorEventDefinition", "escalationEventDefinition",
    "conditionalEventDefinition", "linkEventDefinition", "signal", "error", "escalation", "dataObject",
    "dataObjectReference", "dataStoreReference", "multiInstanceLoopCharacteristics", "standardLoopCharacteristics",
})


@dataclass
class Declared:
    """What one process says: its steps by key, its flows, and what the process itself declares."""

    steps: dict[str, Step] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    own: dict[str, list[Any]] = field(default_factory=dict)


def declared(process: Process, complain_of: Any) -> Declared:
    """Read the declarations of a process; `complain_of(element id)` gives the place to complain to."""
    inside = process.outer is not None
    found = Declared(own={} if inside else declarations.read(process.element, "process",
                                                             complain_of(process.id or None)))
    lanes: dict[Any, Assignment | None] = {}
    for lane in process.lanes.values():
        if lane not in lanes:
            said = declarations.read(lane, "lane", complain_of(lane.get("id")))
            lanes[lane] = _first(said, "assignment") or _named_role(lane.get("name"))
    for node in process.nodes.values():
        role = lanes.get(process.lanes.get(node.id))
        found.steps[node.id] = _step(process, node, role, complain_of(node.id))
    for edge in process.edges:
        declarations.read(edge.element, "sequenceFlow", complain_of(edge.id))
    found.flows = [Flow(edge.id, process.id, edge.source, edge.target, edge.name, edge.condition,
                        process.nodes[edge.source].default == edge.id if edge.source in process.nodes else False)
                   for edge in process.edges]
    return found


def elsewhere(root: etree._Element, complain_of: Any) -> None:
    """Complain of declarations on elements that declare nothing: messages, gateways' pools, the file itself."""
    for extensions in root.iter(f"{{{BPMN}}}extensionElements"):
        owner = extensions.getparent()
        if owner is not None and reading.local(owner) in _SILENT:
            declarations.read(owner, reading.local(owner), complain_of(profile.nearest_id(owner)))


def hand_overs(root: etree._Element, every: list[Declared], complain_of: Any) -> None:
    """Give the hand-off of a message flow to the step of ours at one of its ends."""
    for flow in root.iter(f"{{{BPMN}}}messageFlow"):
        said = declarations.read(flow, "messageFlow", complain_of(flow.get("id")))
        if "handoff" not in said:
            continue
        places = [(one, key) for key in (flow.get("targetRef"), flow.get("sourceRef")) for one in every
                  if key in one.steps]
        if not places:
            complain_of(flow.get("id"))("dangling-flow", {"ref": flow.get("targetRef") or ""})
            continue
        one, key = places[0]
        one.steps[str(key)] = replace(one.steps[str(key)], hand_off=said["handoff"][0])


def pools(root: etree._Element, processes: list[Process]) -> dict[tuple[str, str], str]:
    """Give where the message flows lead, by the process and step they leave from; one that leaves from a whole pool
    stands under the process and an empty key."""
    home = {key: one.id for one in processes for key in one.nodes}
    own = {one.get("id"): (one.get("processRef") or "", " ".join((one.get("name") or "").split()))
           for one in root.iter(f"{{{BPMN}}}participant")}
    found: dict[tuple[str, str], str] = {}
    for flow in root.iter(f"{{{BPMN}}}messageFlow"):
        source, target = flow.get("sourceRef") or "", flow.get("targetRef") or ""
        place = (home[source], source) if source in home else (own[source][0], "") if source in own else None
        process, name = own.get(target, (home.get(target, "").partition("/")[0], target))
        if place is not None:
            found[place] = process or name
    return found


def _named_role(name: str | None) -> Assignment | None:
    """A lane's name is a role code, or a role's title, and gives the role where nothing else does."""
    words = " ".join((name or "").split())
    return Assignment(roles.named(words)) if words else None


def _first(said: dict[str, list[Any]], name: str) -> Any:
    """Give the only declaration of this name, or None."""
    return said[name][0] if name in said else None


def _step(process: Process, node: Node, lane: Assignment | None, complain: Complain) -> Step:
    """Make the step of one node."""
    said = declarations.read(node.element, node.kind, complain) if node.kind != "many" else {}
    if node.kind in ("call", "subprocess") and any(rule.on_limit != "stop" for rule in said.get("suspends", ())):
        complain("limit-of-call", {"id": node.id})
    user = node.kind == "user"
    form = _first(said, "form") or (node.id if node.tag == "userTask" and user else None)
    return Step(
        key=node.id, process=process.id, kind=node.kind, name=node.name, lane=node.lane,
        assignment=_first(said, "assignment") or (lane if user else None),
        deadlines=tuple(said.get("deadline", ())), clock=_first(said, "clock"), suspends=_first(said, "suspends"),
        form=form, letters=tuple(said.get("letter", ())),
        national_status=_first(said, "status"), service=_first(said, "service"),
        decision=(_first(said, "decision") or reading.decision_reference(node.element))
        if node.kind == "decision" else None,
        message=node.message, called=node.called, hand_off=_first(said, "handoff"),
        texts=tuple(said.get("text", ())), attached_to=node.attached_to, interrupting=node.interrupting,
        event=node.event, many=node.many, script=node.script, sends=_first(said, "send"), writes=node.writes,
        time=node.timer)
