"""The single shapes of a picture as SVG: boxes, events, gateways, flows, marks. Their state comes from outside.

Colours only through classes (`dg-…`), so that page, theme and print decide. Every text that comes in is escaped here.
Lengths are units of the diagram (1 unit = 1 px).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import dist
from xml.sax.saxutils import escape

from engine.procedures.picture_model import Box, Flow, Node, Point
from engine.procedures.picture_text import width, wrap

NAME_SIZE, EVENT_SIZE, MARK_SIZE = 13.0, 12.5, 12.0
LINE, EVENT_LINE = 17.0, 15.0
CORNER = 8.0  # radius of a bend
RING = 5.0  # distance of the ring around the present step
SHOWN_PASSES = 4  # numbers shown at one step; more are cut in the middle
QUOTES = {'"': "&quot;"}

EVENT_MARKS = {
    "message": "M-8-5.5h16v11h-16zl8 6 8-6",
    "timer": "M0-9a9 9 0 1 0 .01 0zM0-6V0l4 2.5",
    "error": "M-7 7L-3-6 3 2 7-7",
    "signal": "M0-7L7 6H-7z",
    "escalation": "M0-8L6 7 0 2-6 7z",
    "conditional": "M-6-7H6V7H-6zM-3-3H3M-3 0H3M-3 3H3",
}
GATEWAY_MARKS = {
    "exclusiveGateway": "M-6-6l12 12m0-12l-12 12",
    "parallelGateway": "M0-9V9M-9 0H9",
    "inclusiveGateway": "M0-9a9 9 0 1 0 .01 0z",
    "eventBasedGateway": "M0-9a9 9 0 1 0 .01 0zM0-5L5-1 3 5H-3L-5-1z",
    "complexGateway": "M0-9V9M-9 0H9M-6-6L6 6M6-6L-6 6",
}
NOTE_MARKS = {
    "late": "M0 0h9v9H0z",
    "soon": "M4.5-.5L9.5 9.5h-10z",
    "ok": "M4.5 0a4.5 4.5 0 1 0 .01 0z",
    "hold": "M.5 0h3v9h-3zM5.5 0h3v9h-3z",
}


def number(value: float) -> str:
    """Write a length with at most two decimals and no trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def attribute(text: str) -> str:
    """Escape `text` for a double-quoted attribute."""
    return escape(text, QUOTES)


def text_at(text: str, x: float, y: float, style: str) -> str:
    """One line of text with its anchor at (x, y)."""
    return f'<text class="{style}" x="{number(x)}" y="{number(y)}">{escape(text)}</text>'


def group(style: str, title: str, *parts: str) -> str:
    """A group whose first child is its title."""
    of_style = f' class="{style}"' if style else ""
    return f"<g{of_style}><title>{escape(title)}</title>{''.join(parts)}</g>"


def lane(name: str, box: Box) -> str:
    """The band of a lane; its name stands level at the upper left, as Vietnamese is not turned."""
    shape = _rect("dg-lane", box)
    return shape + (text_at(name, box.x + 12, box.y + 21, "dg-lanename") if name else "")


def step(node: Node, box: Box, name: str, limit: str) -> str:
    """The shape of a step with its name; `limit` stands below the name of a task."""
    if node.is_event:
        return _event(node, box) + _event_name(node, box, name)
    if node.is_gateway:
        return _gateway(node, box) + _gateway_name(node, name)
    style = "dg-box dg-box--call" if node.kind == "callActivity" else "dg-box"
    return _rect(style, box, 7) + _task_name(box, name, limit)


def _rect(style: str, box: Box, radius: float = 0) -> str:
    corners = f' rx="{number(radius)}"' if radius else ""
    place = f'x="{number(box.x)}" y="{number(box.y)}" width="{number(box.width)}" height="{number(box.height)}"'
    return f'<rect class="{style}" {place}{corners}/>'


