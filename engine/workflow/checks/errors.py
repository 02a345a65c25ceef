"""Whether an error that a diagram throws is taken by some event around it: one that is not would stop every case that
comes there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.workflow.reading import Node, Process

Complain = Callable[[str, str | None, str, Mapping[str, str]], None]


def examine(processes: Mapping[str, Process], complain: Complain) -> None:
    """Complain of every error end event whose error nothing takes, whoever calls its process."""
    callers = _callers(processes)
    for process in processes.values():
        for node in process.nodes.values():
            if node.kind == "end" and node.event is not None and node.event.kind == "error" \
                    and not _taken(process, node.event.name, processes, callers):
                complain(process.file, node.id, "uncaught-error", {"id": node.id, "code": node.event.name or ""})


def _callers(processes: Mapping[str, Process]) -> dict[str, list[tuple[Process, Node]]]:
    """Give who calls each process: the steps of other processes, and for the inside of a sub-process itself."""
    found: dict[str, list[tuple[Process, Node]]] = {}
    for process in processes.values():
        for node in process.nodes.values():
            if node.called:
                found.setdefault(node.called, []).append((process, node))
    return found


def _taken(process: Process, code: str | None, processes: Mapping[str, Process],
           callers: Mapping[str, list[tuple[Process, Node]]]) -> bool:
    """Tell whether some event takes an error thrown in a process: a listening one in it, or one on a caller."""
    seen: set[tuple[str, bool]] = set()
    stack = [(process, True)]
    while stack:
        one, listens = stack.pop()
        if (one.id, listens) in seen:
            continue
        seen.add((one.id, listens))
        if listens and any(_takes(start, code) for listener in one.listeners
                           for start in processes[listener.called or ""].nodes.values() if start.kind == "start"):
            return True
        for caller, host in callers.get(one.id, ()):
            if any(_takes(event, code) for event in caller.boundaries.get(host.id, ())):
                return True
            # What an event sub-process throws is not taken beside it, but around the process it listens in.
            stack.append((caller, not one.listener))
    return False


def _takes(event: Node, code: str | None) -> bool:
    return event.event is not None and event.event.kind == "error" and event.event.name in (None, code)
