"""The arithmetic of a due time, one row a date: minutes that count, minutes that do not, and why.

The sentences of the page, which sum these rows up, live in `engine.domain.explanation`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.domain.calendar import WorkCalendar, clock_text
from engine.domain.clock_events import Decided, Extended, Suspended
from engine.domain.lapse import Course
from engine.domain.period import Period
from engine.domain.text import Text, same
from engine.domain.worktime import DAY, OPEN, Stretch, moment_of, running, sessions_on, stamp


@dataclass(frozen=True, slots=True)
class Line:
    """One row: minutes of a date that count towards the allowance or do not, with the reason."""

    date: date
    minutes: int
    counted: bool
    reason: Text

    def to_data(self, language: str = "vi") -> dict[str, Any]:
        """Give the row as JSON data with its reason in `language`."""
        return {"date": self.date.isoformat(), "minutes": self.minutes, "counted": self.counted,
                "reason": self.reason.to(language)}


@dataclass(frozen=True, slots=True)
class Act:
    """What an event did to the limit; `kind` is `outcome`, `extension`, `promise` or `restart`."""

    kind: str
    minute: int
    text: Text


WEEKDAYS = tuple(Text(vi, en) for vi, en in (
    ("Thứ Hai", "Monday"), ("Thứ Ba", "Tuesday"), ("Thứ Tư", "Wednesday"), ("Thứ Năm", "Thursday"),
    ("Thứ Sáu", "Friday"), ("Thứ Bảy", "Saturday"), ("Chủ nhật", "Sunday")))

_REASONS = {
    "supplement": Text("chờ bổ sung hồ sơ", "waiting for a supplement"),
    "payment": Text("chờ thực hiện nghĩa vụ tài chính", "waiting for a payment"),
    "consent": Text("chờ xác nhận đồng ý", "waiting for consent"),
    "outage": Text("sự cố hệ thống", "system outage"),
    "agency": Text("chờ cơ quan khác", "waiting for another agency"),
    "another agency": Text("chờ cơ quan khác", "waiting for another agency"),
}

_UNTIL_CLOSE = Text("Ngày cuối là ngày nghỉ: đến hết giờ làm việc ngày này",
                    "The last day is a day off: due at the close of this day")

_UNITS = {
    "working days": Text("ngày làm việc", "working day"), "working hours": Text("giờ làm việc", "working hour"),
    "days": Text("ngày", "day"), "hours": Text("giờ", "hour"),
}


def reason_text(reason: str) -> Text:
    """Say why a clock stands; a reason of the procedure's own is said as it is written."""
    return _REASONS.get(reason, same(reason))


def period_text(period: Period) -> Text:
    """Say a period: `5 ngày làm việc`, `5 working days`."""
    if period.unit == "same day":
        return Text("trong ngày", "same day")
    unit = _UNITS[period.unit]
    return Text(f"{period.number} {unit.vi}", f"{period.number} {unit.en}{'s' if period.number != 1 else ''}")


def time_text(minute: int) -> str:
    """Say an instant as `dd/mm hh:mm`."""
    return f"{moment_of(minute):%d/%m %H:%M}"


def decided(event: Decided) -> Act:
    """Say that the limit of an outcome replaced the general one."""
    words = period_text(event.period) if event.period else same("")
    return Act("outcome", stamp(event.at), Text(
        f"Kết quả «{event.value}»: thời hạn {words.vi}, tính từ cùng lúc tiếp nhận",
        f"Outcome “{event.value}”: limit of {words.en}, counted from the same start"))


def extended(event: Extended, *, heals: bool, too_late: bool) -> Act:
    """Say that the limit grew, or that the extension is only a promise, and why."""
    words = period_text(event.by)
    ground = f" ({event.ground})" if event.ground else ""
    if heals:
        return Act("extension", stamp(event.at), Text(f"Gia hạn thêm {words.vi}{ground}",
                                                      f"Extended by {words.en}{ground}"))
    why = (Text("sau khi đã quá hạn", "after the due time") if too_late else
           Text("vượt số lần hoặc thời gian được phép", "more often or longer than allowed"))
    return Act("promise", stamp(event.at), Text(
        f"Gia hạn thêm {words.vi}{ground} {why.vi}: chỉ là lời hẹn mới, hạn không đổi",
        f"Extended by {words.en}{ground} {why.en}: a new promise only, the due time stays"))


