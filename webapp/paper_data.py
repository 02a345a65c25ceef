"""The receipt as plain data. Its words are those of the statutory form and stay Vietnamese in every language."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import segno

from engine.domain import explanation
from engine.domain.arithmetic import WEEKDAYS
from engine.procedures import forms
from engine.queries.case_pages import CaseFile
from webapp import presentation, security

_KINDS = {"original": "bản chính", "certified": "bản sao chứng thực", "copy": "bản sao", "electronic": "bản điện tử"}
_SHOWN_AT_THE_COUNTER = {"original", "certified"}
_CHANNELS = {"counter": "trực tiếp tại quầy", "online": "trực tuyến", "post": "qua bưu chính"}
_RETURNS = {"counter": "tại quầy nơi đã nộp", "post": "qua bưu chính", "online": "bản điện tử"}


def slip(file: CaseFile) -> dict[str, Any]:
    """Give what the receipt shows; `due` is empty until the clock of the case has started."""
    case, filed = file.case, dict(file.filing())
    made = presentation.local(case.received_at or case.filed_at)
    address = f"{security.settings().public_url}/t/{case.tracking}"
    parent = file.parents.get(case.unit)
    return {
        "agency": file.unit(parent).vi if parent is not None else "", "unit": file.unit(case.unit).vi,
        "desk": "Bộ phận tiếp nhận và trả kết quả", "place": "", "day": f"{made:%d}", "month": f"{made:%m}",
        "year": f"{made:%Y}", "code": case.code, "book": "", "number": "", "applicant": case.applicant or "(không ghi)",
        "identity": _identity(filed), "address": _address(filed), "contact": _contact(filed), "subject": _subject(file),
        "papers": _papers(file), "sets": "01", "fee": _fee(file),
        "received": f"{_spoken(case.received_at)}, {_CHANNELS.get(_word(filed, 'channel'), _CHANNELS['counter'])}",
        "returned": _RETURNS.get(_word(filed, "delivery_method"), _RETURNS["counter"]),
        "due": _spoken(case.promised_at), "reasons": _reasons(file), "qr": _qr(address), "address_of_page": address,
        "track": f"Tra cứu: quét mã QR, hoặc vào {security.settings().public_url}/track với mã hồ sơ và 4 số cuối của "
                 "số định danh hoặc số điện thoại.",
        "filed_by": case.applicant, "filed_at": presentation.short(case.filed_at), "received_by": _receiver(file),
        "received_at": presentation.short(case.received_at), "help": "", "filed": _spoken(case.filed_at),
    }


def _spoken(instant: Any) -> str:
    if instant is None:
        return ""
    at = presentation.local(instant)
    return f"{at:%H:%M}, {WEEKDAYS[at.weekday()].vi} {at:%d/%m/%Y}"


def _word(filed: Mapping[str, Any], key: str) -> str:
    value = filed.get(key)
    return value if isinstance(value, str) else ""


def _found(filed: Mapping[str, Any], *places: str) -> str:
    values = (forms.value_at(filed, place) for place in places)
    return next((value for value in values if isinstance(value, str) and value), "")


def _identity(filed: Mapping[str, Any]) -> str:
    return presentation.masked(_found(filed, "applicant.personal_id", "requester.personal_id", "personal_id"))


def _contact(filed: Mapping[str, Any]) -> str:
    phone = presentation.masked(_found(filed, "applicant.phone", "requester.phone", "phone"))
    return ", ".join(part for part in (phone, _found(filed, "applicant.email", "requester.email", "email")) if part)


def _address(filed: Mapping[str, Any]) -> str:
    for place in ("applicant.address", "address", "delivery_address"):
        value = forms.value_at(filed, place)
        if isinstance(value, Mapping):
            return ", ".join(str(value[key]) for key in ("street", "commune", "province") if value.get(key))
    return ""


def _subject(file: CaseFile) -> str:
    title = file.procedure.title.vi
    return f"{title} (thủ tục {file.code})" if file.code else title


def _papers(file: CaseFile) -> list[tuple[str, str, int]]:
    """List what was received: the form itself, papers with a file, and originals, which are shown and taken back."""
    there = {one.paper for one in file.documents}
    form = file.procedure.filing_form().title
    asked = [(form.vi, "mẫu điện tử", 1)] if form is not None else []
    asked += [(paper.title.vi, _KINDS.get(paper.kind, paper.kind), paper.copies) for paper in file.papers()
              if (paper.id in there or paper.kind in _SHOWN_AT_THE_COUNTER) and paper.title != form]
    known = {paper.id for paper in file.procedure.manifest.papers}
    return asked + [(one.name, _KINDS["electronic"], 1) for one in file.documents if one.paper not in known]


def _fee(file: CaseFile) -> str:
    amount = forms.value_at(file.case.data, "fee.amount")
    if not isinstance(amount, int):
        return ""
    paid = next((value for value in (forms.value_at(file.case.data, f"{place}.number") for place in (
        "collect_fee.receipt", "collect_fee")) if isinstance(value, str)), None)
    said = f"Phí, lệ phí {amount:,} đồng".replace(",", ".")
    return f"{said}, đã nộp, biên lai {paid}" if paid else f"{said}, chưa nộp"


def _reasons(file: CaseFile) -> str:
    """Say in one paragraph how the promised time was reckoned, for what it waits while there is none, and that waiting
    for the applicant moves it."""
    if file.reckoning is None:
        return ""
    told = 2 if file.case.promised_at is not None else 3
    said = [reason.vi for reason, _ in explanation.explain(file.reckoning)[:told]]
    return ". ".join(said) + ". Khi phải bổ sung, thời gian chờ không tính và ngày hẹn lùi tương ứng."


def _receiver(file: CaseFile) -> str:
    done = [task for task in file.case.tasks if task.completed_at is not None
            and task.completed_at == file.case.received_at]
    return file.name(done[0].actor if done else file.case.filed_by)


def _qr(address: str) -> str:
    file = BytesIO()
    segno.make(address, error="m", micro=False).save(
        file, kind="svg", xmldecl=False, svgns=True, border=2, omitsize=True, svgclass="mc-qr", lineclass=None,
        title="Mã QR để tra cứu hồ sơ")
    return file.getvalue().decode()
