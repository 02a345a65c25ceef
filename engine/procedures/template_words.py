"""What the declarations of a diagram are called in a modeler's panel: labels, hints, examples, in both languages.

What may be declared is said in `engine.workflow.declarations`; a declaration without words here shows its own name,
and a test says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.domain.text import Text


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one attribute; `example` is a value it could have."""

    label: Text
    hint: Text | None = None
    example: str = ""


ELEMENTS: Mapping[str, Text] = {
    "deadline": Text("Thời hạn", "Deadline"),
    "clock": Text("Đồng hồ của hồ sơ", "Clock of the case"),
    "suspends": Text("Dừng đồng hồ khi chờ", "Suspension while waiting"),
    "assignment": Text("Người làm", "Who does it"),
    "handoff": Text("Chuyển cơ quan khác", "Hand-off to another agency"),
    "send": Text("Gửi kèm", "Sent along"),
    "each": Text("Làm cho từng phần tử", "Once for each"),
    "form": Text("Mẫu khai", "Form"),
    "letter": Text("Văn bản", "Letter"),
    "service": Text("Dịch vụ", "Service"),
    "decision": Text("Bảng quyết định", "Decision table"),
    "status": Text("Trạng thái quốc gia", "National status"),
    "acts": Text("Việc được làm ngoài sơ đồ", "Acts beside the flow"),
    "text": Text("Câu cho người dân", "Sentence for the public"),
}
_PERIOD = Text("Viết: 5 working days, 12 working hours, 10 days, 24 hours, same day.",
               "Write: 5 working days, 12 working hours, 10 days, 24 hours, same day.")
_OUTCOME = Text("Giá trị outcome trong mẫu của bước, hoặc always.", "A value of outcome in the step's form, or always.")

