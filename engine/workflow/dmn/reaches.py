"""The values a cell holds for, as far as that can be said without data: of the kinds that have an order some stretches
of it, in order and apart from each other; of truth and null the values themselves. With them the check finds cells that
never hold, and rows that hold together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.workflow.language.operators import KINDS, exact


@dataclass(frozen=True, slots=True)
class Stretch:
    """The values from `low` to `high`, with or without the ends themselves; None: without an end."""

    low: Any
    high: Any
    with_low: bool = True
    with_high: bool = True


Part = tuple[Stretch, ...] | frozenset[Any]
_FEW: Mapping[str, frozenset[Any]] = {"truth": frozenset({True, False}), "null": frozenset({None})}


@dataclass(frozen=True, slots=True)
class Reach:
    """Some values: for each kind which of it, and whether every value of every other kind is among them."""

    kinds: Mapping[str, Part]
    rest: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is no value among them."""
        return not self.rest and not any(self.kinds.values())

    def part(self, kind: str) -> Part:
        """Give which values of a kind are among them."""
        return self.kinds.get(kind, _whole(kind) if self.rest else _nothing(kind))


ANY = Reach({}, rest=True)
NONE = Reach({})


def point(value: Any) -> Reach | None:
    """Give one value alone; None for a list or a record, of which nothing is known."""
    if value is None:
        return Reach({"null": frozenset({None})})
    kind = KINDS.get(type(value))
    if kind is None:
        return None
    return Reach({kind: frozenset({value}) if kind in _FEW else (Stretch(_end(value), _end(value)),)})


def beyond(sign: str, value: Any) -> Reach | None:
    """Give the values for which `< value`, or another of the four signs, holds; NONE where none can."""
    kind = KINDS.get(type(value))
    if kind is None or kind in _FEW:
        return NONE
    end, included = _end(value), "=" in sign
    return Reach({kind: (Stretch(None, end, True, included) if "<" in sign else Stretch(end, None, included),)})


def between(low: Any, high: Any, *, with_low: bool, with_high: bool) -> Reach:
    """Give the values of a range; one whose ends are of two kinds, or the wrong way round, has none."""
    kind = KINDS.get(type(low))
    if kind is None or kind in _FEW or KINDS.get(type(high)) != kind:
        return NONE
    return Reach({kind: _there([Stretch(_end(low), _end(high), with_low, with_high)])})


def of_kinds(kinds: Iterable[str]) -> Reach:
    """Give every value of some kinds, and null."""
    return Reach({kind: _whole(kind) for kind in (*kinds, "null")})


def union(parts: Sequence[Reach]) -> Reach:
    """Give what is among any of these."""
    kinds = {kind for one in parts for kind in one.kinds}
    return Reach({kind: _joined([one.part(kind) for one in parts]) for kind in kinds}, any(one.rest for one in parts))


def others(reach: Reach) -> Reach:
    """Give every value that is not among these."""
    return Reach({kind: _other(kind, part) for kind, part in reach.kinds.items()}, not reach.rest)


def common(one: Reach, two: Reach) -> Reach:
    """Give what is among both."""
    return Reach({kind: _shared(one.part(kind), two.part(kind)) for kind in one.kinds.keys() | two.kinds.keys()},
                 one.rest and two.rest)


def whole_numbers(reach: Reach) -> Reach:
    """Leave out the stretches of numbers in which there is no whole one."""
    part = reach.kinds.get("number")
    if part is None or isinstance(part, frozenset):
        return reach
    return Reach({**reach.kinds, "number": tuple(one for one in part if _has_whole(one))}, reach.rest)


def points(reach: Reach) -> frozenset[Any] | None:
    """Give the values if there are only so many single ones, each with its kind; None if there are stretches."""
    found: set[Any] = set()
    for kind, part in reach.kinds.items():
        if isinstance(part, frozenset):
            found |= {(kind, value) for value in part}
        elif all(one.low is not None and one.low == one.high for one in part):
            found |= {(kind, one.low) for one in part}
        else:
            return None
    return None if reach.rest else frozenset(found)


def _end(value: Any) -> Any:
    """Give a value as it is compared: numbers as decimals."""
    return exact(value) if KINDS[type(value)] == "number" else value