def _task_name(box: Box, name: str, limit: str) -> str:
    lines = [(line, "dg-name") for line in wrap(name, box.width - 16, NAME_SIZE, bold=True)]
    if limit:
        lines += [(line, "dg-sub") for line in wrap(limit, box.width - 16, NAME_SIZE)[:1]]
    first = box.center.y - (len(lines) - 1) * LINE / 2 + 4.5
    return "".join(text_at(line, box.center.x, first + at * LINE, style) for at, (line, style) in enumerate(lines))


def _circle(style: str, center: Point, radius: float) -> str:
    return f'<circle class="{style}" cx="{number(center.x)}" cy="{number(center.y)}" r="{number(radius)}"/>'


def _mark(style: str, path: str, center: Point) -> str:
    return f'<path class="{style}" transform="translate({number(center.x)} {number(center.y)})" d="{path}"/>'


def _event(node: Node, box: Box) -> str:
    radius = min(box.width, box.height) / 2
    if node.kind == "endEvent":
        stop = _circle("dg-stop", box.center, radius / 2) if node.event == "terminate" else ""
        return _circle("dg-box dg-box--end", box.center, radius) + stop
    inner = "" if node.kind == "startEvent" else _circle("dg-inner", box.center, radius - 3.5)
    path = EVENT_MARKS.get(node.event or ("message" if node.kind == "startEvent" else ""), "")
    return _circle("dg-box", box.center, radius) + inner + (_mark("dg-env", path, box.center) if path else "")


def _event_name(node: Node, box: Box, name: str) -> str:
    if node.label is not None and node.label.y < box.bottom and not _over(node.label, box):
        return _beside(name, node.label)
    x = node.label.center.x if node.label is not None else box.center.x
    first = box.center.y + min(box.width, box.height) / 2 + 17
    lines = wrap(name, 120, EVENT_SIZE)
    return "".join(text_at(line, x, first + at * EVENT_LINE, "dg-ev") for at, line in enumerate(lines))


def _over(a: Box, b: Box) -> bool:
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


def _beside(name: str, label: Box) -> str:
    """A name in the place the author gave it."""
    lines = wrap(name, max(label.width + 12, 90), EVENT_SIZE)
    first = label.center.y - (len(lines) - 1) * EVENT_LINE / 2 + 4.5
    return "".join(text_at(line, label.center.x, first + at * EVENT_LINE, "dg-ev") for at, line in enumerate(lines))


def _gateway(node: Node, box: Box) -> str:
    c = box.center
    corners = f"{number(c.x)} {number(box.y)}L{number(box.right)} {number(c.y)} {number(c.x)} {number(box.bottom)}"
    shape = f'<path class="dg-box" d="M{corners} {number(box.x)} {number(c.y)}z"/>'
    path = GATEWAY_MARKS.get(node.kind, "")
    return shape + (_mark("dg-x", path, c) if path else "")


def _gateway_name(node: Node, name: str) -> str:
    """The question of a gateway, where its author made room for it; the outcomes on its flows say the same."""
    return _beside(name, node.label) if node.label is not None else ""


def ring(node: Node, box: Box) -> str:
    """The ring around the present step."""
    if node.is_event:
        return _circle("dg-ring", box.center, box.width / 2 + RING)
    if node.is_gateway:
        return _gateway(node, Box(box.x - 7, box.y - 7, box.width + 14, box.height + 14)).replace("dg-box", "dg-ring")
    return _rect("dg-ring", Box(box.x - RING, box.y - RING, box.width + 2 * RING, box.height + 2 * RING), 11)


def pause(box: Box) -> str:
    """The disc of a step that stops the clock, at its upper right corner."""
    disc = f'<circle cx="{number(box.right)}" cy="{number(box.y)}" r="10"/>'
    bars = f"M{number(box.right - 3)} {number(box.y - 4.5)}v9M{number(box.right + 3)} {number(box.y - 4.5)}v9"
    return f'<g class="dg-pause">{disc}<path d="{bars}"/></g>'


