"""How a due time is told to a person: the sentences of the page, what is left, and the strip of days.

It computes nothing of its own: every number comes from the `Reckoning`. Texts are in both languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from engine.domain import arithmetic, worktime
from engine.domain.arithmetic import WEEKDAYS, period_text, reason_text, time_text
from engine.domain.calendar import clock_text
from engine.domain.clock import Reckoning
from engine.domain.clock_events import Suspended
from engine.domain.lapse import Course
from engine.domain.text import Text, same
from engine.domain.worktime import DAY, OPEN, Stretch, measure, sessions_on, stamp

Row = tuple[Text, Text]
_MANY_DAYS = 10
_BY_THE_CLOCK = ("days", "hours")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a clock stands at an instant; minutes of the allowance. `overdue` is the time since the due time."""

    used: int
    left: int
    overdue: int
    stopped: bool
    text: Text


def duration(minutes: int, day_length: int, *, short: bool = False) -> Text:
    """Say minutes in days and hours of a working day's length; `short` leaves the minutes out of whole days."""
    days, rest = divmod(minutes, day_length)
    hours, rest = divmod(rest, 60)
    if short and days:
        rest = 0
    vi, en = [], []
    if days:
        vi.append(f"{days} ngày")
        en.append(f"{days} day{'s' if days != 1 else ''}")
    if hours:
        vi.append(f"{hours} giờ {rest:02d}" if rest else f"{hours} giờ")
        en.append(f"{hours} h {rest:02d} min" if rest else f"{hours} h")
    elif rest or not days:
        vi.append(f"{rest} phút")
        en.append(f"{rest} min")
    return Text(" ".join(vi), " ".join(en))


def day_length(course: Course) -> int:
    """Give the minutes of one day in which lengths of this limit are said."""
    return DAY if course.terms.period.unit in _BY_THE_CLOCK else course.calendar.ordinary_day()


def remaining_text(reckoning: Reckoning) -> Text:
    """Say what is left while the clock stands, in days and hours: `4 ngày 5 giờ 30`."""
    if reckoning.course is None or reckoning.remaining is None:
        return same("")
    return duration(reckoning.remaining, day_length(reckoning.course))


def standing(reckoning: Reckoning, now: datetime) -> Standing | None:
    """Tell used, left and overdue at `now` (local time); none before the clock began."""
    course = reckoning.course
    if course is None:
        return None
    at = stamp(now)
    used = course.used(at)
    left, unit = course.allowance - used, day_length(course)
    stopped = any(begin <= at < end for begin, end in course.halts)
    overdue = _overdue(course, at)
    if overdue:
        late = duration(overdue, unit, short=True)
        return Standing(used, left, overdue, False, Text(f"trễ {late.vi}", f"{late.en} late"))
    words = duration(left, unit, short=True)
    return Standing(used, left, 0, stopped, Text(f"còn {words.vi}", f"{words.en} left"))


def _overdue(course: Course, at: int) -> int:
    """Give the minutes since the due time: clock time for limits in hours and days, else working time, at least 1."""
    if course.due is None or at <= course.due:
        return 0
    if course.terms.period.unit in _BY_THE_CLOCK:
        return at - course.due
    return max(1, measure(worktime.working(course.calendar, course.due), at))


def explain(reckoning: Reckoning, subject: Literal["case", "task"] = "case") -> list[Row]:
    """Give the reasons and results that lead from the receipt to the due time, in the order of the page."""
    course = reckoning.course
    if course is None:
        return [(Text("Chưa tiếp nhận đủ hồ sơ: thời hạn chưa chạy",
                      "The dossier is not accepted yet: no limit runs"),
                 Text("chưa có", "none"))]
    rows = [_receipt_row(course, subject)]
    rows += [(act.text, same("")) for act in reckoning.acts]
    rows.append(_limit_row(course))
    rows += _suspension_rows(reckoning, course)
    rows += _exception_rows(course)
    rows.append(_due_row(reckoning, subject))
    if reckoning.promise is not None:
        rows.append((Text("Lời hẹn mới, hạn theo luật không đổi", "New promise; the legal due time stays"),
                     same(f"{reckoning.promise:%d/%m %H:%M}")))
    return rows


