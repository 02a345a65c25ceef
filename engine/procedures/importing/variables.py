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
    """The variables of one file by their foreign, dotted names; `before` gives the steps directly before a step."""

    origins: dict[str, list[Origin]] = field(default_factory=dict)
    before: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, step: str, path: str) -> None:
        """Say that a step gives a variable."""
        known = self.origins.setdefault(name, [])
        if Origin(step, path) not in known:
            known.append(Origin(step, path))

    def follows(self, step: str, earlier: str) -> None:
        """Say that a step comes directly after another."""
        self.before.setdefault(step, []).append(earlier)

    def path(self, name: str, reader: str) -> str | None:
        """Give where a variable's value stands for a reader; None when no step gives it, or two are equally near."""
        known = self.origins.get(name, [])
        if len({origin.path for origin in known}) < 2:
            return known[0].path if known else None
        distances = self._distances(reader, {origin.step for origin in known})
        near = sorted((distances[origin.step], origin.path) for origin in known if origin.step in distances)
        if not near:
            return None
        nearest = {path for distance, path in near if distance == near[0][0]}
        return nearest.pop() if len(nearest) == 1 else None

    def _distances(self, reader: str, wanted: set[str]) -> dict[str, int]:
        """Give how many steps back from the reader each wanted step is, the reader itself too."""
        found: dict[str, int] = {}
        seen, queue = {reader}, deque([(reader, 0)])
        while queue and wanted - found.keys() and len(seen) < MOST_STEPS:
            step, distance = queue.popleft()
            if step in wanted:
                found[step] = distance
            for earlier in self.before.get(step, ()):
                if earlier not in seen:
                    seen.add(earlier)
                    queue.append((earlier, distance + 1))
        return found
