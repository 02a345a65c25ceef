"""The command line under `flask --app webapp`: the groups of `motcua`, loaded only when one is asked for.

A serving process never needs them, so it does not pay for them. `run` stays Flask's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click
from flask.cli import AppGroup


class Commands(AppGroup):
    """The groups of `motcua` beside whatever an extension adds."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names of all commands."""
        return sorted({*super().list_commands(ctx), *_ours()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give a command by its name."""
        return super().get_command(ctx, cmd_name) or _ours().get(cmd_name)


def _ours() -> Mapping[str, click.Command]:
    found: list[click.Command] = import_module("webapp.cli").groups
    return {command.name: command for command in found if command.name}
