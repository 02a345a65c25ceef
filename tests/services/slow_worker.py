"""A worker process whose handler begins and does not come back until it is told: to be killed or frozen by a test.

Run as `python -m tests.services.slow_worker URL ADAPTER NOW FOLDER`: it writes `began` with the key it was given, and
goes on when there is `go`; when that one job is behind it, it ends.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path
from threading import Event

from engine import worker
from engine.adapters import handlers
from engine.services import installation


def main(url: str, adapter: str, now: str, folder: Path) -> None:
    installation.use(url, adapter)
    stop = Event()

    @handlers.register("test.slow")
    def slow(data: object, key: str) -> dict[str, object]:
        stop.set()
        (folder / "half").write_text(key, encoding="ascii")
        (folder / "half").rename(folder / "began")
        while not (folder / "go").exists():
            time.sleep(0.01)
        return {"by": "the first"}
    worker.run(lambda: datetime.fromisoformat(now), stop, pause=0.05)


if __name__ == "__main__":
    main(*sys.argv[1:4], Path(sys.argv[4]))      # type: ignore[call-arg]
