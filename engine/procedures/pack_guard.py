"""What a pack may contain: names, suffixes, sizes. Nothing is read into memory before its size is known.

The limits keep a hostile zip (a bomb, a path out of the folder, a link) from costing more than it weighs.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from engine.domain.errors import InvalidProcedure
from engine.domain.text import Text
from engine.procedures import findings

MAX_BYTES = 10 * 1024 * 1024
MAX_ENTRIES = 500
MAX_RATIO = 100
RATIO_FREE_BYTES = 64 * 1024          # small files of blanks compress well and harm nobody
MAX_DIRECTORY_BYTES = 512 * 1024      # of a zip's table of contents
MAX_NAME = 200
SUFFIXES = frozenset({".toml", ".bpmn", ".dmn", ".json", ".typ", ".po", ".feature", ".md", ".txt", ".png",
                      ".jpg", ".svg"})
_UNREADABLE = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError,
               OSError, EOFError, ValueError, IndexError)     # what zipfile raises on bytes that only look like a zip


def refuse(file: str, code: str, vi: str, en: str) -> InvalidProcedure:
    """Give the refusal of a pack, with the one remedy all of them share."""
    return findings.refusal(file, code, Text(vi, en), Text(
        "Đóng gói lại bằng «motcua procedure pack».", "Make the pack again with “motcua procedure pack”."))


def is_litter(name: str) -> bool:
    """Tell whether a file is left behind by a desktop or an editor and is passed over in silence."""
    return any(part.startswith(".") or part in ("__MACOSX", "__pycache__") for part in name.split("/")
               if part not in ("", ".", ".."))


def checked_name(name: str) -> str:
    """Give the path of an entry inside the pack.

    Raises:
        InvalidProcedure: the path is absolute, leaves the pack, is too long or of a kind packs do not hold.
    """
    shown = ascii(name)[1:-1][:MAX_NAME] if not name.isprintable() else name[:MAX_NAME]
    parts = PurePosixPath(name).parts
    unsafe = (not parts or name.startswith(("/", "~")) or "\\" in name or ":" in name or ".." in parts
              or not name.isprintable() or len(name) > MAX_NAME)
    if unsafe:
        raise refuse(shown, "pack-path", f"Đường dẫn «{shown}» không được phép trong gói.",
                     f"The path “{shown}” is not allowed in a pack.")
    if PurePosixPath(name).suffix.lower() not in SUFFIXES:
        raise refuse(shown, "pack-file-kind", f"Gói không nhận loại tệp «{shown}».",
                     f"A pack does not hold files such as “{shown}”.")
    return str(PurePosixPath(*parts))


def _too_large(name: str) -> InvalidProcedure:
    return refuse(name, "pack-too-large", f"Gói vượt quá {MAX_BYTES // 1024 // 1024} MB sau khi mở.",
                  f"The pack is larger than {MAX_BYTES // 1024 // 1024} MB when opened.")


def _too_many(name: str) -> InvalidProcedure:
    return refuse(name, "pack-too-many-files", f"Gói có hơn {MAX_ENTRIES} tệp.",
                  f"The pack has more than {MAX_ENTRIES} files.")


def read_zip(data: bytes, name: str) -> dict[str, bytes]:
    """Give the files of a zip, each no longer than it declares.

    Raises:
        InvalidProcedure: it is no zip, or breaks a limit of this module.
    """
    if len(data) > MAX_BYTES:
        raise _too_large(name)
    _check_directory(data, name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read_entries(archive, name)
    except _UNREADABLE as fault:
        raise refuse(name, "pack-unreadable", f"«{name}» không phải tệp zip đọc được.",
                     f"“{name}” is not a readable zip file.") from fault


def _check_directory(data: bytes, name: str) -> None:
    """Refuse a table of contents that alone would fill the memory, before zipfile reads it."""
    at = data.rfind(b"PK\x05\x06")
    if at < 0 or len(data) < at + 22:
        return                                     # zipfile will say that it is no zip
    (size,) = struct.unpack("<L", data[at + 12:at + 16])
    if size > MAX_DIRECTORY_BYTES or data.find(b"PK\x06\x07", max(0, at - 20), at) >= 0:
        raise _too_many(name)


def _read_entries(archive: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
    if len(entries) > MAX_ENTRIES:
        raise _too_many(name)
    files: dict[str, bytes] = {}
    left = MAX_BYTES
    for entry in entries:
        if is_litter(entry.filename):
            continue
        path = checked_name(entry.filename)
        _check_entry(entry, path, left)
        if path in files:
            raise refuse(path, "pack-duplicate", f"Gói có hai tệp tên «{path}».",
                         f"The pack has two files named “{path}”.")
        with archive.open(entry) as stream:
            files[path] = stream.read(entry.file_size + 1)
        if len(files[path]) != entry.file_size:
            raise refuse(path, "pack-unreadable", f"«{path}» dài khác với khai báo trong zip.",
                         f"“{path}” is not as long as the zip says.")
        left -= len(files[path])
    return files


def _check_entry(entry: zipfile.ZipInfo, path: str, left: int) -> None:
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise refuse(path, "pack-link", f"«{path}» là liên kết, không phải tệp.",
                     f"“{path}” is a link, not a file.")
    if entry.flag_bits & 0x1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refuse(path, "pack-unreadable", f"«{path}» bị mã hóa hoặc nén theo cách không hỗ trợ.",
                     f"“{path}” is encrypted or compressed in a way that is not supported.")
    if entry.file_size > left:
        raise _too_large(path)
    if entry.file_size > RATIO_FREE_BYTES and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        raise refuse(path, "pack-bomb", f"«{path}» nén quá {MAX_RATIO} lần.",
                     f"“{path}” is compressed more than {MAX_RATIO} times.")


def read_folder(folder: Path) -> dict[str, bytes]:
    """Give the files of an unpacked folder; links and special files are refused, not followed.

    Raises:
        InvalidProcedure: a limit of this module is broken or a file cannot be read.
    """
    files: dict[str, bytes] = {}
    left = MAX_BYTES
    for path in _walk(folder):
        name = checked_name(path.relative_to(folder).as_posix())
        try:
            with path.open("rb") as stream:
                files[name] = stream.read(left + 1)
        except OSError as fault:
            raise refuse(name, "pack-unreadable", f"Không đọc được «{name}».", f"“{name}” cannot be read.") \
                from fault
        left -= len(files[name])
        if left < 0:
            raise _too_large(name)
    return files


def _walk(folder: Path) -> Iterator[Path]:
    """Give the regular files under `folder` in the order of their names, at most `MAX_ENTRIES` of them."""
    seen = 0
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_litter(name))
        for name in sorted([*names, *folders]):
            path = Path(where, name)
            seen += 1
            if seen > MAX_ENTRIES:
                raise _too_many(folder.name)
            if is_litter(name):
                continue
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode):
                yield path
            elif not stat.S_ISDIR(mode):
                raise refuse(name, "pack-link", f"«{name}» là liên kết, không phải tệp.",
                             f"“{name}” is a link, not a file.")
