"""Where the variables of a foreign diagram come from. Other engines keep one bag of variables; here a value stands
under the step that gave it. A name leads to the nearest step before the reader that gives it, or to none."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

MOST_STEPS = 2_000      # looked at on the way back from a reader


@dataclass(frozen=True, slots=True)
class Origin:
    """One step that gives a variable: its old id, and where the value stands in the data of a case."""

    step: str
    path: str


@dataclass
class Variables:
    """The variables of one file by their foreign, dotted names; `before` gives the steps directly before a step,
    `starts` are the events at which a case begins."""

    origins: dict[str, list[Origin]] = field(default_factory=dict)
    starts: set[str] = field(default_factory=set)
    stand: set[str] = field(default_factory=set)        # every place where one stands
    before: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, step: str, path: str) -> None:
        """Say that a step gives a variable."""
        self.stand.add(path)
        known = self.origins.setdefault(name, [])
        if Origin(step, path) not in known:
            known.append(Origin(step, path))

    def follows(self, step: str, earlier: str) -> None:
        """Say that a step comes directly after another."""
        self.before.setdefault(step, []).append(earlier)

    def places(self, name: str, reader: str, *, own: bool = True) -> tuple[str, ...]:
        """Give where a variable's value stands for a reader: the place to look first, then the one to look else.

        The nearest step that gives it counts. Another one that can be reached around it may have given it as well:
        a start event, which always comes first, is then looked at second; any other leaves it open, and nothing is
        given. With `own` false, what the reader itself gives is older than what it reads, and comes first.
        """
        known = self.origins.get(name, [])
        others = [origin for origin in known if origin.step != reader]
        if own or not others or len(others) == len(known):
            return self._nearest(known, reader)
        first = tuple(origin.path for origin in known if origin.step == reader)
        rest = self._nearest(others, reader)
        return (*first, *rest) if len(rest) == 1 else ()

    def _nearest(self, known: list[Origin], reader: str) -> tuple[str, ...]:
        if len({origin.path for origin in known}) < 2:
            return tuple(origin.path for origin in known[:1])
        distances = self._distances(reader, {origin.step for origin in known})
        near = sorted((distances[one.step], one.step in self.starts, one.step, one.path) for one in known
                      if one.step in distances)
        if not near:
            return ()
        _, _, step, path = next((one for one in near if not one[1]), near[0])
        around = self._distances(reader, {one[2] for one in near} - {step}, without=step)
        left = {other: place for _, _, other, place in near if other in around}
        if len(left) > 1 or left.keys() - self.starts:
            return ()
        return (path, *left.values())

    def _distances(self, reader: str, wanted: set[str], without: str = "") -> dict[str, int]:
        """Give how many steps back from the reader each wanted step is, the reader itself too."""
        found: dict[str, int] = {}
        seen, queue = {reader, without}, deque([(reader, 0)] if reader != without else [])
        while queue and wanted - found.keys() and len(seen) < MOST_STEPS:
            step, distance = queue.popleft()
            if step in wanted:
                found[step] = distance
            for earlier in self.before.get(step, ()):
                if earlier not in seen:
                    seen.add(earlier)
                    queue.append((earlier, distance + 1))
        return found
