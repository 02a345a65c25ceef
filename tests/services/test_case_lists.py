"""Lists of cases that end: the newest come first and the rest is said to be more, whoever looks at them."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from engine.domain.case import Case
from engine.domain.people import Actor
from engine.queries import case_list
from engine.queries.case_list import Filters
from engine.services import accounts
from engine.storage import database
from engine.storage.tables import case_guest_table, case_table
from tests.services import handing_over
from tests.services.test_case_course import filed


def multiplied(case: Case, count: int, mark: str = "", **other: object) -> None:
    """Put so many copies of a case into the table, each a minute older than the one before."""
    with database.transaction() as session:
        row = dict(session.execute(select(case_table).where(case_table.c.id == case.id)).mappings().one())
        session.execute(case_table.insert(), [
            {**row, **other, "id": uuid4(), "code": f"{case.code}-{mark}{number}",
             "tracking": f"t{number}{uuid4().hex[:8]}",
             "filed_at": case.filed_at - timedelta(minutes=number + 1)} for number in range(count)])


def test_a_list_ends_with_the_newest_cases_and_says_that_there_are_more(house: dict[str, Actor], now: datetime) -> None:
    case = filed("two-tasks", house, now)
    multiplied(case, case_list.MOST)
    first = case_list.find(house["ha"], Filters(), now)
    assert (first.total, first.more, first.pages) == (case_list.MOST, True, case_list.MOST // case_list.PAGE)
    assert first.rows[0].case.code == case.code
    last = case_list.find(house["an"], Filters(), now, 99_999)
    assert (last.number, len(last.rows)) == (last.pages, case_list.PAGE)
    assert last.rows[-1].case.code == f"{case.code}-{case_list.MOST - 2}"
    assert len(case_list.every(house["ha"], Filters(), now)) == case_list.MOST + 1


@pytest.mark.parametrize("person", ["ha", "an"])
def test_pages_follow_each_other_without_gap(house: dict[str, Actor], now: datetime, person: str) -> None:
    case = filed("two-tasks", house, now)
    multiplied(case, case_list.PAGE)
    pages = [case_list.find(house[person], Filters(), now, number) for number in (1, 2)]
    assert [(page.total, page.more, len(page.rows)) for page in pages] == [(51, False, 50), (51, False, 1)]
    codes = [row.case.code for page in pages for row in page.rows]
    assert codes == [case.code, *(f"{case.code}-{number}" for number in range(case_list.PAGE))]


@pytest.mark.parametrize("person", ["ha", "an"])
def test_late_are_those_past_their_time_and_those_that_ended_late(house: dict[str, Actor], now: datetime,
                                                                 person: str) -> None:
    case = filed("two-tasks", house, now)
    multiplied(case, 1, "a", verdict="late", ended_at=now)
    multiplied(case, 2, "b", due_at=now - timedelta(hours=1))
    multiplied(case, 3, "c", due_at=now + timedelta(hours=1))
    late, on_time = (case_list.find(house[person], Filters(lateness=wish), now).total for wish in ("late", "on_time"))
    assert (late, on_time) == (3, 4)


def test_a_guest_finds_by_words_and_filters_what_it_has_a_part_of(house: dict[str, Actor], now: datetime) -> None:
    people = handing_over.furnished(house, now, handing_over.consulting())
    case, _ = handing_over.offered("consulting", people, now)
    filed("two-tasks", house, now)
    with database.reading() as session:
        guests = session.execute(select(case_guest_table.c.case_id, case_guest_table.c.unit)).all()
    assert [tuple(one) for one in guests] == [(case.id, "police")]
    for filters in (Filters(), Filters(words="hong nhung"), Filters(procedure="consulting"), Filters(unit="division"),
                    Filters(filed_from=now.date(), filed_to=now.date()), Filters(status="open")):
        assert [row.case.id for row in case_list.find(people["tam"], filters, now).rows] == [case.id]
    for filters in (Filters(words="nobody"), Filters(procedure="two-tasks"), Filters(unit="commune-b")):
        assert case_list.find(people["tam"], filters, now).total == 0


def test_who_holds_no_post_finds_nothing(house: dict[str, Actor], now: datetime) -> None:
    filed("two-tasks", house, now)
    accounts.create("nobody", "division", ["administrator"], now)
    nobody = accounts.actor("nobody", now)
    assert nobody is not None
    assert case_list.find(nobody, Filters(), now).total == 0
