"""Script tasks: lines `name = expression` are translated, whatever engine they were written for. Anything else is left
out: no script of another engine is ever run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.domain.text import Text
from engine.procedures.importing import reasons, translation
from engine.procedures.importing.dialect import LIKE_CAMUNDA, SPIFF, ZEEBE, B
from engine.procedures.importing.drawing import Drawing
from engine.procedures.importing.names import field
from engine.procedures.xml_document import Element
from engine.procedures.xml_edit import escaped
from engine.workflow.language import assignments
from engine.workflow.language.expressions import ExpressionError

_LINE = re.compile(r"\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*=(?!=)\s*(.+?)\s*;?\s*")
_SETS = re.compile(r"\s*(?:execution|task)\.setVariable\(\s*[\"'](\w+)[\"']\s*,\s*"
                   r"(-?[0-9]+(?:\.[0-9]+)?|true|false|\"[^\"\\]*\"|'[^'\\]*')\s*\)\s*;?\s*")
_LANGUAGES = ("python", "feel", "juel")
_LACKS = Text("Viết lại bước này thành các dòng «tên = biểu thức», hoặc thành bước dịch vụ.",
              "Write the step as lines “name = expression”, or make it a service task.")

Line = tuple[str, str]


def results(drawing: Drawing) -> None:
    """Note which variables the scripts set: they stand under the step of the script, like every answer."""
    for node in drawing.nodes():
        if node.tag == f"{B}scriptTask":
            for target, _ in _lines(drawing, node) or ():
                first = target.partition(".")[0]
                drawing.variables.add(first, node.id, f"{drawing.new(node.id)}.{field(first)}")


def read(drawing: Drawing) -> None:
    """Write every script as assignments of ours, or say that it cannot be."""
    for node in drawing.nodes():
        if node.tag == f"{B}scriptTask":
            _script(drawing, node)
        for name in ("preScript", "postScript"):
            for one in drawing.extensions(node, name, [SPIFF]):
                drawing.notes.left_out(node, name, one.text, reasons.SCRIPT)
                drawing.notes.lacks("script", node, Text(
                    "Bước này kèm một đoạn mã: vẽ nó thành bước scriptTask riêng nếu cần.",
                    "The step carries a script: draw it as a script task of its own if it is needed."))


def _source(drawing: Drawing, node: Element) -> tuple[str, str, str]:
    """Give a script's text, its language, and the variable its value goes to, if it is one expression."""
    zeebe = drawing.extension(node, "script", [ZEEBE])
    if zeebe is not None:
        return zeebe.get("expression"), "feel", zeebe.get("resultVariable")
    script = node.first(f"{B}script")
    text = script.text if script is not None else ""
    said = node.get("scriptFormat").strip().lower()
    result = drawing.attribute(node, "resultVariable", LIKE_CAMUNDA)
    language = next((one for one in _LANGUAGES if one in said), said)
    if not language:
        language = "python" if drawing.dialect == "spiff-arena" else "own"
    return text, language, result


def _lines(drawing: Drawing, node: Element) -> list[Line] | None:
    """Give the assignments a script is, or None when it is anything else."""
    text, language, result = _source(drawing, node)
    if language not in (*_LANGUAGES, "own"):
        return _sets(text)
    if result:
        return [(result, text.strip())] if text.strip() else None
    lines = [line.strip() for line in text.splitlines()]
    found = [_LINE.fullmatch(line) for line in lines if line and not line.startswith(("#", "//"))]
    if not found or any(match is None for match in found):
        return None
    own = f"{drawing.new(node.id)}."
    return [(match[1].removeprefix(own), match[2]) for match in found if match is not None]


def _sets(text: str) -> list[Line] | None:
    """Give the lines of a script that only gives variables plain values, whatever its language; else None."""
    found = [_SETS.fullmatch(line) for line in text.splitlines() if line.strip()]
    if not found or any(match is None for match in found):
        return None
    return [(match[1], match[2]) for match in found if match is not None]


def _script(drawing: Drawing, node: Element) -> None:
    text, language, result = _source(drawing, node)
    lines = _lines(drawing, node)
    written = "\n".join(_translated(drawing, node, lines, language)) if lines else ""
    try:
        good = bool(written) and bool(assignments.parse(written))
    except ExpressionError:
        good = False
    if not good:
        if text.strip():
            drawing.notes.left_out(node, "script", text, reasons.SCRIPT)
        drawing.notes.lacks("script", node, _LACKS)
        return
    if written == text.strip():
        drawing.notes.read(node, "script", text)
        return
    drawing.notes.translated(node, "script", text, written)
    if result:
        drawing.notes.translated(node, "resultVariable", result, written.partition(" = ")[0])
    holder = node.first(f"{B}script")
    if holder is not None:
        drawing.edits.text(holder, written)
    else:
        prefix = node.name.rpartition(":")[0]
        name = f"{prefix}:script" if prefix else "script"
        drawing.edits.append(node, f"<{name}>{escaped(written.replace(chr(10), '; '))}</{name}>")


def _translated(drawing: Drawing, node: Element, lines: list[Line], language: str) -> Iterator[str]:
    """Give each line in our language; a line that is not translatable comes as one that is refused."""
    language = language if language in (*_LANGUAGES, "own") else "feel"      # plain values are written alike
    given: set[str] = set()
    for target, value in lines:
        reads_itself = target.partition(".")[0] not in given
        found = translation.expression(drawing, value, node, language="" if language == "own" else language,
                                       own=not reads_itself)
        path = ".".join(field(part) for part in target.split("."))
        yield f"{drawing.new(node.id)}.{path} = {found.text if found.text is not None else '?'}"
        given.add(target.partition(".")[0])
