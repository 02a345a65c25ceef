"""`motcua calendar`: the working time of offices, its corrections and closures, and what they move."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from engine import clock
from engine.domain import calendar as times
from engine.domain.calendar import DayRule, Sessions, sessions_to_data
from engine.domain.errors import InvalidInput
from engine.domain.text import Text
from engine.queries import calendar_list
from engine.services import calendar_import, clock_orders, closures, corrections
from engine.services.calendar_import import Wish
from engine.services.clock_orders import Order, Preview
from engine.services.closures import Closure
from webapp.cli import case_text, opening, voice

_KINDS = {"off": Text("nghỉ", "off"), "half": Text("nửa ngày", "half day"), "worked": Text("làm bù", "worked"),
          "changed": Text("giờ khác", "other hours"), "usual": Text("như thường", "as usual")}


class _Day(click.ParamType[date]):
    """A date: `2027-01-01`."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the date; another form is wrong usage."""
        try:
            return times.read_date(value)
        except InvalidInput as error:
            self.fail(voice.say(error.message), param, ctx)


@click.group("calendar", cls=voice.Subject, vi="Lịch làm việc.")
def group() -> None:
    """Working calendars."""


@group.command("list", vi="Các lịch làm việc, bản đang có, nguồn và đơn vị dùng.")
@voice.as_json
def every(as_json: bool) -> None:
    """List the calendars with their newest version, source and units."""
    opening.database()
    found = [calendar_list.facts(one) for one in calendar_list.every(clock.now())]
    if as_json:
        voice.give({"calendars": found})
        return
    voice.rows([[f"{one['id']}@{one['version']}", f"{one['base'] or '–'}", ", ".join(one["units"]) or "–",
                 one["source"]] for one in found])


@group.command("show", vi="Những ngày khác thường của một năm, kèm lý do.")
@click.argument("name")
@voice.option("--year", type=click.IntRange(1900, 2099), vi="Năm; mặc định năm nay.",
              en="The year; this one by default.")
@voice.as_json
def show(name: str, year: int | None, as_json: bool) -> None:
    """Show the days of a year that are other than their weekday, with the reason."""
    opening.database()
    now = clock.now()
    found = calendar_list.read(name, year or now.year, now)
    if as_json:
        voice.give(calendar_list.year_facts(found, voice.language()))
        return
    click.echo(f"{found.calendar.id}@{found.calendar.version}  {found.calendar.source}")
    voice.rows([[one.day.isoformat(), voice.say(_KINDS[one.kind]),
                 ", ".join(sessions_to_data(one.rule.sessions)) or "–", voice.say(one.rule.text)]
                for one in found.days])
    voice.tell(f"{sum(found.months)} ngày làm việc trong năm {found.year}.",
               f"{sum(found.months)} working days in {found.year}.")


@group.command("import", vi="Nhập lịch từ tệp .ics hoặc .toml; cho xem trước hồ sơ nào đổi hẹn trả.")
@click.argument("file", type=click.Path(path_type=Path))
@voice.option("--calendar", "name", vi="Lịch cần sửa; mặc định vn.", en="The calendar to correct; vn by default.")
@voice.option("--year", "years", type=click.IntRange(1900, 2099), multiple=True,
              vi="Năm mà tệp nói về; mặc định năm của ngày đầu tiên.",
              en="The year the file is about; that of its first day by default.")
@voice.option("--source", vi="Văn bản nguồn.", en="The source document.")
@voice.option("--reason", vi="Lý do, ghi vào lịch sử từng hồ sơ.", en="The reason, kept in the history of each case.")
@voice.option("--from", "since", type=_Day(), vi="Giờ làm việc mới có hiệu lực từ ngày này.",
              en="New hours hold from this day on.")
