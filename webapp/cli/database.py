"""`motcua db`: the schema of the database, its backups, and the drill that proves one."""

from __future__ import annotations

import importlib.metadata
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from engine import clock
from engine.domain.text import Text
from engine.services import backups, drilling, installation, spreading, upgrading, year_calendars
from engine.services.backups import Done
from engine.services.drilling import Drill
from webapp.cli import opening, voice


@click.group("db", cls=voice.Subject, vi="Cơ sở dữ liệu: lược đồ, sao lưu, khôi phục, diễn tập.")
def group() -> None:
    """The database: its schema, backups, restoring, the drill."""


@group.command("upgrade", vi="Đưa cơ sở dữ liệu lên lược đồ của bản này; tạo mới nếu chưa có.")
@voice.as_json
def upgrade(as_json: bool) -> None:
    """Bring the database to the schema of this release; make it, with the country's calendar, where there is none."""
    found = opening.settings()
    installation.connect(found.database_url, make=True, jobs=found.jobs)
    before, after = upgrading.upgrade()
    year_calendars.begin(clock.now())
    if as_json:
        voice.give({"before": before, "after": after, "changed": before != after})
    elif before == after:
        voice.tell(f"Cơ sở dữ liệu đã ở lược đồ {after}.", f"The database is at schema {after} already.")
    else:
        voice.tell(f"Cơ sở dữ liệu: {before or 'trống'} → {after}.", f"Database: {before or 'empty'} → {after}.")


_FOLDER = click.Path(path_type=Path, file_okay=False)


@group.command("backup", vi="Sao lưu cơ sở dữ liệu và giấy tờ khi hệ thống vẫn chạy.")
@voice.option("--out", type=_FOLDER, required=True, vi="Thư mục chứa các bản sao lưu.", en="The folder of backups.")
@voice.as_json
def backup(out: Path, as_json: bool) -> None:
    """Back up the database as of one instant, and the papers, while the system works."""
    found = opening.database()
    _tell(backups.make(out.absolute(), found.files, importlib.metadata.version("motcua"), clock.now()), as_json,
          Text("Đã sao lưu vào", "Backed up to"))


@group.command("restore", vi="Khôi phục một bản sao lưu vào cơ sở dữ liệu trống của thiết đặt này.")
@click.argument("source", type=click.Path(path_type=Path, file_okay=False, exists=True), metavar="DIR")
@voice.as_json
def restore(source: Path, as_json: bool) -> None:
    """Put a backup (DIR, or the newest in it) into the empty database of the settings, its papers into the home."""
    found = opening.settings()
    installation.make_room(found.database_url)
    _tell(backups.restore(source.absolute(), found.database_url, found.files), as_json,
          Text("Đã khôi phục từ", "Restored from"))


def _tell(done: Done, as_json: bool, what: Text) -> None:
    kept = done.backup
    if as_json:
        facts: dict[str, Any] = {"ok": done.holds, "folder": str(done.folder), **asdict(kept),
                                 "papers_copied": done.copied, "papers_lacking": list(done.lacking)}
        voice.give(facts)
    else:
        voice.tell(f"{what.vi} {done.folder}: {kept.cases} hồ sơ, {kept.events} sự kiện, {kept.papers} tệp "
                   f"({done.copied} tệp vừa chép), lược đồ {kept.schema}, {kept.made_at}.",
                   f"{what.en} {done.folder}: {kept.cases} cases, {kept.events} events, {kept.papers} papers "
                   f"({done.copied} copied now), schema {kept.schema}, {kept.made_at}.")
        for sha256 in done.lacking:
            voice.warn(Text(f"Thiếu hoặc hỏng tệp {sha256}.", f"Missing or damaged paper {sha256}."))
    voice.leave(done.holds)


@group.command("drill", vi="Diễn tập: khôi phục bản sao lưu mới nhất vào nơi tạm và chứng minh nó nguyên vẹn.")
@click.argument("source", type=click.Path(path_type=Path, file_okay=False, exists=True), metavar="DIR")
@voice.option("--cases", type=click.IntRange(min=0), vi="Chỉ chứng minh chừng này hồ sơ mới nhất; mặc định mọi hồ sơ.",
              en="Prove only so many of the newest cases; all without it.")
