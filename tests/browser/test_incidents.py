"""Incidents in a real browser: an administrator finds the halted case, gives its task back and lets it go on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from engine.domain.errors import CaseHalted
from engine.procedures.pack import Pack
from engine.queries import console
from engine.services import accounts, cases, history, organisation, procedures, tasks
from tests import office
from tests.browser.conftest import PASSWORD, Site
from tests.browser.person import signed_in

pytestmark = pytest.mark.browser
ADMINISTRATOR = """
[[position]]
id = "test-admin"
unit = "{unit}"
title = {{ vi = "Quản trị", en = "Administrator" }}
roles = ["administrator"]
[[person]]
account = "quan"
name = "Đỗ Quân"
positions = ["test-admin"]
"""


def halted(site: Site) -> str:
    """A case of the commune halted because its condition cannot be judged, its task held; gives its code."""
    now = site.time.now
    inside = ('<bpmn:startEvent id="application"/>' + office.user_task("look", "receiving-officer", "receiving")
              + '<bpmn:exclusiveGateway id="choose" default="f2"/><bpmn:endEvent id="yes"/><bpmn:endEvent id="no"/>'
              + office.flows(("application", "look"), ("look", "choose"), ("choose", "yes"),
                             ("choose", "no", "look.count &gt; 3")))
    procedures.publish(Pack({
        "procedure.toml": office.manifest("with-gap", owner="commune"),
        "process.bpmn": office.diagram("with-gap", inside),
        "forms/application.json": office.APPLICATION,
        "forms/look.json": office.form(count={"type": "integer", "title": "Số"})}), now)
    clerk = accounts.actor("hoatt", now)
    assert clerk is not None
    case = cases.file("with-gap", {"applicant": {"full_name": "Lê Thị Hạnh"}}, clerk, now)
    assert case is not None
    [task] = case.open_tasks()
    tasks.claim(task.id, clerk, now)
    with pytest.raises(CaseHalted):
        tasks.complete(task.id, {}, clerk, now)
    return case.code


def test_an_administrator_finds_a_halted_case_and_lets_it_go_on(browser: Browser, site: Site) -> None:
    code = halted(site)
    unit = next(iter(console.units(site.time.now)))
    organisation.apply(ADMINISTRATOR.format(unit=unit).encode(), site.time.now)
    accounts.set_password("quan", PASSWORD, site.time.now)
    person = signed_in(browser, site, "quan")
    expect(person.page.locator(".mc-table")).to_contain_text(code)
    person.look_in_both("list of incidents")
    person.click(person.page.locator(".mc-table a").first)
    person.look_in_both("an incident")
    expect(person.page.get_by_text("Hoàn thành việc: look")).to_be_visible()
    person.click(person.button("Trả về cho mọi người"))
    expect(person.page.get_by_text("chưa ai giữ")).to_be_visible()
    person.look_in_both("an incident whose task was given back")
    person.click(person.button("Chạy tiếp"))
    expect(person.page.get_by_text(f"Hồ sơ {code} chạy tiếp được")).to_be_visible()
    person.look_in_both("no incident")
    person.click(person.page.get_by_role("link", name="Đã xử lý"))
    person.look_in_both("list of resolved incidents")
    person.click(person.page.locator(".mc-table a").first)
    person.look_in_both("a resolved incident")
    assert person.trouble == []
    assert history.replay(code).holds
