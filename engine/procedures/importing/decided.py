"""Steps that ask a decision table, in every dialect: which table, and which variables its answer filled."""

from __future__ import annotations

from collections.abc import Sequence

from engine.domain.text import Text
from engine.procedures.importing import reasons, tables, work
from engine.procedures.importing.dialect import FLOWABLE, LIKE_CAMUNDA, SPIFF, ZEEBE, B
from engine.procedures.importing.drawing import Drawing
from engine.procedures.importing.tables import TableFile
from engine.procedures.xml_document import Element
from engine.procedures.xml_edit import element as written

_READ_AS_IT_IS = ("camunda-7", "camunda-8", "spiff-arena")


def reference(drawing: Drawing, node: Element) -> tuple[str, str]:
    """Give where a step names its table, and the name; empty when it names none."""
    said = drawing.attribute(node, "decisionRef")
    if said:
        return "decisionRef", said
    zeebe = drawing.extension(node, "calledDecision", [ZEEBE])
    if zeebe is not None:
        return "calledDecision", zeebe.get("decisionId").strip()
    spiff = drawing.extension(node, "calledDecisionId", [SPIFF])
    if spiff is not None:
        return "calledDecisionId", spiff.text.strip()
    for one in drawing.extensions(node, "field", [FLOWABLE]):
        if one.get("name") == "decisionTableReferenceKey":
            said = one.get("stringValue") or next((inner.text.strip() for inner in one.children), "")
            return "decisionTableReferenceKey", said
    return "", ""


def asks(drawing: Drawing, node: Element) -> bool:
    """Tell whether a step asks a table: a business rule task, or Flowable's service task of type `dmn`."""
    return node.tag == f"{B}businessRuleTask" or (
        node.tag == f"{B}serviceTask" and drawing.attribute(node, "type", [FLOWABLE]) == "dmn")


def results(drawing: Drawing, files: Sequence[TableFile]) -> None:
    """Note which variables the tables fill."""
    for node in drawing.nodes():
        if asks(drawing, node):
            name = reference(drawing, node)[1]
            file = tables.find(files, name)
            _fills(drawing, node, file.decisions[name].outputs if file is not None else {})


def _fills(drawing: Drawing, node: Element, outputs: dict[str, str]) -> None:
    """Note what one step fills: a variable of its own with the whole answer or its one value, or one per output."""
    step = drawing.new(node.id)
    zeebe = drawing.extension(node, "calledDecision", [ZEEBE])
    variable = zeebe.get("resultVariable") if zeebe is not None else drawing.attribute(node, "resultVariable")
    form = drawing.attribute(node, "mapDecisionResult", LIKE_CAMUNDA)
    if form in ("singleEntry", "singleResult"):
        drawing.notes.read(node, "mapDecisionResult", form)
    elif form:
        drawing.notes.left_out(node, "mapDecisionResult", form, reasons.DECISION_MAP)
    single = outputs and (form == "singleEntry" or (zeebe is not None and len(outputs) == 1))
    after = f"{step}.{next(iter(outputs.values()))}" if single else step
    if variable:
        drawing.variables.add(variable, node.id, after)
        drawing.notes.translated(node, "resultVariable", variable, after)
    for old, new in outputs.items() if not single else ():
        drawing.variables.add(f"{variable}.{old}" if variable else old, node.id, f"{step}.{new}")


def read(drawing: Drawing, files: Sequence[TableFile], handlers: frozenset[str]) -> dict[str, Element]:
    """Let every step name its table as we do; gives the tables asked for, with the first step that asks each."""
    asked: dict[str, Element] = {}
    for node in drawing.nodes():
        if not asks(drawing, node):
            continue
        what, name = reference(drawing, node)
        own = drawing.declares(node, "decision")
        if own:
            drawing.notes.read(node, "decision", "motcua")
        elif not name and work.coded(drawing, node):
            work.as_service(drawing, node, handlers)
        elif not name or name.startswith(("=", "$", "#")):
            if name:
                drawing.notes.left_out(node, what, name, reasons.COMPUTED)
            drawing.notes.lacks("decision", node, Text(
                "Bước này chưa nêu bảng quyết định: thêm <motcua:decision ref=\"…\"/>.",
                "The step names no decision table: add <motcua:decision ref=\"…\"/>."))
        else:
            _asks(drawing, node, what, name)
            asked.setdefault(name, node)
            if tables.find(files, name) is None:
                drawing.notes.lacks("decision", node, Text(
                    f"Không có bảng «{name}» trong các tệp đã cho: thêm tệp .dmn của nó vào gói.",
                    f"No given file holds the table “{name}”: add its .dmn file to the pack."))
    return asked


def _asks(drawing: Drawing, node: Element, what: str, name: str) -> None:
    """Name the table in our words, where the workflow room does not read the words of the dialect."""
    if node.tag == f"{B}serviceTask":
        prefix = node.name.rpartition(":")[0]
        drawing.edits.rename(node, f"{prefix}:businessRuleTask" if prefix else "businessRuleTask")
        drawing.notes.translated(node, "element", "serviceTask", "businessRuleTask")
    elif drawing.dialect in _READ_AS_IT_IS:
        drawing.notes.read(node, what, name)
        return
    drawing.notes.translated(node, what, name, f"ref={name}")
    drawing.declare(node, written("motcua:decision", {"ref": name}))
