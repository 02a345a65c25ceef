"""A case as lines of text for the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from engine.domain.text import Text
from engine.queries.office import ZONE
from engine.services.history import Finding
from webapp.cli import voice

ONE_OR_ALL = Text("Nêu một mã hồ sơ hoặc --all.", "Name one case code, or --all.")
STATES = {"filed": Text("chờ tiếp nhận", "filed"), "open": Text("đang giải quyết", "open"),
          "suspended": Text("đang dừng", "suspended"), "halted": Text("vướng sự cố", "halted"),
          "closed": Text("đã xong", "closed"), "stopped": Text("đã dừng hẳn", "stopped")}
VERDICTS = {"early": Text("trước hạn", "early"), "on_time": Text("đúng hạn", "on time"),
            "late": Text("trễ hạn", "late")}
_NONE = "–"


def when(stamp: str | None) -> str:
    """Write an instant, or a local time without offset (ISO), as local day and minute; a dash where there is none."""
    if not stamp:
        return _NONE
    moment = datetime.fromisoformat(stamp)
    return f"{moment.astimezone(ZONE) if moment.tzinfo else moment:%d/%m/%Y %H:%M}"


def local(moment: datetime | None) -> str | None:
    """Give an instant as local time without offset, whole minutes."""
    return moment.astimezone(ZONE).replace(tzinfo=None).isoformat(timespec="minutes") if moment is not None else None


def state(status: str) -> str:
    """Give the state of a case in words."""
    return voice.say(STATES[status])


def line(row: Mapping[str, Any]) -> list[str]:
    """Give one case of a list as cells."""
    judged = voice.say(VERDICTS["late" if row["late"] else row["verdict"]]) if row["late"] or row["verdict"] else ""
    return [row["code"], state(row["status"]), when(row["due_at"]), judged, row["applicant"], row["title"]]


def show(facts: Mapping[str, Any]) -> None:
    """Print a case in full."""
    case = facts["case"]
    click.echo(f"{case['code']}  {case['title']} (v{case['version']})  {case['applicant']}")
    _head(case)
    _timeline(facts["timeline"])
    _tasks(facts["tasks"])
    if facts["clock"] is not None:
        clock(facts["clock"])


def _head(case: Mapping[str, Any]) -> None:
    verdict = f", {voice.say(VERDICTS[case['verdict']])}" if case["verdict"] else ""
    voice.rows([
        [voice.say(Text("Trạng thái", "State")), state(case["status"]) + verdict],
        [voice.say(Text("Nộp", "Filed")), when(case["filed_at"])],
        [voice.say(Text("Tiếp nhận", "Accepted")), when(case["received_at"])],
        [voice.say(Text("Hẹn trả", "Due")), when(case["due_at"])],
        [voice.say(Text("Xử lý xong", "Processing ended")), when(case["ended_at"])],
        [voice.say(Text("Kết quả", "Outcome")), case["outcome"] or _NONE]], "  ")


def _timeline(events: Sequence[Mapping[str, Any]]) -> None:
    voice.tell("\nDiễn biến", "\nTimeline")
    voice.rows([[str(event["seq"]), when(event["at"]), event["actor_name"], _what(event)] for event in events], "  ")


def _what(event: Mapping[str, Any]) -> str:
    words = event["step"] if event["action"] == "task.completed" else event["what"]
    extra = [part for part in (event["step"] if words == event["what"] else None, event["outcome"], event["reason"])
             if part]
    return f"{words}: {', '.join(extra)}" if extra else str(words)


def _tasks(tasks: Sequence[Mapping[str, Any]]) -> None:
    still_open = [task for task in tasks if task["status"] in ("ready", "reserved")]
    if not still_open:
        return
    voice.tell("\nViệc đang chờ", "\nOpen tasks")
    voice.rows([[task["name"], f"{task['role']} / {task['unit']}", when(task["due_at"]), task["holder"] or ""]
                for task in still_open], "  ")


def clock(facts: Mapping[str, Any]) -> None:
    """Print why a case is due when it is: the reasons, then the arithmetic day by day."""
    voice.tell("\nVì sao hẹn trả lúc đó", "\nWhy it is due then")
    voice.rows([[result or "", reason] for reason, result in facts["why"]], "  ")
    arithmetic(facts["lines"])


def arithmetic(lines: Sequence[Mapping[str, Any]]) -> None:
    """Print the arithmetic of a due time: each date, its minutes, whether they count, and why."""
    voice.tell("\nCách tính từng ngày (phút)", "\nDay by day (minutes)")
    voice.rows([[row["date"], f"{row['minutes']:>5}", "+" if row["counted"] else " ", row["reason"]]
                for row in lines], "  ")


def show_finding(finding: Finding) -> None:
    """Print what a check of a history found; where it does not hold, the first place and what differs there."""
    if finding.divergence is None:
        voice.tell(f"{finding.code}: đúng, {finding.events} sự kiện.",
                   f"{finding.code}: holds, {finding.events} events.")
        return
    broken = finding.divergence
    voice.tell(f"{finding.code}: KHÔNG ĐÚNG tại sự kiện {broken.seq}: {broken.what}.",
               f"{finding.code}: DOES NOT HOLD at event {broken.seq}: {broken.what}.")
    voice.tell(f"    phải là: {broken.expected}\n    thấy:    {broken.found}",
               f"    expected: {broken.expected}\n    found:    {broken.found}")
