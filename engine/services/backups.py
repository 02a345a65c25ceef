"""Backups of an office: made while it works, put back, and proven.

A folder of backups holds one folder for each, `motcua-<instant>`, with the database as of one instant and
`papers.txt` and `backup.json`, which say what it is; and beside them `files/`, the papers of all of them under their
hashes, each kept once. A backup appears under its name when it is whole and on the disk, never before. The signing
secret is no part of it.
"""

from __future__ import annotations

import errno
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.adapters import durable, files
from engine.domain.errors import InvalidInput, Unavailable
from engine.domain.text import Text
from engine.storage import copying, database
from engine.storage.copying import Figures

FORMAT = 1
MANIFEST = "backup.json"
PAPERS = "papers.txt"
_DATABASE = {"sqlite": "database.sqlite", "postgresql": "database.dump"}


@dataclass(frozen=True, slots=True)
class Backup:
    """What `backup.json` says: the release and instant it was made, the kind of database, the size and hash of its
    file, and what it holds. `heads` is one hash over the head of every history, `papers_sha256` that of the list of
    papers, one hash a line."""

    format: int
    release: str
    made_at: str
    kind: str
    size: int
    sha256: str
    schema: str
    cases: int
    events: int
    heads: str
    papers: int
    papers_sha256: str


@dataclass(frozen=True, slots=True)
class Done:
    """A backup that was made or put back: where it lies, what it says, and the papers whose bytes were not there."""

    folder: Path
    backup: Backup
    lacking: tuple[str, ...]
    copied: int

    @property
    def holds(self) -> bool:
        """Tell whether nothing is missing."""
        return not self.lacking


def make(out: Path, store: Path, release: str, now: datetime) -> Done:
    """Back up the database of this process and the papers of its cases into a folder of backups.

    Raises:
        Unavailable: the database is away, or the disk full: then no new backup is there.
        InvalidInput: the folder cannot be used.
    """
    kind = "sqlite" if database.current().sqlite else "postgresql"
    with _disk(out), _whole(out, now) as (folder, end):
        place = folder / _DATABASE[kind]
        figures = copying.copy(place)
        durable.force(place)
        copied, lacking = _keep(figures.papers, store, out / "files")
        _write(folder / PAPERS, "".join(f"{sha256}\n" for sha256 in figures.papers))
        backup = Backup(FORMAT, release, now.astimezone(UTC).isoformat(timespec="seconds"), kind, place.stat().st_size,
                        durable.sha256(place) or "", figures.schema or "", figures.cases, figures.events,
                        figures.heads, len(figures.papers), durable.sha256(folder / PAPERS) or "")
        _write(folder / MANIFEST, json.dumps(asdict(backup), indent=2))
    return Done(end, backup, lacking, copied)


def _write(place: Path, words: str) -> None:
    with durable.draft(place) as draft:
        draft.write_text(words, encoding="ascii")


