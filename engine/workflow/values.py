"""The values a case may hold, and their bytes: what JSON knows, plus dates, instants and decimals. What comes in is
copied and checked here, so that no caller can change a case from outside and no key of a form means anything."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson

from engine.domain.errors import Halted
from engine.domain.text import Text

MAX_DEPTH = 40
MAX_VALUES = 50_000
_MARK = "@"
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS | orjson.OPT_PASSTHROUGH_DATACLASS
_PLAIN = frozenset({bool, type(None)})


def admit(values: Mapping[str, Any]) -> dict[str, Any]:
    """Copy a submission, an answer or a message into a case; tuples become lists.

    Raises:
        Halted: a value of another kind, a number that is none, or too much of it (`data`).
    """
    count = [0]
    copied = _copy(dict(values), 0, count)
    return copied if isinstance(copied, dict) else {}


def _copy(value: Any, depth: int, count: list[int]) -> Any:
    """Copy one value, depth first; the depth is bounded, so the recursion is."""
    count[0] += 1
    if depth > MAX_DEPTH or count[0] > MAX_VALUES:
        raise _refused("too large")
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        return {_key(key): _copy(inner, depth + 1, count) for key, inner in value.items()}
    if kind is list or kind is tuple:
        return [_copy(inner, depth + 1, count) for inner in value]
    return _scalar(value)


def _key(key: Any) -> str:
    """Admit a key of a record: a text."""
    if type(key) is not str:
        raise _refused(type(key).__name__)
    admitted: str = _scalar(key)
    return admitted


def _scalar(value: Any) -> Any:
    """Admit one number, text, date or decimal."""
    kind = type(value)
    if kind is str:
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise _refused("surrogate") from error
    elif kind is int:
        if value.bit_length() > 63:
            raise _refused("int")
    elif kind is float:
        if not math.isfinite(value):
            raise _refused("nan")
    elif kind not in (date, datetime, Decimal) or (kind is Decimal and not value.is_finite()):
        raise _refused(kind.__name__)
    return value


def _refused(what: str) -> Halted:
    """Make the refusal of a value."""
    return Halted("data", Text(f"Dữ liệu của bước này có giá trị không lưu được ({what}).",
                               f"The data of this step hold a value that cannot be kept ({what})."))


def pack(data: dict[str, Any]) -> tuple[int, Any]:
    """Prepare data for JSON: `(0, data)` when JSON knows it all, else `(1, data with marked values)`."""
    try:
        orjson.dumps(data, option=_OPTIONS)
    except TypeError:
        return 1, _marked(data)
    return 0, data


def unpack(kind: int, data: Any) -> dict[str, Any]:
    """Give packed data back; data packed as plain are taken as they are, whatever their keys."""
    restored: dict[str, Any] = _unmarked(data) if kind else data
    return restored


def dumps(value: Any) -> bytes:
    """Write JSON; a value of a kind it does not know is an error, never a guess."""
    return orjson.dumps(value, option=_OPTIONS)


def _marked(value: Any) -> Any:
    """Mark typed values, and records that happen to hold the mark as a key."""
    if isinstance(value, dict):
        inner = {key: _marked(one) for key, one in value.items()}
        return {_MARK: "record", "v": inner} if _MARK in inner else inner
    if isinstance(value, list):
        return [_marked(one) for one in value]
    if isinstance(value, datetime):
        return {_MARK: "instant", "v": value.isoformat()}
    if isinstance(value, date):
        return {_MARK: "date", "v": value.isoformat()}
    if isinstance(value, Decimal):
        return {_MARK: "decimal", "v": str(value)}
    return value


_RESTORE: dict[str, Callable[[str], Any]] = {
    "instant": datetime.fromisoformat, "date": date.fromisoformat, "decimal": Decimal,
}


def _unmarked(value: Any) -> Any:
    """Undo `_marked`."""
    if isinstance(value, list):
        return [_unmarked(one) for one in value]
    if not isinstance(value, dict):
        return value
    if _MARK not in value:
        return {key: _unmarked(one) for key, one in value.items()}
    if value[_MARK] == "record":
        return {key: _unmarked(one) for key, one in value["v"].items()}
    return _RESTORE[value[_MARK]](value["v"])
