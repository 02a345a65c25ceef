"""Sizes, names and places: what a reader may rely on in every file."""

from __future__ import annotations

import ast
import re
import sys

from tests.house import tree

FORBIDDEN = {"util", "utils", "helpers", "common", "base", "manager", "misc"}
LONGEST_FILE, LONGEST_FUNCTION = 400, 50


def test_no_file_is_longer_than_400_lines() -> None:
    long = {tree.name(path): lines for path in tree.files()
            if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE}
    assert long == {}


def test_no_function_is_longer_than_50_lines() -> None:
    long = {f"{tree.name(path)}:{node.name}": length for path in tree.files("engine", "webapp", "features")
            for node in tree.functions(path) if (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION}
    assert long == {}


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [tree.name(path) for path in tree.files() if path.stem in FORBIDDEN] == []


def test_nothing_is_imported_inside_a_function_outside_the_command_line() -> None:
    hidden = [f"{tree.name(path)}:{node.name}" for path in tree.files("engine", "webapp", "features")
              if "cli" not in path.parts for node in tree.functions(path)
              if any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node))]
    assert hidden == []


def test_the_rules_import_only_themselves_and_the_standard_library() -> None:
    foreign = set()
    for path in tree.files("engine/domain"):
        for node in ast.walk(tree.parsed(path)):
            modules = ([alias.name for alias in node.names] if isinstance(node, ast.Import)
                       else [node.module or ""] if isinstance(node, ast.ImportFrom) else [])
            foreign |= {f"{tree.name(path)}: {module}" for module in modules
                        if module.split(".")[0] not in sys.stdlib_module_names
                        and not module.startswith("engine.domain")}
    assert foreign == set()


def test_only_the_clock_reads_the_system_clock() -> None:
    readers = re.compile(r"datetime\.now\(|datetime\.utcnow\(|date\.today\(|time\.time\(")
    found = {tree.name(path) for path in tree.files("engine", "webapp")
             if readers.search(path.read_text(encoding="utf-8"))}
    assert found <= {"engine/clock.py"}


def test_our_own_packages_are_never_patched() -> None:
    patch = re.compile(r"(mock\.patch|monkeypatch\.setattr)\W+(\w+\.)*[\"']?(engine|webapp|features)\b")
    assert [tree.name(path) for path in tree.files("tests") if patch.search(path.read_text(encoding="utf-8"))] == []


def test_nothing_is_left_to_do_on_main() -> None:
    word = "TO" + "DO"
    assert [tree.name(path) for path in tree.files() if re.search(rf"\b{word}\b|\bFIX" + r"ME\b",
            path.read_text(encoding="utf-8"))] == []


def test_every_module_says_what_lives_in_it() -> None:
    assert [tree.name(path) for path in tree.files("engine", "webapp", "features") if not ast.get_docstring(
        tree.parsed(path))] == []
