"""Checking procedures by the names a person gives: slugs, packs as zip or folder, lone diagrams, folders of them.

Whatever lies there gives findings, never an exception; the findings themselves are made in `engine.procedures`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from engine.adapters import handlers, registries
from engine.domain.errors import Problem
from engine.procedures import check

__all__ = ["Inspection", "called", "inspect", "named", "registries"]

_MOST_DIAGRAMS = 2000
_MOST_LOOKED_AT = 20_000      # names under one folder: somebody may name the root of a disk
_DIAGRAMS = frozenset({".bpmn", ".dmn"})


@dataclass(frozen=True, slots=True)
class Inspection:
    """Which files were checked and what was found about them."""

    files: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def holds(self) -> bool:
        """Tell whether nothing found is an error."""
        return not any(problem.severity == "error" for problem in self.problems)

    def facts(self, language: str) -> dict[str, Any]:
        """Give the inspection as a JSON object."""
        return {"ok": self.holds, "files": list(self.files),
                "problems": [problem.facts(language) for problem in self.problems]}


def inspect(names: Iterable[str]) -> Inspection:
    """Check everything that `names` name. A file in a pack is called `NAME/path`, a lone file as it was named."""
    files: list[str] = []
    problems: list[Problem] = []
    for name in _singly(names):
        looked_at, found = check.check_path(name, handlers=handlers.names())
        files += [called(name, file) for file in looked_at]
        problems += named(name, found)
    return Inspection(tuple(files), tuple(problems))


def _singly(names: Iterable[str]) -> Iterator[str]:
    """Give each name; a folder that is no pack stands for the diagrams and tables under it, where it has any."""
    for name in names:
        under = _diagrams_under(name)
        yield from under or [name]


def _diagrams_under(name: str) -> list[str]:
    folder = Path(name)
    try:
        if not folder.is_dir() or (folder / "process.bpmn").is_file() or (folder / "procedure.toml").is_file():
            return []
        return sorted(islice(_diagrams(folder), _MOST_DIAGRAMS))
    except (OSError, ValueError):
        return []       # what is wrong with the path is said when it is checked


def _diagrams(folder: Path) -> Iterator[str]:
    """Give the diagrams under a folder; after `_MOST_LOOKED_AT` names no more are looked at."""
    seen = 0
    for where, folders, names in os.walk(folder):
        folders.sort()
        seen += len(folders) + len(names)
        for name in sorted(names):
            path = Path(where, name)
            if path.suffix.lower() in _DIAGRAMS and path.is_file():
                yield str(path)
        if seen > _MOST_LOOKED_AT:
            return


def named(name: str, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Give findings about a pack with the files called as a person finds them."""
    return tuple(replace(problem, file=called(name, problem.file)) for problem in problems)


def called(name: str, file: str) -> str:
    """Name a file so that a person finds it: in a pack under the pack, alone as it was named."""
    return name if Path(name).name == file or file == name else f"{name.rstrip('/')}/{file}"
