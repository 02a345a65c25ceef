"""Conditions: on flows and on conditional events. A variable is read where our cases keep it; a condition that cannot
be put so keeps its text and is named."""

from __future__ import annotations

from engine.domain.text import Text
from engine.procedures.importing import reasons, translation
from engine.procedures.importing.dialect import B
from engine.procedures.importing.drawing import Drawing
from engine.procedures.xml_document import Element

_CHOOSES = frozenset({f"{B}exclusiveGateway", f"{B}inclusiveGateway"})


def graph(drawing: Drawing) -> None:
    """Note which step comes after which: by flows, from a step to the events on it, into and out of sub-processes."""
    for process in drawing.processes:
        for element in process.walk():
            if element.tag == f"{B}sequenceFlow":
                drawing.variables.follows(element.get("targetRef"), element.get("sourceRef"))
                drawing.variables.follows(element.id, element.get("sourceRef"))
            elif element.tag == f"{B}boundaryEvent":
                drawing.variables.follows(element.id, element.get("attachedToRef"))
            elif element.local in ("startEvent", "endEvent") and element.parent is not None:
                _edge(drawing, element, element.parent, process)


def _edge(drawing: Drawing, event: Element, around: Element, process: Element) -> None:
    """Note how a case comes to a start event and goes on from an end event."""
    if around is not process and event.local == "startEvent":
        drawing.variables.follows(event.id, around.id)
    elif around is not process:
        drawing.variables.follows(around.id, event.id)
    elif event.local == "startEvent":
        drawing.variables.starts.add(event.id)


def read(drawing: Drawing) -> None:
    """Translate every condition, and give a choice the default flow that is drawn without one."""
    for node in drawing.nodes():
        for definition in node.named(f"{B}conditionalEventDefinition"):
            for condition in definition.named(f"{B}condition"):
                asked(drawing, node, condition, "condition")
    for process in drawing.processes:
        leaving: dict[str, list[Element]] = {}
        flows = [one for one in process.walk() if one.tag == f"{B}sequenceFlow"]
        for flow in flows:
            leaving.setdefault(flow.get("sourceRef"), []).append(flow)
        gateways = {one.id: one for one in process.walk() if one.tag in _CHOOSES}
        for gateway in gateways.values():
            _default(drawing, gateway, leaving.get(gateway.id, []))
        for flow in flows:
            _flow(drawing, flow, gateways.get(flow.get("sourceRef")))


def _flow(drawing: Drawing, flow: Element, gateway: Element | None) -> None:
    """Translate the condition of one flow."""
    condition = flow.first(f"{B}conditionExpression")
    if condition is None:
        return
    if not condition.text.strip() and not condition.children:
        drawing.edits.remove(condition)
    elif gateway is not None and gateway.get("default") == flow.id:
        drawing.notes.left_out(flow, "condition", condition.text, reasons.DEFAULT_CONDITION)
        drawing.edits.remove(condition)
    else:
        asked(drawing, flow, condition, "condition")


def _default(drawing: Drawing, gateway: Element, leaving: list[Element]) -> None:
    """The one flow of a choice without a condition is its default; several without one must be told apart."""
    bare = [flow for flow in leaving if flow.id != gateway.get("default") and not _said(flow)]
    if len(leaving) < 2 or not bare:
        return
    if len(bare) == 1 and not gateway.get("default") and bare[0].id and len(leaving) > len(bare):
        drawing.edits.set(gateway, "default", bare[0].id)
        drawing.notes.translated(gateway, "default", "", bare[0].id)
        return
    for flow in bare:
        words = " ".join(flow.get("name").split())
        drawing.notes.lacks("condition", flow, Text(
            f"Luồng «{words or flow.id}» chưa có điều kiện.", f"The flow “{words or flow.id}” has no condition."))


def _said(flow: Element) -> bool:
    condition = flow.first(f"{B}conditionExpression")
    return condition is not None and bool(condition.text.strip())


def asked(drawing: Drawing, reader: Element, holder: Element, what: str, *, truth: bool = True) -> None:
    """Translate the expression that an element of a reader holds."""
    before = " ".join(holder.text.split())
    if not before:
        return
    found = translation.expression(drawing, before, reader, language=holder.get("language"), truth=truth)
    if found.text is None:
        untranslated(drawing, reader, what, before, found)
    elif found.text == before:
        drawing.notes.read(reader, what, before)
    else:
        drawing.notes.translated(reader, what, before, found.text)
        drawing.edits.text(holder, found.text)


def untranslated(drawing: Drawing, reader: Element, what: str, before: str, found: translation.Translated) -> None:
    """Say of an expression why it could not be translated; its text stays."""
    names = ", ".join(found.unknown)
    if names:
        drawing.notes.left_out(reader, what, before, Text(
            f"Không bước nào tạo ra «{names}», hoặc nhiều bước cùng tạo ra.",
            f"No step gives “{names}”, or several do."))
        drawing.notes.lacks("data", reader, Text(
            f"«{before}» đọc «{names}»: viết lại thành <bước>.<mục> với mục có trong mẫu của bước.",
            f"“{before}” reads “{names}”: write <step>.<field> with a field of the step's form."))
        return
    drawing.notes.left_out(reader, what, before, found.why or reasons.EXPRESSION)
    drawing.notes.lacks("expression", reader, Text(
        f"Viết lại «{before}» bằng ngôn ngữ biểu thức của motcua.",
        f"Write “{before}” in the expression language of motcua."))
