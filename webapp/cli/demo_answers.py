"""What people write on the forms of the two shipped procedures: made-up, no person or number is real."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

Answers = Mapping[str, Any]
_FAULT = "Giấy khám sức khỏe thiếu kết luận của bác sĩ; đề nghị khám lại và nộp bản có kết luận."


def licence(name: str, number: int, day: date, **changes: Any) -> dict[str, Any]:
    """Give the answers of an application for renewal made on a day."""
    return {
        "applicant": _person(name, number), "licence_no": f"{310000000000 + number}", "licence_class": "B",
        "issue_date": "2016-12-05", "expiry_date": (day + timedelta(days=24)).isoformat(), "expiry_band": "valid",
        "licence_hold": "none", "reason": "expiring", "delivery_method": "counter", "channel": "counter",
        "health_certificate": {"number": f"{1000 + number % 900}/GKSKLX", "facility": "Bệnh viện đa khoa tỉnh Hải Sơn",
                               "date": (day - timedelta(days=10)).isoformat(), "result": "fit"},
        "declared_on": day.isoformat(), "declaration": True, **changes}


def certified(name: str, number: int, pages: int = 3, copies: int = 2) -> dict[str, Any]:
    """Give the answers of a request for certified copies of a degree."""
    return {"applicant": _person(name, number), "document_type": "degree", "document_no": f"DH-{number:06d}",
            "issuer": "Trường Đại học Hải Sơn", "issue_date": "2019-07-15", "pages": pages, "copies": copies,
            "language": "vi", "not_secret": True, "delivery_method": "counter"}


def _person(name: str, number: int) -> dict[str, Any]:
    return {"full_name": name, "personal_id": f"{31090000000 + number:012d}",
            "date_of_birth": f"19{70 + number % 29}-0{1 + number % 9}-1{number % 9}", "sex": "female" if number % 2 else
            "male", "phone": f"09{10000000 + number * 7:08d}"}


def receipt(number: int, amount: int = 135000) -> Answers:
    """Give the receipt of a fee."""
    return {"receipt": {"amount": amount, "number": f"AA-{number:07d}", "paid_by": "cash"}}


ACCEPT: Answers = {"outcome": "accepted"}
NOT_FULL: Answers = {"outcome": "supplement", "reason": _FAULT}
VERIFIED: Answers = {"form_matches": "ok", "health_valid": "ok", "licence_free": "ok", "photo_valid": "ok",
                     "outcome": "approve"}
SUPPLEMENT: Answers = {"form_matches": "ok", "health_valid": "not_ok", "licence_free": "ok", "photo_valid": "ok",
                       "outcome": "supplement", "reason": _FAULT}
NOT_ELIGIBLE: Answers = {"form_matches": "not_ok", "licence_free": "not_ok", "outcome": "refused",
                         "reason": "Số giấy phép không có trong cơ sở dữ liệu sát hạch, cấp giấy phép lái xe."}
PROVIDED: Answers = {"received_by": "counter", "note": "Giấy khám sức khỏe có kết luận."}
AGREED: Answers = {"outcome": "approve"}
REFUSED: Answers = {"outcome": "refused",
                    "reason": "Không đủ điều kiện đổi theo quy định; đề nghị liên hệ nơi đã cấp giấy phép."}
PRINTED: Answers = {"outcome": "pass", "card_serial": "AB0087123"}
TURNED_AWAY: Answers = {"outcome": "refused", "reason": "Quá hạn trên một năm: phải sát hạch lại trước khi cấp."}
HANDED_OVER: Answers = {"method": "counter", "old_paper_withdrawn": True}
COPIES_HANDED_OVER: Answers = {"method": "counter"}
COPIED: Answers = {"copies_made": 2}
DRAFTED: Answers = {"clause": "many_pages"}
NO_ORIGINAL: Answers = {"outcome": "refused", "reason": "Bản chính bị tẩy xóa, không chứng thực được."}


def sealed(number: int, year: int) -> Answers:
    """Give the entry of certified copies in the book."""
    return {"certification_no": str(number), "book": f"04/{year}"}
