"""The examination of an installation: one check after the other, each with what was found and what to do about it.

What the database says is judged here; what the machine says in `machine_health`. Nothing is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select

from engine.config import Settings
from engine.domain.errors import EngineError, Unavailable
from engine.domain.text import Text
from engine.queries import health
from engine.queries.health import Load
from engine.services import history, installation, office_history
from engine.storage import database, schema, vitals
from engine.storage.tables import case_table

State = Literal["ok", "warn", "fail"]
LATE = (timedelta(minutes=1), timedelta(minutes=10))        # of the oldest due job: to be noticed, and too late
APART = (timedelta(seconds=2), timedelta(seconds=30))       # clocks of process and database
OLDEST_SERVER = 140000                                      # PostgreSQL 14: older ones get no more repairs


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it holds, what was found, and what to do where it does not."""

    name: str
    state: State
    found: Text
    remedy: Text | None = None

    def facts(self, language: str) -> dict[str, Any]:
        """Give the check as a JSON object."""
        return {"name": self.name, "state": self.state, "found": self.found.to(language),
                "remedy": self.remedy.to(language) if self.remedy else None}


def examine(settings: Settings, now: Callable[[], datetime], cases: int) -> Iterator[Check]:
    """Examine the database of this process and the office in it; of the histories, those of the newest `cases`.

    Ends after the first checks where the database cannot be used: the rest would only say the same.
    """
    try:
        installation.connect(settings.database_url, jobs=settings.jobs)
        installation.refuse_foreign()
        found = vitals.settings()
        number = schema.current()
    except EngineError as error:
        yield Check("database", "fail", error.message, Text(
            "Kiểm tra MOTCUA_DATABASE_URL, máy chủ cơ sở dữ liệu và mạng. Các mục còn lại chưa xem được.",
            "Look at MOTCUA_DATABASE_URL, the database server and the network. The rest could not be looked at."))
        return
    yield Check("database", "ok", _server(found))
    yield (_sqlite if database.current().sqlite else _postgresql)(found)
    yield _schema(number)
    if number == schema.head():
        yield from _guarded(lambda: _office(now(), cases))
    yield from _guarded(lambda: iter([_clock(now)]))


def _guarded(checks: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """Go on to say what can be said when the database goes away in the middle."""
    try:
        yield from checks()
    except Unavailable as error:
        yield Check("database", "fail", error.message, Text("Chạy lại lệnh này.", "Run this command again."))


def _server(found: Mapping[str, str]) -> Text:
    words = f"SQLite {found['version']}" if database.current().sqlite else f"PostgreSQL {found['server_version']}"
    return Text(words, words)


def _sqlite(found: Mapping[str, str]) -> Check:
    wanted = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "transactions": "ours"}
    wrong = sorted(name for name, value in wanted.items() if found[name] != value)
    if wrong:
        return Check("settings", "fail", _list(found, wrong), Text(
            "Đặt tệp trên ổ đĩa của chính máy này, không phải ổ mạng; đừng mở nó bằng chương trình khác.",
            "Keep the file on a disk of this machine, not on a network drive, and let no other program open it."))
    return Check("settings", "ok", Text("WAL, ghi bền (FULL), khóa ngoại, BEGIN IMMEDIATE",
                                        "WAL, synchronous FULL, foreign keys, BEGIN IMMEDIATE"))


def _postgresql(found: Mapping[str, str]) -> Check:
    losing = [name for name in ("fsync", "full_page_writes", "synchronous_commit") if found[name] == "off"]
    if losing:
        return Check("settings", "fail", _list(found, losing), Text(
            "Bật lại trong postgresql.conf: tắt thì mất điện là mất hồ sơ đã báo là đã ghi.",
            "Turn it on in postgresql.conf: without it a power cut loses cases that were said to be stored."))
    endless = [name for name in ("statement_timeout", "lock_timeout") if found[name] == "0"]
    if endless:
        return Check("settings", "fail", _list(found, endless), Text(
            "Bỏ tùy chọn «options» khỏi MOTCUA_DATABASE_URL: nó ghi đè giới hạn thời gian của phần mềm.",
            "Take “options” out of MOTCUA_DATABASE_URL: it overrides the time-outs of the product."))
    if int(found["server_version_num"]) < OLDEST_SERVER:
        return Check("settings", "warn", _server(found), Text("Nâng cấp PostgreSQL lên bản 14 trở lên.",
                                                              "Upgrade PostgreSQL to 14 or newer."))
    told = _list(found, ["synchronous_commit", "statement_timeout", "lock_timeout", "max_connections"])
    return Check("settings", "ok", told)


def _list(found: Mapping[str, str], names: list[str]) -> Text:
    words = ", ".join(f"{name} = {found[name]}" for name in names)
    return Text(words, words)


def _schema(number: str | None) -> Check:
    head = schema.head()
    if number == head:
        return Check("schema", "ok", Text(f"lược đồ {number}, đúng bản này", f"schema {number}, that of this release"))
    told = Text(f"lược đồ {number or 'trống'}, bản này cần {head}",
                f"schema {number or 'empty'}, this release needs {head}")
    if number is not None and number not in schema.known():
        return Check("schema", "fail", told, Text("Nâng cấp phần mềm trên máy này.",
                                                  "Upgrade the software on this machine."))
    return Check("schema", "fail", told, Text("Chạy «motcua db upgrade».", "Run “motcua db upgrade”."))


