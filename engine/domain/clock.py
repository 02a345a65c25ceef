"""The clock of a case: one pure function from a limit, a calendar, a receipt and events to start and due time.

The rules in plain words stand in `docs/clock.md`; a rule the law leaves open is marked *choice* there. The steps
for each unit of period live in `engine.domain.lapse`, the events in `engine.domain.clock_events`, how a result
is told in `engine.domain.arithmetic` and `engine.domain.explanation`. All times are local time of the unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from engine.domain import arithmetic, lapse, worktime
from engine.domain.arithmetic import Act, Line
from engine.domain.calendar import WorkCalendar, read_cut_off
from engine.domain.clock_events import (
    CalendarChanged,
    ClockEvent,
    Decided,
    Extended,
    Started,
    Stopped,
    Suspended,
    check,
    cut,
    day_rules,
    receipt_of,
    refuse,
)
from engine.domain.declarations import DeadlineRule
from engine.domain.errors import InvalidInput
from engine.domain.lapse import Course, Policy, Terms
from engine.domain.period import Period
from engine.domain.text import Text
from engine.domain.worktime import DAY, OPEN, moment_of, stamp

__all__ = ["CalendarChanged", "ClockEvent", "Decided", "Extended", "Limit", "Line", "Policy", "Reckoning",
           "Started", "Stopped", "Suspended", "limit_of", "reckon", "suspension_limit", "verdict"]

Verdict = Literal["early", "on_time", "late"]


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit with all its defaults filled in; the cut-off in minutes after midnight, `None` for none."""

    period: Period
    policy: Policy = "NEXT_DAY"
    cut_off: int | None = 15 * 60
    warn_at: int = 80
    extensions: int = 1
    extension_up_to: Period | None = None


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What the clock says. `remaining`, `allowance` and `used` are minutes of the allowance.

    `due` is none before acceptance and while the clock stands; then `remaining` says what is left. `promise` is
    the new date of an extension granted too late: a promise to the applicant that does not heal lateness.
    `ended` is the end of processing where an event records it, `standing_since` the beginning of the suspension
    that is open. `granted` counts the extensions that moved the due time, `original` is the limit without them.
    """

    start: datetime | None = None
    due: datetime | None = None
    remaining: int | None = None
    promise: datetime | None = None
    ended: datetime | None = None
    standing_since: datetime | None = None
    period: Period | None = None
    original: Period | None = None
    granted: int = 0
    course: Course | None = field(default=None, repr=False)
    suspensions: tuple[Suspended, ...] = field(default=(), repr=False)
    acts: tuple[Act, ...] = field(default=(), repr=False)
    warn_at: int = field(default=80, repr=False)

    @property
    def allowance(self) -> int | None:
        """The minutes granted, none before acceptance."""
        return self.course.allowance if self.course else None

    @property
    def used(self) -> int | None:
        """The minutes used up, as far as it is known when the clock will stand."""
        return self.course.used() if self.course else None

    @property
    def warn(self) -> datetime | None:
        """When to warn: told only when asked, since every click computes due times and few look at this."""
        return _moment(self.course.warning(self.warn_at)) if self.course else None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The arithmetic day by day; the minutes of its counted lines add up to `used`."""
        return arithmetic.lines_of(self.course, self.suspensions, self.acts) if self.course else ()


def limit_of(rule: DeadlineRule, calendar: WorkCalendar) -> Limit:
    """Fill in what a deadline leaves open: a task counts from the hour and has no cut-off, others ask the calendar.

    Raises:
        InvalidInput: the cut-off is no time of day.
    """
    is_task = rule.kind == "task"
    first_day = rule.first_day or ("same-hour" if is_task else calendar.first_day)
    cut_off = rule.cut_off or ("none" if is_task else calendar.cut_off)
    return Limit(rule.period, "NEXT_DAY" if first_day == "next-day" else "SAME_HOUR", read_cut_off(cut_off),
                 rule.warn_at, rule.extensions, rule.extension_up_to)


