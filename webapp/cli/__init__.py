"""The command line: `motcua …`, and the same groups under `flask --app webapp …`.

One module per subject, over services and queries. `groups` is what Flask's own command line gets too; `run` is not
among them, because there `run` is Flask's.
"""

from __future__ import annotations

import sys

import click

from webapp.cli import (
    accounts,
    calendars,
    cases,
    clocks,
    database,
    demo,
    doctoring,
    incidents,
    measuring,
    organisation,
    procedures,
    serving,
    voice,
)

groups: list[click.Command] = [
    demo.demo, serving.worker, doctoring.doctor, database.group, organisation.group, accounts.account, accounts.token,
    procedures.group, cases.group, incidents.group, clocks.group, calendars.group, measuring.bench,
]


@click.group("motcua", cls=voice.Subject, vi="Motcua: thủ tục hành chính một cửa, từ nộp hồ sơ đến trả kết quả.",
             context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="motcua", prog_name="motcua")
def motcua() -> None:
    """Motcua: one-stop administrative procedures, from filing to result."""


for command in [*groups, serving.run]:
    motcua.add_command(command)


def main() -> None:
    """Run the command line; what a terminal cannot write is replaced, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    motcua(prog_name="motcua")
