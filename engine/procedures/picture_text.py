"""How wide words are in a diagram and where they break; lengths in units of the diagram (1 unit = 1 px).

The page's font is Be Vietnam Pro, whose widths are known (`picture_widths`), so that a name can be wrapped on the
server. What a name says is decided elsewhere.
"""

from __future__ import annotations

from functools import cache

from engine.procedures.picture_widths import BOLD, REGULAR

UNKNOWN = 600  # thousandths of an em, for a letter the font does not have
MAX_LINES = 2
LONGEST = 600  # letters of a name that are looked at; no box holds more


@cache
def _advances(bold: bool) -> dict[str, int]:
    table = BOLD if bold else REGULAR
    return {letter: width for width, letters in table.items() for letter in letters}


def width(text: str, size: float, bold: bool = False) -> float:
    """Sum of the advance widths of `text` at `size` px; an unknown letter counts 0.6 em."""
    advances = _advances(bold)
    return sum(advances.get(letter, UNKNOWN) for letter in text) * size / 1000


def wrap(text: str, room: float, size: float, bold: bool = False, lines: int = MAX_LINES) -> list[str]:
    """Break `text` into at most `lines` lines no wider than `room`.

    Of the possible breaks into the least number of lines the one whose longest line is shortest is taken, so that no
    single syllable is left over; what does not fit even so ends in "…".
    """
    words = text[:LONGEST].split()
    if not words:
        return []
    if len(text) > LONGEST:
        words[-1] += "…"
    room -= 1e-6  # sums of floats must not make a line wider than it may be
    widths = [width(word, size, bold) for word in words]
    space = width(" ", size, bold)
    for count in range(1, lines + 1):
        if len(_filled(widths, space, room)) <= count and max(widths) <= room:
            return [" ".join(words[a:b]) for a, b in _balanced(widths, space, room)]
    return _cut_short(words, widths, space, room, size, bold, lines)


def _filled(widths: list[float], space: float, room: float) -> list[tuple[int, int]]:
    """Fill line after line with as many words as go in; the words of each line, from and to."""
    lines: list[tuple[int, int]] = []
    start, taken = 0, 0.0
    for at, wide in enumerate(widths):
        if at > start and taken + space + wide > room:
            lines.append((start, at))
            start, taken = at, wide
        else:
            taken = taken + space + wide if at > start else wide
    return [*lines, (start, len(widths))]


def _balanced(widths: list[float], space: float, room: float) -> list[tuple[int, int]]:
    """The narrowest filling that needs no more lines than `room` does."""
    best = _filled(widths, space, room)
    low, high = max(widths), room
    for _ in range(12):
        middle = (low + high) / 2
        found = _filled(widths, space, middle)
        if len(found) <= len(best):
            best, high = found, middle
        else:
            low = middle
    return best


def _cut_short(
    words: list[str], widths: list[float], space: float, room: float, size: float, bold: bool, lines: int
) -> list[str]:
    """Fill all lines and shorten what is too wide; the last line takes the rest."""
    filled = _filled(widths, space, room)
    last = filled[lines - 1 :][:1]
    parts = [*filled[: lines - 1], *((start, len(words)) for start, _ in last)]
    return [_cut(" ".join(words[a:b]), room, size, bold) for a, b in parts]


def _cut(text: str, room: float, size: float, bold: bool) -> str:
    """Shorten `text` to `room`, ending in "…" where something was left out."""
    if width(text, size, bold) <= room:
        return text
    left, kept = room - width("…", size, bold), 0
    for letter in text:
        left -= width(letter, size, bold)
        if left < 0:
            break
        kept += 1
    return f"{text[:kept].rstrip()}…"
