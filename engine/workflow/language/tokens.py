"""From a text in another modeler's expression language to tokens: names, numbers, texts and signs. Which signs there
are is said by the language; what cannot be read is refused at its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.workflow.language.notation import MAX_LENGTH
from engine.workflow.language.reasons import ExpressionError

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\\": "\\", '"': '"', "'": "'", "/": "/"}
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_NUMBER = re.compile(r"[0-9]+(?:\.(?!\.)[0-9]+)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?", re.ASCII)
_NAME = re.compile(r"[^\W\d]\w*")
_SIGNIFICANT = 15           # digits that a number with a fraction keeps


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind (`name`, `number`, `text`, `sign`, `end`), the text it stands for, and where it begins."""

    kind: str
    text: str
    place: int


def scan(text: str, signs: Sequence[str], quotes: str) -> list[Token]:
    """Split a text into tokens, ended by one of kind `end`; of two signs that fit the one listed first is taken.

    Raises:
        ExpressionError: too long, a quote that does not close, or a sign the language does not have.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError("too-long")
    found, place = [], 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        token, place = _next(text, place, signs, quotes)
        found.append(token)
    return [*found, Token("end", "", len(text))]


def _next(text: str, place: int, signs: Sequence[str], quotes: str) -> tuple[Token, int]:
    """Read the token that begins at `place`; gives it and where it ends."""
    if text[place] in quotes:
        return _text(text, place)
    number = _NUMBER.match(text, place)
    if number:
        return Token("number", number[0], place), number.end()
    name = _NAME.match(text, place)
    if name:
        return Token("name", name[0], place), name.end()
    for sign in signs:
        if text.startswith(sign, place):
            return Token("sign", sign, place), place + len(sign)
    raise ExpressionError("sign", text[place:place + 10])


def _text(text: str, place: int) -> tuple[Token, int]:
    """Read a quoted text with its escapes."""
    end = place + 1
    while end < len(text) and text[end] != text[place]:
        end += 2 if text[end] == "\\" else 1
    if end >= len(text):
        raise ExpressionError("quote", text[place:place + 20])
    inner = _ESCAPE.sub(_escaped, text[place + 1:end])
    if any("\ud800" <= sign <= "\udfff" for sign in inner):
        raise ExpressionError("sign", text[place:place + 20])
    return Token("text", inner, place), end + 1


def _escaped(match: re.Match[str]) -> str:
    """Give the sign an escape stands for."""
    code = match[1] or match[2]
    if code:
        if int(code, 16) > 0x10FFFF:
            raise ExpressionError("sign", match[0])
        return chr(int(code, 16))
    if match[3] not in _ESCAPES:
        raise ExpressionError("sign", match[0])
    return _ESCAPES[match[3]]


def number(text: str) -> int | float:
    """Read a number; one with a fraction keeps 15 digits, so more are refused and not cut.

    Raises:
        ExpressionError: too large, or too many digits.
    """
    if len(text) > 40:
        raise ExpressionError("number-too-large")
    if text.isdecimal():
        return int(text)
    if len(text.lower().partition("e")[0].replace(".", "").strip("0")) > _SIGNIFICANT:
        raise ExpressionError("number-too-large")
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ExpressionError("number-too-large")
    return value


def plain_number(text: str) -> int | float | None:
    """Read a text that is nothing but a number, with a minus or without; None for any other."""
    stripped = text.strip()
    match = _NUMBER.fullmatch(stripped.removeprefix("-"))
    if match is None:
        return None
    try:
        found = number(match[0])
    except ExpressionError:
        return None
    return -found if stripped.startswith("-") else found
