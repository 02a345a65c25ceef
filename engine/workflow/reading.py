"""From a safe XML tree to the plain parts of a diagram: processes, nodes and flows in document order. What is
allowed is decided in `profile`, what fits together in `structure`; here nothing is judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from engine.workflow import triggers
from engine.workflow.definition import Event, Many

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_B = "{" + BPMN + "}"

KINDS = {
    "startEvent": "start", "endEvent": "end", "task": "user", "userTask": "user", "manualTask": "user",
    "scriptTask": "script", "serviceTask": "service", "businessRuleTask": "decision", "sendTask": "send",
    "receiveTask": "receive", "callActivity": "call", "subProcess": "subprocess", "exclusiveGateway": "exclusive",
    "inclusiveGateway": "inclusive", "parallelGateway": "parallel", "eventBasedGateway": "event_gateway",
    "boundaryEvent": "boundary", "intermediateCatchEvent": "catch", "intermediateThrowEvent": "throw",
}
ONCE_EACH = frozenset({"user", "script", "service", "decision", "send", "receive"})   # wrapped when done several times
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
    event: Event | None = None
    many: Many | None = None
    script: str | None = None
    listens: bool = False                      # an event sub-process
    writes: tuple[str, ...] = ()


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
    """One executable process, or the inside of a sub-process, with its nodes and flows in document order.

    The inside of a sub-process is a process of its own, `outer/sub-process`; so is the one task that is done several
    times (`single`), which has no flows. `outer` is the process around it."""

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
    outer: str | None = None
    single: bool = False
    listener: bool = False

    @property
    def key(self) -> str | None:
        """Give the id of the element that a finding about the whole process names."""
        return self.element.get("id")

    @property
    def listeners(self) -> list[Node]:
        """Give the event sub-processes of the process."""
        return [node for node in self.nodes.values() if node.listens]

    def add(self, edge: Edge) -> None:
        """Add a flow."""
        self.edges.append(edge)
        self.outgoing.setdefault(edge.source, []).append(edge)
        self.incoming.setdefault(edge.target, []).append(edge)


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
    """Read every executable process of a file, each before the insides of its sub-processes; one that says
    `isExecutable="false"` is a drawing."""
    names = triggers.names(root)
    for element in root.findall(f"{_B}process"):
        if executable(element):
            open_ones = [Process(element.get("id") or "", element.get("name") or "", file, element)]
            while open_ones:
                process = open_ones.pop()
                _fill(process, names)
                yield process
                open_ones.extend(_insides(process))


def drawings(root: etree._Element) -> list[etree._Element]:
    """Give the processes of a file that are not executable."""
    return [one for one in root.findall(f"{_B}process")
            if not executable(one)]


def _fill(process: Process, names: triggers.Names) -> None:
    """Read the nodes and flows of one process."""
    if process.single:
        return
    for child in process.element:
        kind = KINDS.get(local(child)) if is_bpmn(child) else None
        if kind is not None:
            node = _node(child, kind, names)
            process.nodes[node.id] = node
            if node.attached_to is not None:
                process.boundaries.setdefault(node.attached_to, []).append(node)
        elif child.tag == f"{_B}sequenceFlow":
            process.add(_edge(child))
    _lanes(process)
    _links(process)


def _lanes(process: Process) -> None:
    """Put the nodes of a process into its lanes."""
    for lane_set in process.element.findall(f"{_B}laneSet"):
        for lane in lane_set.iter(f"{_B}lane"):
            for reference in lane.findall(f"{_B}flowNodeRef"):
                process.lanes[(reference.text or "").strip()] = lane
    for place, lane in process.lanes.items():
        if place in process.nodes:
            process.nodes[place].lane = (lane.get("name") or "").strip() or None


def _links(process: Process) -> None:
    """Draw a flow from every throwing link to the catching one of its name."""
    there = {node.event.name: node for node in process.nodes.values()
             if node.kind == "catch" and node.event and node.event.kind == "link"}
    for node in list(process.nodes.values()):
        if node.kind == "throw" and node.event and node.event.kind == "link" and node.event.name in there:
            target = there[node.event.name]
            process.add(Edge(f"{node.id}~{target.id}", node.id, target.id, "", None, node.element))


def _insides(process: Process) -> Iterator[Process]:
    """Give what is inside the sub-processes of a process, and each task that is done several times by itself."""
    for node in list(process.nodes.values()):
        if node.kind == "subprocess":
            node.called = f"{process.id}/{node.id}"
            inside = Process(node.called, node.name, process.file, node.element, outer=process.id,
                             listener=node.listens)
        elif node.many is not None and node.kind in ONCE_EACH:
            called = f"{process.id}/{node.id}"
            inside = Process(called, node.name, process.file, node.element, outer=process.id, single=True,
                             nodes={node.id: replace(node, many=None, default=None)})
            process.nodes[node.id] = replace(node, kind="many", called=called)
        else:
            continue
        if node.id in process.lanes:
            inside.lanes = _inherited(node, process.lanes[node.id])
        yield inside


def _inherited(node: Node, lane: etree._Element) -> dict[str, etree._Element]:
    """What is in a sub-process is in the lane of the sub-process."""
    return {node.id: lane, **{child.get("id") or "": lane for child in node.element if local(child) in KINDS}}


def _node(element: etree._Element, kind: str, names: triggers.Names) -> Node:
    """Read one flow node."""
    tag = local(element)
    node = Node(element.get("id") or "", kind, tag, " ".join((element.get("name") or "").split()), element)
    if tag == "boundaryEvent":
        node.attached_to = element.get("attachedToRef") or ""
        node.interrupting = element.get("cancelActivity", "true").strip().lower() not in ("false", "0")
    elif tag == "startEvent":
        node.interrupting = element.get("isInterrupting", "true").strip().lower() not in ("false", "0")
    if tag.endswith("Event"):
        node.event, node.timer = triggers.event(element, names), triggers.time(element)
        node.kind = _kind_of_event(element, kind, node.event)
    node.called = (element.get("calledElement") or _zeebe_called(element)) if tag == "callActivity" else None
    node.message_ref = element.get("messageRef")
    if tag in ("sendTask", "receiveTask"):
        node.message = names.messages.get(node.message_ref) if node.message_ref else None
    elif node.event is not None and node.event.kind == "message":
        node.message = node.event.name
    node.default = element.get("default")
    node.many = triggers.many(element)
    node.listens = tag == "subProcess" and element.get("triggeredByEvent", "false").strip() in ("true", "1")
    if tag == "scriptTask":
        node.script = "".join(one.text or "" for one in element.findall(f"{_B}script"))
    node.writes = triggers.written(element)
    return node


def _kind_of_event(element: etree._Element, kind: str, event: Event | None) -> str:
    """Tell the kinds of events apart by what triggers them."""
    if kind == "end":
        return "terminate" if element.find(f"{_B}terminateEventDefinition") is not None else "end"
    if event is not None and event.kind == "timer":
        return {"boundary": "boundary_timer", "catch": "timer"}.get(kind, kind)
    return kind


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
