"""The list of cases, the parts of a case, the receipt and the public tracking page."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from engine.domain.case import Case
from engine.domain.people import Actor
from engine.queries import worklist
from engine.services import cases, tasks
from engine.storage import database
from tests.webapp.conftest import Time
from tests.webapp.pages import Visitor, with_passwords, words


def file(house: dict[str, Actor], now: datetime, slug: str = "two-tasks", name: str = "Nguyễn Thị Hồng Nhung") -> Case:
    case = cases.file(slug, {"applicant": {"full_name": name}, "amount": 1}, house["binh"], now)
    assert case is not None
    return case


def do(actor: Actor, now: datetime, key: str, submission: dict[str, object]) -> None:
    entry = next(entry for entry in worklist.mine(actor, now) if entry.task.key == key)
    tasks.complete(entry.task.id, submission, actor, now)


@pytest.fixture
def auditor(app: Flask, house: dict[str, Actor]) -> Visitor:
    with_passwords("binh", "an", "ha", "lan", "khoa")
    visitor = Visitor(app.test_client())
    visitor.sign_in("ha")
    return visitor


def test_the_list_is_filtered_by_what_the_address_says(auditor: Visitor, house: dict[str, Actor], time: Time) -> None:
    one = file(house, time.now)
    two = file(house, time.now, "permit", "Trần Quốc Bảo")
    do(house["binh"], time.now, "receive", {"outcome": "accepted"})
    assert {one.code, two.code} <= set(words(auditor.get("/cases")).split())
    for asked, seen, unseen in (("procedure=two-tasks", one, two), ("q=Bảo", two, one), ("q=" + one.code, one, two),
                                ("status=open", one, two), ("status=filed", two, one)):
        page = words(auditor.get(f"/cases?{asked}"))
        assert seen.code in page.split(), asked
        assert unseen.code not in page.split(), asked
    for asked in ("from=10/03/2026", "to=2026-03-08", "unit=commune-b", "lateness=late", "status=halted"):
        assert "Không có hồ sơ nào như vậy" in words(auditor.get(f"/cases?{asked}")), asked
    assert "Viết ngày như 27/03/2026" in words(auditor.get("/cases?from=31/02/2026"))
    assert auditor.get("/cases?from=nonsense&page=-1&status=x&lateness=y&page=99999").status_code == 200


def test_the_export_holds_what_the_list_shows_and_no_formula(auditor: Visitor, house: dict[str, Actor],
                                                             time: Time) -> None:
    case = file(house, time.now, name="=1+1")
    file(house, time.now, "permit", "Trần Quốc Bảo")
    sent = auditor.get("/cases/export.csv?procedure=two-tasks")
    assert sent.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(sent.data.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == [case.code]
    assert rows[1][2] == "'=1+1"


def test_an_officer_sees_only_cases_of_the_own_units(app: Flask, auditor: Visitor, house: dict[str, Actor],
                                                     time: Time) -> None:
    case = file(house, time.now)
    stranger = Visitor(app.test_client())
    stranger.sign_in("lan")
    assert case.code not in words(stranger.get("/cases"))
    assert stranger.get(f"/cases/{case.code}").status_code == 404


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_part_of_a_case_at_every_point_of_its_way(auditor: Visitor, house: dict[str, Actor], time: Time,
                                                        language: str) -> None:
    case = file(house, time.now, "permit")
    acts = [(house["binh"], "receive", {"outcome": "accepted"}),
            (house["an"], "verify", {"outcome": "supplement"}), (house["binh"], "supplement", {}),
            (house["an"], "verify", {"outcome": "approve"}), (house["khoa"], "sign", {"outcome": "signed"})]
    for done in range(len(acts) + 1):
        for part in ("", "/documents", "/course", "/history", "/receipt"):
            page = auditor.get(f"/cases/{case.code}{part}?lang={language}")
            assert page.status_code == 200, (done, part)
        if done < len(acts):
            do(acts[done][0], time.now, acts[done][1], acts[done][2])
    assert ("Lịch sử còn nguyên vẹn" if language == "vi" else "The history is intact") in words(
        auditor.get(f"/cases/{case.code}/history"))


def test_the_course_tells_the_way_as_text_and_draws_it(auditor: Visitor, house: dict[str, Actor], time: Time) -> None:
    case = file(house, time.now, "permit")
    do(house["binh"], time.now, "receive", {"outcome": "accepted"})
    do(house["an"], time.now, "verify", {"outcome": "supplement"})
    do(house["binh"], time.now, "supplement", {})
    page = auditor.get(f"/cases/{case.code}/course")
    said = words(page)
    assert "verify, lần 2: đang ở đây" in said
    assert "Trần Minh An" in said
    assert said.index("verify: supplement") < said.index("verify, lần 2")
    assert page.text.count("dg-node--now") == 1
    assert page.text.count("dg-flow--done") == 6
    assert page.text.count('<li class="next">') == 1, "what comes next is named: the signature"


def test_a_step_done_twice_shows_its_last_answer_with_who_and_when_of_that(auditor: Visitor, house: dict[str, Actor],
                                                                           time: Time) -> None:
    case = file(house, time.now, "permit")
    do(house["binh"], time.now, "receive", {"outcome": "accepted"})
    do(house["an"], time.now, "verify", {"outcome": "supplement"})
    do(house["binh"], time.now, "supplement", {})
    do(house["khoa"], time.now + timedelta(hours=1, minutes=7), "verify", {"outcome": "approve"})
    shown = words(auditor.get(f"/cases/{case.code}")).split("verify")[1]
    assert "10:07" in shown
    assert "approve" in shown


def test_a_task_taken_back_by_the_head_is_not_told_as_given_back(auditor: Visitor, house: dict[str, Actor],
                                                                 time: Time) -> None:
    case = file(house, time.now)
    do(house["binh"], time.now, "receive", {"outcome": "accepted"})
    for holder, frees in (("an", "an"), ("an", "khoa")):
        entry = next(entry for entry in worklist.mine(house[holder], time.now) if entry.task.key == "verify")
        tasks.claim(entry.task.id, house[holder], time.now)
        tasks.release(entry.task.id, house[frees], time.now)
    said = words(auditor.get(f"/cases/{case.code}/course"))
    assert said.count("Trần Minh An trả lại việc «verify»") == 1
    assert said.count("lấy lại việc «verify» từ Trần Minh An") == 1


def test_a_changed_row_breaks_the_seal(auditor: Visitor, house: dict[str, Actor], time: Time,
                                       database_url: str) -> None:
    case = file(house, time.now)
    with database.transaction() as session:
        session.get(Case, (case.root, case.id)).applicant = "Người khác"
    page = auditor.get(f"/cases/{case.code}/history")
    assert "Lịch sử không khớp" in words(page)
    assert "mc-seal--broken" in page.text


def test_only_who_oversees_may_check_a_history(app: Flask, auditor: Visitor, house: dict[str, Actor],
                                               time: Time) -> None:
    case = file(house, time.now)
    clerk = Visitor(app.test_client())
    clerk.sign_in("binh")
    assert "Kiểm tra" not in words(clerk.get(f"/cases/{case.code}"))
    assert clerk.get(f"/cases/{case.code}/history").status_code == 403


def test_the_receipt_has_hour_and_day_once_the_clock_runs(auditor: Visitor, house: dict[str, Actor],
                                                          time: Time) -> None:
    case = file(house, time.now)
    do(house["binh"], time.now, "receive", {"outcome": "accepted"})
    page = auditor.get(f"/cases/{case.code}/receipt?lang=en")
    assert "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ" in words(page)
    assert "17:00, Thứ Tư 11/03/2026" in words(page)
    assert "Lê Thanh Bình" in words(page)


def test_the_qr_leads_to_a_page_without_names_of_officials(app: Flask, auditor: Visitor, house: dict[str, Actor],
                                                           time: Time) -> None:
    case = file(house, time.now)
    do(house["binh"], time.now, "receive", {"outcome": "accepted"})
    citizen = Visitor(app.test_client())
    page = citizen.get(f"/t/{case.tracking}")
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "Hẹn trả 17:00, Thứ Tư 11/03/2026" in words(page)
    for person in house.values():
        assert person.name not in words(page)
    assert citizen.get("/t/nothing").status_code == 404


def test_each_look_at_a_case_is_noted(auditor: Visitor, house: dict[str, Actor], time: Time) -> None:
    case = file(house, time.now)
    auditor.get(f"/cases/{case.code}")
    with database.reading() as session:
        rows = session.execute(text("SELECT account FROM viewing")).scalars().all()
    assert rows == ["ha"]
