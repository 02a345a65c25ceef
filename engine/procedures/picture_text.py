"""How wide words are in a diagram and where they break; lengths in units of the diagram (1 unit = 1 px).

The page's font is Be Vietnam Pro, whose widths are known (`picture_widths`), so that a name can be wrapped on the
server. What a name says is decided elsewhere.
"""

from __future__ import annotations

from functools import cache

from engine.procedures.picture_widths import BOLD, REGULAR

UNKNOWN = 600  # thousandths of an em, for a letter the font does not have
MAX_LINES = 2


@cache
def _advances(bold: bool) -> dict[str, int]:
    table = BOLD if bold else REGULAR
    return {letter: width for width, letters in table.items() for letter in letters}


def width(text: str, size: float, bold: bool = False) -> float:
    """Sum of the advance widths of `text` at `size` px; an unknown letter counts 0.6 em."""
    advances = _advances(bold)
    return sum(advances.get(letter, UNKNOWN) for letter in text) * size / 1000


def wrap(text: str, room: float, size: float, bold: bool = False) -> list[str]:
    """Break `text` into at most two lines no wider than `room`.

    Of the possible breaks the one whose longer line is shortest is taken, so that no single syllable is left over;
    what does not fit even so ends in "…".
    """
    words = text.split()
    if not words:
        return []
    whole = " ".join(words)
    if width(whole, size, bold) <= room:
        return [whole]
    breaks = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    if not breaks:
        return [_cut(whole, room, size, bold)]
    best = min(breaks, key=lambda pair: max(width(line, size, bold) for line in pair))
    if max(width(line, size, bold) for line in best) <= room:
        return list(best)
    return _fill(words, room, size, bold)


def _fill(words: list[str], room: float, size: float, bold: bool) -> list[str]:
    """Fill the first line greedily and cut the rest in the second: the text is longer than two lines."""
    first = words[0]
    taken = 1
    while taken < len(words) and width(f"{first} {words[taken]}", size, bold) <= room:
        first = f"{first} {words[taken]}"
        taken += 1
    rest = " ".join(words[taken:])
    lines = [_cut(first, room, size, bold)]
    return [*lines, _cut(rest, room, size, bold)] if rest else lines


def _cut(text: str, room: float, size: float, bold: bool) -> str:
    """Shorten `text` to `room`, ending in "…" where something was left out."""
    if width(text, size, bold) <= room:
        return text
    while text and width(f"{text}…", size, bold) > room:
        text = text[:-1].rstrip()
    return f"{text}…"
