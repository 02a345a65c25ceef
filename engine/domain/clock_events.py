"""The clock events of a case: what they are, how they are written as JSON, which of them contradict each other.

What they do to a due time lives in `engine.domain.clock`. All instants are local time of the unit without offset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.domain import period as periods
from engine.domain.calendar import DayRule, Sessions, read_date, read_sessions, sessions_to_data
from engine.domain.declarations import FirstDay, SuspensionMode
from engine.domain.errors import InvalidInput
from engine.domain.period import Period
from engine.domain.text import Text


@dataclass(frozen=True, slots=True)
class Started:
    """The competent unit has the full dossier; replaces the time of receipt."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Suspended:
    """The clock stands from `start` until `end` (`None`: still open); a restart makes `end` a new receipt."""

    start: datetime
    end: datetime | None
    reason: str
    mode: SuspensionMode = "resume"


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision has this value; its limit (if it has one of its own) replaces the general one, and the first-day
    policy of that limit (if it names one) the general policy."""

    at: datetime
    value: str
    period: Period | None
    first_day: FirstDay | None = None


@dataclass(frozen=True, slots=True)
class Extended:
    """The limit grows by a period of its own unit, on a ground."""

    at: datetime
    by: Period
    ground: str


@dataclass(frozen=True, slots=True)
class CalendarChanged:
    """A closure, a half day or a correction of the calendar, applied to this case."""

    day: date
    sessions: Sessions
    reason: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """Processing ended: decided, refused, stopped or withdrawn."""

    at: datetime
    reason: str


ClockEvent = Started | Suspended | Decided | Extended | CalendarChanged | Stopped


def cut(moment: datetime) -> datetime:
    """Cut a time down to its whole minute, because the minute is what the slip shows."""
    return moment.replace(second=0, microsecond=0)


def name_of(event: ClockEvent, number: int) -> Text:
    """Name an event so that a person finds it: its place in the list (from 1), its kind and its time."""
    data = to_data(event)
    kind, when = data["type"], data.get("from") or data.get("at") or data.get("day")
    reason = f" {event.reason}" if isinstance(event, Suspended) else ""
    return Text(f"Sự kiện {number} ({kind}{reason}, {when})", f"Event {number} ({kind}{reason}, {when})")


def refuse(event: ClockEvent, number: int, vi: str, en: str) -> InvalidInput:
    """Make the refusal of an event, naming it."""
    name = name_of(event, number)
    return InvalidInput(Text(f"{name.vi}: {vi}", f"{name.en}: {en}"))


def check(events: Sequence[ClockEvent], receipt: datetime | None) -> None:
    """Hold the rules that events must keep among themselves and towards the receipt.

    Raises:
        InvalidInput: a suspension ends before it begins; two are open for one reason; an event other than a
            suspension lies before the receipt. The message names the event.
    """
    still_open: set[str] = set()
    for number, event in enumerate(events, start=1):
        if isinstance(event, Suspended):
            _check_suspension(event, number, still_open)
        elif isinstance(event, Decided | Extended | Stopped) and receipt is not None and cut(event.at) < cut(receipt):
            raise refuse(event, number, f"xảy ra trước khi nhận đủ hồ sơ ({_time(receipt)}).",
                         f"lies before the start ({_time(receipt)}).")


def _check_suspension(event: Suspended, number: int, still_open: set[str]) -> None:
    if event.end is None:
        if event.reason in still_open:
            raise refuse(event, number, f"đồng hồ đã dừng vì «{event.reason}» và chưa chạy lại.",
                         f"a suspension for “{event.reason}” is already open.")
        still_open.add(event.reason)
    elif cut(event.end) < cut(event.start):
        raise refuse(event, number, f"kết thúc {_time(event.end)}, trước khi bắt đầu.",
                     f"its end {_time(event.end)} is before its beginning.")


def receipt_of(received: datetime | None, events: Iterable[ClockEvent]) -> datetime | None:
    """Give the instant of receipt: the last start event replaces `received`."""
    starts = [event.at for event in events if isinstance(event, Started)]
    return starts[-1] if starts else received


def day_rules(events: Iterable[ClockEvent]) -> dict[date, DayRule]:
    """Give the dated rules that calendar events bring; the last event for a date holds."""
    return {event.day: DayRule(event.sessions, event.reason) for event in events
            if isinstance(event, CalendarChanged)}


def to_data(event: ClockEvent) -> dict[str, Any]:
    """Write an event as JSON data, times as `YYYY-MM-DDThh:mm`."""
    return _WRITERS[type(event)](event)


_WRITERS: dict[type, Callable[[Any], dict[str, Any]]] = {
    Started: lambda e: {"type": "start", "at": _time(e.at)},
    Suspended: lambda e: {"type": "suspend", "from": _time(e.start), "to": e.end and _time(e.end),
                          "reason": e.reason, "mode": e.mode},
    Decided: lambda e: {"type": "outcome", "at": _time(e.at), "value": e.value,
                        "period": e.period and str(e.period)},
    Extended: lambda e: {"type": "extend", "at": _time(e.at), "by": str(e.by), "ground": e.ground},
    CalendarChanged: lambda e: {"type": "calendar", "day": e.day.isoformat(),
                                "sessions": sessions_to_data(e.sessions), "reason": e.reason},
    Stopped: lambda e: {"type": "stop", "at": _time(e.at), "reason": e.reason},
}


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def from_data(data: Mapping[str, Any]) -> ClockEvent:
    """Read an event from JSON data.

    Raises:
        InvalidInput: its type is unknown, a field is missing, or a field cannot be read.
    """
    kind = data.get("type")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise InvalidInput(Text(f"không biết loại sự kiện «{kind}».", f"the type “{kind}” is unknown."))
    return reader(data)


def read_moment(value: object) -> datetime:
    """Read local time `YYYY-MM-DDThh:mm[:ss]` without offset, cut down to the whole minute.

    Raises:
        InvalidInput: it is no such time.
    """
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) and len(value) > 10 else "")
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None:
        raise InvalidInput(Text(f"«{value}» không phải giờ địa phương; viết như 2026-03-09T09:00.",
                                f"“{value}” is not a local time; write it like 2026-03-09T09:00."))
    return cut(moment)


def _field(data: Mapping[str, Any], name: str) -> Any:
    if name not in data:
        raise InvalidInput(Text(f"thiếu «{name}».", f"“{name}” is missing."))
    return data[name]


def _words(data: Mapping[str, Any], name: str) -> str:
    value = _field(data, name)
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput(Text(f"«{name}» phải là chữ và không được để trống.",
                                f"“{name}” must be text and not empty."))
    return value


def _optional_words(data: Mapping[str, Any], name: str) -> str:
    return _words(data, name) if data.get(name) else ""


def _read_suspension(data: Mapping[str, Any]) -> Suspended:
    mode, end = data.get("mode", "resume"), data.get("to")
    if mode not in ("resume", "restart"):
        raise InvalidInput(Text(f"«{mode}» không phải cách chạy lại; chỉ có resume và restart.",
                                f"“{mode}” is not a mode; there are resume and restart."))
    return Suspended(read_moment(_field(data, "from")), None if end is None else read_moment(end),
                     _words(data, "reason"), mode)


def _read_outcome(data: Mapping[str, Any]) -> Decided:
    period = _field(data, "period")
    return Decided(read_moment(_field(data, "at")), _words(data, "value"),
                   None if period is None else _read_period(period))


def _read_period(value: object) -> Period:
    return periods.parse(value if isinstance(value, str) else repr(value))


_READERS: dict[str, Callable[[Mapping[str, Any]], ClockEvent]] = {
    "start": lambda d: Started(read_moment(_field(d, "at"))),
    "suspend": _read_suspension,
    "outcome": _read_outcome,
    "extend": lambda d: Extended(read_moment(_field(d, "at")), _read_period(_field(d, "by")),
                                 _optional_words(d, "ground")),
    "calendar": lambda d: CalendarChanged(read_date(_field(d, "day")), read_sessions(_field(d, "sessions")),
                                          _optional_words(d, "reason")),
    "stop": lambda d: Stopped(read_moment(_field(d, "at")), _optional_words(d, "reason")),
}
