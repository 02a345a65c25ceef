"""What stands in a picture of a procedure: lanes, steps and flows with their places. Nothing is drawn here.

Lengths are units of the diagram (1 unit = 1 px), y downward.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

TASK_SIZE = (136.0, 58.0)
EVENT_SIZE = (32.0, 32.0)
GATEWAY_SIZE = (44.0, 44.0)


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


@dataclass
class Node:
    """One flow node. `kind` is the name of the BPMN element, `event` the kind of its event definition or ""."""

    id: str
    kind: str
    name: str
    event: str = ""
    host: str = ""
    box: Box | None = None
    label: Box | None = None

    @property
    def is_event(self) -> bool:
        """Whether it is drawn as a circle."""
        return self.kind.endswith("Event")

    @property
    def is_gateway(self) -> bool:
        """Whether it is drawn as a diamond."""
        return self.kind.endswith("Gateway")

    @property
    def size(self) -> tuple[float, float]:
        """The size a step has where the file says none."""
        if self.is_event:
            return EVENT_SIZE
        return GATEWAY_SIZE if self.is_gateway else TASK_SIZE


@dataclass
class Flow:
    """One sequence or message flow with its way through the picture."""

    id: str
    kind: str
    name: str
    source: str
    target: str
    points: list[Point] = field(default_factory=list)
    label: Box | None = None


@dataclass
class Lane:
    """One lane or pool and the ids of its steps; a pool that has lanes shows no name of its own."""

    id: str
    name: str
    members: tuple[str, ...] = ()
    named: bool = True
    box: Box | None = None


@dataclass
class Drawing:
    """All of one picture, in the order of the file."""

    lanes: list[Lane] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
