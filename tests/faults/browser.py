"""A browser without a screen for a client: signs in once, keeps its cookies, and sends a paper by the page's form."""

from __future__ import annotations

import http.client
import re
import urllib.parse
from dataclasses import dataclass, field

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_BORDER = "motcua-faults-border"


@dataclass
class Browser:
    """Who is at the screen, with the cookies kept so far."""

    name: str
    password: str
    patience: float
    cookies: dict[str, str] = field(default_factory=dict)
    token: str | None = None

    def add(self, port: int, code: str, name: str, content: bytes) -> int | None:
        """Add a file to a case; give the status, or None where nobody answered."""
        if self.token is None and not self._sign_in(port):
            return None
        body = b"".join((f'--{_BORDER}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{self.token}\r\n'
                         f'--{_BORDER}\r\nContent-Disposition: form-data; name="paper"; filename="{name}"\r\n'
                         "Content-Type: application/pdf\r\n\r\n".encode(), content, f"\r\n--{_BORDER}--\r\n".encode()))
        status, _ = self._send(port, "POST", f"/cases/{code}/documents", body,
                               {"Content-Type": f"multipart/form-data; boundary={_BORDER}"})
        return status

    def _sign_in(self, port: int) -> bool:
        _, page = self._send(port, "GET", "/sign-in")
        token = _token(page)
        if token is None:
            return False
        form = urllib.parse.urlencode({"csrf_token": token, "name": self.name, "password": self.password})
        status, _ = self._send(port, "POST", "/sign-in", form.encode(), _FORM)
        if status != 303:
            return False
        _, page = self._send(port, "GET", "/tasks")
        self.token = _token(page)
        return self.token is not None

    def _send(self, port: int, method: str, path: str, body: bytes | None = None,
              headers: dict[str, str] | None = None) -> tuple[int | None, str]:
        sent = {**(headers or {}), "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=self.patience)
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            text, status = response.read().decode(errors="replace"), response.status
            for kept in response.headers.get_all("Set-Cookie") or ():
                name, _, value = kept.partition(";")[0].partition("=")
                self.cookies[name] = value
        except (OSError, http.client.HTTPException):
            return None, ""
        finally:
            connection.close()
        return status, text


def _token(page: str) -> str | None:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    return found[1] if found else None
