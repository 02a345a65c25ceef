"""The page for designers is true: its commands exist, its pieces are those of a procedure that keeps its promises."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import click
import pytest

from engine.adapters import handlers
from engine.procedures import check, pack
from tests.house import documents, tree

PAGES = ["docs/designer.md", "docs/designer.vi.md"]
PLACE = tree.ROOT / "docs/designer"
PACKS = ["hall-use", "open-air-event"]
MOST_BYTES = 200_000


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_the_page_exists_with_its_options(page: str) -> None:
    text = documents.text(page)
    assert len(documents.run(text)) >= 15
    for line in [*documents.run(text), *documents.named(text)]:
        documents.understood(line)


@pytest.mark.parametrize("line", [
    "procedure invent hall-use", "procedure new hall-use --colour red", "procedure new", "procedure",
    "procedure templates --modeler word", "nothing"])
def test_a_command_that_does_not_exist_would_be_noticed(line: str) -> None:
    with pytest.raises(click.UsageError):
        documents.understood(line)


def test_both_languages_give_the_same_commands_and_the_same_pieces() -> None:
    english, vietnamese = (documents.text(page) for page in PAGES)
    for kind in ("sh", "json", "po", "gherkin"):
        assert documents.blocks(english, kind) == documents.blocks(vietnamese, kind) != []
    assert documents.pictures(english) == documents.pictures(vietnamese) != []


def test_every_piece_of_a_file_stands_in_the_finished_procedure() -> None:
    files = [path.read_text(encoding="utf-8") for path in (PLACE / "hall-use").rglob("*") if path.is_file()]
    for kind in ("json", "po", "gherkin"):
        for piece in documents.blocks(documents.text(PAGES[0]), kind):
            assert any(piece in text or textwrap.dedent(piece).strip() in text for text in files), piece


def test_every_picture_is_there_and_small_and_every_one_is_shown() -> None:
    shown = {Path(name).name for page in PAGES for name in documents.pictures(documents.text(page))}
    there = {path.name: path.stat().st_size for path in PLACE.iterdir() if path.suffix in (".png", ".svg")}
    assert shown == set(there)
    assert {name for name, size in there.items() if size >= MOST_BYTES} == set()


@pytest.mark.parametrize("name", PACKS)
def test_the_procedures_beside_the_page_have_no_finding(name: str) -> None:
    assert check.check(pack.open_pack(PLACE / name), handlers=handlers.names()) == []


@pytest.mark.slow
def test_the_commands_of_the_page_lead_to_running_procedures(tmp_path: Path) -> None:
    """All blocks behind the first, which installs and serves, one after the other as a newcomer copies them."""
    shutil.copytree(PLACE, tmp_path / "docs/designer")
    bin_ = Path(sys.executable).parent
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/activate").touch()
    env = {**os.environ, "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}", "MOTCUA_HOME": str(tmp_path / "var"),
           "LC_ALL": "C.UTF-8", "PYTHONPATH": str(tree.ROOT)}
    env.pop("MOTCUA_DATABASE_URL", None)

    def run(command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["bash", "-euc", command], cwd=tmp_path, env=env, text=True, encoding="utf-8",
                              capture_output=True, check=False)

    assert run("motcua db upgrade").returncode == 0
    first, *blocks = documents.blocks(documents.text(PAGES[0]), "sh")
    assert first.rstrip().endswith("motcua demo")
    failed = [block for block in blocks if run(block).returncode]
    # The one that shall fail: the promises of the skeleton after the limit was shortened.
    assert failed == ["motcua procedure test hall-use\n"]
    published = json.loads(run("motcua procedure list --json").stdout)
    assert {one["procedure"] for one in published} == {"hall-use", "pavement", "open-air-event"}
    assert (tmp_path / ".camunda/element-templates/motcua.element-templates.camunda7.json").exists()
