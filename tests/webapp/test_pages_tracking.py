"""The public page: what a wrong secret and an unknown code are told, and how often one may try."""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files

import pytest
from flask import Flask

from engine.procedures import pack
from engine.queries import worklist
from engine.services import calendars, cases, organisation, procedures, tasks
from engine.services.accounts import actor
from tests import office
from tests.webapp.conftest import Time
from tests.webapp.pages import Visitor, words
from webapp import tracking
from webapp.cli import demo_answers


@pytest.fixture
def code(app: Flask, time: Time) -> str:
    """A certified copy filed at the counter of a commune for someone with number 031090000001, phone 0910000007."""
    calendars.publish(office.calendar(), time.now)
    organisation.apply(files("webapp.cli").joinpath("demo_data", "province.toml").read_bytes(), time.now)
    time.now = office.at("2026-11-23T08:10")
    procedures.publish(pack.gather("certified-copy"), time.now)
    clerk = actor("hoatt", time.now)
    assert clerk is not None
    case = cases.file("certified-copy", demo_answers.certified("Phạm Văn Nam", 1), clerk, time.now)
    assert case is not None
    return case.code


@pytest.fixture
def citizen(app: Flask) -> Visitor:
    return Visitor(app.test_client())


def ask(citizen: Visitor, code: str, secret: str) -> int:
    citizen.get("/track")
    return citizen.post("/track", {"code": code, "secret": secret}).status_code


@pytest.mark.parametrize("secret", ["0001", "0007", " 0007 "])
def test_the_code_and_the_last_digits_of_number_or_phone_lead_to_the_case(citizen: Visitor, code: str,
                                                                          secret: str) -> None:
    assert ask(citizen, code.lower(), secret) == 303
    page = citizen.follow()
    assert code in words(page)
    assert "Trần Thị Hoa" not in words(page)
    assert "Phạm Văn Nam" not in words(page), "the applicant's name is not shown either"


def test_a_wrong_secret_and_an_unknown_code_look_the_same(citizen: Visitor, code: str) -> None:
    seen = []
    for wrong, secret in ((code, "9999"), ("H99.21-261123-9999", "0001"), ("nonsense", "0001"), (code, ""),
                          (code, "031090000001"), (code, "----")):
        assert ask(citizen, wrong, secret) == 404
        seen.append(words(citizen.last).replace(wrong, "CODE"))
    assert len(set(seen)) == 1


def test_many_wrong_tries_on_one_code_are_stopped_for_everyone(app: Flask, citizen: Visitor, code: str,
                                                               time: Time) -> None:
    for number in range(tracking.MOST_BY_CODE):
        assert ask(citizen, code, f"{number + 5000}") == 404
    assert ask(citizen, code, "0001") == 429
    assert int(citizen.last.headers["Retry-After"]) > 0
    other = Visitor(app.test_client())
    other.get("/track")
    elsewhere = other.post("/track", {"code": code, "secret": "0001"}, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 429, "another origin does not help"
    time.now += timedelta(minutes=16)
    assert ask(citizen, code, "0001") == 303


def test_many_wrong_tries_from_one_origin_are_stopped_for_every_code(citizen: Visitor, code: str) -> None:
    for number in range(tracking.MOST_BY_ORIGIN):
        assert ask(citizen, f"H99.21-261123-{number + 1000}", "0001") == 404
    assert ask(citizen, code, "0001") == 429
    assert citizen.get("/t/guessed").status_code == 404, "the QR of a receipt is not concerned"


def test_the_page_of_a_wait_says_what_to_do_and_until_when(citizen: Visitor, code: str, time: Time) -> None:
    clerk = actor("hoatt", time.now)
    assert clerk is not None
    check = next(entry for entry in worklist.mine(clerk, time.now) if entry.case.code == code)
    tasks.complete(check.task.id, demo_answers.NOT_FULL, clerk, time.now)
    ask(citizen, code, "0001")
    page = words(citizen.follow())
    assert "Việc bạn cần làm" in page
    assert "Giấy khám sức khỏe thiếu kết luận" in page
    assert "trước 17:00, Thứ Tư 23/12/2026" in page
