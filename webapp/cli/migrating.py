"""`motcua procedure migrate`: show which running cases fit another version, and move them."""

from __future__ import annotations

from typing import Any

import click

from engine import clock
from engine.domain.text import Text
from engine.services import migration
from engine.services.migration import Judgement, Order, Report
from webapp.cli import case_text, opening, voice

_FATES = {"fits": Text("vừa", "fits"), "moved": Text("đã chuyển", "moved"), "stays": Text("ở lại", "stays"),
          "there": Text("đã ở phiên bản này", "there already"), "over": Text("đã kết thúc", "over")}


@click.command("migrate", cls=voice.Act, vi="Chuyển hồ sơ đang chạy sang phiên bản khác; không vừa thì ở lại.")
@click.argument("slug", metavar="SLUG")
@voice.option("--to", "number", type=click.IntRange(min=1), vi="Phiên bản đến; mặc định bản mới nhất đang có hiệu lực.",
              en="The version to go to; the newest in force by default.")
@voice.option("--case", "codes", multiple=True, vi="Chỉ hồ sơ này; nêu nhiều lần được.",
              en="Only this case; may be given several times.")
@voice.option("--dry-run", is_flag=True, vi="Chỉ cho xem, không chuyển.", en="Only show, move nothing.")
@voice.option("--drop-events", "drop", is_flag=True, vi="Cho bỏ sự kiện đang chờ mà phiên bản kia không có.",
              en="Allow to end the waiting of events that version does not have.")
@voice.option("--reason", default="", vi="Lý do, ghi vào lịch sử hồ sơ.",
              en="The reason, kept in the history of each case.")
@voice.as_json
def command(slug: str, number: int | None, codes: tuple[str, ...], dry_run: bool, drop: bool, reason: str,
            as_json: bool) -> None:
    """Move running cases to another version; those that do not fit stay."""
    opening.database()
    order = Order(slug, number, codes or None, drop, reason)
    report = (migration.judge if dry_run else migration.move)(order, clock.now())
    if as_json:
        voice.give({**report.facts(voice.language()), "dry_run": dry_run})
    else:
        _show(report)
    voice.leave(not any(one.fate == "stays" for one in report.cases))


def _show(report: Report) -> None:
    """Print a line for each case, with what stands in the way below it."""
    for one in report.cases:
        click.echo("  ".join(filter(None, [one.code, f"v{one.source} → v{report.target}", voice.say(_FATES[one.fate]),
                                           _due(one), *_events(one)])))
        for why in one.obstacles:
            click.echo(f"    {voice.say(why.message)} [{why.code}]")
    counts: Any = report.facts(voice.language())
    voice.tell(f"{len(report.cases)} hồ sơ: {counts['fits'] + counts['moved']} vừa, {counts['stays']} phải ở lại.",
               f"{len(report.cases)} cases: {counts['fits'] + counts['moved']} fit, {counts['stays']} must stay.")


def _due(one: Judgement) -> str:
    """Say how the due time moves, where it does."""
    before, after = (case_text.when(at.isoformat() if at else None) for at in (one.due_before, one.due_after))
    return "" if before == after else voice.say(Text(f"hẹn trả {before} → {after}", f"due {before} → {after}"))


def _events(one: Judgement) -> list[str]:
    """Name the events that begin to wait (+) and those that are waited for no longer (−)."""
    return [*(f"+{place}" for place in one.begun), *(f"−{place}" for place in one.dropped)]