@voice.option("--database-url", vi="Máy chủ PostgreSQL để tạo cơ sở dữ liệu tạm; mặc định của thiết đặt.",
              en="The PostgreSQL server for the temporary database; that of the settings without it.")
@voice.as_json
def drill(source: Path, cases: int | None, database_url: str | None, as_json: bool) -> None:
    """Restore a backup into a temporary place and prove it by chain and replay of its cases. Exit 1 on a difference."""
    server = database_url or opening.settings().database_url
    found = drilling.drill(source.absolute(), server, clock.now(), cases)
    if as_json:
        voice.give(found.facts())
    else:
        _tell_drill(found)
    voice.leave(found.holds)


def _tell_drill(found: Drill) -> None:
    kept = found.backup
    voice.tell(f"Bản sao lưu {found.folder}, làm lúc {kept.made_at} ({_hours(found.age_s)} trước), bản {kept.release}.",
               f"Backup {found.folder}, made at {kept.made_at} ({_hours(found.age_s)} ago), release {kept.release}.")
    voice.tell(f"Khôi phục {kept.cases} hồ sơ, {kept.events} sự kiện trong {found.restored_s} giây.",
               f"Restored {kept.cases} cases, {kept.events} events in {found.restored_s} s.")
    voice.tell(f"Chứng minh {found.cases} hồ sơ, {found.events} sự kiện, {found.papers} tệp, {found.proven_s} giây.",
               f"Proved {found.cases} cases, {found.events} events, {found.papers} papers in {found.proven_s} s.")
    for what in found.broken:
        voice.tell(f"KHÔNG KHỚP: {what}", f"DIFFERS: {what}")
    if found.holds:
        voice.tell("Bản sao lưu này khôi phục được và nguyên vẹn.", "This backup can be restored and is whole.")


def _hours(seconds: float) -> str:
    whole = max(0, round(seconds))
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


@group.command("spread", vi="Chia các bảng theo tỉnh ra nhiều máy chủ PostgreSQL bằng Citus; mặc định chỉ xem.")
@voice.option("--sql", is_flag=True, vi="In các câu lệnh SQL.", en="Print the SQL statements.")
@voice.option("--apply", "apply_", is_flag=True, vi="Thực hiện; trước đó phải dừng mọi tiến trình khác.",
              en="Do it; every other process must have stopped before.")
@voice.option("--keys-only", is_flag=True, vi="Với --apply: chỉ đổi khóa, không cần Citus.",
              en="With --apply: only change the keys, which needs no Citus.")
@voice.as_json
def spread(sql: bool, apply_: bool, keys_only: bool, as_json: bool) -> None:
    """Spread the tables over several PostgreSQL servers by province, with Citus. Without an option only look."""
    if (sql and apply_) or (keys_only and not apply_):
        raise click.UsageError(voice.say(Text("--sql và --apply không dùng cùng nhau; --keys-only cần --apply.",
                                              "--sql and --apply exclude each other; --keys-only needs --apply.")))
    if sql:
        _give_statements(spreading.statements(), as_json)
        return
    opening.database()
    if apply_:
        done = spreading.apply(citus=not keys_only)
        if as_json:
            voice.give({"done": list(done), **asdict(spreading.standing())})
            return
        for statement in done:
            click.echo(f"{statement};")
    found = spreading.standing()
    if as_json:
        voice.give({**asdict(found), "tables": spreading.kinds()})
        return
    _tell_standing(found)


def _give_statements(statements: tuple[str, ...], as_json: bool) -> None:
    if as_json:
        voice.give({"statements": list(statements)})
        return
    for statement in statements:
        click.echo(f"{statement};")


def _tell_standing(found: spreading.Standing) -> None:
    yes, no = voice.say(Text("có", "yes")), voice.say(Text("không", "no"))
    for what, held in ((Text("Khóa theo tỉnh", "Keys by province"), found.keyed),
                       (Text("Có Citus", "Citus is there"), found.citus),
                       (Text("Đã chia ra các máy chủ", "Spread over servers"), found.spread)):
        click.echo(f"{voice.say(what)}: {yes if held else no}")
    voice.rows([[root or "–", str(number)] for root, number in found.cases.items()], "  ")
    if found.keyed and not found.spread:
        voice.tell("Mới đổi khóa: mọi bảng vẫn ở một máy chủ.", "Only the keys were changed: all tables are still on "
                   "one server.")
