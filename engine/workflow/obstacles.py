"""Why a case must stay on the version it is on: one sentence for each cause, with the step that stands in the way."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.text import Text

_SENTENCES: dict[str, tuple[str, str]] = {
    "step-gone": ("Hồ sơ đang ở bước «{0}», bước này không còn trong phiên bản kia.",
                  "The case stands at step “{0}”, which the other version does not have."),
    "step-kind": ("Hồ sơ đang ở bước «{0}», bước này đã đổi loại.",
                  "The case stands at step “{0}”, which is of another kind in the other version."),
    "called": ("Bước «{0}» đang chạy gọi một quy trình khác trong phiên bản kia.",
               "Step “{0}” is under way and calls another process in the other version."),
    "hand-off": ("Bước «{0}» chuyển cho đơn vị khác theo cách khác trong phiên bản kia.",
                 "Step “{0}” is handed over in another way in the other version."),
    "several": ("Bước «{0}» đang được làm nhiều lần, số lần đã đổi cách tính.",
                "Step “{0}” is being done several times, and how often has changed."),
    "join": ("Cổng «{0}» đang giữ một nhánh đã đến, trong phiên bản kia nhánh đó không còn vào thẳng cổng.",
             "Gateway “{0}” holds a branch that has come by a flow that the other version does not have."),
    "event-gateway": ("Hồ sơ đang chờ sau cổng «{0}», các sự kiện để chờ ở đó đã đổi.",
                      "The case waits behind gateway “{0}”, and the events to wait for there have changed."),
    "event-gone": ("Sự kiện «{0}» đang chờ không còn trong phiên bản kia; muốn bỏ nó phải cho phép rõ ràng.",
                   "Event “{0}” is waiting and the other version does not have it; it is dropped only where that is "
                   "allowed."),
    "event-changed": ("Sự kiện «{0}» đang chờ đã đổi loại, chu kỳ hoặc bước mang nó.",
                      "Event “{0}” is waiting, and its kind, its cycle or its step has changed."),
    "listeners": ("Các quy trình con chờ sự kiện quanh «{0}» đã đổi.",
                  "The event sub-processes around “{0}” have changed."),
    "position": ("Trong phiên bản kia không đường đi nào để hồ sơ cùng đứng ở: {0}.",
                 "No way through the other version lets a case stand at the same time at: {0}."),
    "too-large": ("Quy trình «{0}» quá lớn để chứng minh vị trí này có trong phiên bản kia.",
                  "Process “{0}” is too large to prove that the other version has this position."),
    "moves": ("Vừa chuyển, hồ sơ sẽ tự đi tiếp từ «{0}».", "The case would go on from “{0}” by the move itself."),
    "start": ("Sự kiện bắt đầu «{0}», nơi giữ nội dung nộp, không còn hoặc đã đổi trong phiên bản kia.",
              "The start event “{0}”, under which what was filed is kept, is gone or another in the other version."),
    "done-step": ("Hồ sơ đã làm bước «{0}», bước này không còn hoặc đã đổi loại trong phiên bản kia.",
                  "The case has done step “{0}”, which is gone or of another kind in the other version."),
    "unit": ("Phiên bản kia cần một đơn vị mà hồ sơ không tìm được: {0}.",
             "The other version needs a unit that the case cannot find: {0}."),
    "history": ("Lịch sử của hồ sơ thực hiện lại không ra đúng hồ sơ sau khi chuyển: {0}.",
                "The history of the case, executed again, does not give the case as it would be moved: {0}."),
    "changed": ("Hồ sơ vừa được người khác thay đổi hai lần liền; hãy thử lại.",
                "The case was changed by others twice just now; try again."),
    "reload": ("Trạng thái sau khi chuyển đọc lại không giống như trước khi ghi.",
               "The state after the move does not read back as it was written."),
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One cause for which a case must stay; `place` is the step with the calls above it, `call/step`."""

    code: str
    place: str
    message: Text


def obstacle(code: str, place: str) -> Obstacle:
    """Make an obstacle with its sentence."""
    vi, en = _SENTENCES[code]
    return Obstacle(code, place, Text(vi.format(place), en.format(place)))
