"""`motcua doctor`: one line for each thing that can be wrong with an installation, with what to do about it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click

from engine import clock
from engine.config import Settings
from engine.domain.text import Text
from engine.services import health, machine_health
from engine.services.health import Check
from webapp.cli import opening, voice

_MARKS = {"ok": Text("được", "ok"), "warn": Text("CẢNH BÁO", "WARN"), "fail": Text("HỎNG", "FAIL")}
_NAMES = {
    "database": Text("cơ sở dữ liệu", "database"), "settings": Text("thiết đặt", "settings"),
    "schema": Text("lược đồ", "schema"), "workers": Text("việc nền", "workers"), "timers": Text("hẹn giờ", "timers"),
    "jobs": Text("việc kẹt", "jobs"), "incidents": Text("sự cố", "incidents"), "history": Text("lịch sử", "history"),
    "office": Text("sổ cơ quan", "office"), "clock": Text("đồng hồ", "clock"), "disk": Text("ổ đĩa", "disk"),
    "secret": Text("khóa ký", "secret"), "metrics": Text("số liệu", "metrics"), "papers": Text("giấy tờ", "papers")}


@click.command("doctor", cls=voice.Act, vi="Khám hệ thống: mỗi mục một dòng, kèm cách chữa.")
@voice.option("--cases", type=click.IntRange(0, 100_000), default=20, show_default=True,
              vi="Kiểm tra lịch sử của bao nhiêu hồ sơ mới nhất.", en="How many of the newest histories to check.")
@voice.as_json
def doctor(cases: int, as_json: bool) -> None:
    """Examine the installation: one line for each check, with the remedy. Exit 1 when anything fails."""
    found = opening.settings()
    checks = []
    for check in _checks(found, cases):
        checks.append(check)
        if not as_json:
            _show(check)
    held = all(check.state != "fail" for check in checks)
    if as_json:
        voice.give({"ok": held, "checks": [check.facts(voice.language()) for check in checks]})
    voice.leave(held)


def _checks(found: Settings, cases: int) -> Iterator[Check]:
    yield from machine_health.examine(found, os.environ)
    reached = False
    for check in health.examine(found, clock.now, cases):
        reached = reached or check.name == "workers"
        yield check
    if reached:
        yield from machine_health.papers(found)


def _show(check: Check) -> None:
    name = voice.say(_NAMES[check.name])
    click.echo(f"{voice.say(_MARKS[check.state]):<8}  {name:<13}  {voice.say(check.found)}")
    if check.remedy is not None:
        click.echo(f"{'':<8}  {'':<13}  → {voice.say(check.remedy)}")