def reckon(limit: Limit, calendar: WorkCalendar, received: datetime | None,
           events: Sequence[ClockEvent] = ()) -> Reckoning:
    """Compute start and due time; the same inputs always give the same answer.

    `received` is the instant at which the dossier was full (none: nobody accepted it yet), `events` come in the
    order of their sequence numbers. Seconds are cut off before anything is compared.

    Raises:
        InvalidInput: an event contradicts another, the receipt or the limit (the message names it), the period
            is 0, or the calendar has no working day within 60 days.
    """
    _check_period(limit.period)
    receipt = receipt_of(received, events)
    check(events, receipt)
    suspensions = tuple(event for event in events if isinstance(event, Suspended))
    stops = [cut(event.at) for event in events if isinstance(event, Stopped)]
    ended = stops[0] if stops else None
    if receipt is None:
        return Reckoning(ended=ended, suspensions=suspensions)
    halts = worktime.merged((stamp(s.start), OPEN if s.end is None else stamp(s.end)) for s in suspensions)
    progress = _Progress(limit, calendar.with_days(day_rules(events)), stamp(receipt), halts, limit.period)
    for event, number in _in_order_of_time(events):
        progress.apply(event, number)
    return _result(limit, progress, suspensions, ended)


def _check_period(period: Period) -> None:
    if period.number < 1 and period.unit != "same day":
        raise InvalidInput(Text("Thời hạn phải từ 1 trở lên.", "A period must be at least 1."))


def _in_order_of_time(events: Sequence[ClockEvent]) -> list[tuple[Decided | Extended | Suspended, int]]:
    """Give the events whose effect depends on the due time in force, each at the instant that decides it.

    Acts on the limit come before restarts of the same minute: an extension granted in it is in time.
    """
    deciding: list[tuple[int, int, int, Decided | Extended | Suspended]] = []
    for number, event in enumerate(events, start=1):
        if isinstance(event, Decided | Extended):
            deciding.append((stamp(event.at), 0, number, event))
        elif isinstance(event, Suspended) and event.mode == "restart" and event.end is not None:
            deciding.append((stamp(event.start), 1, number, event))
    return [(event, number) for _, _, number, event in sorted(deciding, key=lambda item: item[:3])]


class _Progress:
    """The limit and receipt in force while the events are gone through in order of time."""

    def __init__(self, limit: Limit, calendar: WorkCalendar, receipt: int,
                 halts: tuple[tuple[int, int], ...], period: Period) -> None:
        self.limit, self.calendar, self.receipt, self.halts = limit, calendar, receipt, halts
        self.period = self.original = period
        self.granted = 0
        self.promise: Period | None = None
        self.acts: list[Act] = []

    def course(self, period: Period | None = None) -> Course:
        """Lay the period in force (or another) over the calendar from the receipt in force."""
        terms = Terms(period or self.period, self.limit.policy, self.limit.cut_off)
        return lapse.lay(self.calendar, terms, self.receipt, self.halts)

    def apply(self, event: Decided | Extended | Suspended, number: int) -> None:
        """Let one event change the receipt or the period in force."""
        if isinstance(event, Decided):
            self._decide(event)
        elif isinstance(event, Extended):
            self._extend(event, number)
        else:
            self._restart(event)

    def _decide(self, event: Decided) -> None:
        """The limit of the outcome replaces the one in force, from the same start."""
        if event.period is not None:
            _check_period(event.period)
            self.period = self.original = event.period
            if event.first_day is not None:
                policy: Policy = "NEXT_DAY" if event.first_day == "next-day" else "SAME_HOUR"
                self.limit = replace(self.limit, policy=policy)
            self.acts.append(arithmetic.decided(event))

    def _extend(self, event: Extended, number: int) -> None:
        """N becomes N + M when granted in time, not too often and not too long; else it is only a promise."""
        if event.by.unit != self.period.unit or event.by.unit == "same day":
            raise refuse(event, number, f"gia hạn phải cùng đơn vị với thời hạn ({self.period}).",
                         f"an extension must be in the unit of the limit ({self.period}).")
        _check_period(event.by)
        longer = replace(self.period, number=self.period.number + event.by.number)
        due = self.course().due
        too_late = due is not None and stamp(event.at) > due
        bound = self.limit.extension_up_to or self.original
        too_long = bound.unit == event.by.unit and event.by.number > bound.number
        heals = not (too_late or too_long or self.granted >= self.limit.extensions)
        self.acts.append(arithmetic.extended(event, heals=heals, too_late=too_late))
        if heals:
            self.period, self.granted = longer, self.granted + 1
        else:
            self.promise = longer

    def _restart(self, event: Suspended) -> None:
        """The end of the suspension is a new receipt, unless the due time had come before it began."""
        end = stamp(event.end) if event.end else OPEN
        due = self.course().due
        if end > self.receipt and (due is None or stamp(event.start) < due):
            self.receipt = end
            self.acts.append(arithmetic.restarted(event))


