"""The edge cases of the page on the clock are answered as its table says."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

from engine.services import clock_explain

DOCS = Path(__file__).parents[2] / "docs"
ANSWERS = {one["id"]: one for one in clock_explain.explain_text((DOCS / "clock-edge-cases.json").read_bytes(), "en")}
ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
TABLE = {found[1]: found for found in ROW.finditer((DOCS / "clock.md").read_text(encoding="utf-8"))}


def said(moment: str | None) -> str:
    return f"{datetime.fromisoformat(moment):%d/%m %H:%M}" if moment else "none"


def test_the_table_and_the_file_are_about_the_same_questions() -> None:
    assert set(ANSWERS) == {name for name in TABLE if name in ANSWERS}
    assert len(ANSWERS) == 14


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_edge_case_is_answered_as_the_table_says(name: str) -> None:
    row, answer = TABLE[name], ANSWERS[name]
    assert (said(answer["start"]), said(answer["due"])) == (row[2], row[3])
    if "promised" in row[4]:
        assert said(answer["promised"]) in row[4]
        assert answer["promised"] != answer["due"]
    if "remaining" in row[4]:
        assert f"{answer['remaining']:,}" in row[4]
    counted = sum(line["minutes"] for line in answer["lines"] if line["counted"])
    assert counted > 0


def test_the_arithmetic_of_each_is_told_in_both_languages() -> None:
    file = json.loads((DOCS / "clock-edge-cases.json").read_text(encoding="utf-8"))
    for vi, en in zip(clock_explain.explain(file, "vi"), clock_explain.explain(file, "en"), strict=True):
        assert [line["date"] for line in vi["lines"]] == [line["date"] for line in en["lines"]]
        assert any(one["reason"] != other["reason"] for one, other in zip(vi["lines"], en["lines"], strict=True))


def test_an_extension_granted_too_late_and_the_end_are_told() -> None:
    [found] = clock_explain.explain([{"period": "3 working days", "received": "2026-06-08T09:00", "events": [
        {"type": "extend", "at": "2026-06-12T08:00", "by": "2 working days", "ground": "bão"},
        {"type": "stop", "at": "2026-06-15T09:00", "reason": "granted"}]}])
    assert (found["due"], found["new_promise"], found["verdict"]) == ("2026-06-11T17:00", "2026-06-15T17:00", "late")
