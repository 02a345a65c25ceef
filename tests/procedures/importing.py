"""Imports for the tests: the sample files, their drafts, and a report written down line by line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.procedures import shared
from engine.procedures.importing import run
from engine.procedures.importing.report import Draft
from engine.procedures.pack import Pack

DIALECTS = Path(__file__).parent / "dialects"
SAMPLES = {
    "camunda7": ["cap-phep-xay-dung.bpmn"],
    "camunda8": ["dang-ky-kinh-doanh.bpmn", "cap-giay.bpmn"],
    "operaton": ["cap-ho-chieu.bpmn"],
    "flowable": ["nghi-phep.bpmn20.xml"],
    "spiff": ["phan-anh.bpmn"],
    "plain": ["ban-ve.bpmn"],
}
_MARKS = {"read": "=", "translated": ">", "left_out": "-"}


def paths(dialect: str) -> list[str]:
    """Give the sample diagrams of a dialect."""
    return [str(DIALECTS / dialect / name) for name in SAMPLES[dialect]]


def drafts(*files: str, owner: str | None = "department", handlers: frozenset[str] = frozenset()) -> list[Draft]:
    """Import files that must all give drafts."""
    found: list[Draft] = []
    for outcome in run.bring(files, owner=owner, handlers=handlers):
        assert outcome.refused == (), [problem.facts("en") for problem in outcome.refused]
        found += outcome.drafts
    return found


def sample(dialect: str) -> Draft:
    """Give the first draft of a dialect's sample."""
    return drafts(*paths(dialect))[0]


def written(folder: Path, text: str | bytes, name: str = "x.bpmn") -> str:
    """Write a file to be imported and give its path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(folder / name)


def filled(draft: Draft, forms: Mapping[str, str] | None = None, changed: Mapping[str, str] | None = None) -> Pack:
    """Give a draft as a pack with what a designer filled in: forms by name, and texts of the diagram by what stood
    there; a text that does not stand there fails the test."""
    diagram = draft.files["process.bpmn"].decode()
    for old, new in (changed or {}).items():
        assert old in diagram, old
        diagram = diagram.replace(old, new)
    more = {f"forms/{name}.json": content.encode() for name, content in (forms or {}).items()}
    return Pack(shared.complete({**draft.files, **more, "process.bpmn": diagram.encode()}, shared.installed()))


def lines(found: list[Draft]) -> list[str]:
    """Write reports down: every element with every entry, then what is missing, then errors of the check."""
    said: list[str] = []
    for draft in found:
        said.append(f"== {draft.slug} ({draft.dialect}): {' '.join(sorted(draft.files))}")
        for element in draft.elements:
            said.append(f"{element.kind} {element.id}" + (f" > {element.now}" if element.now != element.id else ""))
            for entry in element.entries:
                tail = f" > {entry.after}" if entry.result == "translated" else f" | {entry.why}" if entry.why else ""
                said.append(f"  {_MARKS[entry.result]} {entry.what}: {entry.before}{tail}")
        said += [f"! {one.what} {one.element}: {one.message}" for one in draft.missing]
        said += [f"x {problem.code} {problem.element}" for problem in draft.problems if problem.severity == "error"]
    return said
