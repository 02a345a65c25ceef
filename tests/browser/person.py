"""A person at a browser: signs in, clicks (every click is counted), and has every page met looked over by axe."""

from __future__ import annotations

from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PASSWORD, Site

RULES = {"runOnly": {"type": "tag", "values": [
    "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}, "resultTypes": ["violations"]}
WIDTHS = (1280, 320)
_axe = Axe()


@dataclass
class Person:
    """One person with an own window; `clicks` counts since it was last set to 0."""

    page: Page
    site: Site
    clicks: int = 0
    trouble: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Type an address."""
        self.page.goto(f"{self.site.url}{path}")

    def click(self, where: Locator) -> None:
        """Click once and wait for the page that comes."""
        where.click()
        self.page.wait_for_load_state()
        self.clicks += 1

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def fill(self, label: str, text: str) -> None:
        self.type(self.page.get_by_label(label, exact=False).first, text)

    def type(self, where: Locator, text: str) -> None:
        """Type with the keyboard; a busy browser with many windows may lose some of it, so look and type again."""
        for _ in range(3):
            where.fill(text)
            self.page.wait_for_timeout(20)
            if where.input_value() == text:
                return
        expect(where).to_have_value(text)

    def look(self, what: str) -> None:
        """Have the page that is shown looked over, wide and narrow; the language stays as it is."""
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            self._check(f"{what}, {width} px")
        self.page.set_viewport_size({"width": 1280, "height": 900})

    def look_in_both(self, what: str) -> None:
        """Have the page at this address looked over in both languages, and come back to Vietnamese."""
        address = self.page.url.split("#")[0]
        for language in ("en", "vi"):
            mark = "&" if "?" in address else "?"
            self.page.goto(f"{address}{mark}lang={language}")
            assert self.page.locator("html").get_attribute("lang") == language
            self.look(f"{what} ({language})")
        self.page.goto(address)

    def _check(self, what: str) -> None:
        found = _axe.run(self.page, options=RULES).response["violations"]
        for one in found:
            for node in one["nodes"]:
                self.trouble.append(f"{what}: {one['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}")
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            self.trouble.append(f"{what}: the page scrolls sideways by {wide} px")


def visitor(browser: Browser, site: Site) -> Person:
    """Give someone who is not signed in, with a fresh browser that asks for Vietnamese."""
    page = browser.new_context(locale="vi-VN", viewport={"width": 1280, "height": 900}).new_page()
    return Person(page, site)


def signed_in(browser: Browser, site: Site, account: str) -> Person:
    """Give a person who signed in with name and password."""
    person = visitor(browser, site)
    person.open("/sign-in")
    person.fill("Tên đăng nhập", account)
    person.fill("Mật khẩu", PASSWORD)
    person.click(person.button("Đăng nhập"))
    person.clicks = 0
    return person
