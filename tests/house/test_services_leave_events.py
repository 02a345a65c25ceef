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
    """Give the names of what is called; of a function of another module also `module.name`."""
    called = [call.func for call in ast.walk(node) if isinstance(call, ast.Call)]
    return ({function.attr for function in called if isinstance(function, ast.Attribute)}
            | {function.id for function in called if isinstance(function, ast.Name)}
            | {f"{function.value.id}.{function.attr}" for function in called
               if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)})


def _records_elsewhere() -> set[str]:
    """Give the functions of the services that add an AuditEvent, as other modules call them."""
    return {f"{path.stem}.{name}" for path in tree.files("engine/services")
            for name, calls in _reach(path).items() if calls & RECORDS}


def _reach(path: Path) -> dict[str, set[str]]:
    """Give, for each function of a module, all it calls, through the functions of the same module."""
    direct = {node.name: _calls(node) for node in tree.parsed(path).body if isinstance(node, ast.FunctionDef)}
    for _ in range(len(direct)):
        for called in direct.values():
            called |= set().union(*(direct[name] for name in called if name in direct))
    return direct


def test_every_writing_service_adds_its_audit_event() -> None:
    records = RECORDS | _records_elsewhere()
    silent = [f"{path.stem}.{name}" for path in tree.files("engine/services") for name, calls in _reach(path).items()
              if not name.startswith("_") and calls & WRITES and not calls & records
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
