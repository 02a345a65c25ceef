"""The shapes of BPMN as SVG: events, gateways, activities, data, notes, lanes. Their state comes from outside.

Lengths are units of the diagram (1 unit = 1 px).
"""

from __future__ import annotations

import re

from engine.procedures import picture_marks as marks
from engine.procedures.picture_model import Box, Lane, Node, Paint, Point
from engine.procedures.picture_svg import RISE, circle, lines_at, number, path, rect, text_at
from engine.procedures.picture_text import width, wrap

NAME_SIZE, EVENT_SIZE = 13.0, 12.5
LINE, EVENT_LINE = 17.0, 15.0
EVENT_ROOM = 120.0  # the widest name below an event whose diagram says no place for it
RADIUS = 7.0
BROKEN, DOTTED, GROUPED = "4 2.5", "2 3", "9 4 2 4"  # does not interrupt; starts by its own event; a group
THROWING = ("endEvent", "intermediateThrowEvent")


def lane(one: Lane, name: str) -> str:
    """The band of a lane; its name stands level at the upper left, as Vietnamese is not turned."""
    shape = painted(rect("dg-lane", one.box), one.paint)
    if not name or not one.named:
        return shape
    if one.above:
        return shape + text_at(name, one.box.x + 2, one.box.y - 8, "dg-lanename")
    lines = wrap(name, max(one.box.width - 20, 60), NAME_SIZE, bold=True)
    return shape + lines_at(lines, one.box.x + 12, one.box.y + 21, LINE, "dg-lanename")


def step(node: Node, box: Box, name: str, limit: str, plain: bool) -> str:
    """The shape of an element with its name; `limit` stands below the name of a task.

    The author's colours show only in a `plain` picture: with a case, colour says where it stands.
    """
    shape, more = _shape(node, box)
    if plain:
        shape = painted(shape, node.paint)
    return shape + more + _text(node, box, name, limit)


def painted(shape: str, paint: Paint) -> str:
    """The shape and over it the author's colours: thin, so that text stays readable in a dark theme too."""
    if not (paint.fill or paint.stroke):
        return shape
    fill = f'fill="{paint.fill}" fill-opacity=".35"' if paint.fill else 'fill="none"'
    stroke = f'stroke="{paint.stroke}" stroke-width="1.5"' if paint.stroke else 'stroke="none"'
    return shape + re.sub(r'class="[^"]*"', f"{fill} {stroke}", shape, count=1)


def _shape(node: Node, box: Box) -> tuple[str, str]:
    """The outline of an element, and all that is drawn over it."""
    if node.is_event:
        return _event(node, box)
    if node.is_gateway:
        sign = marks.GATEWAYS.get(node.kind, "")
        style = "dg-env" if node.kind == "eventBasedGateway" else "dg-x"
        return gateway("dg-box", box), path(style, sign, box.center, box.width / 44) if sign else ""
    if node.kind in ("dataStore", "dataStoreReference"):
        return _store(box), ""
    if node.kind.startswith("data"):
        return _data(node, box)
    if node.kind == "textAnnotation":
        corner = f"M{number(box.x + 10)} {number(box.y)}h-10v{number(box.height)}h10"
        return path("dg-inner", corner), ""
    if node.kind == "group":
        return rect("dg-inner", box, RADIUS, GROUPED), ""
    return _activity(node, box)


def _activity(node: Node, box: Box) -> tuple[str, str]:
    style = "dg-box dg-box--call" if node.kind == "callActivity" else "dg-box"
    outline = rect(style, box, RADIUS, DOTTED if node.own else "")
    more = ""
    if node.kind == "transaction":
        more += rect("dg-inner", Box(box.x + 3, box.y + 3, box.width - 6, box.height - 6), RADIUS - 2)
    sign = marks.TASKS.get(node.kind, "")
    if sign:
        filled = "dg-stop" if node.kind == "sendTask" else "dg-env"
        more += path(filled, sign, Point(box.x + 5, box.y + 3), 0.86)
    left = box.center.x - 7.5 * len(node.marks)
    for at, mark in enumerate(node.marks):
        more += path("dg-env", marks.ACTIVITIES[mark], Point(left + 15 * at + 1.5, box.bottom - 14))
    return outline, more


def gateway(style: str, box: Box) -> str:
    """A diamond."""
    c = box.center
    corners = f"{number(c.x)} {number(box.y)}L{number(box.right)} {number(c.y)} {number(c.x)} {number(box.bottom)}"
    return path(style, f"M{corners} {number(box.x)} {number(c.y)}z")


def _event(node: Node, box: Box) -> tuple[str, str]:
    radius = min(box.width, box.height) / 2
    dash = BROKEN if node.quiet else ""
    outline = circle("dg-box dg-box--end" if node.kind == "endEvent" else "dg-box", box.center, radius, dash)
    more = ""
    if node.kind not in ("startEvent", "endEvent"):
        more += circle("dg-inner", box.center, radius - 3.5, dash)
    if node.event == "terminate":
        more += circle("dg-stop", box.center, radius / 2)
    filled = node.kind in THROWING and node.event in marks.FILLED
    sign = (marks.FILLED if filled else marks.EVENTS).get(node.event, "")
    if sign:
        more += path("dg-stop" if filled else "dg-env", sign, box.center, radius / 18)
    return outline, more


