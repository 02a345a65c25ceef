"""What a case adds to the shapes of a picture: the ring of the present step, pauses, numbers of the path, notes."""

from __future__ import annotations

from collections.abc import Sequence

from engine.procedures.picture_marks import NOTES
from engine.procedures.picture_model import Box, Node
from engine.procedures.picture_shapes import EVENT_SIZE, gateway
from engine.procedures.picture_svg import circle, number, rect, text_at
from engine.procedures.picture_text import width

MARK_SIZE = 12.0
RING = 5.0  # distance of the ring around the present step
SHOWN_PASSES = 4  # numbers shown at one step; more are cut in the middle


def ring(node: Node, box: Box) -> str:
    """The ring around the present step."""
    if node.is_event:
        return circle("dg-ring", box.center, box.width / 2 + RING)
    if node.is_gateway:
        return gateway("dg-ring", Box(box.x - 7, box.y - 7, box.width + 14, box.height + 14))
    return rect("dg-ring", Box(box.x - RING, box.y - RING, box.width + 2 * RING, box.height + 2 * RING), 11)


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
    known = kind if kind in NOTES else "ok"
    frame = f'<rect x="{number(x)}" y="{number(y)}" width="{number(long)}" height="21" rx="3"/>'
    mark = f'<path transform="translate({number(x + 9)} {number(y + 6)})" d="{NOTES[known]}"/>'
    return f'<g class="dg-note dg-note--{known}">{frame}{mark}{text_at(text, x + 23, y + 15, "dg-notetext")}</g>'
