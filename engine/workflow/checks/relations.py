"""What only shows when all files of a procedure lie side by side: called processes and tables that are not there,
processes that call themselves, loops nobody waits in, names no step stores."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from engine.workflow import instances, scopes, timers
from engine.workflow.checks import errors, structure
from engine.workflow.definition import Step
from engine.workflow.dmn import tables
from engine.workflow.dmn.decisions import Table
from engine.workflow.language import assignments, expressions
from engine.workflow.language.expressions import ExpressionError
from engine.workflow.reading import Node, Process

MAX_CALLS = 20
MAX_WRITTEN_OUT = 20_000      # steps, each call counted with everything it calls
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_HYPHENATED = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)+")

Complain = Callable[[str, str | None, str, Mapping[str, str]], None]      # file, element, code, facts


def examine(processes: Mapping[str, Process], steps: Mapping[tuple[str, str], Step], table: Mapping[str, Table],
            complain: Complain) -> None:
    """Complain of everything between the processes and tables of a procedure that does not fit."""
    calls = {key: [node.called for node in one.nodes.values() if node.called] for key, one in processes.items()}
    recursive = _recursion(processes, calls, complain)
    _references(processes, steps, table, complain)
    _keys(processes, complain)
    errors.examine(processes, complain)
    if not recursive:
        for process in processes.values():
            _loops(process, _passable(processes), complain)


def reachable(slug: str, processes: Mapping[str, Process]) -> dict[str, Process]:
    """Give the process `slug` and every process it calls, directly or not."""
    ahead = {key: [node.called for node in one.nodes.values() if node.called] for key, one in processes.items()}
    found = structure.walk([slug], ahead)
    return {key: one for key, one in processes.items() if key in found}


def _recursion(processes: Mapping[str, Process], calls: Mapping[str, list[str]], complain: Complain) -> bool:
    """Complain of processes that come back to themselves, and of calls nested too deep."""
    found = False
    for key, process in processes.items():
        if key in structure.walk(calls[key], calls):
            node = next(one for one in process.nodes.values()
                        if one.called and key in structure.walk([one.called], calls) | {one.called})
            complain(process.file, node.id, "call-recursion", {"process": key})
            found = True
    if not found:
        level, depth = list(processes), 0
        while level and depth <= MAX_CALLS:
            level, depth = [one for key in set(level) for one in calls.get(key, ())], depth + 1
        if level:
            process = processes[next(key for key in level if key in processes)] \
                if any(key in processes for key in level) else next(iter(processes.values()))
            complain(process.file, process.key, "calls-too-deep", {"limit": str(MAX_CALLS)})
        else:
            _size(processes, calls, complain)
    return found


def _size(processes: Mapping[str, Process], calls: Mapping[str, list[str]], complain: Complain) -> None:
    """Complain of a process that, with every call written out, has more steps than a case may ever hold: calls that
    each call twice double at every level."""
    written: dict[str, int] = {}
    for _ in range(MAX_CALLS + 1):
        for key, process in processes.items():
            if key not in written and all(one in written or one not in processes for one in calls[key]):
                written[key] = len(process.nodes) + sum(written.get(one, 0) for one in calls[key])
    for key, number in written.items():
        if number > MAX_WRITTEN_OUT:
            complain(processes[key].file, processes[key].key, "calls-too-many",
                     {"id": processes[key].key or "?", "limit": str(MAX_WRITTEN_OUT)})
            return


def _references(processes: Mapping[str, Process], steps: Mapping[tuple[str, str], Step],
                table: Mapping[str, Table], complain: Complain) -> None:
    """Complain of called processes, tables and earlier tasks that are named but not there."""
    for process in processes.values():
        for node in process.nodes.values():
            step = steps[process.id, node.id]
            if node.called and node.called not in processes:
                complain(process.file, node.id, "unknown-called-process", {"called": node.called})
            if node.kind == "decision" and not step.decision:
                complain(process.file, node.id, "missing-decision", {"id": node.id})
            elif step.decision and step.decision not in table:
                complain(process.file, node.id, "unknown-decision", {"ref": step.decision})
            if node.kind == "service" and step.service is None:
                complain(process.file, node.id, "missing-service", {"id": node.id})
            if node.kind == "user" and step.assignment is None:
                complain(process.file, node.id, "missing-role", {"id": node.id})


def _keys(processes: Mapping[str, Process], complain: Complain) -> None:
    """Warn of steps of two processes that would write over each other's data."""
    seen: dict[str, Process] = {}
    for process in processes.values():
        for node in process.nodes.values():
            if node.kind not in structure.STORES or node.kind in ("start", "many"):
                continue
            first = seen.setdefault(node.id, process)
            if first is not process:
                complain(process.file, node.id, "same-key", {"id": node.id, "first": first.id, "second": process.id})


def _passable(processes: Mapping[str, Process]) -> dict[str, bool]:
    """Tell of every process whether it can run from start to end without anybody waiting; callers after the called."""
    answers: dict[str, bool] = {}
    open_keys = list(processes)
    while open_keys:
        progress = False
        for key in list(open_keys):
            called = {node.called for node in processes[key].nodes.values() if node.called in processes}
            if called <= answers.keys():
                answers[key] = _through(processes[key], answers)
                open_keys.remove(key)
                progress = True
        if not progress:
            break
    return answers


def _waits(process: Process, key: str, answers: Mapping[str, bool]) -> bool:
    """Tell whether a step waits for somebody, or calls a process that always does."""
    node = process.nodes[key]
    if node.event is not None and node.event.kind in ("link", "conditional"):
        return False        # a condition may be true when the flow comes to it
    return node.kind in structure.WAITS or (node.called is not None and not answers.get(node.called, False))


