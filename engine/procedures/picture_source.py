"""The diagram a picture is drawn from: found by the name a person gives, and refused where its bytes are not safe.

Only what `engine.workflow.guard` refuses keeps a diagram from being drawn, not what keeps it from running.
"""

from __future__ import annotations

from pathlib import Path

from engine.domain.errors import InvalidProcedure
from engine.domain.text import Text
from engine.procedures import findings, pack, pack_guard, picture_read
from engine.procedures.layout_read import BPMN
from engine.workflow import guard
from engine.workflow.checks import findings as workflow_findings

MAIN = "process.bpmn"
SUFFIXES = (".bpmn", ".xml")


def find(name: str) -> tuple[str, bytes]:
    """Give the name of a diagram's file and its bytes: a lone file, or `process.bpmn` of a pack or an installed slug.

    Raises:
        InvalidProcedure: the pack breaks a limit, has no diagram, or its diagram cannot be drawn.
        ProcedureNotFound: there is nothing of this name.
        OSError: the file cannot be read.
    """
    path = Path(name)
    if path.suffix.lower() in SUFFIXES and path.is_file():
        with path.open("rb") as stream:
            return path.name, checked(path.name, stream.read(pack_guard.MAX_BYTES + 1))
    return MAIN, of_pack(pack.find(name))


def of_pack(content: pack.Pack) -> bytes:
    """Give the main diagram of a pack.

    Raises:
        InvalidProcedure: there is none, or it cannot be drawn.
    """
    if MAIN not in content.files:
        raise findings.refusal(MAIN, "diagram-missing", Text(
            "Gói thiếu tệp process.bpmn.", "The pack has no process.bpmn."), Text(
            "Thêm sơ đồ với tên process.bpmn.", "Add the diagram under the name process.bpmn."))
    return checked(MAIN, content.files[MAIN])


def checked(file: str, content: bytes) -> bytes:
    """Give the same bytes when they are a BPMN diagram that is safe to read and shows anything.

    Raises:
        InvalidProcedure: they are not.
    """
    try:
        root = guard.tree(content)
    except guard.Refused as refused:
        raise InvalidProcedure([workflow_findings.problem(refused.code, file, None, refused.facts)]) from refused
    if root.tag != f"{BPMN}definitions":
        name = str(root.tag).rsplit("}", 1)[-1]
        raise InvalidProcedure([workflow_findings.problem("not-bpmn", file, None, {"name": name})])
    drawing = picture_read.read(content)
    if not (drawing.nodes or drawing.lanes):
        raise findings.refusal(file, "nothing-to-draw", Text(
            "Sơ đồ không có bước, làn hay bên tham gia nào có id.",
            "The diagram has no step, lane or participant with an id."), Text(
            "Vẽ ít nhất một bước rồi lưu lại.", "Draw at least one step and save the file again."))
    return content
