"""Decision tables drawn for other engines: read where they lie, put into a draft with the names of our data. Cells stay
as they are; only what an input reads, and what an output is called, may need another name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.domain.text import Text, searchable
from engine.procedures import xml_document
from engine.procedures.importing import reasons, translation
from engine.procedures.importing.drawing import Drawing
from engine.procedures.importing.names import field
from engine.procedures.xml_document import Document, Element
from engine.procedures.xml_edit import Edits
from engine.workflow.dmn import tables

_PLAIN = re.compile(r"-?[0-9.]+|\"[^\"]*\"|'[^']*'|true|false|null|-|")


@dataclass(frozen=True)
class Decision:
    """One decision of a file: `outputs` gives the name of ours for each output as it is written."""

    element: Element
    outputs: dict[str, str]


@dataclass(frozen=True)
class TableFile:
    """One DMN file with its decisions by id."""

    name: str
    document: Document
    decisions: dict[str, Decision]


def opened(name: str, content: bytes) -> TableFile | None:
    """Read a DMN file; None when the file is none.

    Raises:
        Refused: the guard does not let it through.
    """
    document = xml_document.read(content)
    if document.root.local != "definitions" or document.root.namespace not in tables.NAMESPACES:
        return None
    found = {one.id: Decision(one, _outputs(one)) for one in document.root.children if one.local == "decision"}
    return TableFile(name, document, found)


def find(files: Iterable[TableFile], decision: str) -> TableFile | None:
    """Give the first file that holds a decision."""
    return next((one for one in files if decision in one.decisions), None)


def path(name: str) -> str:
    """Give the name of a file in a pack."""
    stem = re.sub(r"[^a-z0-9_-]+", "_", searchable(PurePosixPath(name).name.removesuffix(".dmn"))).strip("_")
    return f"{stem or 'decisions'}.dmn"


def placed(drawing: Drawing, file: TableFile, readers: dict[str, Element]) -> bytes:
    """Give the bytes of a file whose decisions read the data of our cases; `readers` are the steps that ask each."""
    edits = Edits(file.document)
    for key, reader in readers.items():
        decision = file.decisions.get(key)
        for table in _tables(decision.element) if decision is not None else ():
            _inputs(drawing, edits, table, reader)
            _cells(drawing, edits, table, reader)
            _named(drawing, edits, table, reader)
    return edits.applied()


def _tables(decision: Element) -> Iterator[Element]:
    yield from (one for one in decision.children if one.local == "decisionTable")


def _outputs(decision: Element) -> dict[str, str]:
    """Give the names of a decision's outputs; one without a name is called `result`."""
    found: dict[str, str] = {}
    for table in _tables(decision):
        for one in table.children:
            if one.local == "output":
                found[one.get("name").strip()] = field(one.get("name").strip()) if one.get("name").strip() else "result"
    return found


def _named(drawing: Drawing, edits: Edits, table: Element, reader: Element) -> None:
    """Give outputs names that a condition can speak of."""
    for one in table.children:
        before = one.get("name").strip()
        if one.local == "output" and before != (after := field(before) if before else "result"):
            edits.set(one, "name", after)
            drawing.notes.translated(reader, "output", before, after)


def _language(drawing: Drawing, expression: Element, table: Element) -> str:
    """Give the language of a table's expression: FEEL, Python in tables of spiff-arena, or what it says of itself."""
    root = table
    while root.parent is not None:
        root = root.parent
    said = (expression.get("expressionLanguage") or root.get("expressionLanguage")).lower()
    named = next((one for one in ("feel", "juel", "python", "javascript", "groovy") if one in said), "")
    return named or ("python" if drawing.dialect == "spiff-arena" else "feel")


def _inputs(drawing: Drawing, edits: Edits, table: Element, reader: Element) -> None:
    """Let the inputs read where our cases keep what they ask for."""
    for one in table.children:
        for expression in (child for child in one.children if one.local == "input"
                           and child.local == "inputExpression"):
            for text in (child for child in expression.children if child.local == "text"):
                _moved(drawing, edits, text, reader, _language(drawing, expression, table))


def _cells(drawing: Drawing, edits: Edits, table: Element, reader: Element) -> None:
    """Let the answers of rules that are worked out read our data."""
    for rule in (one for one in table.children if one.local == "rule"):
        for entry in (one for one in rule.children if one.local == "outputEntry"):
            for text in (child for child in entry.children if child.local == "text"):
                if not _PLAIN.fullmatch(text.text.strip()):
                    _moved(drawing, edits, text, reader, _language(drawing, entry, table))


def _moved(drawing: Drawing, edits: Edits, text: Element, reader: Element, language: str) -> None:
    before = " ".join(text.text.split())
    if not before:
        return
    if language in ("javascript", "groovy"):
        drawing.notes.left_out(reader, "decision", before, reasons.EXPRESSION_LANGUAGE)
        return
    found = translation.moved(drawing, before, reader, language=language)
    if found.text is not None and not found.unknown:
        if found.text != before:
            edits.text(text, found.text)
            drawing.notes.translated(reader, "decision", before, found.text)
        else:
            drawing.notes.read(reader, "decision", before)
        return
    names = ", ".join(found.unknown)
    drawing.notes.left_out(reader, "decision", before, found.why or reasons.EXPRESSION)
    drawing.notes.lacks("data", reader, Text(
        f"Bảng quyết định đọc «{names or before}», mà không bước nào tạo ra: sửa thành <bước>.<mục>.",
        f"The decision table reads “{names or before}”, which no step gives: write <step>.<field>."))
