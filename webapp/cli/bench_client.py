"""One client of `motcua bench`: a process of its own that imports nothing of the product.

It speaks HTTP/1.1 over one kept-alive socket, with requests made of bytes, so that it costs the machine little beside
the server. It reads one order a line on its standard input and answers each with one line of JSON.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from typing import Any

SUBMISSION = {"applicant": {"full_name": "Nguyễn Thị Hồng Nhung", "address": "12 Trần Phú, Hải Sơn"}, "amount": 135000}


class Line:
    """A kept-alive connection; one that broke is opened anew by the next request."""

    def __init__(self, host: str, port: int) -> None:
        self.address = (host, port)
        self.open: socket.socket | None = None

    def post(self, path: str, token: str, body: bytes) -> tuple[int, bytes]:
        """Send one POST and give status and body of the answer; status 0 is a broken connection."""
        return self.ask(f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
                         "Accept-Language: vi\r\nContent-Type: application/json\r\n"
                         f"Content-Length: {len(body)}\r\n\r\n".encode() + body)

    def get(self, path: str, cookie: str) -> tuple[int, bytes]:
        """Ask for one page as who the cookie says, nobody where it is empty."""
        return self.ask(f"GET {path} HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\nAccept-Language: vi\r\n"
                         "\r\n".encode())

    def ask(self, question: bytes) -> tuple[int, bytes]:
        """Send the bytes of one request and give status and body of the answer."""
        try:
            if self.open is None:
                self.open = socket.create_connection(self.address, timeout=60)
                self.open.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.open.sendall(question)
            return self._answer(self.open)
        except (OSError, ValueError):
            self.close()
            return 0, b""

    def _answer(self, connection: socket.socket) -> tuple[int, bytes]:
        found = b""
        while (end := found.find(b"\r\n\r\n")) < 0:
            found += _more(connection)
        length = 0
        for line in found[:end].lower().split(b"\r\n")[1:]:
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        while len(found) < end + 4 + length:
            found += _more(connection)
        return int(found[9:12]), found[end + 4:]

    def close(self) -> None:
        """Close the connection."""
        if self.open is not None:
            self.open.close()
            self.open = None


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(65_536)
    if not piece:
        raise ValueError("the server closed the connection")
    return piece


class Client:
    """Files cases, completes their tasks, asks the floor; keeps the tasks it may complete next."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.line = Line(plan["host"], plan["port"])
        self.tokens: dict[str, str] = plan["tokens"]
        self.number: int = plan["number"]
        self.ready: list[tuple[str, str]] = []
        self.bodies = {"receive": b'{"submission":{"outcome":"accepted","note":"\xc4\x91\xe1\xbb\xa7"}}',
                       "verify": b'{"submission":{"outcome":"approve"}}'}
        self.filing = json.dumps({"procedure": "two-tasks", "submission": SUBMISSION}).encode()
        self.pages: list[tuple[str, str]] = plan.get("pages", [])
        self.count = 0

    def file(self) -> int:
        """File one case and keep its first task."""
        status, answer = self.line.post("/api/v1/cases", self.tokens["receive"], self.filing)
        if status == 201:
            self._keep(answer)
        return status

    def complete(self) -> int:
        """Complete one task and keep the next one of its case."""
        key, task = self.ready.pop()
        status, answer = self.line.post(f"/api/v1/tasks/{task}/complete", self.tokens[key], self.bodies[key])
        if status == 200 and key == "receive":
            self._keep(answer)
        return status

    def floor(self) -> int:
        """Do the least on a row of this client's own."""
        self.count += 1
        return self.line.post(f"/floor/{self.number * 250 + self.count % 250}", self.tokens["receive"],
                              self.bodies["receive"])[0]

    def page(self) -> int:
        """Ask for the next of the pages of the plan."""
        self.count += 1
        return self.line.get(*self.pages[(self.number * 7 + self.count) % len(self.pages)])[0]

    def _keep(self, answer: bytes) -> None:
        """Take the open task out of an answer without reading the rest of it: the client must stay cheap."""
        found = json.loads(answer)["tasks"]
        if found:
            self.ready.append((found[0]["key"], found[0]["id"]))

    def run(self, what: str, seconds: float, count: int) -> dict[str, Any]:
        """Do one thing over and over for `seconds`, at most `count` times and while there is something to do."""
        act = getattr(self, what)
        waits: list[float] = []
        wrong: dict[str, int] = {}
        began, cpu = time.perf_counter(), time.process_time()
        last = began
        while last - began < seconds and len(waits) < count and (what != "complete" or self.ready):
            status = act()
            now = time.perf_counter()
            waits.append(now - last)
            last = now
            if not 200 <= status < 300:
                wrong[str(status)] = wrong.get(str(status), 0) + 1
        return {"waits": waits, "wrong": wrong, "elapsed": last - began, "cpu": time.process_time() - cpu,
                "ready": len(self.ready)}

    def steady(self, acts: list[str], seconds: float, every: float, first: float) -> dict[str, Any]:
        """Do acts in turn on a timetable, one `every` so many seconds, the first after `first`.

        A wait is counted from the second the timetable says, so that what queued behind a slow answer counts too.
        Gives for each kind of act its waits, and the seconds since it was sent.
        """
        waits: dict[str, list[float]] = {act: [] for act in acts}
        sent: dict[str, list[float]] = {act: [] for act in acts}
        wrong: dict[str, int] = {}
        began, cpu = time.perf_counter(), time.process_time()
        for turn in range(round(seconds / every)):
            act, due = acts[turn % len(acts)], began + first + turn * every
            time.sleep(max(0.0, due - time.perf_counter()))
            begun = time.perf_counter()
            status = getattr(self, act)() if act != "complete" or self.ready else -1
            now = time.perf_counter()
            waits[act].append(now - due)
            sent[act].append(now - begun)
            if not 200 <= status < 300:
                wrong[f"{act} {status}"] = wrong.get(f"{act} {status}", 0) + 1
        return {"waits": waits, "sent": sent, "wrong": wrong, "elapsed": time.perf_counter() - began,
                "cpu": time.process_time() - cpu}


def main() -> None:
    """Read the plan, then one order a line: what, seconds, at most how many; or, for a timetable, what it says."""
    client = Client(json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        order = json.loads(line)
        answer = client.steady(**order) if isinstance(order, dict) else client.run(*order)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    client.line.close()


if __name__ == "__main__":
    main()
