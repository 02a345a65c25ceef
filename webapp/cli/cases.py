"""`motcua case`: see cases, check their chain, execute their history again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from engine import clock, config
from engine.queries import case_list, console
from engine.queries.case_list import Filters
from engine.services import case_report, history
from engine.services.history import Finding
from webapp.cli import case_text, opening, voice

_STATES = ("filed", "open", "suspended", "halted", "closed", "stopped")


@click.group("case", cls=voice.Subject, vi="Hồ sơ.")
def group() -> None:
    """Cases."""


@group.command("list", vi="Danh sách hồ sơ, mới nhất trước.")
@voice.option("--procedure", vi="Chỉ thủ tục này.", en="Only this procedure.")
@voice.option("--unit", vi="Chỉ đơn vị này.", en="Only this unit.")
@voice.option("--status", type=click.Choice(_STATES), vi="Chỉ trạng thái này.", en="Only this state.")
@voice.option("--late", is_flag=True, vi="Chỉ hồ sơ trễ hạn.", en="Only late cases.")
@voice.option("--page", type=click.IntRange(min=1), default=1, vi="Trang thứ mấy.", en="Which page.")
@voice.as_json
def listed(procedure: str | None, unit: str | None, status: str | None, late: bool, page: int, as_json: bool) -> None:
    """Cases, newest first."""
    opening.database()
    now = clock.now()
    filters = Filters(procedure=procedure, unit=unit, status=status, lateness="late" if late else None)
    found = case_list.find(console.overseer(now), filters, now, page)
    facts = [case_list.facts(row, voice.language()) for row in found.rows]
    if as_json:
        voice.give(facts)
        return
    voice.rows([case_text.line(row) for row in facts])
    voice.tell(f"{'Hơn ' if found.more else ''}{found.total} hồ sơ, trang {found.number}/{found.pages}.",
               f"{'More than ' if found.more else ''}{found.total} cases, page {found.number}/{found.pages}.")


@group.command("show", vi="Một hồ sơ: việc, diễn biến, hạn trả và cách tính.")
@click.argument("code")
@voice.as_json
def show(code: str, as_json: bool) -> None:
    """One case: its tasks, its history, its due time with the arithmetic."""
    opening.database()
    facts = case_report.tell(code, voice.language())
    if as_json:
        voice.give(facts)
    else:
        case_text.show(facts)


@group.command("replay", vi="Thực hiện lại lịch sử của hồ sơ trên đúng phiên bản và so từng kết quả.")
@click.argument("code", required=False)
@voice.option("--all", "every", is_flag=True, vi="Mọi hồ sơ.", en="Every case.")
@voice.as_json
def replay(code: str | None, every: bool, as_json: bool) -> None:
    """Execute the history of a case again on its pinned version and compare every result."""
    _judge(history.replay, code, every, as_json)


@group.command("verify", vi="Kiểm tra chuỗi sự kiện của hồ sơ có nguyên vẹn không.")
@click.argument("code", required=False)
@voice.option("--all", "every", is_flag=True, vi="Mọi hồ sơ.", en="Every case.")
@voice.as_json
def verify(code: str | None, every: bool, as_json: bool) -> None:
    """Check that the chain of events of a case is whole; with --all also the office's own, named where it is not."""
    files = config.load().files
    _judge(lambda name: history.verify(name, files), code, every, as_json, [history.verify_office] if every else [])


def _judge(check: Callable[[str], Finding], code: str | None, every: bool, as_json: bool,
           besides: Sequence[Callable[[], Finding]] = ()) -> None:
    if (code is None) is not every:
        raise click.UsageError(voice.say(case_text.ONE_OR_ALL))
    opening.database()
    findings = [check(name) for name in (console.codes() if every else [code or ""])]
    findings += [finding for finding in (look() for look in besides) if not finding.holds]
    if not as_json:
        for finding in findings:
            case_text.show_finding(finding)
    else:
        facts: Any = [finding.facts() for finding in findings]
        voice.give(facts if every else facts[0])
    voice.leave(all(finding.holds for finding in findings))


