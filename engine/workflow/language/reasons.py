"""The causes for which an expression, a table or a time fails, as sentences for the person who must mend it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.domain.text import Text

_SENTENCES: Mapping[str, tuple[str, str]] = {
    "too-much-work": ("tính quá lâu", "it takes too much work"),
    "too-long": ("quá dài", "it is too long"),
    "too-complex": ("quá phức tạp", "it is too complex"),
    "syntax": ("sai cú pháp", "it is not written correctly"),
    "unexpected": ("«{detail}» không đứng được ở chỗ đó", "“{detail}” cannot stand there"),
    "sign": ("không đọc được «{detail}»", "“{detail}” cannot be read"),
    "quote": ("dấu nháy mở ở «{detail}» không được đóng", "the quote opened at “{detail}” is not closed"),
    "mixed": ("«{detail}» không phải đúng một biểu thức ${{…}}", "“{detail}” is not exactly one expression ${{…}}"),
    "method": ("không gọi được «{detail}»: biểu thức chỉ đọc dữ liệu của hồ sơ",
               "“{detail}” cannot be called: an expression only reads the data of the case"),
    "spaces": ("tên «{detail}» có khoảng trắng; đặt tên không có khoảng trắng",
               "the name “{detail}” has spaces; use a name without"),
    "impure": ("{detail} mỗi lần cho một kết quả khác; lấy thời điểm từ dữ liệu của một bước",
               "{detail} answers differently every time; take the time from the data of a step"),
    "no-function": ("hàm «{detail}» không có hàm tương đương ở đây",
                    "nothing here is equal to the function “{detail}”"),
    "no-equal": ("«{detail}» không có cách viết tương đương ở đây", "nothing here is equal to “{detail}”"),
    "no-truth": ("chỗ đó cần điều kiện đúng hoặc sai, không phải {detail}",
                 "a condition must stand there, not {detail}"),
    "number-too-large": ("có số quá lớn", "a number is too large"),
    "value-too-large": ("có giá trị quá dài", "a value is too long"),
    "operator": ("phép tính không dùng được với kiểu {detail}", "the operator does not fit a value of type {detail}"),
    "not-allowed": ("không được dùng {detail}", "{detail} is not allowed"),
    "call": ("không có hàm {detail}", "there is no function {detail}"),
    "arguments": ("hàm {detail} nhận số giá trị khác", "function {detail} takes another number of values"),
    "whole-record": ("«{detail}» là toàn bộ nội dung của một bước, cần nêu một mục, ví dụ {detail}.outcome",
                     "“{detail}” is the whole answer of a step; name one field of it, like {detail}.outcome"),
    "missing": ("hồ sơ chưa có dữ liệu «{detail}»", "the case has no data “{detail}”"),
    "list-field": ("«{detail}» được đọc từ một danh sách; cần nêu phần tử thứ mấy, ví dụ [0]",
                   "“{detail}” is read from a list; name one of its elements, like [0]"),
    "kinds": ("không so sánh được {detail}: khác kiểu dữ liệu", "{detail} cannot be compared: they differ in kind"),
    "not-a-record": ("không thể đọc «{detail}» từ giá trị này", "“{detail}” cannot be read from this value"),
    "not-boolean": ("kết quả phải là đúng hoặc sai, không phải {detail}", "it must be true or false, not {detail}"),
    "failed": ("các giá trị không tính được với nhau", "the values do not go together"),
    "assignment": ("«{detail}» không phải phép gán «tên = biểu thức»",
                   "“{detail}” is no assignment “name = expression”"),
    "no-rule": ("không dòng nào khớp", "no row matches"),
    "not-unique": ("nhiều dòng cùng khớp: {detail}", "more than one row matches: {detail}"),
    "value-not-allowed": ("giá trị «{detail}» không có trong các giá trị cho phép của cột",
                          "the value “{detail}” is none of those the column allows"),
    "not-listed": ("kết quả «{detail}» không có trong danh sách giá trị của cột",
                   "the output “{detail}” is not among the values listed for its column"),
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


class ExpressionError(Cause):
    """An expression that is not allowed, or that failed on the data it was given."""
