"""A browser without a screen for page tests: keeps cookies, signs in, and sends forms with the token they carry."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.services import accounts
from tests import office

PASSWORD = "một mật khẩu dài"


@dataclass
class Visitor:
    """Someone with a browser; `last` is the answer last seen."""

    client: FlaskClient
    last: TestResponse = field(init=False)

    def get(self, path: str, **more: Any) -> TestResponse:
        self.last = self.client.get(path, **more)
        return self.last

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Send a form with the token of the page last seen."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.last.text)
        self.last = self.client.post(path, data={**(data or {}), "csrf_token": token[1] if token else ""}, **more)
        return self.last

    def sign_in(self, name: str, password: str = PASSWORD, **more: str) -> TestResponse:
        self.get("/sign-in")
        return self.post("/sign-in", {"name": name, "password": password, **more})

    def follow(self) -> TestResponse:
        """Go where the last answer leads."""
        return self.get(self.last.headers["Location"])


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        self.words.append("" if tag in ("b", "svg", "path") else " ")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def words(answer: TestResponse) -> str:
    """Give the text of a page, blanks made one."""
    parser = _Words()
    parser.feed(answer.text)
    return " ".join("".join(parser.words).split())


def with_passwords(*names: str) -> None:
    """Give people a password to sign in with."""
    for name in names:
        accounts.set_password(name, PASSWORD, office.at("2026-03-01T08:00"))


def hidden(answer: TestResponse, name: str) -> str:
    """Give the value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found is not None, f"no field {name}"
    return found[1]


def task_path(answer: TestResponse) -> str:
    """Give the address of the first task of a worklist."""
    found = re.search(r'action="(/tasks/[0-9a-f-]{36})/open"', answer.text)
    assert found is not None, "no task in the worklist"
    return urlsplit(found[1]).path
