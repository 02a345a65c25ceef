"""The README names every setting and every command, in both languages, and no command that is not there."""

from __future__ import annotations

import re

import click
import pytest

from tests.house import documents, tree
from webapp.cli import motcua

READMES = ["README.md", "README.vi.md"]


def _commands(group: click.Command, prefix: str = "motcua") -> list[str]:
    if not isinstance(group, click.Group):
        return [prefix]
    context = click.Context(group)
    return [found for name in group.list_commands(context)
            for found in _commands(group.get_command(context, name) or click.Command(name), f"{prefix} {name}")]


def _named(readme: str) -> set[str]:
    """Give the commands of the table: the words before the first argument or option."""
    rows = re.findall(r"^\| `(motcua [^`]*)`", documents.text(readme), re.MULTILINE)
    return {" ".join(re.findall(r"^motcua(?: [a-z]+)+(?![^ ])", row)) for row in rows}


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_in_the_readme(readme: str) -> None:
    settings = set(re.findall(r"MOTCUA_[A-Z_]+", (tree.ROOT / "engine/config.py").read_text(encoding="utf-8")))
    text = documents.text(readme)
    assert settings
    assert {setting for setting in settings if setting not in text} == set()


@pytest.mark.parametrize("readme", READMES)
def test_the_table_of_the_readme_names_every_command_and_no_other(readme: str) -> None:
    commands = _commands(motcua)
    assert {"motcua demo", "motcua procedure import", "motcua case replay"} <= set(commands)
    assert _named(readme) == set(commands)


@pytest.mark.parametrize("readme", READMES)
def test_what_the_readme_runs_is_understood(readme: str) -> None:
    run = documents.run(documents.text(readme))
    assert len(run) >= 5
    for line in run:
        documents.understood(line)
