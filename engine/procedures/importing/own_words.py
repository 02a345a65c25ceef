"""Our own words in the generic properties of a dialect whose properties the workflow room does not read: they are
written as the elements they stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.procedures.importing.dialect import CAMUNDA, SPIFF, ZEEBE, B
from engine.procedures.importing.drawing import Drawing
from engine.procedures.xml_document import Element
from engine.procedures.xml_edit import element as written

_READ_ANYWAY = frozenset({CAMUNDA, ZEEBE, SPIFF})
_GROUPED_BY: Mapping[str, tuple[str, ...]] = {"deadline": ("kind", "outcome"), "letter": ("template", "when"),
                                              "text": ("lang",)}


def read(drawing: Drawing) -> None:
    """Write `motcua.<element>[.<kind>[.<outcome>]].<attribute>` as one element for each declaration."""
    for holder in drawing.document.root.walk():
        if holder.tag != f"{B}extensionElements" or holder.parent is None:
            continue
        for name, attributes in _grouped(drawing, holder.parent).items():
            if not drawing.declares_element(holder.parent, name[0]):
                drawing.declare(holder.parent, written(f"motcua:{name[0]}", attributes))


def _grouped(drawing: Drawing, owner: Element) -> dict[tuple[str, ...], dict[str, str]]:
    """Put the properties that are one declaration together."""
    groups: dict[tuple[str, ...], dict[str, str]] = {}
    for one in _properties(drawing, owner):
        _, *head, attribute = one.get("name").split(".")
        if not head:
            continue
        keys = _GROUPED_BY.get(head[0], ())
        group = groups.setdefault(tuple(head), dict(zip(keys, head[1:], strict=False)))
        group[attribute] = _renamed(drawing, attribute, one.get("value"))
        drawing.mark(one)
        drawing.notes.translated(owner, one.get("name"), one.get("value"), f"motcua:{head[0]} {attribute}")
    return groups


def _properties(drawing: Drawing, owner: Element) -> Iterator[Element]:
    for listed in drawing.properties(owner):
        if listed.namespace not in _READ_ANYWAY:
            yield from (one for one in listed.children if one.get("name").startswith("motcua."))


def _renamed(drawing: Drawing, attribute: str, value: str) -> str:
    if attribute not in ("notActorOf", "sameActorAs"):
        return value
    return " ".join(drawing.new(word) for word in value.split())
