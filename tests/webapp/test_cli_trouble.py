"""Foreseeable trouble with the machine: one clear sentence on the error stream, exit 1, never a traceback."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.webapp.cli_running import run


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home without a database."""
    monkeypatch.delenv("MOTCUA_DATABASE_URL", raising=False)
    monkeypatch.delenv("MOTCUA_SECRET_KEY", raising=False)
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(*arguments: str, **environment: str) -> str:
    """Give the one sentence with which a command was refused."""
    result = run(*arguments, **environment)
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    [sentence] = result.stderr.strip().splitlines()
    return str(sentence)


@pytest.fixture
def prepared(home: Path) -> Path:
    """A prepared database in the home."""
    assert run("db", "upgrade").exit_code == 0
    return home / "var" / "motcua.db"


@pytest.mark.parametrize("command", [
    ("case", "list"), ("procedure", "list"), ("procedure", "publish", "certified-copy"), ("worker", "--once"),
    ("token", "create", "--account", "a"), ("run",)])
def test_a_missing_database_is_said_with_what_to_do(command: tuple[str, ...], home: Path) -> None:
    assert "motcua db upgrade" in refused(*command)
    assert not (home / "var" / "motcua.db").exists()


def test_an_empty_database_is_not_prepared(home: Path) -> None:
    (home / "var").mkdir()
    (home / "var" / "motcua.db").touch()
    assert refused("case", "list") == "The database is not prepared. Run “motcua db upgrade”."
    assert refused("run") == "The database is not prepared. Run “motcua db upgrade”."


@pytest.mark.parametrize("command", [("case", "list"), ("db", "upgrade"), ("run",), ("demo",)])
def test_a_database_of_a_newer_schema_is_left_alone(command: tuple[str, ...], prepared: Path) -> None:
    with sqlite3.connect(prepared) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    elsewhere = ("--port", str(_free_port())) if command[0] in ("run", "demo") else ()
    assert "newer than this software" in refused(*command, *elsewhere)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def test_a_file_that_is_no_database_is_said(home: Path) -> None:
    (home / "note.txt").write_text("no database at all, only words\n" * 200, encoding="utf-8")
    assert "no usable database" in refused("case", "list", MOTCUA_DATABASE_URL=f"sqlite:///{home / 'note.txt'}")


@pytest.mark.parametrize(("url", "words"), [
    ("nonsense", "cannot be read"), ("mysql://somewhere/x", "Only SQLite and PostgreSQL"),
    ("postgresql://127.0.0.1:1/x", "cannot be used")])
def test_an_address_that_leads_nowhere_is_said(url: str, words: str) -> None:
    assert words in refused("case", "list", MOTCUA_DATABASE_URL=url)


def test_a_locked_database_is_said(prepared: Path) -> None:
    holder = sqlite3.connect(prepared, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        said = refused("db", "upgrade", MOTCUA_DATABASE_URL=f"sqlite:///{prepared}?timeout=0.2")
        assert said == "The database is locked. Try again later."
    finally:
        holder.close()


def test_a_home_that_cannot_be_made_is_said(home: Path) -> None:
    (home / "file").touch()
    assert "cannot be made" in refused("db", "upgrade", MOTCUA_HOME=str(home / "file" / "home"))
    assert "cannot be written" in refused("demo", MOTCUA_HOME=str(home / "file" / "home"))


def test_a_setting_that_cannot_be_read_is_named(prepared: Path) -> None:
    assert "MOTCUA_UPLOAD_MIB" in refused("case", "list", MOTCUA_UPLOAD_MIB="many")


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which another program listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        yield other.getsockname()[1]


def test_a_port_in_use_is_named_with_another_to_try(prepared: Path, taken: int) -> None:
    sentence = refused("run", "--port", str(taken))
    assert f"port {taken}" in sentence
    assert f"--port {taken + 1}" in sentence


def test_the_demo_looks_at_the_port_before_it_makes_anything(home: Path, taken: int) -> None:
    assert f"port {taken}" in refused("demo", "--port", str(taken))
    assert not (home / "var" / "motcua.db").exists()


@pytest.mark.parametrize("arguments", [
    ("run", "--port", "0"), ("run", "--port", "x"), ("nothing",), ("case",), ("case", "show"), ("org", "apply"),
    ("procedure", "check"), ("account", "create", "a"), ("demo", "--lang", "fr")])
def test_wrong_usage_is_exit_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_sentences_are_vietnamese_where_the_locale_is() -> None:
    result = run("case", "list", LC_ALL="vi_VN.UTF-8")
    assert "Không có tệp cơ sở dữ liệu" in result.stderr
    assert "Hồ sơ." in run("--help", LC_ALL="vi_VN.UTF-8").stdout
    assert "Cases." in run("--help").stdout
