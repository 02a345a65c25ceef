"""Where the variables of a foreign diagram come from. Other engines keep one bag of variables; here a value stands
under the step that gave it. A name leads to the nearest step before the reader that gives it, or to none."""

from __future__ import annotations

from collections import deque
from collections.abc import Set
from dataclasses import dataclass, field

MOST_LOOKS = 300_000      # steps looked at on the way back from readers, in one file; then nothing more is found


@dataclass
class Variables:
    """The variables of one file: by their foreign, dotted names which step (old id) gives them and where they stand
    in the data of a case. `before` gives the steps directly before a step, `starts` the events a case begins at."""

    origins: dict[str, dict[str, str]] = field(default_factory=dict)
    starts: set[str] = field(default_factory=set)
    stand: set[str] = field(default_factory=set)        # every place where one stands
    before: dict[str, list[str]] = field(default_factory=dict)
    _left: int = MOST_LOOKS

    def add(self, name: str, step: str, path: str) -> None:
        """Say that a step gives a variable."""
        self.stand.add(path)
        self.origins.setdefault(name, {})[step] = path

    def follows(self, step: str, earlier: str) -> None:
        """Say that a step comes directly after another."""
        self.before.setdefault(step, []).append(earlier)

    def places(self, name: str, reader: str, *, own: bool = True) -> tuple[str, ...]:
        """Give where a variable's value stands for a reader: the place to look first, then the one to look else.

        The nearest step that gives it counts. Another one that can be reached around it may have given it as well:
        a start event, which always comes first, is then looked at second; any other leaves it open, and nothing is
        given. With `own` false, what the reader itself gives is older than what it reads, and comes first.
        """
        known = self.origins.get(name, {})
        if own or reader not in known or len(known) == 1:
            return self._nearest(known, reader)
        rest = self._nearest({step: path for step, path in known.items() if step != reader}, reader)
        return (known[reader], *rest) if len(rest) == 1 else ()

    def _nearest(self, known: dict[str, str], reader: str) -> tuple[str, ...]:
        if len(known) < 2:
            return tuple(known.values())
        near = self._first(reader, known.keys() - self.starts) or self._first(reader, known.keys() & self.starts)
        paths = {known[step] for step in near}
        if len(paths) != 1 or self._first(reader, known.keys() - self.starts - near, without=near):
            return ()
        early = self._first(reader, known.keys() & self.starts - near, without=near)
        others = {known[step] for step in early} - paths
        return (*paths, *others) if len(others) < 2 else ()

    def _first(self, reader: str, wanted: Set[str], without: Set[str] = frozenset()) -> set[str]:
        """Give the wanted steps nearest before a reader, the reader itself too; several when they are equally near."""
        if not wanted or reader in without:
            return set()
        seen, queue, end = {reader, *without}, deque([(reader, 0)]), -1
        found: set[str] = set()
        while queue and self._left > 0:
            step, distance = queue.popleft()
            if found and distance > end:
                break
            self._left -= 1
            if step in wanted:
                found.add(step)
                end = distance
            for earlier in self.before.get(step, ()):
                if earlier not in seen:
                    seen.add(earlier)
                    queue.append((earlier, distance + 1))
        return found if self._left > 0 else set()
