"""A BPMN file read for drawing: elements and their diagram interchange (DI), nothing of what they mean.

The file was checked long before; here nothing is refused. What is unknown, broken or refers to nothing is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine.procedures import layout
from engine.procedures.layout_read import BPMN, CONTAINERS, PAPER, is_step, kind_of, name_of, reference
from engine.procedures.picture_model import Box, Drawing, Flow, Lane, Node, Paint, Point

FLOWS = ("sequenceFlow", "messageFlow", "association", "dataInputAssociation", "dataOutputAssociation")
SHAPES = PAPER | {"dataObject", "dataInput", "dataOutput", "dataStore", "group"}
BIO = "{http://bpmn.io/schema/bpmn/biocolor/1.0}"
COLOR = "{http://www.omg.org/spec/BPMN/non-normative/color/1.0}"
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,20}|rgb\(\d{1,3}, ?\d{1,3}, ?\d{1,3}\)")


def read(bpmn: bytes) -> Drawing:
    """Read the elements of `bpmn` with their places; laid out by us where the file places not every step.

    What is not XML gives an empty drawing. Entities are not resolved, nothing is fetched.
    """
    root = layout.parsed(bpmn if layout.has_layout(bpmn) else layout.laid_out(bpmn, again=True))
    plane = None if root is None else _plane(root)
    if plane is None:
        return Drawing()
    places = {reference(shape.get("bpmnElement")): shape for shape in plane if isinstance(shape.tag, str)}
    hidden = _hidden(root, places)
    drawing = Drawing(list(_lanes(root, places)), {node.id: node for node in _nodes(root, places, hidden)})
    pools = {lane.id for lane in drawing.lanes}
    drawing.flows = [flow for flow in _flows(root, places, hidden) if _joins(flow, drawing, pools)]
    return drawing


def _plane(root: Any) -> Any:
    """The main diagram: of those of a process or collaboration the fullest, never that of a collapsed sub-process."""
    main = {element.get("id") for element in root if kind_of(element) in ("process", "collaboration")}
    planes = list(root.iter(f"{layout.DI}BPMNPlane"))
    whole = [plane for plane in planes if reference(plane.get("bpmnElement")) in main]
    return max(whole or planes[:1], key=len, default=None)


def _hidden(root: Any, places: dict[str, Any]) -> set[str]:
    """What is inside of a sub-process that its diagram shows collapsed."""
    return {part.get("id") for element in root.iter(*(f"{BPMN}{kind}" for kind in CONTAINERS))
            if (shape := places.get(element.get("id"))) is not None and shape.get("isExpanded") == "false"
            for part in element.iterdescendants() if isinstance(part.tag, str) and part.get("id")}


def _joins(flow: Flow, drawing: Drawing, pools: set[str]) -> bool:
    """Whether a flow has its way and both its ends; a note may also speak of a flow."""
    if len(flow.points) < 2:
        return False
    if flow.kind not in ("sequenceFlow", "messageFlow"):
        return True
    return all(end in drawing.nodes or (flow.kind == "messageFlow" and end in pools)
               for end in (flow.source, flow.target))


def _nodes(root: Any, places: dict[str, Any], hidden: set[str]) -> Iterator[Node]:
    values = {value.get("id"): value.get("value") or "" for value in root.iter(f"{BPMN}categoryValue")}
    for element in root.iter():
        kind, key = kind_of(element), str(element.get("id") or "") if isinstance(element.tag, str) else ""
        shape = places.get(key) if key and key not in hidden else None
        if shape is None or not (is_step(kind) or kind in SHAPES) or (box := _box(shape)) is None:
            continue
        node = Node(key, kind, _named(element, kind, values), box, _event(element, kind))
        node.host, node.label, node.paint = reference(element.get("attachedToRef")), _label(shape), _paint(shape)
        node.quiet = "false" in (element.get("cancelActivity"), element.get("isInterrupting"))
        node.own = element.get("triggeredByEvent") == "true"
        node.open = kind in (*CONTAINERS, "callActivity") and _open(element, shape, places)
        node.marks = tuple(_marks(element, kind, node.open))
        yield node


def _named(element: Any, kind: str, values: dict[str, str]) -> str:
    if kind == "textAnnotation":
        return " ".join((element.findtext(f"{BPMN}text") or "").split())
    if kind == "group":
        return values.get(reference(element.get("categoryValueRef")), "")
    state = element.find(f"{BPMN}dataState")
    stated = f" [{name_of(state)}]" if state is not None and name_of(state) else ""
    return name_of(element) + stated


def _event(element: Any, kind: str) -> str:
    if not kind.endswith("Event"):
        return ""
    found = [part.removesuffix("EventDefinition") for part in map(kind_of, element) if part.endswith("EventDefinition")]
    found += ["" for part in element if kind_of(part) == "eventDefinitionRef"]
    if len(found) > 1:
        return "parallelMultiple" if element.get("parallelMultiple") == "true" else "multiple"
    return found[0] if found else ""


def _open(element: Any, shape: Any, places: dict[str, Any]) -> bool:
    """Whether the inside is shown: as the diagram says, or as it has shapes for it."""
    if shape.get("isExpanded") is not None:
        return bool(shape.get("isExpanded") == "true")
    return any(part.get("id") in places for part in element if isinstance(part.tag, str) and is_step(kind_of(part)))


def _marks(element: Any, kind: str, opened: bool) -> Iterator[str]:
    if element.find(f"{BPMN}standardLoopCharacteristics") is not None:
        yield "loop"
    many = element.find(f"{BPMN}multiInstanceLoopCharacteristics")
    if many is not None:
        yield "sequential" if many.get("isSequential") == "true" else "parallel"
    if element.get("isForCompensation") == "true":
        yield "compensation"
    if kind in CONTAINERS and not opened:
        yield "plus"
    if kind == "adHocSubProcess":
        yield "adhoc"
    if element.get("isCollection") == "true":
        yield "parallel"


def _flows(root: Any, places: dict[str, Any], hidden: set[str]) -> Iterator[Flow]:
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    defaults = {element.get("default") for element in elements} - {None}
    gateways = {element.get("id") for element in elements if kind_of(element).endswith("Gateway")}
    for element in root.iter(*(f"{BPMN}{kind}" for kind in FLOWS)):
        key, kind = element.get("id"), kind_of(element)
        shape = places.get(key) if key and key not in hidden else None
        if shape is None or shape.tag != f"{layout.DI}BPMNEdge":
            continue
        ends = reference(element.get("sourceRef")), reference(element.get("targetRef"))
        points = [point for point in map(_point, shape.findall(f"{layout.DD}waypoint")) if point is not None]
        flow = Flow(key, kind, name_of(element), *ends, points, _label(shape), paint=_paint(shape))
        flow.directed = kind != "association" or element.get("associationDirection") in ("One", "Both")
        if key in defaults:
            flow.start = "default"
        elif element.find(f"{BPMN}conditionExpression") is not None and flow.source not in gateways:
            flow.start = "conditional"
        yield flow


def _lanes(root: Any, places: dict[str, Any]) -> Iterator[Lane]:
    """Pools before lanes, so that lanes are drawn over them.

    A pool divided into lanes has its name over its frame; a lane divided into lanes shows its name in those.
    """
    divided = {process.get("id") for process in root.iter(f"{BPMN}process")
               if process.find(f".//{BPMN}lane") is not None}
    for element in root.iter(f"{BPMN}participant", f"{BPMN}lane"):
        shape = places.get(element.get("id"))
        box = None if shape is None else _box(shape)
        if box is None:
            continue
        lane = Lane(element.get("id"), name_of(element), box, paint=_paint(shape))
        lane.above = reference(element.get("processRef")) in divided
        lane.named = element.find(f"{BPMN}childLaneSet/{BPMN}lane") is None
        lane.around = tuple(outer.get("id") for outer in element.iterancestors(f"{BPMN}lane"))[::-1]
        yield lane


def _paint(shape: Any) -> Paint:
    """The colours of either extension, where they are plain colours."""
    found = [shape.get(f"{COLOR}{name}") or shape.get(f"{BIO}{other}") or ""
             for name, other in (("background-color", "fill"), ("border-color", "stroke"))]
    return Paint(*(one if COLOUR.fullmatch(one) else "" for one in found))


def _label(shape: Any) -> Box | None:
    element = shape.find(f"{layout.DI}BPMNLabel")
    return None if element is None else _box(element)


def _point(element: Any) -> Point | None:
    found = layout.numbers(element, ("x", "y"))
    return Point(*found) if found is not None else None


def _box(shape: Any) -> Box | None:
    element = shape.find(f"{layout.DC}Bounds")
    found = None if element is None else layout.numbers(element, ("x", "y", "width", "height"))
    return Box(*found) if found is not None and found[2] > 1 and found[3] > 1 else None