ATTRIBUTES: Mapping[tuple[str, str], Words] = {
    ("deadline", "kind"): Words(Text("Loại", "Kind"), None, "task"),
    ("deadline", "period"): Words(Text("Thời hạn", "Period"), _PERIOD, "5 working days"),
    ("deadline", "firstDay"): Words(Text("Ngày đầu", "First day"), Text(
        "Tính từ ngày làm việc sau, hay đúng giờ ấy.", "Counted from the next working day, or to the same hour.")),
    ("deadline", "cutOff"): Words(Text("Giờ chốt nhận", "Cut-off time"), Text(
        "Nhận sau giờ này tính từ ngày làm việc sau; none: không chốt.",
        "What comes later counts from the next working day; none: no cut-off."), "15:00"),
    ("deadline", "outcome"): Words(Text("Chỉ khi kết quả là", "Only for the outcome"), Text(
        "Để trống: cho mọi kết quả.", "Left empty: for every outcome."), "refused"),
    ("deadline", "when"): Words(Text("Chỉ khi", "Only when"), Text(
        "Biểu thức trên dữ liệu hồ sơ.", "An expression over the data of the case."), "verify.outcome == 'approve'"),
    ("deadline", "extensions"): Words(Text("Số lần gia hạn", "Extensions"), None, "1"),
    ("deadline", "extensionUpTo"): Words(Text("Gia hạn tối đa", "Extension up to"), _PERIOD, "5 working days"),
    ("deadline", "warnAt"): Words(Text("Cảnh báo khi đã dùng", "Warn when used up"), None, "80%"),
    ("deadline", "earlyBy"): Words(Text("Trước hạn khi sớm hơn", "Early when earlier by"), _PERIOD, "1 working hours"),
    ("clock", "starts"): Words(Text("Bắt đầu khi kết quả là", "Starts at the outcome"), _OUTCOME, "accepted"),
    ("clock", "stops"): Words(Text("Xử lý xong khi kết quả là", "Processing ends at the outcome"), _OUTCOME, "always"),
    ("suspends", "reason"): Words(Text("Lý do", "Reason"), Text(
        "supplement, payment, consultation hoặc lý do khác.", "supplement, payment, consultation or another."),
        "supplement"),
    ("suspends", "mode"): Words(Text("Sau khi chờ", "After the wait"), Text(
        "resume: chạy tiếp phần còn lại; restart: tính lại từ đầu.",
        "resume: what is left goes on; restart: it counts anew.")),
    ("suspends", "limit"): Words(Text("Chờ tối đa", "Waits at most"), _PERIOD, "30 days"),
    ("suspends", "onLimit"): Words(Text("Khi hết hạn chờ", "When the wait is over"), Text(
        "stop: dừng giải quyết; continue: đi tiếp; hoặc tên thông điệp.",
        "stop: the case is stopped; continue: it goes on; or the name of a message."), "stop"),
    ("suspends", "which"): Words(Text("Dừng đồng hồ nào", "Which clocks stand"), Text(
        "statutory, service_norm, task; cách nhau bằng dấu cách.", "statutory, service_norm, task; spaces between."),
        "statutory service_norm"),
    ("assignment", "role"): Words(Text("Vai trò", "Role"), Text(
        "receiving-officer, processing-officer, team-head, leader, clerk, cashier, return-officer, applicant… hoặc "
        "vai trò khác trong tệp tổ chức.",
        "receiving-officer, processing-officer, team-head, leader, clerk, cashier, return-officer, applicant… or any "
        "other role of the organisation file."), "processing-officer"),
    ("assignment", "unit"): Words(Text("Đơn vị", "Unit"), Text(
        "receiving: nơi nhận; competent: cơ quan có thẩm quyền; same: cùng đơn vị bước trước; type:LOẠI.",
        "receiving: where it was filed; competent: the competent unit; same: that of the step before; type:TYPE."),
        "competent"),
    ("assignment", "notActorOf"): Words(Text("Không phải người đã làm", "Not who did"), Text(
        "Id các bước, cách nhau bằng dấu cách; gọi/bước trong quy trình được gọi.",
        "Ids of steps, spaces between; call/step in a called process."), "verify"),
    ("assignment", "sameActorAs"): Words(Text("Đúng người đã làm", "The same who did"), Text(
        "Id các bước, cách nhau bằng dấu cách.", "Ids of steps, spaces between."), "draft"),
    ("assignment", "priority"): Words(Text("Ưu tiên", "Priority"), Text("0 đến 100, mặc định 50.",
                                                                      "0 to 100, 50 by default."), "50"),
    ("handoff", "to"): Words(Text("Loại đơn vị nhận", "Type of the receiving unit"), None, "police"),
    ("handoff", "acknowledgeWithin"): Words(Text("Xác nhận trong", "Acknowledged within"), _PERIOD, "2 working hours"),
    ("handoff", "period"): Words(Text("Trả lời trong", "Answered within"), _PERIOD, "3 working days"),
    ("send", "data"): Words(Text("Dữ liệu gửi kèm", "Data sent along"), Text(
        "Tên dữ liệu của hồ sơ, cách nhau bằng dấu cách.", "Names of the case's data, spaces between."),
        "verify.outcome"),
    ("each", "in"): Words(Text("Trong danh sách", "In the list"), Text(
        "Biểu thức cho một danh sách.", "An expression that gives a list."), "application.members"),
    ("each", "as"): Words(Text("Tên của phần tử", "Name of one element"), None, "member"),
    ("form", "name"): Words(Text("Tên mẫu", "Name of the form"), Text(
        "forms/TÊN.json; để trống: id của bước.", "forms/NAME.json; left empty: the id of the step."), "verify"),
    ("letter", "template"): Words(Text("Mẫu in", "Template"), Text(
        "Số mẫu luật định 01–12 hoặc tên trong letters/.", "A statutory form number 01–12 or a name in letters/."),
        "02"),
    ("letter", "when"): Words(Text("Lập khi", "Made when"), Text(
        "ready: bước bắt đầu; completed: bước xong; hoặc một kết quả.",
        "ready: the step begins; completed: it is done; or an outcome."), "ready"),
    ("service", "handler"): Words(Text("Hàm dịch vụ", "Handler"), Text(
        "Xem «motcua procedure handlers».", "See “motcua procedure handlers”."), "registry.driving_licence"),
    ("service", "retries"): Words(Text("Số lần thử", "Tries"), Text("Mặc định 3.", "3 by default."), "3"),
    ("decision", "ref"): Words(Text("Id của bảng", "Id of the table"), Text(
        "Id của decision trong tệp .dmn của gói.", "The id of a decision in a .dmn file of the pack."), "fee"),
    ("status", "national"): Words(Text("Khi hồ sơ ở bước này", "While the case stands here"), None, "4"),
    ("acts", "allow"): Words(Text("Cho phép", "Allowed"), Text(
        "withdraw: rút; extend: gia hạn; transfer: chuyển; stop: dừng; cách nhau bằng dấu cách.",
        "withdraw, extend, transfer, stop; spaces between."), "withdraw extend stop"),
    ("text", "lang"): Words(Text("Ngôn ngữ", "Language"), None, "vi"),
    ("text", "sentence"): Words(Text("Câu", "Sentence"), Text(
        "Một câu cho trang tra cứu.", "One sentence for the tracking page."), "Hồ sơ đang được thẩm định."),
}

