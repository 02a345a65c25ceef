"""The incidents page of administrators: what halted what, in words, and the ways on."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from engine.domain.case import Case
from engine.domain.errors import CaseHalted, Conflict, IncidentNotFound, NotAllowed, TaskNotFound
from engine.domain.people import Actor
from engine.queries import case_list, console, incident_list
from engine.queries.case_list import Filters
from engine.services import cases, history, incidents, tasks
from tests import office
from tests.webapp.cli_running import run
from tests.webapp.conftest import Time
from tests.webapp.pages import Visitor, with_passwords, words
from tests.webapp.test_api_incidents import gap


@pytest.fixture
def visitor(app: Flask, house: dict[str, Actor]) -> Visitor:
    with_passwords("quan", "khoa")
    visitor = Visitor(app.test_client())
    visitor.sign_in("quan")
    return visitor


def halted(house: dict[str, Actor], now: datetime, *, held: bool = True) -> Case:
    """A case that its leader could not carry on; the leader holds the task."""
    case = cases.file("with-gap", office.APPLICANT, house["binh"], now)
    assert case is not None
    again(case, house, now, held=held)
    return case


def again(case: Case, house: dict[str, Actor], now: datetime, *, held: bool = True) -> None:
    task = case.open_tasks()[0].id
    if held:
        tasks.claim(task, house["khoa"], now)
    with pytest.raises(CaseHalted):
        tasks.complete(task, {}, house["khoa"], now)


def waiting(house: dict[str, Actor], now: datetime) -> UUID:
    [entry] = incident_list.page(house["quan"], now).entries
    return entry.incident.id


def test_the_list_says_what_halted_which_case_since_when_and_how_often(
        visitor: Visitor, house: dict[str, Actor], now: datetime, time: Time) -> None:
    gap(now)
    case = halted(house, now)
    incidents.retry(waiting(house, now), house["quan"], now + timedelta(minutes=5))
    again(case, house, now + timedelta(minutes=10))
    time.now = now + timedelta(hours=3)
    said = words(visitor.get("/incidents?lang=en"))
    assert all(part in said for part in ("Waiting (1)", "Resolved (1)", case.code, "2 h 50 min", "1 times", "with-gap"))
    assert "the choice of a branch" in said, "a step without a name is called by what it is"
    assert f'href="/cases/{case.code}"' not in visitor.last.text, "the administrator may not see the case itself"
    assert "Nhung" not in visitor.last.text
    resolved = words(visitor.get("/incidents?show=resolved"))
    assert "Đỗ Quân (quan)" in resolved
    assert "Chạy tiếp" not in resolved


def test_an_incident_says_what_was_to_be_done_and_lets_the_case_go_on(
        visitor: Visitor, house: dict[str, Actor], now: datetime) -> None:
    gap(now)
    case = halted(house, now)
    incident = waiting(house, now)
    said = words(visitor.get(f"/incidents/{incident}?lang=en"))
    assert "Complete the task: look" in said
    assert "Nguyễn Đăng Khoa (khoa)" in said
    assert "135000" not in said
    visitor.post(f"/incidents/{incident}/retry")
    assert f"Case {case.code}" in words(visitor.follow())
    visitor.get("/incidents")
    assert visitor.post(f"/incidents/{incident}/retry").status_code == 409
    assert visitor.get("/incidents/00000000-0000-0000-0000-000000000001").status_code == 404


def test_a_held_task_of_a_halted_case_is_given_back_to_everyone(
        visitor: Visitor, house: dict[str, Actor], now: datetime) -> None:
    gap(now)
    case = halted(house, now)
    incident, task = waiting(house, now), case.open_tasks()[0].id
    visitor.get(f"/incidents/{incident}?lang=en")
    visitor.post(f"/incidents/{incident}/tasks/{task}/release")
    assert "held by nobody" in words(visitor.follow())
    before = history.verify(case.code).events
    incidents.release(incident, task, house["quan"], now)
    assert history.verify(case.code).events == before, "a free task stays free and leaves no event"
    assert history.verify(case.code).holds
    assert history.replay(case.code).holds
    incidents.retry(incident, house["quan"], now)
    tasks.claim(task, house["khoa"], now)
    with pytest.raises(Conflict):
        incidents.release(incident, task, house["quan"], now)
    assert history.replay(case.code).holds


def test_only_administrators_may_and_only_tasks_of_that_case(house: dict[str, Actor], now: datetime) -> None:
    gap(now)
    case, other = halted(house, now), cases.file("two-tasks", office.APPLICANT, house["binh"], now)
    assert other is not None
    incident, task = waiting(house, now), case.open_tasks()[0].id
    for person in ("khoa", "ha", "binh"):
        with pytest.raises(NotAllowed):
            incidents.release(incident, task, house[person], now)
        with pytest.raises(NotAllowed):
            incident_list.read(incident, house[person], now)
        with pytest.raises(NotAllowed):
            incident_list.page(house[person], now)
    with pytest.raises(TaskNotFound):
        incidents.release(incident, other.open_tasks()[0].id, house["quan"], now)
    with pytest.raises(IncidentNotFound):
        incidents.release(task, task, house["quan"], now)


@pytest.mark.parametrize("page", ["0", "99999999999", "x", "²", ""])
def test_a_page_that_does_not_exist_shows_the_nearest(visitor: Visitor, page: str) -> None:
    assert visitor.get("/incidents", query_string={"page": page}).status_code == 200


def test_many_incidents_come_in_pages_oldest_first(visitor: Visitor, house: dict[str, Actor], now: datetime) -> None:
    gap(now)
    made = [halted(house, now + timedelta(minutes=number), held=False).code
            for number in range(incident_list.PAGE + 1)]
    first, second = (incident_list.page(house["quan"], now, number=number) for number in (1, 2))
    assert [entry.case.code for entry in (*first.entries, *second.entries)] == made
    assert (first.pages, first.open) == (2, incident_list.PAGE + 1)
    assert 'rel="next"' in visitor.get("/incidents").text
    assert made[-1] in visitor.get("/incidents?page=2").text


def test_the_console_lists_and_retries(database_url: str, house: dict[str, Actor], now: datetime,
                                       monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_DATABASE_URL", database_url)
    gap(now)
    case, second = halted(house, now), halted(house, now)
    [one, two] = json.loads(run("incident", "list", "--json").stdout)
    assert {one["case"], two["case"]} == {case.code, second.code}
    assert (one["step"], one["to_do"], one["retried"]) == ("the choice of a branch", "Complete the task: look", 0)
    assert case.code in run("incident", "list").stdout
    assert run("incident", "retry").exit_code == 2
    assert run("incident", "retry", one["id"], "--account", "khoa").exit_code == 1
    assert run("incident", "retry", one["id"], "--account", "quan").exit_code == 0
    assert run("incident", "retry", one["id"]).exit_code == 1
    assert "1 cases may go on" in run("incident", "retry", "--all").stdout
    by = {entry["case"]: entry["resolved_by"] for entry in json.loads(
        run("incident", "list", "--resolved", "--json").stdout)}
    assert by == {one["case"]: "quan", two["case"]: "system"}
    assert all(history.replay(code).holds for code in (case.code, second.code))
    assert all(str(row.case.status) == "open" for row in case_list.find(console.overseer(now), Filters(), now).rows)
