"""Calendars on their pages: a year with sources and versions, a day or a file shown before it is stored, a closure."""

from __future__ import annotations

import html
import io
import re
from datetime import datetime

import pytest
from flask import Flask

from engine.domain.case import Case
from engine.domain.people import Actor
from engine.queries import case_pages
from engine.services import cases, tasks
from tests import office
from tests.webapp.conftest import Time
from tests.webapp.pages import Visitor, with_passwords, words

STORM = {"act": "day", "date": "11/03/2026", "kind": "off", "reason": "Bão số 3", "source": "Công điện 12"}


@pytest.fixture
def case(house: dict[str, Actor], now: datetime) -> Case:
    filed = cases.file("two-tasks", office.APPLICANT, house["binh"], now)
    assert filed is not None
    accepted = tasks.complete(filed.open_tasks()[0].id, {"outcome": "accepted"}, house["binh"], now)
    assert accepted is not None
    return accepted


@pytest.fixture
def administrator(app: Flask, house: dict[str, Actor]) -> Visitor:
    with_passwords("quan", "khoa")
    visitor = Visitor(app.test_client())
    visitor.sign_in("quan")
    return visitor


def draft(visitor: Visitor) -> str:
    found = re.search(r'name="draft" value="([^"]*)"', visitor.last.text)
    assert found is not None
    return html.unescape(found[1])


def due(case: Case, house: dict[str, Actor], now: datetime) -> datetime | None:
    return case_pages.read(case.code, house["khoa"], now).case.due_at


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_year_shows_its_days_hours_sources_and_versions(administrator: Visitor, language: str) -> None:
    page = words(administrator.get(f"/calendars?lang={language}"))
    assert "vn" in page.split()
    page = words(administrator.get(f"/calendars/vn?year=2026&lang={language}"))
    for part in ("16/02/2026", "nghỉ lễ", "07:30–11:30, 13:00–17:00", "15:00", "test"):
        assert part in page, part
    assert ("248 ngày làm việc" if language == "vi" else "248 working days") in page
    assert administrator.get("/calendars/vn?year=99").status_code == 200
    assert administrator.get("/calendars/nowhere").status_code == 422


def test_a_day_is_shown_with_the_cases_it_moves_before_it_is_stored(
        administrator: Visitor, case: Case, house: dict[str, Actor], time: Time) -> None:
    administrator.get("/calendars/vn")
    page = words(administrator.post("/calendars/vn", STORM))
    for part in (case.code, "11/03 17:00", "12/03 17:00", "vn@2", "Bão số 3", "như thường lệ"):
        assert part in page, part
    assert due(case, house, time.now) == office.at("2026-03-11T17:00")
    sent = draft(administrator)
    assert administrator.post("/calendars/vn", {"act": "save", "draft": sent, "year": "2026"}).status_code == 303
    page = words(administrator.follow())
    assert "Đã lưu vn@2" in page
    assert "11/03/2026" in page
    assert due(case, house, time.now) == office.at("2026-03-12T17:00")
    administrator.post("/calendars/vn", {"act": "save", "draft": sent})
    assert "Lịch không đổi" in words(administrator.follow())
    assert "Lịch không đổi" in words(administrator.post("/calendars/vn", STORM))


def test_a_file_of_a_year_is_shown_before_it_is_stored(administrator: Visitor, case: Case) -> None:
    administrator.get("/calendars/vn")
    file = (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20260311\r\nSUMMARY:Lu\r\nEND:VEVENT\r\n"
            b"END:VCALENDAR\r\n")
    sent = {"act": "file", "year": "2026", "file_source": "Thông báo 5", "file": (io.BytesIO(file), "2026.ics")}
    page = words(administrator.post("/calendars/vn", sent, content_type="multipart/form-data"))
    assert case.code in page
    assert "Thông báo 5" in page
    broken = {**sent, "file": (io.BytesIO(file.replace(b"20260311", b"20270311")), "2026.ics")}
    administrator.get("/calendars/vn")
    refused = administrator.post("/calendars/vn", broken, content_type="multipart/form-data")
    assert (refused.status_code, "Dòng 2: ngày 11/03/2027 nằm ngoài năm 2026" in words(refused)) == (422, True)


@pytest.mark.parametrize("wrong", [{"date": "31/02/2026"}, {"kind": ""}, {"reason": ""},
                                   {"kind": "hours", "hours": "11:30-07:30"}, {"act": "save", "draft": "{}"},
                                   {"act": "save", "draft": "["}, {"act": "file"}])
def test_what_cannot_be_is_refused_on_the_page_of_the_year(administrator: Visitor, wrong: dict[str, str]) -> None:
    administrator.get("/calendars/vn")
    answer = administrator.post("/calendars/vn", {**STORM, **wrong})
    assert (answer.status_code, "Có chỗ cần sửa" in words(answer)) == (422, True)


def test_a_closure_is_shown_before_it_is_recorded(administrator: Visitor, case: Case, house: dict[str, Actor],
                                                  time: Time) -> None:
    administrator.get("/closures")
    flood = {"unit": "division", "first": "11/03/2026", "last": "", "hours": "", "reason": "lũ trên sông"}
    page = words(administrator.post("/closures", {**flood, "act": "look"}))
    assert case.code in page
    assert due(case, house, time.now) == office.at("2026-03-11T17:00")
    assert administrator.post("/closures", {**flood, "act": "save"}).status_code == 303
    assert "Đã ghi" in words(administrator.follow())
    assert due(case, house, time.now) == office.at("2026-03-12T17:00")
    for wrong in ({"reason": ""}, {"unit": "nowhere"}, {"first": "x"}, {"hours": "7h"}):
        assert administrator.post("/closures", {**flood, **wrong, "act": "look"}).status_code == 422


def test_only_administrators_keep_calendars(app: Flask, administrator: Visitor) -> None:
    head = Visitor(app.test_client())
    head.sign_in("khoa")
    for path in ("/calendars", "/calendars/vn", "/closures"):
        assert head.get(path).status_code == 403
    assert head.post("/calendars/vn", STORM).status_code in (400, 403)