def _office(now: datetime, cases: int) -> Iterator[Check]:
    load = health.load(now)
    yield _workers(load, now)
    yield _timers(load, now)
    yield _stuck(load)
    yield _incidents(load, now)
    yield from _histories(cases)


def _workers(load: Load, now: datetime) -> Check:
    alive = [worker for worker in load.workers if worker.alive(now)]
    silent = [worker for worker in load.workers if not worker.alive(now)]
    names = ", ".join(f"{worker.host}:{worker.pid}" for worker in (silent or alive)[:5])
    if not alive:
        return Check("workers", "fail", Text("không có tiến trình việc nền nào", "no worker is alive"), Text(
            "Chạy «motcua worker» (hoặc «motcua run», có sẵn việc nền).",
            "Run “motcua worker” (or “motcua run”, which does deferred work too)."))
    if silent:
        return Check("workers", "warn", Text(
            f"{len(alive)} đang chạy; {len(silent)} im lặng: {names}",
            f"{len(alive)} alive; {len(silent)} silent: {names}"),
            Text("Xem tiến trình ấy đã chết hay đang treo; tên tự mất sau một ngày.",
                 "See whether that process died or hangs; its name goes after a day."))
    return Check("workers", "ok", Text(f"{len(alive)} đang chạy: {names}", f"{len(alive)} alive: {names}"))


def _timers(load: Load, now: datetime) -> Check:
    jobs = load.jobs
    late = now - jobs.oldest_due if jobs.oldest_due is not None else timedelta()
    told = Text(f"{jobs.waiting} việc hẹn, {jobs.due} đến hạn, trễ nhất {_span(late)}",
                f"{jobs.waiting} jobs, {jobs.due} due, the latest by {_span(late)}")
    if late <= LATE[0]:
        return Check("timers", "ok", told)
    return Check("timers", "warn" if late <= LATE[1] else "fail", told, Text(
        "Chạy thêm «motcua worker»; nếu đã có đủ, xem nhật ký của chúng.",
        "Run more of “motcua worker”; where there are enough, look at their logs."))


def _span(length: timedelta) -> str:
    whole = max(0, round(length.total_seconds()))
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _stuck(load: Load) -> Check:
    jobs = load.jobs
    told = Text(f"{jobs.leased} đang làm, {jobs.lost} quá hạn giữ, {jobs.often} lấy nhiều lần",
                f"{jobs.leased} leased, {jobs.lost} past their lease, {jobs.often} taken often")
    if not jobs.lost and not jobs.often:
        return Check("jobs", "ok", told)
    return Check("jobs", "fail" if jobs.hopeless else "warn", told, Text(
        "Có việc làm chết hoặc treo tiến trình: xem nhật ký của «motcua worker» (việc nào, lỗi gì).",
        "A job ends or hangs its workers: the log of “motcua worker” says which and how."))


def _incidents(load: Load, now: datetime) -> Check:
    if not load.incidents or load.oldest_incident is None:
        return Check("incidents", "ok", Text("không có", "none"))
    since = _span(now - load.oldest_incident)
    return Check("incidents", "warn", Text(f"{load.incidents} đang chờ, lâu nhất {since}",
                                           f"{load.incidents} wait, the oldest for {since}"),
                 Text("Mở trang «Sự cố», hoặc chạy «motcua incident list».",
                      "Open the page “Incidents”, or run “motcua incident list”."))


def _histories(most: int) -> Iterator[Check]:
    with database.reading() as session:
        codes = list(session.scalars(select(case_table.c.code).order_by(case_table.c.filed_at.desc()).limit(most)))
        events, broken = office_history.first_difference(session, books=False)
    findings = [finding for finding in map(history.verify, codes) if not finding.holds]
    remedy = Text("Ngừng phục vụ, giữ nguyên cơ sở dữ liệu, so với bản sao lưu («motcua db drill»).",
                  "Stop serving, keep the database as it is, compare with a backup (“motcua db drill”).")
    if findings:
        first = findings[0]
        where = f"{first.code}: {first.divergence.what if first.divergence is not None else ''}"
        yield Check("history", "fail", Text(
            f"{len(findings)}/{len(codes)} hồ sơ không khớp, đầu tiên {where}",
            f"{len(findings)} of {len(codes)} cases do not hold, first {where}"), remedy)
    else:
        yield Check("history", "ok", Text(f"{len(codes)} hồ sơ mới nhất còn nguyên vẹn",
                                          f"the newest {len(codes)} cases are whole"))
    if broken is not None:
        yield Check("office", "fail", Text(
            f"sổ của cơ quan không khớp ở số {broken.seq}: {broken.what}",
            f"the log of the office does not hold at {broken.seq}: {broken.what}"), remedy)
    else:
        yield Check("office", "ok", Text(f"sổ của cơ quan nguyên vẹn, {events} sự kiện",
                                         f"the log of the office is whole, {events} events"))


def _clock(now: Callable[[], datetime]) -> Check:
    before = now()
    theirs = vitals.now()
    after = now()
    apart = max(before - theirs, theirs - after, timedelta())
    told = Text(f"lệch {apart.total_seconds():.1f} giây so với cơ sở dữ liệu",
                f"{apart.total_seconds():.1f} s apart from the database")
    if apart <= APART[0]:
        return Check("clock", "ok", told)
    return Check("clock", "warn" if apart <= APART[1] else "fail", told, Text(
        "Bật đồng bộ giờ (chrony hoặc systemd-timesyncd) trên mọi máy.",
        "Turn on time synchronisation (chrony or systemd-timesyncd) on every host."))
