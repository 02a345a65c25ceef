"""Explain due times outside any case: what `motcua clock explain` answers, from a list of questions or a limit.

It reads nothing and writes nothing; the rules live in `engine.domain.clock`. Every refusal names the entry of the
list and the event in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.adapters import holidays
from engine.domain import calendar as calendars
from engine.domain import clock, clock_events
from engine.domain import period as periods
from engine.domain.calendar import WorkCalendar
from engine.domain.clock import Limit, Reckoning
from engine.domain.clock_events import ClockEvent, Suspended, read_moment
from engine.domain.declarations import DeadlineKind, DeadlineRule
from engine.domain.errors import InvalidInput
from engine.domain.text import Text
from engine.services import calendar_file

_POLICIES: Mapping[str, clock.Policy] = {
    "NEXT_DAY": "NEXT_DAY", "next-day": "NEXT_DAY", "SAME_HOUR": "SAME_HOUR", "same-hour": "SAME_HOUR"}
_LAST_SEEDED_YEAR = 2099


def explain_text(text: str | bytes, language: str = "vi", calendar: WorkCalendar | None = None) -> list[dict[str, Any]]:
    """Answer a JSON file of questions.

    Raises:
        InvalidInput: it is not JSON, or an entry or event in it is refused.
    """
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(Text(f"Tệp không phải JSON: {error}.", f"The file is not JSON: {error}.")) from None
    return explain(entries, language, calendar)


def explain(entries: object, language: str = "vi", calendar: WorkCalendar | None = None) -> list[dict[str, Any]]:
    """Answer each question `{id?, period, policy?, received, events, cut_off?, calendar?}` with its arithmetic.

    An answer is `{id?, start, due, remaining?, promised?, new_promise?, verdict?, lines}`: local time of the unit in
    whole minutes, `due` null where there is none, `remaining` in minutes of the allowance while the clock stands,
    `promised` what would be due had the calendar not been changed (it stays printed), `new_promise` the date of an
    extension granted too late, `verdict` where an event ends processing. Without a `calendar` the ordinary Vietnamese
    one holds.

    Raises:
        InvalidInput: the list, an entry or an event cannot be read or contradicts another; the message names it.
    """
    if not isinstance(entries, list):
        raise InvalidInput(Text("Tệp phải là một danh sách các mục.", "The file must be a list of entries."))
    return [_answer_entry(entry, number, language, calendar) for number, entry in enumerate(entries, start=1)]


def answer(reckoning: Reckoning, language: str = "vi") -> dict[str, Any]:
    """Give a reckoning as JSON data: `{start, due, remaining?, lines}`."""
    found: dict[str, Any] = {"start": _written(reckoning.start), "due": _written(reckoning.due)}
    if reckoning.remaining is not None:
        found["remaining"] = reckoning.remaining
    if reckoning.promise is not None:
        found["new_promise"] = _written(reckoning.promise)
    if reckoning.ended is not None and reckoning.start is not None:
        found["verdict"] = clock.verdict(reckoning, reckoning.ended)
    found["lines"] = [line.to_data(language) for line in reckoning.lines]
    return found


def of_deadlines(deadlines: Sequence[DeadlineRule], calendar: WorkCalendar, received: datetime, *,
                 kind: DeadlineKind = "statutory", outcome: str | None = None,
                 suspensions: Sequence[Suspended] = ()) -> Reckoning:
    """Compute a due time from the declared limits of a procedure; an outcome is taken as decided at receipt.

    The general limit is the last without condition, because a question outside a case has no data to judge by.

    Raises:
        InvalidInput: the procedure declares no such limit, or a suspension is refused.
    """
    general = [rule for rule in deadlines if rule.kind == kind and rule.outcome is None and rule.when is None]
    special = [rule for rule in deadlines if rule.kind == kind and rule.outcome == outcome and outcome is not None]
    if not general or (outcome is not None and not special):
        wanted = kind if outcome is None else f"{kind}, {outcome}"
        raise InvalidInput(Text(f"Thủ tục không khai báo thời hạn ({wanted}).",
                                f"The procedure declares no limit ({wanted})."))
    events: list[ClockEvent] = list(suspensions)
    if outcome is not None:
        events.append(clock.Decided(received, outcome, special[-1].period, special[-1].first_day))
    return clock.reckon(clock.limit_of(general[-1], calendar), calendar, received, events)


def read_suspension(text: str) -> Suspended:
    """Read `FROM/TO[/restart]` of the command line; an empty TO is a suspension still open.

    Raises:
        InvalidInput: it has another form.
    """
    parts = text.split("/")
    if len(parts) not in (2, 3) or parts[2:] not in ([], ["restart"], ["resume"]):
        raise InvalidInput(Text(f"«{text}» không đúng dạng TỪ/ĐẾN[/restart].",
                                f"“{text}” is not of the form FROM/TO[/restart]."))
    return Suspended(read_moment(parts[0]), read_moment(parts[1]) if parts[1] else None, "supplement",
                     "restart" if parts[2:] == ["restart"] else "resume")


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="minutes")


def _answer_entry(entry: object, number: int, language: str, calendar: WorkCalendar | None) -> dict[str, Any]:
    label = str(entry["id"]) if isinstance(entry, Mapping) and entry.get("id") is not None else f"#{number}"
    try:
        if not isinstance(entry, Mapping):
            raise InvalidInput(Text("phải là một đối tượng JSON.", "must be a JSON object."))
        found = _told(entry, calendar, language)
    except InvalidInput as error:
        raise InvalidInput(Text(f"Mục {label}: {error.message.vi}", f"Entry {label}: {error.message.en}")) from None
    return {"id": entry["id"], **found} if "id" in entry else found


def _told(entry: Mapping[str, Any], calendar: WorkCalendar | None, language: str) -> dict[str, Any]:
    """Answer one entry; a changed calendar moves what is due, never what was printed before."""
    events = _read_events(entry.get("events", []))
    found = answer(_reckon_entry(entry, events, calendar), language)
    unchanged = [event for event in events if not isinstance(event, clock.CalendarChanged)]
    if len(unchanged) < len(events):
        found["promised"] = _written(_reckon_entry(entry, unchanged, calendar).due)
        found["lines"] = found.pop("lines")     # the long part last
    return found


def _reckon_entry(entry: Mapping[str, Any], events: Sequence[ClockEvent], calendar: WorkCalendar | None) -> Reckoning:
    period = _read_period(entry)
    received = _read_received(entry, events)
    if calendar is None:
        calendar = holidays.vietnam(_years(entry, period.number))
    try:
        calendar = calendar_file.overlay(entry.get("calendar"), calendar)
    except (TypeError, ValueError, AttributeError, KeyError):
        raise InvalidInput(Text("«calendar» không đọc được.", "“calendar” cannot be read.")) from None
    return clock.reckon(_read_limit(entry, period, calendar), calendar, received, events)


def _read_period(entry: Mapping[str, Any]) -> periods.Period:
    text = entry.get("period")
    if not isinstance(text, str):
        raise InvalidInput(Text("thiếu «period» hoặc không phải chữ.", "“period” is missing or not text."))
    return periods.parse(text)


def _read_received(entry: Mapping[str, Any], events: Sequence[ClockEvent]) -> datetime | None:
    if "received" not in entry and not any(isinstance(event, clock.Started) for event in events):
        raise InvalidInput(Text("thiếu «received».", "“received” is missing."))
    received = entry.get("received")
    return None if received is None else read_moment(received)


def _read_limit(entry: Mapping[str, Any], period: periods.Period, calendar: WorkCalendar) -> Limit:
    """A policy or cut-off that the entry does not give is the calendar's; a null cut-off is none."""
    policy = entry.get("policy") or calendar.first_day
    if not isinstance(policy, str) or policy not in _POLICIES:
        raise InvalidInput(Text(f"«{policy}» không phải cách tính ngày đầu; chỉ có NEXT_DAY và SAME_HOUR.",
                                f"“{policy}” is not a policy; there are NEXT_DAY and SAME_HOUR."))
    cut_off = entry.get("cut_off", calendar.cut_off)
    return Limit(period, _POLICIES[policy], None if cut_off is None else calendars.read_cut_off(cut_off))


