"""Whether a parallel gateway may wait for a token that never comes: after a choice only one of its flows is taken, and
a gateway that waits for both stops the case for ever. Every way through the process is played without data.

Steps that wait for nobody else are played at once, because their order changes nothing; only choices and events on a
step open several ways. A terminate or an error end takes every token away. An inclusive gateway that has not a token on
each flow fires when nothing else moves.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, combinations

from engine.workflow.reading import Edge, Node, Process

MOST_POSITIONS = 3_000      # after so many positions of the tokens nothing is said
MOST_STEPS = 60_000
MOST_TOKENS = 100           # a way that brings ever more is followed no further
MOST_CONDITIONS = 5         # of more conditional flows every one is tried alone, and all together

Complain = Callable[[str | None, str, Mapping[str, str]], None]
Tokens = dict[str, int]     # how many tokens lie on each flow, by the flow's id


class _Enough(Exception):
    """The process is too large to be played through."""


def examine(process: Process, complain: Complain) -> None:
    """Complain of the first parallel gateway that some way through the process leaves waiting for ever."""
    if not any(node.kind == "parallel" and len(process.incoming.get(node.id, ())) > 1
               for node in process.nodes.values()):
        return
    try:
        stuck = _Game(process).stuck()
    except _Enough:
        return
    if stuck is not None:
        gateway, missing = stuck
        complain(gateway, "join-starves", {"id": gateway, "source": missing})


class _Game:
    """The tokens of one process played every way."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.edges = {edge.id: edge for edge in process.edges}
        self.steps = 0
        self.found: dict[tuple[str, str], set[str]] = {}

    def stuck(self) -> tuple[str, str] | None:
        """Play every way; give the gateway that waits at the end of one and the source of a flow that brought
        nothing."""
        starts = [node.id for node in self.process.nodes.values() if node.kind == "start"]
        queue = deque[Tokens]({edge.id: 1 for edge in self.process.outgoing.get(start, ())} for start in starts)
        seen: set[frozenset[tuple[str, int]]] = set()
        while queue:
            tokens = queue.popleft()
            ways = self._played_on(tokens)
            key = frozenset(tokens.items())
            if ways is None:
                if tokens:
                    return self._missing(next(iter(tokens)))
            elif key not in seen:
                seen.add(key)
                if len(seen) > MOST_POSITIONS:
                    raise _Enough
                queue.extend(way for way in ways if sum(way.values()) <= MOST_TOKENS)
        return None

    def _played_on(self, tokens: Tokens) -> list[Tokens] | None:
        """Move tokens, in place, as long as there is one way to; give the ways where there are several or where a
        loop may close, None when none can move."""
        while True:
            self.steps += 1
            if self.steps > MOST_STEPS:
                raise _Enough
            nodes = self._movable(tokens)
            if not nodes:
                return None
            ways = [way for node, taken in nodes for way in self._ways(tokens, node, taken)]
            if len(ways) != 1 or len(self.process.incoming.get(nodes[0][0].id, ())) > 1:
                return ways
            tokens.clear()
            tokens.update(ways[0])

    def _movable(self, tokens: Tokens) -> list[tuple[Node, list[Edge]]]:
        """Give a step that has all the tokens it needs, with the flows they are taken from; when there is none, every
        inclusive gateway that has one and waits for no other."""
        waiting: dict[str, list[Edge]] = {}
        for flow in reversed(tokens):
            node = self.process.nodes[self.edges[flow].target]
            into = self.process.incoming[node.id]
            if node.kind not in ("parallel", "inclusive"):
                return [(node, [self.edges[flow]])]
            if all(edge.id in tokens for edge in into):
                return [(node, into)]
            if node.kind == "inclusive":
                waiting[node.id] = [edge for edge in into if edge.id in tokens]
        free = [key for key in waiting if self._waits_for_nothing(key, tokens)]
        return [(self.process.nodes[key], waiting[key]) for key in free or waiting]

    def _waits_for_nothing(self, gateway: str, tokens: Tokens) -> bool:
        """Tell whether no token elsewhere can bring an inclusive gateway what it misses (BPMN 2.0.2, 13.4.3)."""
        into = self.process.incoming[gateway]
        here = {edge.id for edge in into if edge.id in tokens}
        for flow in tokens.keys() - here:
            self.steps += 1
            reached = self._reached(flow, gateway)
            if reached - here and not reached & here:
                return False
        return True

    def _reached(self, flow: str, gateway: str) -> set[str]:
        """Give the flows into a gateway that a token on a flow can come to, not passing through it."""
        if (flow, gateway) in self.found:
            return self.found[flow, gateway]
        found, seen, stack = self.found.setdefault((flow, gateway), set()), set[str](), [self.edges[flow]]
        while stack:
            edge = stack.pop()
            if edge.target == gateway:
                found.add(edge.id)
            elif edge.target not in seen:
                seen.add(edge.target)
                stack.extend(self.process.outgoing.get(edge.target, ()))
                for event in self.process.boundaries.get(edge.target, ()):
                    stack.extend(self.process.outgoing.get(event.id, ()))
        return found

    def _ways(self, tokens: Tokens, node: Node, taken: list[Edge]) -> Iterator[Tokens]:
        """Give where the tokens may lie after a step took its own."""
        if node.kind == "terminate" or (node.kind == "end" and node.event is not None and node.event.kind == "error"):
            yield {}
            return
        left = dict(tokens)
        for one in taken:
            left[one.id] -= 1
            if not left[one.id]:
                del left[one.id]
        for out in self._choices(node):
            after = dict(left)
            for one in out:
                after[one.id] = after.get(one.id, 0) + 1
            yield after

    def _choices(self, node: Node) -> Iterator[list[Edge]]:
        """Give the flows a step may leave by; an event on it may happen instead or beside."""
        out = self.process.outgoing.get(node.id, [])
        if node.kind in ("exclusive", "event_gateway") and out:
            yield from ([edge] for edge in out)
            return
        yield from _conditional(node, out)
        for event in self.process.boundaries.get(node.id, ()):
            fired = self.process.outgoing.get(event.id, [])
            yield from [fired] if event.interrupting else ([*way, *fired] for way in _conditional(node, out))

    def _missing(self, flow: str) -> tuple[str, str]:
        """Give the gateway a token waits at and the source of a flow that brings none."""
        gateway = self.edges[flow].target
        into = self.process.incoming[gateway]
        return gateway, next((edge.source for edge in into if edge.id != flow), into[0].source)


def _conditional(node: Node, out: list[Edge]) -> Iterator[list[Edge]]:
    """Give every set of flows that may be taken together where some have conditions: those without one always, the
    default when no condition holds."""
    asked = [edge for edge in out if edge.condition is not None and edge.id != node.default]
    if not asked or node.kind == "parallel":
        yield out
        return
    always = [edge for edge in out if edge.condition is None and edge.id != node.default]
    otherwise = [edge for edge in out if edge.id == node.default]
    if always or otherwise:
        yield always + otherwise
    numbers = range(1, len(asked) + 1) if len(asked) <= MOST_CONDITIONS else (1, len(asked))
    for held in chain.from_iterable(combinations(asked, number) for number in numbers):
        yield [*always, *held]
