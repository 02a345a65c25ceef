"""What the machine does in a step: services, messages sent by code. The code of another engine is never run; its topic
or type becomes the proposed name of a handler, which somebody must register."""

from __future__ import annotations

import re

from engine.domain.text import Text
from engine.procedures.importing import reasons
from engine.procedures.importing.dialect import LIKE_CAMUNDA, SPIFF, ZEEBE, B
from engine.procedures.importing.drawing import Drawing
from engine.procedures.importing.names import field
from engine.procedures.xml_document import Element
from engine.procedures.xml_edit import element as written

_CODE = ("class", "delegateExpression", "expression", "topic")
_RESULTS = ("resultVariable", "resultVariableName")
_CLAUSE = re.compile(r"[$#]\{\s*([A-Za-z_]\w*).*\}", re.DOTALL)


def handler(drawing: Drawing, node: Element) -> tuple[str, str, str]:
    """Give how another engine does a step by code: what says so, what it says, and a name for a handler."""
    kind = drawing.attribute(node, "type")
    for name in _CODE:
        value = drawing.attribute(node, name)
        if value:
            return name, value, proposed(value)
    if kind and kind != "external":
        return "type", kind, proposed(kind)
    connector = drawing.extension(node, "connector", LIKE_CAMUNDA)
    if connector is not None:
        identity = next((one.text.strip() for one in connector.walk() if one.local == "connectorId"), "")
        return "connector", identity, proposed(identity)
    definition = drawing.extension(node, "taskDefinition", [ZEEBE])
    if definition is not None and definition.get("type"):
        return "taskDefinition", definition.get("type"), proposed(definition.get("type"))
    operator = drawing.extension(node, "serviceTaskOperator", [SPIFF])
    if operator is not None and operator.id:
        return "serviceTaskOperator", operator.id, proposed(operator.id)
    return "", "", ""


def proposed(code: str) -> str:
    """Make a handler's name of a topic, a class, an expression or a job type."""
    clause = _CLAUSE.fullmatch(code.strip())
    words = clause[1] if clause is not None else code.strip().lstrip("=").strip("\"' ")
    if re.fullmatch(r"(?:[a-z_][\w$]*\.)+[A-Z]\w*", words):      # a class with its packages
        words = words.rpartition(".")[2]
    parts = [field(part) for part in re.split(r"[./:]", words) if re.search("[A-Za-z]", part)]
    return ".".join(parts)[:100] or "handler"


def read(drawing: Drawing, handlers: frozenset[str], others: frozenset[Element]) -> None:
    """Give service tasks their handlers; sending tasks that are done by code become service tasks. `others` are steps
    that are not done by code, whatever they are called."""
    for node in drawing.nodes():
        if node in others:
            continue
        if node.tag == f"{B}serviceTask":
            _service(drawing, node, handlers)
        elif node.tag == f"{B}sendTask" and not node.get("messageRef"):
            _sending(drawing, node, handlers)
        elif node.local.endswith("Event"):
            _event(drawing, node)


def as_service(drawing: Drawing, node: Element, handlers: frozenset[str]) -> None:
    """Make a service task of a step that another engine does by code."""
    prefix = node.name.rpartition(":")[0]
    drawing.edits.rename(node, f"{prefix}:serviceTask" if prefix else "serviceTask")
    drawing.notes.translated(node, "element", node.local, "serviceTask")
    _service(drawing, node, handlers)


def coded(drawing: Drawing, node: Element) -> bool:
    """Tell whether another engine does a step by code."""
    return bool(handler(drawing, node)[0])


def _service(drawing: Drawing, node: Element, handlers: frozenset[str]) -> None:
    what, code, name = handler(drawing, node)
    if drawing.declares(node, "service"):
        drawing.notes.read(node, "service", "motcua")
        if what:
            drawing.notes.left_out(node, what, code, reasons.FIRST_WINS)
        return
    if not what:
        drawing.notes.lacks("handler", node, Text(
            "Bước dịch vụ này chưa nêu việc gì: thêm <motcua:service handler=\"…\"/>.",
            "This service task does not say what it does: add <motcua:service handler=\"…\"/>."))
        return
    drawing.notes.translated(node, what, code, f"handler={name}")
    drawing.declare(node, written("motcua:service", {"handler": name} | _retries(drawing, node)))
    if name not in handlers:
        drawing.notes.lacks("handler", node, Text(
            f"Chưa có hàm dịch vụ «{name}»: đăng ký nó, hoặc đổi thành tên một hàm đã có.",
            f"There is no service handler “{name}”: register it, or name one that is there."))


def _retries(drawing: Drawing, node: Element) -> dict[str, str]:
    """Give how often a job is tried again, where that is a plain number."""
    definition = drawing.extension(node, "taskDefinition", [ZEEBE])
    retries = definition.get("retries").strip() if definition is not None else ""
    if not retries:
        return {}
    if re.fullmatch("[0-9]{1,2}", retries, re.ASCII):
        drawing.notes.translated(node, "retries", retries, f"retries={retries}")
        return {"retries": retries}
    drawing.notes.left_out(node, "retries", retries, reasons.COMPUTED)
    return {}


def _sending(drawing: Drawing, node: Element, handlers: frozenset[str]) -> None:
    if coded(drawing, node):
        as_service(drawing, node, handlers)
        return
    drawing.notes.lacks("message", node, Text(
        "Bước gửi này chưa nêu thông điệp: thêm messageRef.", "This send task names no message: add a messageRef."))


def _event(drawing: Drawing, node: Element) -> None:
    """An event that sends by code sends its message here by itself."""
    for one in (node, *(child for child in node.children if child.local == "messageEventDefinition")):
        what, code, _ = handler(drawing, one)
        if what:
            drawing.notes.left_out(node, what, code, reasons.NEVER_RUN)


def results(drawing: Drawing) -> None:
    """Note which variables services fill: the whole answer stands under the step."""
    for node in drawing.nodes():
        if node.tag not in (f"{B}serviceTask", f"{B}sendTask"):
            continue
        operator = drawing.extension(node, "serviceTaskOperator", [SPIFF])
        names = [drawing.attribute(node, name) for name in _RESULTS]
        names.append(operator.get("resultVariable") if operator is not None else "")
        for name in filter(None, names):
            drawing.variables.add(name, node.id, drawing.new(node.id))
            drawing.notes.translated(node, "resultVariable", name, drawing.new(node.id))