def _read_events(value: object) -> list[ClockEvent]:
    if not isinstance(value, list):
        raise InvalidInput(Text("«events» phải là một danh sách.", "“events” must be a list."))
    return [_read_event(item, number) for number, item in enumerate(value, start=1)]


def _read_event(item: object, number: int) -> ClockEvent:
    kind = item.get("type") if isinstance(item, Mapping) else None
    try:
        if not isinstance(item, Mapping):
            raise InvalidInput(Text("phải là một đối tượng JSON.", "must be a JSON object."))
        return clock_events.from_data(item)
    except InvalidInput as error:
        name = f"{number} ({kind})" if kind else str(number)
        raise InvalidInput(Text(f"Sự kiện {name}: {error.message.vi}",
                                f"Event {name}: {error.message.en}")) from None


def _years(entry: Mapping[str, Any], number: int) -> range:
    """Give the years whose holidays may matter: those the entry names, and as many more as the period may reach."""
    named = [int(year) for year in re.findall(r"\b([0-9]{4})-[0-9]{2}-[0-9]{2}", json.dumps(entry))]
    named = [year for year in named if 1900 <= year <= _LAST_SEEDED_YEAR] or [2026]
    return range(min(named), min(max(named) + 2 + number // 200, _LAST_SEEDED_YEAR) + 1)
