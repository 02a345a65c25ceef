"""Logs say fixed words with facts beside them: whatever is put into the words could be somebody's name."""

from __future__ import annotations

import ast

from tests.house import tree

LEVELS = {"debug", "info", "warning", "error", "critical", "exception", "log"}


def _calls() -> list[tuple[str, ast.Call]]:
    return [(f"{tree.name(path)}:{node.lineno}", node) for path in tree.files("engine", "webapp")
            for node in ast.walk(tree.parsed(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS
            and isinstance(node.func.value, ast.Name) and node.func.value.id == "log"]


def test_there_are_logs_to_look_at() -> None:
    assert len(_calls()) >= 5


def test_a_log_line_is_made_of_fixed_words_and_facts() -> None:
    wrong = []
    for place, call in _calls():
        words = call.args[1:] if getattr(call.func, "attr", "") == "log" else call.args
        fixed = len(words) == 1 and isinstance(words[0], ast.Constant)
        if not fixed or not {keyword.arg for keyword in call.keywords} <= {"extra", "exc_info"}:
            wrong.append(place)
    assert wrong == []
