"""The drill: a backup is put back into a temporary place and proven there, as after the loss of everything else."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine import clock
from engine.adapters import durable, files
from engine.domain.errors import InvalidInput, Unavailable
from engine.domain.text import Text
from engine.services import backups, history
from engine.services.backups import Backup
from engine.services.history import Finding
from engine.storage import copying, database, migrating
from engine.storage.tables import case_table

MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Drill:
    """What a drill found. `restored_s` and `proven_s` are seconds; `age_s` is how much work would have been lost,
    `cases` how many were proven of `backup.cases`, and `broken` says what does not hold, at most `MOST_TOLD` of it."""

    folder: Path
    backup: Backup
    age_s: float
    restored_s: float
    proven_s: float
    cases: int
    events: int
    papers: int
    broken: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Tell whether the backup is as good as what it was made of."""
        return not self.broken

    def facts(self) -> dict[str, Any]:
        """Give the drill as a JSON object."""
        return {**asdict(self), "folder": str(self.folder), "ok": self.holds, "broken": list(self.broken)}


def drill(source: Path, server: str | None, now: datetime, most: int | None = None) -> Drill:
    """Put the newest backup of a folder back into a temporary place and prove it: its figures, the chain and replay of
    all cases or the newest `most`, the office's own books, and the bytes of every paper. Nothing stays of it.

    `server` is an address on the PostgreSQL server that makes the temporary database.

    Raises:
        InvalidInput: there is no backup, or it is damaged.
        Unavailable: it cannot be put back.
    """
    folder, backup = backups.find(source)
    began = clock.monotonic()
    with _place(backup, server) as url:
        backups.put_back(folder, backup, url)
        figures = copying.figures_at(database.address(url))
        restored = clock.monotonic()
        broken = list(backups.differences(backup, figures))
        broken += _papers(figures.papers, backups.papers_of(folder))
        with _used(url):
            cases, events, wrong = _prove(backups.papers_of(folder), most)
        broken += wrong
    made = datetime.fromisoformat(backup.made_at)
    return Drill(folder, backup, (now - made).total_seconds(), round(restored - began, 2),
                 round(clock.monotonic() - restored, 2), cases, events, len(figures.papers), tuple(broken[:MOST_TOLD]))


@contextmanager
def _place(backup: Backup, server: str | None) -> Iterator[str]:
    if backup.kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="motcua-drill-") as folder:
            yield f"sqlite:///{folder}/motcua.db"
        return
    if server is None or database.address(server).startswith("sqlite"):
        raise InvalidInput(Text("Bản sao lưu là của PostgreSQL: nêu máy chủ để diễn tập (--database-url).",
                                "The backup is of PostgreSQL: name a server for the drill (--database-url)."))
    with copying.temporary(database.address(server)) as url:
        yield url


@contextmanager
def _used(url: str) -> Iterator[None]:
    """Let this process work on another database for a while."""
    try:
        before: str | None = database.current().url
    except Unavailable:
        before = None
    database.use(url)
    copying.wait_long()
    try:
        yield
    finally:
        database.current().close()
        if before is not None:
            database.use(before)


def _papers(papers: tuple[str, ...], store: Path) -> Iterator[str]:
    return (f"paper {sha256}" for sha256 in papers if durable.sha256(files.place(store, sha256)) != sha256)


def _prove(store: Path, most: int | None) -> tuple[int, int, list[str]]:
    """Prove the histories in the database in use, brought to the schema of this release first."""
    migrating.upgrade()
    with database.reading() as session:
        codes = list(session.scalars(select(case_table.c.code).order_by(case_table.c.filed_at.desc()).limit(most)))
    checks: tuple[tuple[str, Callable[[str], Finding]], ...] = (
        ("chain", lambda code: history.verify(code, store)), ("replay", history.replay))
    office = history.verify_office()
    events, wrong = office.events, [] if office.holds else [_told("office", office)]
    for code in codes:
        for what, check in checks:
            finding = check(code)
            events += finding.events if what == "chain" else 0
            if not finding.holds:
                wrong.append(_told(what, finding))
    return len(codes), events, wrong


def _told(what: str, finding: Finding) -> str:
    where = finding.divergence
    return f"{what} {finding.code}: {where.what} at {where.seq}" if where is not None else f"{what} {finding.code}"
