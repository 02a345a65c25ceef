"""Places for a diagram whose file says none: columns by longest path, a band for every lane, flows in the gaps.

Boxes never overlap: every step has a cell of its own. Flows run in the gaps between the cells, so that none crosses
a box; they may cross each other. It is made to be read, not to be beautiful: a drawn diagram is never laid out anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.procedures.picture_model import TASK_SIZE, Box, Drawing, Flow, Lane, Point
from engine.procedures.picture_text import width

GAP = 64.0  # between two columns
ROW = 112.0  # one row of cells: a box of 58 and below it the gap where flows and names of events go
LEFT, TOP = 34.0, 34.0  # free of cells: the name of the lane
TRACK = 5.0  # between two flows in one gap
TRACKS = 6
ATTACHED = 40.0  # between two boundary events of one step

Cell = tuple[int, int]  # column, row counted over all lanes


@dataclass
class _Grid:
    """The cells taken so far and the geometry that follows from them."""

    cells: dict[str, Cell] = field(default_factory=dict)
    taken: dict[Cell, str] = field(default_factory=dict)
    tops: list[float] = field(default_factory=list)
    lefts: list[float] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    used: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))

    def gap_x(self, column: int) -> float:
        """A free track in the gap left of `column`."""
        return self.lefts[column] - GAP + 20 + self._track("x", column)

    def gap_y(self, row: int) -> float:
        """A free track in the gap below `row`."""
        return self.tops[row] + TASK_SIZE[1] + 22 + self._track("y", row)

    def _track(self, axis: str, at: int) -> float:
        self.used[axis, at] += 1
        return (self.used[axis, at] - 1) % TRACKS * TRACK


def lay_out(drawing: Drawing) -> None:
    """Give every lane, step and flow of `drawing` a place, keeping the order of the lanes."""
    lanes = [lane for lane in drawing.lanes if lane.members]
    columns = _columns(drawing)
    lane_of = _lane_of(drawing, lanes)
    grid = _Grid()
    _fix_columns(drawing, columns, grid)
    rows = _rows(drawing, columns, lane_of, max(1, len(lanes)), grid)
    _boxes(drawing, grid)
    for lane in drawing.lanes:
        lane.box = None  # a pool around lanes is not drawn again
    top = 0.0
    for lane, count in zip(lanes, rows, strict=False):
        lane.box = Box(0, top, grid.lefts[-1], count * ROW)
        top += count * ROW
    for flow in drawing.flows:
        flow.points = list(_route(flow, drawing, grid))
        flow.label = _label(flow)


def _columns(drawing: Drawing) -> dict[str, int]:
    """Longest path from a start, flows that lead back left out; a boundary event stands with its step."""
    ahead: dict[str, list[str]] = {key: [] for key in drawing.nodes}
    for flow in drawing.flows:
        if flow.kind == "sequenceFlow":
            ahead[_seat(drawing, flow.source)].append(_seat(drawing, flow.target))
    columns = dict.fromkeys(drawing.nodes, 0)
    order, back = _walk(drawing, ahead)
    for key in order:
        for target in ahead[key]:
            if (key, target) not in back:
                columns[target] = max(columns[target], columns[key] + 1)
    return {key: columns[_seat(drawing, key)] for key in drawing.nodes}


def _walk(drawing: Drawing, ahead: dict[str, list[str]]) -> tuple[list[str], set[tuple[str, str]]]:
    """Depth first from the starts: the steps in topological order, and the pairs that lead back."""
    order: list[str] = []
    back: set[tuple[str, str]] = set()
    state: dict[str, int] = {}
    for root in sorted(drawing.nodes, key=lambda key: drawing.nodes[key].kind != "startEvent"):
        stack: list[tuple[str, Iterator[str]]] = [] if root in state else [(root, iter(ahead[root]))]
        state.setdefault(root, 1)
        while stack:
            key, targets = stack[-1]
            target = next(targets, None)
            if target is None:
                stack.pop()
                state[key] = 2
                order.append(key)
            elif state.get(target) == 1:
                back.add((key, target))
            elif target not in state:
                state[target] = 1
                stack.append((target, iter(ahead[target])))
    return order[::-1], back


def _seat(drawing: Drawing, key: str) -> str:
    """The step whose cell `key` uses: itself, or the host of a boundary event."""
    host = drawing.nodes[key].host
    return host if host in drawing.nodes and host != key else key


def _fix_columns(drawing: Drawing, columns: dict[str, int], grid: _Grid) -> None:
    """Make every column as wide as its widest step and note where each begins; one more marks the end."""
    grid.widths = [0.0] * (max(columns.values(), default=0) + 1)
    for key, column in columns.items():
        grid.widths[column] = max(grid.widths[column], drawing.nodes[key].size[0])
    grid.lefts = [LEFT]
    for wide in grid.widths:
        grid.lefts.append(grid.lefts[-1] + wide + GAP)


def _lane_of(drawing: Drawing, lanes: list[Lane]) -> dict[str, int]:
    """The lane of every step; one that is in none takes that of the step before or after it, else the first."""
    known = {key: at for at, lane in enumerate(lanes) for key in lane.members}
    for flow in [*drawing.flows, *reversed(drawing.flows)]:
        if flow.source in known:
            known.setdefault(flow.target, known[flow.source])
        elif flow.target in known:
            known[flow.source] = known[flow.target]
    return {key: known.get(_seat(drawing, key), 0) for key in drawing.nodes}


def _rows(drawing: Drawing, columns: dict[str, int], lane_of: dict[str, int], lanes: int, grid: _Grid) -> list[int]:
    """Seat every step in its lane: in the row of the step before it where that cell is free. Rows per lane."""
    before = {flow.target: flow.source for flow in reversed(drawing.flows)}
    seats: dict[tuple[int, int, int], str] = {}
    row_of: dict[str, int] = {}
    counts = [1] * lanes
    for key in sorted(drawing.nodes, key=lambda key: columns[key]):
        if _seat(drawing, key) != key:
            continue
        lane, column = lane_of[key], columns[key]
        earlier = before.get(key, "")
        row = row_of.get(earlier, 0) if lane_of.get(earlier) == lane else 0
        while (lane, column, row) in seats:
            row += 1
        seats[lane, column, row] = key
        row_of[key] = row
        counts[lane] = max(counts[lane], row + 1)
    _fix_rows(grid, columns, lane_of, row_of, counts)
    return counts


def _fix_rows(
    grid: _Grid, columns: dict[str, int], lane_of: dict[str, int], row_of: dict[str, int], counts: list[int]
) -> None:
    """Count the rows over all lanes and note where each begins."""
    first = [sum(counts[:at]) for at in range(len(counts))]
    grid.tops = [TOP + row * ROW for row in range(sum(counts))]
    for key, row in row_of.items():
        cell = (columns[key], first[lane_of[key]] + row)
        grid.cells[key] = cell
        grid.taken[cell] = key


def _boxes(drawing: Drawing, grid: _Grid) -> None:
    """Centre every step in its cell; hang boundary events on the lower edge of their step, from the right."""
    for key, (column, row) in grid.cells.items():
        node = drawing.nodes[key]
        wide, high = node.size
        x = grid.lefts[column] + (grid.widths[column] - wide) / 2
        node.box, node.label = Box(x, grid.tops[row] + (TASK_SIZE[1] - high) / 2, wide, high), None
    hung: dict[str, int] = defaultdict(int)
    for node in drawing.nodes.values():
        seat = _seat(drawing, node.id)
        host = drawing.nodes[seat].box
        if seat == node.id or host is None:
            continue
        wide, high = node.size
        x = host.right - wide - 8 - ATTACHED * hung[seat]
        node.box, node.label = Box(x, host.bottom - high / 2, wide, high), None
        grid.cells[node.id] = grid.cells[seat]
        hung[seat] += 1


def _route(flow: Flow, drawing: Drawing, grid: _Grid) -> Iterator[Point]:
    """The way of one flow: straight in its row where nothing stands between, else through the gaps."""
    source, target = drawing.nodes.get(flow.source), drawing.nodes.get(flow.target)
    if source is None or target is None or source.box is None or target.box is None:
        return
    (from_column, from_row), (to_column, to_row) = grid.cells[source.id], grid.cells[target.id]
    end = Point(target.box.x, target.box.center.y)
    if source.host and _seat(drawing, source.id) != source.id:
        yield from _from_below(source.box, end, grid, from_row, to_column)
        return
    start = Point(source.box.right, source.box.center.y)
    yield start
    between = range(from_column + 1, to_column)
    clear = from_column < to_column and not any((column, from_row) in grid.taken for column in between)
    if clear and start.y == end.y:
        yield end
        return
    if clear:
        yield from _corner(start, end, grid.gap_x(to_column))
        return
    yield from _around(start, end, grid, from_column, from_row, to_column, to_row)


def _corner(start: Point, end: Point, x: float) -> Iterator[Point]:
    """Along the row of the start, then up or down in the gap before the target."""
    yield Point(x, start.y)
    yield Point(x, end.y)
    yield end


def _around(
    start: Point, end: Point, grid: _Grid, from_column: int, from_row: int, to_column: int, to_row: int
) -> Iterator[Point]:
    """Out into the gap after the source, along the gap below a row, down or up in the gap before the target."""
    out, into = grid.gap_x(from_column + 1), grid.gap_x(to_column)
    y = grid.gap_y(min(from_row, to_row) if from_row != to_row else from_row)
    yield Point(out, start.y)
    yield Point(out, y)
    yield Point(into, y)
    yield Point(into, end.y)
    yield end


def _from_below(box: Box, end: Point, grid: _Grid, row: int, to_column: int) -> Iterator[Point]:
    """From the lower edge of a boundary event through the gap below its row."""
    into, y = grid.gap_x(to_column), max(grid.gap_y(row), box.bottom + 6)
    yield Point(box.center.x, box.bottom)
    yield Point(box.center.x, y)
    yield Point(into, y)
    yield Point(into, end.y)
    yield end


def _label(flow: Flow) -> Box | None:
    """The place of an outcome: before the target on a straight way, else beside the last turn, between rows."""
    if not flow.name or len(flow.points) < 2:
        return None
    long, end = width(flow.name, 12.5, bold=True), flow.points[-1]
    if len(flow.points) == 2:
        return Box(end.x - 14 - long, end.y - 21, long, 16)
    down = end.y > flow.points[-3].y
    y = end.y - TASK_SIZE[1] / 2 - 20 if down else end.y + TASK_SIZE[1] / 2 + 4
    return Box(flow.points[-2].x + 5, y, long, 16)
