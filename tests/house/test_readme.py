"""The README names every setting and every command, in both languages."""

from __future__ import annotations

import re

import click
import pytest

from tests.house import tree
from webapp.cli import main

READMES = ["README.md", "README.vi.md"]


def _commands(group: click.Command, prefix: str = "motcua") -> list[str]:
    if not isinstance(group, click.Group):
        return [prefix]
    context = click.Context(group)
    return [found for name in group.list_commands(context)
            for found in _commands(group.get_command(context, name) or click.Command(name), f"{prefix} {name}")]


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_in_the_readme(readme: str) -> None:
    settings = set(re.findall(r"MOTCUA_[A-Z_]+", (tree.ROOT / "engine/config.py").read_text(encoding="utf-8")))
    text = (tree.ROOT / readme).read_text(encoding="utf-8")
    assert {setting for setting in settings if setting not in text} == set()


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_in_the_readme(readme: str) -> None:
    text = (tree.ROOT / readme).read_text(encoding="utf-8")
    missing = [command for command in _commands(main) if command.removeprefix("motcua ") not in text]
    assert missing == []
