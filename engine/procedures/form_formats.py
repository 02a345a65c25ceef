"""The formats of fields: how a value is written, how it is stored, what is wrong with it; and safe patterns.

Sources of the Vietnamese rules: personal identification number, 12 digits (Law on Identification 26/2023/QH15,
Decree 70/2024/NĐ-CP); tax code with check digit (Circular 86/2024/TT-BTC); telephone numbering plan.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

import re2  # type: ignore[import-untyped]

from engine.domain.text import Text

MAX_MATCHED = 10_000                # characters a pattern is tried on
MAX_PATTERN = 500
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_TAX = re.compile(r"([0-9]{10})(?:-[0-9]{3})?")
_PERSONAL_ID = re.compile(r"[0-9]{12}")
_PHONE = re.compile(r"0[35789][0-9]{8}|02[0-9]{9}")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SCALAR = re.compile(r"\\u([0-9A-Fa-f]{4})")


class UnsafePattern(ValueError):
    """A pattern cannot be matched in linear time (look-around, back-reference) or is too large."""


@lru_cache(maxsize=2000)
def pattern(expression: str) -> Any:
    """Compile a pattern for linear-time search; digits are ASCII and `$` is the very end of the text.

    Raises:
        UnsafePattern: it uses what cannot be matched in linear time, or is too long.
    """
    if len(expression) > MAX_PATTERN:
        raise UnsafePattern(f"longer than {MAX_PATTERN} characters")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(_SCALAR.sub(r"\\x{\1}", expression), options)
    except (re2.error, UnicodeError) as fault:
        raise UnsafePattern(str(fault)) from fault


def matches(expression: str, value: str) -> bool:
    """Tell whether the pattern is found in a text; an overlong text never matches."""
    return len(value) <= MAX_MATCHED and pattern(expression).search(value) is not None


def _is_date(value: str) -> bool:
    return _ISO_DAY.fullmatch(value) is not None and _parses(date.fromisoformat, value)


def _is_moment(value: str) -> bool:
    return "T" in value and _parses(datetime.fromisoformat, value)


def _parses(read: Callable[[str], object], value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True


def _is_name(value: str) -> bool:
    """2–100 letters of any script with blanks, apostrophes and hyphens between; no digits."""
    plain = [char for char in value if char not in " '’-"]
    return 2 <= len(value) <= 100 and bool(plain) and all(unicodedata.category(char)[0] in "LM" for char in plain)


def _is_tax_code(value: str) -> bool:
    """10 digits with a check digit, 3 more for a branch; or since 1 July 2025 a person's identification number."""
    if _PERSONAL_ID.fullmatch(value):
        return True
    match = _TAX.fullmatch(value)
    if match is None:
        return False
    digits = [int(digit) for digit in match[1]]
    return 10 - sum(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11 == digits[9]


def _is_money(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_TEXT_FORMATS: dict[str, Callable[[str], bool]] = {
    "date": _is_date, "date-time": _is_moment, "time": lambda value: _parses(time.fromisoformat, value),
    "email": lambda value: len(value) <= 254 and _EMAIL.fullmatch(value) is not None,
    "personal-id": lambda value: _PERSONAL_ID.fullmatch(value) is not None,
    "full-name": _is_name, "phone-vn": lambda value: _PHONE.fullmatch(value) is not None,
    "tax-code": _is_tax_code,
}
KNOWN = frozenset(_TEXT_FORMATS) | {"money-vnd"}


def holds(name: str, value: Any) -> bool:
    """Tell whether a value has a format; an unknown format, or one for another type, holds (JSON Schema §7.2.1)."""
    if name == "money-vnd":
        return _is_money(value)
    check = _TEXT_FORMATS.get(name)
    return check is None or not isinstance(value, str) or check(value)


def stored(name: str | None, value: str) -> str:
    """Give a text as its format is stored: numbers without blanks and dots, telephones from 0."""
    if name in ("personal-id", "tax-code"):
        return re.sub(r"\s", "", value)
    if name == "phone-vn":
        digits = re.sub(r"[\s.()-]", "", value)
        return re.sub(r"^(?:\+84|0084)0?", "0", digits)
    if name == "full-name":
        return " ".join(value.split())
    if name == "email":
        return value.lower() if value.isascii() else value
    return value


SAYINGS: dict[str, Text] = {
    "date": Text("phải là ngày có thật, viết như 2026-07-31", "must be a real date, written like 2026-07-31"),
    "date-time": Text("phải là ngày giờ, viết như 2026-07-31T08:30", "must be a time, written like 2026-07-31T08:30"),
    "time": Text("phải là giờ, viết như 08:30", "must be a time of day, written like 08:30"),
    "email": Text("phải là địa chỉ thư điện tử, viết như ten@vidu.vn",
                  "must be an e-mail address, written like name@example.com"),
    "personal-id": Text("phải gồm đúng 12 chữ số", "must be exactly 12 digits"),
    "full-name": Text("phải gồm từ 2 đến 100 chữ cái, không có chữ số", "must be 2 to 100 letters without digits"),
    "phone-vn": Text("phải là số điện thoại Việt Nam, viết như 0912345678",
                     "must be a Vietnamese telephone number, written like 0912345678"),
    "tax-code": Text("không phải mã số thuế đúng (10 chữ số, thêm -001 với chi nhánh)",
                     "is not a valid tax code (10 digits, with -001 for a branch)"),
    "money-vnd": Text("phải là số tiền nguyên, không âm", "must be a whole amount of money, not negative"),
}
