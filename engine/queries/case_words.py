"""Finding cases by what people type: the beginning of a code, or words of a name or a code, each from its beginning,
with or without marks.

Indexes do the work: on PostgreSQL one over the words of each case (its own text search, no extension), on SQLite a
table of words that the database itself keeps (FTS5). `hong nh` finds *Nguyễn Thị Hồng Nhung*, `260309` what was filed
that day; the order of the words does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, bindparam, false, func, literal_column, select, text

from engine.domain.text import searchable
from engine.storage import database
from engine.storage.tables import SPACED, WORDS, case_table

_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 10


def match(typed: str, codes: Iterable[str]) -> ColumnElement[bool]:
    """Give the condition that a case has a code that begins as typed, where that is how the codes of a unit (`codes`)
    begin, else every word typed; what has no letter and no digit is met by nothing."""
    said = typed.strip().upper()
    if _begins(said, codes):
        return case_table.c.code.startswith(said, autoescape=True)
    words = _WORD.findall(searchable(typed))[:_MOST_WORDS]
    if not words:
        return false()
    return _in_table(words) if database.current().sqlite else _in_index(words)


def _begins(said: str, codes: Iterable[str]) -> bool:
    return len(said) > 1 and any(char.isdecimal() for char in said) and any(
        code.startswith(said) or said.startswith((f"{code}-", f"{code}.")) for code in codes)


def _in_table(words: list[str]) -> ColumnElement[bool]:
    asked = text("case_words MATCH :asked").bindparams(asked=" ".join(f'"{word}"*' for word in words))
    return case_table.c.id.in_(select(literal_column("id", case_table.c.id.type)).select_from(
        text("case_words")).where(asked))


def _in_index(words: list[str]) -> ColumnElement[bool]:
    """The second condition says the same as the index once more, and is far cheaper to look at: where so many cases
    match that they are read from the newest on, only those that meet it are taken apart into words."""
    indexed = text(f"{WORDS} @@ to_tsquery('simple', :asked)").bindparams(
        bindparam("asked", " & ".join(f"'{word}':*" for word in words)))
    return and_(indexed, *(func.strpos(literal_column(SPACED), f" {word}") != 0 for word in words))
