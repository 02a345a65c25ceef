"""Do the conditions in the diagram fit the answers the forms can give? Values nobody offers, values nobody handles."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from engine import workflow
from engine.domain.errors import Problem
from engine.domain.text import Text
from engine.procedures import findings
from engine.procedures.check_steps import Parts
from engine.procedures.form_model import Field, Form
from engine.workflow import Definition, Flow, Step

_MAX_LENGTH = 2000


def examine(parts: Parts) -> Iterator[Problem]:
    """Give the findings about the conditions of all flows, and about those that end a step done several times."""
    asking = {step.key: step for step in parts.definition.steps.values() if (step.process, step.key) in parts.placed}
    for flow in parts.definition.flows:
        tree = _tree(flow.condition)
        if tree is None:
            continue
        lists = list(_lists(parts, flow, tree))
        yield from lists
        for name, values in _compared(tree) if not lists else ():
            yield from _values(parts, asking, flow, name, values)
        yield from _paths(parts, asking, flow, tree) if not lists else ()
    for until in _completions(parts.definition):
        tree = _tree(until.condition)
        yield from _lists(parts, until, tree) if tree is not None else ()
    yield from _unhandled(parts, asking)


def _completions(definition: Definition) -> Iterator[Flow]:
    """Give the conditions that end a step done several times; they read the record around it, where its list stands."""
    for step in definition.steps.values():
        if step.many is not None and step.many.until is not None:
            yield Flow(step.key, step.process, step.key, step.key, condition=step.many.until)


def _tree(condition: str | None) -> ast.expr | None:
    if condition is None or len(condition) > _MAX_LENGTH:
        return None
    try:
        return workflow.parsed(condition)
    except ValueError:
        return None                                # the workflow room has said so already


def _dotted(node: ast.expr) -> str | None:
    """Give `a.b.c` for an attribute chain, else None."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) and parts else None


