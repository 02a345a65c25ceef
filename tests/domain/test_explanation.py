"""How a due time is told: the sentences beside the clock, what is left, and the strip of days."""

from __future__ import annotations

from engine.domain import clock, day_strip, explanation
from engine.domain.clock import CalendarChanged, Decided, Extended, Limit
from engine.domain.period import Period
from tests.domain.office_2026 import OFFICE, at, reckon, suspended

NOW = at("11-23 09:42")


def licence():
    """A renewal received after the cut-off, with a supplement and a holiday in between."""
    return reckon("5 working days", "11-13 15:20", suspended("11-17 09:40", "11-19 14:30"))


def told(found, language="vi"):
    return [(reason.to(language), result.to(language)) for reason, result in explanation.explain(found)]


def test_the_sentences_lead_from_the_receipt_to_the_due_time():
    assert told(licence()) == [
        ("Nhận đủ hồ sơ Thứ Sáu 13/11, 15:20. Sau 15:00 nên tính từ đầu ngày làm việc sau", "16/11 07:30"),
        ("5 ngày làm việc, ngày tiếp nhận không tính: 17, 18, 19, 20, 23/11", "23/11 17:00"),
        ("Đồng hồ dừng: chờ bổ sung hồ sơ, 17/11 09:40 đến 19/11 14:30", "+ 2 ngày 3 giờ 20"),
        ("Thứ Ba 24/11 nghỉ: nghỉ lễ", "không tính"),
        ("Hẹn trả", "27/11 10:50")]
    assert told(licence(), "en")[2] == (
        "The clock stood: waiting for a supplement, 17/11 09:40 to 19/11 14:30", "+ 2 days 3 h 20 min")


def test_overlapping_suspensions_are_told_once_with_both_reasons():
    rows = told(reckon("5 working days", "05-11 14:00", suspended("05-13 09:00", "05-18 10:00"),
                       suspended("05-15 08:00", "05-19 14:30", "payment")))
    assert ("Đồng hồ dừng: chờ bổ sung hồ sơ, chờ thực hiện nghĩa vụ tài chính, 13/05 09:00 đến 19/05 14:30",
            "+ 4 ngày 4 giờ") in rows


def test_a_standing_clock_says_since_when_why_and_what_is_left():
    found = reckon("10 working days", "09-07 09:00", suspended("09-15 10:00", None))
    rows = told(found, "en")
    assert ("The clock stands since 15/09 10:00: waiting for a supplement", "4 days 5 h 30 min left") in rows
    assert rows[-1] == ("Due", "none while the clock stands")
    assert explanation.remaining_text(found).vi == "4 ngày 5 giờ 30"


def test_a_dossier_nobody_accepted_says_so():
    rows = told(clock.reckon(Limit(Period(1, "working days")), OFFICE, None))
    assert rows == [("Chưa tiếp nhận đủ hồ sơ: thời hạn chưa chạy", "chưa có")]


def test_outcome_extension_and_promise_are_told():
    outcome = Decided(at("06-09 09:00"), "refused", Period(3, "working days"))
    late = Extended(at("06-12 09:00"), Period(1, "working days"), "chờ xác minh")
    rows = told(reckon("10 working days", "06-08 09:00", outcome, late), "en")
    assert rows[1][0] == "Outcome “refused”: limit of 3 working days, counted from the same start"
    assert rows[2][0].startswith("Extended by 1 working day (chờ xác minh) after the due time: a new promise only")
    assert rows[-2:] == [("Due", "11/06 17:00"), ("New promise; the legal due time stays", "12/06 17:00")]


def test_a_half_day_and_a_worked_saturday_are_named():
    half = CalendarChanged(at("08-24 00:00").date(), ((450, 690),), "họp")
    rows = told(reckon("3 working days", "08-21 09:00", half))
    assert ("Thứ Bảy 22/08 làm việc 07:30–11:30, 13:00–17:00: làm bù", "có tính") in rows
    assert ("Thứ Hai 24/08 làm việc 07:30–11:30: họp", "có tính") in rows


def test_the_strip_shows_what_ran_what_stood_and_what_is_left():
    strip = day_strip.day_strip(licence(), NOW)
    notes = [(cell.number, cell.note.vi, [(part.kind, part.minutes) for part in cell.parts]) for cell in strip.cells]
    assert notes == [
        ("13", "nhận 15:20", []), ("", "", []), ("16", "không tính", []),
        ("17", "2:10", [("run", 130), ("stop", 350)]), ("18", "0:00", [("stop", 480)]),
        ("19", "2:30", [("stop", 330), ("run", 150)]), ("20", "8:00", [("run", 480)]), ("", "", []),
        ("23", "8:00", [("run", 132), ("left", 348)]), ("24", "nghỉ", []), ("25", "8:00", [("left", 480)]),
        ("26", "8:00", [("left", 480)]), ("27", "3:20", [("left", 200)])]
    assert (strip.used.vi, strip.left.vi) == ("đã dùng 1 ngày 6 giờ 52", "còn 3 ngày 1 giờ 08")
    assert (strip.total.vi, strip.total.en) == ("cộng 40:00, bằng 5 ngày × 8 giờ", "in all 40:00, that is 5 days × 8 h")
    assert [cell.number for cell in strip.cells if cell.now] == ["23"]


def test_the_strip_of_a_standing_clock_ends_today():
    found = reckon("10 working days", "09-07 09:00", suspended("09-15 10:00", None))
    strip = day_strip.day_strip(found, at("09-17 10:00"))
    assert strip.cells[-1].number == "17"
    assert [part.kind for part in strip.cells[-1].parts] == ["stop"]


def test_the_strips_of_every_unit_add_up_to_the_allowance():
    for limit in ("3 working days", "12 working hours", "4 days", "80 hours", "same day"):
        found = reckon(limit, "06-11 10:00", suspended("06-11 14:00", "06-12 09:00"))
        strip = day_strip.day_strip(found, at("06-12 10:00"))
        minutes = sum(part.minutes for cell in strip.cells for part in cell.parts if part.kind in ("run", "left"))
        assert minutes == found.allowance, limit


def test_what_is_left_and_how_late_it_is():
    found = licence()
    now, late = explanation.standing(found, NOW), explanation.standing(found, at("11-27 11:25"))
    assert (now.text.vi, now.text.en, now.used + now.left) == ("còn 3 ngày 1 giờ", "3 days 1 h left", found.allowance)
    assert (late.text.vi, late.overdue, late.left) == ("trễ 35 phút", 35, 0)
    assert explanation.standing(found, at("11-18 09:00")).stopped
