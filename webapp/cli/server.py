"""The process above the serving processes: run as a file of its own, so that it loads the server and nothing else.

It brings back a serving process that was killed, however often; one that ends by itself again and again while
starting is left to the server's own judgement, which ends everything. When this process is killed itself, the
serving processes end too, so that no orphan keeps the port and another start succeeds.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

LOOK = 0.2          # seconds between two looks at the parent
ROOT = str(Path(__file__).parents[2])       # where the product lies, installed or not
GRACE = 1.0         # seconds an orphan gets to finish what it is doing


class Steady(MPServer):
    """A server whose killed processes come back: only those that end by themselves count as a crash loop."""

    def _respawn_workers(self, workers: list[int], *arguments: Any, **named: Any) -> None:
        killed = [index for index in workers if (self.wrks[index].inner.exitcode or 0) < 0]
        super()._respawn_workers(workers, *arguments, **named)
        for index in killed:
            self.respawned_wrks.pop(index, None)


def application() -> Any:
    """Make the application of one serving process, which ends with its parent."""
    threading.Thread(target=_follow, args=(os.getppid(),), name="motcua-parent", daemon=True).start()
    sys.path.insert(0, ROOT)
    from engine import config, journal
    from webapp import create_app

    style = config.log_style(os.environ)
    journal.begin(style, logging.INFO if style == "json" else logging.WARNING)
    return create_app()


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os.kill(os.getpid(), signal.SIGKILL)


def main(host: str, port: int, workers: int) -> None:
    """Serve until told to stop; the serving processes add up in a folder of their own what they counted."""
    sys.path.insert(0, ROOT)
    from engine import config, journal

    with TemporaryDirectory(prefix="motcua-counts-") as folder:
        os.environ["MOTCUA_METRICS_FOLDER"] = folder
        _serve(host, port, workers, journal.server_settings(config.log_style(os.environ)))


def _serve(host: str, port: int, workers: int, logs: dict[str, Any]) -> None:
    # a worker told to stop while it still starts would not end by itself: hence the time-out for its end
    server = Steady("webapp:create_app", address=host, port=port, interface=Interfaces.WSGI, workers=workers,
                    blocking_threads=4, log_level=LogLevels.warning, log_dictconfig=logs, websockets=False,
                    respawn_failed_workers=True, workers_kill_timeout=10)
    server.serve(target_loader=application, wrap_loader=False)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
