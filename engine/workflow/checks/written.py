"""Which data can be there when a case comes to a step: what some step that may have been done before it stores. Where
several branches go side by side, each may have stored before the other reads.

Nothing is worked out of conditions: a way that is drawn is a way that may be taken. So what is not found here has in
truth not been stored, and what is found may not have been.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.workflow.reading import Edge, Node, Process

MOST_STEPS = 2_000_000      # looked at altogether; of a larger procedure nothing is said
Point = tuple[str, str]     # a step, and whether a token comes to it (`in`), leaves it (`out`) or is in it (an event)
Stored = Callable[[Process, Node], Iterable[str]]
_CHOOSE = frozenset({"exclusive", "event_gateway"})
_UNDONE = frozenset({"user", "receive", "timer", "catch"})     # interrupted, they have stored nothing


class TooLarge(Exception):
    """The procedure is too large to be looked through."""


@dataclass
class _Flow:
    """One process as points with the ways between them, what each stores, and what may be stored beside each step."""

    process: Process
    ahead: dict[Point, list[Point]] = field(default_factory=dict)
    back: dict[Point, list[Point]] = field(default_factory=dict)
    stores: dict[Point, set[str]] = field(default_factory=dict)
    beside: dict[str, set[str]] = field(default_factory=dict)
    entering: set[str] = field(default_factory=set)

    def lead(self, source: Point, target: Point) -> None:
        """Add a way."""
        self.ahead.setdefault(source, []).append(target)
        self.back.setdefault(target, []).append(source)


class Written:
    """The data of a whole procedure; `stored` gives the names under which one step stores something."""

    def __init__(self, processes: Mapping[str, Process], stored: Stored) -> None:
        """Read every process, those that call before those that are called; they must not call themselves.

        Raises:
            TooLarge: there is too much of it.
        """
        self.processes, self.left = processes, MOST_STEPS
        self.own = {key: {node.id: set(stored(one, node)) for node in one.nodes.values()}
                    for key, one in processes.items()}
        self.every: dict[str, set[str]] = {}
        for key in reversed(_callers_first(processes)):
            called = [self.every.get(node.called or "", set()) for node in processes[key].nodes.values()]
            self.every[key] = set().union(*self.own[key].values(), *called)
        self.flows: dict[str, _Flow] = {}
        entering: dict[str, set[str]] = {}
        for key in _callers_first(processes):
            flow = self.flows[key] = self._flow(processes[key], entering.get(key, set()))
            for node in processes[key].nodes.values():
                if node.called in processes:
                    entering.setdefault(node.called or "", set()).update(self._handed_in(flow, node))

    def before(self, process: str, key: str) -> set[str]:
        """Give what may be there whenever a case comes to a step."""
        flow = self.flows[process]
        return self._gathered(flow, key, self._walk([(key, "in")], flow.back))

    def at_first(self, process: str, key: str) -> set[str]:
        """Give what may be there when a case comes to a step that it has not come to before in this process."""
        flow, here = self.flows[process], (key, "in")
        starts = [(node.id, "in") for node in flow.process.nodes.values() if node.kind == "start"]
        reached = self._walk(starts, flow.ahead, here) if here not in starts else set()
        return self._gathered(flow, key, self._walk(flow.back.get(here, ()), flow.back, here) & reached)

    def inside(self, node: Node) -> set[str]:
        """Give everything that what a step calls may store."""
        return self.every.get(node.called or "", set())

    def _gathered(self, flow: _Flow, key: str, points: Iterable[Point]) -> set[str]:
        found = flow.entering | flow.beside.get(key, set())
        for point in points:
            found |= flow.stores.get(point, set()) | flow.beside.get(point[0], set())
        return found

    def _walk(self, starts: Iterable[Point], ahead: Mapping[Point, Sequence[Point]],
              stop: Point | None = None) -> set[Point]:
        """Give every point that can be reached, not passing one."""
        found: set[Point] = set()
        stack = [one for one in starts if one != stop]
        while stack:
            point = stack.pop()
            if point in found:
                continue
            found.add(point)
            targets = ahead.get(point, ())
            self.left -= 1 + len(targets)
            if self.left < 0:
                raise TooLarge
            stack.extend(one for one in targets if one != stop)
        return found

    def _handed_in(self, flow: _Flow, node: Node) -> set[str]:
        """Give what may be there when the inside of a step begins; what listens begins at any time, and of what is
        done several times one may come after another."""
        key = flow.process.id
        if node.listens:
            return flow.entering | self.every[key]
        several = self.own[key][node.id] | self.inside(node) if node.many is not None else set()
        return self.before(key, node.id) | several

    def _flow(self, process: Process, entering: set[str]) -> _Flow:
        """Make the ways of one process."""
        flow, own = _Flow(process, entering=set(entering)), self.own[process.id]
        listened = set().union(*(self.inside(node) for node in process.listeners))
        for node in process.nodes.values():
            flow.beside[node.id] = set(listened)
            flow.stores[node.id, "out"] = own[node.id] | self.inside(node)
            flow.lead((node.id, "in"), (node.id, "out"))
            for event in process.boundaries.get(node.id, ()):
                flow.stores[event.id, "during"] = self._during(own, node, event)
                flow.lead((node.id, "in"), (event.id, "during"))
                flow.lead((event.id, "during"), (event.id, "in"))
        for edge in process.edges:
            flow.lead((edge.source, "out"), (edge.target, "in"))
        self._side_by_side(flow)
        return flow

    def _during(self, own: Mapping[str, set[str]], host: Node, event: Node) -> set[str]:
        """Give what a step may have stored when an event on it happens: an error is what the step itself said."""
        said = event.event is not None and event.event.kind in ("error", "escalation")
        return self.inside(host) | (own[host.id] if said or host.kind not in _UNDONE else set())

    def _side_by_side(self, flow: _Flow) -> None:
        """Note what may be stored beside each step, in the other branches of a split and by an event that does not
        interrupt, which may come again."""
        process = flow.process
        for node in process.nodes.values():
            out = process.outgoing.get(node.id, [])
            if len(out) > 1 and node.kind not in _CHOOSE:
                join = _join(self, flow, node, out)
                self._beside(flow, [self._walk([(edge.target, "in")], flow.ahead, join) for edge in out])
            for event in process.boundaries.get(node.id, ()):
                if not event.interrupting:
                    fired = self._walk([(event.id, "in")], flow.ahead)
                    self._beside(flow, [fired, fired, {(node.id, "in"), (node.id, "out")} | self._walk(
                        [(edge.target, "in") for edge in out], flow.ahead)])

    def _beside(self, flow: _Flow, branches: Sequence[set[Point]]) -> None:
        """Let each branch find what the others store."""
        stored = [set().union(*(flow.stores.get(point, set()) for point in branch)) for branch in branches]
        for number, branch in enumerate(branches):
            others = set().union(*(one for place, one in enumerate(stored) if place != number))
            for key in {point[0] for point in branch}:
                flow.beside[key] |= others


def _callers_first(processes: Mapping[str, Process]) -> list[str]:
    """Give the processes, each after all that call it."""
    calls = {key: {node.called for node in one.nodes.values() if node.called in processes}
             for key, one in processes.items()}
    into = {key: sum(key in called for called in calls.values()) for key in processes}
    free, order = [key for key in processes if not into[key]], []
    while free:
        key = free.pop()
        order.append(key)
        for called in calls[key]:
            into[str(called)] -= 1
            if not into[str(called)]:
                free.append(str(called))
    return order


def _join(written: Written, flow: _Flow, split: Node, out: Sequence[Edge]) -> Point | None:
    """Give where all branches of a split have come together again: the one gateway that each of them, and nothing
    else, comes to by one flow; behind it nothing of a branch is under way any more. None where they do not."""
    process = flow.process
    for node in process.nodes.values():
        into = process.incoming.get(node.id, [])
        if node.kind in ("parallel", "inclusive") and len(into) == len(out) and node.id != split.id:
            join = (node.id, "in")
            branches = [written._walk([(edge.target, "in")], flow.ahead, join) for edge in out]
            if _closed(process, split, branches, into, out):
                return join
    return None


def _closed(process: Process, split: Node, branches: Sequence[set[Point]], into: Sequence[Edge],
            out: Sequence[Edge]) -> bool:
    """Tell whether branches share no step, are entered and left by one flow each, and hold nothing that brings more
    tokens than came."""
    steps = [{point[0] for point in branch} for branch in branches]
    if sum(map(len, steps)) != len(set().union(*steps)) or split.id in set().union(*steps):
        return False
    first = {edge.id for edge in out}
    for branch, edge in zip(steps, out, strict=True):
        ends = [one for one in into if one.source in branch or one.id == edge.id]
        if len(ends) != 1 or any(_brings_more(process, key, branch, first) for key in branch):
            return False
    return True


def _brings_more(process: Process, key: str, branch: set[str], first: set[str]) -> bool:
    """Tell whether a step of a branch may make two tokens of one, or is come to from elsewhere."""
    node = process.nodes[key]
    splits = len(process.outgoing.get(key, ())) > 1 and node.kind not in _CHOOSE
    aside = any(not event.interrupting for event in process.boundaries.get(key, ()))
    return splits or aside or any(edge.source not in branch and edge.id not in first
                                  for edge in process.incoming.get(key, ()))
