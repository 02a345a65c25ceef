"""A calendar handed in as iCalendar or TOML: what it means, and what is refused by line or row."""

from __future__ import annotations

from datetime import date

import pytest

from engine.adapters import holidays
from engine.domain import calendar_year
from engine.domain.calendar import ORDINARY_DAY, WorkCalendar
from engine.domain.errors import InvalidInput
from engine.services import calendar_import
from engine.services.calendar_import import Wish

BEFORE = holidays.vietnam(range(2026, 2029))
MORNING = ORDINARY_DAY[:1]


def ics(*events: str) -> bytes:
    """A file whose events begin on lines 4, and as many further as the events before have lines."""
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//\r\n{body}END:VCALENDAR\r\n".encode()


def event(day: str, name: str = "Nghỉ lễ", *more: str, end: str = "") -> str:
    return "\r\n".join([f"UID:{day}{name}", f"DTSTART;VALUE=DATE:{day}",
                        *([f"DTEND;VALUE=DATE:{end}"] if end else []), f"SUMMARY:{name}", *more])


NOTHING = Wish()


def read(content: bytes, wish: Wish = NOTHING, name: str = "2027.ics") -> WorkCalendar:
    return calendar_import.draft(name, content, BEFORE, wish).calendar


def test_an_event_is_a_day_off_and_its_category_says_otherwise() -> None:
    found = read(ics(event("20270101", "Tết Dương lịch"),
                     event("20270206", "Tết", end="20270211"),
                     event("20270213", "Làm bù", "CATEGORIES:WORK"),
                     event("20270305", "Họp toàn cơ quan", "CATEGORIES:HALF"),
                     event("20270308", "Mất điện", "CATEGORIES:HALF", "X-MOTCUA-HOURS:08:00-10:00,13:00-14:00")),
                 Wish(source="Thông báo 1/TB-BNV"))
    assert found.sessions(date(2027, 1, 1)) == ()
    assert [found.sessions(date(2027, 2, day)) for day in (8, 9, 10, 11)] == [(), (), (), ORDINARY_DAY]
    assert found.sessions(date(2027, 2, 13)) == ORDINARY_DAY                # a Saturday
    assert found.sessions(date(2027, 3, 5)) == MORNING
    assert found.sessions(date(2027, 3, 8)) == ((480, 600), (780, 840))
    assert found.source == "Thông báo 1/TB-BNV"
    assert [one.kind for one in calendar_year.year_of(found, 2027) if one.day.month != 2] == ["off", "half", "half"]


def test_the_days_of_the_year_are_replaced_as_a_whole_and_other_years_stay() -> None:
    found = read(ics(event("20270101")))
    assert {day for day in found.days if day.year == 2027} == {date(2027, 1, 1)}
    assert {day for day in found.days if day.year != 2027} == {day for day in BEFORE.days if day.year != 2027}


def test_a_table_in_toml_says_the_same() -> None:
    found = calendar_import.draft("năm 2027.toml", """
calendar = "vn"
year = 2027
source = "Quyết định 2/QĐ-UBND"
reason = "lịch nghỉ 2027"
[[day]]
date = 2027-02-06
to = 2027-02-10
reason = { vi = "Tết", en = "Lunar New Year" }
[[day]]
date = 2027-02-13
kind = "work"
reason = "làm bù"
[[day]]
date = 2027-03-05
kind = "half"
sessions = ["07:30-11:00"]
reason = "họp"
""".encode(), BEFORE, Wish())
    days = found.calendar.days
    assert found.reason == "lịch nghỉ 2027"
    assert days[date(2027, 2, 8)].text.en == "Lunar New Year"
    assert found.calendar.sessions(date(2027, 2, 13)) == ORDINARY_DAY
    assert found.calendar.sessions(date(2027, 3, 5)) == ((450, 660),)


def test_new_hours_come_in_a_table_too() -> None:
    found = calendar_import.draft("giờ.toml", b'sessions = ["07:00-11:30", "13:30-17:00"]\nsource = "QD 3"\n'
                                  b'effective_from = 2027-04-16\nreason = "gio mua he"', BEFORE, Wish())
    assert found.calendar.week == (((420, 690), (810, 1020)),) * 5 + ((), ())
    assert (found.effective_from, found.calendar.days) == (date(2027, 4, 16), dict(BEFORE.days))


