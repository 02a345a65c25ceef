"""The functions of FEEL: which have an equal in our language, which answer differently every time, and which are known
only so that they can be refused by their whole name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Equal:
    """What a function of FEEL is in ours: its name, how many values it takes, whether it gives a truth value, and
    whether it is null for an empty list."""

    name: str
    fewest: int = 1
    most: int = 1
    truth: bool = False
    null_when_empty: bool = False


FUNCTIONS: Mapping[str, Equal] = {
    "date": Equal("date", 1, 3), "date and time": Equal("instant"), "duration": Equal("duration"),
    "contains": Equal("contains", 2, 2, truth=True), "starts with": Equal("starts_with", 2, 2, truth=True),
    "ends with": Equal("ends_with", 2, 2, truth=True), "list contains": Equal("includes", 2, 2, truth=True),
    "lower case": Equal("lower"), "upper case": Equal("upper"), "string length": Equal("length"),
    "count": Equal("count"), "sum": Equal("sum", 1, 20, null_when_empty=True),
    "min": Equal("min", 1, 20, null_when_empty=True), "max": Equal("max", 1, 20, null_when_empty=True),
    "mean": Equal("mean", 1, 20, null_when_empty=True), "abs": Equal("abs"), "floor": Equal("floor"),
    "ceiling": Equal("ceiling"), "decimal": Equal("round", 2, 2), "is defined": Equal("has", truth=True),
    "get or else": Equal("get or else", 2, 2), "not": Equal("not", truth=True),
    ".days": Equal("days"), ".year": Equal("year"), ".month": Equal("month"), ".day": Equal("day"),
}
IMPURE = frozenset({"now", "today", "random number"})
_ONLY_KNOWN = frozenset({
    "years and months duration", "day of week", "day of year", "month of year", "week of year", "string join",
    "substring before", "substring after", "list replace", "distinct values", "insert before", "index of",
    "get value", "get entries", "context put", "context merge", "round up", "round down", "round half up",
    "round half down", "is empty", "is blank", "last day of month", "to base64", "string format", "met by",
    "overlaps before", "overlaps after", "finished by", "started by", "time",
})
# The longest first, so that "date and time" is not read as "date".
NAMES = tuple(sorted({name for name in FUNCTIONS if not name.startswith(".")} | IMPURE | _ONLY_KNOWN,
                     key=lambda name: -len(name)))
