"""`python -m tests.faults --seconds N [--database-url URL]`: harm the running product and check what must hold.

Without an address it runs on a SQLite file and on a PostgreSQL of its own, which it also stops at once every six
seconds; with one, on that database, which must be empty, and which it never stops. Prints figures as JSON; ends with
1 where anything was violated.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
from pathlib import Path

from tests.faults import run
from tests.faults.run import Wish

parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
parser.add_argument("--seconds", type=int, default=60)
parser.add_argument("--clients", type=int, default=4)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--database-url")
parser.add_argument("--only", choices=["sqlite", "postgresql"])


def main() -> int:
    """Run as told and give the exit code."""
    told = parser.parse_args()
    logging.disable(logging.WARNING)
    verdicts = {}
    with tempfile.TemporaryDirectory(prefix="motcua-faults-") as folder:
        for kind in ["given"] if told.database_url else [told.only] if told.only else ["sqlite", "postgresql"]:
            home = Path(folder) / kind
            home.mkdir()
            verdicts[kind] = run.on(kind, home, Wish(told.seconds, told.clients, told.seed), told.database_url)
    sys.stdout.write(json.dumps({kind: {**v.figures, "violations": v.violations} for kind, v in verdicts.items()},
                                indent=1, default=str) + "\n")
    return 1 if any(verdict.violations for verdict in verdicts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
