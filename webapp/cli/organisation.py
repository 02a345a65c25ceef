"""`motcua org`: units, positions and people from a file."""

from __future__ import annotations

from pathlib import Path

import click

from engine import clock
from engine.services import organisation
from webapp.cli import opening, voice


@click.group("org", cls=voice.Subject, vi="Đơn vị, vị trí và con người.")
def group() -> None:
    """Units, positions and people."""


@group.command("apply", vi="Đưa tổ chức về đúng như tệp nói; điều tệp không nhắc thì giữ nguyên.")
@click.argument("file", type=click.Path(path_type=Path))
@voice.option("--dry-run", is_flag=True, vi="Chỉ cho xem, không lưu gì.", en="Only show it, store nothing.")
@voice.as_json
def apply(file: Path, dry_run: bool, as_json: bool) -> None:
    """Bring the organisation to what FILE says; what it does not name stays."""
    content = file.read_bytes()
    opening.database()
    done = organisation.apply(content, clock.now(), dry_run=dry_run)
    if as_json:
        voice.give({"added": list(done.added), "changed": list(done.changed), "unchanged": done.unchanged,
                    "dry_run": dry_run})
        return
    for name in done.added:
        click.echo(f"+ {name}")
    for name in done.changed:
        click.echo(f"~ {name}")
    facts = f"+{len(done.added)} ~{len(done.changed)} ={done.unchanged}"
    if dry_run:
        voice.tell(f"Xem trước, chưa lưu: {facts}.", f"Dry run, nothing stored: {facts}.")
    else:
        voice.tell(f"Đã áp dụng: {facts}.", f"Applied: {facts}.")
