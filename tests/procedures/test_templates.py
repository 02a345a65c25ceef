"""Panels for stock modelers: of the published form, complete, in both languages, and read back as they were filled."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft7Validator

from engine import workflow
from engine.domain.errors import InvalidProcedure
from engine.procedures import template_words, templates
from engine.workflow import declarations

FLAVOURS = {"camunda7": ("camunda:property", ["String", "Hidden", "Dropdown"]),
            "camunda8": ("zeebe:property", ["String", "Text", "Hidden", "Dropdown", "Boolean", "Number"])}
ID = r"^[\w\d]+:[\w\d]+$"


def published(binding: str, types: list[str]) -> dict[str, Any]:
    """What the published schemas of element templates ask of what we use of them, tightened to it."""
    dropdown = {"if": {"properties": {"type": {"const": "Dropdown"}}},
                "then": {"required": ["choices"], "not": {"required": ["placeholder"]}}}
    optional = {"if": {"properties": {"optional": {"const": True}}, "required": ["optional"]},
                "then": {"properties": {"constraints": {"required": ["notEmpty"],
                                                        "properties": {"notEmpty": {"const": False}}}}}}
    text = {"type": "string", "minLength": 1}
    return {"type": "array", "minItems": 1, "items": {
        "type": "object", "required": ["$schema", "name", "id", "appliesTo", "properties"],
        "additionalProperties": False, "properties": {
            "$schema": {"type": "string", "pattern": "^https://unpkg.com/@camunda/"}, "name": text, "id": text,
            "description": text, "entriesVisible": {"type": "boolean"},
            "appliesTo": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": ID}},
            "groups": {"type": "array", "items": {"type": "object", "required": ["id", "label"],
                                                  "properties": {"id": text, "label": text}}},
            "properties": {"type": "array", "minItems": 1, "items": {
                "type": "object", "required": ["label", "type", "binding", "group"], "additionalProperties": False,
                "allOf": [dropdown, optional], "properties": {
                    "label": text, "description": text, "type": {"enum": types}, "group": text,
                    "placeholder": {"type": "string"}, "optional": {"type": "boolean"},
                    "choices": {"type": "array", "minItems": 2, "items": {
                        "type": "object", "required": ["name", "value"],
                        "properties": {"name": text, "value": {"type": "string"}}}},
                    "constraints": {"type": "object", "additionalProperties": False, "properties": {
                        "notEmpty": {"type": "boolean"},
                        "pattern": {"type": "object", "required": ["value", "message"]}}},
                    "binding": {"type": "object", "required": ["type", "name"], "additionalProperties": False,
                                "properties": {"type": {"const": binding},
                                               "name": {"type": "string", "pattern": r"^motcua(\.\w+)+$"}}}}}}}}}


def fields(flavour: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every field of every template."""
    for one in templates.element_templates(flavour):
        for field in one["properties"]:
            yield one, field


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_they_are_of_the_published_form(flavour: str) -> None:
    found = templates.element_templates(flavour)
    assert [error.json_path + error.message for error in Draft7Validator(
        published(*FLAVOURS[flavour])).iter_errors(found)] == []
    assert len({one["id"] for one in found}) == len(found)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_every_field_belongs_to_a_group_and_writes_a_property_of_its_own(flavour: str) -> None:
    for one in templates.element_templates(flavour):
        groups = [group["id"] for group in one["groups"]]
        names = [field["binding"]["name"] for field in one["properties"]]
        assert sorted(set(groups)) == sorted(groups)
        assert {field["group"] for field in one["properties"]} == set(groups)
        assert len(set(names)) == len(names)


def test_every_declaration_can_be_filled_in_wherever_it_may_stand() -> None:
    """Both sides are asked: what a declaration may hold, and what the panels offer there."""
    for one in declarations.described():
        for place in one.places:
            (panel,) = [made for made, (_, _, _, kinds) in zip(
                templates.element_templates("camunda7"), template_words.PLACES, strict=True) if place in kinds]
            offered = {field["binding"]["name"].rpartition(".")[2] for field in panel["properties"]
                       if field["binding"]["name"].split(".")[1] == one.element}
            named = {"kind", "lang"} & {attribute.name for attribute in one.attributes}
            assert offered | named == {attribute.name for attribute in one.attributes}, (one.element, place)


def test_every_declaration_has_words_in_both_languages() -> None:
    for one in declarations.described():
        assert one.element in template_words.ELEMENTS
        for attribute in one.attributes:
            assert (one.element, attribute.name) in template_words.ATTRIBUTES, (one.element, attribute.name)
            for choice in attribute.choices if attribute.takes == "choice" else ():
                assert (one.element, attribute.name, choice) in template_words.CHOICES
    known = {(one.element, attribute.name) for one in declarations.described() for attribute in one.attributes}
    assert set(template_words.ATTRIBUTES) == known


