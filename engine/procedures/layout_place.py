"""From cells and tracks to lengths: how wide every column and channel must be, then boxes and corners.

Every row leaves room above and below its boxes for names and for boundary events, every channel room for its tracks
and for the outcome written on a line that enters it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from engine.procedures.layout_model import BAND, EVENT, Item, Lane, Scope
from engine.procedures.layout_seats import Cell, Seats
from engine.procedures.layout_tracks import Tracks
from engine.procedures.layout_ways import EAST, NORTH, SOUTH, WEST, Way
from engine.procedures.picture_model import Box, Point
from engine.procedures.picture_text import width, wrap

GAP, TRACK = 34.0, 11.0  # the least room between two columns; between two lines in one channel
ALLEY = 12.0  # the least room between two rows
TITLE = 30.0  # the name of a lane, written level
PAD = 16.0  # between the last row of a lane and its border
TEXT, LINE = 12.5, 15.0  # size and height of a line of an outside name
NAME, OUTCOME, HUNG = 112.0, 104.0, 84.0  # the widest an outside name gets: step, flow, boundary event
FOOT = 44.0  # between two boundary events without names
INNER = (18.0, 34.0, 18.0, 28.0)  # around the content of a sub-process: left, top, right, bottom
STRIP = 1200.0  # boxes nothing leads to begin a new row after this much


@dataclass
class Plan:
    """The lengths found so far. `side` says where the name of a gateway stands, `x` and `y` are keyed by grid place,
    `hung` is how far boundary events with their names reach below a step."""

    scope: Scope
    seats: Seats
    ways: list[Way]
    tracks: Tracks
    sides: set[tuple[str, str]] = field(default_factory=set)
    x: dict[float, float] = field(default_factory=dict)
    y: dict[float, float] = field(default_factory=dict)
    bottoms: list[float] = field(default_factory=list)
    hung: dict[str, float] = field(default_factory=dict)


def lines_of(name: str, room: float) -> list[str]:
    """An outside name broken into its lines."""
    return wrap(name, room, TEXT, lines=3)


def breadth(lines: list[str], bold: bool = False) -> float:
    """The width of the widest line."""
    return max((width(line, TEXT, bold) for line in lines), default=0) + 2


def grow(scope: Scope) -> None:
    """Make every step wide enough for the boundary events on it and the content inside it."""
    hung: dict[str, float] = defaultdict(lambda: 12.0)
    for item in scope.items.values():
        if item.inner is not None:
            left, top, right, bottom = INNER
            least = width(item.name, 13, bold=True) + 40
            item.size = (max(item.inner.width + left + right, min(least, 400)), item.inner.height + top + bottom)
        if item.host:
            hung[item.host] += spacing(item)
    for key, wide in hung.items():
        host = scope.items[key]
        host.size = (max(host.size[0], wide), host.size[1])


def spacing(item: Item) -> float:
    """How much of the border of its step a boundary event takes, with its name beside its foot."""
    return max(FOOT, breadth(lines_of(item.name, HUNG)) + 16) if item.name else FOOT


def planned(scope: Scope, seats: Seats, ways: list[Way], tracks: Tracks) -> Plan:
    """Give every column, row and channel its place and every box and lane its bounds."""
    plan = Plan(scope, seats, ways, tracks)
    for way in ways:
        plan.sides |= {(way.link.source, way.first), (way.link.target, way.last)}
    for item in scope.items.values():
        if item.host:
            named = LINE * len(lines_of(item.name, HUNG)) + 8 if item.name else 6
            plan.hung[item.host] = max(plan.hung.get(item.host, 0.0), EVENT[1] / 2 + named)
    cells = [(cell, scope.items[key]) for cell, key in seats.taken.items()]
    _columns(plan, cells)
    _rows(plan, cells)
    _boxes(plan)
    _park(plan)
    _hang(scope)
    return plan


def name_above(plan: Plan, item: Item) -> bool | None:
    """Whether the name of a gateway stands above it, or below; None where lines leave on both sides."""
    if (item.id, NORTH) not in plan.sides:
        return True
    return None if (item.id, SOUTH) in plan.sides else False


def _columns(plan: Plan, cells: list[tuple[Cell, Item]]) -> None:
    wide: dict[int, float] = defaultdict(lambda: EVENT[0])
    for (column, _), item in cells:
        wide[column] = max(wide[column], item.size[0], _name_room(plan, item))
    outcome: dict[int, float] = defaultdict(float)
    for way in plan.ways:
        if way.link.name and way.first == EAST:
            column = plan.seats.cell[way.link.source][0] + 1
            room = breadth(wrap(way.link.name, OUTCOME, TEXT, bold=True, lines=3), bold=True)
            outcome[column] = max(outcome[column], room + 14)
    x = plan.scope.left
    for column in range(plan.seats.columns + 1):
        count = plan.tracks.count.get((1, 2 * column), 0)
        before = max(GAP / 2 if not count else 0, outcome[column], GAP - 16)
        plan.x[2 * column] = x + before
        x += before + TRACK * max(0, count - 1) + 16
        if column < plan.seats.columns:
            plan.x[2 * column + 1] = x + wide[column] / 2
            x += wide[column]
    plan.scope.width = x


def _name_room(plan: Plan, item: Item) -> float:
    if not item.name or not (item.is_event or item.is_gateway or item.kind.startswith("data")):
        return 0
    room = breadth(lines_of(item.name, NAME))
    aside = (item.id, SOUTH) in plan.sides if item.is_event else item.is_gateway and name_above(plan, item) is None
    return 2 * room + 16 if aside else room


def _reach(plan: Plan, item: Item) -> tuple[float, float]:
    """How far above and below the middle of its row a box reaches with its name."""
    half = item.size[1] / 2
    if item.id in plan.hung:
        return half, half + plan.hung[item.id]
    if item.inner is not None or not item.name:
        return half, half
    tall = LINE * len(lines_of(item.name, NAME)) + 6
    if item.is_gateway:
        above = name_above(plan, item)
        return half + tall * (above is not False), half + tall * (above is False)
    if item.is_event or item.kind.startswith("data"):
        return half, half + tall
    return half, half


def _rows(plan: Plan, cells: list[tuple[Cell, Item]]) -> None:
    above: dict[int, float] = defaultdict(lambda: 29.0)
    below: dict[int, float] = defaultdict(lambda: 29.0)
    for (_, row), item in cells:
        up, down = _reach(plan, item)
        above[row], below[row] = max(above[row], up), max(below[row], down)
    y, lanes = 0.0, plan.seats.lanes
    titled = bool(plan.scope.lanes) or plan.scope.pool
    for row, lane in enumerate(lanes):
        first = row == 0 or lanes[row - 1] != lane
        y += (TITLE if titled else 4.0) if first else 0.0
        if row == 0:
            y = _alley(plan, 0, y)
        plan.y[2 * row + 1] = y + above[row]
        y = _alley(plan, row + 1, y + above[row] + below[row])
        if row + 1 == len(lanes) or lanes[row + 1] != lane:
            y += PAD if titled else 4.0
            plan.bottoms.append(y)
    plan.scope.height = y


def _alley(plan: Plan, row: int, y: float) -> float:
    """Place the channel above `row` at y; give the y below it."""
    plan.y[2 * row] = y + ALLEY / 2
    return y + ALLEY + TRACK * max(0, plan.tracks.count.get((0, 2 * row), 0) - 1)


def _boxes(plan: Plan) -> None:
    """Centre every box in its cell."""
    for key, (column, row) in plan.seats.cell.items():
        item = plan.scope.items[key]
        if not item.host:
            wide, high = item.size
            item.box = Box(plan.x[2 * column + 1] - wide / 2, plan.y[2 * row + 1] - high / 2, wide, high)


def _hang(scope: Scope) -> None:
    """Centre boundary events on the lower border of their step, the last one near its right corner."""
    hung: dict[str, list[Item]] = defaultdict(list)
    for item in scope.items.values():
        if item.host:
            hung[item.host].append(item)
    for key, items in hung.items():
        if (host := scope.items[key].box) is None:
            continue
        x = host.right - sum(map(spacing, items))
        for item in items:
            item.box = Box(x, host.bottom - item.size[1] / 2, *item.size)
            x += spacing(item)


def _park(plan: Plan) -> None:
    """Set what nothing leads to in a strip below all rows, side by side."""
    if not plan.seats.parked:
        return
    scope = plan.scope
    x = start = scope.left + 20
    y, tallest, widest = scope.height + 6, 0.0, max(scope.width, STRIP)
    for key in plan.seats.parked:
        item = scope.items[key]
        wide = max(item.size[0], _name_room(plan, item))
        if x > start and x + wide > widest:
            x, y, tallest = start, y + tallest + 16, 0.0
        up, down = _reach(plan, item)
        half = item.size[1] / 2
        item.box = Box(x + (wide - item.size[0]) / 2, y + up - half, *item.size)
        x += wide + 32
        scope.width = max(scope.width, x)
        tallest = max(tallest, up + down)
    scope.height = y + tallest + PAD
    plan.bottoms[-1] = scope.height


def lanes(scope: Scope, bottoms: list[float], wide: float) -> None:
    """Give every lane its bounds, one that holds others around them; all end at `wide`."""
    tops = [0.0, *bottoms]
    for lane in scope.lanes:
        lane.box = _lane_box(lane, tops, wide)


def _lane_box(lane: Lane, tops: list[float], wide: float) -> Box:
    x = BAND * lane.depth
    return Box(x, tops[lane.first], wide - x, tops[lane.last + 1] - tops[lane.first])


def corners(plan: Plan, at: int) -> list[Point]:
    """The corners of one line, its ends on the borders of its boxes."""
    way = plan.ways[at]
    points = [[_across(plan, way, spot[0]), plan.y.get(spot[1], 0.0)] for spot in way.spots]
    for stretch, (a, b) in enumerate(pairwise(way.spots)):
        track = plan.tracks.of.get((at, stretch))
        if track is not None:
            axis = 1 - int(a[0] == b[0])
            for end in (stretch, stretch + 1):
                points[end][axis] += track * TRACK
    _end(points[0], plan.scope.items[way.link.source].box, way.first)
    if way.link.is_exit:
        points[-1][1] = 0.0 if way.link.up else plan.scope.height
    else:
        _end(points[-1], plan.scope.items[way.link.target].box, way.last)
    return [Point(x, y) for x, y in points]


def _across(plan: Plan, way: Way, place: float) -> float:
    """The x of a place in the grid; a fraction is the foot of a boundary event or of an exit from inside."""
    if place in plan.x:
        return plan.x[place]
    for key, end in ((way.link.source, way.spots[0]), (way.link.target, way.spots[-1])):
        item = plan.scope.items.get(key)
        if item is not None and item.box is not None and end[0] == place:
            return item.box.center.x if way.link.shift is None else item.box.x + way.link.shift
    return plan.x[2 * (place // 2) + 1]


def _end(point: list[float], box: Box | None, side: str) -> None:
    """Set one end of a line on the border of its box."""
    if box is None:
        return
    if side in (EAST, WEST):
        point[0] = box.right if side == EAST else box.x
    else:
        point[1] = box.y if side == NORTH else box.bottom
