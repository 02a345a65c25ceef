"""The lines of a picture as SVG: their way with round corners, what stands at their ends, and their names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import atan2, degrees, dist

from engine.procedures.picture_model import Flow, Point
from engine.procedures.picture_shapes import EVENT_SIZE, beside
from engine.procedures.picture_svg import dashed, number, text_at
from engine.procedures.picture_text import width

CORNER = 8.0  # radius of a bend
DOTTED = "2 4"
STARTS = {"default": "M8 6L14-6", "conditional": "M0 0L8-5 16 0 8 5z"}


def markers(uid: str) -> str:
    """The arrow heads of one picture: a flow, one taken, a message flow with its ring, an association."""
    solid = "M0 0L10 5 0 10z"
    made = [
        _marker(f"{uid}a", "9 5", 9, "dg-arrow", solid),
        _marker(f"{uid}b", "8 5", 13, "dg-arrow dg-arrow--done", solid),
        _marker(f"{uid}m", "9.5 5", 11, "dg-box", "M.8.8L9.5 5 .8 9.2z"),
        _marker(f"{uid}o", "5 5", 9, "dg-box", "M5 1a4 4 0 1 0 .01 0z"),
        _marker(f"{uid}v", "9.5 5", 10, "dg-inner", "M1 .8L9.5 5 1 9.2"),
    ]
    return f"<defs>{''.join(made)}</defs>"


def _marker(key: str, at: str, size: int, style: str, shape: str) -> str:
    x, y = at.split()
    place = f'viewBox="0 0 10 10" refX="{x}" refY="{y}" markerWidth="{size}" markerHeight="{size}"'
    return (f'<marker id="{key}" {place} markerUnits="userSpaceOnUse" orient="auto">'
            f'<path class="{style}" d="{shape}"/></marker>')


def line(flow: Flow, uid: str, done: bool, early: float) -> str:
    """One line with its ends; it stops `early` before its last point."""
    style, dash, ends = "dg-flow dg-flow--done" if done else "dg-flow", "", f' marker-end="url(#{uid}{"ba"[not done]})"'
    if flow.kind == "messageFlow":
        style += " dg-flow--message"
        ends = f' marker-start="url(#{uid}o)" marker-end="url(#{uid}m)"'
    elif flow.kind != "sequenceFlow":
        dash, ends = DOTTED, f' marker-end="url(#{uid}v)"' if flow.directed else ""
    way = flow_path(flow.points, early)
    drawn = f'<path class="{style}" d="{way}"{dashed(dash)}{ends}/>'
    if flow.paint.stroke and not done:
        drawn += f'<path d="{way}" fill="none" stroke="{flow.paint.stroke}" stroke-width="1.5"{dashed(dash)}/>'
    return drawn + _start(flow)


def _start(flow: Flow) -> str:
    """The stroke through a default flow, the small diamond of a condition where no gateway asks."""
    if not flow.start:
        return ""
    a, b = flow.points[0], flow.points[1]
    turn = number(degrees(atan2(b.y - a.y, b.x - a.x)))
    style = "dg-box" if flow.start == "conditional" else "dg-flow"
    place = f"translate({number(a.x)} {number(a.y)}) rotate({turn})"
    return f'<path class="{style}" transform="{place}" d="{STARTS[flow.start]}"/>'


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
    """The outcome on a flow: where its diagram puts it, else at the first stretch long enough for it."""
    if not name:
        return ""
    if flow.label is not None:
        return beside(name, flow.label, "dg-label")
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