CHOICES: Mapping[tuple[str, str, str], Text] = {
    ("deadline", "kind", "statutory"): Text("luật định", "statutory"),
    ("deadline", "kind", "service_norm"): Text("định mức phục vụ", "service norm"),
    ("deadline", "kind", "task"): Text("của bước", "of the step"),
    ("deadline", "firstDay", "next-day"): Text("từ ngày làm việc sau", "from the next working day"),
    ("deadline", "firstDay", "same-hour"): Text("đúng giờ ấy", "to the same hour"),
    ("suspends", "mode", "resume"): Text("chạy tiếp", "resume"),
    ("suspends", "mode", "restart"): Text("tính lại từ đầu", "restart"),
    **{("status", "national", str(number)): text for number, text in enumerate((
        Text("Mới đăng ký", "Newly registered"), Text("Được tiếp nhận", "Accepted"),
        Text("Không được tiếp nhận", "Not accepted"), Text("Đang xử lý", "In progress"),
        Text("Yêu cầu bổ sung giấy tờ", "Supplement requested"),
        Text("Yêu cầu thực hiện nghĩa vụ tài chính", "Payment requested"),
        Text("Công dân yêu cầu rút hồ sơ", "Withdrawal requested"), Text("Dừng xử lý", "Stopped"),
        Text("Đã xử lý xong", "Processed"), Text("Đã trả kết quả", "Result returned")), 1)},
}

# The places a declaration may stand in, as a modeler knows them: BPMN types, a title, the kinds of steps.
PLACES: tuple[tuple[str, Text, tuple[str, ...], tuple[str, ...]], ...] = (
    ("process", Text("Thủ tục", "Procedure"), ("bpmn:Process",), ("process",)),
    ("user-task", Text("Bước người làm", "User task"), ("bpmn:UserTask", "bpmn:ManualTask", "bpmn:Task"), ("user",)),
    ("service-task", Text("Bước dịch vụ", "Service task"), ("bpmn:ServiceTask",), ("service",)),
    ("business-rule-task", Text("Bước quyết định theo bảng", "Business rule task"), ("bpmn:BusinessRuleTask",),
     ("decision",)),
    ("script-task", Text("Bước gán giá trị", "Script task"), ("bpmn:ScriptTask",), ("script",)),
    ("send-task", Text("Bước gửi", "Send task"), ("bpmn:SendTask",), ("send",)),
    ("receive-task", Text("Bước chờ nhận", "Receive task"), ("bpmn:ReceiveTask",), ("receive",)),
    ("call-activity", Text("Gọi quy trình", "Call activity"), ("bpmn:CallActivity",), ("call",)),
    ("sub-process", Text("Quy trình con", "Sub-process"), ("bpmn:SubProcess",), ("subprocess",)),
    ("start-event", Text("Nộp hồ sơ, bắt đầu", "Start event"), ("bpmn:StartEvent",), ("start",)),
    ("end-event", Text("Kết thúc", "End event"), ("bpmn:EndEvent",), ("end", "terminate")),
    ("catch-event", Text("Sự kiện chờ", "Intermediate catch event"), ("bpmn:IntermediateCatchEvent",),
     ("catch", "timer")),
    ("throw-event", Text("Sự kiện gửi", "Intermediate throw event"), ("bpmn:IntermediateThrowEvent",), ("throw",)),
    ("boundary-event", Text("Sự kiện trên bước", "Boundary event"), ("bpmn:BoundaryEvent",),
     ("boundary", "boundary_timer")),
    ("gateway", Text("Cổng rẽ nhánh", "Gateway"), ("bpmn:ExclusiveGateway", "bpmn:InclusiveGateway",
     "bpmn:ParallelGateway", "bpmn:EventBasedGateway"), ("exclusive", "inclusive", "parallel", "event_gateway")),
    ("lane", Text("Làn", "Lane"), ("bpmn:Lane",), ("lane",)),
    ("message-flow", Text("Luồng thông điệp", "Message flow"), ("bpmn:MessageFlow",), ("messageFlow",)),
)
