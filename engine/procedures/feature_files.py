"""The promises of a procedure: its `*.feature` files, Gherkin in Vietnamese or English, as scenarios to be played.

What a sentence means lives in the step vocabulary; here nothing is played and any bytes give findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gherkin.errors import CompositeParserException, ParserException
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler

from engine.domain.errors import Problem
from engine.domain.text import Text
from engine.procedures import findings

MAX_BYTES = 256 * 1024
MAX_SCENARIOS = 500
_MAX_CELLS = 20_000         # examples times sentences: what an outline may be written out to
Table = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a scenario without its keyword, with the table under it, and the line it stands in."""

    text: str
    line: int
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario, background and examples written out; `line` is its own, or that of its row of examples."""

    file: str
    line: int
    feature: str
    name: str
    sentences: tuple[Sentence, ...]


def read(files: Mapping[str, bytes]) -> tuple[list[Scenario], list[Problem]]:
    """Give the scenarios of the feature files of a pack in the order of their paths, and what is wrong with them."""
    found: list[Scenario] = []
    problems: list[Problem] = []
    for path in sorted(path for path in files if path.lower().endswith(".feature")):
        try:
            found += _scenarios(path, _parsed(files[path]))
        except _Wrong as wrong:
            problems.append(_problem(path, wrong.line, wrong.why))
        except (CompositeParserException, ParserException) as error:
            problems += list(_syntax(path, error))
    if len(found) > MAX_SCENARIOS:
        problems.append(_problem(found[0].file, 1, Text(
            f"hơn {MAX_SCENARIOS} kịch bản", f"more than {MAX_SCENARIOS} scenarios")))
    return found[:MAX_SCENARIOS], problems


class _Wrong(Exception):
    def __init__(self, line: int, vi: str, en: str) -> None:
        super().__init__(en)
        self.line, self.why = line, Text(vi, en)


def _parsed(data: bytes) -> Any:
    """Give the tree of a feature file; what is wrong with the bytes is a `_Wrong`, with the grammar its own error."""
    if len(data) > MAX_BYTES:
        raise _Wrong(1, f"tệp lớn hơn {MAX_BYTES // 1024} KiB", f"the file is larger than {MAX_BYTES // 1024} KiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Wrong(1, "tệp không phải UTF-8", "the file is not UTF-8") from error
    tree: Any = Parser().parse(text + "\n")
    _refuse_endless(tree)
    return tree


def _refuse_endless(tree: Any) -> None:
    """Refuse outlines that would be written out beyond any memory, before they are."""
    size = sum(sum(len(one["tableBody"]) for one in scenario.get("examples", ())) * len(scenario["steps"])
               for scenario in _children(tree.get("feature") or {}))
    if size > _MAX_CELLS:
        raise _Wrong(1, "quá nhiều dữ liệu trong khung kịch bản", "too many examples in the outlines")


def _children(parent: Mapping[str, Any]) -> Iterator[Any]:
    """Give the scenarios and backgrounds of a feature, those in its rules too."""
    for child in parent.get("children", ()):
        if "rule" in child:
            yield from _children(child["rule"])
        else:
            yield child.get("scenario") or child["background"]


def _scenarios(path: str, tree: Any) -> Iterator[Scenario]:
    feature = tree.get("feature") or {}
    lines = {step["id"]: int(step["location"]["line"]) for parent in _children(feature) for step in parent["steps"]}
    tree["uri"] = path
    for pickle in Compiler().compile(tree):
        sentences = tuple(Sentence(step["text"], lines[step["astNodeIds"][0]], _table(step.get("argument", {})))
                          for step in pickle["steps"])
        yield Scenario(path, int(pickle["location"]["line"]), feature["name"], pickle["name"], sentences)


def _table(argument: Mapping[str, Any]) -> Table | None:
    rows = argument.get("dataTable", {}).get("rows")
    return None if rows is None else tuple(tuple(cell["value"] for cell in row["cells"]) for row in rows)


def _syntax(path: str, error: CompositeParserException | ParserException) -> Iterator[Problem]:
    """Give a finding for each place the grammar does not know."""
    for one in getattr(error, "errors", None) or [error]:
        why = str(one).partition(": ")[2] or str(one)
        yield _problem(path, int((getattr(one, "location", None) or {}).get("line", 1)), Text(why[:300], why[:300]))


def _problem(path: str, line: int, why: Text) -> Problem:
    return findings.error(path, "feature-unreadable", Text(
        f"Dòng {line} không đọc được: {why.vi}.", f"Line {line} cannot be read: {why.en}."), Text(
        "Viết theo Gherkin: Tính năng, Kịch bản, Cho, Khi, Thì, Và; tệp tiếng Việt bắt đầu bằng “# language: vi”.",
        "Write Gherkin: Feature, Scenario, Given, When, Then, And; a Vietnamese file begins with “# language: vi”."),
        f"line {line}")
