"""The texts of a procedure: Vietnamese is what its files say and the msgid, English stands in `locale/en.po`."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from babel.messages.pofile import PoFileError, read_po

from engine.domain.errors import Problem
from engine.domain.text import Text
from engine.procedures import findings

MAX_BYTES = 1024 * 1024
_FILE = re.compile(r"(?:shared/)?(?:forms/)?locale/en(?:\.[a-z]+)?\.po")


@dataclass(frozen=True)
class Catalogue:
    """Vietnamese sentence → English sentence."""

    entries: Mapping[str, str] = field(default_factory=dict)

    def text(self, vi: str) -> Text:
        """Give the sentence in both languages; a missing translation shows the Vietnamese."""
        return Text(vi, self.entries.get(folded(vi)) or vi)

    def missing(self, sentences: Iterable[str]) -> list[str]:
        """Give the sentences that need a translation and have none: those with a letter in them."""
        return sorted({sentence for sentence in sentences
                       if folded(sentence) not in self.entries and any(map(str.isalpha, sentence))})


def folded(sentence: str) -> str:
    """Give the form in which sentences are compared: NFC, blanks made one space, for editors wrap lines."""
    return " ".join(unicodedata.normalize("NFC", sentence).split())


def read(files: Mapping[str, bytes]) -> tuple[Catalogue, list[Problem]]:
    """Give the catalogue of a pack; its own texts win over the shared ones. Findings name unreadable files."""
    entries: dict[str, str] = {}
    problems: list[Problem] = []
    own_last = sorted((path for path in files if _FILE.fullmatch(path)), key=lambda path: path.startswith("l"))
    for path in own_last:
        try:
            entries.update(_entries(files[path]))
        except (PoFileError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            problems.append(findings.error(
                path, "texts-unreadable", Text("Tệp bản dịch không đọc được.", "The translations cannot be read."),
                Text("Lưu lại tệp .po bằng UTF-8 với Poedit hoặc pybabel.",
                     "Save the .po file as UTF-8 with Poedit or pybabel.")))
    return Catalogue(entries), problems


def _entries(data: bytes) -> dict[str, str]:
    if len(data) > MAX_BYTES:
        raise ValueError("longer than any real catalogue")
    # Decoded here, not by the charset the file claims: a file may not choose which codec runs.
    catalog = read_po(io.StringIO(data.decode("utf-8-sig")), locale="en", ignore_obsolete=True, abort_invalid=True)
    return {folded(message.id): message.string for message in catalog
            if isinstance(message.id, str) and isinstance(message.string, str)
            and message.id and message.string and not message.fuzzy}
