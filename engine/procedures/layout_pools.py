"""The whole sheet: scopes laid out from the inside outward, pools one below the other, message flows between them.

A message flow leaves its pool through the channels of that pool, runs between two pools, and passes other pools at the
right of all, so that it crosses no box.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from engine.procedures import layout_labels, layout_place, layout_seats, layout_tracks, layout_ways
from engine.procedures.layout_model import BAND, Link, Pool, Scope, Sheet
from engine.procedures.picture_model import Box, Point

LEAST = (600.0, 60.0)  # a pool without content
BETWEEN, TRACK = 46.0, 11.0  # between two pools; between two message flows there


@dataclass
class _Message:
    """One message flow: where it leaves its pool and where it enters the other, once that is known."""

    link: Link
    pools: tuple[int, int]
    exits: tuple[list[Link], list[Link]]
    x: list[float] = field(default_factory=list)
    track: int = 0
    aside: int = 0


def placed(sheet: Sheet) -> None:
    """Give everything on the sheet its place."""
    messages = _messages(sheet)
    for scope in reversed(sheet.scopes):
        _lay_out(scope, sheet)
    _stack(sheet, messages)
    for message in messages:
        message.link.points = _path(message, sheet)
    _pass_loose(sheet)
    if messages:
        layout_labels.outcomes((message.link for message in messages), _map(sheet))


def _map(sheet: Sheet) -> layout_labels.Map:
    """All that a name between the pools must not cover."""
    drawn = layout_labels.Map()
    for pool in sheet.pools:
        drawn.add(pool.box._replace(height=1), 1)
        drawn.add(pool.box._replace(y=pool.box.bottom, height=1), 1)
    for scope in sheet.scopes:
        for item in scope.items.values():
            for box in (item.box, item.label):
                if box is not None and item.inner is None:
                    drawn.add(box, 1)
    return drawn


def _messages(sheet: Sheet) -> list[_Message]:
    """Find the pools of every message flow, and ask every scope on its way for an exit."""
    places = {pool.id: at for at, pool in enumerate(sheet.pools) if pool.id}
    tops = {id(pool.scope): at for at, pool in enumerate(sheet.pools) if pool.scope is not None}
    found: list[_Message] = []
    for link in sheet.messages:
        chains = [_chain(sheet, end) for end in (link.source, link.target)]
        pools = [tops.get(id(chain[-1][0]), -1) if chain else places.get(end, -1)
                 for chain, end in zip(chains, (link.source, link.target), strict=True)]
        if min(pools) < 0 or link.source == link.target:
            continue
        exits: tuple[list[Link], list[Link]] = ([], [])
        for side in (0, 1):
            up = pools[side] > pools[1 - side]
            for scope, key in chains[side]:
                exits[side].append(Link(link.id, "exit", "", key, "", up, 0.0 if exits[side] else None))
                scope.links.append(exits[side][-1])
        found.append(_Message(link, (pools[0], pools[1]), exits))
    return found


def _chain(sheet: Sheet, key: str) -> list[tuple[Scope, str]]:
    """The scopes around an element from the inside outward, each with the box to leave it from."""
    chain: list[tuple[Scope, str]] = []
    scope = sheet.home.get(key)
    while scope is not None:
        chain.append((scope, key))
        scope, key = sheet.outside.get(id(scope), (None, ""))
    return chain


def _lay_out(scope: Scope, sheet: Sheet) -> None:
    """Lay out one scope whose inner ones are laid out; then put those in their places."""
    layout_place.grow(scope)
    seats = layout_seats.seated(scope)
    ways = layout_ways.led(scope, seats)
    tracks = layout_tracks.laid(ways)
    plan = layout_place.planned(scope, seats, ways, tracks)
    layout_place.lanes(scope, plan.bottoms, scope.width)
    for at, way in enumerate(ways):
        way.link.points = layout_place.corners(plan, at)
        if way.link.is_exit:
            _go_on(way.link, scope, sheet)
    layout_labels.written(plan)
    scope.bottoms = plan.bottoms


def _go_on(link: Link, scope: Scope, sheet: Sheet) -> None:
    """Tell the exit of the scope around this one where it begins."""
    outer, _ = sheet.outside.get(id(scope), (None, ""))
    if outer is None:
        return
    for other in outer.links:
        if other.is_exit and other.id == link.id and other.up == link.up:
            other.shift = link.points[-1].x + layout_place.INNER[0]


def _stack(sheet: Sheet, messages: list[_Message]) -> None:
    """Set pools one below the other, all as wide as the widest, with room for the message flows between them."""
    wide = max([LEAST[0], *(pool.scope.width + BAND * pool.scope.pool for pool in sheet.pools if pool.scope)])
    tracks: dict[int, int] = defaultdict(int)
    beside = 0
    for message in sorted(messages, key=lambda message: abs(message.pools[0] - message.pools[1])):
        message.track = max(tracks[gap] for gap in _gaps(message))
        if len(_gaps(message)) > 1:
            message.aside, beside = beside, beside + 1
        for gap in _gaps(message):
            tracks[gap] = message.track + 1
    y = 0.0
    for at, pool in enumerate(sheet.pools):
        high = max(LEAST[1], pool.scope.height) if pool.scope else LEAST[1]
        pool.box = Box(0, y, wide, high)
        if pool.scope is not None:
            _unfold(pool, pool.scope, sheet, wide)
        y += high + BETWEEN + TRACK * tracks[at]


def _gaps(message: _Message) -> tuple[int, ...]:
    """The gaps, by the pool above, where a message flow runs level: below the upper pool, above the lower one."""
    upper, lower = sorted(message.pools)
    return (upper,) if lower - upper < 2 else (upper, lower - 1)


def _unfold(pool: Pool, scope: Scope, sheet: Sheet, wide: float) -> None:
    """Move a scope and everything inside of it to its place on the sheet."""
    lane_wide = wide - BAND * scope.pool if pool.id or scope.lanes else scope.width
    layout_place.lanes(scope, scope.bottoms, lane_wide)
    if scope.lanes and pool.box.height > scope.height:
        pool.box = pool.box._replace(height=scope.height)
    waiting = [(scope, BAND * scope.pool, pool.box.y)]
    while waiting:
        one, x, y = waiting.pop()
        _move(one, x, y)
        for item in one.items.values():
            if item.inner is not None and item.box is not None:
                left, top = layout_place.INNER[:2]
                waiting.append((item.inner, item.box.x + left, item.box.y + top))


def _shifted(box: Box | None, x: float, y: float) -> Box | None:
    return None if box is None else Box(box.x + x, box.y + y, box.width, box.height)


def _move(scope: Scope, x: float, y: float) -> None:
    for item in scope.items.values():
        item.box, item.label = _shifted(item.box, x, y), _shifted(item.label, x, y)
    for lane in scope.lanes:
        lane.box = _shifted(lane.box, x, y)
    for link in scope.links:
        link.points = [Point(point.x + x, point.y + y) for point in link.points]
        link.label = _shifted(link.label, x, y)


def _path(message: _Message, sheet: Sheet) -> list[Point]:
    """Out of one pool, between the pools, into the other."""
    halves = [_half(message, side, sheet) for side in (0, 1)]
    away = [half[-1] if half else None for half in halves]
    first, last = away[0] or away[1], away[1] or away[0]
    upper, lower = sorted(message.pools)
    boxes = [sheet.pools[at].box for at in message.pools]
    aside = boxes[0].right - 80 - 24 * message.track  # between two black boxes
    x = [end.x if end else aside for end in (first, last)]
    ends = [away[side] or Point(x[side], _border(message, side, sheet)) for side in (0, 1)]
    levels = [_level(message, side, sheet) for side in (0, 1)]
    middle = [Point(ends[0].x, levels[0]), Point(ends[1].x, levels[1])]
    if lower - upper > 1:
        right = boxes[0].right + 24 + TRACK * message.aside
        middle = [middle[0], Point(right, levels[0]), Point(right, levels[1]), middle[1]]
    return straightened([*(halves[0] or [ends[0]]), *middle, *(halves[1][::-1] or [ends[1]])])


def _half(message: _Message, side: int, sheet: Sheet) -> list[Point]:
    """The way from the element of one end to the border of its pool."""
    points: list[Point] = []
    for link in message.exits[side]:
        points += link.points
    if points:
        points.append(Point(points[-1].x, _border(message, side, sheet)))
    return points


def _border(message: _Message, side: int, sheet: Sheet) -> float:
    """The y of the border of its pool where one end of a message flow leaves."""
    box = sheet.pools[message.pools[side]].box
    return box.y if message.pools[side] > message.pools[1 - side] else box.bottom


def _level(message: _Message, side: int, sheet: Sheet) -> float:
    """The y of the track of a message flow in the gap beside the pool of one end."""
    here, there = message.pools[side], message.pools[1 - side]
    above = sheet.pools[here - 1 if here > there else here].box
    return above.bottom + 16 + TRACK * message.track


def _pass_loose(sheet: Sheet) -> None:
    """Lead associations between two scopes straight up or down between their boxes, with one bend in the middle."""
    for link in sheet.loose:
        a, b = (sheet.home[key].items[key].box for key in (link.source, link.target))
        if a is None or b is None:
            continue
        down = a.center.y <= b.center.y
        start = Point(a.center.x, a.bottom if down else a.y)
        end = Point(b.center.x, b.y if down else b.bottom)
        middle = (start.y + end.y) / 2
        link.points = straightened([start, Point(start.x, middle), Point(end.x, middle), end])


def straightened(points: list[Point]) -> list[Point]:
    """The same way without corners where it does not turn; at least two points."""
    kept: list[Point] = []
    for point in points:
        if kept and point == kept[-1]:
            continue
        if len(kept) > 1 and (kept[-2].x == kept[-1].x == point.x or kept[-2].y == kept[-1].y == point.y):
            kept.pop()
        kept.append(point)
    return kept if len(kept) > 1 else [points[0], points[-1]]