def test_every_example_is_one_that_the_diagram_may_say() -> None:
    for (element, name), words in template_words.ATTRIBUTES.items():
        _, read = declarations.SHAPES[element].attributes[name]
        if words.example:
            read(words.example)
        for pattern in (templates.PATTERNS.get(one.takes) for described in declarations.described()
                        for one in described.attributes if (described.element, one.name) == (element, name)):
            assert pattern is None or not words.example or re.fullmatch(pattern, words.example)


@pytest.mark.parametrize(("takes", "good", "bad"), [
    ("period", ["5 working days", "1 working hour", "same day"], ["0 days", "five days", "5 weeks", "same days"]),
    ("per_cent", ["80%", "1", "100 %"], ["0", "101", "8%%"]),
    ("cut_off", ["none", "15:00", "23:59"], ["24:00", "7:30", "15.00"]),
    ("unit", ["receiving", "competent", "same", "type:police"], ["type:", "somewhere"]),
    ("kinds", ["task", "statutory, service_norm"], ["", "other"]),
    ("acts", ["withdraw", "extend stop"], ["run"]),
])
def test_a_panel_accepts_what_the_diagram_may_say_and_nothing_else(takes: str, good: list[str], bad: list[str]) -> None:
    readers = [read for shape in declarations.SHAPES.values() for _, read in shape.attributes.values()
               if getattr(read, "__name__", "").strip("_") == takes]
    pattern = templates.PATTERNS[takes]
    for value in good:
        assert re.fullmatch(pattern, value)
        readers[0](value)
    for value in bad:
        assert not re.fullmatch(pattern, value)
        with pytest.raises(declarations.Unreadable):
            readers[0](value)


def _diagram(properties: str, prefix: str, space: str) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:{prefix}="{space}"
  targetNamespace="urn:test"><bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s"/>
  <bpmn:userTask id="a"><bpmn:extensionElements><{prefix}:properties>{properties}</{prefix}:properties>
  </bpmn:extensionElements></bpmn:userTask><bpmn:endEvent id="e"/>
  <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="a"/><bpmn:sequenceFlow id="g" sourceRef="a" targetRef="e"/>
  </bpmn:process></bpmn:definitions>""".encode()


def _step(*pairs: tuple[str, str]) -> workflow.Step:
    written = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in pairs)
    content = _diagram(written, "camunda", "http://camunda.org/schema/1.0/bpmn")
    return workflow.read({"p.bpmn": content}, "p").steps["p", "a"]


ROLE = ("motcua.assignment.role", "officer")


def test_a_panel_left_empty_says_nothing() -> None:
    (panel,) = [one for one in templates.element_templates("camunda7") if one["id"] == "motcua.user-task"]
    empty = [(field["binding"]["name"], "") for field in panel["properties"]
             if field["binding"]["name"] != ROLE[0]]
    assert _step(ROLE, *empty) == _step(ROLE)


def test_what_stands_for_the_outcome_in_a_name_only_tells_apart_where_the_outcome_is_said() -> None:
    step = _step(ROLE, ("motcua.deadline.task.period", "5 days"), ("motcua.deadline.task.2.period", "3 days"),
                 ("motcua.deadline.task.2.outcome", "refused"), ("motcua.deadline.task.c.period", "1 days"),
                 ("motcua.deadline.task.c.outcome", ""), ("motcua.deadline.task.approve.period", "2 days"))
    assert [(str(one.period), one.outcome) for one in step.deadlines] == [
        ("5 days", None), ("3 days", "refused"), ("1 days", None), ("2 days", "approve")]


def test_two_letters_of_one_template_can_be_written() -> None:
    step = _step(ROLE, ("motcua.letter.1.template", "03"), ("motcua.letter.1.when", "refused"),
                 ("motcua.letter.2.template", "03"), ("motcua.letter.2.when", "supplement"))
    assert [(one.template, one.when) for one in step.letters] == [("03", "refused"), ("03", "supplement")]


def test_what_a_declaration_needs_is_missed_where_the_rest_of_it_is_filled_in() -> None:
    with pytest.raises(InvalidProcedure) as refused:
        _step(("motcua.assignment.role", ""), ("motcua.assignment.unit", "competent"))
    assert "missing-attribute" in {one.code for one in refused.value.problems}


def test_the_moddle_descriptor_knows_every_element_and_attribute_and_nothing_else() -> None:
    found = templates.moddle()
    assert (found["uri"], found["prefix"], found["xml"]) == ("urn:motcua:bpmn:1", "motcua", {"tagAlias": "lowerCase"})
    shapes = {one["name"][0].lower() + one["name"][1:]: {entry["name"] for entry in one["properties"]}
              for one in found["types"]}
    assert shapes == {element: set(shape.attributes) | ({"body"} if element == "text" else set())
                      for element, shape in declarations.SHAPES.items()}
    named = {one["name"] for one in found["enumerations"]} | {"String", "Integer"}
    assert {entry["type"] for one in found["types"] for entry in one["properties"]} <= named


def test_the_files_are_json_in_utf_8_and_the_same_each_time() -> None:
    first, second = templates.files(), templates.files()
    assert first == second
    assert all(json.loads(content) and "Thời hạn".encode() in content for content in first.values())
