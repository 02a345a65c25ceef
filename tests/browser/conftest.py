"""A real server and a real browser for tests: the sample province, its two procedures, people who sign in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from engine.adapters import holidays
from engine.config import Settings
from engine.procedures import pack
from engine.services import accounts, calendars, organisation, procedures
from engine.storage import database
from tests import office
from webapp import create_app

PASSWORD = "một mật khẩu dài"
PEOPLE = ("binhlt", "ngocnt", "antm", "yenvh", "khoand", "sonhq", "tuanbq", "hoangtv", "longdh")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REQUIRED = os.environ.get("MOTCUA_REQUIRE_BROWSER") == "1"


class Quiet(WSGIRequestHandler):
    """Serves without writing a line for every request."""

    def log_request(self, *_args: object) -> None: ...


@dataclass
class Time:
    """The time the server is told."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def at(self, text: str) -> None:
        self.now = office.at(text)


@dataclass(frozen=True)
class Site:
    """Where the server listens, and its time."""

    url: str
    time: Time


def chromium() -> str | None:
    """Give the Chromium of this machine: the one named in the environment, one on the path, or Playwright's own."""
    named = os.environ.get("MOTCUA_CHROMIUM")
    if named:
        return named
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        with sync_playwright() as driver:
            own = Path(driver.chromium.executable_path)
        found = str(own) if own.exists() else None
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium; where the machine has none the tests skip and say so, unless MOTCUA_REQUIRE_BROWSER=1."""
    found = chromium()
    if found is None:
        reason = "no Chromium on this machine (set MOTCUA_CHROMIUM, or run: playwright install chromium)"
        if REQUIRED:
            pytest.fail(f"MOTCUA_REQUIRE_BROWSER=1, but {reason}")
        pytest.skip(reason)
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def site(browser: Browser, migrated_file: Path, tmp_path: Path) -> Iterator[Site]:
    """The pages, served from a fresh SQLite database with the sample province; the browser is asked for first, so
    that nothing is set up where there is none."""
    place = tmp_path / "motcua.db"
    shutil.copy(migrated_file, place)
    address = f"sqlite:///{place}"
    database.use(address)
    since = office.at("2026-11-02T08:00")
    calendars.publish(holidays.vietnam([2026, 2027]), since)
    organisation.apply(files("webapp.cli").joinpath("demo_data", "province.toml").read_bytes(), since)
    for slug in ("driving-licence-renewal", "certified-copy"):
        procedures.publish(pack.gather(slug), since)
    for name in PEOPLE:
        accounts.set_password(name, PASSWORD, since)
    time = Time(office.at("2026-11-13T15:05"))
    app = create_app(Settings(home=tmp_path, database_url=address, secret_key="k" * 40, upload_bytes=1024 * 1024,
                              public_url="http://127.0.0.1:8000", secure_cookies=False, embedded_worker=False), time)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", time)
    server.shutdown()
    thread.join()
    database.current().close()
