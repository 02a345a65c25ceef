"""Filing at the counter with papers: what is kept, what is refused by name, and that a form files only once."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask

from engine.domain.people import Actor
from engine.services import history
from tests.webapp.pages import Visitor, hidden, with_passwords, words

PDF = b"%PDF-1.4 a paper"
APPLICANT = {"applicant.full_name": "Nguyễn Thị Hồng Nhung", "amount": "135000"}


@pytest.fixture
def clerk(app: Flask, house: dict[str, Actor]) -> Visitor:
    with_passwords("binh", "an")
    visitor = Visitor(app.test_client())
    visitor.sign_in("binh")
    visitor.get("/filing/two-tasks")
    return visitor


def paper(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def test_filing_leads_to_the_slip_which_promises_nothing_yet(clerk: Visitor) -> None:
    clerk.post("/filing/two-tasks", {**APPLICANT, "key": hidden(clerk.last, "key")})
    assert clerk.last.status_code == 303
    page = clerk.follow()
    assert "PHIẾU NHẬN HỒ SƠ ĐỂ KIỂM TRA" in words(page)
    assert "Chưa có hẹn trả" in words(page)
    assert "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ" not in words(page)
    assert 'class="mc-qr"' in page.text


def test_sending_the_form_twice_files_once(clerk: Visitor) -> None:
    page, key = clerk.last, hidden(clerk.last, "key")
    places = []
    for _ in range(2):
        clerk.last = page
        clerk.post("/filing/two-tasks", {**APPLICANT, "key": key, "paper": paper(PDF, "a.pdf")})
        places.append(clerk.last.headers["Location"])
    assert places[0] == places[1]
    assert history.verify(places[0].split("/")[2]).events == 2, "filed and one paper added"


def test_the_same_form_with_other_answers_is_not_taken_for_the_first(clerk: Visitor) -> None:
    page, key = clerk.last, hidden(clerk.last, "key")
    clerk.post("/filing/two-tasks", {**APPLICANT, "key": key})
    clerk.last = page
    clerk.post("/filing/two-tasks", {**APPLICANT, "amount": "99000", "key": key})
    assert clerk.last.status_code == 422
    assert "đã nộp một lần" in words(clerk.last)
    assert hidden(clerk.last, "key") != key


def test_a_wrong_answer_gives_the_page_again_with_input_and_papers_kept(clerk: Visitor) -> None:
    clerk.post("/filing/two-tasks", {**APPLICANT, "amount": "nhiều", "key": hidden(clerk.last, "key"),
                                     "paper": paper(PDF, "đơn.pdf")})
    page = clerk.last
    assert page.status_code == 422
    assert 'value="nhiều"' in page.text
    assert "Nguyễn Thị Hồng Nhung" in page.text
    clerk.post("/filing/two-tasks", {**APPLICANT, "key": hidden(page, "key"), "kept": hidden(page, "kept")})
    code = clerk.last.headers["Location"].split("/")[2]
    assert "đơn.pdf" in words(clerk.get(f"/cases/{code}/documents"))


@pytest.mark.parametrize(("content", "name"), [
    (b"MZ program", "bad.exe"), (b"MZ program", "bad.pdf"), (PDF, "bad.docx"), (b"", "bad.png"),
    (b"<html><script>", "bad.jpg"), (b"PK\x03\x04 no document", "bad.docx"), (PDF + b"x" * 1024 * 1024, "bad.pdf")])
def test_a_wrong_or_large_file_is_refused_by_name_and_the_rest_kept(clerk: Visitor, content: bytes, name: str) -> None:
    clerk.post("/filing/two-tasks", {**APPLICANT, "key": hidden(clerk.last, "key"),
                                     "paper-one": paper(content, name), "paper-two": paper(PDF, "good.pdf")})
    assert clerk.last.status_code == 422
    assert f"«{name}»" in words(clerk.last)
    assert hidden(clerk.last, "kept")
    assert 'value="135000"' in clerk.last.text


def test_a_forged_note_of_a_file_adds_nothing(clerk: Visitor) -> None:
    clerk.post("/filing/two-tasks", {**APPLICANT, "key": hidden(clerk.last, "key"), "kept": "forged.note.here"})
    code = clerk.last.headers["Location"].split("/")[2]
    assert "Chưa có tệp nào" in words(clerk.get(f"/cases/{code}/documents"))


def test_papers_are_added_later_and_sent_as_files_that_run_nothing(clerk: Visitor) -> None:
    clerk.post("/filing/two-tasks", {**APPLICANT, "key": hidden(clerk.last, "key")})
    code = clerk.last.headers["Location"].split("/")[2]
    clerk.get(f"/cases/{code}/documents")
    clerk.post(f"/cases/{code}/documents", {"paper": paper(PDF, "../../etc/Giấy khám.pdf")})
    assert clerk.last.status_code == 303
    page = clerk.follow()
    address = page.text.split(f'href="/cases/{code}/documents/')[1].split('"')[0]
    sent = clerk.get(f"/cases/{code}/documents/{address}")
    assert sent.data == PDF
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert "etc" not in sent.headers["Content-Disposition"]
    assert "sandbox" in sent.headers["Content-Security-Policy"]
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    shown = clerk.get(f"/cases/{code}/documents/{address.split('?')[0]}/view")
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert history.replay(code).holds


def test_adding_nothing_says_so(clerk: Visitor) -> None:
    clerk.post("/filing/two-tasks", {**APPLICANT, "key": hidden(clerk.last, "key")})
    code = clerk.last.headers["Location"].split("/")[2]
    clerk.get(f"/cases/{code}/documents")
    assert clerk.post(f"/cases/{code}/documents").status_code == 422
    assert "Hãy chọn ít nhất một tệp" in words(clerk.last)


def test_more_than_the_page_takes_is_refused(clerk: Visitor) -> None:
    clerk.post("/filing/two-tasks", {"paper": paper(b"x" * (13 * 1024 * 1024), "huge.pdf")})
    assert clerk.last.status_code == 413


def test_who_does_not_receive_cannot_file(app: Flask, clerk: Visitor) -> None:
    visitor = Visitor(app.test_client())
    visitor.sign_in("an")
    assert visitor.get("/filing").status_code == 403
    assert visitor.get("/filing/two-tasks").status_code == 403


def test_a_refused_file_and_wrong_answers_are_named_at_once_in_the_order_of_the_page(clerk: Visitor) -> None:
    clerk.post("/filing/two-tasks", {"applicant.full_name": "", "amount": "nhiều", "key": hidden(clerk.last, "key"),
                                     "paper-one": paper(b"MZ program", "bad.pdf")})
    summary = clerk.last.text.split("govuk-error-summary__list")[1].split("</ul>")[0]
    assert re.findall(r'href="#([^"]+)"', summary) == ["f-amount", "f-paper-one"]
