"""What the documents show a reader: command blocks, commands named in the text, pictures, pieces of files."""

from __future__ import annotations

import re
import shlex

import click

from tests.house import tree
from webapp.cli import motcua

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`motcua ([a-z][^`]*)`")
_PICTURE = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")


def text(name: str) -> str:
    """Give a document of the project by its path."""
    return (tree.ROOT / name).read_text(encoding="utf-8")


def blocks(document: str, kind: str) -> list[str]:
    """Give the fenced blocks of one kind, such as `sh`, without comments."""
    found = [body for language, body in _BLOCK.findall(document) if language == kind]
    return [re.sub(r"(^|\s+)#.*$", "", body, flags=re.MULTILINE) if kind == "sh" else body for body in found]


def run(document: str) -> list[str]:
    """Give every `motcua …` that stands in a command block, without `motcua` itself."""
    lines = [part.strip() for block in blocks(document, "sh") for line in block.splitlines()
             for part in line.split("&&")]
    return [line.partition("motcua ")[2] for line in lines if re.match(r"(\S*/)?motcua ", line)]


def named(document: str) -> list[str]:
    """Give every `motcua …` that stands as code in the text."""
    return _INLINE.findall(_BLOCK.sub("", document))


def pictures(document: str) -> list[str]:
    """Give the pictures of a document, as they are linked."""
    return _PICTURE.findall(document)


def understood(line: str) -> click.Command:
    """Give the command that a line names, all its options and words read; nothing is run.

    Raises:
        click.UsageError: there is no such command, option or choice, or an argument is missing.
    """
    words, command, name = shlex.split(line), motcua, "motcua"
    found: click.Command = command
    context = click.Context(command, info_name=name)
    while isinstance(found, click.Group) and words:
        name = words.pop(0)
        inner = found.get_command(context, name)
        if inner is None:
            raise click.UsageError(f"no command “{name}” in “{line}”")
        found = inner
    if isinstance(found, click.Group):
        raise click.UsageError(f"“{line}” names only a group")
    found.make_context(name, words, parent=context)
    return found