def _result(limit: Limit, progress: _Progress, suspensions: tuple[Suspended, ...],
            ended: datetime | None) -> Reckoning:
    course = progress.course()
    promise = progress.course(progress.promise).due if progress.promise else None
    standing = course.due is None
    return Reckoning(
        start=moment_of(course.start), due=_moment(course.due),
        remaining=course.allowance - course.used() if standing else None, promise=_moment(promise), ended=ended,
        standing_since=moment_of(course.halts[-1][0]) if standing else None, period=course.terms.period,
        original=progress.original, granted=progress.granted, course=course, suspensions=suspensions,
        acts=tuple(progress.acts), warn_at=limit.warn_at)


def _moment(minute: int | None) -> datetime | None:
    return None if minute is None else moment_of(minute)


def verdict(reckoning: Reckoning, end: datetime, early_by: Period | None = None,
            calendar: WorkCalendar | None = None, due: datetime | None = None) -> Verdict:
    """Judge an end of processing: late after the due time, early with a working day of the allowance left.

    `early_by` is data of the procedure; by default one working day, one working hour for limits in hours. `due`
    judges by another date than the computed one (the printed promise). An end while the clock stands is never
    late: processing then ended at the request.
    """
    course = reckoning.course
    last = reckoning.due if due is None else cut(due)
    if course is None:
        return "on_time"
    finished = stamp(end)
    if last is not None and finished > stamp(last):
        return "late"
    threshold = early_by or _ordinary_threshold(course.terms.period)
    terms = Terms(threshold, "SAME_HOUR", None)
    if last is None:
        return "early" if _left_while_standing(course, reckoning.remaining or 0, terms) else "on_time"
    ahead = lapse.lay(calendar or course.calendar, terms, finished, course.halts).due
    return "early" if ahead is not None and ahead <= stamp(last) else "on_time"


def _ordinary_threshold(period: Period) -> Period:
    return Period(1, "working hours" if period.unit in ("hours", "working hours") else "working days")


def _left_while_standing(course: Course, remaining: int, terms: Terms) -> bool:
    """Tell whether what is left while the clock stands is at least the threshold."""
    if course.terms.period.unit == "days" and terms.period.unit in ("working days", "days"):
        return remaining >= terms.period.number * DAY
    return remaining >= lapse.lay(course.calendar, terms, course.halts[-1][0], ()).allowance


def suspension_limit(calendar: WorkCalendar, since: datetime, period: Period) -> datetime:
    """Give the last instant at which an applicant may answer a request made at `since`.

    The day of the request is not counted, the cut-off plays no part, and the limit ends at a close of work: in
    working days at that of the N-th working day, in calendar days at that of the N-th day or of the next working
    day after it; a limit in hours ends at the first close at or after its end.

    Raises:
        InvalidInput: the period is 0, or the calendar has no working day within 60 days.
    """
    _check_period(period)
    request = stamp(since)
    day = request // DAY
    if period.unit == "working days":
        for _ in range(period.number):
            day = worktime.next_working_day(calendar, day)
    elif period.unit == "days":
        day += period.number
    elif period.unit in ("hours", "working hours"):
        return moment_of(_close_from(calendar, _hours_after(calendar, request, period)))
    else:
        return moment_of(_close_from(calendar, request))
    return moment_of(worktime.close_of(calendar, worktime.working_day_from(calendar, day)))


def _hours_after(calendar: WorkCalendar, request: int, period: Period) -> int:
    if period.unit == "hours":
        return request + period.number * 60
    return lapse.lay(calendar, Terms(period, "SAME_HOUR", None), request, ()).plain


def _close_from(calendar: WorkCalendar, minute: int) -> int:
    """Give the first close of a working day at or after a minute."""
    day = worktime.working_day_from(calendar, minute // DAY)
    close = worktime.close_of(calendar, day)
    return close if close >= minute else worktime.close_of(calendar, worktime.next_working_day(calendar, day))
