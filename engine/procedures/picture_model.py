"""What stands in a picture of a procedure: lanes, steps and flows with their places. Nothing is drawn here.

Lengths are units of the diagram (1 unit = 1 px), y downward.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Point(NamedTuple):
    """A place in the picture."""

    x: float
    y: float


class Box(NamedTuple):
    """An upright rectangle: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height

    @property
    def center(self) -> Point:
        """The middle."""
        return Point(self.x + self.width / 2, self.y + self.height / 2)


class Paint(NamedTuple):
    """The colours an author gave to an element, each a CSS colour or ""."""

    fill: str = ""
    stroke: str = ""


UNPAINTED = Paint()


@dataclass
class Node:
    """One element with a shape. `kind` is the name of the BPMN element, `event` the kind of its event definition.

    `marks` are those at the lower edge of an activity: loop, parallel, sequential, compensation, plus, adhoc.
    `quiet` is an event that does not interrupt; `own` a sub-process started by an event of its own; `open` one whose
    inside is drawn.
    """

    id: str
    kind: str
    name: str
    box: Box
    event: str = ""
    host: str = ""
    label: Box | None = None
    marks: tuple[str, ...] = ()
    quiet: bool = False
    own: bool = False
    open: bool = False
    paint: Paint = UNPAINTED

    @property
    def is_event(self) -> bool:
        """Whether it is drawn as a circle."""
        return self.kind.endswith("Event")

    @property
    def is_gateway(self) -> bool:
        """Whether it is drawn as a diamond."""
        return self.kind.endswith("Gateway")


@dataclass
class Flow:
    """One sequence or message flow or association with its way through the picture.

    `start` says the mark at its beginning: "default", "conditional" or "".
    """

    id: str
    kind: str
    name: str
    source: str
    target: str
    points: list[Point] = field(default_factory=list)
    label: Box | None = None
    start: str = ""
    directed: bool = True
    paint: Paint = UNPAINTED


@dataclass
class Lane:
    """One lane or pool; `named` says whether its name is written: inside, or with `above` over its frame.

    `around` are the lanes that hold it, the outermost first.
    """

    id: str
    name: str
    box: Box
    named: bool = True
    above: bool = False
    around: tuple[str, ...] = ()
    paint: Paint = UNPAINTED


@dataclass
class Drawing:
    """All of one picture, in the order of the file."""

    lanes: list[Lane] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
