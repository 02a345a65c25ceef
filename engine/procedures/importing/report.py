"""What an import says: of every element what was read, translated and left out, and what a designer must still do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.domain.errors import Problem
from engine.domain.text import Text
from engine.procedures.importing.dialect import B
from engine.procedures.xml_document import Element

Result = Literal["read", "translated", "left_out"]
LONGEST = 300       # characters of a value that a report shows


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing an element says: `what` names it, `why` gives the reason when it was left out."""

    what: str
    result: Result
    before: str = ""
    after: str = ""
    why: Text | None = None

    def facts(self, language: str) -> dict[str, str]:
        """Give the entry as a JSON object."""
        if self.result == "read":
            return {"what": self.what, "value": self.before}
        if self.result == "translated":
            return {"what": self.what, "before": self.before, "after": self.after}
        return {"what": self.what, "before": self.before, "why": self.why.to(language) if self.why else ""}


@dataclass(frozen=True, slots=True)
class Missing:
    """What a designer must still do: `what` is a stable word, `element` the id in the draft (empty: the procedure)."""

    what: str
    element: str
    message: Text

    def facts(self, language: str) -> dict[str, str]:
        """Give it as a JSON object."""
        return {"what": self.what, "element": self.element, "message": self.message.to(language)}


@dataclass(frozen=True, slots=True)
class ElementReport:
    """What became of one element; `id` is that of the file that was read, `now` that in the draft."""

    id: str
    now: str
    kind: str
    name: str
    entries: tuple[Entry, ...]

    def of(self, result: Result) -> tuple[Entry, ...]:
        """Give the entries of one result."""
        return tuple(entry for entry in self.entries if entry.result == result)

    def facts(self, language: str) -> dict[str, Any]:
        """Give it as a JSON object."""
        return {"element": self.id, "now": self.now, "kind": self.kind, "name": self.name,
                **{result: [entry.facts(language) for entry in self.of(result)]
                   for result in ("read", "translated", "left_out")}}


@dataclass(frozen=True)
class Draft:
    """One draft pack: its files by their path in the pack, and what is said about it. `problems` are those of the
    check of the draft."""

    slug: str
    source: str
    dialect: str
    files: Mapping[str, bytes]
    elements: tuple[ElementReport, ...]
    missing: tuple[Missing, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def ready(self) -> bool:
        """Tell whether nothing is missing and the check finds no error."""
        return not self.missing and not any(problem.severity == "error" for problem in self.problems)

    def count(self, result: Result) -> int:
        """Give how many entries have a result."""
        return sum(len(element.of(result)) for element in self.elements)

    def facts(self, language: str) -> dict[str, Any]:
        """Give the report as a JSON object."""
        return {"slug": self.slug, "source": self.source, "dialect": self.dialect, "ready": self.ready,
                "files": sorted(self.files), "elements": [element.facts(language) for element in self.elements],
                "missing": [one.facts(language) for one in self.missing],
                "problems": [problem.facts(language) for problem in self.problems]}


@dataclass
class Notes:
    """Takes down what becomes of each element of one file, by the process it stands in."""

    entries: list[tuple[Element | None, Entry]] = field(default_factory=list)
    missing: list[tuple[Element | None, str, Text]] = field(default_factory=list)

    def read(self, element: Element | None, what: str, value: str = "") -> None:
        """Something was understood as it stands."""
        self.entries.append((owner(element), Entry(what, "read", _short(value))))

    def translated(self, element: Element | None, what: str, before: str, after: str) -> None:
        """Something was written in our words."""
        self.entries.append((owner(element), Entry(what, "translated", _short(before), _short(after))))

    def left_out(self, element: Element | None, what: str, before: str, why: Text) -> None:
        """Something has no counterpart; it stays in the file and is not read."""
        self.entries.append((owner(element), Entry(what, "left_out", _short(before), "", why)))

    def lacks(self, what: str, element: Element | None, message: Text) -> None:
        """A designer must still do something."""
        self.missing.append((owner(element), what, message))


def owner(element: Element | None) -> Element | None:
    """Give the element, or the nearest one around it, that has an id."""
    while element is not None and not element.id:
        element = element.parent
    return element


def process_of(element: Element | None) -> Element | None:
    """Give the process an element stands in, None for one that stands in none."""
    while element is not None and element.tag != f"{B}process":
        element = element.parent
    return element


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST else words[:LONGEST - 1] + "…"
