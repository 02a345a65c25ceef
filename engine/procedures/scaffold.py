"""A sound skeleton to begin a procedure from: one desk, one agency, a limit, a supplement, a decision, its promises.

The files lie in `skeleton/`; slug and titles are put into each in the way its format wants them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from xml.sax.saxutils import escape

from engine.domain.errors import Conflict, InvalidInput
from engine.domain.text import Text
from engine.procedures import modeler, pack, shared
from engine.procedures.pack import Pack

MAX_TITLE = 200
_PLACE = re.compile(r"\{\{(slug|title|title_en)\}\}")


def skeleton(slug: str, title: Text | None = None, drawn_for: str | None = None) -> Pack:
    """Give the pack of a new procedure; without a title its slug stands in for one. With `drawn_for`, one of
    `modeler.MODELERS`, its diagram says everything in the properties that the panels of that modeler show.

    Raises:
        InvalidInput: the slug is none, or belongs to the product; a title is empty, too long or has line breaks.
    """
    refuse_slug(slug)
    words = title or Text(f"Thủ tục {slug}", f"Procedure {slug}")
    texts = {"slug": slug, "title": _line(words.vi), "title_en": _line(words.en)}
    found: dict[str, bytes] = {}
    for path, file in _files(files("engine.procedures").joinpath("skeleton"), ""):
        written = _filled(file.read_text(encoding="utf-8"), texts, _WRITERS[path.rpartition(".")[2]])
        found[f"{slug}.feature" if path == "procedure.feature" else path] = written.encode()
    if drawn_for is not None:
        found = {path: modeler.drawn_for(content, drawn_for) if path.endswith(".bpmn") else content
                 for path, content in found.items()}
    return Pack(found)


def refuse_slug(slug: str) -> None:
    """Refuse what cannot name a new procedure.

    Raises:
        InvalidInput: the sentence says why.
    """
    shown = slug[:80] if slug.isprintable() else ascii(slug)[:80]
    if not pack.SLUG.fullmatch(slug):
        raise InvalidInput(Text(
            f"«{shown}» không làm slug được: viết chữ thường không dấu, chữ số, “-” hoặc “_”, bắt đầu bằng chữ, tối đa "
            "63 ký tự, ví dụ birth-registration.",
            f"“{shown}” cannot be a slug: write lower-case ASCII letters, digits, “-” or “_”, a letter first, at most "
            "63 characters, such as birth-registration."))
    if slug == "shared" or shared.read(shared.installed().bpmn, "shared", f"{slug}.bpmn") is not None:
        raise InvalidInput(Text(f"«{slug}» là tên của một quy trình dùng chung; chọn slug khác.",
                                f"“{slug}” names a shared process of the product; choose another slug."))
    if slug in pack.available():
        raise InvalidInput(Text(f"Đã có thủ tục «{slug}» cài cùng sản phẩm; chọn slug khác.",
                                f"A procedure “{slug}” is installed with the product; choose another slug."))


def write(content: Pack, folder: Path) -> None:
    """Write a pack as an unpacked folder that is not there yet.

    Raises:
        Conflict: there is something at this place already; nothing is written.
        InvalidInput: the folder would stand in one called `bpmn`, which is read as a source tree.
    """
    if folder.resolve().parent.name == "bpmn":
        raise InvalidInput(Text(
            f"{folder}: trong thư mục tên bpmn, mẫu và kịch bản được đọc từ forms/ và features/ ở bên cạnh. "
            "Chọn thư mục khác.",
            f"{folder}: in a folder called bpmn, forms and features are read from forms/ and features/ beside it. "
            "Choose another folder."))
    try:
        folder.mkdir(parents=True)
    except FileExistsError as error:
        raise Conflict(Text(f"Đã có {folder}; không ghi đè. Chọn slug hoặc thư mục khác.",
                            f"{folder} is there already and is not overwritten. Choose another slug or folder.")) \
            from error
    for path, data in content.files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def _filled(text: str, texts: Mapping[str, str], write: Callable[[str], str]) -> str:
    """Put slug and titles into their places, written as the file's format wants them."""
    return _PLACE.sub(lambda place: write(texts[place[1]]), text)


def _line(title: str) -> str:
    """Give a title in one line.

    Raises:
        InvalidInput: it is empty, too long, or holds what no title holds.
    """
    line = " ".join(title.split())
    if not line or len(line) > MAX_TITLE or not line.isprintable():
        raise InvalidInput(Text(f"Tên thủ tục phải có từ 1 đến {MAX_TITLE} ký tự đọc được.",
                                f"A title has 1 to {MAX_TITLE} readable characters."))
    return line


def _quoted(text: str) -> str:
    """Write a text inside the double quotes of TOML, JSON or a PO file."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"})


_WRITERS: dict[str, Callable[[str], str]] = {
    "toml": _quoted, "json": _quoted, "po": _quoted, "bpmn": _attribute, "feature": str}


def _files(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    """Give the files of the skeleton with their paths."""
    found: list[tuple[str, Traversable]] = []
    for item in sorted(folder.iterdir(), key=lambda one: one.name):
        found += (_files(item, f"{prefix}{item.name}/") if item.is_dir() else [(f"{prefix}{item.name}", item)])
    return found
