"""The smallest pieces of a picture as SVG: numbers, text, circles and rectangles. Every text is escaped here.

Colours come only through classes (`dg-…`), so that page, theme and print decide; dashes are plain attributes, which a
class may overrule.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from engine.procedures.picture_model import Box, Point

QUOTES = {'"': "&quot;"}
RISE = 4.5  # from the middle of a line of text to its foot


def number(value: float) -> str:
    """Write a length with at most two decimals and no trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def attribute(text: str) -> str:
    """Escape `text` for a double-quoted attribute."""
    return escape(text, QUOTES)


def text_at(text: str, x: float, y: float, style: str) -> str:
    """One line of text with its anchor at (x, y)."""
    return f'<text class="{style}" x="{number(x)}" y="{number(y)}">{escape(text)}</text>'


def lines_at(lines: Sequence[str], x: float, first: float, step: float, style: str) -> str:
    """Lines of text one below the other, the foot of the first at `first`."""
    return "".join(text_at(line, x, first + at * step, style) for at, line in enumerate(lines))


def group(style: str, title: str, *parts: str) -> str:
    """A group whose first child is its title."""
    of_style = f' class="{style}"' if style else ""
    return f"<g{of_style}><title>{escape(title)}</title>{''.join(parts)}</g>"


def rect(style: str, box: Box, radius: float = 0, dash: str = "") -> str:
    """A rectangle, with round corners where `radius` says so."""
    corners = f' rx="{number(radius)}"' if radius else ""
    place = f'x="{number(box.x)}" y="{number(box.y)}" width="{number(box.width)}" height="{number(box.height)}"'
    return f'<rect class="{style}" {place}{corners}{dashed(dash)}/>'


def circle(style: str, center: Point, radius: float, dash: str = "") -> str:
    """A circle."""
    place = f'cx="{number(center.x)}" cy="{number(center.y)}" r="{number(radius)}"'
    return f'<circle class="{style}" {place}{dashed(dash)}/>'


def path(style: str, way: str, at: Point | None = None, scale: float = 1, dash: str = "") -> str:
    """A path; with `at` its own (0, 0) lies there."""
    moved = f"translate({number(at.x)} {number(at.y)})" if at is not None else ""
    sized = f" scale({number(scale)})" if scale != 1 else ""
    turned = f' transform="{moved}{sized}"' if moved else ""
    return f'<path class="{style}"{turned} d="{way}"{dashed(dash)}/>'


def dashed(dash: str) -> str:
    """The attribute for a broken line."""
    return f' stroke-dasharray="{dash}"' if dash else ""
