"""What procedures share: called processes, forms of their tasks, fieldsets, tables, texts, and where they lie.

In the product they lie in `bpmn/shared` and `forms/shared`; in a pack all of them lie under `shared/`. Files
are only searched for names here, never parsed: a hostile diagram costs a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

_CALLED = re.compile(rb"calledElement\s*=\s*[\"']([A-Za-z_][\w-]{0,99})[\"']")
_NAMES = re.compile(rb"\b(?:id|name|value|ref|template)\s*=\s*[\"']([A-Za-z0-9_][\w-]{0,99})[\"']")
_PROCESS = re.compile(rb"<(?:\w+:)?process\b[^>]{0,300}?\bid\s*=\s*[\"']([\w-]{1,100})[\"']")
_USER_TASK = re.compile(rb"<(?:\w+:)?userTask\b[^>]{0,300}?\bid\s*=\s*[\"']([\w-]{1,100})[\"']")
_REFS = re.compile(rb'"\$ref"\s*:\s*"(?:(?:\.\./|\./)?(?:forms/)?shared/)?([a-z][\w-]{0,99})\.json[#"]')
_DECISION = re.compile(rb"<(?:\w+:)?decision\b[^>]{0,300}?\bid\s*=\s*[\"']([\w-]{1,100})[\"']")
_LOCALES = (("bpmn", "locale/en.po", "shared/locale/en.po"),
            ("forms", "locale/en.po", "shared/locale/en.forms.po"))
_LONGEST = 2 * 1024 * 1024


@dataclass(frozen=True)
class Shelves:
    """The folders `bpmn`, `forms` and `features`, the first found first."""

    bpmn: tuple[Traversable, ...]
    forms: tuple[Traversable, ...]
    features: tuple[Traversable, ...]


def installed() -> Shelves:
    """Give the folders installed with the product, from a wheel or an editable install alike."""
    return Shelves(_folder("bpmn"), _folder("forms"), _folder("features"))


def source_tree(root: Path) -> Shelves:
    """Give the folders of a source tree, before the installed ones for what is shared."""
    own = installed()
    return Shelves((root / "bpmn", *own.bpmn), (root / "forms", *own.forms), (root / "features", *own.features))


def _folder(name: str) -> tuple[Traversable, ...]:
    try:
        return (resources.files(name),)
    except (ModuleNotFoundError, TypeError):
        return ()


def read(shelves: Iterable[Traversable], *path: str) -> bytes | None:
    """Give the first file found at `path` on the shelves, or None."""
    for shelf in shelves:
        file = shelf
        for part in path:
            file = file.joinpath(part)
        if file.is_file():
            return file.read_bytes()
    return None


def complete(files: dict[str, bytes], shelves: Shelves) -> dict[str, bytes]:
    """Give the files of a pack with every shared thing it uses and does not bring itself."""
    whole = dict(files)
    _add_processes(whole, shelves)
    _add_fieldsets(whole, shelves)
    taken = whole.keys() - files.keys()
    for shelf, path, target in _LOCALES if taken else ():
        text = read(getattr(shelves, shelf), "shared", *path.split("/"))
        if text is not None:
            whole.setdefault(target, text)
    return whole


def processes(diagram: bytes) -> set[str]:
    """Give the ids of the processes in a diagram."""
    return _found(_PROCESS, diagram)


def user_tasks(diagram: bytes) -> set[str]:
    """Give the ids of the user tasks in a diagram."""
    return _found(_USER_TASK, diagram)


def file_of(files: Mapping[str, bytes], process: str) -> str:
    """Give the path of the diagram that holds a process; `process.bpmn` when none does."""
    guess = f"shared/{process}.bpmn"
    if guess in files:
        return guess
    return next((path for path in sorted(files) if path.endswith(".bpmn") and process in processes(files[path])),
                "process.bpmn")


def _add_processes(whole: dict[str, bytes], shelves: Shelves) -> None:
    """Add called processes, transitively, with the forms, tables and letters their elements name."""
    tables = dict(_shared_tables(shelves))
    waiting = [data for path, data in whole.items() if path.endswith(".bpmn")]
    known = {name for data in waiting for name in _found(_PROCESS, data)}
    for diagram in waiting:                       # grows while it is walked
        _add_named(whole, shelves, diagram, tables, forms=False)
        for name in sorted(_found(_CALLED, diagram) - known):
            known.add(name)
            called = read(shelves.bpmn, "shared", f"{name}.bpmn")
            if called is not None:
                whole[f"shared/{name}.bpmn"] = called
                waiting.append(called)
    for path in [path for path in whole if path.startswith("shared/") and path.endswith(".bpmn")]:
        _add_named(whole, shelves, whole[path], tables, forms=True)


def _add_named(whole: dict[str, bytes], shelves: Shelves, diagram: bytes, tables: dict[str, tuple[str, bytes]],
               *, forms: bool) -> None:
    own = {name for path, data in whole.items() if path.endswith(".dmn") for name in _found(_DECISION, data)}
    for name in sorted(_found(_NAMES, diagram)):
        if name in tables and name not in own:
            file, data = tables[name]
            whole.setdefault(f"shared/{file}", data)
        letter = read(shelves.bpmn, "shared", "letters", f"{name}.typ")
        if letter is not None and f"letters/{name}.typ" not in whole:
            whole.setdefault(f"shared/letters/{name}.typ", letter)
        form = read(shelves.forms, "shared", f"{name}.json") if forms else None
        if form is not None and f"forms/shared/{name}.json" not in whole:
            whole.setdefault(f"shared/{name}.json", form)


def _add_fieldsets(whole: dict[str, bytes], shelves: Shelves) -> None:
    """Add the fieldsets that forms refer to, transitively."""
    waiting = [data for path, data in whole.items() if path.endswith(".json")]
    for form in waiting:                          # grows while it is walked
        for name in sorted(_found(_REFS, form)):
            if any(f"{place}{name}.json" in whole for place in ("shared/", "forms/shared/", "shared/forms/")):
                continue
            fieldset = read(shelves.forms, "shared", f"{name}.json")
            if fieldset is not None:
                whole[f"shared/{name}.json"] = fieldset
                waiting.append(fieldset)


def _shared_tables(shelves: Shelves) -> Iterator[tuple[str, tuple[str, bytes]]]:
    """Give every decision id of the shared DMN files with its file."""
    for shelf in reversed(shelves.bpmn):
        folder = shelf.joinpath("shared")
        for item in folder.iterdir() if folder.is_dir() else ():
            if item.name.endswith(".dmn"):
                data = item.read_bytes()
                for name in _found(_DECISION, data):
                    yield name, (item.name, data)


def _found(pattern: re.Pattern[bytes], data: bytes) -> set[str]:
    """Give the names in a file; a file longer than any real diagram or form is not searched."""
    if len(data) > _LONGEST:
        return set()
    return {match.decode("ascii", "replace") for match in pattern.findall(data)}
