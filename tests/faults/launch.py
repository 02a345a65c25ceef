"""`python -m tests.faults.launch MUTANT run|worker …`: the product without one of its guards, as its own processes."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from tests.faults import mutants
from webapp import cli
from webapp.cli import server


def application() -> Any:
    """Make the application of a serving process without the guard."""
    mutants.take_out(os.environ["MOTCUA_FAULTS_MUTANT"])
    return _application()


_application = server.application


def main(name: str, arguments: list[str]) -> None:
    """Serve on a port, or be any other command."""
    if arguments[0] != "run":
        mutants.take_out(name)
        sys.argv = ["motcua", *arguments]
        cli.main()
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--no-worker", action="store_true")
    told = parser.parse_args(arguments[1:])
    os.environ |= {"MOTCUA_EMBEDDED_WORKER": "0" if told.no_worker else "1", "MOTCUA_FAULTS_MUTANT": name}
    server.application = application
    server.main("127.0.0.1", told.port, told.workers)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