def _receipt_row(course: Course, subject: str) -> Row:
    day = WEEKDAYS[date.fromordinal(course.receipt // DAY).weekday()]
    at = worktime.moment_of(course.receipt)
    why = arithmetic.receipt_reason(course)
    what = (Text("Nhận đủ hồ sơ", "Dossier complete") if subject == "case" else
            Text("Việc sẵn sàng", "Task ready"))
    return (Text(f"{what.vi} {day.vi} {at:%d/%m, %H:%M}{'. ' if why.vi else ''}{why.vi}",
                 f"{what.en} {day.en} {at:%d/%m, %H:%M}{'. ' if why.en else ''}{why.en}"),
            same(time_text(course.start)))


def _limit_row(course: Course) -> Row:
    """Say the limit and the days it would take without suspensions."""
    words, unit = period_text(course.terms.period), course.terms.period.unit
    result = same(time_text(course.plain))
    not_counted = unit == "days" or (unit == "working days" and course.terms.policy == "NEXT_DAY")
    if not_counted:
        days = _days_text(course)
        return Text(f"{words.vi}, ngày tiếp nhận không tính: {days}",
                    f"{words.en}, the day of receipt not counted: {days}"), result
    return Text(f"{words.vi}, tính từ giờ tiếp nhận", f"{words.en}, counted from the hour of receipt"), result


def _days_text(course: Course) -> str:
    """Name the counted days: all of them when few (`17, 18, 19/11`), else the first and the last."""
    first, last = course.begin // DAY, course.plain // DAY
    if course.terms.period.unit == "days":
        days = list(range(first, first + course.terms.period.number))
    else:
        days = [day for day in range(first, last + 1) if sessions_on(course.calendar, day)]
    dates = [date.fromordinal(day) for day in days]
    if len(dates) > _MANY_DAYS:
        return f"{dates[0]:%d/%m} – {dates[-1]:%d/%m}"
    ends_month = [index + 1 == len(dates) or dates[index + 1].month != on.month for index, on in enumerate(dates)]
    return ", ".join(f"{on:%d/%m}" if ends else f"{on:%d}" for on, ends in zip(dates, ends_month, strict=True))


def _suspension_rows(reckoning: Reckoning, course: Course) -> Iterator[Row]:
    """Say each stretch in which the clock stood and the time it took away; overlapping ones count once."""
    for begin, end in course.halts:
        inside = [event for event in reckoning.suspensions
                  if stamp(event.start) < end and (OPEN if event.end is None else stamp(event.end)) > begin]
        reasons = Text(", ".join(dict.fromkeys(reason_text(event.reason).vi for event in inside)),
                       ", ".join(dict.fromkeys(reason_text(event.reason).en for event in inside)))
        if end >= OPEN:
            left, since = remaining_text(reckoning), time_text(begin)
            if course.due is None:
                yield (Text(f"Đồng hồ đang dừng từ {since}: {reasons.vi}",
                            f"The clock stands since {since}: {reasons.en}"),
                       Text(f"còn {left.vi}", f"{left.en} left"))
            continue
        lost = _lost(course, (begin, end))
        if lost:
            words, span = duration(lost, day_length(course)), arithmetic.span_text(_span(begin, end))
            yield (Text(f"Đồng hồ dừng: {reasons.vi}, {span.vi}", f"The clock stood: {reasons.en}, {span.en}"),
                   Text(f"+ {words.vi}", f"+ {words.en}"))


def _span(begin: int, end: int) -> Suspended:
    return Suspended(worktime.moment_of(begin), worktime.moment_of(end), "")


def _lost(course: Course, halt: Stretch) -> int:
    """Give the minutes that a halt took from the limit between the beginning of counting and the due time."""
    begin, end = max(halt[0], course.begin), min(halt[1], course.due if course.due is not None else OPEN)
    if begin >= end:
        return 0
    if course.terms.period.unit == "days":
        return DAY * sum(begin <= day * DAY + DAY - 1 < end for day in range(begin // DAY, end // DAY + 1))
    if course.terms.period.unit == "hours":
        return end - begin
    return measure(worktime.working(course.calendar, begin), end)


def _exception_rows(course: Course) -> Iterator[Row]:
    """Name the dates between receipt and due time that the calendar makes other than their weekday."""
    if course.terms.period.unit in _BY_THE_CLOCK or course.due is None:
        return
    for day in range(course.receipt // DAY, course.due // DAY + 1):
        on = date.fromordinal(day)
        rule = course.calendar.days.get(on)
        if rule is None or rule.sessions == course.calendar.week_on(on)[on.weekday()]:
            continue
        weekday, when = WEEKDAYS[on.weekday()], f"{on:%d/%m}"
        if not rule.sessions:
            yield (Text(f"{weekday.vi} {when} nghỉ: {rule.text.vi}", f"{weekday.en} {when} off: {rule.text.en}"),
                   Text("không tính", "not counted"))
        else:
            hours = ", ".join(f"{clock_text(a)}–{clock_text(b)}" for a, b in rule.sessions)
            yield (Text(f"{weekday.vi} {when} làm việc {hours}: {rule.text.vi}",
                        f"{weekday.en} {when} worked {hours}: {rule.text.en}"), Text("có tính", "counted"))


def _due_row(reckoning: Reckoning, subject: str) -> Row:
    title = Text("Hẹn trả", "Due") if subject == "case" else Text("Hạn của bước này", "This step is due")
    if reckoning.due is None:
        return title, Text("chưa có, đồng hồ đang dừng", "none while the clock stands")
    return title, same(f"{reckoning.due:%d/%m %H:%M}")
