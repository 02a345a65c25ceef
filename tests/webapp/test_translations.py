"""Every sentence of the pages stands in both languages, and what is served is what was translated."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

PAGES = Path(__file__).parents[2] / "webapp"
ENGLISH = PAGES / "translations" / "en" / "LC_MESSAGES"
PLACE = re.compile(r"%\((\w+)\)s|%%")
VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


@pytest.fixture(scope="module")
def said() -> set[str]:
    """Every sentence that code or template of the pages says."""
    found = extract_from_dir(PAGES, [("**.py", "python"), ("templates/**.html", "jinja2.ext.babel_extract")],
                             {"**.html": {"encoding": "utf-8", "silent": "false"}}, {"_": None})
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


@pytest.fixture(scope="module")
def english() -> Catalog:
    return read_po(io.BytesIO((ENGLISH / "messages.po").read_bytes()), locale="en", abort_invalid=True)


def test_there_are_sentences_to_translate(said: set[str]) -> None:
    assert len(said) > 200


def test_every_sentence_has_its_english(said: set[str], english: Catalog) -> None:
    missing = sorted(sentence for sentence in said if not (english.get(sentence) and english.get(sentence).string))
    assert missing == []


def test_no_translation_is_left_over(said: set[str], english: Catalog) -> None:
    assert sorted(message.id for message in english if message.id and message.id not in said) == []


def test_translations_keep_the_values_and_are_english(english: Catalog) -> None:
    wrong = [message.id for message in english if message.id and (
        sorted(PLACE.findall(message.id)) != sorted(PLACE.findall(message.string))
        or VIETNAMESE.search(message.string) or message.fuzzy)]
    assert wrong == []


def test_the_compiled_catalogue_is_that_of_the_translations(english: Catalog) -> None:
    fresh = io.BytesIO()
    write_mo(fresh, english)
    fresh.seek(0)
    kept = read_mo(io.BytesIO((ENGLISH / "messages.mo").read_bytes()))
    assert {m.id: m.string for m in kept if m.id} == {m.id: m.string for m in read_mo(fresh) if m.id}
