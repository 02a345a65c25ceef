"""`procedure.toml`: what a procedure is beside its flow. Only `slug`, `title` and `owner` are required."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.domain.errors import Problem
from engine.domain.text import Text, same
from engine.procedures.manifest_reader import FILE, Reader

MAX_BYTES = 64 * 1024                # the TOML reader takes quadratic time on long dotted keys
KINDS = ("original", "certified", "copy", "electronic")
LEVELS = ("full", "partial")
_SLUG = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_CODE = re.compile(r"[0-9]\.[0-9]{6}(?:\.[A-Z0-9.]{1,20})?")
_PAPER_ID = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper that must be filed; `required_if` is an expression over the data of the case."""

    id: str
    title: Text
    copies: int = 1
    kind: str = "original"
    required_if: str | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """The facts of a procedure; `effective_to` is the last day it may be filed under."""

    slug: str
    title: Text
    owner: str
    code: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    legal_basis: tuple[str, ...] = ()
    service_level: str = "full"
    reason: Text | None = None
    papers: tuple[Paper, ...] = ()
    languages: tuple[str, ...] = ("vi", "en")
    field: Text | None = None
    description: Text | None = None
    result: Text | None = None


def read(data: bytes | None, translate: Mapping[str, str] | None = None) -> tuple[Manifest | None, list[Problem]]:
    """Read `procedure.toml`; `translate` gives English for titles written as a plain Vietnamese string.

    Returns the manifest, or None when a finding is an error, and all findings.
    """
    reader = Reader(translate or {})
    table = _table(data, reader)
    if table is None:
        return None, reader.problems
    manifest = _manifest(table, reader)
    return (None if reader.failed else manifest), reader.problems


def _table(data: bytes | None, reader: Reader) -> dict[str, Any] | None:
    if data is None:
        reader.error("manifest-missing", None, "Gói thiếu tệp procedure.toml.", "The pack has no procedure.toml.",
                     "Thêm procedure.toml với slug, title và owner.", "Add procedure.toml with slug, title and owner.")
        return None
    try:
        if len(data) > MAX_BYTES:
            raise ValueError("longer than any real manifest")
        return tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        where = str(fault)[:200] if isinstance(fault, tomllib.TOMLDecodeError) else "UTF-8"
        reader.error("manifest-unreadable", None, f"{FILE} không phải TOML đọc được ({where}).",
                     f"{FILE} is not readable TOML ({where}).",
                     "Sửa cú pháp ở chỗ đã nêu và lưu bằng UTF-8.", "Correct the syntax there and save as UTF-8.")
        return None


def _manifest(table: dict[str, Any], reader: Reader) -> Manifest:
    reader.known(table, ("slug", "title", "owner", "code", "effective_from", "effective_to", "legal_basis",
                         "service_level", "reason", "paper", "languages", "field", "description", "result"))
    start, end = reader.day(table, "effective_from"), reader.day(table, "effective_to")
    if start and end and end < start:
        reader.error("manifest-dates", "effective_to", "Ngày hết hiệu lực trước ngày có hiệu lực.",
                     "The procedure ends before it takes effect.",
                     "Sửa một trong hai ngày.", "Correct one of the dates.")
    level = reader.choice(table, "service_level", LEVELS, "full")
    reason = reader.text(table, "reason")
    if level == "partial" and reason is None:
        reader.warning("manifest-reason", "reason", "Dịch vụ công một phần phải nêu lý do.",
                       "A partial online service must say why.", "Thêm reason = \"…\".", "Add reason = \"…\".")
    return Manifest(
        slug=reader.word(table, "slug", _SLUG, required=True) or "",
        title=reader.text(table, "title", required=True) or same(""),
        owner=reader.string(table, "owner", required=True) or "",
        code=_code(table, reader), effective_from=start, effective_to=end,
        legal_basis=reader.strings(table, "legal_basis"), service_level=level, reason=reason,
        papers=_papers(table, reader), languages=reader.strings(table, "languages") or ("vi", "en"),
        field=reader.text(table, "field"), description=reader.text(table, "description"),
        result=reader.text(table, "result"))


def _code(table: dict[str, Any], reader: Reader) -> str | None:
    code = reader.string(table, "code")
    if code is not None and not _CODE.fullmatch(code):
        reader.warning("manifest-code", "code", f"Mã «{code}» không có dạng mã thủ tục quốc gia.",
                       f"“{code}” does not look like a national procedure code.",
                       "Viết như 3.000346, hoặc bỏ dòng này với thủ tục nội bộ.",
                       "Write it like 3.000346, or leave it out for an internal procedure.")
    return code


def _papers(table: dict[str, Any], reader: Reader) -> tuple[Paper, ...]:
    listed = table.get("paper", [])
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        reader.wrong("paper", "các bảng [[paper]]", "tables [[paper]]")
        return ()
    papers = tuple(_paper(item, reader) for item in listed[:200])
    seen: set[str] = set()
    for paper in papers:
        if paper.id in seen:
            reader.error("manifest-paper", f"paper.{paper.id}", f"Hai giấy tờ cùng id «{paper.id}».",
                         f"Two papers have the id “{paper.id}”.", "Đặt id khác nhau.", "Give each its own id.")
        seen.add(paper.id)
    return papers


def _paper(item: dict[str, Any], reader: Reader) -> Paper:
    reader.known(item, ("id", "title", "copies", "kind", "required_if", "note"), "paper.")
    return Paper(
        id=reader.word(item, "id", _PAPER_ID, required=True) or "", copies=reader.count(item, "copies", 1),
        title=reader.text(item, "title", required=True) or same(""),
        kind=reader.choice(item, "kind", KINDS, "original"),
        required_if=reader.string(item, "required_if"), note=reader.text(item, "note"))
