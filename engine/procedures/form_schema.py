"""Is a file a form at all? JSON, JSON Schema 2020-12, our annotations, patterns that cannot be made to hang."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson
from jsonschema import Draft202012Validator

from engine.domain.errors import Problem
from engine.domain.text import Text
from engine.procedures import findings, form_fields, form_formats, form_refs
from engine.procedures.form_limits import Refused, tidy
from engine.procedures.form_model import Field

MAX_BYTES = 256 * 1024
MAX_FIELDS = 500
MAX_FINDINGS = 20
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class _Wrong(Exception):
    """A file that is no form; carries the finding."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def read(file: str, data: bytes, lookup: Callable[[str], bytes | None]) -> tuple[dict[str, Any] | None, list[Problem]]:
    """Give the schema of a form with every reference in place, or None and the findings that say why not."""
    try:
        document = _document(file, data)
        schema = form_refs.inline(document, lambda name: _fieldset(name, lookup))
    except _Wrong as wrong:
        return None, [wrong.problem]
    except form_refs.BadReference as bad:
        return None, [findings.error(file, bad.code, bad.message, Text(
            "Dùng fieldset có trong forms/shared hoặc «#/$defs/…» trong cùng tệp.",
            "Use a fieldset in forms/shared or “#/$defs/…” in the same file."), bad.where)]
    if schema.get("type", "object") != "object":
        return None, [findings.error(file, "form-not-object", Text(
            "Mẫu phải có type là object.", "The form must have the type object."), Text(
            "Đặt các mục dưới properties.", "Put the entries under properties."))]
    schema.setdefault("type", "object")
    return schema, list(_unsafe(file, schema))


def _fieldset(name: str, lookup: Callable[[str], bytes | None]) -> Mapping[str, Any] | None:
    data = lookup(name)
    return None if data is None else _document(f"shared/{name}.json", data)


def _document(file: str, data: bytes) -> dict[str, Any]:
    """Read JSON and hold it against the meta-schema."""
    try:
        if len(data) > MAX_BYTES:
            raise ValueError("longer than any real form")
        document = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
        if not isinstance(document, dict):
            raise ValueError("no JSON object")
        _measured(document)
    except (ValueError, RecursionError) as fault:
        raise _Wrong(findings.error(file, "form-unreadable", Text(
            f"Mẫu không phải JSON đọc được ({str(fault)[:100]}).",
            f"The form is not readable JSON ({str(fault)[:100]})."),
            Text("Sửa cú pháp JSON và lưu bằng UTF-8.", "Correct the JSON and save it as UTF-8."))) from None
    fault_at = next(Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(document), None)
    if fault_at is not None:
        where = "/".join(map(str, fault_at.absolute_path))[:200]
        raise _Wrong(findings.error(file, "form-schema", Text(
            f"«{where}» không đúng JSON Schema 2020-12.", f"“{where}” is not JSON Schema 2020-12: "
            f"{fault_at.message[:200]}"), Text(
            "Sửa từ khóa này; tiêu đề là chuỗi tiếng Việt, bản dịch nằm trong locale/en.po.",
            "Correct the keyword; a title is a Vietnamese string, its translation stands in locale/en.po."), where))
    return document


def _measured(document: Any) -> None:
    """Count the values and their depth, before the meta-schema is asked, which takes its time for each."""
    stack, left = [(document, 0)], form_refs.MAX_NODES
    while stack:
        value, depth = stack.pop()
        left -= 1
        if left < 0:
            raise ValueError("too many values")
        if depth > 4 * form_refs.MAX_DEPTH:
            raise ValueError("nested too deeply")
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        stack.extend((item, depth + 1) for item in inner)