@pytest.mark.parametrize(("content", "said"), [
    (ics(event("20270101"), event("20270101", "Tết Dương lịch")), "Line 9: the day 2027-01-01 stands at Line 4"),
    (ics(event("20270101"), event("20270102", "Tết", end="20270104"), event("20270103", "Làm bù", "CATEGORIES:WORK")),
     "Line 15: the day 2027-01-03 stands at Line 9"),
    (ics(event("20270101"), event("20280101")), "Line 9: the day 2028-01-01 lies outside 2027"),
    (ics(event("20270103", end="20270101")), "Line 4: the event ends before it begins"),
    (ics(event("20270103", end="20270601")), "Line 4: .*longer than 60 days"),
    (ics(event("20270103", "Lặp", "RRULE:FREQ=YEARLY")), "Line 4: the event repeats itself"),
    (ics("UID:1\r\nDTSTART:20270101T080000Z\r\nSUMMARY:Họp"), "Line 4: the event is not of whole days"),
    (ics(event("20270103", "")), "Line 4: the reason is missing"),
    (ics(event("20270104", "Nghỉ", "X-MOTCUA-HOURS:07:30-11:30")), "Line 4: a day off that has hours"),
    (ics(event("20270104", "Nửa ngày", "CATEGORIES:HALF", "X-MOTCUA-HOURS:11:30-07:30")), "Line 4: .*backwards"),
    (ics(), "no event"), (b"nothing like it", "not iCalendar"), (b"\xff\xfe", "not iCalendar"), (b"", "iCalendar"),
    (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:2027\r\nEND:VEVENT\r\nEND:VCALENDAR", "Line 2")])
def test_a_file_that_contradicts_itself_or_cannot_be_read_is_refused_by_line(content: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read(content)


@pytest.mark.parametrize(("content", "said"), [
    (b"day = 5", "must be written as"), (b"nonsense = 1", "nonsense"), (b"= =", "neither TOML"),
    (b'[[day]]\ndate = 2027-01-01\nreason = "x"', "year"),
    (b'year = 2027\n[[day]]\ndate = "1/1"\nreason = "x"', "Row day 1"),
    (b'year = 2027\n[[day]]\ndate = 2027-01-01\nkind = "shut"\nreason = "x"', "Row day 1"),
    (b'year = 2027\n[[day]]\ndate = 2027-01-01\nreason = "x"\n[[day]]\ndate = 2027-01-01\nreason = "y"',
     "Row day 2: the day 2027-01-01 stands at Row day 1"),
    (b'year = 2027\n[[day]]\ndate = 2026-12-31\nreason = "x"', "Row day 1: the day 2026-12-31 lies outside 2027"),
    (b"sessions = 7", "session"), (b"week = 7", "cannot be read"), (b"effective_from = 1", "must be a date"),
    (b"source = 1", "must be text"), (b'cut_off = "late"', "late")])
def test_a_table_that_contradicts_itself_or_cannot_be_read_is_refused_by_row(content: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        calendar_import.draft("x.toml", content, BEFORE, Wish())


def test_a_file_about_several_years_is_read_when_they_are_named() -> None:
    content = ics(event("20270101"), event("20280101"))
    assert date(2028, 1, 1) in read(content, Wish(years=(2027, 2028))).days


def test_sixty_days_without_work_are_refused_and_name_the_first() -> None:
    shut = read(ics(*(event(f"2027{month:02d}01", f"Tháng {month}", end=f"2027{month:02d}28") for month in (3, 4, 5))))
    for calendar in (shut, BEFORE):
        calendar_year.refuse_without_work(calendar)
    worse = read(ics(event("20270301", "a", end="20270401"), event("20270401", "b", end="20270501")))
    with pytest.raises(InvalidInput, match="from 2027-02-27 there is no working day within 60 days"):
        calendar_year.refuse_without_work(worse)
