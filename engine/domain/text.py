"""A sentence in the two languages of the product; what is not a sentence for a person does not live here."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or name in Vietnamese and English; neither may be empty where a person reads it."""

    vi: str
    en: str

    def to(self, language: str) -> str:
        """Give the text in `language` (`vi` or `en`); an unknown language gets Vietnamese."""
        return self.en if language == "en" else self.vi

    def __str__(self) -> str:
        return self.en


def same(text: str) -> Text:
    """Give a `Text` whose two languages are alike: a code, a number, a proper name."""
    return Text(text, text)


def searchable(text: str) -> str:
    """Give a text as it is searched: small letters without marks, so that `truong` finds `Trường` and `dang` `Đặng`."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