def _data(node: Node, box: Box) -> tuple[str, str]:
    fold = min(10.0, box.width / 3)
    x, y, long, high = (number(value) for value in (box.x, box.y, box.width - fold, box.height - fold))
    turn = number(fold)
    sheet = f"M{x} {y}h{long}l{turn} {turn}v{high}h-{number(box.width)}z"
    more = path("dg-inner", f"M{number(box.right - fold)} {y}v{turn}h{turn}")
    if "parallel" in node.marks:
        more += path("dg-env", marks.ACTIVITIES["parallel"], Point(box.center.x - 6, box.bottom - 14))
    return path("dg-box", sheet), more


def _store(box: Box) -> str:
    high = box.height / 8
    half, edge, wall = number(box.width / 2), number(high), number(box.height - 2 * high)
    x, y = number(box.x), number(box.y + high)
    body = f"M{x} {y}a{half} {edge} 0 0 1 {number(box.width)} 0v{wall}a{half} {edge} 0 0 1 -{number(box.width)} 0z"
    return path("dg-box", f"{body}M{x} {y}a{half} {edge} 0 0 0 {number(box.width)} 0")


def _text(node: Node, box: Box, name: str, limit: str) -> str:
    if node.is_event or node.kind.startswith("data"):
        return _name_below(node, box, name)
    if node.is_gateway:
        return _name_of_gateway(node, box, name)
    if node.kind == "textAnnotation":
        lines = wrap(name, max(box.width - 12, 60), EVENT_SIZE, lines=max(1, int((box.height + 6) // EVENT_LINE)))
        return lines_at(lines, box.x + 7, box.y + 16, EVENT_LINE, "dg-ev dg-label--start")
    if node.open or node.kind == "group":
        lines = wrap(name, box.width - 24, NAME_SIZE, bold=True, lines=1)
        return lines_at(lines, box.center.x, box.y + 20, LINE, "dg-name")
    return _name_inside(node, box, name, limit)


def _name_inside(node: Node, box: Box, name: str, limit: str) -> str:
    """The name of a task, as many lines as it has room for; the sign in its corner stays free."""
    foot = 12.0 if node.marks else 0.0
    room = int((box.height - foot - 6) // LINE) - bool(limit)
    if node.kind in marks.TASKS and box.height < 4 * LINE:
        room = min(room, 2 - bool(limit and box.height < 3 * LINE))
    lines = [(line, "dg-name") for line in wrap(name, box.width - 16, NAME_SIZE, bold=True, lines=max(1, room))]
    if limit:
        lines += [(line, "dg-sub") for line in wrap(limit, box.width - 16, NAME_SIZE, lines=1)]
    first = box.center.y - foot / 2 - (len(lines) - 1) * LINE / 2 + RISE
    return "".join(text_at(line, box.center.x, first + at * LINE, style) for at, (line, style) in enumerate(lines))


def _name_below(node: Node, box: Box, name: str) -> str:
    label = node.label
    if label is not None and (label.y < box.bottom or label.y > box.bottom + 12 or label.x > box.center.x):
        return beside(name, label, "dg-ev")
    x = label.center.x if label is not None else box.center.x
    lines = fitted(name, label) if label is not None else wrap(name, EVENT_ROOM, EVENT_SIZE, lines=3)
    return lines_at(lines, x, box.bottom + (17 if node.is_event else 14), EVENT_LINE, "dg-ev")


def _name_of_gateway(node: Node, box: Box, name: str) -> str:
    """The question of a gateway: where its author made room for it, else over its upper corner."""
    if node.label is not None:
        return beside(name, node.label, "dg-ev")
    lines = wrap(name, EVENT_ROOM, EVENT_SIZE, lines=2)
    return lines_at(lines, box.center.x, box.y - 6 - EVENT_LINE * (len(lines) - 1), EVENT_LINE, "dg-ev")


def fitted(name: str, label: Box, bold: bool = False) -> list[str]:
    """A name in the lines its label has room for; a label that a tool made too narrow is taken as wider."""
    lines = wrap(name, label.width + 2, EVENT_SIZE, bold, lines=4)
    if lines and len(lines) * 13 <= label.height + 4 and not lines[-1].endswith("…"):
        return lines
    return wrap(name, max(label.width + 12, 90), EVENT_SIZE, bold, lines=3)


def beside(name: str, label: Box, style: str) -> str:
    """A name in the place the diagram gives it."""
    lines = fitted(name, label, style == "dg-label")
    first = label.center.y - (len(lines) - 1) * EVENT_LINE / 2 + RISE
    return lines_at(lines, label.center.x, first, EVENT_LINE, style)


def extent(name: str, label: Box, bold: bool = False) -> Box:
    """The room that a name needs at the place of its label."""
    lines = fitted(name, label, bold)
    wide = max([label.width, *(width(line, EVENT_SIZE, bold) for line in lines)])
    high = max(label.height, EVENT_LINE * len(lines))
    return Box(label.center.x - wide / 2, label.center.y - high / 2, wide, high)
