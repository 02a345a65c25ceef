"""`python -m tests.faults --minutes N [--database-url URL]`: harm the running product and check what must hold;
`python -m tests.faults --mutants`: see that the product without any one of its guards is found wanting.

Without an address it runs on a SQLite file and on a PostgreSQL of its own, which it also stops at once; with one, on
that database, which must be empty, and whose server is stopped only by the commands given for it. Prints figures as
JSON; ends with 1 where anything was violated.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
from pathlib import Path

import pytest

from tests.faults import run
from tests.faults.nemesis import Habits
from tests.faults.product import Told
from tests.faults.run import Wish
from tests.faults.verdict import Verdict

parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
parser.add_argument("--minutes", type=float, help="how long clients and harm go on; the checks come after")
parser.add_argument("--seconds", type=float, default=60, help="the same in seconds")
parser.add_argument("--clients", type=int, default=4)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--database-url", help="an empty database to run on")
parser.add_argument("--stop-command", help="how to stop the server of the given database at once")
parser.add_argument("--start-command", help="how to start it again")
parser.add_argument("--only", choices=["sqlite", "postgresql"])
parser.add_argument("--mutants", action="store_true", help="play the bad moment of every guard with it and without it")


def main() -> int:
    """Run as told and give the exit code."""
    told = parser.parse_args()
    if (told.stop_command is None) != (told.start_command is None):
        parser.error("--stop-command and --start-command belong together")
    logging.disable(logging.WARNING)
    if told.mutants:
        return pytest.main(["-q", str(Path(__file__).with_name("test_mutants.py"))])
    stopping = Told(told.stop_command, told.start_command) if told.stop_command else None
    wish = Wish(told.minutes * 60 if told.minutes else told.seconds, told.clients, told.seed, habits=Habits(),
                stopping=stopping)
    verdicts = {}
    with tempfile.TemporaryDirectory(prefix="motcua-faults-") as folder:
        for kind in ["given"] if told.database_url else [told.only] if told.only else ["sqlite", "postgresql"]:
            home = Path(folder) / kind
            home.mkdir()
            verdicts[kind] = run.on(kind, home, wish, told.database_url)
    return _said(verdicts)


def _said(verdicts: dict[str, Verdict]) -> int:
    sys.stdout.write(json.dumps({kind: {**v.figures, "violations": v.violations} for kind, v in verdicts.items()},
                                indent=1, default=str) + "\n")
    return 1 if any(verdict.violations for verdict in verdicts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
