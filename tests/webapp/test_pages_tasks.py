"""My work and one task: opening, holding, submitting, and what the slower of two people is told."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.domain.people import Actor
from engine.queries import worklist
from engine.services import cases, history, tasks
from tests import office
from tests.webapp.conftest import Time
from tests.webapp.pages import Visitor, task_path, with_passwords, words


@pytest.fixture
def code(house: dict[str, Actor], time: Time) -> str:
    """A case of two tasks that waits at the counter."""
    case = cases.file("two-tasks", office.APPLICANT, house["binh"], time.now)
    assert case is not None
    return case.code


@pytest.fixture
def clerk(app: Flask, code: str) -> Visitor:
    with_passwords("binh", "an", "khoa", "lan", "ha")
    visitor = Visitor(app.test_client())
    visitor.sign_in("binh")
    visitor.follow()
    return visitor


def other(app: Flask, name: str) -> Visitor:
    visitor = Visitor(app.test_client())
    visitor.sign_in(name)
    visitor.follow()
    return visitor


def test_opening_a_task_reserves_it_and_looking_at_it_does_not(clerk: Visitor, code: str) -> None:
    path = task_path(clerk.last)
    assert code in words(clerk.last)
    before = history.verify(code).events
    assert clerk.get(path).status_code == 200
    assert history.verify(code).events == before
    clerk.post(f"{path}/open")
    assert clerk.last.headers["Location"] == path
    assert history.verify(code).events == before + 1
    assert "đang giữ" in words(clerk.get("/work"))


def test_submitting_completes_the_task_and_leads_on(clerk: Visitor, code: str) -> None:
    path = task_path(clerk.last)
    clerk.get(path)
    clerk.post(path, {"outcome": "accepted"})
    assert clerk.last.status_code == 303
    assert clerk.last.headers["Location"] == f"/work?done={code}"
    assert f"Đã gửi xong hồ sơ {code}" in words(clerk.follow())


def test_after_submitting_the_next_task_opens_and_is_held(clerk: Visitor, code: str, house: dict[str, Actor],
                                                          time: Time) -> None:
    cases.file("two-tasks", office.APPLICANT, house["binh"], time.now)
    path = task_path(clerk.last)
    clerk.get(path)
    clerk.post(path, {"outcome": "accepted"})
    assert clerk.last.headers["Location"].startswith("/tasks/")
    assert path not in clerk.last.headers["Location"]
    assert f"Đã gửi xong hồ sơ {code}. Đây là việc tiếp theo." in words(clerk.follow())
    held = [entry.task.holder for entry in worklist.mine(house["binh"], time.now)]
    assert held == ["binh"]


def test_a_missing_choice_gives_the_page_again_with_the_field_marked(clerk: Visitor, code: str) -> None:
    path = task_path(clerk.last)
    clerk.get(path)
    clerk.post(path, {})
    assert clerk.last.status_code == 422
    assert "Có chỗ cần sửa" in words(clerk.last)
    assert 'href="#f-outcome"' in clerk.last.text
    assert 'id="f-outcome-error"' in clerk.last.text
    assert history.verify(code).events == 1


def test_the_slower_of_two_is_told_who_what_and_when(clerk: Visitor, app: Flask, house: dict[str, Actor],
                                                     time: Time) -> None:
    path = task_path(clerk.last)
    clerk.get(path)
    clerk.post(path, {"outcome": "accepted"})
    an, khoa = other(app, "an"), other(app, "khoa")
    path = task_path(an.last)
    an.get(path)
    khoa.get(path)
    assert an.post(path, {"outcome": "approve"}).status_code == 303
    late = khoa.post(path, {"outcome": "refused"})
    assert late.status_code == 409
    assert "Trần Minh An (an)" in words(late)
    assert "09:00, Thứ Hai 09/03/2026" in words(late)
    assert "hoàn thành" in words(late)


def test_a_double_submission_of_one_person_is_a_conflict_and_not_a_second_act(clerk: Visitor, code: str) -> None:
    path = task_path(clerk.last)
    clerk.get(path)
    page = clerk.last
    clerk.post(path, {"outcome": "accepted"})
    clerk.last = page
    assert clerk.post(path, {"outcome": "accepted"}).status_code == 409
    assert history.verify(code).events == 2


def test_a_task_held_by_another_shows_who_holds_it_and_no_form(clerk: Visitor, app: Flask) -> None:
    path = task_path(clerk.last)
    clerk.get(path)
    clerk.post(path, {"outcome": "accepted"})
    an, khoa = other(app, "an"), other(app, "khoa")
    path = task_path(an.last)
    an.post(f"{path}/open")
    page = khoa.get(path)
    assert "Trần Minh An đang giữ việc này" in words(page)
    assert 'id="page-form"' not in page.text
    khoa.get("/work")
    assert khoa.post(f"{path}/open").status_code == 409
    an.get(path)
    an.post(f"{path}/release")
    khoa.get("/work")
    assert khoa.post(f"{path}/open").status_code == 303


def test_who_may_not_know_of_a_case_finds_nothing(clerk: Visitor, app: Flask) -> None:
    path = task_path(clerk.last)
    stranger = other(app, "lan")
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, {"outcome": "accepted"}).status_code in (400, 404)


def test_the_counts_are_links_that_narrow_the_list(clerk: Visitor, code: str, time: Time) -> None:
    assert "Không có việc nào như vậy" in words(clerk.get("/work?show=late"))
    assert code in words(clerk.get("/work?show=today"))
    time.now = office.at("2026-03-10T14:00")
    assert code in words(clerk.get("/work?show=late"))
    assert "trễ" in words(clerk.last)


def test_the_search_needs_no_accents(clerk: Visitor, code: str) -> None:
    assert code in words(clerk.get("/work?q=nguyen thi hong"))
    assert code not in words(clerk.get("/work?q=tran van"))


def test_an_empty_worklist_says_so_and_where_to_go(app: Flask, house: dict[str, Actor]) -> None:
    with_passwords("an")
    page = other(app, "an").last
    assert "Không còn việc nào đang chờ" in words(page)


def test_switching_the_language_keeps_what_was_typed_and_does_nothing(clerk: Visitor, code: str) -> None:
    path = task_path(clerk.last)
    clerk.get(path)
    page = clerk.post(f"{path}?lang=en", {"outcome": "accepted", "switch_language": "en"})
    assert page.status_code == 200
    assert "Send and open the next task" in words(page)
    assert 'value="accepted" data-key="1" checked' in page.text
    assert history.verify(code).events == 1


def test_the_start_next_button_takes_the_most_pressing_task(clerk: Visitor, code: str, house: dict[str, Actor],
                                                            time: Time) -> None:
    first = worklist.mine(house["binh"], time.now)[0].task
    clerk.post("/work/next")
    assert clerk.last.headers["Location"] == f"/tasks/{first.id}"
    tasks.complete(first.id, {"outcome": "accepted"}, house["binh"], time.now)
    clerk.get("/work")
    clerk.post("/work/next")
    assert clerk.last.headers["Location"] == "/work"
