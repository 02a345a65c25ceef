"""Signals that answer themselves: a handler that runs beside its step and throws, before anybody is waited for, the
signal it listens to is at once begun again by it, and so on without an end. The case would halt over its budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from engine.workflow.reading import Node, Process

Complain = Callable[[str, str | None, str, Mapping[str, str]], None]
Waits = Callable[[Process, str], bool]
_ASK = frozenset({"exclusive", "inclusive"})


@dataclass(frozen=True)
class _Handler:
    """An event that a signal brings about as often as it comes, and the signals thrown from there at once: True where
    no condition stands before."""

    process: Process
    event: Node
    throws: Mapping[str, bool]


def examine(processes: Mapping[str, Process], waits: Waits, complain: Complain) -> None:
    """Complain of every handler whose signal comes back to it: an error where it must, a warning where a condition may
    keep it from coming back."""
    handlers: dict[str, list[_Handler]] = {}
    for process, event, starts in _listening(processes):
        name = event.event.name if event.event is not None else None
        if name:
            handlers.setdefault(name, []).append(_Handler(process, event, _thrown(processes, process, starts, waits)))
    for name, found in handlers.items():
        for one in found:
            back = _comes_back(name, one, handlers)
            if back is not None:
                complain(one.process.file, one.event.id, "signal-without-end" if back else "signal-may-not-end",
                         {"id": one.event.id, "name": name})


def _listening(processes: Mapping[str, Process]) -> Iterator[tuple[Process, Node, list[str]]]:
    """Give every event that a signal may bring about again and again."""
    for process in processes.values():
        for node in process.nodes.values():
            again = not node.interrupting and node.event is not None and node.event.kind == "signal"
            if again and (node.attached_to is not None or (process.listener and node.kind == "start")):
                yield process, node, [node.id]


def _thrown(processes: Mapping[str, Process], process: Process, starts: list[str], waits: Waits) -> dict[str, bool]:
    """Give the signals thrown from some steps on before anything is waited for."""
    found: dict[str, bool] = {}
    seen: set[tuple[str, str, bool]] = set()
    stack = [(process, key, True) for key in starts]
    while stack:
        inside, key, sure = stack.pop()
        if (inside.id, key, sure) in seen:
            continue
        seen.add((inside.id, key, sure))
        node = inside.nodes[key]
        if node.kind in ("throw", "end") and node.event is not None and node.event.kind == "signal":
            found[node.event.name or ""] = found.get(node.event.name or "", False) or sure
        called = processes.get(node.called or "")
        if called is not None:
            stack += [(called, one.id, sure and node.many is None) for one in called.nodes.values()
                      if one.kind == "start" or called.single]
        if not waits(inside, key) or key in starts:
            on = sure and not _may_stay(inside, node)
            stack += [(inside, edge.target, on and edge.condition is None) for edge in inside.outgoing.get(key, ())]
    return found


def _may_stay(process: Process, node: Node) -> bool:
    """Tell whether the flow may not go on from a step this way: it is asked, or another branch is waited for."""
    joins = node.kind in ("parallel", "inclusive") and len(process.incoming.get(node.id, ())) > 1
    return node.kind in _ASK or joins or (node.event is not None and node.event.kind == "conditional")


def _comes_back(name: str, first: _Handler, handlers: Mapping[str, list[_Handler]]) -> bool | None:
    """Tell whether a signal surely comes back to the handler that answers it, perhaps through others; None where it
    does not."""
    answer: bool | None = None
    seen: set[tuple[str, bool]] = set()
    stack = list(first.throws.items())
    while stack:
        thrown, sure = stack.pop()
        if (thrown, sure) in seen:
            continue
        seen.add((thrown, sure))
        if thrown == name:
            answer = answer or sure
        stack += [(then, sure and surely) for one in handlers.get(thrown, ()) if one is not first
                  for then, surely in one.throws.items()]
    return answer
