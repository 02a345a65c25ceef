"""One client process: acts over the API, and writes down what it meant and what it was told.

Run as `python -m tests.faults.clients PLAN SEED SECONDS`. Of each act three things may stand in its log: `intent`
before it is sent; `answer` with the status; `lost` when nobody can say whether it was done (no key, and no answer or a
503). An act with an Idempotency-Key is sent again with the same key until it is answered. An intent with neither is
that of a client which was killed. What the client does is told in `errands`.
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults import errands
from tests.faults.acts import Act
from tests.faults.browser import Browser
from tests.faults.logs import DONE

PATIENCE = 20.0          # seconds without an answer after which a request counts as hanging
AFTER = 40.0             # seconds after the end in which an act with a key is still settled
Json = dict[str, Any]
Reply = tuple[int | None, Json]


@dataclass
class Client:
    """What one client knows: where to send, as whom, and until when."""

    ports: list[int]
    tokens: dict[str, str]
    until: float
    name: str
    chance: random.Random
    write: Callable[[Json], None]
    browser: Browser | None = None
    count: int = 0

    def note(self) -> str:
        """Give a word that no other act of the run carries."""
        self.count += 1
        return f"n{self.name}x{self.count}z"

    def on(self) -> bool:
        """Tell whether there is still time to begin something."""
        return time.monotonic() < self.until

    def do(self, act: Act, key: bool | None = None) -> Reply:
        """Send an act; with a key as often as it takes, without one only once. Unless told, it has one more often than
        not."""
        keyed = self.chance.random() < 0.7 if key is None else key
        self._intend(act, keyed)
        status, answer, tries = self._settle(act, f"key-{act.note}" if keyed else None)
        self._tell(act, status, tries)
        return status, answer

    def do_twice(self, act: Act) -> Reply:
        """Send one act twice at once under one key, as a double click does: both must be told the same."""
        self._intend(act, keyed=True)
        with ThreadPoolExecutor(2) as pool:
            both = list(pool.map(lambda _: self._settle(act, f"key-{act.note}"), range(2)))
        best = min(both, key=lambda one: one[0] not in DONE)
        self._tell(act, best[0], max(tries for _, _, tries in both))
        self.write({"twins": act.note, "statuses": [status for status, _, _ in both],
                    "same": both[0][1] == both[1][1]})
        return best[0], best[1]

    def race(self, acts: list[Act]) -> list[Reply]:
        """Send several acts at once, each under a key of its own or none."""
        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(self.do, acts))

    def upload(self, code: str, note: str, content: bytes, sha256: str) -> None:
        """Add a paper to a case by the page for it; no key can be given there, so it is sent once."""
        self.write({"intent": note, "kind": "upload", "account": "binh", "key": False, "target": code,
                    "sha256": sha256})
        assert self.browser is not None
        began = time.monotonic()
        status = self.browser.add(self._port(), code, f"{note}.pdf", content)
        self._sent("POST documents", status, began)
        self.write({"lost": note, "status": status} if status in (None, 503)
                   else {"answer": note, "status": status, "tries": 1})

    def get(self, account: str, path: str) -> Json | None:
        """Read something; None where it cannot be read now."""
        status, answer = self._send("GET", account, path, None, None)
        return answer if status == 200 else None

    def look(self, code: str) -> Json | None:
        """Read a case as it stands."""
        return self.get("binh", f"/cases/{code}")

    def _intend(self, act: Act, keyed: bool) -> None:
        self.write({"intent": act.note, "kind": act.kind, "account": act.account, "key": keyed, "target": act.target,
                    "id": act.body.get("id")})

    def _tell(self, act: Act, status: int | None, tries: int) -> None:
        self.write({"lost": act.note, "status": status} if status in (None, 503)
                   else {"answer": act.note, "status": status, "tries": tries})

    def _settle(self, act: Act, key: str | None) -> tuple[int | None, Json, int]:
        tries = 0
        while True:
            tries += 1
            status, answer = self._send("POST", act.account, act.path, act.body, key)
            if status not in (None, 503) or key is None or time.monotonic() > self.until + AFTER:
                return status, answer, tries
            time.sleep(self.chance.uniform(0.05, 0.4))

    def _send(self, method: str, account: str, path: str, body: Json | None, key: str | None) -> Reply:
        """Send one request and note how it went; None where there was no answer."""
        headers = {"Authorization": f"Bearer {self.tokens[account]}", "Accept-Language": "en"}
        headers |= {"Content-Type": "application/json"} if body is not None else {}
        headers |= {"Idempotency-Key": key} if key is not None else {}
        began, status, text = time.monotonic(), None, b""
        connection = http.client.HTTPConnection("127.0.0.1", self._port(), timeout=PATIENCE)
        try:
            connection.request(method, f"/api/v1{path}", json.dumps(body) if body is not None else None, headers)
            response = connection.getresponse()
            text, status = response.read(), response.status
        except (OSError, http.client.HTTPException):
            status = None
        finally:
            connection.close()
        self._sent(f"{method} {path.split('?')[0]}", status, began, text)
        try:
            return status, json.loads(text) if text else {}
        except ValueError:
            return None, {}

    def _port(self) -> int:
        return self.chance.choice(self.ports)

    def _sent(self, what: str, status: int | None, began: float, text: bytes = b"") -> None:
        said = {"said": text.decode(errors="replace")[:500]} if status not in (None, *DONE) else {}
        self.write({"sent": what, "status": status, "at": began, "seconds": round(time.monotonic() - began, 3), **said})


def main(plan: str, seed: int, seconds: float) -> None:
    """Run one client by the plan in a file: ports, tokens, password, errands, folder of the logs."""
    told = json.loads(Path(plan).read_text(encoding="utf-8"))
    guard = threading.Lock()
    with (Path(told["folder"]) / f"client-{seed}.jsonl").open("w", encoding="utf-8") as log:
        def write(line: Json) -> None:
            with guard:
                log.write(json.dumps(line) + "\n")
                log.flush()
        chance = random.Random(seed * 1000 + told["round"])      # noqa: S311 - chance, not a secret
        browser = Browser("binh", told["password"], PATIENCE)
        client = Client(told["ports"], told["tokens"], time.monotonic() + seconds, f"{told['round']}c{seed}", chance,
                        write, browser)
        errands.run(client, told["errands"])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
