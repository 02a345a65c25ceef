"""One process of a race: two threads that complete whatever task is open until none is; prints what was acknowledged.

Run as `python -m tests.services.racer URL SEED`.
"""

from __future__ import annotations

import json
import random
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from engine.domain.errors import Conflict
from engine.queries import worklist
from engine.services import accounts, tasks
from engine.storage import database
from tests import office

NOW = office.at("2026-03-09T09:00")


def race(seed: int) -> dict[str, object]:
    """Complete open tasks in random order; count refusals, keep acknowledgements and whatever should not happen."""
    chance = random.Random(seed)      # noqa: S311 - the order of a race, not a secret
    actor = accounts.actor("an", NOW)
    assert actor is not None
    acknowledged, lost, wrong = [], 0, []
    while entries := worklist.mine(actor, NOW):
        for entry in chance.sample(entries, min(8, len(entries))):
            try:
                at = NOW + timedelta(seconds=entry.task.ordinal)
                tasks.complete(entry.task.id, {"n": entry.task.ordinal}, actor, at)
                acknowledged.append(entry.task.id.hex)
            except Conflict:
                lost += 1
            except Exception:
                wrong.append(traceback.format_exc())
    return {"acknowledged": acknowledged, "lost": lost, "wrong": wrong}


if __name__ == "__main__":
    database.use(sys.argv[1])
    first = int(sys.argv[2])
    with ThreadPoolExecutor(2) as pool:
        sys.stdout.write(json.dumps(list(pool.map(race, [first, first + 1]))))
