"""`motcua demo`: a whole office on this machine, with one command; `--check` proves it without serving."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any

import click

from engine import clock, config
from engine.domain import roles
from engine.domain.text import Text
from engine.queries import console
from engine.services import installation, upgrading, year_calendars
from webapp.cli import demo_cases, demo_check, demo_office, serving, voice


@click.command("demo", cls=voice.Act, vi="Mở một cơ quan mẫu: tỉnh, hai xã, hai thủ tục, hồ sơ ở mọi trạng thái.")
@voice.option("--check", is_flag=True, vi="Không phục vụ: chạy trọn một hồ sơ trên cơ sở dữ liệu tạm và kiểm tra.",
              en="Do not serve: carry one case through on a temporary database and check it.")
@serving.host_option
@serving.port_option
@serving.workers_option
@voice.as_json
def demo(check: bool, host: str, port: int, workers: int, as_json: bool) -> None:
    """Open a sample office: a province, two communes, two procedures, cases in every state. A second start keeps it."""
    if check:
        voice.leave(demo_check.run(as_json))
    found = config.load()
    serving.refuse_taken(host, port)
    now = clock.now()
    made = prepare(found.database_url, now)
    if as_json:
        voice.give(_facts(now, made, f"http://{host}:{port}"))
    else:
        _introduce(now, made, f"http://{host}:{port}")
    os.environ.setdefault("MOTCUA_PUBLIC_URL", f"http://{host}:{port}")
    serving.serve(host, port, workers, embedded_worker=True)


def prepare(url: str, now: datetime, *, passwords: bool = True) -> int:
    """Bring the database to the demo's office with its cases, unless it has cases already; give how many were made.
    Without `passwords` nobody can sign in yet.

    Raises:
        Conflict: the database belongs to another office.
        Unavailable: it cannot be used.
    """
    installation.connect(url, make=True)
    upgrading.upgrade()
    demo_office.refuse_other(now)
    if console.codes():
        return 0
    calendar = year_calendars.vietnam(now)
    opened = demo_cases.Days.until(calendar, now).at(demo_cases.OPENED_DAYS_AGO, "07:30")
    voice.warn(Text("Đang chuẩn bị cơ quan mẫu…", "Preparing the sample office…"))
    demo_office.open_office(opened, passwords=passwords)
    return len(demo_cases.file_all(calendar, now))


def _facts(now: datetime, made: int, address: str) -> dict[str, Any]:
    """Give what there is, where, and as whom to sign in."""
    return {"address": address, "made": made, "cases": len(console.codes()), "password": demo_office.PASSWORD,
            "accounts": [{"role": role, "account": person.account, "name": person.name, "unit": unit}
                         for role, person, unit in demo_office.one_per_role(now)]}


def _introduce(now: datetime, made: int, address: str) -> None:
    """Say what there is, where, and as whom to sign in."""
    if made:
        voice.tell(f"Đã tạo {made} hồ sơ mẫu.", f"Made {made} sample cases.")
    else:
        kept = len(console.codes())
        voice.tell(f"Giữ nguyên {kept} hồ sơ đã có.", f"Kept the {kept} cases there are.")
    units = console.units(now)
    voice.tell("\nTài khoản dùng thử, mỗi vai trò một người:", "\nDemo accounts, one per role:")
    voice.rows([[voice.say(roles.title(role)), person.account, person.name, voice.say(units[unit])]
                for role, person, unit in demo_office.one_per_role(now)], "  ")
    voice.tell(f"Mật khẩu của mọi tài khoản: {demo_office.PASSWORD}",
               f"Password of every account: {demo_office.PASSWORD}")
    click.echo()
    click.echo(voice.say(Text(f"Mở {address} (dừng: Ctrl+C)", f"Open {address} (stop: Ctrl+C)")))
