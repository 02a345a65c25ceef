"""The picture of a procedure: what it shows, in which order, and that nothing a file holds breaks it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from engine.procedures import picture

ROOT = Path(__file__).parents[2] / "bpmn"
FILES = sorted(ROOT.rglob("*.bpmn"))
RENEWAL = (ROOT / "driving-licence-renewal" / "process.bpmn").read_bytes()
SVG = "{http://www.w3.org/2000/svg}"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
WITHOUT_PLACES = re.sub(rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", b"", RENEWAL, flags=re.DOTALL)


def drawn(bpmn: bytes = RENEWAL, **more) -> etree._Element:
    return etree.fromstring(picture.draw(bpmn, label="Sơ đồ", **more))


def titles(svg) -> list[str]:
    return [title.text for title in svg.iter(f"{SVG}title")]


def step(svg, name: str):
    return next(
        g for g in svg.iter(f"{SVG}g") if (g[0].text or "").startswith(name) and "dg-node" in g.get("class", "")
    )


def simple(name: str = "Thẩm định") -> bytes:
    return f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">
      <startEvent id="s"/><userTask id="t" name="{name}"/><endEvent id="e"/>
      <sequenceFlow id="f" sourceRef="s" targetRef="t"/><sequenceFlow id="g" sourceRef="t" targetRef="e"/>
    </process></definitions>""".encode()


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_step_of_every_procedure_is_in_its_picture(file):
    source = file.read_bytes()
    svg = drawn(source)
    tasks = [e for e in etree.fromstring(source).iter() if str(e.tag).endswith(("Task", "callActivity"))]
    assert tasks
    for task in tasks:
        assert task.get("name") in titles(svg)


def test_the_label_says_the_state_of_the_case():
    svg = etree.fromstring(picture.draw(RENEWAL, label='Hồ sơ "0034" & đang thẩm định'))
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == 'Hồ sơ "0034" & đang thẩm định'


def test_the_first_child_of_every_group_says_what_it_shows():
    svg = drawn(
        now={"verify"}, order={"verify": (1, 2)}, pauses={"verify"}, notes={"verify": picture.Note("late", "trễ")}
    )
    top = [child for child in svg if child.tag == f"{SVG}g"]
    assert len(top) > 50
    assert all(group[0].tag == f"{SVG}title" and group[0].text for group in top)


def test_lanes_come_first_then_flows_not_taken_then_flows_taken_then_steps():
    svg = drawn(taken_flows={"filed"}, taken={"application"})
    kinds = []
    for group in svg.findall(f"{SVG}g"):
        shapes = [child.get("class", "") for child in group]
        first = next(style for style in shapes if style)
        kinds.append("lane" if first == "dg-lane" else first if first.startswith("dg-flow") else "step")
    order = ["lane", "dg-flow", "dg-flow dg-flow--done", "step"]
    assert [kind for kind, after in zip(kinds, [*kinds[1:], ""], strict=True) if kind != after] == order


def test_a_step_says_its_state_limit_pause_and_note_in_words():
    svg = drawn(
        now={"supplement"},
        limits={"supplement": "tối đa 30 ngày"},
        pauses={"supplement"},
        notes={"supplement": picture.Note("late", "trễ 42 phút")},
    )
    said = "Bổ sung hồ sơ: đang ở đây, định mức tối đa 30 ngày, đồng hồ dừng, trễ 42 phút"
    assert said in titles(svg)


def test_without_a_case_no_step_is_done_or_to_come():
    styles = {group.get("class") for group in drawn().iter(f"{SVG}g")}
    assert "dg-node" in styles
    assert not [style for style in styles if style and ("--done" in style or "--next" in style)]


def test_with_a_case_steps_are_done_present_or_to_come():
    svg = drawn(taken={"application", "receive"}, now={"verify"})
    assert "dg-node--done" in step(svg, "Tiếp nhận hồ sơ").get("class")
    assert "dg-node--now" in step(svg, "Thẩm định hồ sơ").get("class")
    assert "dg-node--next" in step(svg, "Ký quyết định").get("class")
    assert step(svg, "Thẩm định hồ sơ").find(f"{SVG}rect[@class='dg-ring']") is not None