@contextmanager
def _whole(out: Path, now: datetime) -> Iterator[tuple[Path, Path]]:
    """Give a folder to write to, renamed at the end, and the place it gets then; after an error it is taken away."""
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    end = out / f"motcua-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    if end.exists():
        raise InvalidInput(Text(f"Đã có bản sao lưu {end}.", f"There is a backup {end} already."))
    folder = Path(tempfile.mkdtemp(dir=out, prefix=".incoming-"))
    try:
        yield folder, end
        durable.force(folder)
        folder.rename(end)
        durable.force(out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _disk(out: Path) -> Iterator[None]:
    """Say in a sentence what a disk or folder does not allow."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Unavailable(Text(f"Ổ đĩa của {out} đã đầy; không có gì dở dang được để lại.",
                                   f"The disk of {out} is full; nothing half-written was left.")) from error
        why = error.strerror or str(error)
        raise InvalidInput(Text(f"Không dùng được {error.filename or out}: {why}.",
                                f"{error.filename or out} cannot be used: {why}.")) from error


def _keep(papers: tuple[str, ...], source: Path, store: Path) -> tuple[int, tuple[str, ...]]:
    """Copy papers from one store to another where they are not there yet; give how many were, and the hashes of those
    missing or damaged."""
    copied, lacking = 0, []
    store.mkdir(parents=True, exist_ok=True, mode=0o700)
    for sha256 in papers:
        end = files.place(store, sha256)
        if end.is_file():
            continue
        have = files.place(source, sha256)
        if durable.sha256(have) != sha256 or durable.copy(have, end) != sha256:
            lacking.append(sha256)
            continue
        copied += 1
    return copied, tuple(lacking)


def find(source: Path) -> tuple[Path, Backup]:
    """Give a backup: the folder itself, or the newest one in a folder of backups; its file is read and compared with
    its hash.

    Raises:
        InvalidInput: there is none, or it is damaged.
    """
    folder = source if (source / MANIFEST).is_file() else max(
        (path.parent for path in source.glob(f"motcua-*/{MANIFEST}")), default=None)
    if folder is None:
        raise InvalidInput(Text(f"Không có bản sao lưu nào trong {source}.", f"There is no backup in {source}."))
    backup = _read(folder / MANIFEST)
    for place, wanted in ((folder / _DATABASE[backup.kind], backup.sha256), (folder / PAPERS, backup.papers_sha256)):
        if durable.sha256(place) != wanted:
            raise InvalidInput(Text(
                f"{place} thiếu hoặc đã bị sửa: không khớp backup.json. Hãy lấy bản khác.",
                f"{place} is missing or changed: it is not what backup.json says. Take another one."))
    return folder, backup


def _read(path: Path) -> Backup:
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        backup = Backup(**told)
        if backup.format == FORMAT and backup.kind in _DATABASE:
            return backup
    except (OSError, ValueError, TypeError, UnicodeDecodeError):
        pass
    raise InvalidInput(Text(f"{path} không phải bản sao lưu mà phần mềm này đọc được.",
                            f"{path} is no backup this software can read."))


def restore(source: Path, url: str, store: Path) -> Done:
    """Put a backup back: first the papers into a store, where they are not there yet, then the database into an empty
    place. After a full disk the same can be done again.

    Raises:
        InvalidInput: there is no such backup, it is damaged or of another kind, or the place is not empty.
        Unavailable: the disk is full or the server away.
    """
    folder, backup = find(source)
    refuse(backup, url)
    with _disk(store):
        papers = tuple((folder / PAPERS).read_text(encoding="ascii").split())
        copied, lacking = _keep(papers, papers_of(folder), store)
        put_back(folder, backup, url)
    difference = differences(backup, copying.figures_at(database.address(url)))
    if difference:
        raise Unavailable(Text(f"Bản khôi phục không khớp: {'; '.join(difference)}.",
                               f"What was restored differs: {'; '.join(difference)}."))
    return Done(folder, backup, lacking, copied)


def papers_of(folder: Path) -> Path:
    """Give the store of papers beside a backup."""
    return folder.parent / "files"


def refuse(backup: Backup, url: str) -> None:
    """Refuse a place for a backup that is of another kind or not empty.

    Raises:
        InvalidInput: it is.
        Unavailable: the server cannot be asked.
    """
    address = database.address(url)
    if address.startswith("sqlite") is not (backup.kind == "sqlite"):
        raise InvalidInput(Text(f"Bản sao lưu là của {backup.kind}, địa chỉ là của loại khác.",
                                f"The backup is of {backup.kind}, the address of another kind."))
    copying.refuse_full(address)


def put_back(folder: Path, backup: Backup, url: str) -> None:
    """Put the database of a backup into an empty place.

    Raises:
        Unavailable: it cannot be done.
    """
    if backup.kind == "sqlite":
        durable.copy(folder / _DATABASE["sqlite"], copying.place_of(url))
    else:
        copying.put_back(database.address(url), folder / _DATABASE["postgresql"])


def differences(backup: Backup, figures: Figures) -> list[str]:
    """Give in which of its figures a database differs from what its backup says it held."""
    have = {"schema": figures.schema or "", "cases": figures.cases, "events": figures.events, "heads": figures.heads,
            "papers": len(figures.papers)}
    said = asdict(backup)
    return [f"{name}: {said[name]} → {value}" for name, value in have.items() if said[name] != value]
