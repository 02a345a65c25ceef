"""A BPMN file read for drawing: elements and their diagram interchange (DI), nothing of what they mean.

The file was checked long before; here nothing is refused. What is unknown, broken or refers to nothing is left out.
"""

from __future__ import annotations

import math
from typing import Any

from lxml import etree

from engine.procedures.picture_layout import lay_out
from engine.procedures.picture_model import Box, Drawing, Flow, Lane, Node, Point

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"
FLOWS = ("sequenceFlow", "messageFlow")
NODE_ENDINGS = ("Task", "Event", "Gateway")
NODES = ("task", "callActivity", "subProcess", "transaction", "adHocSubProcess")
FAR = 100_000  # a place beyond this is a mistake of the file, and would make the picture unusable


def read(bpmn: bytes) -> Drawing:
    """Read the elements of `bpmn` with their places; laid out by us where the file places not every step.

    A drawing that leaves out a step would lie, so a diagram interchange with a gap counts as none. What is not XML
    gives an empty drawing. Entities are not resolved, nothing is fetched.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(bpmn, parser)
    except (etree.XMLSyntaxError, ValueError):
        return Drawing()
    drawing = Drawing(_lanes(root), _nodes(root), _flows(root))
    drawing.flows = [flow for flow in drawing.flows if _joins(flow, drawing)]
    _place(root, drawing)
    top = {element.get("id") for process in root.iter(f"{BPMN}process") for element in process}
    if any(node.box is None for node in drawing.nodes.values() if node.id in top):
        drawing.nodes = {key: node for key, node in drawing.nodes.items() if key in top}
        drawing.flows = [flow for flow in drawing.flows if _joins(flow, drawing)]
        lay_out(drawing)
    _drop_unplaced(drawing)
    return drawing


def _joins(flow: Flow, drawing: Drawing) -> bool:
    pools = {lane.id for lane in drawing.lanes}
    ends = (flow.source, flow.target)
    return all(end in drawing.nodes or (flow.kind == "messageFlow" and end in pools) for end in ends)


def _drop_unplaced(drawing: Drawing) -> None:
    """Forget what has no place: the inside of a collapsed sub-process and the flows to it."""
    drawing.nodes = {key: node for key, node in drawing.nodes.items() if node.box is not None}
    drawing.flows = [flow for flow in drawing.flows if len(flow.points) > 1]
    drawing.lanes = [lane for lane in drawing.lanes if lane.box is not None]


def _kind(element: Any) -> str:
    tag = element.tag
    return tag[len(BPMN) :] if isinstance(tag, str) and tag.startswith(BPMN) else ""


def _name(element: Any) -> str:
    return " ".join((element.get("name") or "").split())


def _nodes(root: Any) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for element in root.iter():
        kind, key = _kind(element), element.get("id") if isinstance(element.tag, str) else None
        if key and (kind in NODES or kind.endswith(NODE_ENDINGS)):
            event = next((k[: -len("EventDefinition")] for k in map(_kind, element) if "EventDefinition" in k), "")
            found[key] = Node(key, kind, _name(element), event, element.get("attachedToRef") or "")
    return found


def _flows(root: Any) -> list[Flow]:
    return [
        Flow(element.get("id"), kind, _name(element), element.get("sourceRef") or "", element.get("targetRef") or "")
        for kind in FLOWS
        for element in root.iter(f"{BPMN}{kind}")
        if element.get("id")
    ]


def _lanes(root: Any) -> list[Lane]:
    """Pools before lanes, so that lanes are drawn over them; what is divided into lanes shows no name."""
    divided = {
        pool.get("processRef")
        for pool in root.iter(f"{BPMN}participant")
        if any(process.find(f".//{BPMN}lane") is not None for process in _process(root, pool.get("processRef")))
    }
    lanes = [
        Lane(pool.get("id"), _name(pool), named=pool.get("processRef") not in divided)
        for pool in root.iter(f"{BPMN}participant")
        if pool.get("id")
    ]
    for element in root.iter(f"{BPMN}lane"):
        members = tuple((ref.text or "").strip() for ref in element.findall(f"{BPMN}flowNodeRef"))
        whole = element.find(f"{BPMN}childLaneSet") is None
        if element.get("id"):
            lanes.append(Lane(element.get("id"), _name(element), members if whole else (), named=whole))
    return lanes


def _process(root: Any, key: str | None) -> list[Any]:
    return [process for process in root.iter(f"{BPMN}process") if key and process.get("id") == key]


def _place(root: Any, drawing: Drawing) -> None:
    """Give every element the place its first diagram says."""
    plane = next(root.iter(f"{DI}BPMNPlane"), None)
    if plane is None:
        return
    lanes = {lane.id: lane for lane in drawing.lanes}
    flows = {flow.id: flow for flow in drawing.flows}
    for shape in plane:
        key = (shape.get("bpmnElement") or "").rsplit(":", 1)[-1] if isinstance(shape.tag, str) else ""
        if key in flows and shape.tag == f"{DI}BPMNEdge":
            flows[key].points = [p for p in map(_point, shape.findall(f"{DD}waypoint")) if p is not None]
            flows[key].label = _label(shape)
        elif key in lanes:
            lanes[key].box = _box(shape.find(f"{DC}Bounds"))
        elif key in drawing.nodes:
            drawing.nodes[key].box = _box(shape.find(f"{DC}Bounds"))
            drawing.nodes[key].label = _label(shape)


def _label(shape: Any) -> Box | None:
    return _box(shape.find(f"{DI}BPMNLabel/{DC}Bounds"))


def _number(text: str | None) -> float:
    """Read one number of the DI; what is none or lies out of reach raises ValueError."""
    number = float(text or "nan")
    if not math.isfinite(number) or abs(number) > FAR:
        raise ValueError(text)
    return number


def _point(element: Any) -> Point | None:
    try:
        return Point(_number(element.get("x")), _number(element.get("y")))
    except ValueError:
        return None


def _box(element: Any) -> Box | None:
    if element is None:
        return None
    try:
        box = Box(*(_number(element.get(key)) for key in ("x", "y", "width", "height")))
    except ValueError:
        return None
    return box if box.width > 1 and box.height > 1 else None