def restarted(event: Suspended) -> Act:
    """Say that a completed dossier was received anew."""
    minute = stamp(event.end) if event.end else OPEN
    return Act("restart", minute, Text(f"Hồ sơ đủ lúc {time_text(minute)}: tính lại từ đầu",
                                       f"Dossier complete at {time_text(minute)}: counted anew"))


def lines_of(course: Course, suspensions: Sequence[Suspended], acts: Sequence[Act]) -> tuple[Line, ...]:
    """Give the rows from the day of receipt to the due day (or to the day on which the clock stands)."""
    end = _end_of_counting(course)
    lines = [Line(_date(act.minute // DAY), 0, False, act.text) for act in acts]
    tell = _tell_calendar_day if course.terms.period.unit == "days" else _tell_day
    counted_days = frozenset(course.counted_days()) if course.terms.period.unit == "days" else frozenset()
    number = 0
    for day in range(course.receipt // DAY, max(end, course.start) // DAY + 1):
        rows = list(tell(course, suspensions, day, end, number, counted_days))
        number += any(row.counted for row in rows)
        lines.extend(rows)
    lines.extend(_after_counting(course, end))
    if course.due is None:
        lines.append(Line(_date(end // DAY), 0, False, _standing(suspensions, end)))
    return tuple(sorted(lines, key=lambda line: line.date))


def _end_of_counting(course: Course) -> int:
    counted = course.last_counted()
    return course.halts[-1][0] if counted is None else counted


def _after_counting(course: Course, end: int) -> Iterator[Line]:
    """Tell how a limit in hours that ended on a day off comes to the close of a working day."""
    if course.due is None or course.terms.period.unit != "hours" or course.due == end:
        return
    for day in range(end // DAY, course.due // DAY + 1):
        off = not sessions_on(course.calendar, day)
        yield Line(_date(day), 0, False, off_reason(course.calendar, day) if off else _UNTIL_CLOSE)


def _date(day: int) -> date:
    return date.fromordinal(day)


def _tell_day(course: Course, suspensions: Sequence[Suspended], day: int, end: int, number: int,
              _: frozenset[int]) -> Iterator[Line]:
    """Tell one date of a limit that runs by the minute."""
    if day < course.begin // DAY:
        yield _before_counting(course, day)
        return
    open_time = _open_time(course, day)
    if not open_time:
        yield Line(_date(day), 0, False, off_reason(course.calendar, day))
        return
    span = [(max(a, course.begin), min(b, end)) for a, b in open_time if a < end and b > course.begin]
    kept = list(running(span, course.halts))
    counted = sum(b - a for a, b in kept)
    if counted:
        hours = ", ".join(f"{clock_text(a - day * DAY)}–{clock_text(b - day * DAY)}" for a, b in kept)
        yield Line(_date(day), counted, True, Text(f"Ngày tính thứ {number + 1}: {hours}",
                                                   f"Counted day {number + 1}: {hours}"))
    stood = sum(b - a for a, b in span) - counted
    if stood:
        yield Line(_date(day), stood, False, _stood(suspensions, max(day * DAY, course.begin), (day + 1) * DAY))


def _open_time(course: Course, day: int) -> list[Stretch]:
    midnight = day * DAY
    if course.terms.period.unit == "hours":
        return [(midnight, midnight + DAY)]
    return [(midnight + a, midnight + b) for a, b in sessions_on(course.calendar, day)]


def _tell_calendar_day(course: Course, suspensions: Sequence[Suspended], day: int, end: int, number: int,
                       counted_days: frozenset[int]) -> Iterator[Line]:
    """Tell one date of a limit in calendar days: a whole day counts or does not."""
    if day < course.begin // DAY:
        yield _before_counting(course, day)
    elif day in counted_days:
        yield Line(_date(day), DAY, True, Text(f"Ngày thứ {number + 1}", f"Day {number + 1}"))
    elif course.due is not None and day > max(counted_days, default=0):
        off = sessions_on(course.calendar, day) == ()
        yield Line(_date(day), 0, False, off_reason(course.calendar, day) if off else _UNTIL_CLOSE)
    elif day * DAY < end:
        yield Line(_date(day), DAY, False, _stood(suspensions, day * DAY + DAY - 1, (day + 1) * DAY))


def _before_counting(course: Course, day: int) -> Line:
    """Tell a date before counting begins: a day off, a receipt too late in the day, the day of receipt."""
    if day == course.start // DAY:
        minutes = sum(max(0, b - max(a, course.start % DAY)) for a, b in sessions_on(course.calendar, day))
        return Line(_date(day), minutes, False, Text("Ngày tiếp nhận, không tính", "Day of receipt, not counted"))
    if day == course.receipt // DAY and sessions_on(course.calendar, day):
        at, why = clock_text(course.receipt % DAY), receipt_reason(course)
        return Line(_date(day), 0, False, Text(f"Nhận lúc {at}. {why.vi}", f"Received at {at}. {why.en}"))
    return Line(_date(day), 0, False, off_reason(course.calendar, day))


def receipt_reason(course: Course) -> Text:
    """Say why a receipt counts only from a later instant; empty when it counts at once."""
    day, minute = divmod(course.receipt, DAY)
    sessions, cut_off = sessions_on(course.calendar, day), course.terms.cut_off
    if course.start == course.receipt:
        return same("")
    if not sessions:
        return Text("Ngày nghỉ nên tính từ đầu ngày làm việc sau", "A day off: counted from the next working day")
    if course.start // DAY == day:
        begin = clock_text(course.start % DAY)
        return Text(f"Ngoài giờ làm việc nên tính từ {begin}", f"Outside working hours: counted from {begin}")
    limit = sessions[-1][1] if cut_off is None else min(cut_off, sessions[-1][1])
    if minute == limit:
        return Text(f"Đã đóng cửa lúc {clock_text(limit)} nên tính từ đầu ngày làm việc sau",
                    f"Closed at {clock_text(limit)}: counted from the next working day")
    return Text(f"Sau {clock_text(limit)} nên tính từ đầu ngày làm việc sau",
                f"After {clock_text(limit)}: counted from the next working day")


def off_reason(calendar: WorkCalendar, day: int) -> Text:
    """Say why a date holds no working time: the dated reason, else the weekday."""
    on = _date(day)
    rule, weekday = calendar.days.get(on), WEEKDAYS[on.weekday()]
    if rule is not None and rule.reason:
        return Text(f"{weekday.vi} nghỉ: {rule.text.vi}", f"{weekday.en} off: {rule.text.en}")
    return Text(f"{weekday.vi} nghỉ", f"{weekday.en} off")


def _stood(suspensions: Sequence[Suspended], begin: int, end: int) -> Text:
    """Say why and from when to when the clock stood in a stretch."""
    parts = [event for event in suspensions if stamp(event.start) < end
             and (event.end is None or stamp(event.end) > begin)]
    vi = "; ".join(f"{reason_text(e.reason).vi}, {span_text(e).vi}" for e in parts)
    en = "; ".join(f"{reason_text(e.reason).en}, {span_text(e).en}" for e in parts)
    return Text(f"Đồng hồ dừng: {vi}", f"The clock stands: {en}")


def span_text(event: Suspended) -> Text:
    """Say from when to when a suspension lasts."""
    start = time_text(stamp(event.start))
    if event.end is None:
        return Text(f"từ {start}", f"since {start}")
    end = time_text(stamp(event.end))
    return Text(f"{start} đến {end}", f"{start} to {end}")


def _standing(suspensions: Sequence[Suspended], since: int) -> Text:
    """Say that the clock stands now, since when and why."""
    still = [event for event in suspensions if event.end is None]
    reasons = [reason_text(event.reason) for event in still]
    at = time_text(since)
    return Text(f"Đồng hồ đang dừng từ {at}: {', '.join(reason.vi for reason in reasons)}",
                f"The clock stands since {at}: {', '.join(reason.en for reason in reasons)}")
