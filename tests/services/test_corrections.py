"""Correcting a calendar and closing a unit: shown first, then followed case by case, the printed date staying."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from threading import Barrier

import pytest
from sqlalchemy import select

from engine import worker
from engine.domain.calendar import ORDINARY_DAY, DayRule
from engine.domain.case import Case
from engine.domain.errors import InvalidInput, NotAllowed, UnitNotFound
from engine.domain.people import Actor
from engine.services import calendars, cases, clock_orders, closures, corrections, history, holding, organisation, tasks
from engine.services.closures import Closure
from engine.services.corrections import Draft
from engine.storage import database
from engine.storage.tables import audit_event_table
from tests import office

House = dict[str, Actor]
STORM = date(2026, 3, 11)


def accepted(house: House, now: datetime, slug: str = "two-tasks") -> Case:
    case = cases.file(slug, office.APPLICANT, house["binh"], now)
    assert case is not None
    done = tasks.complete(case.open_tasks()[0].id, {"outcome": "accepted"}, house["binh"], now)
    assert done is not None
    return done


def stored(code: str) -> Case:
    with database.reading() as session:
        return holding.case_by_code(session, code)


def holds(*codes: str) -> None:
    for code in codes:
        for check in (history.verify(code), history.replay(code)):
            assert check.holds, check.divergence
    office_check = history.verify_office()
    assert office_check.holds, office_check.divergence


def closed(now: datetime, day: date = STORM, name: str = "vn") -> Draft:
    calendar = corrections.newest(name, now).with_days({day: DayRule((), "Bão số 3", "Storm no. 3")})
    return Draft(replace(calendar, source="Công điện 12/CĐ-UBND"), "bão")


def events(case: Case, action: str) -> int:
    with database.reading() as session:
        return len(session.execute(select(audit_event_table.c.seq).where(
            audit_event_table.c.stream == case.id, audit_event_table.c.action == action)).all())


def test_a_correction_shows_which_due_times_it_moves_and_stores_nothing(house: House, now: datetime) -> None:
    case, other = accepted(house, now), accepted(house, now, "permit")
    filed = cases.file("two-tasks", office.APPLICANT, house["binh"], now)
    assert filed is not None
    shown = corrections.preview(closed(now, date(2026, 3, 13)), now, house["quan"])
    assert (shown.versions, shown.cases.touched, shown.cases.moved) == (("vn@2",), 3, 1)
    [moved] = shown.cases.cases
    assert (moved.code, moved.due_before, moved.due_after) == (
        other.code, office.at("2026-03-16T17:00"), office.at("2026-03-17T17:00"))
    assert moved.promised == office.at("2026-03-16T17:00")
    assert [day for day, _, _ in shown.changes] == [date(2026, 3, 13)]
    assert stored(case.code).calendars == {"division": "vn@1"}
    with database.reading() as session:
        assert calendars.newest_number(session, "vn") == 1


def test_a_stored_correction_is_an_event_of_each_case_and_never_moves_what_was_printed(
        house: House, now: datetime) -> None:
    case = accepted(house, now)
    saved = corrections.save(closed(now), now, house["quan"])
    assert saved.order is not None
    assert stored(case.code).due_at == office.at("2026-03-11T17:00")        # nothing moved yet
    progress = clock_orders.follow(saved.order, now)
    assert (progress.followed, progress.moved, progress.finished) == (1, 1, True)
    after = stored(case.code)
    assert (after.due_at, after.promised_at) == (office.at("2026-03-12T17:00"), office.at("2026-03-11T17:00"))
    assert after.calendars == {"division": "vn@2"}
    assert after.open_tasks()[0].due_at == case.open_tasks()[0].due_at      # its eight hours were over before
    assert events(case, "calendar.applied") == 1
    holds(case.code)


def test_the_limits_of_steps_and_of_suspensions_under_way_follow(house: House, now: datetime) -> None:
    step = accepted(house, office.at("2026-03-10T16:00"))
    waiting = accepted(house, now, "permit")
    tasks.complete(waiting.open_tasks()[0].id, {"outcome": "supplement"}, house["an"], now)
    saved = corrections.save(closed(now), now)
    assert saved.order is not None
    clock_orders.follow(saved.order, now)
    assert step.open_tasks()[0].due_at == office.at("2026-03-11T16:00")
    assert stored(step.code).open_tasks()[0].due_at == office.at("2026-03-12T16:00")
    later = corrections.save(closed(now, date(2026, 4, 8)), now)            # the day on which thirty days end
    assert later.order is not None
    before = stored(waiting.code).pending["limit:supplement"]
    clock_orders.follow(later.order, now)
    assert before != stored(waiting.code).pending["limit:supplement"]
    holds(step.code, waiting.code)


def test_an_order_broken_off_is_gone_on_with_and_followed_only_once(house: House, now: datetime) -> None:
    several = [accepted(house, now) for _ in range(3)]
    saved = corrections.save(closed(now), now)
    assert saved.order is not None
    assert clock_orders.follow(saved.order, now, most=2).finished is False
    with database.reading() as session:
        [left] = clock_orders.unfinished(session)
    assert left == saved.order
    assert clock_orders.follow(left, now).followed == 1
    assert clock_orders.follow(left, now).followed == 0
    with database.reading() as session:
        assert clock_orders.unfinished(session) == []
    assert [events(case, "calendar.applied") for case in several] == [1, 1, 1]
    holds(*(case.code for case in several))


def test_the_worker_goes_on_with_an_order_that_was_broken_off(house: House, now: datetime) -> None:
    several = [accepted(house, now) for _ in range(3)]
    assert worker.work(now) == 0
    corrections.save(closed(now), now)
    assert worker.drain(now) == 3
    assert [stored(case.code).due_at for case in several] == [office.at("2026-03-12T17:00")] * 3
    assert clock_orders.go_on(now) == 0
    holds(*(case.code for case in several))


def test_followers_who_race_let_each_case_follow_once(house: House, now: datetime) -> None:
    several = [accepted(house, now) for _ in range(10)]
    saved = corrections.save(closed(now), now)
    assert saved.order is not None
    order, ready = saved.order, Barrier(2)

    def follow(_: int) -> int:
        ready.wait()
        return clock_orders.follow(order, now).followed

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(follow, range(2))) == len(several)
    clock_orders.follow(order, now)
    with database.reading() as session:
        assert clock_orders.unfinished(session) == []
    assert {events(case, "calendar.applied") for case in several} == {1}
    holds(*(case.code for case in several))


def test_the_same_calendar_again_is_no_new_version(house: House, now: datetime) -> None:
    corrections.save(closed(now), now)
    again = corrections.save(closed(now), now)
    assert (again.versions, again.order) == ((), None)
    assert corrections.preview(closed(now), now).versions == ()


def test_a_correction_comes_down_to_the_calendars_that_lie_over_it(house: House, now: datetime) -> None:
    organisation.apply(b'''
[[calendar]]
id = "morning"
base = "vn"
sessions = ["07:30-11:30"]
off = [2026-03-20]
[[unit]]
id = "division"
type = "division"
parent = "province"
title = "Ph\xc3\xb2ng"
calendar = "morning"
''', now)
    case = accepted(house, now)
    assert case.due_at == office.at("2026-03-11T11:30")
    shown = corrections.preview(closed(now), now)
    assert shown.versions == ("vn@2", "morning@2")
    saved = corrections.save(closed(now), now)
    assert saved.order is not None
    clock_orders.follow(saved.order, now)
    after = stored(case.code)
    assert (after.due_at, after.calendars) == (office.at("2026-03-12T11:30"), {"division": "morning@2"})
    assert corrections.newest("morning", now).sessions(date(2026, 3, 20)) == ()
    holds(case.code)


def test_new_hours_hold_from_their_day_and_leave_what_lies_before(house: House, now: datetime) -> None:
    case = accepted(house, now)
    calendar = corrections.newest("vn", now)
    summer = ((420, 690), (810, 1020))
    draft = Draft(replace(calendar, week=(summer,) * 5 + ((), ()), source="QĐ 15/QĐ-UBND"), "giờ mùa hè",
                  date(2026, 3, 11))
    saved = corrections.save(draft, now)
    assert saved.order is not None
    clock_orders.follow(saved.order, now)
    after = corrections.newest("vn", now)
    assert (after.sessions(date(2026, 3, 10)), after.sessions(STORM)) == (ORDINARY_DAY, summer)
    assert stored(case.code).due_at == office.at("2026-03-11T17:00")
    holds(case.code)


def test_a_case_whose_processing_has_ended_keeps_what_it_was_judged_by(house: House, now: datetime) -> None:
    case = accepted(house, now)
    tasks.complete(case.open_tasks()[0].id, {"outcome": "approve"}, house["an"], now)
    assert corrections.preview(closed(now), now).cases.touched == 0


@pytest.mark.parametrize(("draft", "said"), [
    (lambda d: replace(d, reason=" "), "reason"),
    (lambda d: replace(d, calendar=replace(d.calendar, source="")), "source"),
    (lambda d: replace(d, calendar=replace(d.calendar, week=((),) * 7)), "no working day within 60")])
def test_a_draft_without_reason_source_or_work_is_refused(house: House, now: datetime, draft, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        corrections.save(draft(closed(now)), now)


def test_only_administrators_correct_and_close(house: House, now: datetime) -> None:
    for act in (corrections.preview, corrections.save):
        with pytest.raises(NotAllowed):
            act(closed(now), now, house["khoa"])
    flood = Closure("division", STORM, STORM, (), "lũ")
    for close in (closures.preview, closures.close):
        with pytest.raises(NotAllowed):
            close(flood, now, house["khoa"])


def test_a_closure_moves_the_cases_of_its_unit_and_no_others(house: House, now: datetime) -> None:
    case = accepted(house, now)
    flood = Closure("division", STORM, STORM, (), "lũ trên sông")
    seen = closures.preview(flood, now, house["quan"])
    assert (seen.touched, seen.moved) == (1, 1)
    assert closures.preview(replace(flood, unit="commune-b"), now).touched == 0
    order = closures.close(flood, now, house["quan"])
    assert clock_orders.follow(order, now).moved == 1
    assert clock_orders.follow(closures.close(flood, now), now).followed == 0       # the same again
    after = stored(case.code)
    assert (after.due_at, after.promised_at) == (office.at("2026-03-12T17:00"), office.at("2026-03-11T17:00"))
    assert after.calendars == {"division": "vn@1"}
    assert events(case, "closure.applied") == 1
    holds(case.code)


def test_a_half_day_is_a_closure_too_and_a_later_one_replaces_it(house: House, now: datetime) -> None:
    case = accepted(house, now)
    half = Closure("province", STORM, STORM, ((450, 690),), "mất điện buổi chiều")
    clock_orders.follow(closures.close(half, now), now)
    assert stored(case.code).due_at == office.at("2026-03-11T11:30")
    clock_orders.follow(closures.close(replace(half, sessions=(), reason="mất điện cả ngày"), now), now)
    assert stored(case.code).due_at == office.at("2026-03-12T17:00")
    holds(case.code)


def test_a_closure_without_a_reason_of_no_unit_or_without_days_is_refused(house: House, now: datetime) -> None:
    flood = Closure("division", STORM, STORM, (), "lũ")
    with pytest.raises(UnitNotFound):
        closures.close(replace(flood, unit="nowhere"), now)
    for wrong in (replace(flood, reason=""), replace(flood, last=date(2026, 3, 10)),
                  replace(flood, last=date(2026, 6, 11))):
        with pytest.raises(InvalidInput):
            closures.close(wrong, now)
