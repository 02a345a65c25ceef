"""A hand-off between two agencies in a real browser: offered by a commune, accepted by the traffic police, examined
there, and given back to the commune, which decides. Both clocks are seen; a message's answer is given on the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from engine.domain.case import Case
from engine.procedures.pack import Pack
from engine.services import accounts, cases, history, procedures, tasks
from tests import office
from tests.browser.conftest import PASSWORD, Site
from tests.browser.person import Person, signed_in
from tests.services import handing_over

pytestmark = pytest.mark.browser
MOST_CLICKS = 3


def furnished(site: Site, pack: Pack, slug: str) -> Case:
    """Publish a procedure of the commune that hands a part to the traffic police, and bring a case to the hand-off."""
    now = site.time.now
    files = {name: content.replace(b'to="police"', b'to="traffic-police"') for name, content in pack.files.items()}
    files["procedure.toml"] = office.manifest(slug, owner="commune")
    procedures.publish(Pack(files), now)
    for account in ("hoatt", "phucdv"):
        accounts.set_password(account, PASSWORD, now)
    clerk = accounts.actor("hoatt", now)
    assert clerk is not None
    case = cases.file(slug, {"applicant": {"full_name": "Lê Thị Hạnh"}}, clerk, now)
    assert case is not None
    [task] = case.open_tasks()
    tasks.complete(task.id, {"outcome": "accepted"}, clerk, now)
    return case


def to_the_hand_off(person: Person, code: str) -> None:
    person.click(person.page.get_by_role("link", name="Chuyển đơn vị"))
    person.click(person.page.get_by_role("link", name=code))


def test_a_part_of_a_case_is_handed_over_accepted_done_and_given_back(browser: Browser, site: Site) -> None:
    case = furnished(site, handing_over.consulting(boundary=False), "consulting")
    desk = signed_in(browser, site, "binhlt")
    desk.click(desk.page.get_by_role("link", name="Chuyển đơn vị"))
    expect(desk.page.get_by_text("chờ tiếp nhận")).to_be_visible()
    desk.look_in_both("list of hand-offs")
    desk.clicks = 0
    to_the_hand_off(desk, case.code)
    clocks = desk.page.locator(".mc-idbar__clocks")
    expect(clocks).to_contain_text("Hạn tiếp nhận")
    expect(clocks).to_contain_text("Hẹn trả hồ sơ")
    desk.look_in_both("hand-off, offered")
    desk.click(desk.button("Tiếp nhận"))
    assert desk.clicks <= MOST_CLICKS
    expect(desk.page.get_by_text("đã tiếp nhận")).to_be_visible()
    expect(clocks).to_contain_text("Hạn của đơn vị nhận")
    desk.look_in_both("hand-off, accepted")
    examiner = signed_in(browser, site, "antm")
    examiner.click(examiner.page.get_by_role("button", name=case.code))
    examiner.page.check("[name=outcome][value=agree]")
    examiner.click(examiner.page.locator("[data-submit]"))
    assert examiner.clicks <= MOST_CLICKS
    commune = signed_in(browser, site, "phucdv")
    commune.click(commune.page.get_by_role("link", name="Chuyển đơn vị"))
    expect(commune.page.get_by_text("Không có việc chuyển đơn vị nào như vậy.")).to_be_visible()
    commune.click(commune.page.get_by_role("link", name="Tất cả"))
    expect(commune.page.get_by_text("đã trả kết quả")).to_be_visible()
    commune.open(f"/cases/{case.code}/course")
    expect(commune.page.get_by_text("Lê Thanh Bình tiếp nhận", exact=False)).to_be_visible()
    commune.look("course of a case that was handed over")
    commune.open("/work")
    expect(commune.page.get_by_role("button", name=case.code)).to_be_visible()
    assert history.verify(case.code).holds
    assert history.replay(case.code).holds
    assert [*desk.trouble, *examiner.trouble, *commune.trouble] == []


def test_a_hand_off_is_refused_with_a_reason_and_offered_again(browser: Browser, site: Site) -> None:
    case = furnished(site, handing_over.consulting(boundary=False), "consulting")
    desk = signed_in(browser, site, "binhlt")
    to_the_hand_off(desk, case.code)
    desk.click(desk.button("Từ chối và trả lại"))
    expect(desk.page.locator(".govuk-error-summary")).to_contain_text("lý do")
    desk.look("hand-off refused without a reason")
    desk.fill("Lý do từ chối", "Thiếu bản chụp giấy phép.")
    desk.click(desk.button("Từ chối và trả lại"))
    expect(desk.page.get_by_text("bị từ chối")).to_be_visible()
    desk.look_in_both("hand-off, refused")
    commune = signed_in(browser, site, "phucdv")
    commune.open(f"/cases/{case.code}")
    expect(commune.page.get_by_text("bị từ chối", exact=False)).to_be_visible()
    commune.look_in_both("case with a refused hand-off")
    commune.click(commune.page.get_by_role("link", name="Xem việc chuyển"))
    expect(commune.page.get_by_text("Thiếu bản chụp giấy phép.")).to_be_visible()
    commune.look_in_both("hand-off to be offered again")
    commune.click(commune.button("Chuyển lại"))
    expect(commune.page.get_by_text("chờ tiếp nhận")).to_be_visible()
    assert [*desk.trouble, *commune.trouble] == []


def asking(*, form: bool) -> Pack:
    """Ask by a message, whose answer is given on a form or freely."""
    files = handing_over.asking().files
    drawn = files["process.bpmn"].replace(b"answered.clean == true", b'answered.outcome == "clean"')
    if not form:
        return Pack({**files, "process.bpmn": drawn})
    declared = b'messageRef="answer"><bpmn:extensionElements><motcua:form name="answered"/></bpmn:extensionElements>'
    drawn = drawn.replace(b'messageRef="answer"/>', declared + b"</bpmn:receiveTask>")
    return Pack({**files, "process.bpmn": drawn, "forms/answered.json": office.form(("clean", "known"))})


@pytest.mark.parametrize("form", [True, False])
def test_who_was_asked_by_a_message_gives_the_answer_on_the_page(browser: Browser, site: Site, form: bool) -> None:
    case = furnished(site, asking(form=form), "asking")
    desk = signed_in(browser, site, "binhlt")
    to_the_hand_off(desk, case.code)
    desk.click(desk.button("Tiếp nhận"))
    desk.click(desk.button("Gửi kết quả"))
    expect(desk.page.locator(".govuk-error-summary")).to_be_visible()
    desk.look_in_both("hand-off whose result is to be given")
    if form:
        desk.page.check("[name=outcome][value=clean]")
    else:
        desk.fill("Kết luận", "clean")
        desk.fill("Nội dung trả lời", "Không có tiền sự.")
    desk.click(desk.button("Gửi kết quả"))
    expect(desk.page.get_by_text("đã trả kết quả").first).to_be_visible()
    commune = signed_in(browser, site, "phucdv")
    commune.open(f"/cases/{case.code}/course")
    expect(commune.page.get_by_text("Lê Thanh Bình trả kết quả", exact=False)).to_be_visible()
    assert history.replay(case.code).holds
    assert desk.trouble == []


def test_who_has_no_part_in_a_hand_off_does_not_find_it(browser: Browser, site: Site) -> None:
    furnished(site, handing_over.consulting(boundary=False), "consulting")
    accounts.set_password("thaonp", PASSWORD, site.time.now)
    other = signed_in(browser, site, "thaonp")
    other.click(other.page.get_by_role("link", name="Chuyển đơn vị"))
    expect(other.page.get_by_text("Không có việc chuyển đơn vị nào như vậy.")).to_be_visible()
    other.click(other.page.get_by_role("link", name="Tất cả"))
    expect(other.page.get_by_text("Không có việc chuyển đơn vị nào như vậy.")).to_be_visible()
