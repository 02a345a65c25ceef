"""Do the decision tables read what the forms ask? A field that no form has is not there when the table is asked."""

from __future__ import annotations

from collections.abc import Iterator

from engine import workflow
from engine.domain.errors import Problem
from engine.domain.text import Text
from engine.procedures import findings
from engine.procedures.check_conditions import is_open, paths_read
from engine.procedures.check_steps import Parts
from engine.workflow import Table


def examine(parts: Parts) -> Iterator[Problem]:
    """Warn of every input of a table in use that reads a field which the form of its step does not have."""
    asking = {step.key: step for step in parts.definition.steps.values() if (step.process, step.key) in parts.placed}
    for table in _asked(parts):
        for name in sorted({name for text in table.inputs for name in _read(text)}):
            key, _, path = name.partition(".")
            form = parts.form_of(asking[key]) if key in asking else None
            if form is not None and not is_open(form) and form.field(path) is None:
                yield findings.warning(table.file, "decision-field-unknown", Text(
                    f"Bảng quyết định đọc «{name}», nhưng mẫu của bước «{key}» không có mục này.",
                    f"The decision table reads “{name}”, but the form of the step “{key}” has no such field."), Text(
                    "Sửa tên mục trong cột điều kiện của bảng, hoặc thêm mục vào mẫu.",
                    "Correct the name in the input of the table, or add the field to the form."), table.id)


def _asked(parts: Parts) -> list[Table]:
    """Give the tables that steps ask, and those which these require."""
    found: dict[str, Table] = {}
    tables = parts.definition.tables
    stack = [tables[step.decision] for step in parts.definition.steps.values()
             if step.decision is not None and step.decision in tables]
    while stack:
        table = stack.pop()
        if table.id not in found:
            found[table.id] = table
            stack.extend(need.table for need in table.needs)
    return list(found.values())


def _read(text: str) -> list[str]:
    try:
        return list(paths_read(workflow.parsed(text)))
    except ValueError:
        return []                                  # the workflow room has said so already
