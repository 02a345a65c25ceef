"""A whole licence renewal in a real browser, from the counter to the result: clicks are counted, axe looks at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from engine.services import history
from tests.browser.conftest import Site
from tests.browser.person import Person, signed_in, visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
MOST_CLICKS = 3
TEXTS = {
    "applicant.full_name": "Nguyễn Thị Hồng Nhung", "applicant.personal_id": "031188000042",
    "applicant.phone": "0905123218", "licence_no": "310123456789", "issue_date": "05/12/2016",
    "expiry_date": "12/12/2026", "health_certificate.number": "1187/GKSKLX",
    "health_certificate.facility": "Bệnh viện đa khoa tỉnh Hải Sơn", "health_certificate.date": "10/11/2026",
    "declared_on": "13/11/2026"}
CHOICES = {"expiry_band": "valid", "licence_hold": "none", "reason": "expiring", "health_certificate.result": "fit",
           "delivery_method": "counter", "channel": "counter"}


def fill_in(person: Person) -> None:
    person.page.select_option("[name=licence_class]", "C")
    for name, text in TEXTS.items():
        person.type(person.page.locator(f"[name='{name}']"), text)
    for name, value in CHOICES.items():
        person.page.check(f"[name='{name}'][value='{value}']")
    person.page.check("[name=declaration]")


def file_case(clerk: Person, tmp_path: Path) -> str:
    """File a case at the counter with a paper, once with faults that are named, then rightly; give its code."""
    clerk.click(clerk.page.get_by_role("link", name="Nhận hồ sơ", exact=True))
    clerk.look_in_both("choose a procedure")
    clerk.click(clerk.page.get_by_role("link", name="Đổi giấy phép lái xe"))
    clerk.look_in_both("filing form")
    fill_in(clerk)
    clerk.type(clerk.page.locator("[name='applicant.personal_id']"), "12")
    wrong = tmp_path / "giay-kham.exe.pdf"
    wrong.write_bytes(b"MZ not a pdf")
    right = tmp_path / "Đơn đề nghị.pdf"
    right.write_bytes(PDF)
    clerk.page.set_input_files("[name=paper-health_certificate]", wrong)
    clerk.page.set_input_files("[name=paper-application_form]", right)
    clerk.click(clerk.button("Nộp hồ sơ và in phiếu"))
    expect(clerk.page.get_by_role("heading", name="Có chỗ cần sửa")).to_be_visible()
    expect(clerk.page.locator(".govuk-error-summary")).to_contain_text("giay-kham.exe.pdf")
    expect(clerk.page.get_by_text("Đã tải lên: Đơn đề nghị.pdf")).to_be_visible()
    assert clerk.page.input_value("[name=licence_no]") == TEXTS["licence_no"]
    clerk.look("filing form with faults")
    clerk.click(clerk.page.get_by_role("button", name="EN, English"))
    assert clerk.page.input_value("[name=licence_no]") == TEXTS["licence_no"], "the switch keeps what was typed"
    clerk.look("filing form, switched to English")
    clerk.click(clerk.page.get_by_role("button", name="VI, Tiếng Việt"))
    clerk.click(clerk.button("Nộp hồ sơ và in phiếu"))
    expect(clerk.page.locator(".govuk-error-summary")).to_contain_text("Số định danh cá nhân")
    clerk.type(clerk.page.locator("[name='applicant.personal_id']"), TEXTS["applicant.personal_id"])
    clerk.click(clerk.button("Nộp hồ sơ và in phiếu"))
    expect(clerk.page.get_by_text("Chưa có hẹn trả", exact=True)).to_be_visible()
    clerk.look_in_both("slip before acceptance")
    found = re.search(r"/cases/([^/]+)/receipt", clerk.page.url)
    assert found is not None
    return found[1]


def begin(person: Person, code: str, step: str) -> None:
    """Open the task of a step from My work, where the count of clicks begins."""
    person.open("/work")
    person.look_in_both(f"my work before {step}")
    person.clicks = 0
    person.click(person.page.get_by_role("button", name=re.compile(f"{code}, {step}")))
    expect(person.page.get_by_role("heading", level=1)).to_contain_text(step)


def do(person: Person, code: str, step: str, choice: str | None, typed: dict[str, str] | None = None) -> None:
    """Do a step: open it, choose, send, in at most three clicks; what is typed is typed with the keyboard."""
    begin(person, code, step)
    clicks = person.clicks
    person.look_in_both(f"task {step}")
    person.clicks = clicks
    if choice is not None:
        person.click(person.page.locator(".mc-choice", has_text=choice).first)
    for name, text in (typed or {}).items():
        person.type(person.page.locator(f"[name='{name}']"), text)
    person.click(person.button("Gửi và mở việc tiếp theo"))
    assert person.clicks <= MOST_CLICKS, f"{step} took {person.clicks} clicks"
    expect(person.page.get_by_text(f"Đã gửi xong hồ sơ {code}")).to_be_visible()


def test_a_licence_renewal_runs_from_the_counter_to_the_result(browser: Browser, site: Site, tmp_path: Path) -> None:
    people = {name: signed_in(browser, site, name) for name in (
        "binhlt", "ngocnt", "antm", "khoand", "sonhq", "tuanbq", "hoangtv", "longdh")}
    clerk, examiner, auditor = people["binhlt"], people["antm"], people["hoangtv"]
    citizen = visitor(browser, site)
    code = file_case(clerk, tmp_path)
    site.time.at("2026-11-13T15:20")
    do(clerk, code, "Tiếp nhận hồ sơ", "Tiếp nhận")
    clerk.open(f"/cases/{code}/receipt")
    expect(clerk.page.get_by_text("GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ")).to_be_visible()
    clerk.look_in_both("receipt, form 01")
    site.time.at("2026-11-13T15:25")
    do(people["ngocnt"], code, "Thu lệ phí", None, {"receipt.number": "AA-0087123"})
    clerk.open(f"/cases/{code}/receipt")
    expect(clerk.page.get_by_text("17:00, Thứ Hai 23/11/2026")).to_be_visible()
    track(citizen, code)
    site.time.at("2026-11-17T09:40")
    do(examiner, code, "Thẩm định hồ sơ", "Yêu cầu bổ sung", {"reason": "Giấy khám thiếu phần kết luận"})
    citizen.page.reload()
    expect(citizen.page.get_by_text("Giấy khám thiếu phần kết luận")).to_be_visible()
    citizen.look_in_both("tracking while the clock stands")
    site.time.at("2026-11-19T14:30")
    do(clerk, code, "Bổ sung hồ sơ", None)
    site.time.at("2026-11-25T08:30")
    do(examiner, code, "Thẩm định hồ sơ", "Đạt, trình đội trưởng")
    site.time.at("2026-11-25T10:00")
    do(people["khoand"], code, "Đội trưởng xem xét", "Đồng ý, trình lãnh đạo")
    site.time.at("2026-11-25T14:00")
    do(people["sonhq"], code, "Ký quyết định", "Ký đổi giấy phép")
    site.time.at("2026-11-26T15:00")
    do(people["tuanbq"], code, "In thẻ, kiểm tra", "Thẻ đạt", {"card_serial": "AB0087123"})
    site.time.at("2026-11-30T09:00")
    do(people["ngocnt"], code, "Trả kết quả", None)
    look_at_the_case(auditor, code)
    citizen.page.reload()
    expect(citizen.page.get_by_text("Hồ sơ của bạn đã giải quyết xong.")).to_be_visible()
    citizen.look_in_both("tracking at the end")
    people["longdh"].open("/incidents")
    people["longdh"].look_in_both("incidents")
    assert history.verify(code).holds
    assert history.replay(code).holds
    trouble = [one for person in (*people.values(), citizen) for one in person.trouble]
    assert not trouble, "\n".join(trouble)


def track(citizen: Person, code: str) -> None:
    citizen.open("/track")
    citizen.look_in_both("tracking form")
    for secret, answer in (("0000", "Không tìm thấy hồ sơ"), ("0042", "Phòng Cảnh sát giao thông đang thẩm định")):
        citizen.fill("Mã hồ sơ", code)
        citizen.fill("4 số cuối", secret)
        citizen.click(citizen.button("Xem hồ sơ"))
        expect(citizen.page.locator("main")).to_contain_text(answer)
        citizen.look(f"tracking with {secret}")
    citizen.look_in_both("tracking")
    expect(citizen.page.locator("body")).not_to_contain_text("Lê Thanh Bình")


def look_at_the_case(auditor: Person, code: str) -> None:
    auditor.open("/cases")
    auditor.look_in_both("list of cases")
    auditor.click(auditor.page.get_by_role("link", name=code))
    for part in ("Dữ liệu", "Giấy tờ", "Diễn biến và sơ đồ", "Kiểm tra"):
        auditor.click(auditor.page.get_by_role("navigation", name="Các phần của hồ sơ").get_by_role("link", name=part))
        auditor.look_in_both(f"case: {part}")
    expect(auditor.page.get_by_text("Lịch sử còn nguyên vẹn")).to_be_visible()
    for path in ("/nothing-here", "/keys", "/accessibility", "/incidents"):
        auditor.open(path)
        auditor.look_in_both(path)
