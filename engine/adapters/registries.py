"""Stand-ins for outside registers, answering from made-up data, until an agency connects the real ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.adapters.handlers import Entry, register
from engine.domain.text import Text

HELD_LICENCES = frozenset({"990000000009"})


@register(
    "registry.driving_licence",
    title=Text("Tra cứu giấy phép lái xe (dữ liệu giả)", "Look up a driving licence (made-up data)"),
    reads=(Entry("application.licence_no", "text", Text("Số giấy phép lái xe", "Number of the licence"),
                 always=False),),
    answers=(
        Entry("found", "yes-no", Text("Có giấy phép này", "There is such a licence")),
        Entry("held", "yes-no", Text("Đang bị giữ hoặc còn tiền phạt", "It is held or has open fines")),
        Entry("source", "text", Text("Nguồn của câu trả lời", "Where the answer comes from"))),
    retried=Text("Không có lỗi nào: câu trả lời có ngay trong máy.", "None: the answer is in the machine itself."))
def driving_licence(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Say whether a licence is held or has open fines: the stand-in knows one held licence, `990000000009`.

    Reads `application.licence_no`. A query changes nothing outside, so the key is not needed.
    """
    application = data.get("application")
    number = application.get("licence_no") if isinstance(application, Mapping) else None
    return {"found": bool(number), "held": number in HELD_LICENCES, "source": "stand-in"}
