"""Draft packs: the files of a procedure as far as another engine's diagram says them, checked like any pack."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from engine.domain.errors import Problem
from engine.domain.text import Text
from engine.procedures import check, shared
from engine.procedures.importing import report
from engine.procedures.importing.asking import Asked
from engine.procedures.importing.converting import Converted
from engine.procedures.importing.dialect import B
from engine.procedures.importing.drawing import is_node
from engine.procedures.importing.report import Draft, ElementReport, Entry, Missing
from engine.procedures.pack import Pack
from engine.procedures.xml_document import Element

_OWNER = Text("Chưa biết loại đơn vị có thẩm quyền: điền owner trong procedure.toml.",
              "The type of the competent unit is not known: give the owner in procedure.toml.")


@dataclass(frozen=True)
class Made:
    """A diagram that may be called by others: its slug, and the file it came from."""

    slug: str
    converted: Converted


def draft(made: Made, find: Callable[[str], Made | None], owner: str | None, handlers: frozenset[str]) -> Draft:
    """Put the draft of one process together; `find` gives a called process among the files by its slug."""
    converted = made.converted
    process = next((one for one in converted.drafted if converted.drawing.slugs.get(one) == made.slug), None)
    title = _title(converted, process) or made.slug
    reach = list(_called(made, find))
    files = {"procedure.toml": _manifest(made.slug, title, owner), "process.bpmn": converted.content,
             **converted.tables}
    sentences = [title, *_own_forms(files, converted, process)]
    missing = list(_missing(converted, process))
    for other in reach:
        sentences += _shared(files, other, missing)
    sentences += _step_names(converted, process, reach)
    files["locale/en.po"] = _texts(sentences)
    if owner is None:
        missing.insert(0, Missing("owner", "", _OWNER))
    whole = Pack(shared.complete(files, shared.installed()))
    # What other engines write on a step is said in the report already, with the reason.
    problems = [one for one in check.check(whole, handlers=handlers) if one.code != "ignored-attribute"]
    return Draft(made.slug, converted.drawing.file, converted.drawing.dialect, files,
                 tuple(_elements(converted, process)), tuple(dict.fromkeys(missing)), tuple(problems))


def without_process(converted: Converted, slug: str, owner: str | None, handlers: frozenset[str]) -> Draft:
    """Give the draft of a file that draws no process at all."""
    made = draft(Made(slug, converted), lambda _: None, owner, handlers)
    lacks = Missing("process", "", Text("Tệp không vẽ quy trình nào: thêm một process có các bước.",
                                        "The file draws no process: add a process with steps."))
    return replace(made, missing=(lacks, *made.missing))


def _called(made: Made, find: Callable[[str], Made | None]) -> Iterator[Made]:
    """Give the processes of other files that a draft calls, directly or not."""
    seen, waiting = {made.slug}, sorted(made.converted.calls)
    while waiting:
        slug = waiting.pop()
        other = find(slug) if slug not in seen else None
        seen.add(slug)
        if other is not None:
            waiting += sorted(other.converted.calls)
            if other.converted.drawing.file != made.converted.drawing.file:
                yield other


def _own_forms(files: dict[str, bytes], converted: Converted, process: Element | None) -> Iterator[str]:
    """Add the forms of a draft's own steps, and of those processes of its file that it calls; gives their sentences."""
    local = {one for one, slug in converted.drawing.slugs.items() if slug in converted.calls} | {process}
    for asked in converted.forms:
        if report.process_of(asked.step) in local:
            files[f"forms/{asked.name}.json"] = asked.content
            yield from sorted(asked.form.sentences())


