"""The cases of the demo: about a dozen and a half stories that leave a case in every state an office knows.

Days are counted in working days before today, so that “due today” and “late” are true on whatever day it starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from engine import worker
from engine.domain import audit
from engine.domain.calendar import WorkCalendar, to_local, to_utc
from engine.domain.case import Case
from webapp.cli import demo_answers as say
from webapp.cli import demo_play as play
from webapp.cli.demo_answers import Answers
from webapp.cli.demo_play import Office

Act = tuple[str, int, str, Answers]     # step, working days ago, time of day, what is written
OPENED_DAYS_AGO = 45
_POLICE, _CENTRE, _PHU_AN, _HAI_CHAU = "hai-son-traffic-police", "hai-son-service-centre", "phu-an", "hai-chau-dong"


@dataclass(frozen=True, slots=True)
class Days:
    """Working days counted back from today; on a day off, today is the next working day."""

    calendar: WorkCalendar
    today: date

    @staticmethod
    def until(calendar: WorkCalendar, now: datetime) -> Days:
        """Count back from the local day of an instant."""
        today = to_local(calendar, now).date()
        while not calendar.sessions(today):
            today += timedelta(days=1)
        return Days(calendar, today)

    def back(self, number: int) -> date:
        """Give the working day that lies so many working days before today."""
        day = self.today
        for _ in range(number):
            day -= timedelta(days=1)
            while not self.calendar.sessions(day):
                day -= timedelta(days=1)
        return day

    def at(self, number: int, time: str) -> datetime:
        """Give an instant by working days ago and time of day."""
        hour, _, minute = time.partition(":")
        day = self.back(number)
        return to_utc(self.calendar, datetime(day.year, day.month, day.day, int(hour), int(minute)))  # noqa: DTZ001


@dataclass(frozen=True, slots=True)
class Story:
    """How one case went: filed so many working days ago, then the acts; `ends` lets its applicant's limit run out."""

    procedure: Literal["licence", "certified"]
    applicant: str
    unit: str
    filed: tuple[int, str]
    acts: tuple[Act, ...] = ()
    changes: tuple[tuple[str, Any], ...] = ()
    ends: bool = False


def _accepted(days: int, time: str, paid: str) -> tuple[Act, Act]:
    return ("check", days, time, say.ACCEPT), ("collect_fee", days, paid, say.receipt(87000 + days))


def _signed(days: int, verdict: Answers = say.AGREED) -> tuple[Act, Act]:
    return ("review", days, "14:10", say.AGREED), ("sign", days, "16:05", verdict)


def _copies(days: int) -> tuple[Act, ...]:
    return (("check", days, "08:20", say.ACCEPT), ("collect_fee", days, "08:25", say.receipt(91000 + days, 10000)),
            ("make_copies", days, "08:50", say.COPIED), ("draft", days, "09:20", say.DRAFTED))


