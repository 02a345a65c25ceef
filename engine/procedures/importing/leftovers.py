"""What nobody has read: said by name, with the reason, so that nothing of a foreign file is passed over in silence.
Also said here: which elements run, and which are in no profile of ours."""

from __future__ import annotations

from collections.abc import Mapping

from engine.domain.text import Text
from engine.procedures.importing import reasons
from engine.procedures.importing.dialect import BPMN, MODELER, OWN, B
from engine.procedures.importing.drawing import Drawing, is_node
from engine.procedures.xml_document import Element
from engine.workflow.checks import profile

_WHY: Mapping[str, Text] = {
    **dict.fromkeys(("asyncBefore", "asyncAfter", "async", "asynchronous", "exclusive", "jobPriority", "taskPriority",
                     "failedJobRetryTimeCycle", "retryTimeCycle", "skipExpression", "triggerable", "isForCompensation",
                     "asyncLeave", "jobPriorityDefinition"), reasons.EXECUTION),
    "historyTimeToLive": reasons.HISTORY,
    **dict.fromkeys(("versionTag", "decisionRefVersionTag"), reasons.VERSION),
    **dict.fromkeys(("candidateStarterGroups", "candidateStarterUsers", "isStartableInTasklist"), reasons.STARTERS),
    **dict.fromkeys(("modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"), reasons.TEMPLATE),
    **dict.fromkeys(("decisionRefBinding", "decisionRefVersion", "decisionRefTenantId"), reasons.LATEST),
    **dict.fromkeys(("inputOutput", "ioMapping", "in", "out", "dataInputAssociation", "variableEvents",
                     "variableName", "inputParameter"), reasons.MAPPING),
    **dict.fromkeys(("executionListener", "taskListener", "executionListeners", "taskListeners", "eventListener"),
                    reasons.LISTENER),
    **dict.fromkeys(("connector", "field"), reasons.CONNECTOR),
    **dict.fromkeys(("subscription", "correlationKey", "correlationProperty", "processVariableCorrelation",
                     "messageVariable", "messagePayload"), reasons.CORRELATION),
    **dict.fromkeys(("taskHeaders", "parameters"), reasons.HEADERS),
    **dict.fromkeys(("formHandlerClass", "errorEventDefinition", "script", "type", "topic"), reasons.NEVER_RUN),
    **dict.fromkeys(("instructionsForEndUser", "taskMetadataValues", "guestConfirmation", "allowGuest",
                     "signalButtonLabel"), reasons.OWN_NAME),
}
_SILENT = (MODELER, "http://www.w3.org/", "http://bpmn.io/schema", "http://www.omg.org/spec/")
_COLOURS = "bioc/"


def read(drawing: Drawing) -> None:
    """Note every element that runs, every foreign part that nobody read, and every element of no profile."""
    root = drawing.document.root
    stack = [child for child in reversed(root.children) if child.namespace == BPMN]
    while stack:
        element = stack.pop()
        if element.local == "extensionElements":
            for one in element.children:
                _extension(drawing, element, one)
            continue
        _element(drawing, element)
        _attributes(drawing, element)
        if element.local in profile.CHILDREN:
            stack.extend(child for child in reversed(element.children) if child.namespace == BPMN)
    for one in (inner for holder in root.named(f"{B}extensionElements") for inner in holder.children):
        _extension(drawing, root, one)


def _element(drawing: Drawing, element: Element) -> None:
    """Say that an element runs, or that it is in no profile."""
    parent = element.parent
    allowed = profile.CHILDREN.get(parent.local, frozenset()) if parent is not None else frozenset()
    if element.local not in allowed:
        vi, en = profile.INSTEAD.get(element.local, profile.GENERAL)
        drawing.notes.left_out(element, element.local, element.get("name"), Text(
            f"Phần tử này không chạy. {vi}", f"This element does not run. {en}"))
        drawing.notes.lacks("element", element, Text(
            f"«{element.local}» không chạy được. {vi}", f"“{element.local}” does not run. {en}"))
    elif is_node(element):
        drawing.notes.read(element, "element", element.local)
    elif element.local == "documentation" and element.text.strip():
        drawing.notes.read(element.parent, "documentation", element.text)
    elif element.local in ("message", "signal", "error", "escalation") and element.id:
        said = element.get("name") or element.get("errorCode") or element.get("escalationCode")
        if said.startswith(("=", "${", "#{")):
            drawing.notes.left_out(element, "name", said, reasons.COMPUTED)
        else:
            drawing.notes.read(element, "name", said)


def _attributes(drawing: Drawing, element: Element) -> None:
    """Say which foreign attributes are left out."""
    for name, attribute in element.attributes.items():
        if not name.startswith("{") or drawing.seen((element, name)) or _COLOURS in name:
            continue
        namespace, _, local = name[1:].partition("}")
        if not namespace.startswith(_SILENT) and namespace != OWN:
            drawing.notes.left_out(element, local, attribute.value, _WHY.get(local, reasons.UNKNOWN))


def _extension(drawing: Drawing, holder: Element, one: Element) -> None:
    """Say what becomes of one extension element."""
    if one.namespace == OWN:
        drawing.notes.read(holder, f"motcua:{one.local}", _said(one))
    elif one.local == "properties":
        for inner in one.children:
            if not drawing.seen(inner):
                _property(drawing, holder, inner)
    elif not drawing.seen(one) and not one.namespace.startswith(_SILENT[1:]):
        drawing.notes.left_out(holder, one.local, _said(one), _WHY.get(one.local, reasons.UNKNOWN))


def _property(drawing: Drawing, holder: Element, one: Element) -> None:
    name = one.get("name") or one.local
    if name.startswith("motcua."):
        drawing.notes.read(holder, name, one.get("value"))
    else:
        drawing.notes.left_out(holder, f"property {name}", one.get("value"), reasons.UNKNOWN)


def _said(one: Element) -> str:
    """Give what an extension element says, on one line."""
    inner = [f"{child.local}: {child.text.strip() or ' '.join(_pairs(child))}" for child in one.children[:5]]
    return "; ".join([*_pairs(one), *([one.text.strip()] if one.text.strip() else []), *inner])


def _pairs(one: Element) -> list[str]:
    return [f"{attribute.name}={attribute.value}" for attribute in one.attributes.values()]
