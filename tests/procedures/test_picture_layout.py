"""A diagram whose file says no places: boxes do not overlap, lanes keep their order, flows run around boxes."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.procedures.picture_layout import lay_out
from engine.procedures.picture_model import Box, Drawing, Flow, Lane, Node, Point
from engine.procedures.picture_read import read

RENEWAL = (Path(__file__).parents[2] / "bpmn" / "driving-licence-renewal" / "process.bpmn").read_bytes()
WITHOUT_PLACES = re.sub(rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", b"", RENEWAL, flags=re.DOTALL)
KINDS = ["userTask", "exclusiveGateway", "endEvent", "callActivity"]


@st.composite
def drawings(draw) -> Drawing:
    count = draw(st.integers(1, 14))
    keys = [f"n{at}" for at in range(count)]
    nodes = {key: Node(key, draw(st.sampled_from(KINDS)), key) for key in keys}
    nodes["n0"].kind = "startEvent"
    hosts = draw(st.lists(st.sampled_from(keys), max_size=2))
    nodes.update({f"b{at}": Node(f"b{at}", "boundaryEvent", "", "timer", host) for at, host in enumerate(hosts)})
    ends = st.sampled_from(sorted(nodes))
    flows = [Flow(f"f{at}", "sequenceFlow", "Đạt", draw(ends), draw(ends)) for at in range(draw(st.integers(0, 20)))]
    cut = sorted(draw(st.lists(st.integers(0, count), max_size=3)))
    edges = [0, *cut, draw(st.integers(cut[-1] if cut else 0, count))]
    lanes = [Lane(f"l{at}", "Làn", tuple(keys[a:b])) for at, (a, b) in enumerate(pairwise(edges)) if b > a]
    return Drawing(lanes, nodes, flows)


def overlap(a: Box, b: Box) -> bool:
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


def crosses(a: Point, b: Point, box: Box) -> bool:
    inner = Box(box.x + 1, box.y + 1, box.width - 2, box.height - 2)
    way = Box(min(a.x, b.x), min(a.y, b.y), abs(a.x - b.x) or 0.01, abs(a.y - b.y) or 0.01)
    return overlap(way, inner)


@settings(max_examples=150)
@given(drawings())
def test_no_two_steps_overlap(drawing):
    lay_out(drawing)
    boxes = [node.box for node in drawing.nodes.values() if not node.host]
    assert all(box is not None for box in boxes)
    assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]


@settings(max_examples=150)
@given(drawings())
def test_a_flow_runs_over_no_step(drawing):
    lay_out(drawing)
    boxes = [node.box for node in drawing.nodes.values() if not node.host]
    for flow in drawing.flows:
        assert len(flow.points) >= 2
        assert not [box for a, b in pairwise(flow.points) for box in boxes if crosses(a, b, box)]
        assert all(a.x == b.x or a.y == b.y for a, b in pairwise(flow.points))


@given(drawings())
def test_every_step_stands_in_its_lane_and_lanes_keep_their_order(drawing):
    lay_out(drawing)
    tops = [lane.box.y for lane in drawing.lanes]
    assert tops == sorted(tops)
    for lane in drawing.lanes:
        for key in lane.members:
            box = drawing.nodes[key].box
            assert lane.box.y < box.y
            assert box.bottom < lane.box.bottom
            assert box.right < lane.box.right


def test_a_real_procedure_without_places_reads_from_left_to_right():
    drawing = read(WITHOUT_PLACES)
    x = {key: node.box.x for key, node in drawing.nodes.items()}
    path = ["application", "receive", "fee", "collect_fee", "verify", "review", "sign", "print_card", "return_result"]
    assert [x[key] for key in path] == sorted(x[key] for key in path)
    assert [lane.id for lane in drawing.lanes] == ["applicant", "receiving", "team", "leader", "printing"]


def test_a_loop_does_not_stop_the_layout():
    nodes = {key: Node(key, "userTask", key) for key in "abc"}
    flows = [Flow(a + b, "sequenceFlow", "", a, b) for a, b in ("ab", "bc", "ca", "bb")]
    lay_out(Drawing([], nodes, flows))
    assert [nodes[key].box.x for key in "abc"] == sorted({nodes[key].box.x for key in "abc"})
