"""How much of a process the library writes down ahead. From where a token stands it foresees every way on, up to the
next choice, and writes a step that two parallel branches share once for each: blocks of branches one after another
double it, and the first advance would never come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.workflow.reading import Process

MOST_FORESEEN = 3_000

Complain = Callable[[str | None, str, Mapping[str, str]], None]


def examine(process: Process, complain: Complain) -> None:
    """Complain when the library would foresee more than `MOST_FORESEEN` steps from some step of a sound process."""
    written: dict[str, int] = {}
    for key in process.nodes:
        _write(process, key, written)
    if written and max(written.values()) > MOST_FORESEEN:
        first = next(key for key in process.nodes if written.get(key, 0) > MOST_FORESEEN)
        complain(first, "too-much-foreseen", {"id": first, "limit": str(MOST_FORESEEN)})


def _write(process: Process, start: str, written: dict[str, int]) -> None:
    """Count the steps foreseen from `start`: its own and those behind it; what lies behind a choice is not foreseen.
    A way that comes back without a choice never ends and is refused elsewhere; here it counts nothing."""
    stack, entered = [start], set[str]()
    while stack:
        key = stack[-1]
        ahead = [] if process.nodes[key].kind == "exclusive" else [
            edge.target for edge in process.outgoing.get(key, ())]
        open_ones = [one for one in ahead if one not in written and one not in entered]
        if key not in written and key not in entered and open_ones:
            entered.add(key)
            stack.extend(open_ones)
            continue
        stack.pop()
        if key not in written:
            written[key] = 1 + sum(written.get(one, 0) for one in ahead)
