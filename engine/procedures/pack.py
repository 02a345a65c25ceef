"""A procedure's pack: every file it needs to run, gathered from the installed folders, a zip or a folder.

What the files mean lives in `manifest`, `forms`, `texts` and `engine.workflow`; the limits in `pack_guard`;
what is taken from the product's shared processes and fieldsets in `shared`.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path

from engine.domain.errors import ProcedureNotFound
from engine.procedures import pack_guard, shared
from engine.procedures.shared import Shelves

SLUG = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)      # the earliest time a zip can hold: packs carry no time


@dataclass(frozen=True)
class Pack:
    """The files of one procedure: path inside the pack → bytes."""

    files: Mapping[str, bytes]

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over paths and bytes in the order of the paths; two packs are the same when it is."""
        digest = hashlib.sha256()
        for path, data in sorted(self.files.items()):
            for part in (path.encode(), data):
                digest.update(len(part).to_bytes(8, "big"))
                digest.update(part)
        return digest.hexdigest()

    def diagrams(self) -> dict[str, bytes]:
        """Give the BPMN and DMN files alone."""
        return {path: data for path, data in self.files.items() if path.endswith((".bpmn", ".dmn"))}


def available() -> list[str]:
    """Give the slugs of the procedures installed with the product, in alphabetical order."""
    return sorted({folder.name for shelf in shared.installed().bpmn for folder in shelf.iterdir()
                   if folder.name != "shared" and SLUG.fullmatch(folder.name)
                   and folder.joinpath("process.bpmn").is_file()})


def gather(slug: str) -> Pack:
    """Give the pack of an installed procedure with all shared things it uses.

    Raises:
        ProcedureNotFound: no procedure of this slug is installed.
    """
    return _gather(slug, shared.installed())


def open_pack(path: Path) -> Pack:
    """Read a pack from a zip, an unpacked folder, or the folder `bpmn/<slug>` of a source tree.

    Shared processes, forms and fieldsets that the pack uses and does not bring are the product's own.

    Raises:
        InvalidProcedure: the pack breaks a limit of `pack_guard`.
        ProcedureNotFound: there is nothing at this path.
    """
    if path.is_dir():
        whole = path.resolve()
        if whole.parent.name == "bpmn" and SLUG.fullmatch(whole.name):
            return _gather(whole.name, shared.source_tree(whole.parent.parent))
        return _completed(pack_guard.read_folder(path))
    if not path.is_file():
        raise ProcedureNotFound(str(path))
    with path.open("rb") as stream:
        data = stream.read(pack_guard.MAX_BYTES + 1)
    return _completed(pack_guard.read_zip(data, path.name))


def find(name: str) -> Pack:
    """Give the pack a person named: a path if there is one, otherwise the slug of an installed procedure.

    Raises:
        InvalidProcedure, ProcedureNotFound: as `open_pack` and `gather`.
    """
    path = Path(name)
    if SLUG.fullmatch(name) and not path.exists():
        return gather(name)
    return open_pack(path)


def to_zip(pack: Pack) -> bytes:
    """Give the pack as one zip; the same files always give the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in sorted(pack.files.items()):
            entry = zipfile.ZipInfo(path, _FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return target.getvalue()


def from_zip(data: bytes, name: str = "pack.zip") -> Pack:
    """Read a pack from the bytes of a zip, completed like `open_pack`.

    Raises:
        InvalidProcedure: the pack breaks a limit of `pack_guard`.
    """
    return _completed(pack_guard.read_zip(data, name))


def _completed(files: dict[str, bytes]) -> Pack:
    return Pack(shared.complete(_without_top_folder(files), shared.installed()))


def _without_top_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    """Forgive a pack that was zipped with its folder: one folder at the top holding everything."""
    tops = {path.partition("/")[0] for path in files}
    if len(tops) == 1 and f"{(top := tops.pop())}/process.bpmn" in files:
        return {path[len(top) + 1:]: data for path, data in files.items()}
    return files


def _gather(slug: str, shelves: Shelves) -> Pack:
    if not SLUG.fullmatch(slug):
        raise ProcedureNotFound(slug)
    files = _first_tree(shelves.bpmn, slug, "")
    if not files:
        raise ProcedureNotFound(slug)
    files.update(_first_tree(shelves.forms, slug, "forms/"))
    feature = shared.read(shelves.features, f"{slug}.feature")
    if feature is not None:
        files[f"{slug}.feature"] = feature
    return Pack(shared.complete(files, shelves))


def _first_tree(shelves: tuple[Traversable, ...], slug: str, prefix: str) -> dict[str, bytes]:
    """Give the files of the first folder named `slug`, never a mixture of two."""
    folder = next((shelf.joinpath(slug) for shelf in shelves if shelf.joinpath(slug).is_dir()), None)
    if folder is None:
        return {}
    files = pack_guard.read_folder(folder) if isinstance(folder, Path) else dict(_tree(folder, ""))
    return {f"{prefix}{path}": data for path, data in files.items()}


def _tree(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    """Give the files under a folder that is no folder on disk, such as one inside a zipped installation."""
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = f"{prefix}{item.name}"
        if pack_guard.is_litter(item.name):
            continue
        if item.is_dir():
            yield from _tree(item, f"{name}/")
        else:
            yield pack_guard.checked_name(name), item.read_bytes()
