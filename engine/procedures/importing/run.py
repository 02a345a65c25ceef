"""The door of the import: files in; for each of them drafts, or findings that say why there are none. Whatever a file
holds, it ends in one of the two, never in an exception."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from engine.domain.errors import Problem
from engine.domain.text import Text
from engine.procedures import check, findings
from engine.procedures.importing import converting, drafts, names, sources
from engine.procedures.importing.converting import Converted, NoDiagram, TooLarge
from engine.procedures.importing.drafts import Made
from engine.procedures.importing.report import Draft
from engine.procedures.importing.sources import Shelf, Source
from engine.procedures.xml_document import Refused

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file: drafts, or the findings for which it was refused."""

    source: str
    drafts: tuple[Draft, ...] = ()
    refused: tuple[Problem, ...] = ()


@dataclass
class _Plan:
    """What is known of all files before the first is worked on: the slug of each process, and who is called."""

    slugs: dict[str, dict[str, str]] = field(default_factory=dict)      # file → process id → slug
    called: dict[str, str] = field(default_factory=dict)                # process id → slug, over all files
    files: dict[str, Source] = field(default_factory=dict)              # slug → file
    taken: set[str] = field(default_factory=set)


def bring(paths: Sequence[str], *, owner: str | None = None, handlers: frozenset[str] = frozenset(),
          progress: Progress = lambda done, all_of, name: None) -> Iterator[Outcome]:
    """Give the outcome of every diagram among the files and folders, one after another.

    `owner` is the type of the competent unit, if known; `handlers` the registered service handlers. `progress` is told
    how many of how many files are done, and which is next.
    """
    found, refused = sources.gathered(list(paths))
    for name, code in refused:
        yield Outcome(name, refused=(_absent(name, code),))
    diagrams = [one for one in found if sources.is_diagram(one)]
    given = tuple(one for one in found if not sources.is_diagram(one))
    for one in given:
        if (why := sources.trouble(one)) is not None:
            yield Outcome(one.name, refused=_unusable(one, why))
    if found and not diagrams:
        yield Outcome(found[0].name, refused=(_no_diagram(found[0].name),))
    run = _Run(given, owner, handlers)
    run.look(diagrams)
    for number, source in enumerate(diagrams):
        progress(number, len(diagrams), source.name)
        yield run.outcome(source)
    progress(len(diagrams), len(diagrams), "")


class _Run:
    """One import: the files given with it, the plan, and the converted files that others call."""

    def __init__(self, given: tuple[Source, ...], owner: str | None, handlers: frozenset[str]) -> None:
        self.given = given
        self.owner = owner
        self.handlers = handlers
        self.plan = _Plan()
        self.kept: dict[str, Converted] = {}

    def look(self, diagrams: Sequence[Source]) -> None:
        """Decide the slug of every process before the first file is worked on; trees are not kept."""
        for source in diagrams:
            try:
                one = converting.opened(source.name, source.content)
            except (Refused, NoDiagram, TooLarge, OSError):
                continue
            slugs = self.plan.slugs.setdefault(source.name, {})
            for process in converting.drafted(one):
                slug = names.slug(process.id, process.get("name"), self.plan.taken)
                self.plan.taken.add(slug)
                slugs[process.id] = slug
                self.plan.files[slug] = source
                if process.id:
                    self.plan.called.setdefault(process.id, slug)

    def outcome(self, source: Source) -> Outcome:
        """Give the outcome of one file."""
        try:
            return self._outcome(source)
        except TooLarge:
            return Outcome(source.name, refused=(_too_large(source.name),))
        except (Refused, NoDiagram):
            return Outcome(source.name, refused=_refused(source))
        except Exception as error:
            # The last line of defence: bytes nobody thought of must give a finding, not a traceback.
            return Outcome(source.name, refused=(findings.error(source.name, "unreadable", Text(
                f"Không nhập được tệp này ({type(error).__name__}).",
                f"The file cannot be imported ({type(error).__name__})."), Text(
                "Lưu lại tệp bằng công cụ vẽ BPMN rồi thử lại.", "Save it again with a BPMN modeler and retry.")),))

    def _outcome(self, source: Source) -> Outcome:
        converted = self._converted(source)
        slugs = list(self.plan.slugs.get(source.name, {}).values())
        if not slugs:
            slug = names.slug("", PurePath(source.name).name.partition(".")[0], self.plan.taken)
            self.plan.taken.add(slug)
            return Outcome(source.name, (drafts.without_process(converted, slug, self.owner, self.handlers),))
        made = [drafts.draft(Made(slug, converted), self._find, self.owner, self.handlers) for slug in slugs]
        return Outcome(source.name, tuple(made))

    def _converted(self, source: Source) -> Converted:
        if source.name in self.kept:
            return self.kept[source.name]
        one = converting.opened(source.name, source.content)
        shelf = Shelf(self.given, source.folder)
        return converting.convert(one, self.plan.slugs.get(source.name, {}), self.plan.called, shelf, self.handlers)

    def _find(self, slug: str) -> Made | None:
        """Give a called process of another file; it is kept, for others may call it too."""
        source = self.plan.files.get(slug)
        if source is None:
            return None
        try:
            self.kept[source.name] = self._converted(source)
        except (Refused, NoDiagram, TooLarge, OSError):
            return None
        return Made(slug, self.kept[source.name])


def _refused(source: Source) -> tuple[Problem, ...]:
    """Say of a file that is refused what the check says of it."""
    found = drafts.errors(check.check_lone(source.name, source.content))
    return tuple(replace(problem, file=source.name) for problem in found) or (_no_diagram(source.name),)


def _unusable(source: Source, why: str) -> tuple[Problem, ...]:
    """Say of a table or a form that was given why it cannot be used."""
    if why == "not-dmn":
        return (findings.error(source.name, why, Text(
            "Tệp không phải DMN.", "The file is no DMN."), Text(
            "Dùng tệp do công cụ vẽ bảng quyết định lưu ra.", "Use a file saved by a modeler of decision tables.")),)
    if sources.is_table(source):
        return _refused(source)
    return (findings.error(source.name, "form-unreadable", Text(
        f"Mẫu không phải JSON đọc được ({why}).", f"The form is not readable JSON ({why})."), Text(
        "Sửa cú pháp JSON và lưu bằng UTF-8.", "Correct the JSON and save it as UTF-8.")),)


def _too_large(name: str) -> Problem:
    limit = converting.MOST_NODES
    return findings.error(name, "too-many-steps", Text(
        f"Sơ đồ có hơn {limit} bước.", f"The diagram has more than {limit} steps."), Text(
        "Chia thành nhiều quy trình gọi nhau, mỗi quy trình một tệp.",
        "Divide it into processes that call each other, each in a file of its own."))


def _no_diagram(name: str) -> Problem:
    return findings.error(name, "no-diagram", Text(
        "Không có sơ đồ BPMN nào trong các tệp đã nêu.", "There is no BPMN diagram among the files named."), Text(
        "Nêu ít nhất một tệp .bpmn; bảng và mẫu đi cùng nó.",
        "Name at least one .bpmn file; tables and forms go with it."))


def _absent(name: str, code: str) -> Problem:
    shown = name[:200] if name.isprintable() else ascii(name)[:200]
    if code == "not-found":
        return findings.error(shown, code, Text("Không có tệp này.", "There is no such file."), Text(
            "Kiểm tra đường dẫn.", "Check the path."))
    return findings.error(shown, code, Text("Không đọc được tệp này.", "The file cannot be read."), Text(
        "Kiểm tra quyền đọc tệp.", "See that the file may be read."))
