"""Where every box of a scope sits: a column by the longest path from the start, a row in its lane. No lengths yet.

A cell holds one box, so boxes never overlap. The branch with most steps ahead goes straight on, side branches and
exceptions go below it, what is only noted beside a step sits next to that step.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.procedures.layout_model import Link, Scope

Cell = tuple[int, int]  # column, row
ROWS_TRIED = 40  # rows looked at for one step; with more the nearest are enough
LEAST_COLUMNS = 6  # columns that lone boxes may fill before they begin a new row


@dataclass
class Seats:
    """The cell of every box; `lanes` says the lane of every row, `parked` what stands below all rows."""

    cell: dict[str, Cell] = field(default_factory=dict)
    lanes: list[int] = field(default_factory=list)
    taken: dict[Cell, str] = field(default_factory=dict)
    back: set[str] = field(default_factory=set)
    parked: list[str] = field(default_factory=list)
    columns: int = 1


@dataclass
class _Graph:
    """The steps that share no cell and the sequence flows between them; `beside` are associations."""

    main: list[str]
    ahead: dict[str, list[tuple[Link, str]]]
    before: dict[str, list[tuple[Link, str]]]
    beside: dict[str, list[str]]
    order: list[str] = field(default_factory=list)
    back: set[str] = field(default_factory=set)
    column: dict[str, int] = field(default_factory=dict)
    tail: dict[str, int] = field(default_factory=dict)
    heir: dict[str, str] = field(default_factory=dict)


@dataclass
class _Rows:
    """Rows by lane, counted from the lane's own middle; `used` also holds the cells a straight flow needs."""

    used: dict[Cell, set[int]] = field(default_factory=dict)
    low: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    high: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    row: dict[str, int] = field(default_factory=dict)

    def free(self, lane: int, row: int, column: int) -> bool:
        """Whether nothing sits or passes there."""
        return column not in self.used.get((lane, row), ())

    def clear(self, lane: int, row: int, after: int, before: int) -> bool:
        """Whether a flow can go straight between two columns."""
        used = self.used.get((lane, row))
        return not used or not any(column in used for column in range(after + 1, before))

    def sit(self, key: str, lane: int, row: int, column: int) -> None:
        """Take a cell."""
        self.used.setdefault((lane, row), set()).add(column)
        self.row[key] = row
        self.low[lane], self.high[lane] = min(self.low[lane], row), max(self.high[lane], row)


def seated(scope: Scope) -> Seats:
    """Give every box of the scope its cell."""
    graph = _graph(scope)
    _order(graph, scope)
    _columns(graph, scope)
    _fill_lanes(graph, scope)
    rows = _Rows()
    joined = [key for key in graph.order if graph.ahead[key] or graph.before[key]]
    place = {key: at for at, key in enumerate(graph.order)}
    straight = set(graph.heir.values())
    for key in sorted(joined, key=lambda key: (graph.column[key], key not in straight, -graph.tail[key], place[key])):
        _seat(key, graph, scope, rows)
    seats = Seats(columns=1 + max((graph.column[key] for key in joined), default=0), back=graph.back)
    alone = _beside([key for key in graph.main if key not in set(joined)], graph, scope, rows)
    _park(alone, graph, scope, rows, seats)
    _number(graph, scope, rows, seats)
    return seats


def _graph(scope: Scope) -> _Graph:
    main = [key for key, item in scope.items.items() if not item.host]
    graph = _Graph(main, {key: [] for key in main}, {key: [] for key in main}, {key: [] for key in main})
    for link in scope.links:
        if link.is_exit:
            continue
        source, target = scope.seat(link.source), scope.seat(link.target)
        if link.kind == "sequenceFlow":
            graph.ahead[source].append((link, target))
            graph.before[target].append((link, source))
        else:
            graph.beside[source].append(target)
            graph.beside[target].append(source)
    return graph


def _order(graph: _Graph, scope: Scope) -> None:
    """Depth first from the starts: the steps in topological order, and the flows that lead back."""
    state: dict[str, int] = {}
    roots = sorted(graph.main, key=lambda key: (scope.items[key].kind != "startEvent", bool(graph.before[key])))
    for root in roots:
        stack: list[tuple[str, Iterator[tuple[Link, str]]]] = [] if root in state else [(root, iter(graph.ahead[root]))]
        state.setdefault(root, 1)
        while stack:
            key, targets = stack[-1]
            link, target = next(targets, (None, ""))
            if link is None:
                stack.pop()
                state[key] = 2
                graph.order.append(key)
            elif state.get(target) == 1:
                graph.back.add(link.id)
            elif target not in state:
                state[target] = 1
                stack.append((target, iter(graph.ahead[target])))
    graph.order.reverse()


def _columns(graph: _Graph, scope: Scope) -> None:
    """Longest path, flows that lead back left out; a step nobody leads to stands just before what it leads to."""
    graph.column = dict.fromkeys(graph.main, 0)
    graph.tail = dict.fromkeys(graph.main, 1)
    for key in graph.order:
        for link, target in graph.ahead[key]:
            if link.id not in graph.back:
                graph.column[target] = max(graph.column[target], graph.column[key] + 1)
    for key in reversed(graph.order):
        onward = [(graph.tail[target], target) for link, target in graph.ahead[key]
                  if link.id not in graph.back and not scope.items[link.source].host]
        if onward:
            longest = max(tail for tail, _ in onward)
            graph.tail[key] = 1 + longest
            graph.heir[key] = next(target for tail, target in onward if tail == longest)
        ahead = [graph.column[target] for link, target in graph.ahead[key] if link.id not in graph.back]
        if ahead and not graph.before[key] and scope.items[key].kind != "startEvent":
            graph.column[key] = max(0, min(ahead) - 1)


