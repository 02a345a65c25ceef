"""How large and how strange an answer may be, whatever its form: measured before any rule looks at it."""

from __future__ import annotations

import math
import unicodedata
from typing import Any

from engine.domain.text import Text

MAX_CHARACTERS = 200 * 1024
MAX_VALUES = 10_000
MAX_DEPTH = 16
MAX_ITEMS = 1000
MAX_KEY = 200
MAX_INTEGER = 2**53                  # beyond it JSON readers disagree about the number (RFC 8259 §6)

TOO_LARGE = Text("Nội dung khai quá lớn.", "The answers are too large.")


class Refused(Exception):
    """An answer no form may accept; `path` is its dotted name."""

    def __init__(self, path: str, message: Text) -> None:
        super().__init__(message.en)
        self.path = path
        self.message = message


class _Measure:
    """What is left of the limits while one answer is walked."""

    def __init__(self) -> None:
        self.characters = MAX_CHARACTERS
        self.values = MAX_VALUES

    def take(self, path: str, characters: int) -> None:
        self.characters -= characters
        self.values -= 1
        if self.characters < 0 or self.values < 0:
            raise Refused(path, TOO_LARGE)


def tidy(value: Any) -> Any:
    """Give a copy with texts stripped and in NFC, lines ended by a line feed.

    Raises:
        Refused: too large, too deep, a number JSON cannot carry, a control character, or no JSON at all.
    """
    return _tidy(value, "", 0, _Measure())


def _tidy(value: Any, path: str, depth: int, left: _Measure) -> Any:
    left.take(path, 1)
    if isinstance(value, str):
        left.take(path, len(value.encode("utf-8", "replace")))
        return _tidy_text(value, path)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return _tidy_number(value, path)
    if depth >= MAX_DEPTH:
        raise Refused(path, Text("Nội dung khai lồng nhau quá sâu.", "The answers are nested too deeply."))
    if isinstance(value, dict):
        return {_key(key, path): _tidy(item, join(path, key), depth + 1, left) for key, item in value.items()}
    if isinstance(value, list):
        if len(value) > MAX_ITEMS:
            raise Refused(path, Text(f"Danh sách dài quá {MAX_ITEMS} dòng.", f"The list has over {MAX_ITEMS} rows."))
        return [_tidy(item, join(path, index), depth + 1, left) for index, item in enumerate(value)]
    raise Refused(path, Text("Giá trị không đọc được.", "The value cannot be read."))


def join(path: str, key: Any) -> str:
    """Give the dotted name of `key` below `path`, safe to print whatever the key holds."""
    shown = str(key)[:MAX_KEY].encode("ascii", "backslashreplace").decode() if not str(key).isprintable() else str(key)
    return f"{path}.{shown[:MAX_KEY]}" if path else shown[:MAX_KEY]


def _key(key: Any, path: str) -> str:
    if not isinstance(key, str) or len(key) > MAX_KEY or not key.isprintable():
        raise Refused(join(path, key), Text("Tên mục không hợp lệ.", "The name of the entry is not valid."))
    return key


def _tidy_text(value: str, path: str) -> str:
    plain = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in plain):
        raise Refused(path, Text("Có ký tự điều khiển không hợp lệ.", "There is a control character in the text."))
    return plain.strip()


def _tidy_number(value: int | float, path: str) -> int | float:
    if isinstance(value, float) and not math.isfinite(value):
        raise Refused(path, Text("Giá trị không phải là số.", "The value is not a number."))
    if abs(value) > MAX_INTEGER:
        raise Refused(path, Text("Số quá lớn.", "The number is too large."))
    return value
