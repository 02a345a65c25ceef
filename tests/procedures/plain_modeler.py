"""Draws a procedure again as a stock modeler writes it: every declaration of ours becomes generic properties.

`drawn_again` writes the properties as a person would name them; `filled_in` fills the fields of our element templates,
empty ones too where the modeler keeps them, and fails on a declaration for which there is no field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from engine.procedures import templates
from engine.procedures.pack import Pack

OURS = "{urn:motcua:bpmn:1}"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPACES = {"camunda": "http://camunda.org/schema/1.0/bpmn", "zeebe": "http://camunda.org/schema/zeebe/1.0"}
GROUPED = {"deadline": ("kind", "outcome"), "letter": ("template",), "text": ("lang",)}
Pair = tuple[str, str]
Writer = Callable[[etree._Element, list[etree._Element]], Iterator[Pair]]


def drawn_again(pack: Pack, prefix: str) -> Pack:
    """Give the pack with all its diagrams in generic properties of `prefix` (`camunda`, `zeebe`)."""
    return _with(pack, prefix, _named)


def filled_in(pack: Pack, flavour: str) -> Pack:
    """Give the pack with all its diagrams as the element templates of `camunda7` or `camunda8` write them."""
    made = {kind: one["properties"] for one in templates.element_templates(flavour) for kind in one["appliesTo"]}
    return _with(pack, {"camunda7": "camunda", "camunda8": "zeebe"}[flavour],
                 lambda owner, declared: _filled(made["bpmn:" + _type(owner)], declared))


def _type(owner: etree._Element) -> str:
    name = etree.QName(owner).localname
    return name[0].upper() + name[1:]


def _with(pack: Pack, prefix: str, write: Writer) -> Pack:
    return Pack({path: _diagram(data, prefix, write) if path.endswith(".bpmn") else data
                 for path, data in pack.files.items()})


def _diagram(data: bytes, prefix: str, write: Writer) -> bytes:
    tree = etree.fromstring(data)
    space = SPACES[prefix]
    for extensions in list(tree.iter(f"{BPMN}extensionElements")):
        ours = [child for child in extensions if isinstance(child.tag, str) and child.tag.startswith(OURS)]
        owner = extensions.getparent()
        assert owner is not None
        for child in ours:
            extensions.remove(child)
        properties = etree.SubElement(extensions, f"{{{space}}}properties", nsmap={prefix: space})
        for name, value in write(owner, ours):
            etree.SubElement(properties, f"{{{space}}}property", name=name, value=value)
    etree.cleanup_namespaces(tree)
    again = etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
    assert b"urn:motcua:bpmn:1" not in again
    return again


def attributes(declared: etree._Element) -> dict[str, str]:
    """Give what a declaration says, the content of a text as its sentence."""
    found = {str(name): str(value) for name, value in declared.attrib.items()}
    content = (declared.text or "").strip()
    return {**found, "sentence": content} if content else found


def _named(_: etree._Element, declared: list[etree._Element]) -> Iterator[Pair]:
    """Name the properties by what tells declarations apart; the same twice gets a mark of its own."""
    taken: set[tuple[str, ...]] = set()
    for one in declared:
        element, said = etree.QName(one).localname, attributes(one)
        keys = [key for key in GROUPED.get(element, ()) if key in said]
        head = (element, *(said[key] for key in keys))
        left = {name: value for name, value in said.items() if name not in keys}
        if head in taken or not left:
            head, left = (*head, f"nr{len(taken)}"), said
            if element == "letter":
                left = {"when": "completed", **said}
        taken.add(head)
        for name, value in left.items():
            yield ".".join(["motcua", *head, name]), value


def _filled(fields: list[dict[str, Any]], declared: list[etree._Element]) -> Iterator[Pair]:
    """Fill the fields of a template, each declaration into the first free slot that can hold it."""
    slots: dict[tuple[str, ...], dict[str, dict[str, Any]]] = {}
    for field in fields:
        _, *head, attribute = field["binding"]["name"].split(".")
        slots.setdefault(tuple(head), {})[attribute] = field
    values: dict[tuple[str, ...], dict[str, str]] = {}
    for one in declared:
        head = next((head for head in slots if head not in values and _holds(head, slots[head], one)), None)
        assert head is not None, f"no field of the template holds {etree.tostring(one, encoding='unicode')}"
        values[head] = _asked(head, one)
    for head, there in slots.items():
        for attribute, field in there.items():
            value = values.get(head, {}).get(attribute, "")
            assert value in [choice["value"] for choice in field.get("choices", [{"value": value}])], (head, value)
            if value or not field.get("optional"):
                yield ".".join(["motcua", *head, attribute]), value


def _asked(head: tuple[str, ...], declared: etree._Element) -> dict[str, str]:
    """Give what a slot has to ask for: all but what the names of its properties say."""
    return {name: value for name, value in attributes(declared).items()
            if name not in ("kind", "lang") or value not in head}


def _holds(head: tuple[str, ...], slot: dict[str, dict[str, Any]], declared: etree._Element) -> bool:
    return head[0] == etree.QName(declared).localname and set(_asked(head, declared)) <= set(slot)