def passes(node: Node, box: Box, numbers: Sequence[int]) -> str:
    """The places of a step in the order of the path: circles from its upper left corner, at an event from its left."""
    shown = [str(one) for one in numbers]
    if len(shown) > SHOWN_PASSES:
        shown = [*shown[:2], "…", shown[-1]]
    x, y, turn = (box.x - 9, box.center.y + 3, -1) if node.is_event else (box.x + 3, box.y, 1)
    return "".join(_pass(one, x + turn * 23 * at, y) for at, one in enumerate(shown))


def _pass(text: str, x: float, y: float) -> str:
    half = max(10.5, width(text, MARK_SIZE, bold=True) / 2 + 5)
    shape = f'<rect x="{number(x - half)}" y="{number(y - 10.5)}" width="{number(2 * half)}" height="21" rx="10.5"/>'
    return f'<g class="dg-num">{shape}{text_at(text, x, y + 4.3, "dg-numtext")}</g>'


def note(kind: str, text: str, box: Box) -> str:
    """A note hanging from the lower edge of a step: shape and words."""
    long = width(text, EVENT_SIZE, bold=True) + 32
    x, y = box.center.x - long / 2, box.bottom - 1
    known = kind if kind in NOTE_MARKS else "ok"
    frame = f'<rect x="{number(x)}" y="{number(y)}" width="{number(long)}" height="21" rx="3"/>'
    mark = f'<path transform="translate({number(x + 9)} {number(y + 6)})" d="{NOTE_MARKS[known]}"/>'
    return f'<g class="dg-note dg-note--{known}">{frame}{mark}{text_at(text, x + 23, y + 15, "dg-notetext")}</g>'


def flow_path(points: Sequence[Point], early: float = 0) -> str:
    """The way of a flow with bends rounded by a quadratic; it ends `early` before its last point."""
    before, last = points[-2], points[-1]
    long = dist(before, last)
    if early and long > early:
        last = Point(last.x - (last.x - before.x) * early / long, last.y - (last.y - before.y) * early / long)
    way = [*points[:-1], last]
    parts = [f"M{number(way[0].x)} {number(way[0].y)}"]
    for earlier, corner, later in zip(way, way[1:], way[2:], strict=False):
        radius = min(CORNER, dist(earlier, corner) / 2, dist(corner, later) / 2)
        into, out = _toward(corner, earlier, radius), _toward(corner, later, radius)
        parts.append(f"L{number(into.x)} {number(into.y)}Q{number(corner.x)} {number(corner.y)}")
        parts.append(f" {number(out.x)} {number(out.y)}")
    return "".join(parts) + f"L{number(last.x)} {number(last.y)}"


def _toward(start: Point, end: Point, length: float) -> Point:
    whole = dist(start, end)
    if not whole:
        return start
    return Point(start.x + (end.x - start.x) * length / whole, start.y + (end.y - start.y) * length / whole)


def flow_label(flow: Flow, name: str) -> str:
    """The outcome on a flow: where its author put it, else at the first stretch long enough for it."""
    if not name:
        return ""
    if flow.label is not None:
        return text_at(name, flow.label.center.x, flow.label.center.y + 4.5, "dg-label")
    long = width(name, EVENT_SIZE, bold=True)
    stretches = [(a, b) for a, b in pairwise(flow.points) if dist(a, b) > 1]
    if not stretches:
        return ""
    fit = next((at for at, (a, b) in enumerate(stretches) if a.x == b.x or abs(a.x - b.x) > long + 12), 0)
    a, b = stretches[fit]
    if a.x != b.x:
        return text_at(name, (a.x + b.x) / 2 - 6 * (b.x > a.x), a.y - 9, "dg-label")
    y = (a.y + 18 if b.y > a.y else a.y - 10) if fit == 0 else (b.y - 8 if b.y > a.y else b.y + 16)
    return text_at(name, a.x + 9, y, "dg-label dg-label--start")
