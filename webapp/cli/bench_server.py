"""The server that `motcua bench` measures: granian with two workers, its cold start and its memory."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.domain.errors import Unavailable
from engine.domain.text import Text

HOST = "127.0.0.1"
WORKERS = 2
THREADS = 4
_PATIENCE = 60.0
PRODUCT = "webapp:create_app"
WITH_FLOOR = "webapp.cli.bench_app:create"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its port, its process and the seconds from its start to its first answer."""

    port: int
    process: subprocess.Popen[bytes]
    cold_start: float


@contextmanager
def serving(target: str, environ: Mapping[str, str], token: str, log: Path, workers: int = WORKERS, *,
            ready: str = "/api/v1/procedures", python: str = sys.executable) -> Iterator[Server]:
    """Serve an application while the block runs; it is up when it answered one request for `ready` with a token.

    Raises:
        Unavailable: it gives no answer within a minute, with the last line it wrote.
    """
    port = _free_port()
    command = [python, "-m", "granian", "--interface", "wsgi", "--factory", target, "--host", HOST,
               "--port", str(port), "--workers", str(workers), "--blocking-threads", str(THREADS),
               "--log-level", "warning", "--no-ws"]
    with log.open("ab") as output:
        began = time.perf_counter()
        process = subprocess.Popen(command, env=dict(environ), stdout=output, stderr=output,    # noqa: S603 - no shell
                                   start_new_session=True)
    try:
        yield Server(port, process, _up(port, process, (ready, token), began, log))
    finally:
        _end(process)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def _up(port: int, process: subprocess.Popen[bytes], asked: tuple[str, str], began: float, log: Path) -> float:
    while process.poll() is None and time.perf_counter() - began < _PATIENCE:
        if _answers(port, *asked):
            return time.perf_counter() - began
        time.sleep(0.02)
    last = log.read_text(errors="replace").strip().rsplit("\n", 1)[-1]
    raise Unavailable(Text(f"Máy chủ để đo không trả lời: {last}", f"The server to measure gives no answer: {last}"))


def _answers(port: int, path: str, token: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to stop, and do not wait for ever."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def memory(process: subprocess.Popen[bytes]) -> float | None:
    """Give the MiB (proportional set size) of a server with all its workers; None where the system does not tell."""
    try:
        family = [process.pid, *children(process.pid)]
        return sum(pss(pid) for pid in family) / 1024
    except OSError:
        return None


def children(pid: int) -> list[int]:
    """Give the processes started by one and by those, in turn."""
    found: list[int] = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in listed.read_text().split():
            found += [int(child), *children(int(child))]
    return found


def pss(pid: int) -> int:
    """Give the proportional set size of one process in KiB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
