"""Reading a procedure's diagram and tables, and checking them: any bytes give findings, never a traceback."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from engine.domain.errors import InvalidProcedure, Problem
from engine.workflow import build, conversations, guard, reading, steps
from engine.workflow.checks import answers, findings, needs, profile, reads, relations, structure
from engine.workflow.definition import Definition, Step
from engine.workflow.dmn import tables
from engine.workflow.dmn.decisions import Table
from engine.workflow.reading import Process
from engine.workflow.steps import Declared

_LONE = frozenset({"missing-role", "unknown-called-process", "unknown-decision", "unknown-name", "missing-service"})


MAX_PROCESSES = 100
MAX_FINDINGS = 500


@dataclass
class Spec:
    """The library's spec of one process, with its task names in a fixed order for the codec."""

    spec: Any
    names: list[str]
    places: dict[str, int]


@dataclass
class _Reading:
    """What has been read so far, and every finding."""

    lone: bool
    problems: list[Problem] = field(default_factory=list)
    processes: dict[str, Process] = field(default_factory=dict)
    declared: dict[str, Declared] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    pools: dict[tuple[str, str], str] = field(default_factory=dict)
    replies: dict[tuple[str, str], str] = field(default_factory=dict)
    sound: bool = True

    def complain(self, file: str, element: str | None, code: str, facts: Mapping[str, str]) -> None:
        """Add a finding; what a lone file cannot know is a warning there; after so many, enough is said."""
        if len(self.problems) >= MAX_FINDINGS and self.errors:
            return
        if code == "unknown-decision" and self._refused(facts["ref"]):
            return
        self.problems.append(findings.problem(code, file, element, facts, warn=self.lone and code in _LONE))

    def about(self, file: str) -> Callable[[str | None, str, Mapping[str, str]], None]:
        """Give the place to complain about one file."""
        return lambda element, code, facts: self.complain(file, element, code, facts)

    def _refused(self, decision: str) -> bool:
        """Tell whether a decision is there but was refused: it is not missing as well."""
        diagrams = {process.file for process in self.processes.values()}
        return any((one.element, one.severity) == (decision, "error") and one.file not in diagrams
                   for one in self.problems)

    @property
    def errors(self) -> bool:
        """Whether anything found forbids to run it."""
        return any(one.severity == "error" for one in self.problems)

    def steps(self) -> dict[tuple[str, str], Step]:
        """Give every step by process and key."""
        return {(key, one.key): one for key, found in self.declared.items() for one in found.steps.values()}


def check(files: Mapping[str, bytes], slug: str | None = None) -> list[Problem]:
    """Give every finding about the diagrams and tables among `files`; with a `slug` they are a whole procedure, without
    one they are lone files, whatever their names, for which a missing role, process, table or handler is a warning.
    Never raises."""
    try:
        found, _ = _read(files, slug)
        if found.sound and not found.errors:
            _only_when_checked(found, slug)
        return found.problems
    except Exception as error:
        # The last line of defence: bytes nobody thought of must give a finding, not a traceback.
        name = next(iter(files), slug or "?")
        return [findings.problem("unreadable", name, None, {"reason": type(error).__name__})]


def _only_when_checked(found: _Reading, slug: str | None) -> None:
    """Look for what would stop every case. Not done where a procedure is read to run: what was published before this
    was looked for goes on as it is."""
    used = relations.reachable(slug, found.processes) if slug is not None else found.processes
    reads.examine(used, found.steps(), found.tables,
                  lambda process, node: relations.kept_by(process, node, slug), found.complain)
    answers.examine(used, relations.waiting(found.processes), found.complain)
    for process in used.values():
        needs.long_names(process, found.about(process.file))


def read(files: Mapping[str, bytes], slug: str) -> Definition:
    """Read the procedure `slug` from its files (`*.bpmn`, `*.dmn`; others are not looked at).

    Raises:
        InvalidProcedure: with every finding, when one of them is an error.
    """
    found, definition = _read(files, slug)
    if definition is None:
        raise InvalidProcedure(found.problems)
    return definition


def _read(files: Mapping[str, bytes], slug: str | None) -> tuple[_Reading, Definition | None]:
    """Read everything and put it together as far as it goes."""
    found = _Reading(lone=slug is None)
    mine = {name: files[name] for name in sorted(files) if slug is None or name.lower().endswith((".bpmn", ".dmn"))}
    for name, content in mine.items():
        _file(found, name, content)
    if slug is not None and slug not in found.processes and not found.errors:
        found.complain(next(iter(mine), f"{slug}.bpmn"), None, "missing-process",
                       {"slug": slug, "found": ", ".join(found.processes) or "–"})
    if len(found.processes) > MAX_PROCESSES:
        found.complain(next(iter(mine)), None, "too-many-processes", {"limit": str(MAX_PROCESSES)})
        return found, None
    if found.sound:
        relations.examine(found.processes, found.steps(), found.tables, found.complain)
    relations.names(found.processes, found.tables, found.complain, slug)
    if found.errors:
        return found, None
    definition = _definition(found, slug, mine) if slug is not None else None
    return found, definition


