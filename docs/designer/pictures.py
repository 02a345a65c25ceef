"""Makes the pictures of docs/designer.md: `python docs/designer/pictures.py`, with the test extra and a Chromium.

The diagrams are drawn by `motcua procedure picture`; the pages are those of a demo of its own, in a temporary home.
The panel of the modeler is made only where `npm install && npm run build` was run in `panel/`; else its picture stays.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
PANEL = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "panel"
MOTCUA = str(Path(sys.executable).with_name("motcua"))
SITE = "http://127.0.0.1:8765"
TITLES = ("--title", "Sử dụng hội trường xã", "--title-en", "Use of the commune hall")
CHROMIUM = os.environ.get("MOTCUA_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
PAGE = ('<body style="margin:0;display:flex;height:520px"><div id="canvas" style="flex:1"></div>'
        '<div id="panel" style="width:400px;border-left:1px solid #ccc"></div></body>')


def motcua(*arguments: str) -> None:
    """Run one command as the page gives it."""
    subprocess.run([MOTCUA, *arguments], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command


def diagrams(folder: Path) -> None:
    """Draw the skeleton as it comes, and what is made of it."""
    motcua("procedure", "new", "hall-use", *TITLES, "--out", str(folder))
    drawn = {"skeleton": folder / "hall-use", "hall-use": HERE / "hall-use", "open-air-event": HERE / "open-air-event",
             "pavement": HERE / "pavement.bpmn"}
    for name, source in drawn.items():
        motcua("procedure", "picture", str(source), "--out", str(HERE / f"{name}.svg"))


def panel(browser: Browser, folder: Path) -> None:
    """Show the examination in the panel of a stock modeler, its deadline open."""
    motcua("procedure", "templates", "--out", str(folder))
    page = browser.new_page(viewport={"width": 1120, "height": 520})
    page.set_content(PAGE)
    page.add_style_tag(path=str(PANEL / "panel.out.css"))
    page.add_script_tag(path=str(PANEL / "panel.out.js"))
    page.evaluate("([xml, templates]) => opened(xml, templates, 'verify')", [
        (HERE / "hall-use/process.bpmn").read_text(encoding="utf-8"),
        json.loads((folder / "motcua.element-templates.camunda7.json").read_text(encoding="utf-8"))])
    page.locator(".bio-properties-panel-group-header", has_text="Thời hạn, của bước / Deadline, of the step").click()
    page.wait_for_timeout(500)
    page.screenshot(path=HERE / "panel.png")


def signed_in(browser: Browser, account: str) -> Page:
    """Sign in as somebody of the sample province, in English."""
    page = browser.new_context(locale="en-GB", viewport={"width": 1100, "height": 760}).new_page()
    page.goto(f"{SITE}/sign-in?lang=en")
    page.fill("#f-name", account)
    page.fill("#f-password", "motcua-demo")
    page.click("main button")
    page.wait_for_load_state()
    return page


def filed(page: Page) -> str:
    """File one case at the counter, with a picture of the form, and give its address."""
    page.goto(f"{SITE}/filing/hall-use")
    page.get_by_label("Full name").fill("Phạm Văn Nam")
    page.get_by_label("Personal identification").fill("031090004521")
    page.get_by_label("Telephone").fill("0912345678")
    page.get_by_label("What is asked for").fill("Họp khu phố 3, sáng thứ Bảy")
    page.get_by_label("Hours of use").fill("9")
    page.get_by_label("I declare").check()
    page.get_by_role("button", name="File and print").scroll_into_view_if_needed()
    page.screenshot(path=HERE / "filing.png")
    page.get_by_role("button", name="File and print").click()
    page.wait_for_load_state()
    return page.url.removesuffix("/receipt")


def done(page: Page, case: str, outcome: str | None, receipt: str | None = None, shot: str | None = None) -> None:
    """Do the task of a case that waits for somebody."""
    page.goto(f"{SITE}/work")
    page.get_by_role("button", name=case.rpartition("/")[2]).click()
    page.wait_for_load_state()
    if outcome is not None:
        page.get_by_role("radio", name=outcome).first.check()
    if receipt is not None:
        page.get_by_label("Receipt number").fill(receipt)
    if shot is not None:
        page.screenshot(path=HERE / shot)
    page.get_by_role("button", name="Send and open the next task").click()
    page.wait_for_load_state()


def pages(browser: Browser) -> None:
    """Carry one case from the counter to the result, with pictures on the way."""
    desk, officer, leader = (signed_in(browser, account) for account in ("hoatt", "phucdv", "chienlv"))
    case = filed(desk)
    done(desk, case, "Accept")
    done(officer, case, "In order, to the leader", shot="task.png")
    desk.goto(case)
    desk.get_by_role("link", name="Timeline and diagram").click()
    desk.wait_for_load_state()
    desk.screenshot(path=HERE / "case.png", full_page=True)
    done(leader, case, "Agree")
    done(desk, case, None, receipt="AA-0087123")


def main() -> None:
    """Make all pictures."""
    with TemporaryDirectory() as name, sync_playwright() as driver:
        folder = Path(name)
        diagrams(folder)
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        if (PANEL / "panel.out.js").exists():
            panel(browser, folder)
        here = {**os.environ, "MOTCUA_HOME": str(folder / "home")}
        os.environ["MOTCUA_HOME"] = here["MOTCUA_HOME"]
        with subprocess.Popen([MOTCUA, "demo", "--port", SITE.rpartition(":")[2]], env=here,  # noqa: S603
                              stdout=subprocess.DEVNULL) as demo:
            try:
                wait()
                motcua("procedure", "publish", str(HERE / "hall-use"))
                pages(browser)
            finally:
                demo.terminate()


def wait() -> None:
    """Wait until the demo serves."""
    for _ in range(120):
        try:
            with urlopen(f"{SITE}/track"):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the demo did not start")


if __name__ == "__main__":
    main()