def waiting(processes: Mapping[str, Process]) -> Callable[[Process, str], bool]:
    """Give what tells whether a step waits for somebody, over all processes of a procedure."""
    answers = _passable(processes)
    return lambda process, key: _waits(process, key, answers)


def _through(process: Process, answers: Mapping[str, bool]) -> bool:
    """Tell whether a path without a wait leads from the start to an end."""
    ahead = {key: [edge.target for edge in process.outgoing.get(key, ())] for key in process.nodes
             if not _waits(process, key, answers)}
    if process.single:
        return bool(ahead)
    starts = [key for key, node in process.nodes.items() if node.kind == "start"]
    return any(key in ahead and not process.outgoing.get(key) for key in structure.walk(starts, ahead))


def _loops(process: Process, answers: Mapping[str, bool], complain: Complain) -> None:
    """Complain of a loop in which nobody ever waits: peel away every step without a way in, loops are what is left."""
    ahead = {key: [edge.target for edge in process.outgoing.get(key, ())
                   if edge.target in process.nodes and not _waits(process, edge.target, answers)]
             for key in process.nodes if not _waits(process, key, answers)}
    into = dict.fromkeys(ahead, 0)
    for targets in ahead.values():
        for target in targets:
            into[target] += 1
    free = [key for key, number in into.items() if not number]
    while free:
        for target in ahead.pop(free.pop()):
            into[target] -= 1
            if not into[target]:
                free.append(target)
    first = next((key for key in ahead if key in structure.walk(ahead[key], ahead)), None)
    if first is not None:
        steps = sorted(key for key in structure.walk(ahead[first], ahead) if first in structure.walk(ahead[key], ahead))
        complain(process.file, first, "loop-without-wait", {"steps": ", ".join(steps[:6])})


def names(processes: Mapping[str, Process], table: Mapping[str, Table], complain: Complain,
          slug: str | None) -> None:
    """Complain of expressions that read what no step of the procedure stores, hyphenated ids above all. Of the starts
    only those of the top process store something, the filing or what came with the event, and those that listen."""
    every = {node.id for one in processes.values() for node in one.nodes.values()}
    stored = {name for one in processes.values() for node in one.nodes.values() for name in kept_by(one, node, slug)}
    for process in processes.values():
        for element, text, more in _read(process):
            _expression(process.file, element, text, every, stored | more, complain)
        _beginning(process, stored, complain)
    for one in table.values():
        for name in sorted(tables.names(one) - stored):
            complain(one.file, one.id, "unknown-name", {"name": name})


def _beginning(process: Process, stored: set[str], complain: Complain) -> None:
    """Complain of a condition that begins a case and reads more than the filing, which stands under its own id."""
    for node in process.nodes.values():
        if node.kind != "start" or "/" in process.id or node.event is None or not node.event.condition:
            continue
        try:
            read = expressions.names(node.event.condition)
        except ExpressionError:
            continue
        for name in sorted((read & stored) - {node.id}):
            complain(process.file, node.id, "start-reads", {"id": node.id, "name": name})


def kept_by(process: Process, node: Node, slug: str | None) -> Iterator[str]:
    """Give the names under which a step stores something."""
    listens = node.kind == "start" and (node.event is not None or slug in (None, process.id))
    if (node.kind in structure.STORES and node.kind != "start") or listens:
        yield node.id
    if node.kind in ("call", "subprocess"):
        yield node.id
    yield from node.writes
    if node.many is not None:
        yield from (name for name in (node.many.item, scopes.COUNTER) if name)
    if node.script:
        try:
            yield from (one.target[0] for one in assignments.parse(node.script))
        except ExpressionError:
            return


def _read(process: Process) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Give every expression of a process: its element, its text, and the names only it may read."""
    nothing: frozenset[str] = frozenset()
    for edge in process.edges:
        if edge.condition:
            yield edge.id, edge.condition, nothing
    for node in process.nodes.values():
        if node.timer and timers.literal(node.timer[1]) is None:
            yield node.id, node.timer[1], nothing
        if node.event is not None and node.event.condition:
            yield node.id, node.event.condition, nothing
        if node.many is not None:
            many = node.many
            yield from ((node.id, text, nothing) for text in (many.cardinality, many.collection) if text)
            yield from ((node.id, text, instances.COUNTS) for text in (many.until, many.again) if text)
        yield from ((node.id, line, nothing) for line in _lines(node.script))


def _lines(script: str | None) -> Iterator[str]:
    """Give the expressions of a script."""
    try:
        yield from (one.expression for one in assignments.parse(script or ""))
    except ExpressionError:
        return


def _expression(file: str, element: str, text: str, every: set[str], stored: set[str], complain: Complain) -> None:
    """Check the names of one expression; one that subtracts what nobody stores is an id with a hyphen."""
    hyphenated = _HYPHENATED.findall(_QUOTED.sub("''", text))
    meant = [word for word in hyphenated if word in every]
    try:
        unknown = sorted(expressions.names(text) - stored)
    except ExpressionError:
        unknown = []
    if meant or (unknown and hyphenated):
        word = (meant or hyphenated)[0]
        complain(file, element, "hyphen-in-expression", {"id": word, "proposed": structure.proposed(word, ())})
        return
    for name in unknown:
        if not expressions.NAME.fullmatch(name):      # no step anywhere can store this, whatever file it is in
            complain(file, element, "id-form", {"id": name, "proposed": structure.proposed(name, ())})
            continue
        complain(file, element, "unknown-name", {"name": name})
