"""One file from beginning to end: opened, its processes named, every part read in turn, the changes written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.domain.text import Text
from engine.procedures import layout, xml_document
from engine.procedures.importing import (
    asking,
    calls,
    decided,
    drawing,
    flows,
    leftovers,
    loops,
    mappings,
    names,
    own_words,
    people,
    scripts,
    tables,
    times,
    work,
)
from engine.procedures.importing.asking import Asked
from engine.procedures.importing.dialect import BPMN
from engine.procedures.importing.drawing import Drawing, is_node
from engine.procedures.importing.sources import Shelf
from engine.procedures.xml_document import Element


@dataclass(frozen=True)
class Converted:
    """What became of one file: the diagram's bytes, the forms and tables of its steps, the slugs it calls."""

    drawing: Drawing
    content: bytes
    forms: tuple[Asked, ...]
    tables: Mapping[str, bytes]
    calls: frozenset[str]
    drafted: tuple[Element, ...]


MOST_NODES = 2_000          # four times what one process may have
MOST_PLACED = 1_000         # nodes for which a layout is made


class TooLarge(ValueError):
    """A file with more steps than any procedure may have."""


class NoDiagram(ValueError):
    """A file that is XML, and no BPMN."""


def opened(name: str, content: bytes) -> Drawing:
    """Open a file as a drawing.

    Raises:
        Refused: the guard does not let it through.
        NoDiagram: it is no BPMN.
        TooLarge: it has too many steps.
    """
    document = xml_document.read(content)
    if document.root.tag != f"{{{BPMN}}}definitions":
        raise NoDiagram(document.root.local)
    one = drawing.opened(name, document)
    if len(one.nodes()) > MOST_NODES:
        raise TooLarge(str(MOST_NODES))
    return one


def drafted(one: Drawing) -> tuple[Element, ...]:
    """Give the processes that become drafts: those that run and have steps, else the largest drawing."""
    with_steps = [process for process in one.processes if any(map(is_node, process.children))]
    runs = tuple(process for process in with_steps if _executable(process))
    if runs or not with_steps:
        return runs
    return (max(with_steps, key=lambda process: len(process.children)),)


def convert(one: Drawing, slugs: Mapping[str, str], called: Mapping[str, str], shelf: Shelf,
            handlers: frozenset[str]) -> Converted:
    """Read everything in a file and write it in our words.

    `slugs` gives the slug of each process of this file by its id, `called` that of the processes of all files.
    """
    chosen = drafted(one)
    one.slugs = {process: slugs[process.id] for process in one.processes if process.id in slugs}
    one.called = {**called, **slugs}
    for process in chosen:
        if not _executable(process):
            _made_to_run(one, process)
    names.plan(one)
    flows.graph(one)
    forms = asking.read(one, shelf)
    decided.results(one, shelf.tables)
    work.results(one)
    scripts.results(one)
    loops.results(one)
    mappings.results(one)
    people.read(one)
    times.read(one)
    work.read(one, handlers, frozenset(node for node in one.nodes() if decided.asks(one, node)))
    asked = decided.read(one, shelf.tables, handlers)
    found = calls.read(one)
    scripts.read(one)
    flows.read(one)
    loops.read(one)
    placed = _tables(one, shelf, asked)
    own_words.read(one)
    leftovers.read(one)
    names.rename(one)
    one.flush()
    return Converted(one, _laid_out(one, chosen), tuple(forms), placed, frozenset(found), chosen)


def _executable(process: Element) -> bool:
    return process.get("isExecutable").strip() in ("", "true", "1")


def _made_to_run(one: Drawing, process: Element) -> None:
    """A drawing becomes a draft that is meant to run; a designer must say that it may."""
    one.edits.set(process, "isExecutable", "true")
    one.notes.translated(process, "isExecutable", process.get("isExecutable"), "true")
    one.notes.lacks("executable", process, Text(
        "Đây là bản vẽ để xem: kiểm tra rằng nó vẽ đúng việc sẽ chạy.",
        "This was a drawing to look at: see that it draws what is to run."))


def _tables(one: Drawing, shelf: Shelf, asked: Mapping[str, Element]) -> dict[str, bytes]:
    """Give the table files that hold what the steps ask for, by their path in a pack."""
    found: dict[str, bytes] = {}
    files = [file for file in shelf.tables if asked.keys() & file.decisions.keys()]
    for file in files:
        if any(tables.find(shelf.tables, key) is file for key in asked):
            path = tables.path(file.name)
            path = path if path not in found else f"{len(found) + 1}_{path}"
            found[path] = tables.placed(one, file, dict(asked))
    return found


def _laid_out(one: Drawing, chosen: tuple[Element, ...]) -> bytes:
    """Give the bytes with all changes, and with a layout where the file has none."""
    content = one.edits.applied()
    if len(one.nodes()) > MOST_PLACED or layout.has_layout(content):
        return content
    drawn = layout.laid_out(content)
    if drawn != content:
        for process in chosen:
            one.notes.translated(process, "layout", "", "BPMNDiagram")
    return drawn
