"""What decisions, extensions and changes of the calendar do to a limit, and what the clock refuses."""

from __future__ import annotations

from datetime import date

import pytest

from engine.domain import clock
from engine.domain.calendar import WorkCalendar
from engine.domain.clock import CalendarChanged, Decided, Extended, Limit, Stopped
from engine.domain.errors import InvalidInput
from engine.domain.period import Period
from tests.domain.office_2026 import OFFICE, at, due, reckon, short, suspended

THREE = Period(3, "working days")


def extended(when: str, number: int, unit="working days") -> Extended:
    return Extended(at(when), Period(number, unit), "hồ sơ phức tạp")


def test_the_limit_of_an_outcome_keeps_start_and_suspensions():
    stop = suspended("06-09 07:30", "06-09 09:30")
    assert due("10 working days", "06-08 09:00", stop, Decided(at("06-10 09:00"), "refused", THREE)) == "06-12 09:30"


def test_the_limit_of_an_outcome_may_have_passed_when_it_is_decided():
    found = reckon("10 working days", "06-08 09:00", Decided(at("06-16 09:00"), "refused", THREE))
    assert short(found.due) == "06-11 17:00"
    assert clock.verdict(found, at("06-16 09:00")) == "late"


def test_an_outcome_may_have_a_limit_in_another_unit():
    assert due("10 working days", "06-08 09:00", Decided(at("06-08 10:00"), "fast", Period(4, "working hours"))) \
        == "06-08 14:30"


def test_the_limit_of_an_outcome_may_count_from_the_hour_though_the_general_one_does_not() -> None:
    assert due("10 working days", "06-08 09:00", Decided(at("06-09 09:00"), "refused", THREE)) == "06-11 17:00"
    by_hour = Decided(at("06-09 09:00"), "refused", THREE, "same-hour")
    assert due("10 working days", "06-08 09:00", by_hour) == "06-11 09:00"


def test_an_outcome_without_a_limit_of_its_own_leaves_the_general_one():
    assert due("3 working days", "06-08 09:00", Decided(at("06-09 09:00"), "approve", None)) == "06-11 17:00"


def test_an_extension_granted_at_the_due_time_is_in_time():
    found = reckon("3 working days", "06-08 09:00", extended("06-11 17:00", 2))
    assert (short(found.due), found.promise) == ("06-15 17:00", None)


def test_an_extension_granted_later_is_a_new_promise_and_the_case_stays_late():
    found = reckon("3 working days", "06-08 09:00", extended("06-11 17:01", 2))
    assert (short(found.due), short(found.promise)) == ("06-11 17:00", "06-15 17:00")
    assert clock.verdict(found, at("06-12 09:00")) == "late"


def test_only_one_extension_counts_unless_the_procedure_allows_more():
    events = [extended("06-09 09:00", 1), extended("06-10 09:00", 1)]
    assert due("3 working days", "06-08 09:00", *events) == "06-12 17:00"
    assert due("3 working days", "06-08 09:00", *events, extensions=2) == "06-15 17:00"


def test_an_extension_is_not_longer_than_the_original_limit_unless_the_procedure_says_so():
    assert due("3 working days", "06-08 09:00", extended("06-09 09:00", 4)) == "06-11 17:00"
    assert due("3 working days", "06-08 09:00", extended("06-09 09:00", 4),
               extension_up_to=Period(5, "working days")) == "06-17 17:00"


def test_an_extension_in_time_lets_a_restart_heal():
    events = [extended("06-09 09:00", 2), suspended("06-12 09:00", "06-15 09:00", mode="restart")]
    assert short(reckon("3 working days", "06-08 09:00", *events).start) == "06-15 09:00"
    assert short(reckon("3 working days", "06-08 09:00", events[1]).start) == "06-08 09:00"


def test_the_last_calendar_event_for_a_date_holds():
    day = date.fromisoformat("2026-06-10")
    events = [CalendarChanged(day, (), "bão"), CalendarChanged(day, ((450, 690),), "mở lại buổi sáng")]
    assert due("2 working days", "06-08 09:00", *events) == "06-10 11:30"


@pytest.mark.parametrize(("limit", "events", "named", "said"), [
    ("3 working days", [suspended("06-09 10:00", "06-09 09:59")], "Event 1 (suspend supplement",
     "before its beginning"),
    ("3 working days", [suspended("06-09 10:00", None, "payment"), suspended("06-09 10:00", None),
                        suspended("06-09 11:00", None)], "Event 3 (suspend supplement", "already open"),
    ("3 working days", [Decided(at("06-08 08:59"), "refused", THREE)], "Event 1 (outcome", "before the start"),
    ("3 working days", [extended("06-05 09:00", 1)], "Event 1 (extend", "before the start"),
    ("3 working days", [Stopped(at("06-08 08:00"), "withdrawn")], "Event 1 (stop", "before the start"),
    ("3 working days", [extended("06-09 09:00", 1, "days")], "Event 1 (extend", "unit of the limit"),
    ("same day", [extended("06-08 09:00", 1)], "Event 1 (extend", "unit of the limit"),
])
def test_an_event_that_contradicts_is_refused_by_name(limit, events, named, said):
    with pytest.raises(InvalidInput) as refusal:
        reckon(limit, "06-08 09:00", *events)
    assert refusal.value.message.en.startswith(named)
    assert said in refusal.value.message.en
    assert refusal.value.message.vi.startswith("Sự kiện")


def test_an_extension_is_judged_by_the_unit_of_the_limit_in_force():
    by_hours = Decided(at("06-08 10:00"), "fast", Period(4, "working hours"))
    assert due("3 working days", "06-08 09:00", by_hours, extended("06-08 11:00", 1, "working hours")) == "06-08 15:30"
    with pytest.raises(InvalidInput):
        reckon("3 working days", "06-08 09:00", by_hours, extended("06-08 11:00", 1))


def test_a_suspension_of_the_reception_may_lie_before_the_start():
    assert due("3 working days", "06-08 09:00", suspended("06-05 09:00", "06-08 08:00")) == "06-11 17:00"


def test_a_calendar_without_a_working_day_within_sixty_days_is_refused():
    closed = WorkCalendar("closed", 1, "test", week=((),) * 7)
    with pytest.raises(InvalidInput, match="no working day within 60 days"):
        clock.reckon(Limit(THREE), closed, at("06-08 09:00"))


def test_sixty_days_of_closure_are_bridged_and_sixty_one_are_not():
    first = date.fromisoformat("2026-06-09").toordinal()
    closures = [CalendarChanged(date.fromordinal(first + number), (), "lũ") for number in range(61)]
    assert due("1 working day", "06-08 09:00", *closures[:59]) == "08-07 17:00"
    with pytest.raises(InvalidInput):
        due("1 working day", "06-08 09:00", *closures)


def test_a_period_of_nought_is_refused():
    with pytest.raises(InvalidInput):
        clock.reckon(Limit(Period(0, "days")), OFFICE, at("06-08 09:00"))