def _file(found: _Reading, name: str, content: bytes) -> None:
    """Read one file."""
    try:
        root = guard.tree(content)
    except guard.Refused as refusal:
        found.complain(name, None, refusal.code, refusal.facts)
        found.sound = False
        return
    if profile.is_definitions(root):
        _diagram(found, name, root)
    elif reading.local(root) == "definitions" and etree.QName(root).namespace in tables.NAMESPACES:
        for table in tables.read(root, name, found.about(name)):
            if table.id in found.tables:
                found.complain(name, table.id, "duplicate-id", {"id": table.id})
            found.tables[table.id] = table
    else:
        found.complain(name, None, "not-bpmn", {"name": reading.local(root)[:80]})
        found.sound = False


def _diagram(found: _Reading, name: str, root: etree._Element) -> None:
    """Read the processes of one BPMN file."""
    def complain_of(element: str | None) -> Callable[[str, Mapping[str, str]], None]:
        return lambda code, facts: found.complain(name, element, code, facts)

    before = len(found.problems)
    profile.examine(root, found.about(name))
    if len(found.problems) > before:
        found.sound = False
    drawings = reading.drawings(root)
    processes = list(reading.processes(root, name))
    for drawing in drawings:
        found.complain(name, drawing.get("id"), "drawing", {"id": drawing.get("id") or "?"})
    if not processes:
        found.complain(name, None, "not-executable", {})
        found.sound = False
    for process in processes:
        _process(found, process)
        found.declared[process.id] = steps.declared(process, complain_of)
    steps.elsewhere(root, complain_of)
    found.pools |= steps.pools(root, processes)
    found.replies |= conversations.replies(root, processes)
    steps.hand_overs(root, [found.declared[one.id] for one in processes if one.id in found.declared], complain_of)


def _process(found: _Reading, process: Process) -> None:
    """Check one process by itself."""
    if not process.id:
        found.complain(process.file, None, "missing-id", {"name": "process"})
        found.sound = False
    if process.id in found.processes:
        found.complain(process.file, process.id, "duplicate-process", {"id": process.id})
        found.sound = False
    found.processes[process.id] = process
    found.sound = structure.examine(process, found.about(process.file)) and found.sound
    for element, attribute in structure.ignored(process):
        found.complain(process.file, element, "ignored-attribute", {"attribute": attribute})


def _definition(found: _Reading, slug: str, files: Mapping[str, bytes]) -> Definition:
    """Put the definition of a sound procedure together, with only the processes it reaches."""
    used = relations.reachable(slug, found.processes)
    every = {key: one for key, one in found.steps().items() if key[0] in used}
    flows = tuple(flow for key in used for flow in found.declared[key].flows)
    into: dict[tuple[str, str], tuple[str, ...]] = {}
    for flow in flows:
        into[flow.process, flow.target] = (*into.get((flow.process, flow.target), ()), flow.id)
    own = {key: found.declared[key].own for key in used}
    acts = own[slug].get("acts", [()])[0]
    return Definition(
        slug=slug, hash=_hash(slug, files), steps=every, flows=flows,
        start=_start(slug, every), pools=found.pools, replies=found.replies,
        deadlines=tuple(own[slug].get("deadline", ())), acts=acts, tables=found.tables,
        process_deadlines={key: tuple(said.get("deadline", ())) for key, said in own.items()},
        process_texts={key: tuple(said.get("text", ())) for key, said in own.items()},
        process_names={key: one.name for key, one in used.items()},
        specs={name: _spec(spec) for one in used.values()
               for name, spec in build.process_specs(one, found.processes, every).items()},
        flow_between={(flow.process, flow.source, flow.target): flow.id for flow in flows}, flows_into=into)


def _start(slug: str, steps: Mapping[tuple[str, str], Step]) -> Step:
    """Give the start event of a filing: the one without a trigger, else the first."""
    starts = [step for step in steps.values() if step.process == slug and step.kind == "start"]
    return next((step for step in starts if step.event is None), starts[0])


def _spec(spec: Any) -> Spec:
    """Fix the order of a spec's task names."""
    names = sorted(spec.task_specs)
    return Spec(spec, names, {name: place for place, name in enumerate(names)})


def _hash(slug: str, files: Mapping[str, bytes]) -> str:
    """Name the exact files a definition was read from."""
    digest = hashlib.sha256(slug.encode())
    for name in sorted(files):
        digest.update(b"\0" + name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return digest.hexdigest()
