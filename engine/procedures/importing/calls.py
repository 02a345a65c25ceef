"""Called processes: known by the id they had where they were drawn, called by their slug."""

from __future__ import annotations

from engine.domain.text import Text
from engine.procedures import shared
from engine.procedures.importing import reasons
from engine.procedures.importing.dialect import LIKE_CAMUNDA, ZEEBE, B
from engine.procedures.importing.drawing import Drawing
from engine.procedures.xml_document import Element

_BINDINGS = ("calledElementBinding", "calledElementVersion", "calledElementVersionTag", "calledElementTenantId",
             "calledElementType", "sameDeployment", "fallbackToDefaultTenant", "inheritVariables",
             "inheritBusinessKey", "variableMappingClass", "variableMappingDelegateExpression")


def read(drawing: Drawing) -> set[str]:
    """Let every call name a slug; gives the slugs that are called."""
    found: set[str] = set()
    for node in drawing.nodes():
        if node.tag == f"{B}callActivity":
            slug = _call(drawing, node)
            found |= {slug} if slug else set()
    return found


def _call(drawing: Drawing, node: Element) -> str | None:
    zeebe = drawing.extension(node, "calledElement", [ZEEBE])
    name = node.get("calledElement").strip() or (zeebe.get("processId").strip() if zeebe is not None else "")
    for binding in _BINDINGS:
        value = drawing.attribute(node, binding, LIKE_CAMUNDA)
        if value:
            drawing.notes.left_out(node, binding, value, reasons.LATEST)
    case = drawing.attribute(node, "caseRef")
    if not name or name.startswith(("=", "$", "#")):
        if name or case:
            drawing.notes.left_out(node, "calledElement", name or case, reasons.COMPUTED)
        drawing.notes.lacks("called", node, Text(
            "Bước gọi này chưa nêu quy trình: điền calledElement.", "The call names no process: give a calledElement."))
        return None
    slug = drawing.called.get(name.rpartition(":")[2], name)
    if slug != node.get("calledElement"):
        drawing.edits.set(node, "calledElement", slug)
        drawing.notes.translated(node, "calledElement", name, slug)
    else:
        drawing.notes.read(node, "calledElement", name)
    if name.rpartition(":")[2] not in drawing.called and shared.read(
            shared.installed().bpmn, "shared", f"{_plain(slug)}.bpmn") is None:
        drawing.notes.lacks("called", node, Text(
            f"Quy trình được gọi «{name}» không có trong các tệp đã cho: thêm nó vào shared/ của gói.",
            f"The called process “{name}” is in none of the given files: add it under shared/ of the pack."))
    return slug


def _plain(name: str) -> str:
    """Give a name that can be a file's: nothing that leads elsewhere."""
    return name if name.replace("-", "").replace("_", "").isalnum() else "-"
