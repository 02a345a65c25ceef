"""Whether the tokens of a process can lie as they do: some way through the process, played without data, leaves one on
each of the steps where a case stands, and no other. A position that no way leads to is none the process would go on
from as it is drawn: a branch would be missing at a gateway that joins, or a step be done twice.

Tokens go on one at a time, since their order changes nothing; only choices, events on a step, and where a token stays
open several ways.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from engine.workflow.definition import Definition, Step

MOST_POSITIONS = 5_000
MOST_TOKENS = 200
MOST_WAYS = 8               # flows out of one step with conditions, of which every choice is played
Spot = tuple[str, str]      # a step, and for a token that waits at a gateway that joins the step it came from, else ""
Token = tuple[str, str]     # the step a token is at, and the one it came from
_JOINS = ("parallel", "inclusive")


class TooLarge(Exception):
    """The process has too many positions to be played through."""


@dataclass(frozen=True, slots=True)
class _Position:
    """Tokens that still go on, spots where one is still to stay, and how often an event beside a step may yet come."""

    moving: tuple[Token, ...]
    wanted: tuple[Spot, ...]
    beside: int


class Graph:
    """The steps and flows of one process, or of the inside of a sub-process."""

    def __init__(self, definition: Definition, process: str) -> None:
        self.steps = {key: one for (home, key), one in definition.steps.items() if home == process}
        self.out: dict[str, list[str]] = {}
        self.into: dict[str, set[str]] = {}
        self.asking: set[str] = set()       # steps of which some flow out has a condition
        for flow in definition.flows:
            if flow.process == process:
                if flow.condition is not None:
                    self.asking.add(flow.source)
                self.out.setdefault(flow.source, []).append(flow.target)
                self.into.setdefault(flow.target, set()).add(flow.source)
        self.events: dict[str, list[Step]] = {}
        for one in self.steps.values():
            if one.attached_to is not None:
                self.events.setdefault(one.attached_to, []).append(one)

    def shape(self) -> Any:
        """Give what decides how tokens can lie: two processes of one shape have the same positions."""
        steps = {key: (one.kind, one.attached_to, one.interrupting, one.event.kind if one.event else None)
                 for key, one in self.steps.items()}
        return steps, {key: sorted(ways) for key, ways in self.out.items()}, self.asking - self._choices()

    def _choices(self) -> set[str]:
        return {key for key, one in self.steps.items() if one.kind == "exclusive"}

    def can_lie(self, spots: Mapping[Spot, int]) -> bool:
        """Tell whether some way from a start leaves the tokens on exactly these spots.

        Raises:
            TooLarge: after `MOST_POSITIONS` positions there is no answer.
        """
        every = tuple(sorted(Counter(spots).elements()))
        if any(key not in self.steps for key, _ in every):
            return False
        starts = [key for key, one in self.steps.items() if one.kind == "start"]
        stack = [_Position(((start, ""),), every, len(every)) for start in starts]
        seen = set(stack)
        while stack:
            position = stack.pop()
            if not position.moving and not position.wanted:
                return True
            for after in self._after(position, every):
                if after not in seen:
                    seen.add(after)
                    stack.append(after)
            if len(seen) > MOST_POSITIONS:
                raise TooLarge
        return False

    def _after(self, position: _Position, every: Sequence[Spot]) -> Iterator[_Position]:
        """Give the positions one step further; a gateway that joins is asked when nothing else moves."""
        token = next((one for one in position.moving if self.steps[one[0]].kind not in _JOINS), None)
        if token is not None:
            yield from self._stays(position, token)
            yield from self._goes(position, token)
            return
        for one in dict.fromkeys(position.moving):
            yield from self._stays(position, one)
        yield from self._joined(position, every)

    def _stays(self, position: _Position, token: Token) -> Iterator[_Position]:
        """Let a token stay where one is wanted. Behind an event-based gateway the token is still at the gateway."""
        key, source = token
        spot = (key, source if self.steps[key].kind in _JOINS else "")
        if spot in position.wanted and self._kind(source) != "event_gateway":
            yield _Position(_without(position.moving, [token]), _without(position.wanted, [spot]), position.beside)

    def _kind(self, key: str) -> str:
        return self.steps[key].kind if key in self.steps else ""

    def _goes(self, position: _Position, token: Token) -> Iterator[_Position]:
        """Let a token go on: by its flows, or by an event on its step, which may leave the step as it is."""
        key, _ = token
        rest = _without(position.moving, [token])
        for ways in self._ways(key):
            yield _moved(position, rest, [(target, key) for target in ways])
        for event in self.events.get(key, ()):
            if event.interrupting:
                yield _moved(position, rest, [(event.key, key)])
            elif position.beside:
                yield _Position(_sorted([*position.moving, (event.key, key)]), position.wanted, position.beside - 1)

    def _ways(self, key: str) -> Iterator[Sequence[str]]:
        """Give the flows by which a token may leave a step, together; none at all where its end ends others too."""
        step, out = self.steps[key], self.out.get(key, [])
        if step.kind == "terminate" or (step.kind == "end" and step.event is not None and step.event.kind == "error"):
            return
        if step.kind in ("exclusive", "event_gateway"):
            yield from ([target] for target in out)
        elif step.kind == "inclusive" or key in self.asking:
            if len(out) > MOST_WAYS:
                raise TooLarge
            yield from (some for number in range(1, len(out) + 1) for some in combinations(out, number))
        else:
            yield out

    def _joined(self, position: _Position, every: Sequence[Spot]) -> Iterator[_Position]:
        """Let a gateway fire that has a token on each flow in, or waits for nothing that can still come."""
        for key in dict.fromkeys(one for one, _ in position.moving):
            here = {source for at, source in position.moving if at == key}
            missing = self.into.get(key, set()) - here
            if missing and (self.steps[key].kind == "parallel" or self._comes(position, every, key, here, missing)):
                continue
            rest = _without(position.moving, [(key, source) for source in here])
            for ways in self._ways(key):
                yield _moved(position, rest, [(target, key) for target in ways])

    def _comes(self, position: _Position, every: Sequence[Spot], key: str, here: set[str], missing: set[str]) -> bool:
        """Tell whether a token elsewhere can still reach a flow that has none, and no flow that has one."""
        still = {at for at, _ in (*_without(every, position.wanted), *position.moving)} - {key}
        reached = (self._reach(at, key) for at in still)
        return any(one & missing and not one & here for one in reached)

    def _reach(self, start: str, gateway: str) -> set[str]:
        """Give the steps a token at `start` can come to, not passing the gateway."""
        seen: set[str] = set()
        stack = [start]
        while stack:
            key = stack.pop()
            if key not in seen and key != gateway:
                seen.add(key)
                stack.extend([*self.out.get(key, ()), *(event.key for event in self.events.get(key, ()))])
        return seen


def _moved(position: _Position, rest: Iterable[Token], more: Iterable[Token]) -> _Position:
    """Give a position after tokens moved.

    Raises:
        TooLarge: there are too many tokens.
    """
    moving = _sorted([*rest, *more])
    if len(moving) > MOST_TOKENS:
        raise TooLarge
    return _Position(moving, position.wanted, position.beside)


def _sorted(tokens: Iterable[Token]) -> tuple[Token, ...]:
    return tuple(sorted(tokens))


def _without(several: Iterable[Token], some: Iterable[Token]) -> tuple[Token, ...]:
    """Give a sorted tuple without one of each of `some`."""
    return _sorted((Counter(several) - Counter(some)).elements())
