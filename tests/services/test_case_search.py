"""Finding cases by what people type: a part of the code or of a name, with or without marks and capitals."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.domain.people import Actor
from engine.domain.text import searchable
from engine.queries import case_list
from engine.queries.case_list import Filters
from tests.services.test_case_course import filed


@pytest.mark.parametrize("words", ["Nguyễn Thị Hồng", "nguyen thi", "HONG NHUNG", "hồng nhung", "h99.07-260309",
                                   "-0001", "nhung nguyen", "ngu th", "H99", "h99.07-", "260309-0001", "nhung 260309",
                                   "' & 'nguyen", "nguyen:* !hong", "(nguyen"])
def test_a_case_is_found_with_or_without_marks(house: dict[str, Actor], now: datetime, words: str) -> None:
    case = filed("two-tasks", house, now)
    page = case_list.find(house["ha"], Filters(words=words), now)
    assert [row.case.code for row in page.rows] == [case.code]


@pytest.mark.parametrize("words", ["nguyenx", "%", "_", "Lê", "guyen", "H99.07-2604", "H99.1",
                                   "nhung le", '"nguyen" OR "le"', "nguyen | le", "''"])
def test_a_word_that_stands_nowhere_finds_nothing(house: dict[str, Actor], now: datetime, words: str) -> None:
    filed("two-tasks", house, now)
    assert case_list.find(house["ha"], Filters(words=words), now).total == 0


def test_marks_capitals_and_the_letter_with_a_bar_are_folded() -> None:
    assert searchable("ĐẶNG Thị Ướt, Trường") == "dang thi uot, truong"
