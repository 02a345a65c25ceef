"""What must hold for every calendar, receipt and suspension; `EXAMPLES=2000 pytest …` looks longer."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.domain import clock, worktime
from engine.domain.calendar import ORDINARY_DAY, DayRule, WorkCalendar, length_of
from engine.domain.clock import Limit, Suspended
from engine.domain.period import Period
from tests.domain.minute_oracle import answer

BEGIN = datetime.fromisoformat("2026-03-02")
DAYS = 30
PATTERNS = ((), ORDINARY_DAY, ORDINARY_DAY, ((450, 690),), ((780, 1020),), ((480, 700), (720, 900), (900, 1005)),
            ((420, 421),), ((0, 60), (1380, 1440)))

often = settings(max_examples=int(os.environ.get("EXAMPLES", "60")), deadline=None)

calendars = st.lists(st.sampled_from(PATTERNS), min_size=DAYS, max_size=DAYS).map(
    lambda days: WorkCalendar("odd", 1, "generated", days={
        BEGIN.date() + timedelta(days=n): DayRule(sessions, "generated") for n, sessions in enumerate(days)}))
alike = st.lists(st.booleans(), min_size=DAYS, max_size=DAYS).map(
    lambda days: WorkCalendar("alike", 1, "generated", days={
        BEGIN.date() + timedelta(days=n): DayRule(ORDINARY_DAY if worked else (), "generated")
        for n, worked in enumerate(days)}))
moments = st.one_of(
    st.integers(0, 9 * 1440),
    st.builds(lambda day, minute: day * 1440 + minute, st.integers(0, 8),
              st.sampled_from([449, 450, 689, 690, 691, 779, 780, 899, 900, 901, 1019, 1020, 1439])),
).map(lambda minutes: BEGIN + timedelta(minutes=minutes))
periods = st.one_of(
    st.builds(Period, st.integers(1, 4), st.sampled_from(["working days", "days"])),
    st.builds(Period, st.integers(1, 30), st.sampled_from(["working hours", "hours"])),
    st.just(Period(0, "same day")))
working_periods = periods.filter(lambda period: period.unit != "hours")
policies = st.sampled_from(["NEXT_DAY", "SAME_HOUR"])
limits = st.builds(Limit, periods, policies, st.sampled_from([None, 600, 900, 900, 1200]))
lengths = st.one_of(st.integers(0, 600), st.integers(0, 6 * 1440))


def spans(modes=("resume",), *, may_be_open=False):
    ends = st.one_of(lengths, st.none()) if may_be_open else lengths
    return st.builds(lambda begin, length, mode: (begin, None if length is None else
                                                  begin + timedelta(minutes=length), mode),
                     moments, ends, st.sampled_from(modes))


def suspended(found):
    return [Suspended(begin, end, f"reason {n}", mode) for n, (begin, end, mode) in enumerate(found)]


def due_of(limit, calendar, received, found=()):
    return clock.reckon(limit, calendar, received, suspended(found)).due


@often
@given(limits, calendars, moments, st.lists(spans(("resume", "resume", "restart"), may_be_open=True), max_size=3))
def test_every_answer_agrees_with_a_count_minute_by_minute(limit, calendar, received, found):
    ours = clock.reckon(limit, calendar, received, suspended(found))
    slow = answer(calendar, limit.period, limit.policy, limit.cut_off, received, found)
    assert (ours.start, ours.due, ours.remaining) == (slow.start, slow.due, slow.remaining)


@often
@given(limits, calendars, moments, st.lists(spans(("resume", "restart"), may_be_open=True), max_size=3))
def test_the_counted_lines_add_up_to_what_is_used(limit, calendar, received, found):
    ours = clock.reckon(limit, calendar, received, suspended(found))
    assert sum(line.minutes for line in ours.lines if line.counted) == ours.used
    assert ours.used + (ours.remaining or 0) == ours.allowance
    assert [line.date for line in ours.lines] == sorted(line.date for line in ours.lines)
    assert all(line.reason.vi and line.reason.en for line in ours.lines)


@often
@given(limits, calendars, moments, st.lists(spans(), max_size=2), spans())
def test_adding_a_suspension_never_makes_a_due_time_earlier(limit, calendar, received, found, further):
    assume(limit.period.unit != "hours")      # an end on a day off moves to a close, past later ends on the day after
    assert due_of(limit, calendar, received, [*found, further]) >= due_of(limit, calendar, received, found)


@often
@given(limits, calendars, moments, st.lists(spans(), max_size=2), spans(), st.integers(0, 3000))
def test_lengthening_a_suspension_never_makes_a_due_time_earlier(limit, calendar, received, found, one, more):
    assume(limit.period.unit != "hours")      # as above
    longer = (one[0], one[1] + timedelta(minutes=more), one[2])
    assert due_of(limit, calendar, received, [*found, longer]) >= due_of(limit, calendar, received, [*found, one])


@often
@given(limits, alike, moments, spans(("restart",)), st.lists(spans(), max_size=2))
def test_adding_a_restart_never_makes_a_due_time_earlier_where_days_are_alike(limit, calendar, received, one, found):
    assume(limit.period.unit not in ("same day", "hours"))
    assert due_of(limit, calendar, received, [*found, one]) >= due_of(limit, calendar, received, found)


@often
@given(limits, calendars, moments, st.lists(spans(), max_size=2), spans(), st.floats(0, 1))
def test_cutting_a_suspension_in_two_changes_nothing(limit, calendar, received, found, one, share):
    begin, end, mode = one
    middle = begin + timedelta(minutes=int((end - begin) // timedelta(minutes=1) * share))
    halves = [(begin, middle, mode), (middle, end, mode)]
    assert due_of(limit, calendar, received, [*found, *halves]) == due_of(limit, calendar, received, [*found, one])


@often
@given(limits, calendars, moments, st.lists(spans(("resume", "restart")), max_size=4), st.randoms())
def test_the_order_in_which_suspensions_are_listed_changes_nothing(limit, calendar, received, found, chance):
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert due_of(limit, calendar, received, shuffled) == due_of(limit, calendar, received, found)


@often
@given(limits, calendars, moments, moments)
def test_a_later_receipt_never_gives_an_earlier_due_time(limit, calendar, one, other):
    assume(limit.period.unit != "hours")      # an end on a day off moves to a close, past later receipts
    first, second = sorted((one, other))
    assert due_of(limit, calendar, first) <= due_of(limit, calendar, second)


@often
@given(periods, st.sampled_from([None, 900]), calendars, moments)
def test_next_day_is_never_earlier_than_same_hour(period, cut_off, calendar, received):
    next_day, same_hour = (Limit(period, policy, cut_off) for policy in ("NEXT_DAY", "SAME_HOUR"))
    assert due_of(next_day, calendar, received) >= due_of(same_hour, calendar, received)


@often
@given(periods, alike, moments, st.lists(spans(), max_size=3))
def test_next_day_is_never_earlier_under_suspensions_where_days_are_alike(period, calendar, received, found):
    next_day, same_hour = Limit(period, "NEXT_DAY"), Limit(period, "SAME_HOUR")
    assert due_of(next_day, calendar, received, found) >= due_of(same_hour, calendar, received, found)


@often
@given(limits, alike, moments, spans())
def test_restart_is_never_earlier_than_resume_where_days_are_alike(limit, calendar, received, one):
    assume(limit.period.unit not in ("same day", "hours"))
    begin, end, _ = one
    resumed = due_of(limit, calendar, received, [(begin, end, "resume")])
    assert due_of(limit, calendar, received, [(begin, end, "restart")]) >= resumed


@often
@given(st.builds(Limit, working_periods, policies), calendars, moments, st.lists(spans(), max_size=2))
def test_start_and_due_lie_in_working_time_or_at_its_close(limit, calendar, received, found):
    ours = clock.reckon(limit, calendar, received, suspended(found))
    start = ours.start.hour * 60 + ours.start.minute
    assert any(a <= start < b for a, b in calendar.sessions(ours.start.date()))
    before = ours.due - timedelta(minutes=1)
    assert any(a <= before.hour * 60 + before.minute < b for a, b in calendar.sessions(before.date()))


@often
@given(st.builds(Limit, working_periods, policies), calendars, moments, st.integers(0, DAYS - 1))
def test_turning_a_working_day_into_a_day_off_never_makes_a_due_time_earlier(limit, calendar, received, number):
    day = BEGIN.date() + timedelta(days=number)
    closed = calendar.with_days({day: DayRule((), "storm")})
    assert work_after(closed, due_of(limit, closed, received)) >= due_of(limit, calendar, received)


def work_after(calendar, moment):
    """Until when nothing changes: a limit that ends when an office opens is told as the close before, and days may
    open at different hours."""
    begin, _ = next(worktime.working(calendar, worktime.stamp(moment)))
    return worktime.moment_of(begin)


@often
@given(st.integers(1, 12), policies, alike, moments)
def test_with_all_days_alike_working_days_are_that_many_days_of_working_time(number, policy, calendar, received):
    ours = clock.reckon(Limit(Period(number, "working days"), policy), calendar, received)
    assert ours.allowance == number * length_of(ORDINARY_DAY)


def test_with_a_half_day_working_days_are_not_that_many_days_of_working_time():
    calendar = WorkCalendar("half", 1, "test", days={date(2026, 3, 4): DayRule(((450, 690),), "nửa ngày")})
    ours = clock.reckon(Limit(Period(2, "working days")), calendar, BEGIN + timedelta(days=1, hours=9))
    assert ours.allowance == 240 + 480


@often
@given(limits, calendars, moments, st.lists(spans(may_be_open=True), max_size=2))
def test_the_warning_never_comes_after_the_due_time(limit, calendar, received, found):
    ours = clock.reckon(limit, calendar, received, suspended(found))
    assert ours.due is None or ours.warn <= ours.due
