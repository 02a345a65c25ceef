"""The published profile as data: the lines of its tables, in either language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {"en": DOCS / "bpmn-profile.md", "vi": DOCS / "bpmn-profile.vi.md"}
STATES = {"Runs.": "runs", "Refused.": "refused", "Drawing only.": "drawing",
          "Chạy.": "runs", "Từ chối.": "refused", "Chỉ để xem.": "drawing"}
_STATE = re.compile(r"\*\*([^*]+)\*\* (.+)")
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Line:
    """One line: its elements (none: an event without a trigger), the places they stand in, what happens, its tests."""

    section: int
    elements: tuple[str, ...]
    places: tuple[str, ...]
    state: str
    sentence: str
    tests: tuple[str, ...]


def lines(language: str = "en") -> list[Line]:
    """Give the lines of every table whose third column says what happens, with the number of their section."""
    found, section = [], 0
    for text in PAGES[language].read_text(encoding="utf-8").splitlines():
        section += text.startswith("## ")
        cells = [cell.strip() for cell in text.strip("|").split(" | ")] if text.startswith("| ") else []
        said = _STATE.match(cells[2]) if len(cells) == 4 else None
        if said is not None and said[1] in STATES:
            places = tuple(place.strip("` ") for place in cells[1].split(","))
            found.append(Line(section, tuple(_CODE.findall(cells[0])), places, STATES[said[1]], said[2],
                              tuple(_CODE.findall(cells[3]))))
    return found


def sections(language: str = "en") -> list[str]:
    """Give the headings of the page; the lines of the first one have the number 1."""
    return re.findall(r"^## (.+)$", PAGES[language].read_text(encoding="utf-8"), re.MULTILINE)


def numbers(language: str = "en") -> list[str]:
    """Give the second cells of the last table: the limits."""
    text = PAGES[language].read_text(encoding="utf-8").rpartition("\n## ")[2]
    return [row.strip("| ").split(" | ")[1] for row in text.splitlines() if row.startswith("| ")][1:]
