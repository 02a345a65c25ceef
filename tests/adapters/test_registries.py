"""The handlers that are shipped are known to every process that may call one, a worker by itself included."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ASK = "import engine.worker; from engine.adapters import handlers; print(sorted(handlers.names()))"


def test_a_worker_by_itself_knows_the_shipped_handlers() -> None:
    said = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True,
                          cwd=Path(__file__).parents[2])
    assert "registry.driving_licence" in said.stdout
