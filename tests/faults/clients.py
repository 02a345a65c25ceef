"""One client process: files cases and carries them over the API, and writes down what it meant and what it was told.

Run as `python -m tests.faults.clients PLAN SEED`. Of each act three things may stand in its log: `intent` before it is
sent; `answer` with the status; `lost` when nobody can say whether it was done (no key, and no answer or a 503). An act
with an Idempotency-Key is sent again with the same key until it is answered.
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE = 15.0          # seconds without an answer after which a request counts as hanging
AFTER = 40.0             # seconds after the end in which an act with a key is still settled
ACCOUNTS = {"receiving-officer": "binh", "applicant": "binh", "processing-officer": "an", "leader": "khoa"}
OUTCOMES = {"receive": ["accepted"], "verify": ["approve", "approve", "supplement"], "sign": ["signed"]}
Json = dict[str, Any]


@dataclass
class Client:
    """What one client knows: where to send, as whom, and until when."""

    port: int
    tokens: dict[str, str]
    until: float
    name: str
    chance: random.Random
    write: Callable[[Json], None]
    count: int = 0
    known: list[Json] = field(default_factory=list)

    def run(self) -> None:
        """File cases and carry each some way, sometimes reaching for what others work on, until the end."""
        while time.monotonic() < self.until:
            case = self.file()
            for _ in range(self.chance.randint(1, 9)):
                if case is None or not case["tasks"] or time.monotonic() > self.until:
                    break
                case = self.act_on(case)
            if self.chance.random() < 0.4:
                self.reach()

    def file(self) -> Json | None:
        """File a case under a name that is the intent's own."""
        note = self._note()
        slug = self.chance.choice(["two-tasks", "two-tasks", "permit", "permit", "timed"])
        return self.act(note, "file", "binh", "/cases", {
            "procedure": slug, "submission": {"applicant": {"full_name": note}, "amount": 1}})

    def act_on(self, case: Json) -> Json | None:
        """Claim or complete a task of the case as somebody who may."""
        task = self.chance.choice(case["tasks"])
        account = ACCOUNTS[task["role"]]
        if task["key"] == "work":
            time.sleep(self.chance.uniform(0.2, 1.8))       # about when its timer fires
        if task["status"] == "ready" and self.chance.random() < 0.4:
            answer = self.act(self._note(), "claim", account, f"/tasks/{task['id']}/claim", {}, task)
        else:
            answer = self.complete(task, account, case["procedure"])
        return answer or self.look(case["code"])

    def complete(self, task: Json, account: str, procedure: str) -> Json | None:
        """Complete a task with a note that is the intent's own."""
        note = self._note()
        submission: Json = {"note": note}
        if procedure != "timed":
            choices = OUTCOMES.get(task["key"], [])
            wanted = [one for one in choices if procedure == "permit" or one != "supplement"]
            submission |= {"outcome": self.chance.choice(wanted)} if wanted else {}
        return self.act(note, "complete", account, f"/tasks/{task['id']}/complete", {"submission": submission}, task)

    def reach(self) -> None:
        """Take a task from the worklist that others may be doing at this moment."""
        account = self.chance.choice(["binh", "an"])
        status, answer = self.send("GET", account, "/tasks?mine=1", None, None)
        if status == 200 and answer.get("tasks"):
            task = self.chance.choice(answer["tasks"][:20])
            self.complete(task, account, task["case"]["procedure"])

    def look(self, code: str) -> Json | None:
        """Read a case anew after a refusal or a lost answer; give up on it where that fails too."""
        status, answer = self.send("GET", "binh", f"/cases/{code}", None, None)
        return answer if status == 200 else None

    def act(self, note: str, kind: str, account: str, path: str, body: Json, task: Json | None = None) -> Json | None:
        """Send an act; with a key as often as it takes, without one only once."""
        key = f"key-{note}" if self.chance.random() < 0.7 else None
        self.write({"intent": note, "kind": kind, "account": account, "key": key is not None,
                    "task": task["id"] if task else None})
        tries = 0
        while True:
            tries += 1
            status, answer = self.send("POST", account, path, body, key)
            if status not in (None, 503):
                self.write({"answer": note, "status": status, "tries": tries})
                return answer if status in (200, 201) else None
            if key is None or time.monotonic() > self.until + AFTER:
                self.write({"lost": note, "status": status})
                return None
            time.sleep(self.chance.uniform(0.05, 0.4))

    def send(self, method: str, account: str, path: str, body: Json | None, key: str | None) -> tuple[int | None, Json]:
        """Send one request and note how it went; None where there was no answer."""
        headers = {"Authorization": f"Bearer {self.tokens[account]}", "Accept-Language": "en"}
        headers |= {"Content-Type": "application/json"} if body is not None else {}
        headers |= {"Idempotency-Key": key} if key is not None else {}
        began, status, text = time.monotonic(), None, b""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, f"/api/v1{path}", json.dumps(body) if body is not None else None, headers)
            response = connection.getresponse()
            text, status = response.read(), response.status
        except (OSError, http.client.HTTPException):
            status = None
        finally:
            connection.close()
        self.write({"sent": f"{method} {path.split('?')[0]}", "status": status, "at": began,
                    "seconds": round(time.monotonic() - began, 3),
                    **({"said": text.decode()[:500]} if status not in (None, 200, 201) else {})})
        try:
            return status, json.loads(text) if text else {}
        except ValueError:
            return None, {}

    def _note(self) -> str:
        self.count += 1
        return f"n{self.name}x{self.count}z"


def main(plan: str, seed: int) -> None:
    """Run one client by the plan in a file: port, tokens, seconds, folder of the logs."""
    told = json.loads(Path(plan).read_text(encoding="utf-8"))
    with (Path(told["folder"]) / f"client-{seed}.jsonl").open("w", encoding="utf-8") as log:
        def write(line: Json) -> None:
            log.write(json.dumps(line) + "\n")
            log.flush()
        Client(told["port"], told["tokens"], time.monotonic() + told["seconds"], f"{told['round']}c{seed}",
               random.Random(seed * 1000 + told["round"]), write).run()      # noqa: S311 - chance, not a secret


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
