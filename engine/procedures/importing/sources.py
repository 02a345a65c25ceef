"""The files of an import: what was given, and what lies beside it. Beside a diagram only files are opened that it
names, or that could hold a form or table by its id; nothing leads out of its folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from engine.procedures.importing import tables
from engine.procedures.importing.form_draft import UnreadableForm, document
from engine.procedures.importing.tables import TableFile
from engine.procedures.xml_document import Refused

MAX_BYTES = 2_000_000       # as the guard's: what is longer is not read further
MAX_BESIDE = 300            # files of a folder that are looked at
MAX_FILES = 2_000
DIAGRAMS = (".bpmn", ".bpmn20.xml", ".bpmn2", ".xml")
_TABLES = (".dmn", ".dmn.xml", ".dmn11.xml")
_FORMS = (".form", ".json")


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its name as a person gave it, and where it lies. It is read when it is asked for: of hundreds of files
    never more than a few are held at once."""

    name: str
    path: Path

    @property
    def content(self) -> bytes:
        """Give the bytes, a little further than a file may be long, so that one too long is known for it.

        Raises:
            OSError: it cannot be read.
        """
        with self.path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)

    @property
    def folder(self) -> Path:
        """Give the folder it lies in."""
        return self.path.parent


@dataclass
class Shelf:
    """The forms and tables at hand for one diagram: those given with it, then those in its folder."""

    given: tuple[Source, ...] = ()
    folder: Path | None = None
    _opened: dict[str, Mapping[str, Any] | None] = field(default_factory=dict)

    @cached_property
    def tables(self) -> tuple[TableFile, ...]:
        """Give every table file that can be read."""
        return tuple(_read_tables(self._with(_TABLES)))

    def form_file(self, name: str) -> Mapping[str, Any] | None:
        """Give the JSON of a form's file by its plain name, or None."""
        plain = name.strip().replace("\\", "/").rpartition("/")[2]
        if plain not in self._opened:
            self._opened[plain] = self._form(plain)
        return self._opened[plain]

    def form_by_id(self, identity: str) -> tuple[str, Mapping[str, Any]] | None:
        """Give name and JSON of the form file whose `id` or `key` is this one, or None."""
        return self._forms_by_id.get(identity)

    @cached_property
    def _forms_by_id(self) -> dict[str, tuple[str, Mapping[str, Any]]]:
        found: dict[str, tuple[str, Mapping[str, Any]]] = {}
        for source in self._with(_FORMS):
            try:
                form = document(source.content)
            except (UnreadableForm, OSError):
                continue
            for key in ("id", "key"):
                if isinstance(form.get(key), str):
                    found.setdefault(form[key], (source.name, form))
        return found

    def _form(self, plain: str) -> Mapping[str, Any] | None:
        for source in self._with(_FORMS):
            if source.name.replace("\\", "/").rpartition("/")[2] == plain:
                try:
                    return document(source.content)
                except (UnreadableForm, OSError):
                    return None
        return None

    def _with(self, endings: tuple[str, ...]) -> Iterator[Source]:
        """Give the files with one of the endings, given ones first."""
        yield from (one for one in self.given if one.name.lower().endswith(endings))
        yield from (one for one in self._beside if one.name.lower().endswith(endings))

    @cached_property
    def _beside(self) -> tuple[Source, ...]:
        if self.folder is None:
            return ()
        try:
            listed = sorted(islice(self.folder.iterdir(), MAX_FILES))
            named = [one for one in listed if one.name.lower().endswith((*_TABLES, *_FORMS)) and one.is_file()]
            return tuple(Source(one.name, one) for one in named[:MAX_BESIDE])
        except OSError:
            return ()


def gathered(names: list[str]) -> tuple[list[Source], list[tuple[str, str]]]:
    """Find the files a person named; a folder stands for the diagrams, tables and forms in it.

    Returns the files, and the names that cannot be read with the reason (`not-found`, `unreadable`).
    """
    found: list[Source] = []
    refused: list[tuple[str, str]] = []
    for name in names:
        try:
            path = Path(name)
            inside = _inside(path) if path.is_dir() else [(path, name)]
            if not inside:
                refused.append((name, "not-found"))
            for one, shown in inside:
                with one.open("rb"):
                    found.append(Source(shown, one))
        except (OSError, ValueError) as error:
            refused.append((name, "not-found" if isinstance(error, FileNotFoundError) else "unreadable"))
    return found[:MAX_FILES], refused


def is_diagram(source: Source) -> bool:
    """Tell by its name whether a file is meant as a diagram: what is no table and no form is."""
    return not source.name.lower().endswith((*_TABLES, *_FORMS))


def trouble(source: Source) -> str | None:
    """Tell why a table or form that was given cannot be used: a word of the reason, None when nothing is wrong."""
    content = source.content
    if source.name.lower().endswith(_TABLES):
        try:
            return None if tables.opened(source.name, content) is not None else "not-dmn"
        except Refused as refused:
            return refused.code
    try:
        document(content)
    except UnreadableForm as unreadable:
        return str(unreadable)
    return None


def is_table(source: Source) -> bool:
    """Tell by its name whether a file is meant as a decision table."""
    return source.name.lower().endswith(_TABLES)


def _inside(folder: Path) -> list[tuple[Path, str]]:
    listed = sorted(islice(folder.iterdir(), MAX_FILES))
    return [(one, str(one)) for one in listed if one.is_file() and one.name.lower().endswith(
        (*DIAGRAMS, *_TABLES, ".form"))]


def _read_tables(found: Iterator[Source]) -> Iterator[TableFile]:
    for source in found:
        try:
            opened = tables.opened(source.name, source.content)
        except (Refused, OSError):
            continue
        if opened is not None:
            yield opened
