"""What must hold whatever failed: checked on the database, the file store and the clients' logs when everything is
quiet again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import workflow
from engine.adapters import durable, files
from engine.domain import audit
from engine.domain.case import Case, CaseStatus
from engine.domain.handoff import HandOff, HandOffStatus
from engine.queries import office
from engine.services import history
from engine.storage import database, tables
from tests.faults import deeds
from tests.faults.deeds import Deeds
from tests.faults.logs import DONE, Told
from tests.faults.verdict import Verdict

ALLOWED = {*DONE, 409, 503}
AWAY = 5.0               # seconds within which a client must be told that the database cannot be used
HANGING = 15.0           # seconds after which a request counts as hanging
SECOND = timedelta(seconds=1)
CAUSED = {"halting"}     # the procedures that may halt

Window = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the checker must know of a run: the folder of the file store; the numbers of killed clients; when a worker
    was frozen, which may have held a lock (monotonic seconds); how late a timer may be; whether the machine is quiet
    enough to judge how long answers took; and whether papers were cut off by kills."""

    files: Path
    killed: Sequence[int] = ()
    frozen: Sequence[Window] = ()
    latest: timedelta = timedelta(seconds=90)
    timely: bool = True
    cut_off: int = 0


def judge(told: Told, now: datetime, about: Circumstances) -> Verdict:
    """Check everything on the database in use."""
    verdict = Verdict()
    _answers(verdict, told, about)
    with database.reading() as session:
        found = deeds.gather(session)
        deeds.check(verdict, told, found, len(about.killed))
        _tasks_and_jobs(verdict, session, now, about.latest)
        _numbers(verdict, session)
        _incidents(verdict, session, told)
        _hand_offs(verdict, session)
        _papers(verdict, session, told, found, about)
        _timers(verdict, session, found, about.latest)
        codes = list(session.scalars(select(tables.case_table.c.code)))
    for finding in _findings(codes, about.files):
        verdict.expect(finding.holds, f"{finding.code}: {finding.divergence}")
    return verdict


def _answers(verdict: Verdict, told: Told, about: Circumstances) -> None:
    """Nobody is told anything else than: done, somebody was faster, not now; and that soon."""
    statuses = Counter(line["status"] for line in told.sent)
    verdict.figures["answers"] = {str(status): count for status, count in sorted(statuses.items(), key=str)}
    wrong = [line for line in told.sent if line["status"] not in ALLOWED | {None}]
    verdict.expect(not wrong, f"{len(wrong)} answers of another kind, such as {wrong[:2]}")
    locked = [line for line in told.sent if "locked" in line.get("said", "") and not _inside(line, about.frozen)]
    verdict.expect(not locked, f"{len(locked)} answers speak of a lock: {locked[:1]}")
    free = [line for line in told.sent if not _inside(line, about.frozen)]
    away = [line for line in free if line["status"] == 503]
    for name, lines, most in (("slowest_503", away, AWAY), ("slowest_answer", free, HANGING)):
        slowest = max(lines, key=lambda line: line["seconds"], default={"seconds": 0.0})
        verdict.figures[name] = slowest["seconds"]
        verdict.expect(not about.timely or slowest["seconds"] <= most, f"{name}: {slowest}")


def _inside(line: dict[str, Any], windows: Iterable[Window]) -> bool:
    """Tell whether a request was under way while a worker was frozen: it may have held what the request needed."""
    return any(line["at"] < end + 1 and line["at"] + line["seconds"] > begun for begun, end in windows)


def _tasks_and_jobs(verdict: Verdict, session: Session, now: datetime, latest: timedelta) -> None:
    """The worklist is what the engine waits for, and the queue what the case waits for; nothing waits too long."""
    open_tasks: dict[Any, set[str]] = defaultdict(set)
    for row in session.execute(select(tables.task_table.c.case_id, tables.task_table.c.id).where(
            tables.task_table.c.status.in_(("ready", "reserved")))):
        open_tasks[row.case_id].add(row.id.hex)
    jobs: dict[Any, dict[str, datetime]] = defaultdict(dict)
    for job in session.execute(select(tables.job_table)).all():
        jobs[job.case_id][f"{job.kind}:{job.key}"] = job.due
    late, count = 0, 0
    for case in session.scalars(select(Case).execution_options(yield_per=200)):
        count += 1
        definition = office.procedure_of(session, case.version_id).definition
        waiting = set() if case.status.over else {
            wait.id.hex for wait in workflow.look(definition, case.state).waiting if wait.kind == "user"}
        verdict.expect(open_tasks[case.id] == waiting, f"{case.code}: open tasks are not the engine's")
        halted = case.status is CaseStatus.HALTED       # its jobs are put off until somebody has seen to it
        verdict.expect(_same(jobs[case.id], case.pending, halted), f"{case.code}: {jobs[case.id]} {case.pending}")
        late += sum(due < now - latest for due in jobs[case.id].values())
    verdict.figures |= {"cases": count, "overdue_jobs": late}
    verdict.expect(late == 0, f"{late} jobs are overdue")


def _same(rows: dict[str, datetime], pending: dict[str, str], halted: bool) -> bool:
    if rows.keys() != pending.keys():
        return False
    return halted or all(audit.stamp(due) >= pending[name] for name, due in rows.items())


