"""The causes for which an expression, a table or a time fails, as sentences for the person who must mend it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.domain.text import Text

_SENTENCES: Mapping[str, tuple[str, str]] = {
    "too-much-work": ("tính quá lâu", "it takes too much work"),
    "too-long": ("quá dài", "it is too long"),
    "too-complex": ("quá phức tạp", "it is too complex"),
    "dialect": ("bỏ dấu {detail} ở đầu", "leave out the {detail} at its beginning"),
    "syntax": ("sai cú pháp", "it is not written correctly"),
    "number-too-large": ("có số quá lớn", "a number is too large"),
    "value-too-large": ("có giá trị quá dài", "a value is too long"),
    "operator": ("phép tính không dùng được với kiểu {detail}", "the operator does not fit a value of type {detail}"),
    "not-allowed": ("không được dùng {detail}", "{detail} is not allowed"),
    "call": ("không có hàm {detail}", "there is no function {detail}"),
    "arguments": ("hàm {detail} nhận số giá trị khác", "function {detail} takes another number of values"),
    "whole-record": ("«{detail}» là toàn bộ nội dung của một bước, cần nêu một mục, ví dụ {detail}.outcome",
                     "“{detail}” is the whole answer of a step; name one field of it, like {detail}.outcome"),
    "missing": ("hồ sơ chưa có dữ liệu «{detail}»", "the case has no data “{detail}”"),
    "not-a-record": ("không thể đọc «{detail}» từ giá trị này", "“{detail}” cannot be read from this value"),
    "not-boolean": ("kết quả phải là đúng hoặc sai, không phải {detail}", "it must be true or false, not {detail}"),
    "failed": ("các giá trị không tính được với nhau", "the values do not go together"),
    "assignment": ("«{detail}» không phải phép gán «tên = biểu thức»",
                   "“{detail}” is no assignment “name = expression”"),
    "no-rule": ("không dòng nào khớp", "no row matches"),
    "not-unique": ("nhiều dòng cùng khớp: {detail}", "more than one row matches: {detail}"),
    "rules-differ": ("các dòng khớp cho kết quả khác nhau: {detail}", "matching rows give different answers: {detail}"),
    "duration": ("«{detail}» không phải thời hạn", "“{detail}” is no duration"),
    "date": ("«{detail}» không phải ngày giờ", "“{detail}” is no date"),
    "offset": ("«{detail}» thiếu múi giờ", "“{detail}” lacks an offset"),
    "cycle": ("«{detail}» không phải chu kỳ", "“{detail}” is no cycle"),
    "cycle-too-short": ("chu kỳ «{detail}» ngắn hơn 60 giây", "the cycle “{detail}” is shorter than 60 seconds"),
    "too-far": ("thời điểm quá xa", "the time is too far away"),
}
KNOWN = frozenset(_SENTENCES)


class Cause(ValueError):
    """Why something failed: `reason` is a stable word, `detail` what it is about."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail

    @property
    def sentence(self) -> Text:
        """The cause in words."""
        vi, en = _SENTENCES[self.reason]
        return Text(vi.format(detail=self.detail), en.format(detail=self.detail))

    def facts(self, text: str) -> dict[str, str]:
        """Give what a finding about `text` says of the cause."""
        return {"text": text[:120], "reason_vi": self.sentence.vi, "reason_en": self.sentence.en}
