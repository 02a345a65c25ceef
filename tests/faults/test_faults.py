"""A short run of the faults on both databases: nothing acknowledged is lost, nothing is done twice, all is whole."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.faults import run
from tests.faults.nemesis import Habits
from tests.faults.run import Wish

SECONDS = 7
# how long answers take is no matter of a test: the machine may do other things beside
SHORT = Wish(SECONDS, clients=3, seed=11, quiet=5, timely=False, habits=Habits(pause=1.2, stops=6, frozen=0))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the children of a process from /proc")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_is_lost_doubled_or_broken_while_processes_and_the_database_die(kind: str, tmp_path: Path) -> None:
    verdict = run.on(kind, tmp_path, SHORT)
    assert verdict.violations == [], verdict.figures
    assert verdict.figures["acknowledged"] > 5
    assert verdict.figures["kills"] > 0
