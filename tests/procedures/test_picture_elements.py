"""Every element and event of BPMN has its own shape in a picture, and a picture can stand by itself."""

from __future__ import annotations

import re
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from lxml import etree

from engine.procedures import layout, picture
from engine.procedures.picture_read import read
from tests.effort import at_most
from tests.procedures import diagrams
from tests.procedures.diagrams import file, flow, flows, lane, node

SVG = "{http://www.w3.org/2000/svg}"
TASKS = ["task", "userTask", "manualTask", "scriptTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask",
         "callActivity", "subProcess", "transaction", "adHocSubProcess"]
GATEWAYS = ["exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"]
EVENTS = {
    "startEvent": ["", "message", "timer", "signal", "conditional", "error", "escalation", "compensate"],
    "intermediateCatchEvent": ["", "message", "timer", "signal", "conditional", "link"],
    "intermediateThrowEvent": ["", "message", "signal", "escalation", "compensate", "link"],
    "boundaryEvent": ["message", "timer", "signal", "conditional", "error", "escalation", "compensate", "cancel"],
    "endEvent": ["", "message", "signal", "error", "escalation", "compensate", "cancel", "terminate"],
}
PAPERS = ["dataObjectReference", "dataStoreReference", "textAnnotation"]


def process(inside: str) -> bytes:
    return file(f'<bpmn:process id="p">{inside}</bpmn:process>')


def drawn(content: bytes) -> etree._Element:
    return etree.fromstring(picture.draw(content, label="x"))


def shape(content: bytes, title: str) -> str:
    """What is drawn for one element, its place and its words left out."""
    found = next(group for group in drawn(content).iter(f"{SVG}g") if group[0].text == title)
    parts = [etree.tostring(part).decode() for part in found if part.tag not in (f"{SVG}title", f"{SVG}text")]
    return re.sub(r' (x|y|cx|cy|transform)="[^"]*"', "", "".join(parts))


def events(kind: str) -> dict[str, bytes]:
    host = node("userTask", "host") if kind == "boundaryEvent" else ""
    more = ' attachedToRef="host"' if host else ""
    made = {one: f"<bpmn:{one}EventDefinition/>" if one else "" for one in EVENTS[kind]}
    made["multiple"] = "<bpmn:messageEventDefinition/><bpmn:timerEventDefinition/>"
    return {one: process(host + node(kind, "it", "Tên", inside, more)) for one, inside in made.items()}


def test_every_kind_of_activity_gateway_and_paper_looks_different():
    shapes = {kind: shape(process(node(kind, "it", "Tên")), "Tên") for kind in [*TASKS, *GATEWAYS, *PAPERS[:2]]}
    assert not [pair for pair in combinations(shapes, 2) if shapes[pair[0]] == shapes[pair[1]]]


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_looks_different(kind):
    shapes = {one: shape(content, "Tên") for one, content in events(kind).items()}
    assert not [pair for pair in combinations(shapes, 2) if shapes[pair[0]] == shapes[pair[1]]]


def test_catching_throwing_starting_and_ending_events_differ():
    shapes = [shape(events(kind)["message"], "Tên") for kind in EVENTS if kind != "boundaryEvent"]
    assert len(set(shapes)) == len(shapes)


@pytest.mark.parametrize(("kind", "more"), [("boundaryEvent", 'cancelActivity="false"'),
                                            ("startEvent", 'isInterrupting="false"')])
def test_an_event_that_does_not_interrupt_has_a_broken_border(kind, more):
    host = node("userTask", "host") + node(kind, "it", "Tên", more=f' attachedToRef="host" {more}')
    assert "stroke-dasharray" in shape(process(host), "Tên")
    assert "stroke-dasharray" not in shape(process(host.replace("false", "true")), "Tên")


@pytest.mark.parametrize("inside", ["<bpmn:standardLoopCharacteristics/>", "<bpmn:multiInstanceLoopCharacteristics/>",
                                    '<bpmn:multiInstanceLoopCharacteristics isSequential="true"/>'])
def test_loops_and_many_instances_carry_their_marker(inside):
    plain = shape(process(node("userTask", "it", "Tên")), "Tên")
    assert shape(process(node("userTask", "it", "Tên", inside)), "Tên").count("dg-env") == plain.count("dg-env") + 1


def test_an_open_sub_process_shows_its_inside_below_the_flows_and_a_collapsed_one_does_not():
    content = process(node("subProcess", "sub", "Thẩm tra", node("task", "a", "Đo") + node("task", "b", "Vẽ")
                           + flow("a", "b")))
    titles = [group[0].text for group in drawn(content).iter(f"{SVG}g")]
    assert titles == ["Thẩm tra", "Đo → Vẽ", "Đo", "Vẽ"]
    collapsed = layout.laid_out(content).replace(b'isExpanded="true"', b'isExpanded="false"')
    assert [group[0].text for group in drawn(collapsed).iter(f"{SVG}g")] == ["Thẩm tra"]


def test_of_several_diagrams_the_main_one_is_drawn():
    content = process(node("subProcess", "sub", "Thẩm tra", node("task", "a", "Đo")) + node("task", "t", "Ký"))
    plane = (b'<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
             b'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"><bpmndi:BPMNPlane bpmnElement="%s">%s'
             b"</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>")
    place = b'<bpmndi:BPMNShape bpmnElement="%s"><dc:Bounds x="%d" y="9" width="90" height="50"/></bpmndi:BPMNShape>'
    inner = plane % (b"sub", place % (b"a", 5) + place % (b"more", 0) + place % (b"none", 0))
    outer = plane % (b"p", place % (b"sub", 20) + place % (b"t", 150))
    both = content.replace(b"</bpmn:definitions>", inner + outer + b"</bpmn:definitions>")
    assert set(read(both).nodes) == {"sub", "t"}
    assert read(both).nodes["sub"].marks == ("plus",)


