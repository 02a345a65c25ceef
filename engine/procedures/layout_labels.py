"""Where names stand that no box holds: those of events, gateways and data, and the outcomes on flows.

Of the places beside a line the one is taken that covers the fewest boxes, names and lines; near its beginning first,
because there a reader looks for the outcome.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise

from engine.procedures.layout_model import Item, Link, Scope
from engine.procedures.layout_place import HUNG, LINE, NAME, OUTCOME, Plan, breadth, lines_of, name_above
from engine.procedures.layout_ways import SOUTH
from engine.procedures.picture_model import Box, Point
from engine.procedures.picture_text import wrap

TEXT = 12.5
FIELD = 160.0  # the side of one field of the map below
LONG = 100_000.0
MANY = 2000  # with more lines than this only the first places beside each are tried
FULL = 50  # things noted in one field; where more are, no place for a name is good
STRETCHES = 6  # of a line with more bends the first ones are looked at


@dataclass
class Map:
    """What is already drawn where, in fields, so that a place is compared only with what is near."""

    fields: dict[tuple[int, int], list[tuple[Box, float]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, box: Box, weight: float) -> None:
        """Note a box and how bad it is to cover it; what is longer than any page is not noted."""
        for key in _fields(box) if max(box.width, box.height) < LONG else ():
            if len(self.fields[key]) < FULL:
                self.fields[key].append((box, weight))

    def covered(self, box: Box) -> float:
        """How bad it is to write here."""
        near = {found: weight for key in _fields(box) for found, weight in self.fields.get(key, ())}
        return sum(weight for found, weight in near.items() if _meet(found, box))


def _fields(box: Box) -> Iterator[tuple[int, int]]:
    for x in range(int(box.x // FIELD), int(box.right // FIELD) + 1):
        for y in range(int(box.y // FIELD), int(box.bottom // FIELD) + 1):
            yield x, y


def _meet(a: Box, b: Box) -> bool:
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


def written(plan: Plan) -> None:
    """Give every name outside of a box its place."""
    drawn = Map()
    for item in plan.scope.items.values():
        if item.box is None:
            continue
        if item.inner is None:
            drawn.add(item.box, 1)
        item.label = _beside(plan, item, item.box)
        if item.label is not None:
            drawn.add(item.label, 1)
    borders(plan.scope, drawn)
    outcomes(plan.scope.links, drawn)


def borders(scope: Scope, drawn: Map) -> None:
    """Note the borders of lanes, so that no name stands on one."""
    for lane in scope.lanes:
        if lane.box is not None:
            drawn.add(Box(lane.box.x, lane.box.y - 1, lane.box.width, 2), 1)


def outcomes(links: Iterable[Link], drawn: Map) -> None:
    """Give the names of these lines their places, each where it covers least and is not on a stretch of two lines."""
    lines = list(links)
    starts = Counter(link.points[0] for link in lines if len(link.points) > 1)
    for link in lines:
        for a, b in pairwise(link.points):
            drawn.add(Box(min(a.x, b.x), min(a.y, b.y), abs(a.x - b.x) or 0.5, abs(a.y - b.y) or 0.5), 0.7)
    tried = None if len(lines) <= MANY else 2
    for link in lines:
        if link.name and len(link.points) > 1:
            places = islice(_places(link, starts[link.points[0]] > 1), tried)
            link.label = min(places, key=lambda place: place[0] + 50 * drawn.covered(place[1]))[1]
            drawn.add(link.label, 1)


def _places(link: Link, shared: bool) -> Iterator[tuple[float, Box]]:
    """Places along the first stretches of a line, above or below a level one and beside an upright one."""
    lines = wrap(link.name, OUTCOME, TEXT, bold=True, lines=3)
    wide, high = breadth(lines, bold=True), LINE * len(lines) + 2
    for at, (a, b) in enumerate(list(pairwise(link.points))[:STRETCHES]):
        level, first = a.y == b.y, 30 if shared and not at and len(link.points) > 2 else 0
        room = (abs(a.x - b.x) - wide if level else abs(a.y - b.y) - high) - 8
        for share in (0.0, 0.5, 1.0):
            for other in (False, True):
                cost = first + 6 * at * (link.kind != "messageFlow") + 4 * share + 2 * other + (0 if room > 0 else 12)
                yield cost, _place(a, b, level, share * max(0.0, room), other, wide, high)


def _place(a: Point, b: Point, level: bool, along: float, other: bool, wide: float, high: float) -> Box:
    if level:
        x = a.x + 6 + along if b.x > a.x else a.x - 6 - along - wide
        return Box(x, a.y + 2 if other else a.y - high - 1, wide, high)
    y = a.y + 8 + along if b.y > a.y else a.y - 8 - along - high
    return Box(a.x - 4 - wide if other else a.x + 4, y, wide, high)


def _beside(plan: Plan, item: Item, box: Box) -> Box | None:
    outside = item.is_event or item.is_gateway or item.kind.startswith("data")
    if not item.name or not outside:
        return None
    lines = lines_of(item.name, HUNG if item.host else NAME)
    wide, high = breadth(lines), LINE * len(lines) + 1
    middle = Box(box.center.x - wide / 2, box.bottom + 3, wide, high)
    if item.host:
        return Box(box.center.x + 5, box.bottom + 3, wide, high)
    if item.is_gateway:
        above = name_above(plan, item)
        if above is None:
            return Box(box.center.x - 8 - wide, box.y - high + 8, wide, high)
        return Box(middle.x, box.y - high - 2, wide, high) if above else middle
    if item.is_event and (item.id, SOUTH) in plan.sides:
        return Box(box.center.x + 5, box.bottom + 3, wide, high)
    return middle
