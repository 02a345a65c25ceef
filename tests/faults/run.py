"""A whole run: an office on an empty database, the product on it, clients, harm, quiet, and the verdict."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from engine import clock
from engine.domain.case import CaseStatus
from engine.domain.errors import EngineError
from engine.services import procedures
from engine.storage import database, tables
from tests import office
from tests.faults import invariants, logs, product, world
from tests.faults.crew import Crew
from tests.faults.invariants import Circumstances
from tests.faults.nemesis import Habits, Nemesis
from tests.faults.product import Product, Server
from tests.faults.verdict import Verdict
from tests.faults.world import timed

__all__ = ["Wish", "on", "timed"]
A_DAY = timedelta(days=1)
QUIET = 60.0             # seconds that what a killed or frozen worker held may take


@dataclass(frozen=True, slots=True)
class Wish:
    """How long and with how many clients, by which chance; what they do and what harms them; `quiet` is how long what
    was held by the dead may take; `timely` whether the machine is quiet enough to judge how long answers took;
    `mutant` the guard of the product that is taken out, if any."""

    seconds: float
    clients: int
    seed: int
    quiet: float = QUIET
    timely: bool = True
    errands: str = "all"
    habits: Habits = field(default_factory=Habits)
    mutant: str | None = None
    stopping: Server | None = None


def on(kind: str, home: Path, wish: Wish, url: str | None = None) -> Verdict:
    """Run on a database of a kind: `sqlite` and `postgresql` are made here, `given` is the address."""
    if kind == "postgresql":
        with product.postgresql() as server:
            if wish.mutant == "durable":
                server.set("synchronous_commit", "off")     # as a careless administrator sets it
                server.set("wal_writer_delay", "10000")
            return _run(home, server.uri, server, wish)
    return _run(home, url or f"sqlite:///{home / 'motcua.db'}", wish.stopping, wish)


def _run(home: Path, url: str, server: Server | None, wish: Wish) -> Verdict:
    running = Product(home, url, wish.mutant)
    assert running.command("db", "upgrade").wait(timeout=120) == 0, running.said()
    plan = home / "plan.json"
    plan.write_text(json.dumps({
        "ports": running.ports, "tokens": world.furnish(url, clock.now()), "password": world.PASSWORD,
        "errands": wish.errands, "folder": str(home), "round": wish.seed}), encoding="utf-8")
    chance = random.Random(wish.seed)      # noqa: S311 - chance, not a secret
    crew = Crew(plan, wish.clients, 0.0)
    harm = Nemesis(running, crew, chance, server, wish.habits, _publisher(url))
    try:
        running.start()
        running.wait()
        crew.until = time.monotonic() + wish.seconds
        crew.muster()
        harm.run(wish.seconds)
        running.start()
        recovery = running.wait()
        crew.finish(120)
        database.use(url)       # our own connections did not outlive the harm either
        _settle(wish.quiet)
    finally:
        crew.end()
        running.stop()
    verdict = _judged(home, running, crew, harm, wish)
    verdict.figures["seconds_to_recover"] = round(recovery, 1)
    database.current().close()
    return verdict


def _judged(home: Path, running: Product, crew: Crew, harm: Nemesis, wish: Wish) -> Verdict:
    killed = {name: harm.counts[name] for name in ("serving", "server", "worker", "client")}
    latest = timedelta(seconds=60 + sum(end - begun for begun, end in harm.away[-3:])) if wish.timely else A_DAY
    about = Circumstances(home / "files", crew.killed, harm.frozen, latest, wish.timely, sum(killed.values()))
    verdict = invariants.judge(logs.read(home), clock.now(), about)
    verdict.figures |= {"killed": killed, "kills": sum(killed.values()), "database_stops": harm.counts["database"],
                        "workers_frozen": harm.counts["frozen"], "versions_published": harm.counts["published"]}
    verdict.expect(not crew.broken, f"clients broke: {crew.broken}")
    said = running.said()
    verdict.expect("Traceback" not in said, f"a traceback: {said[max(said.find('Traceback'), 0):][:3000]}")
    return verdict


def _publisher(url: str) -> Callable[[], bool]:
    """Give what publishes a next version of a procedure, each time of another; it tells whether it could."""
    packs = (office.two_tasks(), office.permit(), world.paying())
    numbers = iter(range(2, 100_000))

    def publish() -> bool:
        number = next(numbers)
        database.use(url)
        try:
            return procedures.publish(world.renewed(packs[number % len(packs)], number), clock.now()).new
        except EngineError:
            return False
    return publish


def _settle(seconds: float) -> None:
    """Wait until no timer is due any more, or until it should have been; those of a halted case wait for somebody."""
    until = time.monotonic() + seconds
    jobs, cases = tables.job_table, tables.case_table
    due = select(func.count()).select_from(jobs).join(cases).where(cases.c.status != CaseStatus.HALTED)
    while time.monotonic() < until:
        with database.reading() as session:
            if not session.execute(due.where(jobs.c.due <= clock.now())).scalar():
                return
        time.sleep(0.5)