def test_message_flows_associations_and_default_flows_are_told_apart():
    pools = ('<bpmn:collaboration id="c"><bpmn:participant id="a" name="Sở" processRef="p"/>'
             '<bpmn:participant id="b" name="Người dân"/><bpmn:messageFlow id="m" sourceRef="t" targetRef="b"/>'
             "</bpmn:collaboration>")
    inside = (node("exclusiveGateway", "g", "Đạt?", more=' default="f"') + node("task", "t", "Ký") + node(
        "task", "u", "Trả") + flow("g", "t", "Có", "f") + flow("g", "u", "Không", "h")
        + node("textAnnotation", "n") + '<bpmn:association id="z" sourceRef="n" targetRef="u"/>')
    svg = drawn(file(f'{pools}<bpmn:process id="p">{inside}</bpmn:process>'))
    lines = {group[0].text: etree.tostring(group).decode() for group in svg.iter(f"{SVG}g") if "→" in group[0].text}
    assert "dg-flow--message" in lines["Ký → Người dân"]
    assert "stroke-dasharray" in lines["Ghi chú → Trả"]
    assert lines["Đạt? → Ký: Có"].count("dg-flow") == 2
    assert lines["Đạt? → Trả: Không"].count("dg-flow") == 1


def test_a_gateway_shows_its_question_and_an_element_without_a_name_says_its_kind():
    svg = drawn(process(node("exclusiveGateway", "g", "Đủ điều kiện?") + node("endEvent", "e")))
    assert "Đủ điều kiện?" in [text.text for text in svg.iter(f"{SVG}text")]
    assert "Sự kiện kết thúc" in [title.text for title in svg.iter(f"{SVG}title")]


def test_a_lane_in_a_lane_is_named_with_it_and_a_divided_pool_over_its_frame():
    pool = '<bpmn:participant id="a" name="Sở Xây dựng" processRef="p"/>'
    pools = f'<bpmn:collaboration id="c">{pool}</bpmn:collaboration>'
    lanes = lane("ngoài", [], lane("trong", ["t"]))
    svg = drawn(file(f'{pools}<bpmn:process id="p"><bpmn:laneSet>{lanes}</bpmn:laneSet>{node("task", "t")}'
                     "</bpmn:process>"))
    names = {text.text: float(text.get("y")) for text in svg.iter(f"{SVG}text")}
    assert names["Sở Xây dựng"] < names["Làn ngoài / Làn trong"]


@pytest.mark.parametrize("colours", [
    'xmlns:o="http://www.omg.org/spec/BPMN/non-normative/color/1.0" o:background-color="#ffe0b2" o:border-color="red"',
    'xmlns:o="http://bpmn.io/schema/bpmn/biocolor/1.0" o:fill="#ffe0b2" o:stroke="red"'])
def test_an_author_s_colours_are_drawn_and_nothing_else_in_their_place(colours):
    content = layout.laid_out(process(node("task", "t", "Ký")))
    coloured = content.replace(b'bpmnElement="t"', f'bpmnElement="t" {colours}'.encode())
    text = picture.draw(coloured, label="x")
    assert 'fill="#ffe0b2"' in text
    assert 'stroke="red"' in text
    assert "red" not in picture.draw(coloured, label="x", now={"t"})
    hostile = coloured.replace(b"red", b"url(//x)").replace(b"#ffe0b2", b"&quot;/&gt;&lt;script&gt;")
    assert not re.search("url\\(/|script", picture.draw(hostile, label="x"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_picture_by_itself_brings_its_look_and_speaks_its_language(language):
    content = process(node("startEvent", "s") + node("userTask", "t", "Ký") + flow("s", "t"))
    svg = etree.fromstring(picture.standalone(content, language))
    style = svg.findtext(f"{SVG}style")
    for name in {one for element in svg.iter() for one in (element.get("class") or "").split()}:
        assert name in ("dg", "dg--natural", "dg-node") or f".{name}" in style
    assert ("Sự kiện bắt đầu" if language == "vi" else "Start event") in [one.text for one in svg.iter(f"{SVG}title")]
    assert not re.search(r'\s(style|on\w+)="|@import|url\((?!#)', picture.standalone(content, language))


@settings(max_examples=60, deadline=None)
@given(diagrams.collaborations())
def test_whatever_is_laid_out_is_drawn_whole(content):
    svg = etree.fromstring(picture.standalone(content, "vi"))
    shown = read(content)
    assert len(svg.findall(f"{SVG}g")) == len(shown.lanes) + len(shown.nodes) + len(shown.flows)
    assert set(diagrams.seen(layout.laid_out(content)).boxes) == {*shown.nodes, *(one.id for one in shown.lanes)}


def test_a_long_procedure_is_drawn_with_little_work():
    keys = [f"t{at}" for at in range(300)]
    content = layout.laid_out(process("".join(node("userTask", key, "Thẩm định hồ sơ") for key in keys)
                                      + flows(*pairwise(keys))))
    with at_most(1):
        picture.draw(content, label="x")
