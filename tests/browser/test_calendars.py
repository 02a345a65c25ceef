"""A calendar in a real browser: the administrator sees what a storm moves before storing it, in three clicks."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from engine.queries import console
from engine.services import accounts, cases, organisation, tasks
from tests.browser.conftest import PASSWORD, Site
from tests.browser.person import signed_in
from tests.browser.test_incidents import ADMINISTRATOR
from webapp.cli import demo_answers

pytestmark = pytest.mark.browser


def test_an_administrator_corrects_a_day_in_three_clicks_by_keyboard_too(browser: Browser, site: Site) -> None:
    unit = next(iter(console.units(site.time.now)))
    organisation.apply(ADMINISTRATOR.format(unit=unit).encode(), site.time.now)
    accounts.set_password("quan", PASSWORD, site.time.now)
    person = signed_in(browser, site, "quan")
    person.open("/calendars")
    person.look_in_both("list of calendars")
    person.open("/calendars")
    person.clicks = 0
    person.click(person.page.get_by_role("link", name="vn", exact=True))
    person.look_in_both("a year")
    person.fill("Ngày (ngày/tháng/năm)", "16/12/2026")
    person.page.get_by_label("Ngày này").select_option("off")
    person.fill("Lý do", "Bão số 9")
    person.button("Xem hồ sơ nào đổi hẹn trả").focus()
    person.page.keyboard.press("Enter")
    person.page.wait_for_load_state()
    person.clicks += 1
    expect(person.page.get_by_role("heading", name="Xem trước lịch vn")).to_be_visible()
    person.look("a preview")
    person.click(person.button("Lưu và áp dụng"))
    expect(person.page.get_by_text("Các hồ sơ đang theo lịch mới")).to_be_visible()
    assert person.clicks == 3
    expect(person.page.get_by_text("Bão số 9").first).to_be_visible()
    person.open("/closures")
    person.look_in_both("a closure")
    person.fill("Từ ngày", "17/12/2026")
    person.fill("Lý do", "mất điện")
    person.page.get_by_label("Đơn vị").select_option(unit)
    person.click(person.button("Xem hồ sơ nào đổi hẹn trả"))
    person.look("a closure before it is recorded")
    person.click(person.button("Ghi và áp dụng"))
    expect(person.page.get_by_text("ngày hẹn đã in giữ nguyên")).to_be_visible()
    assert person.trouble == []


def test_the_clock_of_a_case_is_readable_narrow_and_in_both_languages(browser: Browser, site: Site) -> None:
    clerk = accounts.actor("binhlt", site.time.now)
    assert clerk is not None
    case = cases.file("driving-licence-renewal", demo_answers.licence("Lê Thị Hạnh", 7, site.time.now.date()), clerk,
                      site.time.now)
    assert case is not None
    person = signed_in(browser, site, "binhlt")
    person.open(f"/cases/{case.code}")
    person.click(person.page.get_by_role("link", name="Thời hạn"))
    person.look_in_both("a clock that does not run yet")
    tasks.complete(case.open_tasks()[0].id, {"outcome": "accepted"}, clerk, site.time.now)
    person.open(f"/cases/{case.code}/clock")
    person.look_in_both("a clock that runs")
    assert person.trouble == []
