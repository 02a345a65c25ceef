"""The store of uploaded papers: bytes under their SHA-256 in a folder, written whole or not at all.

A file is written beside its place, forced to disk and renamed, so that no reader and no crash ever meets half of one.
Which case a file belongs to is a row of the database and the matter of services.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {".pdf": PDF, ".jpg": JPEG, ".jpeg": JPEG, ".png": PNG, ".docx": DOCX}
_MAGIC = {b"%PDF-": PDF, b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG, b"PK\x03\x04": DOCX}
_PIECE = 256 * 1024


class TooLarge(Exception):
    """The file has more bytes than allowed."""


class WrongType(Exception):
    """The file is not of an accepted type, or its name says another type than its content."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What was written: the hash under which the bytes lie, their number, and its type."""

    sha256: str
    size: int
    media_type: str


def place(folder: Path, sha256: str) -> Path:
    """Give where the bytes of a hash lie, whether they do or not."""
    return folder / sha256[:2] / sha256


def store(folder: Path, stream: IO[bytes], name: str, most: int) -> Stored:
    """Write a file of at most `most` bytes; the same bytes again stay the file they are.

    Raises:
        TooLarge: it has more.
        WrongType: it is no PDF, JPEG, PNG or DOCX, or its name ends otherwise.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(dir=folder, prefix="incoming-")
    draft = Path(made)
    try:
        with os.fdopen(handle, "wb") as file:
            sha256, size = _copy(stream, file, most)
            file.flush()
            os.fsync(file.fileno())
        media_type = type_of(draft, name)
        _settle(draft, place(folder, sha256))
    finally:
        draft.unlink(missing_ok=True)
    return Stored(sha256, size, media_type)


def _copy(stream: IO[bytes], file: IO[bytes], most: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(_PIECE):
        size += len(piece)
        if size > most:
            raise TooLarge
        digest.update(piece)
        file.write(piece)
    return digest.hexdigest(), size


def _settle(draft: Path, end: Path) -> None:
    """Rename the finished draft and force the folder's entry to disk."""
    end.parent.mkdir(exist_ok=True)
    draft.replace(end)
    entry = os.open(end.parent, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)


def type_of(file: Path, name: str) -> str:
    """Give the type that the first bytes of a file and the ending of its name agree on.

    Raises:
        WrongType: they do not, or it is none of the accepted types.
    """
    with file.open("rb") as opened:
        head = opened.read(8)
    found = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)
    if found is None or ENDINGS.get(Path(name).suffix.lower()) != found or (found == DOCX and not _is_word(file)):
        raise WrongType
    return found


def _is_word(file: Path) -> bool:
    """Tell a text document from other zip files; only the list of its parts is read."""
    try:
        with zipfile.ZipFile(file) as parts:
            return {"[Content_Types].xml", "word/document.xml"} <= set(parts.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
