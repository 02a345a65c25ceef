"""Reads typed values out of a TOML table and collects what is wrong with them; the rules are in `manifest`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from engine.domain.errors import Problem
from engine.domain.text import Text
from engine.procedures import findings

FILE = "procedure.toml"
LONGEST = 2000


class Reader:
    """Gives values of one manifest; every wrong value becomes a finding and reads as absent."""

    def __init__(self, translate: Mapping[str, str]) -> None:
        self.problems: list[Problem] = []
        self._translate = translate

    @property
    def failed(self) -> bool:
        """Tell whether any finding so far is an error."""
        return any(problem.severity == "error" for problem in self.problems)

    def error(self, code: str, element: str | None, vi: str, en: str, fix_vi: str, fix_en: str) -> None:
        """Add a finding that keeps the procedure from being published."""
        self.problems.append(findings.error(FILE, code, Text(vi, en), Text(fix_vi, fix_en), element))

    def warning(self, code: str, element: str | None, vi: str, en: str, fix_vi: str, fix_en: str) -> None:
        """Add a finding that a person should look at."""
        self.problems.append(findings.warning(FILE, code, Text(vi, en), Text(fix_vi, fix_en), element))

    def wrong(self, key: str, vi: str, en: str) -> None:
        """Say that the value of `key` is not what it must be."""
        self.error("manifest-value", key, f"«{key}» phải là {vi}.", f"“{key}” must be {en}.",
                   f"Sửa giá trị của «{key}».", f"Correct the value of “{key}”.")

    def known(self, table: Mapping[str, Any], keys: Iterable[str], prefix: str = "") -> None:
        """Warn about every key that nothing reads."""
        for key in sorted(table.keys() - set(keys)):
            shown = f"{prefix}{key}"[:100]
            self.warning("manifest-unknown-key", shown, f"Không có mục «{shown}» trong {FILE}.",
                         f"{FILE} has no entry “{shown}”; it is not read.",
                         "Kiểm tra chính tả hoặc bỏ mục này.", "Check the spelling or remove it.")

    def string(self, table: Mapping[str, Any], key: str, *, required: bool = False) -> str | None:
        """Give a non-empty string, or None."""
        value = table.get(key)
        if value is None:
            if required:
                self._missing(key)
            return None
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
            self.wrong(key, f"chuỗi không rỗng, tối đa {LONGEST} ký tự", f"text of 1 to {LONGEST} characters")
            return None
        return value.strip()

    def word(self, table: Mapping[str, Any], key: str, form: re.Pattern[str], *, required: bool = False) -> str | None:
        """Give a string of lower-case letters, digits and the marks of `form`, or None."""
        value = self.string(table, key, required=required)
        if value is not None and not form.fullmatch(value):
            self.wrong(key, "tên viết bằng chữ thường không dấu và chữ số, bắt đầu bằng chữ",
                       "a name of lower-case ASCII letters and digits that starts with a letter")
            return None
        return value

    def text(self, table: Mapping[str, Any], key: str, *, required: bool = False) -> Text | None:
        """Give a text written as a plain string or as `{vi, en}`; a missing language is the other one."""
        value = table.get(key)
        if value is None or isinstance(value, str):
            plain = self.string(table, key, required=required)
            return None if plain is None else Text(plain, self._translate.get(plain, plain))
        if not isinstance(value, dict) or not all(isinstance(part, str) for part in value.values()):
            self.wrong(key, "chuỗi hoặc { vi = \"…\", en = \"…\" }", "text or { vi = \"…\", en = \"…\" }")
            return None
        self.known(value, ("vi", "en"), f"{key}.")
        vi, en = self.string(value, "vi"), self.string(value, "en")
        if vi is None and en is None:
            self._missing(key)
            return None
        return Text(vi or en or "", en or vi or "")

    def strings(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        """Give a list of strings, empty when absent."""
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            self.wrong(key, "danh sách chuỗi", "a list of texts")
            return ()
        return tuple(item.strip() for item in value)

    def day(self, table: Mapping[str, Any], key: str) -> date | None:
        """Give a day written as a TOML date or as text `2026-07-01`, or None."""
        value = table.get(key)
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                value = False
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        self.wrong(key, "ngày, viết như 2026-07-01", "a day, written as 2026-07-01")
        return None

    def choice(self, table: Mapping[str, Any], key: str, values: tuple[str, ...], default: str) -> str:
        """Give one of `values`, or the default when absent."""
        value = table.get(key, default)
        if value not in values:
            self.wrong(key, "một trong: " + ", ".join(values), "one of: " + ", ".join(values))
            return default
        return str(value)

    def count(self, table: Mapping[str, Any], key: str, default: int) -> int:
        """Give a whole number from 0 to 1,000, or the default when absent."""
        value = table.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 1000:
            self.wrong(key, "số nguyên từ 0 đến 1000", "a whole number from 0 to 1000")
            return default
        return value

    def _missing(self, key: str) -> None:
        self.error("manifest-missing-field", key, f"{FILE} thiếu «{key}».", f"{FILE} has no “{key}”.",
                   f"Thêm {key} = \"…\".", f"Add {key} = \"…\".")
