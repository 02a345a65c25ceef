"""What a layout works on: boxes to place, links to lead, the lanes and scopes they stand in. Nothing is decided here.

A scope is a process or the inside of an expanded sub-process; its lengths are relative to its own upper left corner
until the sheet is put together. Lengths are units of the diagram (1 unit = 1 px), y downward.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.procedures.picture_model import Box, Point

EVENT, GATEWAY, TASK = (32.0, 32.0), (44.0, 44.0), (136.0, 58.0)
NOWHERE = Box(0, 0, 0, 0)
BAND = 30.0  # the strip at the left of a pool or lane, where a modeler writes its name


@dataclass
class Item:
    """One box. `host` is the step a boundary event stands on, `inner` the content of an expanded sub-process."""

    id: str
    kind: str
    name: str
    size: tuple[float, float]
    host: str = ""
    inner: Scope | None = None
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


@dataclass
class Link:
    """One line. An exit leads a message flow to the border of its scope, upward or downward.

    `shift` is the place of an exit that comes from inside a sub-process, from the left edge of that sub-process.
    """

    id: str
    kind: str
    name: str
    source: str
    target: str
    up: bool = False
    shift: float | None = None
    points: list[Point] = field(default_factory=list)
    label: Box | None = None

    @property
    def is_exit(self) -> bool:
        """Whether it ends at the border of the scope and not at a box."""
        return self.kind == "exit"


@dataclass
class Lane:
    """One lane: how deep it is nested, and the first and last of the innermost lanes it spans."""

    id: str
    depth: int
    first: int
    last: int
    box: Box | None = None


@dataclass
class Scope:
    """One process or sub-process. `lane_of` says the innermost lane of an item; with `pool` it has a frame of its own.

    `left` is how far the bands of its lanes reach in, `bottoms` where each innermost lane ends.
    """

    pool: bool = False
    items: dict[str, Item] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)
    lane_of: dict[str, int] = field(default_factory=dict)
    leaves: int = 1
    width: float = 0
    height: float = 0
    bottoms: list[float] = field(default_factory=list)

    @property
    def left(self) -> float:
        """The width of all bands at its left."""
        return BAND * (1 + max((lane.depth for lane in self.lanes), default=-1))

    def seat(self, key: str) -> str:
        """The item whose cell `key` uses: itself, or the step a boundary event stands on."""
        return self.items[key].host or key


@dataclass
class Pool:
    """One participant, or a process without one (`id` empty); without `scope` it is a black box."""

    id: str
    scope: Scope | None
    box: Box = NOWHERE


@dataclass
class Sheet:
    """One whole file: pools in their order, message flows, and associations that cross the border of a scope."""

    plane: str
    used: set[str]
    pools: list[Pool] = field(default_factory=list)
    messages: list[Link] = field(default_factory=list)
    loose: list[Link] = field(default_factory=list)
    home: dict[str, Scope] = field(default_factory=dict)
    scopes: list[Scope] = field(default_factory=list)
    outside: dict[int, tuple[Scope, str]] = field(default_factory=dict)