def _whole(kind: str) -> Part:
    return _FEW[kind] if kind in _FEW else (Stretch(None, None),)


def _nothing(kind: str) -> Part:
    return frozenset() if kind in _FEW else ()


def _joined(parts: Sequence[Part]) -> Part:
    """Give what is in any of some parts of one kind."""
    if isinstance(parts[0], frozenset):
        return frozenset().union(*(one for one in parts if isinstance(one, frozenset)))
    return _merged(stretch for one in parts if not isinstance(one, frozenset) for stretch in one)


def _merged(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Put stretches into order and join those that touch."""
    found: list[Stretch] = []
    for one in sorted(stretches, key=lambda one: (one.low is not None, one.low, not one.with_low)):
        last = found[-1] if found else None
        if last is None or not _touch(last, one):
            found.append(one)
        elif last.high is not None and (one.high is None or (one.high, one.with_high) > (last.high, last.with_high)):
            found[-1] = Stretch(last.low, one.high, last.with_low, one.with_high)
    return tuple(found)


def _touch(one: Stretch, two: Stretch) -> bool:
    """Tell whether a stretch goes on where the one before it is not over yet."""
    if one.high is None or two.low is None or two.low < one.high:
        return True
    return bool(two.low == one.high) and (two.with_low or one.with_high)


def _shared(one: Part, two: Part) -> Part:
    """Give what is in both of two parts of one kind."""
    if isinstance(one, frozenset) or isinstance(two, frozenset):
        return frozenset(one) & frozenset(two)
    found, i, j = [], 0, 0
    while i < len(one) and j < len(two):
        found.append(_meeting(one[i], two[j]))
        if _over_first(one[i], two[j]):
            i += 1
        else:
            j += 1
    return _there(found)


def _over_first(one: Stretch, two: Stretch) -> bool:
    """Tell whether a stretch is over before another one is."""
    if one.high is None or two.high is None:
        return one.high is not None
    return bool(one.high < two.high) or (one.high == two.high and not one.with_high)


def _meeting(one: Stretch, two: Stretch) -> Stretch:
    """Give what two stretches share; the ends may come out the wrong way round."""
    low, with_low = _inner(one.low, one.with_low, two.low, two.with_low, larger=True)
    high, with_high = _inner(one.high, one.with_high, two.high, two.with_high, larger=False)
    return Stretch(low, high, with_low, with_high)


def _inner(one: Any, with_one: bool, two: Any, with_two: bool, *, larger: bool) -> tuple[Any, bool]:
    """Give the end that leaves less."""
    if one is None or two is None:
        return (two, with_two) if one is None else (one, with_one)
    if one == two:
        return one, with_one and with_two
    return (one, with_one) if (one > two) is larger else (two, with_two)


def _there(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Leave out the stretches in which there is nothing."""
    return tuple(one for one in stretches if one.low is None or one.high is None or one.low < one.high
                 or (one.low == one.high and one.with_low and one.with_high))


def _other(kind: str, part: Part) -> Part:
    """Give what of a kind is not in a part of it: what lies before, between and behind its stretches."""
    if isinstance(part, frozenset):
        return _FEW[kind] - part
    gaps: list[Stretch] = []
    low, with_low = None, True          # where what is not in it goes on, None: from the very beginning
    for one in sorted(part, key=lambda one: (one.low is not None, one.low, not one.with_low)):
        if one.low is not None:
            gaps.append(Stretch(low, one.low, with_low, not one.with_low))
        if one.high is None:
            return _there(gaps)
        if low is None or one.high > low or (one.high == low and one.with_high):
            low, with_low = one.high, not one.with_high
    return _there([*gaps, Stretch(low, None, with_low)])


def _has_whole(stretch: Stretch) -> bool:
    """Tell whether there is a whole number in a stretch of numbers."""
    if stretch.low is None or stretch.high is None:
        return True
    first = math.floor(stretch.low) + 1 if not stretch.with_low else math.ceil(stretch.low)
    last = math.ceil(stretch.high) - 1 if not stretch.with_high else math.floor(stretch.high)
    return first <= last
