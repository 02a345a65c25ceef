"""Everything that is wrong with a procedure, found before it is published. Any bytes give findings, never a traceback.

The diagram alone is checked in `engine.workflow`; what a form, manifest or text may be is said where it is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from engine import workflow
from engine.domain.errors import InvalidProcedure, Problem, ProcedureNotFound
from engine.domain.text import Text
from engine.procedures import (
    check_conditions,
    check_deadlines,
    check_handoffs,
    check_starts,
    check_steps,
    check_tables,
    findings,
    form_files,
    manifest,
    pack,
    pack_guard,
    procedure,
    shared,
    texts,
)
from engine.procedures.check_steps import Parts
from engine.procedures.manifest import Manifest
from engine.procedures.pack import Pack
from engine.procedures.texts import Catalogue
from engine.workflow import Definition
from engine.workflow.language import expressions

MAX_PROBLEMS = 500
_SHOWN = 8
_ORDER = {"error": 0, "warning": 1, "info": 2}


def check(content: Pack, *, handlers: Collection[str] | None = None) -> list[Problem]:
    """Give every finding about a pack, errors first; without an error it can be published.

    `handlers` are the names of the registered service handlers; without them those names are not judged.
    """
    catalogue, problems = texts.read(content.files)
    facts, found = manifest.read(content.files.get("procedure.toml"), catalogue.entries)
    problems += found
    slug = facts.slug if facts is not None else None
    diagrams = content.diagrams()
    if "process.bpmn" not in diagrams:
        problems.append(findings.error("process.bpmn", "diagram-missing", Text(
            "Gói thiếu tệp process.bpmn.", "The pack has no process.bpmn."), Text(
            "Thêm sơ đồ với tên process.bpmn.", "Add the diagram under the name process.bpmn.")))
    problems += workflow.check(diagrams, slug)
    if facts is not None:
        problems += _expressions(facts)
    definition = _definition(diagrams, slug)
    if definition is None:
        paths = [path for path in content.files if path.startswith("forms/") and path.count("/") == 1
                 and path.endswith(".json")]
        problems += procedure.read_forms(content.files, paths, catalogue)[1]
    else:
        problems += _whole(content, definition, catalogue, facts, handlers)
    return _sorted(problems)


def check_path(name: str, *, handlers: Collection[str] | None = None) -> tuple[list[str], list[Problem]]:
    """Check what a person named: a slug, a pack (zip or folder), or a lone `.bpmn` or `.dmn` file.

    Returns the files looked at and the findings; nothing at the path is a finding too.
    """
    path = Path(name)
    try:
        if path.suffix.lower() in (".bpmn", ".dmn") and path.is_file():
            with path.open("rb") as stream:
                return [path.name], check_lone(path.name, stream.read(pack_guard.MAX_BYTES + 1))
        content = pack.find(name)
    except InvalidProcedure as refused:
        return sorted({problem.file for problem in refused.problems}), list(refused.problems)
    except (ProcedureNotFound, OSError, ValueError):
        shown = name[:200] if name.isprintable() else ascii(name)[:200]
        return [], [findings.error(shown, "not-found", Text(
            f"Không có thủ tục, gói hay tệp «{shown}», hoặc không đọc được.",
            f"There is no procedure, pack or file “{shown}”, or it cannot be read."), Text(
            "Nêu slug của thủ tục đã cài, hoặc đường dẫn tới gói hay tệp .bpmn.",
            "Name the slug of an installed procedure, or the path of a pack or a .bpmn file."))]
    return sorted(content.files), check(content, handlers=handlers)


def check_lone(file: str, data: bytes) -> list[Problem]:
    """Check one diagram or table by itself: forms and roles cannot be there and are warnings."""
    if len(data) > pack_guard.MAX_BYTES:
        return [findings.error(file, "pack-too-large", Text(
            "Tệp vượt quá 10 MB.", "The file is larger than 10 MB."), Text("Chia nhỏ sơ đồ.", "Divide the diagram."))]
    problems = workflow.check({file: data})
    if not any(problem.severity == "error" for problem in problems):
        problems += _lone_forms(file, data)
    return _sorted(problems)


def _lone_forms(file: str, data: bytes) -> Iterator[Problem]:
    """Warn once for each user task of a lone diagram: its form is not there to be checked."""
    for key in sorted(shared.user_tasks(data)):
        yield findings.warning(file, "form-missing", Text(
            f"Không có mẫu của bước «{key}» bên cạnh sơ đồ.",
            f"The form of the step “{key}” is not beside the diagram."), Text(
            f"Trong gói, thêm forms/{key}.json.", f"In a pack, add forms/{key}.json."), key)


def _definition(diagrams: dict[str, bytes], slug: str | None) -> Definition | None:
    try:
        return workflow.read(diagrams, slug) if slug is not None else None
    except InvalidProcedure:
        return None                                # its findings came with the check


def _whole(content: Pack, definition: Definition, catalogue: Catalogue, facts: Manifest | None,
           handlers: Collection[str] | None) -> Iterator[Problem]:
    """Give the findings that need diagram, forms and texts together."""
    placed = form_files.placed(content.files, definition.steps.values(), definition.slug)
    own = [path for path in content.files if path.startswith("forms/") and path.count("/") == 1
           and path.endswith(".json")]
    forms, problems = procedure.read_forms(content.files, {*placed.values(), *own}, catalogue)
    yield from problems
    parts = Parts(content.files, definition, forms, placed)
    yield from check_steps.examine(parts, handlers)
    yield from check_starts.examine(parts)
    yield from check_conditions.examine(parts)
    yield from check_tables.examine(parts)
    yield from check_deadlines.examine(parts)
    yield from check_handoffs.examine(parts, facts)
    if facts is None or "en" in facts.languages:
        yield from _untranslated(parts, catalogue)


def _expressions(facts: Manifest) -> Iterator[Problem]:
    for paper in facts.papers:
        try:
            if paper.required_if is not None:
                expressions.translate(paper.required_if)
        except expressions.ExpressionError as fault:
            yield findings.error("procedure.toml", "paper-expression", Text(
                f"required_if của «{paper.id}» không phải biểu thức được phép ({fault}).",
                f"required_if of “{paper.id}” is not an allowed expression ({fault})."), Text(
                "Viết như: application.licence_class in ['C', 'D'].",
                "Write it like: application.licence_class in ['C', 'D']."), f"paper.{paper.id}")


def _untranslated(parts: Parts, catalogue: Catalogue) -> Iterator[Problem]:
    """Warn of every file with sentences that have no English."""
    sentences: dict[str, set[str]] = {}
    for step in parts.definition.steps.values():
        if step.name:
            sentences.setdefault(parts.file_of(step), set()).add(step.name)
    for path, form in parts.forms.items():
        sentences[path] = form.sentences()
    for path, said in sorted(sentences.items()):
        missing = catalogue.missing(said)
        if missing:
            shown = "; ".join(f"«{sentence[:60]}»" for sentence in missing[:_SHOWN])
            more = "" if len(missing) <= _SHOWN else " …"
            yield findings.warning(path, "text-untranslated", Text(
                f"{len(missing)} câu chưa có tiếng Anh: {shown}{more}",
                f"Without English, {len(missing)}: {shown}{more}"), Text(
                "Thêm vào locale/en.po.", "Add them to locale/en.po."))


def _sorted(problems: Iterable[Problem]) -> list[Problem]:
    """Give each finding once, errors first, at most `MAX_PROBLEMS`."""
    def place(problem: Problem) -> tuple[int, str, str]:
        return _ORDER[problem.severity], problem.file, problem.element or ""
    return sorted(dict.fromkeys(problems), key=place)[:MAX_PROBLEMS]
