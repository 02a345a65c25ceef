"""Which way a line takes through the grid of cells, before anything has a length.

A place in the grid is a pair of numbers: odd ones are the middle of a column or row, even ones the channel between
two, a fraction the foot of a boundary event. Channels are free for any number of lines; the middle of a row or
column is free only where no box sits. From the side of a box into a channel there is always a way, so every line
finds one; of the ways with at most four bends the cheapest is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from engine.procedures.layout_model import Link, Scope
from engine.procedures.layout_seats import Seats

Spot = tuple[float, float]
EAST, WEST, NORTH, SOUTH = "east", "west", "north", "south"
AHEAD = {EAST: (1, 0), WEST: (-1, 0), NORTH: (0, -1), SOUTH: (0, 1)}
BEND, ACROSS, DOWN, CROSSING = 40.0, 30.0, 24.0, 30.0
BESIDE, SAME_SOURCE, ON_TOP = 12.0, 60.0, 900.0
LOOKED_AT = 200  # lines already led that a new one is compared with
CROWDED = 2000  # with more lines than this only the ways from right to left are looked at
MANY = 400  # with more lines than this, crossings are not counted: there are too many to read anyway


@dataclass
class Way:
    """One line in the grid: its corners from border to border, and the sides it leaves and enters by."""

    link: Link
    spots: list[Spot]
    first: str
    last: str


@dataclass
class Board:
    """The grid with the lines led so far."""

    scope: Scope
    seats: Seats
    rows: int
    foot: dict[str, float]
    hosts: set[str]
    counted: bool
    crowded: bool
    lines: dict[tuple[int, float], list[tuple[float, float, str, str]]] = field(
        default_factory=lambda: defaultdict(list))
    sides: dict[tuple[str, str, bool], int] = field(default_factory=lambda: defaultdict(int))
    fan: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def led(scope: Scope, seats: Seats) -> list[Way]:
    """Lead every line of the scope; the short ones that go forward first, so that they are the straight ones."""
    hosts = {item.host for item in scope.items.values() if item.host}
    board = Board(scope, seats, len(seats.lanes), _feet(scope), hosts, len(scope.links) <= MANY,
                  len(scope.links) > CROWDED)
    for link in scope.links:
        board.fan[link.source] += 1
    return [_lead(board, link) for link in sorted(scope.links, key=lambda link: _rank(board, link))]


def _feet(scope: Scope) -> dict[str, float]:
    """Where boundary events stand in their column, as fractions that keep their order."""
    hung: dict[str, list[str]] = defaultdict(list)
    for key, item in scope.items.items():
        if item.host:
            hung[item.host].append(key)
    return {key: 0.4 * (at + 1) / (len(keys) + 1) for keys in hung.values() for at, key in enumerate(keys)}


def _rank(board: Board, link: Link) -> tuple[int, bool, float]:
    kind = 0 if link.kind == "sequenceFlow" else 2 if link.is_exit else 1
    a = _spot(board, link.source)
    b = a if link.is_exit else _spot(board, link.target)
    return kind + 3 * (link.id in board.seats.back), link.source in board.foot, abs(a[0] - b[0]) + 2 * abs(a[1] - b[1])


def _spot(board: Board, key: str) -> Spot:
    column, row = board.seats.cell[key]
    return 2 * column + 1 + board.foot.get(key, 0), 2 * row + 1


def _lead(board: Board, link: Link) -> Way:
    best, best_cost = _straight(board, link), float("inf")
    for cost, spots, first, last in sorted(() if best else _offers(board, link), key=lambda offer: offer[0]):
        if cost >= best_cost:
            break
        if any(_blocked(board, link, a, b) for a, b in pairwise(spots)):
            continue
        cost += sum(_company(board, link, a, b) for a, b in pairwise(spots))
        if cost < best_cost:
            best, best_cost = Way(link, spots, first, last), cost
    if best is None:  # there is always a way by the channels, see above; a mistake here must not break a page
        best = Way(link, [_spot(board, link.source), _spot(board, link.source)], EAST, WEST)
    _note(board, best)
    return best


def _straight(board: Board, link: Link) -> Way | None:
    """The way straight ahead where nothing stands or runs there: no other can be better."""
    if link.is_exit or link.kind != "sequenceFlow" or link.source in board.foot or link.target in board.foot:
        return None
    a, b = _spot(board, link.source), _spot(board, link.target)
    if a[1] != b[1] or a[0] >= b[0] or board.lines.get((0, a[1])) or _led_at(board, link.source, EAST):
        return None
    return None if _blocked(board, link, a, b) else Way(link, [a, b], EAST, WEST)


def _note(board: Board, way: Way) -> None:
    link = way.link
    board.sides[link.source, way.first, True] += 1
    if not link.is_exit:
        board.sides[link.target, way.last, False] += 1
    for a, b in pairwise(way.spots):
        axis = int(a[0] == b[0])
        low, high = sorted((a[axis], b[axis]))
        board.lines[axis, a[1 - axis]].append((low, high, link.source, link.target))


def _offers(board: Board, link: Link) -> Iterator[tuple[float, list[Spot], str, str]]:
    """Every way worth looking at with what it costs by itself: its bends, its length and the sides it uses."""
    back = link.id in board.seats.back
    source = _spot(board, link.source)
    if link.is_exit:
        yield from _exits(board, link, source)
        return
    target = _spot(board, link.target)
    forward = target[0] - source[0] >= 1.5 and link.kind == "sequenceFlow"
    for first in _sides(board, link.source):
        for last in _sides(board, link.target):
            if forward and (first == WEST or last == EAST):
                continue
            sides = _side_cost(board, link, first, back, True) + _side_cost(board, link, last, back, False)
            for spots in _ways(source, first, target, last):
                yield sides + _length(spots), spots, first, last


def _exits(board: Board, link: Link, source: Spot) -> Iterator[tuple[float, list[Spot], str, str]]:
    """The ways of a message flow out of the scope: straight where the column is clear, else by a channel."""
    end = -1.0 if link.up else 2.0 * board.rows + 1
    if link.shift is not None:
        source = source[0] + 0.41 + 0.001 * (len(board.lines) % 50), source[1]
    offered = _sides(board, link.source) if link.shift is None else (NORTH if link.up else SOUTH,)
    for first in offered:
        cost = 0.0 if first == (NORTH if link.up else SOUTH) else 20.0
        cost += 80.0 * _led_at(board, link.source, first)
        yield from ((cost + _length(spots), spots, first, SOUTH) for spots in _out(source, first, end))


def _out(source: Spot, first: str, end: float) -> Iterator[list[Spot]]:
    column = 2 * int(source[0] // 2)
    if AHEAD[first][1]:
        row = source[1] + AHEAD[first][1]
        tries = [[source, (source[0], end)]]
        tries += [[source, (source[0], row), (x, row), (x, end)] for x in (column, column + 2)]
    else:
        x = column + (2 if first == EAST else 0)
        tries = [[source, (x, source[1]), (x, end)]]
    for spots in tries:
        tidy = _tidied(spots)
        if tidy and _heading(tidy[0], tidy[1]) == AHEAD[first]:
            yield tidy


def _sides(board: Board, key: str) -> tuple[str, ...]:
    """The sides lines may use: a boundary event only its foot, and its host all but the side events stand on."""
    if key in board.foot:
        return (SOUTH,)
    if board.crowded:
        return (EAST, WEST)
    return (EAST, WEST, NORTH) if key in board.hosts else (EAST, WEST, NORTH, SOUTH)


def _side_cost(board: Board, link: Link, side: str, back: bool, out: bool) -> float:
    key = link.source if out else link.target
    if key in board.foot or link.kind != "sequenceFlow":
        return 25.0 * _led_at(board, key, side)
    item = board.scope.items[key]
    if side in (EAST, WEST):
        cost = 0.0 if (side == EAST) == out else 200.0
    else:
        cost = 8.0 if item.is_gateway else 60.0 + 30.0 * (side == SOUTH) if item.is_event else 45.0
        cost = max(0.0, cost - 30.0 * back)
    shared = (70.0 if board.fan[key] < 3 or item.is_gateway else 35.0) if out else 4.0
    return cost + shared * board.sides[key, side, out] + 160.0 * board.sides[key, side, not out]


def _led_at(board: Board, key: str, side: str) -> int:
    """How many lines use a side of a box so far."""
    return board.sides[key, side, True] + board.sides[key, side, False]


def _length(spots: list[Spot]) -> float:
    along = sum(ACROSS * abs(a[0] - b[0]) + DOWN * abs(a[1] - b[1]) for a, b in pairwise(spots))
    return BEND * (len(spots) - 2) + along


def _ways(source: Spot, first: str, target: Spot, last: str) -> Iterator[list[Spot]]:
    """The ways with up to four bends that leave and enter by the given sides."""
    level, arriving = AHEAD[first][1] == 0, AHEAD[last][1] == 0
    near, far = _channels(source, first), _channels(target, last)
    xs, ys = source, target
    if level and arriving:
        tries = [[xs, (x, xs[1]), (x, ys[1]), ys] for x in dict.fromkeys((*near, *far))]
        tries += [[xs, (x, xs[1]), (x, k), (z, k), (z, ys[1]), ys]
                  for x in near for z in far for k in _around(xs, ys)]
    elif level:
        tries = [[xs, (ys[0], xs[1]), ys]]
        tries += [[xs, (x, xs[1]), (x, k), (ys[0], k), ys] for x in near for k in (ys[1] + AHEAD[last][1],)]
    elif arriving:
        tries = [[xs, (xs[0], ys[1]), ys]]
        tries += [[xs, (xs[0], k), (z, k), (z, ys[1]), ys] for z in far for k in (xs[1] + AHEAD[first][1],)]
    else:
        out, into = xs[1] + AHEAD[first][1], ys[1] + AHEAD[last][1]
        tries = [[xs, (xs[0], k), (ys[0], k), ys] for k in dict.fromkeys((out, into))]
        tries += [[xs, (xs[0], out), (x, out), (x, into), (ys[0], into), ys] for x in (*near, *far)]
    for spots in tries:
        tidy = _tidied(spots)
        if tidy and _heading(tidy[0], tidy[1]) == AHEAD[first] and _heading(tidy[-1], tidy[-2]) == AHEAD[last]:
            yield tidy


def _channels(spot: Spot, side: str) -> tuple[float, ...]:
    """The channels beside a cell that a line of this side can reach first."""
    column = 2 * (spot[0] // 2)
    if side == EAST:
        return (column + 2,)
    return (column,) if side == WEST else (column, column + 2)


def _around(a: Spot, b: Spot) -> tuple[float, ...]:
    return tuple(dict.fromkeys((a[1] - 1, a[1] + 1, b[1] - 1, b[1] + 1)))


def _heading(a: Spot, b: Spot) -> tuple[int, int]:
    return (b[0] > a[0]) - (b[0] < a[0]), (b[1] > a[1]) - (b[1] < a[1])


def _tidied(spots: list[Spot]) -> list[Spot] | None:
    """The corners alone, or None where the line would turn back on itself."""
    kept = [spots[0]]
    for spot in spots[1:]:
        if spot == kept[-1]:
            continue
        if len(kept) > 1:
            before, now = _heading(kept[-2], kept[-1]), _heading(kept[-1], spot)
            if before == now:
                kept.pop()
            elif (before[0] == 0) == (now[0] == 0):
                return None
        kept.append(spot)
    return kept if len(kept) > 1 else None


def _blocked(board: Board, link: Link, a: Spot, b: Spot) -> bool:
    """Whether a stretch would run through a cell with a box; its own two ends are no obstacle where it touches them."""
    axis = int(a[0] == b[0])
    line = a[1 - axis]
    low, high = sorted((a[axis], b[axis]))
    if line % 2 == 0:
        return False
    if line % 1:  # the foot of a boundary event reaches to the channel below its row and no farther
        return high - low > (2.01 if link.is_exit else 1.01)
    ends = {_spot(board, link.source)} | (set() if link.is_exit else {_spot(board, link.target)})
    start = int(low) if low % 2 else int(low) + 1
    for at in range(start, int(high) + 1, 2):
        spot = (at, line) if axis == 0 else (line, at)
        if (spot[0] // 2, spot[1] // 2) in board.seats.taken and not (at in (low, high) and spot in ends):
            return True
    return False


def _company(board: Board, link: Link, a: Spot, b: Spot) -> float:
    """What a stretch costs for the lines it runs beside, on top of, or across."""
    axis = int(a[0] == b[0])
    line = a[1 - axis]
    low, high = sorted((a[axis], b[axis]))
    cost = 0.0
    for start, end, source, target in board.lines.get((axis, line), ())[-LOOKED_AT:]:
        if start < high and low < end and target != link.target:
            cost += (BESIDE if source != link.source else 0) if line % 2 == 0 else (
                SAME_SOURCE if source == link.source else ON_TOP)
    if not board.counted:
        return cost
    for at in range(int(low) + 1, int(high) + (high % 1 > 0)):
        for start, end, _, target in board.lines.get((1 - axis, float(at)), ()):
            cost += CROSSING * (start < line < end and target != link.target)
    return cost
