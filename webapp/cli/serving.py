"""`motcua run` and `motcua worker`: the web server, and the loop of deferred work."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import time
from pathlib import Path
from threading import Event
from typing import NoReturn

import click

from engine import clock, config, journal
from engine import worker as loop
from engine.domain.errors import Unavailable
from engine.domain.text import Text
from engine.services import installation
from webapp.cli import opening, voice

PATIENCE = 5.0      # seconds: longer than the serving processes of a killed server live on

host_option = voice.option("--host", default="127.0.0.1", show_default=True, vi="Địa chỉ để nghe.",
                           en="The address to listen on.")
port_option = voice.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, vi="Cổng.",
                           en="The port.")
workers_option = voice.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True,
                              vi="Số tiến trình phục vụ.", en="The number of serving processes.")


@click.command("run", cls=voice.Act, vi="Chạy máy chủ web trên cơ sở dữ liệu đã chuẩn bị.")
@host_option
@port_option
@workers_option
@voice.option("--no-worker", is_flag=True, vi="Không chạy việc nền ở đây; khi đó cần «motcua worker».",
              en="Do no deferred work here; “motcua worker” is needed then.")
def run(host: str, port: int, workers: int, no_worker: bool) -> None:
    """Serve the web on a prepared database."""
    found = config.load()
    installation.connect(found.database_url, jobs=found.jobs)
    installation.ensure()
    refuse_taken(host, port)
    voice.tell(f"Motcua phục vụ tại http://{host}:{port} (dừng: Ctrl+C)",
               f"Motcua serves at http://{host}:{port} (stop: Ctrl+C)")
    serve(host, port, workers, embedded_worker=not no_worker)


def refuse_taken(host: str, port: int) -> None:
    """Refuse an address on which another program listens, or which this machine does not have. What a killed server
    left behind is gone within `PATIENCE`, so a port in use is looked at again until then.

    Raises:
        Unavailable: the sentence names the address.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return _try(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise Unavailable(_why_not(host, port, error)) from error
            time.sleep(0.2)


def _try(host: str, port: int) -> None:
    """Listen for a moment."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        probe.listen(1)


def _why_not(host: str, port: int, error: OSError) -> Text:
    if error.errno == errno.EADDRINUSE:
        return Text(f"Cổng {port} đang có chương trình khác dùng. Chọn cổng khác: --port {port + 1}.",
                    f"Another program uses port {port}. Choose another: --port {port + 1}.")
    why = error.strerror or str(error)
    return Text(f"Không nghe được tại {host}:{port}: {why}.", f"Cannot listen on {host}:{port}: {why}.")


def serve(host: str, port: int, workers: int, *, embedded_worker: bool) -> NoReturn:
    """Become the server: this process turns into its parent, so that a signal to it ends everything in order."""
    sys.stdout.flush()
    environment = {**os.environ, "MOTCUA_EMBEDDED_WORKER": "1" if embedded_worker else "0"}
    server = str(Path(__file__).with_name("server.py"))
    os.execve(sys.executable, [        # noqa: S606 - no shell: the arguments are numbers and a host name
        sys.executable, "-P", server, host, str(port), str(workers)], environment)


@click.command("worker", cls=voice.Act, vi="Làm việc nền: hẹn giờ, hạn bổ sung, dịch vụ bên ngoài.")
@voice.option("--once", is_flag=True, vi="Làm hết việc đã đến hạn rồi thôi.", en="Do what is due, then end.")
@voice.option("--threads", type=click.IntRange(1, 12), default=1, show_default=True,
              vi="Số việc làm cùng lúc trong tiến trình này.", en="How many jobs this process does at once.")
@voice.as_json
def worker(once: bool, threads: int, as_json: bool) -> None:
    """Do deferred work: timers, limits of supplements, answers of services. As many may run as wanted."""
    found = opening.database()
    journal.begin(found.log)
    if once:
        done = loop.drain(clock.now())
        if as_json:
            voice.give({"jobs": done})
        else:
            voice.tell(f"Đã làm {done} việc.", f"Did {done} jobs.")
        return
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    voice.tell("Việc nền đang chạy (dừng: Ctrl+C)", "Deferred work is running (stop: Ctrl+C)")
    loop.run(clock.now, stop, threads=threads)
