"""The same work with the keyboard alone, without a script, and on paper; and two people at one task."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from engine.services import accounts, cases
from tests.browser.conftest import PASSWORD, Site
from tests.browser.person import Person, signed_in
from webapp.cli import demo_answers

pytestmark = pytest.mark.browser


def file(now: datetime, name: str = "Nguyễn Thị Hồng Nhung", number: int = 1, **changes: Any) -> str:
    clerk = accounts.actor("binhlt", now)
    assert clerk is not None
    case = cases.file("driving-licence-renewal", demo_answers.licence(name, number, now.date(), **changes), clerk, now)
    assert case is not None
    return case.code


def test_a_task_is_done_with_the_keyboard_alone(browser: Browser, site: Site) -> None:
    code = file(site.time.now)
    page = browser.new_context(locale="vi-VN").new_page()
    page.goto(f"{site.url}/sign-in")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Chuyển đến nội dung chính")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("binhlt")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Việc của tôi")).to_be_visible()
    expect(page.locator("body.js-enabled")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tiếp nhận hồ sơ")
    expect(page.locator("body.js-enabled")).to_be_visible()
    page.keyboard.press("1")
    expect(page.locator("[name=outcome][value=accepted]")).to_be_checked()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(f"Đã gửi xong hồ sơ {code}")).to_be_visible()


def test_everything_works_without_a_script(browser: Browser, site: Site) -> None:
    code = file(site.time.now)
    context = browser.new_context(locale="vi-VN", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}/sign-in")
    page.fill("[name=name]", "binhlt")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("button", name=re.compile(code)).click()
    page.get_by_role("button", name="EN, English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Receive the dossier")
    page.get_by_role("button", name="Send and open the next task").click()
    expect(page.get_by_role("heading", name="There is something to correct")).to_be_visible()
    page.locator(".mc-choice:has([value=supplement])").click()
    page.fill("[name=reason]", "Giấy khám thiếu kết luận của bác sĩ")
    page.get_by_role("button", name="Send and open the next task").click()
    expect(page.get_by_text(f"Case {code} was sent on.")).to_be_visible()
    page.goto(f"{site.url}/cases/{code}/course")
    expect(page.locator("svg.dg")).to_be_visible()


def test_the_slip_and_the_receipt_each_print_on_one_sheet_of_a5(browser: Browser, site: Site) -> None:
    code = file(site.time.now, "Công Tằng Tôn Nữ Thị Phương Thảo Nguyên", delivery_method="post", delivery_address={
        "street": "Số 1234 đường Nguyễn Thị Minh Khai, tổ dân phố số 15", "commune": "phường Hải Châu Đông",
        "province": "tỉnh Hải Sơn"})
    clerk = signed_in(browser, site, "binhlt")
    for title in ("PHIẾU NHẬN HỒ SƠ ĐỂ KIỂM TRA", "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ"):
        clerk.open(f"/cases/{code}/receipt")
        expect(clerk.page.get_by_role("heading", name=title)).to_be_visible()
        sheet = clerk.page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1, title
        box = re.search(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)", sheet)
        assert box is not None
        assert (round(float(box[1])), round(float(box[2]))) in {(419, 595), (420, 595), (419, 596), (420, 596)}
        accept(clerk, code)


def accept(clerk: Person, code: str) -> None:
    clerk.open("/work")
    row = clerk.page.get_by_role("button", name=re.compile(code))
    if row.count():
        clerk.click(row)
        clerk.click(clerk.page.locator(".mc-choice").first)
        clerk.click(clerk.button("Gửi và mở việc tiếp theo"))


def test_of_two_people_at_one_task_the_slower_is_told_who_what_and_when(browser: Browser, site: Site) -> None:
    code = file(site.time.now)
    clerk = signed_in(browser, site, "binhlt")
    accept(clerk, code)
    cashier = signed_in(browser, site, "ngocnt")
    cashier.click(cashier.page.get_by_role("button", name=re.compile(code)))
    cashier.page.fill("[name='receipt.number']", "AA-0087123")
    cashier.click(cashier.button("Gửi và mở việc tiếp theo"))
    fast, slow = signed_in(browser, site, "antm"), signed_in(browser, site, "yenvh")
    fast.open("/work")
    address = fast.page.get_by_role("button", name=re.compile(code)).locator("xpath=..").get_attribute("action")
    assert address is not None
    for person in (fast, slow):
        person.open(address.removesuffix("/open"))
        person.click(person.page.locator(".mc-choice").first)
    fast.click(fast.button("Gửi và mở việc tiếp theo"))
    slow.click(slow.button("Gửi và mở việc tiếp theo"))
    expect(slow.page.get_by_role("heading", level=1)).to_have_text("Có người đã làm trước")
    expect(slow.page.locator("main")).to_contain_text("15:05, Thứ Sáu 13/11/2026")
    slow.look("conflict")
    assert slow.trouble == []