def _compared(tree: ast.expr) -> Iterator[tuple[str, list[str]]]:
    """Give every dotted name that is compared with fixed texts, with those texts."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare) or len(node.ops) != 1:
            continue
        left, right = node.left, node.comparators[0]
        name = _dotted(left) or _dotted(right)
        other = right if _dotted(left) else left
        listed = other.elts if isinstance(other, ast.List | ast.Tuple | ast.Set) else [other]
        values = [item.value for item in listed if isinstance(item, ast.Constant) and isinstance(item.value, str)]
        if name is not None and values:
            yield name, values


def _values(parts: Parts, asking: dict[str, Step], flow: Flow, name: str, values: list[str]) -> Iterator[Problem]:
    """A value no form offers is never met."""
    key, _, path = name.partition(".")
    form = parts.form_of(asking[key]) if key in asking else None
    field = form.field(path) if form is not None else None
    offered = {choice.raw for choice in field.choices} if field is not None else set()
    for value in values:
        if offered and value not in offered:
            known = ", ".join(sorted(offered))
            yield findings.warning(_file(parts, flow), "condition-value-unknown", Text(
                f"Điều kiện so «{name}» với «{value}», nhưng mẫu không có giá trị này.",
                f"The condition compares “{name}” with “{value}”, which the form does not offer."), Text(
                f"Dùng một trong: {known}", f"Use one of: {known}"), flow.id)


def _lists(parts: Parts, flow: Flow, tree: ast.expr) -> Iterator[Problem]:
    """What a step done several times keeps is a list: outside of it no field of it can be read."""
    read = {_dotted(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for name in sorted(name for name in read if name is not None):
        key, _, path = name.partition(".")
        holder = _listing(parts.definition, flow.process, key)
        if holder is not None:
            first = f"{holder}[0].{path}" if holder == key else f"{holder}[0].{name}"
            yield findings.error(_file(parts, flow), "condition-reads-list", Text(
                f"Điều kiện đọc «{name}», nhưng bước «{holder}» làm nhiều lần nên kết quả là một danh sách.",
                f"The condition reads “{name}”, but the step “{holder}” is done several times and keeps a list."), Text(
                f"Nêu lần thứ mấy, như {first}, hoặc dùng count({holder}).",
                f"Say which time, like {first}, or use count({holder})."), flow.id)


def _listing(definition: Definition, process: str, key: str) -> str | None:
    """Give the step done several times in whose list a step's answers stand when they are read from a process; None
    where they can be read as they are."""
    found: list[str | None] = []
    for step in definition.steps.values():
        if step.key == key and step.kind != "many" and step.process.split("/")[0] == process.split("/")[0]:
            found.append(_around(definition, step, process))
    return None if not found or None in found else found[0]


def _around(definition: Definition, step: Step, process: str) -> str | None:
    """Give the outermost step done several times around a step, or that step, in which a process is not."""
    inside, *names = step.process.split("/")
    for name in names:
        holder = definition.steps[inside, name]
        inside = f"{inside}/{name}"
        within = process == inside or process.startswith(f"{inside}/")
        if holder.many is not None and holder.many.kind != "loop" and not within:
            return name
    own = step.many is not None and step.many.kind != "loop" and not process.startswith(f"{inside}/{step.key}")
    return step.key if own else None


def _paths(parts: Parts, asking: dict[str, Step], flow: Flow, tree: ast.expr) -> Iterator[Problem]:
    """A field no form has, or one that may be left out, is not there when the condition reads it."""
    for name in paths_read(tree):
        key, _, path = name.partition(".")
        form = parts.form_of(asking[key]) if key in asking else None
        if form is None or is_open(form):
            continue
        if form.field(path) is None:
            yield findings.warning(_file(parts, flow), "condition-field-unknown", Text(
                f"Điều kiện đọc «{name}», nhưng mẫu của bước «{key}» không có mục này.",
                f"The condition reads “{name}”, but the form of the step “{key}” has no such field."), Text(
                "Sửa tên mục trong điều kiện hoặc trong mẫu.", "Correct the name in the condition or in the form."),
                flow.id)
        elif not _always_there(form, path):
            yield findings.warning(_file(parts, flow), "condition-field-optional", Text(
                f"Điều kiện đọc «{name}», nhưng mục này có thể bỏ trống; khi đó hồ sơ dừng lại chờ người xem.",
                f"The condition reads “{name}”, which may be left empty; the case would halt there."), Text(
                "Bắt buộc mục này (required) hoặc cho nó giá trị mặc định (default).",
                "Make the field required or give it a default."), flow.id)


def paths_read(tree: ast.expr) -> Iterator[str]:
    """Give every dotted name an expression reads, whole: of `a.b.c` not `a.b`."""
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        name = _dotted(node) if isinstance(node, ast.Attribute) and id(node) not in inner else None
        if name is not None:
            yield name


def is_open(form: Form) -> bool:
    """Tell whether a form takes answers to what it does not ask."""
    return "x-closed" not in form.schema


def _always_there(form: Form, path: str) -> bool:
    names = path.split(".")
    fields = [form.field(".".join(names[:depth])) for depth in range(1, len(names) + 1)]
    return all(field is not None and _given(field) for field in fields)


def _given(field: Field) -> bool:
    return field.required or (field.default is not None and not field.conditional)


def _unhandled(parts: Parts, asking: dict[str, Step]) -> Iterator[Problem]:
    """An exclusive gateway that only asks for one answer, without a default, must know every value of it."""
    for step in parts.definition.steps.values():
        leaving = [flow for flow in parts.definition.flows if (flow.process, flow.source) == (step.process, step.key)]
        if step.kind != "exclusive" or len(leaving) < 2 or any(flow.condition is None for flow in leaving):
            continue
        asked = [_plain_equality(flow.condition) for flow in leaving]
        names = {name for name, _ in asked}
        if len(names) != 1 or None in names:
            continue
        name = str(next(iter(names)))
        key, _, path = name.partition(".")
        form = parts.form_of(asking[key]) if key in asking else None
        field = form.field(path) if form is not None else None
        handled = {value for _, values in asked for value in values}
        for choice in field.choices if field is not None else ():
            if choice.raw not in handled:
                yield findings.warning(parts.file_of(step), "outcome-unhandled", Text(
                    f"Không luồng nào đi tiếp khi «{name}» là «{choice.raw}».",
                    f"No flow goes on when “{name}” is “{choice.raw}”."), Text(
                    "Thêm luồng cho giá trị này hoặc một luồng mặc định.",
                    "Add a flow for the value, or a default flow."), step.key)


def _plain_equality(condition: str | None) -> tuple[str | None, list[str]]:
    """Give name and values of a condition that is nothing but `name == value` or `name in [values]`."""
    tree = _tree(condition)
    if isinstance(tree, ast.Compare) and isinstance(tree.ops[0], ast.Eq | ast.In):
        return next(_compared(tree), (None, []))
    return None, []


def _file(parts: Parts, flow: Flow) -> str:
    return parts.file_of(parts.definition.steps[flow.process, flow.source])
