"""Which elements of BPMN a procedure may use. Everything that is not on the list is refused by its name, because the
library runs some of it wrongly and some of it not at all, without a word."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from engine.workflow.reading import BPMN, executable, is_bpmn, local

_FLOW_NODES = frozenset({
    "startEvent", "endEvent", "userTask", "serviceTask", "businessRuleTask", "receiveTask", "callActivity",
    "exclusiveGateway", "parallelGateway", "boundaryEvent", "intermediateCatchEvent",
})
_NOTES = frozenset({"documentation", "extensionElements"})
_DRAWN = frozenset({"textAnnotation", "association", "group"})
_NODE_CHILDREN = _NOTES | {"incoming", "outgoing"}

CHILDREN: Mapping[str, frozenset[str]] = {
    "definitions": _NOTES | {"process", "collaboration", "message", "category"},
    "process": _NOTES | _FLOW_NODES | _DRAWN | {"sequenceFlow", "laneSet"},
    "collaboration": _NOTES | _DRAWN | {"participant", "messageFlow"},
    "participant": _NOTES, "messageFlow": _NOTES, "message": _NOTES,
    "category": _NOTES | {"categoryValue"}, "categoryValue": _NOTES,
    "laneSet": _NOTES | {"lane"}, "lane": _NOTES | {"flowNodeRef", "childLaneSet"},
    "childLaneSet": _NOTES | {"lane"}, "flowNodeRef": frozenset(),
    "sequenceFlow": _NOTES | {"conditionExpression"}, "conditionExpression": _NOTES,
    "startEvent": _NODE_CHILDREN, "endEvent": _NODE_CHILDREN | {"terminateEventDefinition"},
    "boundaryEvent": _NODE_CHILDREN | {"timerEventDefinition"},
    "intermediateCatchEvent": _NODE_CHILDREN | {"timerEventDefinition"},
    "timerEventDefinition": _NOTES | {"timeDate", "timeDuration", "timeCycle"},
    "terminateEventDefinition": _NOTES,
    "timeDate": frozenset(), "timeDuration": frozenset(), "timeCycle": frozenset(),
    "incoming": frozenset(), "outgoing": frozenset(), "documentation": frozenset(),
    "textAnnotation": _NOTES | {"text"}, "text": frozenset(), "association": _NOTES, "group": _NOTES,
    **{name: _NODE_CHILDREN for name in _FLOW_NODES if name.endswith(("Task", "Gateway")) or name == "callActivity"},
}

# What to use instead; a name not listed gets the general remedy.
INSTEAD: Mapping[str, tuple[str, str]] = {
    "task": ("Đổi thành userTask (người làm) hoặc serviceTask (máy làm).",
             "Make it a userTask (a person) or a serviceTask (the system)."),
    "manualTask": ("Đổi thành userTask: việc gì cũng phải có người ghi nhận đã làm.",
                   "Make it a userTask: somebody must record that it was done."),
    "scriptTask": ("Đổi thành serviceTask với một hàm đã đăng ký, hoặc bảng quyết định.",
                   "Make it a serviceTask with a registered handler, or a decision table."),
    "sendTask": ("Khai báo motcua:letter ở bước trước, hoặc dùng serviceTask.",
                 "Declare a motcua:letter on the step before, or use a serviceTask."),
    "subProcess": ("Tách thành quy trình riêng và gọi bằng callActivity.",
                   "Make it a process of its own and call it with a callActivity."),
    "transaction": ("Tách thành quy trình riêng và gọi bằng callActivity.",
                    "Make it a process of its own and call it with a callActivity."),
    "adHocSubProcess": ("Vẽ các bước theo thứ tự, hoặc song song bằng parallelGateway.",
                        "Draw the steps in order, or side by side with parallelGateways."),
    "inclusiveGateway": ("Dùng exclusiveGateway, hoặc parallelGateway với các nhánh có điều kiện riêng.",
                         "Use an exclusiveGateway, or a parallelGateway whose branches have their own conditions."),
    "eventBasedGateway": ("Dùng receiveTask với một boundaryEvent hẹn giờ.",
                          "Use a receiveTask with a boundary timer."),
    "complexGateway": ("Dùng exclusiveGateway và parallelGateway.", "Use exclusive and parallel gateways."),
    "intermediateThrowEvent": ("Bỏ sự kiện này; việc gửi đi khai báo bằng motcua:letter hoặc serviceTask.",
                               "Remove the event; what is sent is declared with motcua:letter or a serviceTask."),
    "messageEventDefinition": ("Dùng receiveTask để chờ một thông điệp.", "Use a receiveTask to wait for a message."),
    "signalEventDefinition": ("Dùng receiveTask để chờ một thông điệp.", "Use a receiveTask to wait for a message."),
    "multiInstanceLoopCharacteristics": ("Vẽ vòng lặp bằng exclusiveGateway, hoặc các nhánh song song.",
                                         "Draw the loop with an exclusiveGateway, or parallel branches."),
    "standardLoopCharacteristics": ("Vẽ vòng lặp bằng exclusiveGateway.", "Draw the loop with an exclusiveGateway."),
    "dataObject": ("Bỏ đi; dữ liệu của hồ sơ nằm trong biểu mẫu của các bước.",
                   "Remove it; the data of a case are the forms of its steps."),
    "dataObjectReference": ("Bỏ đi; dữ liệu của hồ sơ nằm trong biểu mẫu của các bước.",
                            "Remove it; the data of a case are the forms of its steps."),
    "dataStoreReference": ("Bỏ đi; kho dữ liệu bên ngoài được gọi bằng serviceTask.",
                           "Remove it; an outside store is called by a serviceTask."),
}
GENERAL = ("Thay bằng một phần tử được hỗ trợ: startEvent, endEvent, userTask, serviceTask, businessRuleTask, "
           "receiveTask, callActivity, exclusiveGateway, parallelGateway, hẹn giờ.",
           "Replace it by a supported element: startEvent, endEvent, userTask, serviceTask, businessRuleTask, "
           "receiveTask, callActivity, exclusiveGateway, parallelGateway, timers.")

Complain = Callable[[str | None, str, Mapping[str, str]], None]


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
            elif local(child) != "extensionElements" and not (local(child) == "process" and not executable(child)):
                stack.append(child)


def allows(parent: etree._Element, child: etree._Element) -> bool:
    """Tell whether an element of BPMN may stand in another one."""
    return is_bpmn(child) and local(child) in CHILDREN[local(parent)]


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
