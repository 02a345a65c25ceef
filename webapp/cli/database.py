"""`motcua db`: the schema of the database."""

from __future__ import annotations

import click

from engine import clock
from engine.services import installation, upgrading, year_calendars
from webapp.cli import opening, voice


@click.group("db", cls=voice.Subject, vi="Lược đồ của cơ sở dữ liệu.")
def group() -> None:
    """The schema of the database."""


@group.command("upgrade", vi="Đưa cơ sở dữ liệu lên lược đồ của bản này; tạo mới nếu chưa có.")
@voice.as_json
def upgrade(as_json: bool) -> None:
    """Bring the database to the schema of this release; make it, with the country's calendar, where there is none."""
    installation.connect(opening.settings().database_url, make=True)
    before, after = upgrading.upgrade()
    year_calendars.begin(clock.now())
    if as_json:
        voice.give({"before": before, "after": after, "changed": before != after})
    elif before == after:
        voice.tell(f"Cơ sở dữ liệu đã ở lược đồ {after}.", f"The database is at schema {after} already.")
    else:
        voice.tell(f"Cơ sở dữ liệu: {before or 'trống'} → {after}.", f"Database: {before or 'empty'} → {after}.")
