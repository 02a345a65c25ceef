"""Copying files so that a crash or a full disk leaves either the whole copy or none: written beside their place, forced
to disk, then renamed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PIECE = 1024 * 1024


@contextmanager
def draft(end: Path) -> Iterator[Path]:
    """Give a path beside `end` to write to; at the end it is forced to disk and renamed, after an error taken away."""
    handle, made = tempfile.mkstemp(dir=end.parent, prefix=".incoming-")
    os.close(handle)
    path = Path(made)
    try:
        yield path
        force(path)
        path.replace(end)
        force(end.parent)
    finally:
        path.unlink(missing_ok=True)


def copy(source: Path, end: Path) -> str:
    """Copy a file whole; give the SHA-256 of what was read."""
    end.parent.mkdir(parents=True, exist_ok=True)
    with draft(end) as path:
        digest = hashlib.sha256()
        with source.open("rb") as read, path.open("wb") as written:
            while piece := read.read(_PIECE):
                digest.update(piece)
                written.write(piece)
        return digest.hexdigest()


def sha256(path: Path) -> str | None:
    """Give the SHA-256 of a file, or None where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def force(path: Path) -> None:
    """Force a file, or the entries of a folder, to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
