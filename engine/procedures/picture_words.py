"""The words a picture of a procedure says by itself, in both languages; names of steps come from the procedure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PictureWords:
    """Words for the titles inside a picture, which a screen reader or the pointer shows."""

    lane: str
    done: str
    now: str
    passed: str
    limit: str
    pauses: str
    picture: str
    kinds: Mapping[str, str]
    events: Mapping[str, str]

    def kind(self, kind: str, event: str) -> str:
        """What an element without a name is called: its kind, and of an event what it waits for or sends."""
        called = self.kinds.get(kind, kind)
        return f"{called} ({self.events[event]})" if event in self.events else called


VIETNAMESE = PictureWords(
    lane="Làn",
    done="đã xong",
    now="đang ở đây",
    passed="đã đi qua",
    limit="định mức",
    pauses="đồng hồ dừng",
    picture="Sơ đồ",
    kinds={
        "startEvent": "Sự kiện bắt đầu", "endEvent": "Sự kiện kết thúc", "boundaryEvent": "Sự kiện gắn trên bước",
        "intermediateCatchEvent": "Sự kiện chờ", "intermediateThrowEvent": "Sự kiện phát",
        "exclusiveGateway": "Cổng rẽ một nhánh", "parallelGateway": "Cổng song song",
        "inclusiveGateway": "Cổng rẽ nhiều nhánh", "eventBasedGateway": "Cổng chờ sự kiện",
        "complexGateway": "Cổng phức hợp", "task": "Bước", "userTask": "Bước có người làm",
        "manualTask": "Bước làm ngoài hệ thống", "scriptTask": "Bước tính toán", "serviceTask": "Bước tự động",
        "sendTask": "Bước gửi tin", "receiveTask": "Bước chờ tin", "businessRuleTask": "Bước quyết định theo bảng",
        "callActivity": "Quy trình được gọi", "subProcess": "Quy trình con", "transaction": "Giao dịch",
        "adHocSubProcess": "Quy trình con tùy ý", "dataObjectReference": "Dữ liệu", "dataObject": "Dữ liệu",
        "dataInput": "Dữ liệu vào", "dataOutput": "Dữ liệu ra", "dataStoreReference": "Kho dữ liệu",
        "dataStore": "Kho dữ liệu", "textAnnotation": "Ghi chú", "group": "Nhóm",
    },
    events={
        "message": "tin", "timer": "hẹn giờ", "error": "lỗi", "signal": "tín hiệu", "escalation": "báo cấp trên",
        "conditional": "điều kiện", "compensate": "bù trừ", "cancel": "hủy", "link": "nối", "terminate": "dừng hẳn",
        "multiple": "một trong nhiều", "parallelMultiple": "đủ nhiều",
    },
)
ENGLISH = PictureWords(
    lane="Lane",
    done="done",
    now="the case is here",
    passed="taken",
    limit="allotted",
    pauses="the clock stands still",
    picture="Diagram",
    kinds={
        "startEvent": "Start event", "endEvent": "End event", "boundaryEvent": "Boundary event",
        "intermediateCatchEvent": "Waiting event", "intermediateThrowEvent": "Sending event",
        "exclusiveGateway": "Exclusive gateway", "parallelGateway": "Parallel gateway",
        "inclusiveGateway": "Inclusive gateway", "eventBasedGateway": "Event-based gateway",
        "complexGateway": "Complex gateway", "task": "Task", "userTask": "User task", "manualTask": "Manual task",
        "scriptTask": "Script task", "serviceTask": "Service task", "sendTask": "Send task",
        "receiveTask": "Receive task", "businessRuleTask": "Business rule task", "callActivity": "Called process",
        "subProcess": "Sub-process", "transaction": "Transaction", "adHocSubProcess": "Ad hoc sub-process",
        "dataObjectReference": "Data", "dataObject": "Data", "dataInput": "Data input", "dataOutput": "Data output",
        "dataStoreReference": "Data store", "dataStore": "Data store", "textAnnotation": "Note", "group": "Group",
    },
    events={
        "message": "message", "timer": "timer", "error": "error", "signal": "signal", "escalation": "escalation",
        "conditional": "condition", "compensate": "compensation", "cancel": "cancel", "link": "link",
        "terminate": "terminate", "multiple": "one of several", "parallelMultiple": "all of several",
    },
)


def words(language: str) -> PictureWords:
    """Give the words of `language` (`vi` or `en`); an unknown language gets Vietnamese."""
    return ENGLISH if language == "en" else VIETNAMESE
