"""Under what circumstances a measurement was made: machine, date, how busy it was; and how its facts are told."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping
from typing import Any

from engine import clock


def now() -> dict[str, Any]:
    """Give date, processors, versions and the load of the last 1, 5 and 15 minutes."""
    return {"date": clock.now().strftime("%Y-%m-%dT%H:%MZ"), "cpus": os.cpu_count(),
            "python": platform.python_version(), "load": [round(one, 1) for one in os.getloadavg()]}


def tell(facts: Mapping[str, Any], as_json: bool) -> None:
    """Write the facts to standard output: as one object of JSON, or a line each."""
    if as_json:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
        return
    wide = max(map(len, facts))
    for name, value in facts.items():
        sys.stdout.write(f"{name:{wide}}  {value}\n")
