"""Which elements of BPMN a procedure may use. Everything that is not on the list is refused by its name, because the
library runs some of it wrongly and some of it not at all, without a word."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from engine.workflow.reading import BPMN, executable, is_bpmn, local

_NOTES = frozenset({"documentation", "extensionElements", "auditing", "monitoring", "categoryValueRef"})
_DRAWN = frozenset({"textAnnotation", "association", "group"})
_DATA = frozenset({"dataObject", "dataObjectReference", "dataStoreReference"})
_ACTIVITIES = frozenset({
    "task", "userTask", "manualTask", "scriptTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask",
    "callActivity", "subProcess"})
_GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"})
_EVENTS = frozenset({"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"})
_FLOW_NODES = _ACTIVITIES | _GATEWAYS | _EVENTS
_TRIGGERS = frozenset({
    "messageEventDefinition", "timerEventDefinition", "signalEventDefinition", "conditionalEventDefinition"})
_CATCHES = _TRIGGERS | {"errorEventDefinition", "escalationEventDefinition"}
_NODE_CHILDREN = _NOTES | {"incoming", "outgoing", "property"}
_SPECIFIED = frozenset({"ioSpecification", "dataInputAssociation", "dataOutputAssociation"})
_ACTIVITY_CHILDREN = _NODE_CHILDREN | _SPECIFIED | {
    "standardLoopCharacteristics", "multiInstanceLoopCharacteristics", "resourceRole", "performer", "humanPerformer",
    "potentialOwner", "rendering"}
_CONTENT = _FLOW_NODES | _DRAWN | _DATA | {"sequenceFlow", "laneSet"}
_EVENT_CHILDREN = _NODE_CHILDREN | {"dataInput", "dataOutput", "dataInputAssociation", "dataOutputAssociation",
                                    "inputSet", "outputSet"}
_UNUSED = frozenset({       # at the root of a file; they say nothing a case would follow
    "import", "itemDefinition", "interface", "resource", "partnerEntity", "partnerRole", "endPoint", "extension",
    "relationship", "dataStore", "correlationProperty"})
# Elements whose content says nothing a case would follow; it is not looked at.
OPAQUE = _UNUSED | {
    "ioSpecification", "property", "resourceRole", "performer", "humanPerformer", "potentialOwner", "rendering",
    "dataInput", "dataOutput", "inputSet", "outputSet", "dataInputAssociation", "dataOutputAssociation", "auditing",
    "monitoring", "inputDataItem", "outputDataItem", "correlationKey", "correlationSubscription", "conversation",
    "subConversation", "callConversation", "conversationLink", "participantAssociation", "messageFlowAssociation",
    "conversationAssociation", "participantMultiplicity", "dataState", "ioBinding", "supportedInterfaceRef"}

CHILDREN: Mapping[str, frozenset[str]] = {
    "definitions": _NOTES | _UNUSED | {"process", "collaboration", "message", "signal", "error", "escalation",
                                       "category"},
    "process": _NOTES | _CONTENT | {"ioSpecification", "property", "ioBinding", "supportedInterfaceRef", "resourceRole",
                                    "correlationSubscription"},
    "subProcess": _ACTIVITY_CHILDREN | _CONTENT,
    "collaboration": _NOTES | _DRAWN | {
        "participant", "messageFlow", "conversation", "subConversation", "callConversation", "conversationLink",
        "conversationAssociation", "participantAssociation", "messageFlowAssociation", "correlationKey"},
    "participant": _NOTES | {"participantMultiplicity"}, "messageFlow": _NOTES,
    "message": _NOTES, "signal": _NOTES, "error": _NOTES, "escalation": _NOTES,
    "category": _NOTES | {"categoryValue"}, "categoryValue": _NOTES,
    "laneSet": _NOTES | {"lane"}, "lane": _NOTES | {"flowNodeRef", "childLaneSet"},
    "childLaneSet": _NOTES | {"lane"},
    "sequenceFlow": _NOTES | {"conditionExpression"}, "conditionExpression": _NOTES,
    "dataObject": _NOTES | {"dataState"}, "dataObjectReference": _NOTES | {"dataState"},
    "dataStoreReference": _NOTES | {"dataState"},
    **dict.fromkeys(_ACTIVITIES - {"subProcess", "scriptTask"}, _ACTIVITY_CHILDREN),
    "scriptTask": _ACTIVITY_CHILDREN | {"script"},
    **dict.fromkeys(_GATEWAYS, _NODE_CHILDREN),
    "startEvent": _EVENT_CHILDREN | _CATCHES,
    "boundaryEvent": _EVENT_CHILDREN | _CATCHES,
    "intermediateCatchEvent": _EVENT_CHILDREN | _TRIGGERS | {"linkEventDefinition"},
    "intermediateThrowEvent": _EVENT_CHILDREN | {
        "messageEventDefinition", "signalEventDefinition", "escalationEventDefinition", "linkEventDefinition"},
    "endEvent": _EVENT_CHILDREN | {
        "messageEventDefinition", "signalEventDefinition", "errorEventDefinition", "escalationEventDefinition",
        "terminateEventDefinition"},
    "timerEventDefinition": _NOTES | {"timeDate", "timeDuration", "timeCycle"},
    "conditionalEventDefinition": _NOTES | {"condition"},
    **dict.fromkeys(("messageEventDefinition", "signalEventDefinition", "errorEventDefinition",
                     "escalationEventDefinition", "linkEventDefinition", "terminateEventDefinition"),
                    _NOTES | {"source", "target", "operationRef"}),
    "standardLoopCharacteristics": _NOTES | {"loopCondition"},
    "multiInstanceLoopCharacteristics": _NOTES | {
        "loopCardinality", "loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem",
        "completionCondition"},
    "textAnnotation": _NOTES | {"text"}, "association": _NOTES, "group": _NOTES,
    **dict.fromkeys((
        "documentation", "incoming", "outgoing", "flowNodeRef", "timeDate", "timeDuration", "timeCycle", "text",
        "condition", "loopCondition", "loopCardinality", "completionCondition", "loopDataInputRef",
        "loopDataOutputRef", "script", "source", "target", "operationRef", "categoryValueRef"), frozenset()),
    **dict.fromkeys(OPAQUE, frozenset()),
}

# What to use instead; a name not listed gets the general remedy.
INSTEAD: Mapping[str, tuple[str, str]] = {
    "transaction": ("Đổi thành subProcess; việc phải làm lại thì vẽ thành các bước.",
                    "Make it a subProcess; draw what must be undone as steps."),
    "adHocSubProcess": ("Vẽ các bước theo thứ tự, hoặc song song bằng parallelGateway.",
                        "Draw the steps in order, or side by side with parallelGateways."),
    "complexGateway": ("Dùng exclusiveGateway, inclusiveGateway và parallelGateway.",
                       "Use exclusive, inclusive and parallel gateways."),
    "compensateEventDefinition": ("Vẽ việc phải làm lại thành các bước sau một sự kiện lỗi hoặc leo thang.",
                                  "Draw what must be undone as steps behind an error or escalation event."),
    "cancelEventDefinition": ("Dùng sự kiện lỗi (errorEventDefinition).", "Use an error event."),
    "eventDefinitionRef": ("Ghi điều kiện kích hoạt ngay trong sự kiện.", "Write the trigger inside the event."),
    "complexBehaviorDefinition": ("Dùng completionCondition.", "Use a completionCondition."),
    "choreography": ("Vẽ một collaboration với các luồng thông điệp.", "Draw a collaboration with message flows."),
    **dict.fromkeys(("globalTask", "globalUserTask", "globalManualTask", "globalScriptTask", "globalBusinessRuleTask"),
                    ("Đặt bước này trong một quy trình và gọi quy trình đó.",
                     "Put the task into a process and call that process.")),
}
GENERAL = ("Thay bằng một phần tử được hỗ trợ; danh mục ở docs/bpmn-profile.md.",
           "Replace it by a supported element; they are listed in docs/bpmn-profile.md.")

Complain = Callable[[str | None, str, Mapping[str, str]], None]


_CLOSED = OPAQUE | {"extensionElements"}


def examine(root: etree._Element, complain: Complain) -> None:
    """Walk the tree and complain of every element that is not allowed where it stands; drawings are not walked."""
    stack = [root]
    while stack:
        element = stack.pop()
        allowed = CHILDREN[local(element)]
        for child in element:
            if not is_bpmn(child):
                if not _drawing(child):
                    _refuse(child, complain)
            elif local(child) not in allowed:
                _refuse(child, complain)
            elif local(child) not in _CLOSED and not (local(child) == "process" and not executable(child)):
                stack.append(child)


def known(element: etree._Element) -> bool:
    """Tell whether an element of BPMN is on the list, wherever it stands."""
    return is_bpmn(element) and local(element) in CHILDREN


def allows(parent: etree._Element, child: etree._Element) -> bool:
    """Tell whether an element of BPMN may stand in another one."""
    return is_bpmn(child) and local(child) in CHILDREN.get(local(parent), frozenset())


def _drawing(element: etree._Element) -> bool:
    """Tell whether an element is of the diagram's own drawing namespaces."""
    return isinstance(element.tag, str) and "/spec/BPMN/20100524/DI}" in element.tag


def _refuse(element: etree._Element, complain: Complain) -> None:
    """Complain of one element by its name."""
    name = local(element)
    vi, en = INSTEAD.get(name, GENERAL)
    complain(nearest_id(element), "unsupported-element", {"name": name, "instead_vi": vi, "instead_en": en})


def nearest_id(element: etree._Element | None) -> str | None:
    """Give the id of an element, or of the nearest one around it that has one."""
    while element is not None:
        if element.get("id"):
            return element.get("id")
        element = element.getparent()
    return None


def is_definitions(root: etree._Element) -> bool:
    """Tell whether a tree is a BPMN file."""
    return bool(root.tag == f"{{{BPMN}}}definitions")
