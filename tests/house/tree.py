"""The project's own Python files, read once for the tests about the house."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("engine", "webapp", "features", "tests", "benchmarks")


@cache
def files(*packages: str) -> tuple[Path, ...]:
    """Give the Python files of packages, migrations left out: they are written once and never changed."""
    found = (path for package in packages or PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return tuple(path for path in found if "versions" not in path.parts and "node_modules" not in path.parts)


@cache
def parsed(path: Path) -> ast.Module:
    """Give the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give every function of a file."""
    yield from (node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def name(path: Path) -> str:
    """Give a file's path from the root."""
    return path.relative_to(ROOT).as_posix()
