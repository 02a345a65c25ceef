"""Which track each line has in the channels it shares with others: neighbours in an order that crosses least.

Lines to the same target may share a track, since they meet there anyway.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from engine.procedures.layout_ways import Spot, Way

SORTED_BY_PAIRS = 40  # with more runs in one channel they are sorted by the side they turn to, not pair by pair
OWN_TRACKS = 600  # with more runs in one channel tracks are shared

Channel = tuple[int, float]  # 0 a level channel between two rows, 1 an upright one between two columns; its place


@dataclass(frozen=True)
class _Run:
    """One stretch in a channel: where it begins and ends, and to which side the line turns there (-1, 0, 1)."""

    way: int
    stretch: int
    low: float
    high: float
    turns: tuple[int, int]
    target: str


@dataclass
class Tracks:
    """The track of every stretch (by way and number of the stretch) and how many tracks a channel has."""

    of: dict[tuple[int, int], int]
    count: dict[Channel, int]


def laid(ways: list[Way]) -> Tracks:
    """Give every stretch that runs in a channel its track, counted from the upper or left side."""
    runs: dict[Channel, list[_Run]] = defaultdict(list)
    for at, way in enumerate(ways):
        for stretch, (a, b) in enumerate(zip(way.spots, way.spots[1:], strict=False)):
            axis = int(a[0] == b[0])
            if a[1 - axis] % 2 == 0:
                runs[axis, a[1 - axis]].append(_run(way, at, stretch, axis))
    tracks = Tracks({}, {})
    for channel, found in runs.items():
        level = _levels(_sorted(found))
        tracks.count[channel] = 1 + max(level.values())
        tracks.of.update({(run.way, run.stretch): track for run, track in level.items()})
    return tracks


def _run(way: Way, at: int, stretch: int, axis: int) -> _Run:
    spots = way.spots
    ends = [(spots[stretch], _turn(spots, stretch, -1, axis)), (spots[stretch + 1], _turn(spots, stretch + 1, 1, axis))]
    (low, first), (high, last) = sorted(((spot[axis], turn) for spot, turn in ends), key=lambda end: end[0])
    return _Run(at, stretch, low, high, (first, last), way.link.target or way.link.id)


def _turn(spots: list[Spot], at: int, step: int, axis: int) -> int:
    """To which side of the stretch its line goes on: -1 up or left, 1 down or right, 0 where it ends."""
    beyond = at + step
    if not 0 <= beyond < len(spots):
        return 0
    here, there = spots[at][1 - axis], spots[beyond][1 - axis]
    return (there > here) - (there < here)


def _sorted(runs: list[_Run]) -> list[_Run]:
    """Runs that turn up above those that turn down, so that few cross; long ones first."""
    long = sorted(runs, key=lambda run: run.low - run.high)
    if len(runs) > SORTED_BY_PAIRS:
        return sorted(long, key=lambda run: sum(run.turns))
    order: list[_Run] = []
    for run in long:
        above, below = 0, sum(_clash(run, other) for other in order)
        best, place = below, 0
        for at, other in enumerate(order):
            above += _clash(other, run)
            below -= _clash(run, other)
            if above + below < best:
                best, place = above + below, at + 1
        order.insert(place, run)
    return order


def _clash(upper: _Run, lower: _Run) -> int:
    """How many crossings it makes to have one run above the other."""
    crossings = 0
    for place, turn in zip((lower.low, lower.high), lower.turns, strict=True):
        crossings += turn < 0 and upper.low < place < upper.high
    for place, turn in zip((upper.low, upper.high), upper.turns, strict=True):
        crossings += turn > 0 and lower.low < place < lower.high
    return crossings


def _levels(runs: list[_Run]) -> dict[_Run, int]:
    """The lowest track below all runs above that this one overlaps."""
    if len(runs) > OWN_TRACKS:
        return {run: at * OWN_TRACKS // len(runs) for at, run in enumerate(runs)}
    level: dict[_Run, int] = {}
    for run in runs:
        over = [track + (other.target != run.target) for other, track in level.items()
                if other.low <= run.high and run.low <= other.high]
        level[run] = max(over, default=0)
    return level
