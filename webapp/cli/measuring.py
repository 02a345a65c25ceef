"""`motcua bench`: measured speed and memory. The measurement itself is loaded only when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from webapp.cli import voice


class _Later(voice.Act):
    """A command that takes its options and its work from another module, on first use."""

    def _load(self) -> click.Command:
        found: click.Command = import_module("webapp.cli.bench").bench
        return found

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Give the options of the command behind."""
        known = {parameter.name for parameter in self.params}
        return [*(p for p in self._load().params if p.name not in known), *super().get_params(ctx)]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command behind with the options given here."""
        self.callback = self._load().callback
        return super().invoke(ctx)


bench = _Later("bench", help="Measure speed and memory of the real server against a bare floor.",
               vi="Đo tốc độ và bộ nhớ của máy chủ thật so với mức sàn.")
