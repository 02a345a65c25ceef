"""Whether a parallel gateway may wait for a token that never comes: after a choice only one of its flows is taken, and
a gateway that waits for both stops the case for ever. Every way through the process is played without data.

A process with a terminate or an error end, or with an inclusive gateway, is not judged: what ends it may come from
beside the gateway. Steps that wait for nobody
else are played at once, because their order changes nothing; only choices and timers on a step open several ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from engine.workflow.reading import Edge, Node, Process

MOST_POSITIONS = 3_000      # after so many positions of the tokens nothing is said
MOST_TOKENS = 200

Complain = Callable[[str | None, str, Mapping[str, str]], None]
Tokens = tuple[tuple[str, int], ...]      # how many tokens lie on each flow, by the flow's id


class _Enough(Exception):
    """The process is too large to be played through."""


def examine(process: Process, complain: Complain) -> None:
    """Complain of the first parallel gateway that some way through the process leaves waiting for ever."""
    if process.single or any(_unforeseen(node) for node in process.nodes.values()):
        return
    try:
        stuck = _stuck(process)
    except _Enough:
        return
    if stuck is not None:
        gateway, missing = stuck
        complain(gateway, "join-starves", {"id": gateway, "source": missing})


def _unforeseen(node: Node) -> bool:
    """Tell whether a step ends or joins more than its own token."""
    return node.kind in ("terminate", "inclusive") or (
        node.kind == "end" and node.event is not None and node.event.kind == "error")


def _stuck(process: Process) -> tuple[str, str] | None:
    """Play every way; give the gateway that waits at the end of one and the source of a flow that brought nothing."""
    edges = {edge.id: edge for edge in process.edges}
    starts = [node.id for node in process.nodes.values() if node.kind == "start"]
    seen: set[Tokens] = set()
    stack = [{edge.id: 1 for edge in process.outgoing.get(start, ())} for start in starts]
    while stack:
        tokens = stack.pop()
        key = tuple(sorted(tokens.items()))
        if key in seen:
            continue
        seen.add(key)
        if len(seen) > MOST_POSITIONS or sum(tokens.values()) > MOST_TOKENS:
            raise _Enough
        flow = next((one for one in tokens if _moves(process, tokens, edges[one])), None)
        if flow is not None:
            stack.extend(_ways(process, tokens, edges[flow]))
        elif tokens:
            return _waiting(process, tokens, edges[next(iter(tokens))])
    return None


def _moves(process: Process, tokens: Mapping[str, int], edge: Edge) -> bool:
    """Tell whether the token on a flow can go on: a parallel gateway needs one on each flow into it."""
    if process.nodes[edge.target].kind != "parallel":
        return True
    return all(one.id in tokens for one in process.incoming[edge.target])


def _ways(process: Process, tokens: Mapping[str, int], edge: Edge) -> Iterator[dict[str, int]]:
    """Give where the tokens may lie after the step at the end of a flow."""
    node = process.nodes[edge.target]
    taken = process.incoming[node.id] if node.kind == "parallel" else [edge]
    left = dict(tokens)
    for one in taken:
        left[one.id] -= 1
        if not left[one.id]:
            del left[one.id]
    for out in _choices(process, node):
        after = dict(left)
        for one in out:
            after[one.id] = after.get(one.id, 0) + 1
        yield after


def _choices(process: Process, node: Node) -> Iterator[list[Edge]]:
    """Give the flows a step may leave by: together for all but a choice; a timer on it may fire instead or beside."""
    out = process.outgoing.get(node.id, [])
    if node.kind in ("exclusive", "event_gateway"):
        yield from ([edge] for edge in out)
        return
    yield out
    for timer in process.boundaries.get(node.id, ()):
        fired = process.outgoing.get(timer.id, [])
        yield fired if timer.interrupting else out + fired


def _waiting(process: Process, tokens: Mapping[str, int], edge: Edge) -> tuple[str, str]:
    missing = next(one for one in process.incoming[edge.target] if one.id not in tokens)
    return edge.target, missing.source
