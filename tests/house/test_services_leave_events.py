"""Every service that writes leaves an AuditEvent in the same transaction, and takes the time as an argument."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house import tree

# No act on a case or the office: counters of wrong tries, who looked at a case, and the tables of a measurement,
# which stand in no office's database.
NO_ACT = {"attempts.note", "attempts.forget", "viewings.note", "floor.prepare"}
WRITES = {"transaction", "locked"}
RECORDS = {"record", "store", "raise_on"}


def _calls(node: ast.AST) -> set[str]:
    return {call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id
            for call in ast.walk(node) if isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute | ast.Name)}


def _reach(path: Path) -> dict[str, set[str]]:
    """Give, for each function of a module, all it calls, through the functions of the same module."""
    direct = {node.name: _calls(node) for node in tree.parsed(path).body if isinstance(node, ast.FunctionDef)}
    for _ in range(len(direct)):
        for called in direct.values():
            called |= set().union(*(direct[name] for name in called if name in direct))
    return direct


def test_every_writing_service_adds_its_audit_event() -> None:
    silent = [f"{path.stem}.{name}" for path in tree.files("engine/services") for name, calls in _reach(path).items()
              if not name.startswith("_") and calls & WRITES and not calls & RECORDS
              and f"{path.stem}.{name}" not in NO_ACT]
    assert silent == []


def test_the_exceptions_exist() -> None:
    found = {f"{path.stem}.{name}" for path in tree.files("engine/services") for name in _reach(path)}
    assert found >= NO_ACT


def test_a_service_that_writes_is_told_the_time() -> None:
    timeless = []
    for path in tree.files("engine/services"):
        reach = _reach(path)
        for node in tree.parsed(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and reach[node.name] & WRITES:
                arguments = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
                if "now" not in arguments and f"{path.stem}.{node.name}" not in NO_ACT:
                    timeless.append(f"{path.stem}.{node.name}")
    assert timeless == []
