"""The file store: whole files under their hash, of the types that name and content agree on, or nothing."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from engine.adapters import files

MOST = 1000


def word(*parts: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        for part in parts:
            zipped.writestr(part, "x")
    return made.getvalue()


DOCX = word("[Content_Types].xml", "word/document.xml")
GOOD = [("a.pdf", b"%PDF-1.7 x", files.PDF), ("a.JPG", b"\xff\xd8\xff\xe0 x", files.JPEG),
        ("a.jpeg", b"\xff\xd8\xff\xe0 x", files.JPEG), ("a.png", b"\x89PNG\r\n\x1a\n x", files.PNG),
        ("a.docx", DOCX, files.DOCX)]


@pytest.mark.parametrize(("name", "content", "kind"), GOOD)
def test_an_accepted_file_lies_whole_under_its_hash(tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    stored = files.store(tmp_path, io.BytesIO(content), name, MOST)
    assert stored == files.Stored(hashlib.sha256(content).hexdigest(), len(content), kind)
    assert files.place(tmp_path, stored.sha256).read_bytes() == content


@pytest.mark.parametrize(("name", "content"), [
    ("a.pdf", b"MZ\x90\x00"), ("a.exe", b"%PDF-1.7"), ("a", b"%PDF-1.7"), ("a.png", b"\xff\xd8\xff"), ("a.pdf", b""),
    ("a.docx", word("xl/workbook.xml")), ("a.docx", b"PK\x03\x04 broken"), ("a.svg", b"<svg onload=alert(1)>"),
    ("a.zip", DOCX)])
def test_name_and_content_must_agree(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(files.WrongType):
        files.store(tmp_path, io.BytesIO(content), name, MOST)
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"


def test_a_file_may_have_as_many_bytes_as_allowed_and_not_one_more(tmp_path: Path) -> None:
    start = b"%PDF-"
    files.store(tmp_path, io.BytesIO(start + b"x" * (MOST - 5)), "a.pdf", MOST)
    with pytest.raises(files.TooLarge):
        files.store(tmp_path, io.BytesIO(start + b"x" * (MOST - 4)), "a.pdf", MOST)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    first = files.store(tmp_path, io.BytesIO(b"%PDF-1"), "a.pdf", MOST)
    assert files.store(tmp_path, io.BytesIO(b"%PDF-1"), "b.pdf", MOST) == first
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
