"""A whole run: an office on an empty database, the product on it, clients, harm, quiet, and the verdict."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from engine import clock
from engine.procedures.pack import Pack
from engine.services import accounts, organisation, procedures
from engine.storage import database, tables
from tests import office
from tests.faults import invariants, nemesis
from tests.faults.invariants import Verdict
from tests.faults.nemesis import Nemesis, Product, Server

NOTE = {"type": "string", "title": "Ghi chú"}
QUIET = 45.0             # seconds that what a killed worker held may take


@dataclass(frozen=True, slots=True)
class Wish:
    """How long and with how many clients, by which chance; `quiet` is how long what was held by the dead may take."""

    seconds: float
    clients: int
    seed: int
    quiet: float = QUIET


def on(kind: str, home: Path, wish: Wish, url: str | None = None) -> Verdict:
    """Run on a database of a kind: `sqlite` and `postgresql` are made here, `given` is the address."""
    if kind == "postgresql":
        with nemesis.postgresql() as server:
            return _run(home, server.uri, server, wish)
    return _run(home, url or f"sqlite:///{home / 'motcua.db'}", None, wish)


def _run(home: Path, url: str, server: Server | None, wish: Wish) -> Verdict:
    product = Product(home, url, nemesis.free_port())
    assert product.command("db", "upgrade").wait(timeout=60) == 0, product.log.read_text()
    plan = home / "plan.json"
    plan.write_text(json.dumps({"port": product.port, "tokens": _furnish(url), "seconds": wish.seconds,
                                "folder": str(home), "round": wish.seed}), encoding="utf-8")
    harm = Nemesis(product, random.Random(wish.seed), server)      # noqa: S311 - chance, not a secret
    running: list[subprocess.Popen[bytes]] = []
    try:
        product.start()
        product.wait()
        running += [subprocess.Popen([sys.executable, "-m", "tests.faults.clients", str(plan), str(number)],
                                    cwd=nemesis.ROOT) for number in range(wish.clients)]
        harm.run(wish.seconds)
        product.start()
        recovery = product.wait()
        failed = [client.wait(timeout=120) for client in running]
        database.use(url)       # our own connections did not outlive the harm either
        _settle(wish.quiet)
    finally:
        for client in running:
            client.kill()
        product.stop()
    verdict = invariants.judge(invariants.read(home), clock.now())
    verdict.figures |= {"killed": harm.counts, "seconds_to_recover": round(recovery, 1)}
    verdict.expect(not any(failed), f"a client broke: {failed}")
    verdict.expect("Traceback" not in product.log.read_text(errors="replace"), f"a traceback: {_trace(product)}")
    database.current().close()
    return verdict


def _furnish(url: str) -> dict[str, str]:
    """Set up the office with procedures whose forms take a note, and give a token for each person."""
    database.use(url)
    now = clock.now()
    organisation.apply(office.UNITS.encode(), now)
    for pack in (office.two_tasks(), office.permit(), timed()):
        files = {name: _with_note(content) if name.startswith("forms/") else content
                 for name, content in pack.files.items()}
        procedures.publish(Pack(files), now)
    return {name: accounts.create_token(name, "faults", now) for name in ("binh", "an", "khoa")}


def _with_note(form: bytes) -> bytes:
    told = json.loads(form)
    told["properties"]["note"] = NOTE
    return json.dumps(told).encode()


def timed() -> Pack:
    """Give a procedure whose only task is taken away by a timer after a second."""
    inside = ('<bpmn:startEvent id="application"/>' + office.user_task("work", "processing-officer", "competent")
              + '<bpmn:boundaryEvent id="late" attachedToRef="work"><bpmn:timerEventDefinition><bpmn:timeDuration>'
                '"PT1S"</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>'
                '<bpmn:endEvent id="done"/><bpmn:endEvent id="missed"/>'
              + office.flows(("application", "work"), ("work", "done"), ("late", "missed")))
    return Pack({"procedure.toml": office.manifest("timed"), "process.bpmn": office.diagram("timed", inside),
                 "forms/application.json": office.APPLICATION, "forms/work.json": office.form()})


def _settle(seconds: float) -> None:
    """Wait until no timer is due any more, or until it should have been."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with database.reading() as session:
            due = session.execute(select(func.count()).where(tables.job_table.c.due <= clock.now())).scalar()
        if not due:
            return
        time.sleep(0.5)


def _trace(product: Product) -> str:
    said = product.log.read_text(errors="replace")
    return said[max(said.find("Traceback"), 0):][:3000]
