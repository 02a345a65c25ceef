"""How names are measured and broken in a picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.procedures.picture_text import width, wrap

WORDS = st.text(alphabet="aăâeêioôơuưyđbcghklmnpqrstvxẩổệ ĐẠ", max_size=60)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Thẩm định hồ sơ", ["Thẩm định hồ sơ"]),
        ("Đội trưởng xem xét", ["Đội trưởng", "xem xét"]),
        ("", []),
        ("   ", []),
    ],
)
def test_a_name_breaks_where_its_longer_line_is_shortest(name, lines):
    assert wrap(name, 120, 13, bold=True) == lines


def test_what_needs_more_than_two_lines_ends_in_an_ellipsis():
    lines = wrap("Tiếp nhận, kiểm tra thành phần hồ sơ và hướng dẫn bổ sung tại chỗ", 120, 13, bold=True)
    assert len(lines) == 2
    assert lines[1].endswith("…")


@given(WORDS, st.floats(30, 300), st.booleans())
def test_no_line_is_wider_than_its_room_and_there_are_at_most_two(name, room, bold):
    lines = wrap(name, room, 13, bold)
    assert len(lines) <= 2
    assert all(width(line, 13, bold) <= room for line in lines)


@given(WORDS, st.floats(30, 300))
def test_no_word_is_lost_unless_an_ellipsis_says_so(name, room):
    lines = wrap(name, room, 13)
    if not any(line.endswith("…") for line in lines):
        assert " ".join(lines).split() == name.split()


def test_marks_of_vietnamese_letters_add_no_width():
    assert width("ệ", 13) == width("ê", 13)
    assert width("Ậ", 13, bold=True) == width("Â", 13, bold=True)


def test_bold_is_wider_than_regular():
    assert width("Thẩm định hồ sơ", 13, bold=True) > width("Thẩm định hồ sơ", 13)
