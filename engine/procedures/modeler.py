"""A diagram of ours said again in the generic properties of a stock modeler, so that its panels show and change every
declaration. The panels are those of `templates`; everything that is no declaration of ours stays byte for byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.procedures import xml_document, xml_edit
from engine.procedures.template_words import PLACES
from engine.procedures.xml_document import Element
from engine.procedures.xml_edit import Edits
from engine.workflow.declarations import NAMESPACE

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_MODELER = "http://camunda.org/schema/modeler/1.0"
_PANELS = {kind.removeprefix("bpmn:").lower(): f"motcua.{name}" for name, _, types, _ in PLACES for kind in types}


@dataclass(frozen=True, slots=True)
class Modeler:
    """A stock modeler: the prefix and namespace of its properties, and the platform a file says it is drawn for."""

    prefix: str
    namespace: str
    platform: str
    version: str


MODELERS: Mapping[str, Modeler] = {
    "camunda7": Modeler("camunda", "http://camunda.org/schema/1.0/bpmn", "Camunda Platform", "7.21.0"),
    "camunda8": Modeler("zeebe", "http://camunda.org/schema/zeebe/1.0", "Camunda Cloud", "8.6.0"),
}


def drawn_for(diagram: bytes, modeler: str) -> bytes:
    """Give a diagram whose declarations are the properties that the panels of `modeler` fill in.

    Raises:
        KeyError: `modeler` is not one of `MODELERS`.
        Refused: the diagram is no XML the guard lets through.
    """
    to = MODELERS[modeler]
    document = xml_document.read(diagram)
    edits = Edits(document)
    for name, value in ((f"xmlns:{to.prefix}", to.namespace), ("xmlns:modeler", _MODELER),
                        ("modeler:executionPlatform", to.platform), ("modeler:executionPlatformVersion", to.version)):
        edits.set(document.root, name, value)
    for holder in document.root.walk():
        ours = [child for child in holder.children if child.namespace == NAMESPACE]
        if holder.tag == f"{_BPMN}extensionElements" and holder.parent is not None and ours:
            for one in ours:
                edits.remove(one)
            edits.append(holder, _properties(ours, to.prefix))
            edits.set(holder.parent, f"{to.prefix}:modelerTemplate", _PANELS[holder.parent.local.lower()])
    return edits.applied()


def _properties(ours: list[Element], prefix: str) -> str:
    lines = [xml_edit.element(f"{prefix}:property", {"name": name, "value": value}) for name, value in _named(ours)]
    return "\n".join([f"<{prefix}:properties>", *(f"  {line}" for line in lines), f"</{prefix}:properties>"])


def _named(ours: list[Element]) -> Iterator[tuple[str, str]]:
    """Give what the declarations of one element say as properties, named as the panels name them."""
    taken: set[tuple[str, ...]] = set()
    for one in ours:
        said = {attribute.name: attribute.value for attribute in one.attributes.values()}
        if one.local == "text" and one.text.strip():
            said.setdefault("sentence", one.text.strip())
        slot = next(slot for slot in _slots(one.local, said) if slot not in taken)
        taken.add(slot)
        for name, value in said.items():
            if name not in ("kind", "lang"):        # these two stand in the name
                yield ".".join(("motcua", *slot, name)), value


def _slots(element: str, said: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Give the places in a panel that may hold a declaration, the likeliest first; there is always one more."""
    if element == "deadline":
        if "outcome" not in said:
            yield element, said.get("kind", "task")
        yield from ((element, said.get("kind", "task"), str(number)) for number in range(2, 1000))
    elif element == "letter":
        yield from ((element, str(number)) for number in range(1, 1000))
    elif element == "text":
        yield element, said.get("lang", "vi")
    else:
        yield (element,)