def _shared(files: dict[str, bytes], other: Made, missing: list[Missing]) -> list[str]:
    """Add a called process of another file with its forms and tables; gives the sentences of its forms."""
    files[f"shared/{other.slug}.bpmn"] = other.converted.content
    for path, data in other.converted.tables.items():
        files.setdefault(path, data)
    sentences: list[str] = []
    for asked in _forms_of(other):
        path = f"shared/{asked.name}.json"
        if files.setdefault(path, asked.content) != asked.content:
            missing.append(Missing("form", asked.name, Text(
                f"Hai quy trình được gọi cùng có mẫu «{asked.name}» khác nhau: đổi id của một bước.",
                f"Two called processes have different forms “{asked.name}”: rename one of the steps.")))
        sentences += sorted(asked.form.sentences())
    return sentences


def _forms_of(made: Made) -> Iterator[Asked]:
    slugs = made.converted.drawing.slugs
    for asked in made.converted.forms:
        process = report.process_of(asked.step)
        if process is not None and slugs.get(process) == made.slug:
            yield asked


def _elements(converted: Converted, process: Element | None) -> Iterator[ElementReport]:
    """Give what became of each element, in the order of the file: those of the process, and those of the file."""
    said: dict[Element | None, list[Entry]] = {}
    for element, entry in converted.drawing.notes.entries:
        if report.process_of(element) in (process, None):
            said.setdefault(element, []).append(entry)
    order = {element: place for place, element in enumerate(converted.drawing.document.root.walk())}
    for element, entries in sorted(said.items(), key=lambda pair: order.get(pair[0], -1) if pair[0] else -1):
        identity = element.id if element is not None else ""
        now = converted.drawing.slugs.get(element) if element is not None else None
        yield ElementReport(identity, now or converted.drawing.new(identity), element.local if element else "file",
                            " ".join(element.get("name").split()) if element is not None else "",
                            tuple(dict.fromkeys(entries)))


def _missing(converted: Converted, process: Element | None) -> Iterator[Missing]:
    for element, what, message in converted.drawing.notes.missing:
        if report.process_of(element) in (process, None):
            slug = converted.drawing.slugs.get(element) if element is not None else None
            yield Missing(what, slug or converted.drawing.new(element.id if element is not None else ""), message)


def _title(converted: Converted, process: Element | None) -> str:
    """Give the name of a process, else that of its pool."""
    if process is None:
        return ""
    pools = [one.get("name") for one in converted.drawing.document.root.walk()
             if one.tag == f"{B}participant" and one.get("processRef") == process.id]
    return " ".join((process.get("name") or next(iter(pools), "")).split())[:300]


def _step_names(converted: Converted, process: Element | None, reach: Iterable[Made]) -> Iterator[str]:
    """Give the names of the steps a person sees."""
    for one in (converted, *(made.converted for made in reach)):
        for process_of in one.drawing.processes:
            if one is not converted or process_of is process or one.drawing.slugs.get(process_of) in one.calls:
                yield from (" ".join(node.get("name").split()) for node in process_of.walk() if is_node(node))


def _manifest(slug: str, title: str, owner: str | None) -> bytes:
    """Write procedure.toml with what is known; what a designer must fill in stands as a comment."""
    known = f"owner = {_quoted(owner)}" if owner else '# owner = "…"          # type of the competent unit'
    return f"slug = {_quoted(slug)}\ntitle = {_quoted(title)}\n{known}\n".encode()


def _quoted(text: str) -> str:
    """Write a text for TOML."""
    return json.dumps("".join(sign for sign in text if sign.isprintable()), ensure_ascii=False)


def _texts(sentences: Iterable[str]) -> bytes:
    """Write the translations to be made: every sentence a person reads, without its English."""
    head = 'msgid ""\nmsgstr ""\n"Language: en\\n"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; ' \
           'charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
    entries = [f"\nmsgid {_quoted(one)}\nmsgstr \"\"\n" for one in dict.fromkeys(sentences)
               if any(map(str.isalpha, one))]
    return "".join([head, *entries]).encode()


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Give those findings that keep a draft from being published."""
    return [problem for problem in problems if problem.severity == "error"]
