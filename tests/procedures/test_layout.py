"""A diagram without places gets them: whatever the graph, boxes do not overlap and lines run around them."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.procedures import layout
from tests.effort import at_most
from tests.procedures import diagrams
from tests.procedures.diagrams import Seen, file, flow, flows, lane, node, seen

ROOT = Path(__file__).parents[2] / "bpmn"
SHIPPED = sorted(ROOT.glob("*/process.bpmn"))
DRAWN = re.compile(rb"  <bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>\n", re.DOTALL)


def placed(content: bytes) -> Seen:
    result = layout.laid_out(content)
    assert layout.has_layout(result)
    return seen(result)


def hold(found: Seen) -> None:
    """Everything a reader relies on in any layout."""
    _all_is_placed(found)
    _boxes_hold(found)
    _lines_hold(found)


def _all_is_placed(found: Seen) -> None:
    kinds = ("Task", "task", "Event", "Gateway", "Process", "Activity", "Annotation", "Reference", "participant")
    for key in found.elements:
        if found.kind(key).endswith(kinds):
            assert key in found.boxes
        elif found.kind(key) in ("sequenceFlow", "association", "messageFlow"):
            ends = {found.elements[key].get("sourceRef"), found.elements[key].get("targetRef")}
            assert key in found.ways or not ends <= set(found.boxes) or len(ends) == 1


def _boxes_hold(found: Seen) -> None:
    for a, b in combinations(found.solid(), 2):
        if a in found.around(b) or b in found.around(a):
            outer, inner = (a, b) if a in found.around(b) else (b, a)
            assert diagrams.within(found.boxes[inner], found.boxes[outer])
        else:
            assert not diagrams.overlap(found.boxes[a], found.boxes[b]), (a, b)
    for key, element in found.elements.items():
        if found.kind(key) == "boundaryEvent":
            box, host = found.boxes[key], found.boxes[element.get("attachedToRef")]
            assert abs(box.center.y - host.bottom) < 0.3
            assert host.x < box.x < box.right < host.right
        if found.kind(key) == "lane":
            _lane_holds(found, key)


def _lane_holds(found: Seen, key: str) -> None:
    lane = found.elements[key]
    for ref in lane.iter(f"{diagrams.BPMN}flowNodeRef"):
        assert diagrams.within(found.boxes[ref.text], found.boxes[key])
    for outer in found.around(key):
        if outer in found.boxes and found.kind(outer) in ("lane", "subProcess"):
            assert diagrams.within(found.boxes[key], found.boxes[outer])


def _lines_hold(found: Seen) -> None:
    hung = {key: found.elements[key].get("attachedToRef") for key in found.boxes if found.kind(key) == "boundaryEvent"}
    for key, way in found.ways.items():
        ends = [found.elements[key].get(name) for name in ("sourceRef", "targetRef")]
        assert len(way) > 1
        assert all(a.x == b.x or a.y == b.y for a, b in pairwise(way)), key
        for point, end in zip((way[0], way[-1]), ends, strict=True):
            assert diagrams.on_border(point, found.boxes[end]), (key, end)
        own = {*ends, *(one for end in ends for one in found.around(end))}
        for other in (*found.solid(), *hung):
            if other in own or found.kind(other) == "process":
                continue
            assert not diagrams.runs_through(way, found.boxes[other]), (key, other)


@settings(max_examples=120, deadline=None)
@given(diagrams.processes())
def test_a_process_with_lanes_and_loops_is_laid_out_soundly(process):
    hold(placed(file(process[0])))


@settings(max_examples=100, deadline=None)
@given(diagrams.collaborations())
def test_pools_and_message_flows_are_laid_out_soundly(content):
    found = placed(content)
    pools = [found.boxes[key] for key in found.boxes if found.kind(key) == "participant"]
    assert [pool.y for pool in pools] == sorted(pool.y for pool in pools)
    assert not [pair for pair in combinations(pools, 2) if diagrams.overlap(*pair)]
    for participant in found.root.iter(f"{diagrams.BPMN}participant"):
        for key, element in found.elements.items():
            if participant.get("processRef") in {one.get("id") for one in element.iterancestors()} - {None} \
                    and key in found.boxes:
                assert diagrams.within(found.boxes[key], found.boxes[participant.get("id")])
    hold(found)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_a_shipped_procedure_stripped_of_its_places_reads_from_left_to_right(path):
    stripped = DRAWN.sub(b"", path.read_bytes())
    assert not layout.has_layout(stripped)
    found = placed(stripped)
    hold(found)
    lanes = [key for key in found.boxes if found.kind(key) == "lane"]
    assert [found.boxes[key].y for key in lanes] == sorted(found.boxes[key].y for key in lanes)
    path_through = ["receive", "sign"] if "sign" in found.boxes else ["receive", "certify"]
    assert [found.boxes[key].x for key in path_through if key in found.boxes] == sorted(
        found.boxes[key].x for key in path_through if key in found.boxes)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_no_byte_outside_the_diagram_changes(path):
    stripped = DRAWN.sub(b"", path.read_bytes())
    result = layout.laid_out(stripped)
    assert len(DRAWN.findall(result)) == 1
    assert DRAWN.sub(b"", result) == stripped


def test_comments_windows_line_ends_and_what_follows_the_root_stay():
    content = file(f'<bpmn:process id="p">{node("task", "t")}</bpmn:process>').replace(b"\n", b"\r\n")
    content = b"\xef\xbb\xbf" + content + b"<!-- </bpmn:definitions> --><?end?>\r\n"
    result = layout.laid_out(content)
    assert layout.has_layout(result)
    assert DRAWN.sub(b"", result) == content


def test_a_file_with_a_diagram_keeps_it_unless_asked():
    content = SHIPPED[0].read_bytes()
    assert layout.laid_out(content) == content
    anew = layout.laid_out(content, again=True)
    assert anew != content
    assert len(re.findall(rb"<bpmndi:BPMNDiagram", anew)) == 1
    assert layout.has_layout(anew)
    assert DRAWN.sub(b"", anew) == re.sub(rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", b"", content, flags=re.S)


def test_a_diagram_that_leaves_out_a_step_or_a_flow_is_none():
    whole = layout.laid_out(file('<bpmn:process id="p">' + node("task", "t") + node("task", "u") + flow("t", "u")
                                 + "</bpmn:process>"))
    assert layout.has_layout(whole)
    assert not layout.has_layout(re.sub(rb"<bpmndi:BPMNEdge.*?</bpmndi:BPMNEdge>", b"", whole, flags=re.DOTALL))
    assert not layout.has_layout(re.sub(rb"<bpmndi:BPMNShape.*?</bpmndi:BPMNShape>", b"", whole, count=1, flags=re.S))


def test_ids_of_the_diagram_are_used_by_nothing_else():
    content = file(f'<bpmn:process id="plane">{node("task", "t")}{node("task", "t_di")}{node("task", "diagram")}'
                   "</bpmn:process>")
    ids = re.findall(rb' id="([^"]+)"', layout.laid_out(content))
    assert len(ids) == len(set(ids))


def test_a_loop_back_runs_above_or_below_what_it_returns_over():
    inside = "".join(node("userTask", key) for key in "abc") + flows(("a", "b"), ("b", "c"), ("c", "a"))
    found = placed(file(f'<bpmn:process id="p">{inside}</bpmn:process>'))
    hold(found)
    assert [found.boxes[key].x for key in "abc"] == sorted({found.boxes[key].x for key in "abc"})
    middle = found.boxes["b"].center.y
    assert any(abs(point.y - middle) > 29 for point in found.ways["c__a"])


def test_the_main_way_of_a_chain_is_one_straight_line():
    keys = ["s", "a", "b", "c", "e"]
    kinds = ["startEvent", "userTask", "userTask", "userTask", "endEvent"]
    inside = "".join(node(kind, key) for kind, key in zip(kinds, keys, strict=True)) + flows(*pairwise(keys))
    found = placed(file(f'<bpmn:process id="p">{inside}</bpmn:process>'))
    assert {found.boxes[key].center.y for key in keys} == {found.boxes["s"].center.y}
    assert all(len(way) == 2 for way in found.ways.values())


def test_five_boundary_events_on_one_step_stand_side_by_side():
    inside = node("userTask", "t") + "".join(
        node("boundaryEvent", f"b{at}", "Quá hạn 30 ngày", more=' attachedToRef="t"') + node("endEvent", f"e{at}")
        + flow(f"b{at}", f"e{at}") for at in range(5))
    found = placed(file(f'<bpmn:process id="p">{inside}</bpmn:process>'))
    hold(found)
    hung = [found.boxes[f"b{at}"] for at in range(5)]
    assert not [pair for pair in combinations(hung, 2) if diagrams.overlap(*pair)]
    assert [box.x for box in hung] == sorted(box.x for box in hung)


def test_an_event_sub_process_stands_whole_in_its_pool_below_the_rest():
    late = node("subProcess", "late", "Khi quá hạn", node("startEvent", "ls") + node("endEvent", "le")
                + flow("ls", "le"), ' triggeredByEvent="true"')
    inside = node("startEvent", "s") + node("userTask", "t") + flow("s", "t") + late
    found = placed(file(f'<bpmn:process id="p">{inside}</bpmn:process>'))
    hold(found)
    assert found.boxes["late"].y > found.boxes["t"].bottom


def test_data_and_notes_stand_next_to_the_step_they_belong_to():
    take = ('<bpmn:dataInputAssociation id="take"><bpmn:sourceRef>d</bpmn:sourceRef><bpmn:targetRef>x</bpmn:targetRef>'
            "</bpmn:dataInputAssociation>")
    keys = [f"t{at}" for at in range(6)]
    inside = "".join(node("userTask", key, inside=take if key == "t4" else "") for key in keys)
    inside += flows(*pairwise(keys)) + node("dataObjectReference", "d", "Đơn")
    found = placed(file(f'<bpmn:process id="p">{inside}</bpmn:process>'))
    assert found.boxes["d"].center.x == pytest.approx(found.boxes["t4"].center.x, abs=0.2)
    assert len(found.ways["take"]) == 2


def test_nested_lanes_keep_their_order_and_lie_in_each_other():
    lanes = lane("outer", [], lane("one", ["b"]) + lane("two", ["a"])) + lane("three", ["c"])
    inside = "".join(node("userTask", key) for key in "abc") + flows(("a", "b"), ("b", "c"))
    found = placed(file(f'<bpmn:process id="p"><bpmn:laneSet>{lanes}</bpmn:laneSet>{inside}</bpmn:process>'))
    hold(found)
    assert found.boxes["one"].bottom == found.boxes["two"].y
    assert found.boxes["two"].bottom == found.boxes["outer"].bottom == found.boxes["three"].y
    assert found.boxes["one"].x > found.boxes["outer"].x


def test_a_message_flow_to_a_pool_beyond_another_passes_beside_it():
    pools = "".join(f'<bpmn:participant id="pool{at}" processRef="p{at}"/>' for at in range(3))
    content = file(f'<bpmn:collaboration id="c">{pools}<bpmn:messageFlow id="m" sourceRef="t0" targetRef="t2"/>'
                   "</bpmn:collaboration>" + "".join(
                       f'<bpmn:process id="p{at}">{node("task", f"t{at}")}</bpmn:process>' for at in range(3)))
    found = placed(content)
    hold(found)
    assert not diagrams.runs_through(found.ways["m"], found.boxes["pool1"])


def test_three_hundred_nested_sub_processes_are_laid_out_without_recursion():
    inside = node("task", "t")
    for at in range(200):
        inside = node("subProcess", f"s{at}", inside=inside)
    found = placed(file(f'<bpmn:process id="p">{inside}</bpmn:process>'))
    assert len(found.boxes) == 201


def _long(count: int, lanes: int) -> bytes:
    """A procedure of so many steps with a branch and a way back after every fourth."""
    keys = [f"t{at}" for at in range(count)]
    members = [[key for at, key in enumerate(keys) if at // 3 % lanes == one] for one in range(lanes)]
    parts = [node("exclusiveGateway" if at % 4 == 3 else "userTask", key, "Thẩm định hồ sơ")
             for at, key in enumerate(keys)]
    parts += [flow(a, b, "Đạt") for a, b in pairwise(keys)]
    parts += [flow(keys[at], keys[max(0, at - 5)], "Trả lại") for at in range(3, count, 4)]
    sets = "".join(lane(f"l{one}", keys) for one, keys in enumerate(members))
    return file(f'<bpmn:process id="p"><bpmn:laneSet>{sets}</bpmn:laneSet>{"".join(parts)}</bpmn:process>')


@pytest.mark.parametrize(("count", "seconds"), [(30, 0.3), (300, 3)])
def test_laying_out_takes_little_work(count, seconds):
    content = _long(count, 6)
    with at_most(seconds):
        result = layout.laid_out(content)
    hold(seen(result))
    assert layout.has_layout(result)


def _crowd(count: int, links: int) -> bytes:
    """Every step leads to many others, forward and back."""
    parts = [node("task", f"t{at}") for at in range(count)]
    parts += [flow(f"t{at % count}", f"t{at * 7919 % count}", "Đạt", f"f{at}") for at in range(links)]
    return file(f'<bpmn:process id="p">{"".join(parts)}</bpmn:process>')


@pytest.mark.parametrize("content", [
    _crowd(500, 2000), _crowd(40, 1500), _crowd(2000, 0),
    file('<bpmn:process id="p">' + node("parallelGateway", "g") + "".join(
        node("task", f"t{at}") + flow("g", f"t{at}") for at in range(1000)) + "</bpmn:process>"),
    file('<bpmn:process id="p">' + "".join(node("task", f"t{at}", "x" * 9000) for at in range(100))
         + flows(*((f"t{at}", f"t{at + 1}") for at in range(99))) + "</bpmn:process>"),
], ids=["500 steps", "dense", "lone steps", "fan", "long names"])
def test_an_unreadable_crowd_is_laid_out_all_the_same_in_bounded_work(content):
    with at_most(5):
        assert layout.has_layout(layout.laid_out(content))


@pytest.mark.parametrize("content", [
    b"", b"no xml", b"<a>", b"\xff\xfe\x00", b"<definitions/>", b"\x00<a/>",
    '<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"), diagrams.HEAD.encode() + b"</bpmn:definitions>",
])
def test_what_is_no_diagram_comes_back_as_it_was(content):
    assert layout.laid_out(content) == content
    assert not layout.has_layout(content)


@pytest.mark.parametrize("inside", [
    flow("a", "b"), node("task", "a") + flow("a", "nowhere") + flow("", "a"),
    node("boundaryEvent", "b", more=' attachedToRef="b"') + node("boundaryEvent", "c", more=' attachedToRef="no"'),
    node("boundaryEvent", "b", more=' attachedToRef="c"') + node("boundaryEvent", "c", more=' attachedToRef="b"'),
    node("task", "a") + node("task", "a") + flow("a", "a") + flow("a", "a"),
    "<bpmn:task/><bpmn:sequenceFlow/><bpmn:laneSet><bpmn:lane/></bpmn:laneSet>" + node("task", "a"),
    "<bpmn:laneSet>" + lane("l", ["a", "a", "no"]) + lane("l", ["a"]) + "</bpmn:laneSet>" + node("task", "a"),
    node("subProcess", "s", inside=node("task", "i")) + flow("s", "i") + node("task", "ệ &amp; &quot;"),
])
def test_references_that_lead_nowhere_break_nothing(inside):
    result = layout.laid_out(file(f'<bpmn:process id="p">{inside}</bpmn:process>'))
    assert seen(result) is not None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 30_000), st.integers(1, 300),
       st.sampled_from([b"", b"0", b'"', b"<x/>", b"-->", b"</bpmn:task>"]))
def test_a_damaged_file_never_breaks_the_layout(at, long, instead):
    content = SHIPPED[0].read_bytes()
    broken = content[:at] + instead + content[at + long :]
    layout.laid_out(broken, again=True)
    layout.has_layout(broken)