def _fill_lanes(graph: _Graph, scope: Scope) -> None:
    """A step in no lane takes that of its nearest neighbour in one; what has none stands in the first or is parked."""
    waiting = deque(key for key in graph.main if key in scope.lane_of)
    while waiting:
        key = waiting.popleft()
        near = [other for _, other in (*graph.ahead[key], *graph.before[key])]
        for other in (*near, *graph.beside[key]):
            if other not in scope.lane_of:
                scope.lane_of[other] = scope.lane_of[key]
                waiting.append(other)


def _seat(key: str, graph: _Graph, scope: Scope, rows: _Rows) -> None:
    lane, column = scope.lane_of.get(key, 0), graph.column[key]
    mates = [(link, other) for link, other in graph.before[key]
             if link.id not in graph.back and other in rows.row and scope.lane_of.get(other, 0) == lane]
    wished = rows.row[mates[0][1]] if mates else 0
    tried = [row for row in range(wished - ROWS_TRIED // 2, wished + ROWS_TRIED // 2)
             if rows.low[lane] <= row <= rows.high[lane]]
    tried += [rows.low[lane] - 1, rows.high[lane] + 1]
    costs = {row: _cost(key, row, mates, graph, scope, rows) for row in tried if rows.free(lane, row, column)}
    row = min(costs, key=lambda row: (costs[row], abs(row)))
    rows.sit(key, lane, row, column)
    for link, other in mates:
        if rows.row[other] == row and not scope.items[link.source].host:
            rows.used[lane, row].update(range(graph.column[other] + 1, column))


def _cost(key: str, row: int, mates: list[tuple[Link, str]], graph: _Graph, scope: Scope, rows: _Rows) -> float:
    """How badly a step would sit in a row, seen from the steps before it in the same lane."""
    lane = scope.lane_of.get(key, 0)
    total = (0.0 if rows.low[lane] <= row <= rows.high[lane] else 3.0) + (2.0 if row < 0 else 0.0)
    if not mates:
        return total + 0.8 * abs(row)
    for link, other in mates:
        down, hung = row - rows.row[other], bool(scope.items[link.source].host)
        clear = rows.clear(lane, row, graph.column[other], graph.column[key])
        branch = hung or (graph.heir.get(other) != key and len(graph.ahead[other]) > 1)
        if not branch:
            total += 1.5 * abs(down) + (0 if clear or down else 4)
        elif down <= 0:
            total += (6 if hung else 2) + abs(down - 1)
        else:
            total += 1.2 * (down - 1) + (0 if clear else 1)
    return total


def _beside(lone: list[str], graph: _Graph, scope: Scope, rows: _Rows) -> list[str]:
    """Seat what only an association joins next to its step; give back what nothing joins to a seated box."""
    waiting, alone = deque(lone), 0
    left: list[str] = []
    while waiting:
        key = waiting.popleft()
        anchor = next((other for other in graph.beside[key] if other in rows.row), None)
        if anchor is None:
            alone += 1
            (left if alone > len(waiting) + 1 else waiting).append(key)
            continue
        alone = 0
        lane = scope.lane_of.setdefault(key, scope.lane_of.get(anchor, 0))
        middle = rows.row[anchor] if lane == scope.lane_of.get(anchor, 0) else 0
        row, column = _near(rows, lane, middle, graph.column[anchor])
        graph.column[key] = column
        rows.sit(key, lane, row, column)
    return left


def _near(rows: _Rows, lane: int, row: int, column: int) -> Cell:
    """The free cell nearest to one, above and below first; it is at most one row outside of those there are."""
    for step in (-1, 1):
        if rows.low[lane] - 1 <= row + step <= rows.high[lane] + 1 and rows.free(lane, row + step, column):
            return row + step, column
    for step in (-1, 1):
        for aside in (1, -1):
            if column + aside >= 0 and rows.free(lane, row + step, column + aside):
                return row + step, column + aside
    return rows.low[lane] - 1, column


def _park(alone: list[str], graph: _Graph, scope: Scope, rows: _Rows, seats: Seats) -> None:
    """Boxes nothing leads to stand below all rows where that is free of lines, else in a row of their own lane."""
    crossed = any(link.is_exit for link in scope.links)
    linked = {scope.seat(end) for link in scope.links for end in (link.source, link.target) if end in scope.items}
    ends: dict[int, int] = {}
    for key in alone:
        lane = scope.lane_of.get(key, scope.leaves - 1)
        scope.lane_of[key] = lane
        if lane == scope.leaves - 1 and not crossed and key not in linked:
            seats.parked.append(key)
            continue
        wide = max(seats.columns, LEAST_COLUMNS)
        if scope.items[key].inner is not None:
            row, column = rows.high[lane] + 1, seats.columns - 1
        else:
            place = ends.get(lane, 0)
            ends[lane] = place + 1
            row, column = rows.high[lane] + (place % wide == 0), place % wide
        while not rows.free(lane, row, column):
            row += 1
        graph.column[key] = column
        rows.sit(key, lane, row, column)


def _number(graph: _Graph, scope: Scope, rows: _Rows, seats: Seats) -> None:
    """Count the rows over all lanes; a lane without a box has one row."""
    first: dict[int, int] = {}
    for lane in range(scope.leaves):
        first[lane] = len(seats.lanes) - rows.low[lane]
        seats.lanes += [lane] * (rows.high[lane] - rows.low[lane] + 1)
    for key, row in rows.row.items():
        cell = graph.column[key], first[scope.lane_of.get(key, 0)] + row
        seats.cell[key] = cell
        seats.taken[cell] = key
    for key, item in scope.items.items():
        if item.host and item.host in seats.cell:
            seats.cell[key] = seats.cell[item.host]
    seats.columns = 1 + max((column for column, _ in seats.cell.values()), default=0)