def _schemas(node: Any, where: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Give every schema inside a schema with its path."""
    if not isinstance(node, dict):
        return
    yield node, where
    for key in form_refs.MAPS:
        for name, sub in node.get(key, {}).items():
            yield from _schemas(sub, f"{where}/{name}".lstrip("/"))
    for key in form_refs.LISTS:
        for index, sub in enumerate(node.get(key, ())):
            yield from _schemas(sub, f"{where}/{key}/{index}".lstrip("/"))
    for key in form_refs.ONES:
        yield from _schemas(node.get(key), f"{where}/{key}".lstrip("/"))


def _unsafe(file: str, schema: dict[str, Any]) -> Iterator[Problem]:
    """Find patterns that cannot be matched in bounded time, formats nobody knows, defaults nobody could store."""
    for node, where in _schemas(schema, ""):
        for pattern in [*([node["pattern"]] if "pattern" in node else []), *node.get("patternProperties", {})]:
            try:
                form_formats.pattern(pattern)
            except form_formats.UnsafePattern as fault:
                yield findings.error(file, "form-pattern", Text(
                    f"Mẫu ký tự «{pattern[:80]}» không dùng được ({str(fault)[:80]}).",
                    f"The pattern “{pattern[:80]}” cannot be used ({str(fault)[:80]})."), Text(
                    "Viết lại không dùng (?=…), (?!…), \\1; tối đa 500 ký tự.",
                    "Write it without (?=…), (?!…), \\1; at most 500 characters."), where)
        if "format" in node and node["format"] not in form_formats.KNOWN:
            yield findings.warning(file, "form-format", Text(
                f"Không biết định dạng «{node['format'][:60]}», nên không kiểm tra.",
                f"The format “{node['format'][:60]}” is not known and not checked."), Text(
                "Dùng một trong: " + ", ".join(sorted(form_formats.KNOWN)),
                "Use one of: " + ", ".join(sorted(form_formats.KNOWN))), where)
        yield from _strange_values(file, node, where)


def _strange_values(file: str, node: dict[str, Any], where: str) -> Iterator[Problem]:
    try:
        for value in (node.get("default"), node.get("const"), *node.get("enum", ())):
            tidy(value)
    except Refused as refused:
        yield findings.error(file, "form-value", refused.message, Text(
            "Sửa default, const hoặc enum của mục này.", "Correct default, const or enum of the entry."), where)


def field_problems(file: str, root: Field) -> Iterator[Problem]:
    """Find too many fields, unknown widgets and names that an expression cannot speak of."""
    fields = list(root.walk())[1:]
    if len(fields) > MAX_FIELDS:
        yield findings.error(file, "form-too-large", Text(
            f"Mẫu có hơn {MAX_FIELDS} mục.", f"The form has over {MAX_FIELDS} fields."), Text(
            "Chia mẫu cho nhiều bước.", "Divide the form among several steps."))
    odd = [field for field in fields if field.key != "*" and not _NAME.fullmatch(field.key)]
    for field in odd[:MAX_FINDINGS]:
        yield findings.warning(file, "form-field-name", Text(
            f"Tên mục «{field.key[:60]}» không dùng được trong điều kiện.",
            f"The field name “{field.key[:60]}” cannot be used in a condition."), Text(
            f"Đổi thành «{_proposed(field.key)}».", f"Rename it to “{_proposed(field.key)}”."), field.name[:200])
    for field in fields[:MAX_FIELDS]:
        wish = field.schema.get("x-widget")
        if wish is not None and (not isinstance(wish, str) or wish not in form_fields.WIDGETS):
            yield findings.warning(file, "form-widget", Text(
                f"Không có kiểu ô «{str(wish)[:60]}».", f"There is no widget “{str(wish)[:60]}”."), Text(
                "Dùng một trong: " + ", ".join(sorted(form_fields.WIDGETS)),
                "Use one of: " + ", ".join(sorted(form_fields.WIDGETS))), field.name[:200])


def _proposed(name: str) -> str:
    """Give a name near to `name` that an expression can speak of: letters without marks, words by underscores."""
    plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain.encode("ascii", "ignore").decode())
    tidied = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:60]
    return tidied if _NAME.fullmatch(tidied) else f"field_{tidied}".rstrip("_")
