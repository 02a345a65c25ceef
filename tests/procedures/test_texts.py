"""Vietnamese is the text, English is looked up; nothing in a .po file makes a traceback."""

from hypothesis import given
from hypothesis import strategies as st

from engine.domain.text import Text
from engine.procedures import texts

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def po(**entries):
    return (HEAD + "".join(f'msgid "{vi}"\nmsgstr "{en}"\n\n' for vi, en in entries.items())).encode()


def test_a_sentence_is_translated_and_a_missing_one_stays_vietnamese():
    catalogue, problems = texts.read({"locale/en.po": po(Duyệt="Approve")})
    assert problems == []
    assert catalogue.text("Duyệt") == Text("Duyệt", "Approve")
    assert catalogue.text("Từ chối") == Text("Từ chối", "Từ chối")
    assert catalogue.missing(["Duyệt", "Từ chối", "3.1"]) == ["Từ chối"]


def test_the_procedures_own_text_wins_over_the_shared_one():
    catalogue, _ = texts.read({"locale/en.po": po(Duyệt="Grant"), "shared/locale/en.po": po(Duyệt="Approve", Có="Yes"),
                               "shared/locale/en.forms.po": po(Không="No")})
    assert [catalogue.text(vi).en for vi in ("Duyệt", "Có", "Không")] == ["Grant", "Yes", "No"]


def test_letters_written_in_two_ways_are_the_same_sentence():
    catalogue, _ = texts.read({"locale/en.po": po(Duyệt="Approve")})
    assert catalogue.text("Duye\u0323\u0302t").en == "Approve"


def test_a_file_does_not_choose_its_codec():
    for charset in ("no-such", "zlib", "punycode", "utf-16"):
        catalogue, _ = texts.read({"locale/en.po": po(Duyệt="Approve").replace(b"UTF-8", charset.encode())})
        assert catalogue.entries in ({}, {"Duyệt": "Approve"})


@given(st.binary(max_size=300))
def test_any_bytes_are_a_catalogue_or_a_finding(data):
    for attempt in (data, HEAD.encode() + data, b'msgid "' + data):
        catalogue, problems = texts.read({"locale/en.po": attempt})
        assert all(problem.code == "texts-unreadable" for problem in problems)
        assert all(catalogue.entries.values())
