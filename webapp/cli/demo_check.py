"""`motcua demo --check`: one licence renewal from filing to result on a temporary database, every promise checked.

The instants are fixed (November 2026), so that every due time is known beforehand and compared with the one the
engine computes: accepted Monday 09:00, five working days; a supplement that takes 900 working minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import click

from engine.domain.case import Case, CaseStatus
from engine.domain.text import Text
from engine.services import case_report, history, installation, upgrading
from webapp.cli import case_text, demo_office, voice
from webapp.cli import demo_answers as say
from webapp.cli import demo_play as play

UNIT = "hai-son-traffic-police"
OPENED, FILED = "2026-11-02T07:30", "2026-11-02T08:30"
ALLOWANCE = 5 * 480
# step, time, answers, role that must have done it, due time of the case afterwards (None: the clock stands)
COURSE: tuple[tuple[str, str, say.Answers, str, str | None], ...] = (
    ("check", "2026-11-02T09:00", say.ACCEPT, "receiving-officer", None),
    ("collect_fee", "2026-11-02T09:10", say.receipt(87123), "cashier", "2026-11-09T17:00"),
    ("verify", "2026-11-03T10:00", say.SUPPLEMENT, "processing-officer", None),
    ("provide_papers", "2026-11-05T09:00", say.PROVIDED, "receiving-officer", "2026-11-11T16:00"),
    ("verify", "2026-11-05T15:00", say.VERIFIED, "processing-officer", "2026-11-11T16:00"),
    ("review", "2026-11-06T09:00", say.AGREED, "team-head", "2026-11-11T16:00"),
    ("sign", "2026-11-06T14:00", say.AGREED, "leader", "2026-11-11T16:00"),
    ("print_card", "2026-11-09T10:00", say.PRINTED, "printing-officer", "2026-11-11T16:00"),
    ("hand_over", "2026-11-09T14:00", say.HANDED_OVER, "return-officer", "2026-11-11T16:00"),
)


@dataclass
class Promises:
    """What was promised and whether it held."""

    kept: list[tuple[Text, bool, str]] = field(default_factory=list)

    def hold(self, what: Text, expected: Any, found: Any) -> None:
        """Note one promise; where it did not hold, what was found instead."""
        held = expected == found
        self.kept.append((what, held, "" if held else f"{expected!r} ≠ {found!r}"))

    @property
    def all_held(self) -> bool:
        """Tell whether there were promises and every one held."""
        return bool(self.kept) and all(held for _, held, _ in self.kept)


def run(as_json: bool) -> bool:
    """Carry the case through, print it, and tell whether every promise held."""
    promises = Promises()
    with TemporaryDirectory(prefix="motcua-check-") as folder:
        installation.connect(f"sqlite:///{Path(folder) / 'motcua.db'}", make=True)
        upgrading.upgrade()
        demo_office.open_office(_at(OPENED), passwords=False)
        case = _carry(promises)
        facts = case_report.tell(case.code, voice.language())
        _judge(case, facts, promises)
        installation.leave()
    if as_json:
        voice.give({"ok": promises.all_held, "code": case.code, **facts, "promises": [
            {"what": voice.say(what), "held": held, "found": found} for what, held, found in promises.kept]})
    else:
        _print(facts, promises)
    return promises.all_held


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def _local(instant: datetime | None) -> str | None:
    return None if instant is None else f"{instant.astimezone(ZoneInfo('Asia/Ho_Chi_Minh')):%Y-%m-%dT%H:%M}"


def _carry(promises: Promises) -> Case:
    """File the case and complete every task as the right people."""
    office = play.office_at(_at(FILED))
    submission = say.licence("Nguyễn Thị Hồng Nhung", 417, _at(FILED).date())
    case = play.file(office, "driving-licence-renewal", submission, UNIT, _at(FILED))
    promises.hold(Text("Chưa tiếp nhận thì chưa có hạn", "No due time before acceptance"),
                  (CaseStatus.FILED, None), (case.status, case.due_at))
    for step, time, answers, role, due in COURSE:
        case, person = play.do(office, case, step, answers, _at(time))
        promises.hold(Text(f"{step}: người làm giữ vai trò {role}", f"{step}: done by a {role}"),
                      True, person.has_role(role))
        promises.hold(Text(f"{step}: sau bước này hẹn trả {due or 'chưa có'}", f"{step}: due after it {due or 'none'}"),
                      due, _local(case.due_at))
    return case


def _judge(case: Case, facts: Mapping[str, Any], promises: Promises) -> None:
    """Compare where the case ended with what was promised, and its history with itself."""
    lines = facts["clock"]["lines"]
    verified, replayed = history.verify(case.code), history.replay(case.code)
    steps = [event["seq"] for event in facts["timeline"] if event["action"] == "task.completed"]
    promises.hold(Text("Hồ sơ đã xong", "The case is closed"), "closed", facts["case"]["status"])
    promises.hold(Text("Không còn việc nào chờ", "No task is left"), [], facts["case"]["tasks"])
    promises.hold(Text("Mỗi bước một sự kiện", "One event a step"), len(COURSE), len(steps))
    promises.hold(Text("Hẹn trả cuối cùng", "The last due time"), "2026-11-11T16:00", facts["clock"]["due"])
    promises.hold(Text("Các phút được tính cộng lại đúng bằng thời hạn", "The counted minutes add up to the limit"),
                  ALLOWANCE, sum(line["minutes"] for line in lines if line["counted"]))
    promises.hold(Text("Xử lý xong khi thẻ in đạt", "Processing ended when the card passed"),
                  ("2026-11-09T10:00", "pass"), (_local(case.ended_at), facts["case"]["outcome"]))
    promises.hold(Text("Xong trước hạn", "Finished early"), "early", facts["case"]["verdict"])
    promises.hold(Text("Chuỗi sự kiện nguyên vẹn", "The chain of events is whole"), None, verified.divergence)
    promises.hold(Text("Thực hiện lại cho đúng kết quả cũ", "Replay gives the same results"), None,
                  replayed.divergence)
    promises.hold(Text("Kiểm tra đủ mọi sự kiện", "Every event was checked"), (len(COURSE) + 1,) * 2,
                  (verified.events, replayed.events))


def _print(facts: Mapping[str, Any], promises: Promises) -> None:
    case_text.show(facts)
    voice.tell("\nKiểm tra", "\nChecks")
    for what, held, found in promises.kept:
        click.echo(f"  {'✓' if held else '✗'} {voice.say(what)}{f': {found}' if found else ''}")
    total, kept = len(promises.kept), sum(held for _, held, _ in promises.kept)
    voice.tell(f"\n{kept} trên {total} điều đã đúng.", f"\n{kept} of {total} held.")
