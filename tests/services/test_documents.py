"""Papers of a case: one event for what is added, only by who works on the case, never by a forged name."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import pytest

from engine.domain.errors import CaseNotFound, Conflict, InvalidSubmission, NotAllowed
from engine.domain.people import Actor
from engine.queries import case_pages, worklist
from engine.services import cases, documents, history, tasks
from engine.services.documents import Upload
from tests import office

MOST = 1024 * 1024


@pytest.fixture
def code(house: dict[str, Actor], now: datetime) -> str:
    case = cases.file("two-tasks", office.APPLICANT, house["binh"], now)
    assert case is not None
    return case.code


def keep(folder: Path, name: str = "a.pdf", content: bytes = b"%PDF-1") -> Upload:
    return documents.keep(folder, io.BytesIO(content), name, "original", MOST)


def test_what_is_added_together_is_one_event_and_the_history_holds(code: str, house: dict[str, Actor], now: datetime,
                                                                   tmp_path: Path) -> None:
    documents.add(code, [keep(tmp_path), keep(tmp_path, "b.png", b"\x89PNG\r\n\x1a\n")], house["binh"], now)
    file = case_pages.read(code, house["ha"], now)
    assert {one.name for one in file.documents} == {"a.pdf", "b.png"}
    assert file.events[-1].action == "document.added"
    assert history.verify(code).holds
    assert history.replay(code).holds
    one = file.documents[0]
    assert documents.fetch(code, one.id, tmp_path, house["ha"], now)[1].is_file()


def test_adding_nothing_records_nothing(code: str, house: dict[str, Actor], now: datetime) -> None:
    documents.add(code, [], house["binh"], now)
    assert history.verify(code).events == 1


def test_who_only_oversees_may_read_and_not_add(code: str, house: dict[str, Actor], now: datetime,
                                                tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        documents.add(code, [keep(tmp_path)], house["ha"], now)
    with pytest.raises(CaseNotFound):
        documents.add(code, [keep(tmp_path)], house["lan"], now)


def test_a_case_that_is_over_takes_no_papers(code: str, house: dict[str, Actor], now: datetime,
                                             tmp_path: Path) -> None:
    for name, submission in (("binh", {"outcome": "accepted"}), ("an", {"outcome": "approve"})):
        tasks.complete(worklist.mine(house[name], now)[0].task.id, submission, house[name], now)
    with pytest.raises(Conflict):
        documents.add(code, [keep(tmp_path)], house["binh"], now)


def test_a_paper_of_another_case_is_not_found(code: str, house: dict[str, Actor], now: datetime,
                                              tmp_path: Path) -> None:
    other = cases.file("two-tasks", office.APPLICANT, house["binh"], now)
    assert other is not None
    documents.add(code, [keep(tmp_path)], house["binh"], now)
    one = case_pages.read(code, house["binh"], now).documents[0]
    with pytest.raises(CaseNotFound):
        documents.fetch(other.code, one.id, tmp_path, house["binh"], now)
    with pytest.raises(CaseNotFound):
        documents.fetch(code, one.id, tmp_path, house["lan"], now)


def test_a_refused_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidSubmission) as refused:
        documents.keep(tmp_path, io.BytesIO(b"MZ"), "virus.exe", "original", MOST)
    assert "virus.exe" in refused.value.errors["paper-original"][0].vi


@pytest.mark.parametrize(("given", "kept"), [
    ("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\Users\\a\\giấy.pdf", "giấy.pdf"), ("a\u202efdp.exe", "afdp.exe"),
    ("", "tep"), ("...", "tep"), ("a\r\nb.pdf", "ab.pdf"), ("x" * 400 + ".pdf", "x" * 150 + ".pdf")])
def test_a_file_name_leads_nowhere_and_hides_nothing(given: str, kept: str) -> None:
    assert documents.clean_name(given) == kept
