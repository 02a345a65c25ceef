"""Times, money and numbers as people read them, in the language of the request. Templates get only plain values."""

from __future__ import annotations

from datetime import datetime

from engine.domain import worktime
from engine.domain.arithmetic import WEEKDAYS
from engine.domain.calendar import WorkCalendar, to_local, zone
from engine.domain.explanation import duration
from engine.domain.text import Text
from webapp import language
from webapp.wording import translated as _

OFFICE_ZONE = zone("Asia/Ho_Chi_Minh")


def local(instant: datetime) -> datetime:
    """Give an instant as local time of the office; a naive time is local already."""
    return instant if instant.tzinfo is None else instant.astimezone(OFFICE_ZONE).replace(tzinfo=None)


def short(instant: datetime | None) -> str:
    """Say a time briefly: `27/11 10:50`."""
    return f"{local(instant):%d/%m %H:%M}" if instant is not None else ""


def full(instant: datetime | None) -> str:
    """Say a time with its day: `17:00, Thứ Hai 23/11/2026`."""
    if instant is None:
        return ""
    at = local(instant)
    return f"{at:%H:%M}, {language.say(WEEKDAYS[at.weekday()])} {at:%d/%m/%Y}"


def moment(text: str) -> str:
    """Say a time that stands in an answer as RFC 3339."""
    return full(datetime.fromisoformat(text))


def day(instant: datetime | None) -> str:
    """Say a date: `23/11/2026`."""
    return f"{local(instant):%d/%m/%Y}" if instant is not None else ""


def when(instant: datetime, now: datetime) -> str:
    """Say a time as seen from now: `09:00 hôm nay`, else briefly."""
    at = local(instant)
    if at.date() == local(now).date():
        return _("%(time)s hôm nay", time=f"{at:%H:%M}")
    return short(at)


def money(amount: int) -> str:
    """Say an amount in đồng: `115.000 đồng`."""
    grouped = f"{amount:,}"
    return f"{grouped} dong" if language.chosen() == "en" else f"{grouped.replace(',', '.')} đồng"


def hours(minutes: int) -> str:
    """Say minutes of working time as in the tables: `3:10`."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def size(count: int) -> str:
    """Say the size of a file."""
    return f"{count / (1024 * 1024):.1f} MB" if count >= 1024 * 1024 else f"{max(1, count // 1024)} KB"


def distance(calendar: WorkCalendar, since: datetime, until: datetime) -> Text:
    """Say the working time between two instants in days and hours of the calendar."""
    begin, end = worktime.stamp(to_local(calendar, since)), worktime.stamp(to_local(calendar, until))
    minutes = worktime.measure(worktime.working(calendar, begin), end) if begin < end else 0
    return duration(max(1, minutes), calendar.ordinary_day(), short=True)


def masked(number: str) -> str:
    """Show the ends of a personal number or telephone only: `0751 •••• ••42`."""
    bare = "".join(letter for letter in number if letter.isalnum())
    if len(bare) < 7:
        return "•" * len(bare)
    hidden = bare[:4] + "•" * (len(bare) - 6) + bare[-2:]
    return " ".join(hidden[place:place + 4] for place in range(0, len(hidden), 4))