def test_a_flow_into_the_present_step_ends_at_its_ring():
    def end(now: set[str]) -> str:
        svg = drawn(simple(), now=now)
        return next(p for p in svg.iter(f"{SVG}path") if p.get("class") == "dg-flow").get("d").split("L")[-1]

    plain, early = (float(end(now).split()[0]) for now in (set(), {"t"}))
    assert plain - early == pytest.approx(5)


def test_a_step_passed_twice_carries_both_numbers_of_the_path():
    numbers = [text.text for text in step(drawn(order={"verify": (3, 5)}), "Thẩm định").iter(f"{SVG}text")]
    assert {"3", "5"} <= set(numbers)


def test_a_step_passed_a_thousand_times_shows_its_first_and_last_number():
    svg = drawn(order={"verify": tuple(range(1, 1001))})
    shown = [g.find(f"{SVG}text").text for g in svg.iter(f"{SVG}g") if g.get("class") == "dg-num"]
    assert shown == ["1", "2", "…", "1000"]


def test_names_can_be_given_in_another_language():
    svg = drawn(names={"verify": "Examine"}, words=picture.words("en"), now={"verify"})
    assert "Examine: the case is here" in titles(svg)
    assert "Lane: Lãnh đạo phòng" in titles(svg)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=80))
def test_no_name_can_break_out_of_the_picture(name):
    svg = etree.fromstring(
        picture.draw(
            simple(), label=name, uid=name, names={"t": name}, limits={"t": name}, notes={"t": picture.Note(name, name)}
        )
    )
    assert {element.tag.removeprefix(SVG) for element in svg.iter()} <= {
        "svg", "defs", "marker", "path", "g", "title", "rect", "circle", "text",
    }  # fmt: skip


def test_a_picture_carries_no_style_and_no_colour_of_its_own():
    text = picture.draw(RENEWAL, label="x", now={"verify"}, notes={"verify": picture.Note("late", "trễ")})
    assert not re.search(r'\s(style|fill|stroke|on\w+)="', text)


def test_entities_that_grow_without_end_are_not_followed():
    grown = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 50}">' for n in range(1, 8))
    file = f'<!DOCTYPE d [<!ENTITY x0 "Thẩm định">{grown}]>'.encode() + simple("&x7;")
    assert len(picture.draw(file, label="x")) < 10_000


@pytest.mark.parametrize(
    "broken", [b"", b"no xml", b"<a>", b"\xff\xfe\x00", b"<definitions/>", simple().replace(b"process", b"other")]
)
def test_a_file_without_a_process_gives_an_empty_picture(broken):
    svg = etree.fromstring(picture.draw(broken, label="x"))
    assert svg.findall(f"{SVG}g") == []


@given(
    st.integers(0, len(RENEWAL) - 1), st.integers(1, 400), st.sampled_from([b"", b"0", b"nan", b'"', b"<x/>", b"1e9"])
)
def test_a_damaged_file_never_breaks_the_picture(at, long, instead):
    etree.fromstring(picture.draw(RENEWAL[:at] + instead + RENEWAL[at + long :], label="x"))


@pytest.mark.parametrize("value", ["nan", "inf", "1e300", "", "x", "-5"])
def test_a_step_with_an_impossible_place_is_laid_out_anew(value):
    file = re.sub(rb'width="136"', f'width="{value}"'.encode(), RENEWAL, count=1)
    assert file != RENEWAL
    svg = drawn(file)
    assert "Xét điều kiện đổi" in titles(svg)
    assert float(svg.get("width")) < 10_000


def test_a_file_without_places_shows_the_same_steps():
    def named(svg) -> set[str]:
        return {group[0].text for group in svg.iter(f"{SVG}g") if "dg-node" in group.get("class", "")}

    assert named(drawn(WITHOUT_PLACES)) == named(drawn())
