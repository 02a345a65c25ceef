"""Importing what was drawn for other engines: drafts are written as folders, one per procedure, never over another.
Nothing is stored in the database; a draft becomes a procedure when somebody publishes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from engine.adapters import handlers, registries
from engine.domain.errors import Problem
from engine.domain.text import Text
from engine.procedures import findings
from engine.procedures.importing import run
from engine.procedures.importing.report import Draft
from engine.procedures.importing.run import Outcome, Progress

__all__ = ["bring", "registries"]


def bring(paths: Sequence[str], out: Path, *, owner: str | None = None,
          progress: Progress = lambda done, all_of, name: None) -> Iterator[Outcome]:
    """Make drafts of every diagram among the files and folders named, and write each to `out/<slug>`.

    Gives one outcome per file, as it is done; a draft whose folder is there already is refused and not written.

    Raises:
        OSError: a draft cannot be written.
    """
    for outcome in run.bring(paths, owner=owner, handlers=handlers.names(), progress=progress):
        taken = [draft for draft in outcome.drafts if _occupied(out / draft.slug)]
        for draft in outcome.drafts:
            if draft not in taken:
                _write(draft, out / draft.slug)
        yield replace(outcome, drafts=tuple(draft for draft in outcome.drafts if draft not in taken),
                      refused=(*outcome.refused, *(_exists(outcome.source, out / draft.slug) for draft in taken)))


def _occupied(folder: Path) -> bool:
    return folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))


def _write(draft: Draft, folder: Path) -> None:
    for path, data in sorted(draft.files.items()):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def _exists(source: str, folder: Path) -> Problem:
    return findings.error(source, "draft-exists", Text(
        f"Đã có {folder}; bản nháp không được ghi đè.", f"{folder} exists already; a draft is not written over it."),
        Text("Xóa thư mục đó, hoặc chọn nơi khác bằng --out.",
             "Remove the folder, or choose another place with --out."))
