"""The clock of a case on its page: every date with its verdict, what is to be known, and the extension."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from engine.domain.case import Case
from engine.domain.people import Actor
from engine.services import procedures, tasks
from tests import office
from tests.services.test_extensions import accepted, extendable
from tests.webapp.conftest import Time
from tests.webapp.pages import Visitor, with_passwords, words

House = dict[str, Actor]


@pytest.fixture
def case(house: House, now: datetime) -> Case:
    procedures.publish(extendable(), now)
    return accepted(house, now)


@pytest.fixture
def head(app: Flask, house: House) -> Visitor:
    with_passwords("khoa", "an")
    visitor = Visitor(app.test_client())
    visitor.sign_in("khoa")
    return visitor


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_date_stands_there_with_its_arithmetic(head: Visitor, case: Case, language: str) -> None:
    page = words(head.get(f"/cases/{case.code}/clock?lang={language}"))
    for part in ("17:00", "16/03/2026", "12/03/2026", "13/03/2026"):      # due, if refused, from when to warn
        assert part in page, part
    assert ("Hạn theo quy định" if language == "vi" else "Due by law") in page


def test_the_service_norm_stands_beside_the_limit_of_the_law(head: Visitor, house: House, now: datetime) -> None:
    case = accepted(house, now, "two-tasks")
    page = words(head.get(f"/cases/{case.code}/clock"))
    assert "Định mức phục vụ 17:00, Thứ Ba 10/03/2026" in page
    assert "Cách tính định mức phục vụ" in page


def test_a_head_extends_and_the_printed_date_stays_beside_the_new_one(head: Visitor, case: Case, time: Time) -> None:
    head.get(f"/cases/{case.code}/clock")
    refused = head.post(f"/cases/{case.code}/extension", {"by": "6", "ground": ""})
    assert (refused.status_code, "Hãy nêu căn cứ" in words(refused)) == (422, True)
    assert head.post(f"/cases/{case.code}/extension", {"by": "3", "ground": "giám định lại"}).status_code == 303
    page = words(head.follow())
    assert "Hạn theo quy định 17:00, Thứ Năm 19/03/2026" in page
    assert "Ngày hẹn đã in trên giấy 17:00, Thứ Hai 16/03/2026" in page
    assert "ngày in giữ nguyên" in page
    assert "Còn được gia hạn" not in page
    assert "gia hạn 3 ngày làm việc: giám định lại" in words(head.get(f"/cases/{case.code}/course"))


def test_who_is_no_head_sees_the_dates_and_no_button(app: Flask, head: Visitor, case: Case) -> None:
    officer = Visitor(app.test_client())
    officer.sign_in("an")
    assert "Còn được gia hạn" not in words(officer.get(f"/cases/{case.code}/clock"))
    assert officer.post(f"/cases/{case.code}/extension", {"by": "3", "ground": "x"}).status_code == 403


def test_a_second_request_is_marked_and_a_finished_case_shows_both_verdicts(
        head: Visitor, case: Case, house: House, time: Time) -> None:
    head.get(f"/cases/{case.code}/clock")
    head.post(f"/cases/{case.code}/extension", {"by": "5", "ground": "giám định lại"})
    for day, who, answer in (("10", "an", {"outcome": "supplement"}), ("10", "binh", {}),
                             ("11", "an", {"outcome": "supplement"}), ("11", "binh", {}),
                             ("18", "an", {"outcome": "approve"}), ("18", "khoa", {"outcome": "signed"})):
        from_case = head.get(f"/cases/{case.code}/clock")
        assert from_case.status_code == 200
        case = step(case, house[who], office.at(f"2026-03-{day}T09:00"), answer)
    page = words(head.get(f"/cases/{case.code}/clock"))
    assert "Đã yêu cầu bổ sung 2 lần" in page
    assert "Ngày hẹn đã in trên giấy 17:00, Thứ Hai 16/03/2026 xong quá hạn" in page
    assert "xong trước hạn" in page


def step(case: Case, who: Actor, at: datetime, answer: dict[str, object]) -> Case:
    done = tasks.complete(case.open_tasks()[0].id, answer, who, at)
    assert done is not None
    return done


def test_the_worklist_warns_from_four_fifths_of_the_limit_on(head: Visitor, house: House, time: Time) -> None:
    accepted(house, time.now, "two-tasks")          # eight working hours from Monday 09:00
    for at, warned in (("16:53", False), ("16:54", True)):
        time.now = office.at(f"2026-03-09T{at}")
        assert ("sắp đến hạn, còn" in words(head.get("/work"))) is warned