@voice.option("--dry-run", is_flag=True, vi="Chỉ cho xem, không lưu gì.", en="Only show it, store nothing.")
@voice.as_json
def import_(file: Path, name: str | None, years: tuple[int, ...], source: str | None, reason: str | None,
            since: date | None, dry_run: bool, as_json: bool) -> None:
    """Take the days of a year from FILE, as the next version of a calendar; the cases that work by it follow."""
    content = file.read_bytes()
    opening.database()
    now = clock.now()
    target = name or calendar_import.named_in(file.name, content) or "vn"
    draft = calendar_import.draft(file.name, content, corrections.newest(target, now),
                                  Wish(source, reason, years, since))
    shown = corrections.preview(draft, now)
    saved = None if dry_run else corrections.save(draft, now)
    if saved is not None and saved.order is not None:
        _follow(saved.order, now, as_json)
    if as_json:
        voice.give({"versions": list(shown.versions), "dry_run": dry_run, **_counts(shown.cases),
                    "days": [_change(*one) for one in shown.changes]})
        return
    for day, before, after in shown.changes:
        click.echo(f"{day.isoformat()}  {_said(before)} → {_said(after)}")
    _show(shown.cases)
    if not shown.versions:
        voice.tell("Lịch không đổi.", "The calendar does not change.")
    elif dry_run:
        voice.tell("Xem trước, chưa lưu.", "Dry run, nothing stored.")
    else:
        voice.tell(f"Đã lưu {', '.join(shown.versions)}.", f"Stored {', '.join(shown.versions)}.")


@group.command("close", vi="Nghỉ hoặc đổi giờ đột xuất ở một đơn vị, cho các hồ sơ đang có.")
@click.argument("unit")
@click.argument("first", type=_Day())
@click.argument("last", type=_Day(), required=False)
@voice.option("--hours", vi="Giờ vẫn làm, ví dụ 07:30-11:30; mặc định nghỉ cả ngày.",
              en="Hours still worked, such as 07:30-11:30; closed all day by default.")
@voice.option("--reason", required=True, vi="Lý do: lũ, mất điện, …", en="The reason: flood, power cut, …")
@voice.option("--dry-run", is_flag=True, vi="Chỉ cho xem, không lưu gì.", en="Only show it, store nothing.")
@voice.as_json
def close(unit: str, first: date, last: date | None, hours: str | None, reason: str, dry_run: bool,
          as_json: bool) -> None:
    """Close UNIT on the days from FIRST to LAST for the cases it has now, or change its hours."""
    closure = Closure(unit, first, last or first, _hours(hours), reason)
    opening.database()
    now = clock.now()
    shown = closures.preview(closure, now)
    if not dry_run:
        _follow(closures.close(closure, now), now, as_json)
    if as_json:
        voice.give({"dry_run": dry_run, **_counts(shown)})
        return
    _show(shown)
    if dry_run:
        voice.tell("Xem trước, chưa lưu.", "Dry run, nothing stored.")


def _hours(text: str | None) -> Sessions:
    return times.read_sessions([part.strip() for part in text.split(",")]) if text else ()


def _follow(order: Order, now: datetime, quiet: bool) -> None:
    """Let every case follow; what somebody works on at this moment is left to the worker."""
    progress = clock_orders.follow(order, now)
    if not progress.finished:
        voice.warn(Text("Một số hồ sơ đang bận; worker sẽ làm tiếp.",
                        "Some cases are busy; the worker goes on with them."))
    elif not quiet:
        voice.tell(f"{progress.followed} hồ sơ đã theo, {progress.moved} đổi hẹn trả.",
                   f"{progress.followed} cases followed, {progress.moved} due times moved.")


def _counts(seen: Preview) -> dict[str, Any]:
    return {"touched": seen.touched, "moved": seen.moved, "cases": [
        {"case": one.code, "due_before": _iso(one.due_before), "due_after": _iso(one.due_after),
         "promised": _iso(one.promised)} for one in seen.cases]}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _change(day: date, before: DayRule | None, after: DayRule | None) -> dict[str, Any]:
    return {"day": day.isoformat(), "before": _said(before), "after": _said(after)}


def _said(rule: DayRule | None) -> str:
    if rule is None:
        return voice.say(Text("như thường", "as usual"))
    hours = ", ".join(sessions_to_data(rule.sessions)) or voice.say(Text("nghỉ", "off"))
    return f"{hours} ({voice.say(rule.text)})"


def _show(seen: Preview) -> None:
    """Say which due times move, and that the printed dates stay."""
    for one in seen.cases:
        before, after, promised = (case_text.when(_iso(at)) for at in (one.due_before, one.due_after, one.promised))
        click.echo(f"{one.code}  " + voice.say(Text(f"hẹn trả {before} → {after}, giấy hẹn giữ {promised}",
                                                    f"due {before} → {after}, the printed {promised} stays")))
    voice.tell(f"{seen.touched} hồ sơ đang theo lịch này, {seen.moved} đổi hẹn trả.",
               f"{seen.touched} cases work by it, {seen.moved} due times move.")