STORIES: tuple[Story, ...] = (
    # Stopped: the applicant never answered, and the 30 days passed.
    Story("licence", "Vũ Đình Khải", _POLICE, (35, "08:20"),
          (*_accepted(35, "08:40", "08:50"), ("verify", 34, "10:00", say.SUPPLEMENT)), ends=True),
    # Returned, early.
    Story("licence", "Nguyễn Thị Hồng Nhung", _POLICE, (12, "08:35"),
          (*_accepted(12, "09:00", "09:10"), ("verify", 11, "09:30", say.VERIFIED), *_signed(11),
           ("print_card", 10, "10:00", say.PRINTED), ("hand_over", 9, "09:15", say.HANDED_OVER))),
    # Returned, late.
    Story("licence", "Phạm Gia Huy", _POLICE, (20, "09:20"),
          (*_accepted(20, "09:40", "10:00"), ("verify", 15, "16:00", say.VERIFIED), *_signed(14),
           ("print_card", 13, "10:30", say.PRINTED), ("hand_over", 12, "08:20", say.HANDED_OVER))),
    # Refused by the leader, within the shorter limit of a refusal.
    Story("licence", "Đoàn Minh Trí", _POLICE, (6, "08:30"),
          (*_accepted(6, "08:45", "09:00"), ("verify", 5, "10:20", say.NOT_ELIGIBLE), *_signed(4, say.REFUSED))),
    # Turned away at the counter: expired for more than a year.
    Story("licence", "Tô Thị Bích", _POLICE, (3, "14:00"), (("guide", 3, "14:20", say.TURNED_AWAY),),
          (("expiry_band", "over_1_year"),)),
    # Decided; the card waits to be collected.
    Story("licence", "Lý Quốc Bảo", _POLICE, (5, "10:00"),
          (*_accepted(5, "10:20", "10:30"), ("verify", 4, "09:00", say.VERIFIED), *_signed(3),
           ("print_card", 2, "15:30", say.PRINTED))),
    # Late: still with the team head.
    Story("licence", "Hoàng Thị Mai Anh", _POLICE, (8, "08:15"),
          (*_accepted(8, "08:30", "08:40"), ("verify", 4, "11:00", say.VERIFIED))),
    # Due today: before the leader.
    Story("licence", "Trương Văn Lợi", _POLICE, (5, "08:40"),
          (*_accepted(5, "09:00", "09:10"), ("verify", 3, "10:00", say.VERIFIED),
           ("review", 2, "09:30", say.AGREED))),
    # Suspended: waiting for the applicant's supplement.
    Story("licence", "Ngô Thanh Tâm", _POLICE, (4, "09:00"),
          (*_accepted(4, "09:20", "09:30"), ("verify", 3, "10:00", say.SUPPLEMENT))),
    # Suspended: waiting for the fee.
    Story("licence", "Cao Xuân Trường", _POLICE, (1, "15:20"), (("check", 1, "15:30", say.ACCEPT),)),
    # Supplemented once, running again.
    Story("licence", "Huỳnh Thị Kim Chi", _POLICE, (6, "13:30"),
          (*_accepted(6, "13:45", "14:00"), ("verify", 5, "09:00", say.SUPPLEMENT),
           ("provide_papers", 2, "09:00", say.PROVIDED))),
    # On time, received at the province's service centre.
    Story("licence", "Bùi Thế Vinh", _CENTRE, (1, "08:20"), _accepted(1, "08:40", "08:50")),
    # Waiting at the counter.
    Story("licence", "Đặng Hữu Nghĩa", _POLICE, (1, "16:20")),
    # Not full: waiting for papers before it can be accepted.
    Story("licence", "Mai Thị Tuyết", _CENTRE, (2, "10:40"), (("check", 2, "11:00", say.NOT_FULL),)),
    # Certified copies: returned the same day; refused; due today because received after 15:00; at the counter.
    Story("certified", "Phan Văn Tài", _PHU_AN, (2, "08:10"),
          (*_copies(2), ("sign", 2, "10:00", say.AGREED), ("seal", 2, "10:20", say.sealed(1127, 2026)),
           ("hand_over", 2, "10:40", say.COPIES_HANDED_OVER))),
    Story("certified", "Đinh Thị Lụa", _HAI_CHAU, (3, "08:05"), (*_copies(3), ("sign", 3, "10:30", say.NO_ORIGINAL))),
    Story("certified", "Lâm Chí Dũng", _PHU_AN, (1, "15:05"),
          (("check", 1, "15:20", say.ACCEPT), ("collect_fee", 1, "15:30", say.receipt(91444, 10000)),
           ("make_copies", 1, "16:00", say.COPIED), ("draft", 1, "16:30", say.DRAFTED))),
    Story("certified", "Trịnh Thị Duyên", _HAI_CHAU, (1, "16:30")),
)


def file_all(calendar: WorkCalendar, now: datetime) -> list[Case]:
    """File every story and play it as the right people; give the cases as they stand, in the order of the stories."""
    days, office = Days.until(calendar, now), play.office_at(now)
    return [_tell(story, number, days, office) for number, story in enumerate(STORIES, start=1)]


def _tell(story: Story, number: int, days: Days, office: Office) -> Case:
    filed = days.at(*story.filed)
    if story.procedure == "licence":
        submission = say.licence(story.applicant, number, days.back(story.filed[0]), **dict(story.changes))
        case = play.file(office, "driving-licence-renewal", submission, story.unit, filed)
    else:
        case = play.file(office, "certified-copy", say.certified(story.applicant, number), story.unit, filed)
    for step, back, time, answers in story.acts:
        case, _ = play.do(office, case, step, answers, days.at(back, time))
    if story.ends:
        worker.drain(max(audit.instant(due) for due in case.pending.values()) + timedelta(minutes=1))
    return case
