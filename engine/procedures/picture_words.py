"""The words a picture of a procedure says by itself, in both languages; names of steps come from the procedure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PictureWords:
    """Words for the titles inside a picture, which a screen reader or the pointer shows."""

    lane: str
    done: str
    now: str
    passed: str
    limit: str
    pauses: str


VIETNAMESE = PictureWords(
    lane="Làn",
    done="đã xong",
    now="đang ở đây",
    passed="đã đi qua",
    limit="định mức",
    pauses="đồng hồ dừng",
)
ENGLISH = PictureWords(
    lane="Lane",
    done="done",
    now="the case is here",
    passed="taken",
    limit="allotted",
    pauses="the clock stands still",
)


def words(language: str) -> PictureWords:
    """Give the words of `language` (`vi` or `en`); an unknown language gets Vietnamese."""
    return ENGLISH if language == "en" else VIETNAMESE
