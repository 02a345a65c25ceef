"""From a safe XML tree to the plain parts of a diagram: processes, nodes and flows in document order. What is
allowed is decided in `profile`, what fits together in `structure`; here nothing is judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_B = "{" + BPMN + "}"

KINDS = {
    "startEvent": "start", "endEvent": "end", "userTask": "user", "serviceTask": "service",
    "businessRuleTask": "decision", "receiveTask": "receive", "callActivity": "call",
    "exclusiveGateway": "exclusive", "parallelGateway": "parallel", "boundaryEvent": "boundary_timer",
    "intermediateCatchEvent": "timer",
}
DECISION_REFERENCES = (
    "{http://camunda.org/schema/1.0/bpmn}decisionRef",
    "{http://camunda.org/schema/zeebe/1.0}decisionId",
)
_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
_SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"


@dataclass
class Node:
    """One flow node of a process."""

    id: str
    kind: str
    tag: str
    name: str
    element: etree._Element
    lane: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    timer: tuple[str, str] | None = None       # form, text
    called: str | None = None
    message: str | None = None                 # the message's name
    message_ref: str | None = None
    default: str | None = None


@dataclass
class Edge:
    """One sequence flow."""

    id: str
    source: str
    target: str
    name: str
    condition: str | None
    element: etree._Element


@dataclass
class Process:
    """One executable process with its nodes and flows in document order."""

    id: str
    name: str
    file: str
    element: etree._Element
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    lanes: dict[str, etree._Element] = field(default_factory=dict)
    outgoing: dict[str, list[Edge]] = field(default_factory=dict)
    incoming: dict[str, list[Edge]] = field(default_factory=dict)
    boundaries: dict[str, list[Node]] = field(default_factory=dict)


def local(element: etree._Element) -> str:
    """Give an element's name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def is_bpmn(element: etree._Element) -> bool:
    """Tell whether an element is one of BPMN's own."""
    return isinstance(element.tag, str) and element.tag.startswith(_B)


def executable(process: etree._Element) -> bool:
    """Tell whether a process is meant to run: unless it says it is a drawing."""
    return process.get("isExecutable", "true").strip() in ("true", "1")


def processes(root: etree._Element, file: str) -> Iterator[Process]:
    """Read every executable process of a file; one that says `isExecutable="false"` is a drawing."""
    messages = {one.get("id"): one.get("name") for one in root.findall(f"{_B}message")}
    for element in root.findall(f"{_B}process"):
        if executable(element):
            yield _process(element, file, messages)


def drawings(root: etree._Element) -> list[etree._Element]:
    """Give the processes of a file that are not executable."""
    return [one for one in root.findall(f"{_B}process")
            if not executable(one)]


def _process(element: etree._Element, file: str, messages: dict[str | None, str | None]) -> Process:
    """Read one process."""
    process = Process(element.get("id") or "", element.get("name") or "", file, element)
    for child in element:
        kind = KINDS.get(local(child)) if is_bpmn(child) else None
        if kind is not None:
            node = _node(child, kind, messages)
            process.nodes[node.id] = node
            if node.attached_to is not None:
                process.boundaries.setdefault(node.attached_to, []).append(node)
        elif child.tag == f"{_B}sequenceFlow":
            edge = _edge(child)
            process.edges.append(edge)
            process.outgoing.setdefault(edge.source, []).append(edge)
            process.incoming.setdefault(edge.target, []).append(edge)
    for lane in element.iter(f"{_B}lane"):
        for reference in lane.findall(f"{_B}flowNodeRef"):
            place = (reference.text or "").strip()
            process.lanes[place] = lane
            if place in process.nodes:
                process.nodes[place].lane = (lane.get("name") or "").strip() or None
    return process


def _node(element: etree._Element, kind: str, messages: dict[str | None, str | None]) -> Node:
    """Read one flow node."""
    tag = local(element)
    if tag == "endEvent" and element.find(f"{_B}terminateEventDefinition") is not None:
        kind = "terminate"
    node = Node(element.get("id") or "", kind, tag, " ".join((element.get("name") or "").split()), element)
    if tag == "boundaryEvent":
        node.attached_to = element.get("attachedToRef") or ""
        node.interrupting = element.get("cancelActivity", "true").strip().lower() not in ("false", "0")
    for form, name in (("date", "timeDate"), ("duration", "timeDuration"), ("cycle", "timeCycle")):
        for time in element.iterfind(f"{_B}timerEventDefinition/{_B}{name}"):
            node.timer = (form, (time.text or "").strip())
    node.called = (element.get("calledElement") or _zeebe_called(element)) if tag == "callActivity" else None
    node.message_ref = element.get("messageRef")
    node.message = messages.get(node.message_ref) if node.message_ref else None
    node.default = element.get("default")
    return node


def _zeebe_called(element: etree._Element) -> str | None:
    """Give the process a call activity of a Camunda 8 modeler names."""
    found = element.find(f"{_B}extensionElements/{_ZEEBE}calledElement")
    return found.get("processId") if found is not None else None


def _edge(element: etree._Element) -> Edge:
    """Read one sequence flow."""
    condition = element.find(f"{_B}conditionExpression")
    text = (condition.text or "").strip() if condition is not None else None
    return Edge(element.get("id") or "", element.get("sourceRef") or "", element.get("targetRef") or "",
                " ".join((element.get("name") or "").split()), text, element)


def decision_reference(element: etree._Element) -> str | None:
    """Give the decision a stock modeler names on a business rule task."""
    for name in DECISION_REFERENCES:
        if element.get(name):
            return element.get(name)
    found = element.find(f"{_B}extensionElements/{_ZEEBE}calledDecision")
    if found is not None and found.get("decisionId"):
        return found.get("decisionId")
    spiff = element.find(f"{_B}extensionElements/{_SPIFF}calledDecisionId")
    return (spiff.text or "").strip() or None if spiff is not None else None
