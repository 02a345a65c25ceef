"""Diagrams without places for the tests of layout and picture, and what a layout says about them once it is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import strategies as st
from lxml import etree

from engine.procedures.picture_model import Box, Point

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"
HEAD = ('<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions '
        'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">')
KINDS = ["userTask", "exclusiveGateway", "endEvent", "callActivity", "parallelGateway", "serviceTask", "subProcess",
         "intermediateCatchEvent", "startEvent", "task"]
NAMES = st.sampled_from(["", "Đạt", "Thẩm định hồ sơ", "Tiếp nhận, kiểm tra thành phần hồ sơ và hướng dẫn bổ sung"])


def file(inside: str) -> bytes:
    """A whole file around processes and collaborations."""
    return f"{HEAD}\n{inside}\n</bpmn:definitions>\n".encode()


def node(kind: str, key: str, name: str = "", inside: str = "", more: str = "") -> str:
    """One element of a process."""
    return f'<bpmn:{kind} id="{key}" name="{name}"{more}>{inside}</bpmn:{kind}>'


def flow(source: str, target: str, name: str = "", key: str = "") -> str:
    """One sequence flow without incoming and outgoing children beside it."""
    key = key or f"{source}__{target}"
    return f'<bpmn:sequenceFlow id="{key}" name="{name}" sourceRef="{source}" targetRef="{target}"/>'


def flows(*pairs: tuple[str, str]) -> str:
    """Several sequence flows."""
    return "".join(flow(*pair) for pair in pairs)


def lane(key: str, members: list[str], inside: str = "") -> str:
    """One lane; `inside` are the lanes in it."""
    nested = f"<bpmn:childLaneSet>{inside}</bpmn:childLaneSet>" if inside else ""
    refs = "".join(f"<bpmn:flowNodeRef>{one}</bpmn:flowNodeRef>" for one in members)
    return f'<bpmn:lane id="{key}" name="Làn {key}">{refs}{nested}</bpmn:lane>'


@st.composite
def insides(draw: st.DrawFn, prefix: str = "", depth: int = 0, most: int = 12) -> tuple[str, list[str]]:
    """The elements of a process or sub-process, drawn at random: loops, boundary events, notes, nested content."""
    keys = [f"{prefix}n{at}" for at in range(draw(st.integers(1, most)))]
    kinds = {key: draw(st.sampled_from(KINDS)) for key in keys}
    parts = []
    for key in keys:
        inside = ""
        if kinds[key] == "subProcess" and depth < 2 and draw(st.booleans()):
            inside = draw(insides(f"{key}_", depth + 1, 4))[0]
        parts.append(node(kinds[key], key, draw(NAMES), inside))
    hosts = [key for key in keys if kinds[key].endswith(("Task", "task", "Process", "Activity"))]
    bound = draw(st.lists(st.sampled_from(hosts), max_size=4)) if hosts else []
    for at, host in enumerate(bound):
        parts.append(node("boundaryEvent", f"{prefix}b{at}", draw(NAMES), more=f' attachedToRef="{host}"'))
    ends = [*keys, *(f"{prefix}b{at}" for at in range(len(bound)))]
    joined = draw(st.lists(st.tuples(st.sampled_from(ends), st.sampled_from(ends), NAMES), max_size=18))
    parts += [flow(a, b, name, f"{prefix}f{at}") for at, (a, b, name) in enumerate(joined)]
    papers = draw(st.lists(st.tuples(st.sampled_from(["textAnnotation", "dataObjectReference", "dataStoreReference"]),
                                     st.sampled_from(ends)), max_size=3))
    for at, (kind, end) in enumerate(papers):
        parts.append(node(kind, f"{prefix}p{at}", "Giấy"))
        parts.append(f'<bpmn:association id="{prefix}a{at}" sourceRef="{prefix}p{at}" targetRef="{end}"/>')
    return "".join(draw(st.permutations(parts))), keys


@st.composite
def processes(draw: st.DrawFn, key: str = "p") -> tuple[str, list[str]]:
    """A process with lanes, some nested, some steps in none of them."""
    inside, keys = draw(insides(f"{key}_"))
    shuffled = draw(st.permutations(keys))
    cuts = sorted(draw(st.lists(st.integers(0, len(keys)), max_size=3)))
    lanes = [lane(f"{key}_l{at}", list(shuffled[a:b])) for at, (a, b) in enumerate(pairwise([0, *cuts]))]
    if len(lanes) > 1 and draw(st.booleans()):
        lanes = [lane(f"{key}_outer", [], "".join(lanes[:2])), *lanes[2:]]
    held = f"<bpmn:laneSet>{''.join(lanes)}</bpmn:laneSet>" if lanes else ""
    return f'<bpmn:process id="{key}">{held}{inside}</bpmn:process>', keys


@st.composite
def collaborations(draw: st.DrawFn) -> bytes:
    """Several pools, some of them black boxes, with message flows between pools and steps."""
    made, ends = [], []
    parts = []
    for at in range(draw(st.integers(1, 3))):
        if draw(st.integers(0, 3)) == 0:
            parts.append(f'<bpmn:participant id="pool{at}" name="Hộp"/>')
            ends.append([f"pool{at}"])
            continue
        process, keys = draw(processes(f"p{at}"))
        made.append(process)
        parts.append(f'<bpmn:participant id="pool{at}" name="Cơ quan" processRef="p{at}"/>')
        ends.append([f"pool{at}", *keys])
    if len(ends) > 1:
        for at in range(draw(st.integers(0, 5))):
            a, b = draw(st.permutations(ends))[:2]
            source, target = draw(st.sampled_from(a)), draw(st.sampled_from(b))
            parts.append(f'<bpmn:messageFlow id="m{at}" sourceRef="{source}" targetRef="{target}"/>')
    return file(f'<bpmn:collaboration id="c">{"".join(parts)}</bpmn:collaboration>{"".join(made)}')


@dataclass
class Seen:
    """What a laid out file says: the elements, their boxes and ways, and who stands in whom."""

    root: etree._Element
    elements: dict[str, etree._Element] = field(default_factory=dict)
    boxes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    ways: dict[str, list[Point]] = field(default_factory=dict)

    def kind(self, key: str) -> str:
        """The name of a BPMN element."""
        return str(self.elements[key].tag).removeprefix(BPMN)

    def around(self, key: str) -> set[str]:
        """The ids of all elements around one."""
        return {one.get("id") for one in self.elements[key].iterancestors() if one.get("id")}

    def solid(self) -> list[str]:
        """The boxes no line may cross and that may not overlap: all but pools, lanes and boundary events."""
        return [key for key in self.boxes if self.kind(key) not in ("participant", "lane", "boundaryEvent")]


def seen(content: bytes) -> Seen:
    """Read what a file says about places; plain reading, nothing of the product."""
    found = Seen(etree.fromstring(content))
    found.elements = {one.get("id"): one for one in found.root.iter() if one.get("id") and BPMN in str(one.tag)}
    for shape in found.root.iter(f"{DI}BPMNShape"):
        found.boxes[shape.get("bpmnElement")] = _box(shape.find(f"{DC}Bounds"))
        label = shape.find(f"{DI}BPMNLabel/{DC}Bounds")
        if label is not None:
            found.labels[shape.get("bpmnElement")] = _box(label)
    for edge in found.root.iter(f"{DI}BPMNEdge"):
        points = [Point(float(one.get("x")), float(one.get("y"))) for one in edge.findall(f"{DD}waypoint")]
        found.ways[edge.get("bpmnElement")] = points
    return found


def _box(bounds: etree._Element) -> Box:
    return Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))


def overlap(a: Box, b: Box, least: float = 0.3) -> bool:
    """Whether two boxes share more than their border."""
    return (a.x + least < b.right and b.x + least < a.right and a.y + least < b.bottom and b.y + least < a.bottom)


def within(inner: Box, outer: Box, least: float = 0.3) -> bool:
    """Whether one box lies in another."""
    return (outer.x - least <= inner.x and inner.right <= outer.right + least
            and outer.y - least <= inner.y and inner.bottom <= outer.bottom + least)


def runs_through(way: list[Point], box: Box) -> bool:
    """Whether a line passes the inside of a box."""
    return any(overlap(Box(min(a.x, b.x) - 0.1, min(a.y, b.y) - 0.1, abs(a.x - b.x) + 0.2, abs(a.y - b.y) + 0.2), box)
               for a, b in pairwise(way))


def on_border(point: Point, box: Box, least: float = 0.3) -> bool:
    """Whether a point lies on the border of a box."""
    inside = within(Box(point.x, point.y, 0, 0), box, least)
    edges = (abs(point.x - box.x), abs(point.x - box.right), abs(point.y - box.y), abs(point.y - box.bottom))
    return inside and min(edges) <= least
