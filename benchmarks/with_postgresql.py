"""Run `motcua bench` on a PostgreSQL server started for it in a temporary folder: needs the test extra.

    python -m benchmarks.with_postgresql --json --seconds 10
"""

from __future__ import annotations

import subprocess
import sys

from benchmarks import places


def main() -> int:
    """Start the server, measure with the options given, stop it; give the exit code of the measurement."""
    with places.started() as address:
        return subprocess.run(      # noqa: S603 - our own command with the options of the caller
            [sys.executable, "-c", "from webapp.cli import main; main()", "bench", "--database-url", address,
             *sys.argv[1:]], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