def _numbers(verdict: Verdict, session: Session) -> None:
    """Each number of a book was given to one case: none twice, none left out."""
    codes = [code.rsplit("-", 1) for code in session.scalars(select(tables.case_table.c.code))]
    for row in session.execute(select(tables.number_book_table)).all():
        given = sorted(int(number) for book, number in codes if row.book == f"case:{book.replace('-', ':', 1)}")
        verdict.expect(given == list(range(1, row.last + 1)), f"book {row.book}: {len(given)} codes, last {row.last}")


def _incidents(verdict: Verdict, session: Session, told: Told) -> None:
    """A case halts only where its procedure lets it, and each incident that was retried is resolved by who did."""
    columns = tables.incident_table.c
    rows = session.execute(select(columns.id, columns.message_en, columns.resolved_by, tables.case_table.c.procedure)
                           .join_from(tables.incident_table, tables.case_table)).all()
    strange = [row.message_en for row in rows if row.procedure not in CAUSED]
    verdict.figures |= {"incidents": len(rows), "incidents_retried": sum(row.resolved_by is not None for row in rows)}
    verdict.expect(not strange, f"{len(strange)} incidents nobody caused: {strange[:3]}")
    resolved = {row.id.hex for row in rows if row.resolved_by == "quan"}
    retried = {intent["target"].replace("-", "") for intent in told.acknowledged("retry").values()}
    verdict.expect(retried <= resolved, f"retried, not resolved: {sorted(retried - resolved)[:3]}")


def _hand_offs(verdict: Verdict, session: Session) -> None:
    """At each moment exactly one unit is accountable for what is handed over, and one hand-off stands for a place."""
    standing: Counter[tuple[Any, str]] = Counter()
    count = 0
    for one in session.scalars(select(HandOff).execution_options(yield_per=200)):
        count += 1
        accepted = one.status is HandOffStatus.ACCEPTED
        answers_for_it = one.to_unit if accepted else one.from_unit
        verdict.expect(one.accountable == answers_for_it, f"{one.name}: {one.accountable}")
        standing[one.case_id, one.place] += one.open
    verdict.figures["hand_offs"] = count
    several = [place for (_, place), number in standing.items() if number > 1]
    verdict.expect(not several, f"several open hand-offs of one place: {several[:3]}")


def _papers(verdict: Verdict, session: Session, told: Told, found: Deeds, about: Circumstances) -> None:
    """Every paper a case names lies whole in the store, and nothing half-written lies at any place of it."""
    recorded = Counter(sha256 for _, sha256 in found.papers)
    sent = {intent["sha256"] for intent in told.acknowledged("upload").values()}
    rows = Counter(session.scalars(select(tables.document_table.c.sha256)))
    missing = sorted(sent - recorded.keys())
    verdict.expect(not missing, f"acknowledged papers not in the audit: {missing[:3]}")
    verdict.expect(rows == recorded, f"papers of the audit and rows: {list((rows - recorded) + (recorded - rows))[:3]}")
    gone = sorted(sha256 for sha256 in recorded if durable.sha256(files.place(about.files, sha256)) != sha256)
    verdict.expect(not gone, f"papers gone or changed: {gone[:3]}")
    stored = {path.name: path for path in about.files.glob("*/*")}
    broken = sorted(name for name, path in stored.items() if durable.sha256(path) != name)
    verdict.expect(not broken, f"half-written files: {broken[:3]}")
    drafts = [path.name for path in about.files.glob("incoming-*")]
    verdict.figures |= {"papers": len(recorded), "papers_of_no_case": len(stored.keys() - recorded.keys()),
                        "drafts_of_killed_processes": len(drafts)}
    verdict.expect(len(drafts) <= about.cut_off, f"{len(drafts)} drafts, {about.cut_off} kills: {drafts[:3]}")


def _timers(verdict: Verdict, session: Session, found: Deeds, latest: timedelta) -> None:
    """A timer of a second fired once, or its task was done; none is lost, and none very late."""
    columns = tables.case_table.c
    cases = session.execute(select(columns.id, columns.filed_at, columns.status).where(
        columns.procedure == "timed")).all()
    twice = [stream for stream, moments in found.fired_at.items() if len(moments) > 1]
    verdict.expect(not twice, f"{len(twice)} timers fired twice")
    queued = set(session.scalars(select(tables.job_table.c.case_id)))      # how late that may be is checked of all jobs
    never = [row.id for row in cases if not row.status.over and row.id not in queued]
    verdict.expect(not never, f"{len(never)} cases whose timer was lost")
    lateness = sorted((found.fired_at[row.id][0] - row.filed_at - SECOND).total_seconds()
                      for row in cases if row.id in found.fired_at)
    verdict.figures |= {"timers_fired": len(lateness), "lateness_p50": _quantile(lateness, 0.5),
                        "lateness_p99": _quantile(lateness, 0.99), "lateness_most": _quantile(lateness, 1)}
    verdict.expect(not lateness or lateness[0] >= 0, f"a timer fired {-min(lateness, default=0)} s early")
    verdict.expect(not lateness or lateness[-1] <= latest.total_seconds(), f"a timer was {lateness[-1:]} s late")
    begun = session.execute(select(func.count()).where(columns.procedure == "ticking")).scalar()
    verdict.figures["started_by_time"] = begun
    came = found.actions["start.fired"]
    verdict.expect(begun == came, f"{begun} cases begun by {came} times")


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 2) if ordered else None


def _findings(codes: Collection[str], folder: Path) -> Iterator[history.Finding]:
    """Every chain is whole, every row is what the events add up to, and every case replays; so does the office."""
    for code in codes:
        yield history.verify(code, folder)
        yield history.replay(code)
    yield history.verify_office()
