"""A skeleton drawn for a stock modeler says the same, and says it where the modeler's panels show it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from lxml import etree

from engine import workflow
from engine.adapters import handlers
from engine.domain.text import Text
from engine.procedures import check, modeler, pack, scaffold, templates
from engine.workflow import Definition

SLUG = "tree-felling"
TITLE = Text('Cấp phép "chặt" cây & cành', "Tree felling")
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
MODELERS = sorted(modeler.MODELERS)


def _facts(read: Definition) -> dict[str, object]:
    return {field.name: getattr(read, field.name) for field in dataclasses.fields(read)
            if field.name not in ("hash", "specs")}


@pytest.mark.parametrize("which", MODELERS)
def test_a_skeleton_for_a_modeler_says_the_same_without_a_word_of_ours_and_without_a_finding(
        which: str, tmp_path: Path) -> None:
    plain, drawn = scaffold.skeleton(SLUG, TITLE), scaffold.skeleton(SLUG, TITLE, which)
    assert _facts(workflow.read(plain.diagrams(), SLUG)) == _facts(workflow.read(drawn.diagrams(), SLUG))
    assert b"<motcua:" in plain.files["process.bpmn"]
    assert b"<motcua:" not in drawn.files["process.bpmn"]
    scaffold.write(drawn, tmp_path / SLUG)
    assert check.check(pack.open_pack(tmp_path / SLUG), handlers=handlers.names()) == []
    assert {path: data for path, data in plain.files.items() if path != "process.bpmn"} == \
        {path: data for path, data in drawn.files.items() if path != "process.bpmn"}


@pytest.mark.parametrize("which", MODELERS)
@pytest.mark.parametrize("slug", [None, "driving-licence-renewal", "certified-copy"])
def test_every_property_is_a_field_of_the_panel_its_element_names(which: str, slug: str | None) -> None:
    pack_ = scaffold.skeleton(SLUG) if slug is None else pack.gather(slug)
    panels = {one["id"]: one for one in templates.element_templates(which)}
    prefix, space = modeler.MODELERS[which].prefix, modeler.MODELERS[which].namespace
    root = etree.fromstring(modeler.drawn_for(pack_.files["process.bpmn"], which))
    found = 0
    for listed in root.iter(f"{{{space}}}properties"):
        holder = listed.getparent()
        assert holder is not None
        owner = holder.getparent()
        assert owner is not None
        panel = panels[owner.attrib[f"{{{space}}}modelerTemplate"]]
        name = etree.QName(owner).localname
        assert f"bpmn:{name[0].upper()}{name[1:]}" in panel["appliesTo"]
        fields = {field["binding"]["name"]: field for field in panel["properties"]}
        written = [(one.attrib["name"], one.attrib["value"]) for one in listed]
        assert len({one for one, _ in written}) == len(written)
        for one, value in written:
            assert fields[one]["binding"]["type"] == f"{prefix}:property"
            assert value in [choice["value"] for choice in fields[one].get("choices", [{"value": value}])]
            found += 1
    assert found > 30


@pytest.mark.parametrize("which", MODELERS)
@pytest.mark.parametrize("slug", ["driving-licence-renewal", "certified-copy"])
def test_the_shipped_diagrams_stay_the_same_procedure(which: str, slug: str) -> None:
    shipped = pack.gather(slug).diagrams()
    again = {path: modeler.drawn_for(data, which) for path, data in shipped.items()}
    assert _facts(workflow.read(shipped, slug)) == _facts(workflow.read(again, slug))


def test_what_is_no_declaration_of_ours_stays_as_it_was() -> None:
    drawn = f"""<bpmn:definitions xmlns:bpmn="{BPMN[1:-1]}" xmlns:motcua="urn:motcua:bpmn:1"
      xmlns:own="urn:x">
  <bpmn:process id="p"><bpmn:userTask id="a" name='x "y"'><!-- kept --><bpmn:extensionElements>
    <own:thing  b='1'/><motcua:status national="4"/>
  </bpmn:extensionElements></bpmn:userTask></bpmn:process></bpmn:definitions>""".encode()
    again = modeler.drawn_for(drawn, "camunda7")
    assert b"<!-- kept -->" in again
    assert b"<own:thing  b='1'/>" in again
    assert b"""id="a" name='x "y"' camunda:modelerTemplate="motcua.user-task">""" in again
    assert b'<camunda:property name="motcua.status.national" value="4"/>' in again
    assert b"motcua:status" not in again
