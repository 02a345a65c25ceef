"""The demo: an office with cases in every state on both databases, and its check that every promise is held."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from engine.domain.calendar import to_local
from engine.domain.errors import Conflict
from engine.queries import case_list, console
from engine.queries.case_list import Filters
from engine.services import accounts, history, organisation, year_calendars
from tests import office
from tests.webapp.cli_running import facts, run
from webapp.cli import demo, demo_cases, demo_check, demo_office
from webapp.cli.demo_cases import Days

TODAYS = ["2026-11-24T22:30", "2026-11-18T09:05", "2027-02-10T07:00"]   # a day off; a working day; after Tết


@pytest.mark.parametrize("today", TODAYS)
def test_the_demo_has_a_case_in_every_state(database_url: str, today: str) -> None:
    now = office.at(today)
    assert demo.prepare(database_url, now, passwords=False) == len(demo_cases.STORIES)
    found = case_list.find(console.overseer(now), Filters(), now).rows
    assert {str(row.case.status) for row in found} == {"filed", "open", "suspended", "closed", "stopped"}
    assert {row.case.verdict for row in found} >= {"early", "on_time", "late"}
    assert {row.case.outcome for row in found} >= {"pass", "refused", "supplement.unanswered"}
    assert any(row.late and row.case.status == "open" for row in found)
    assert all(row.case.filed_at <= now for row in found)
    due_today = Days.until(year_calendars.vietnam(now), now).back(0)
    open_dues = [to_local(year_calendars.vietnam(now), row.case.due_at).date() for row in found
                 if row.case.due_at and row.case.ended_at is None]
    assert due_today in open_dues


def test_every_demo_case_verifies_and_replays(database_url: str) -> None:
    demo.prepare(database_url, office.at(TODAYS[1]), passwords=False)
    codes = console.codes()
    assert len(codes) == len(demo_cases.STORIES)
    assert [check(code).divergence for code in codes for check in (history.verify, history.replay)] == [
        None] * 2 * len(codes)


def test_a_second_start_keeps_the_data(database_url: str) -> None:
    now = office.at(TODAYS[1])
    demo.prepare(database_url, now, passwords=False)
    before = console.codes()
    assert demo.prepare(database_url, office.at("2026-11-19T09:00")) == 0
    assert console.codes() == before


def test_every_role_of_the_procedures_has_an_account_that_can_sign_in(database_url: str) -> None:
    now = office.at(TODAYS[1])
    demo.prepare(database_url, now)
    shown = demo_office.one_per_role(now)
    assert {role for role, _, _ in shown} >= {
        "receiving-officer", "return-officer", "processing-officer", "team-head", "leader", "cashier",
        "printing-officer", "clerk", "auditor", "administrator"}
    assert all(person.holds(role, unit) for role, person, unit in shown)
    for role, person, unit in shown[:2]:
        signed_in = accounts.sign_in(person.account, demo_office.PASSWORD, "test", now)
        assert signed_in is not None
        assert signed_in.holds(role, unit)


def test_the_demo_leaves_another_office_alone(database_url: str, now: datetime) -> None:
    organisation.apply(office.UNITS.encode(), now)
    with pytest.raises(Conflict):
        demo.prepare(database_url, now)
    assert console.codes() == []


def test_the_check_carries_a_renewal_through_and_every_promise_holds(tmp_path: Path,
                                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = facts("demo", "--check")
    assert found["ok"] is True
    assert all(promise["held"] for promise in found["promises"])
    assert len(found["promises"]) > 20
    assert found["clock"]["due"] == "2026-11-11T16:00"
    assert [event["action"] for event in found["timeline"]] == ["case.filed"] + ["task.completed"] * 9
    assert list(tmp_path.iterdir()) == []


def test_the_check_fails_when_a_promise_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = [(step, time, answers, role, "2026-11-11T15:59" if step == "sign" else due)
             for step, time, answers, role, due in demo_check.COURSE]
    monkeypatch.setattr(demo_check, "COURSE", tuple(wrong))
    result = run("demo", "--check", "--json")
    assert result.exit_code == 1
    broken = [promise for promise in json.loads(result.stdout)["promises"] if not promise["held"]]
    assert [promise["what"] for promise in broken] == ["sign: due after it 2026-11-11T15:59"]
