"""What must hold whatever failed: checked on the database and the clients' logs when everything is quiet again."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import workflow
from engine.domain import audit
from engine.domain.case import Case, Task
from engine.queries import office
from engine.services import history
from engine.storage import database, tables

Json = dict[str, Any]
ALLOWED = {200, 201, 409, 503}
AWAY = 5.0               # seconds within which a client must be told that the database cannot be used
OVERDUE = timedelta(seconds=45)       # a job of a killed worker is free again after its lease of 30 s
_NOTE = re.compile(rb'"(n[0-9]+c[0-9]+x[0-9]+z)"')


@dataclass
class Verdict:
    """Figures of a run and every violation in words."""

    figures: dict[str, Any] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)

    def expect(self, held: bool, otherwise: str) -> None:
        """Note a violation where something does not hold."""
        if not held:
            self.violations.append(otherwise)


@dataclass
class Told:
    """What the clients wrote down: intents and answers by note, what was lost, and every request."""

    intents: dict[str, Json] = field(default_factory=dict)
    answers: dict[str, Json] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    sent: list[Json] = field(default_factory=list)

    def acknowledged(self, *kinds: str) -> set[str]:
        """Give the notes of acts that were answered with success."""
        return {note for note, answer in self.answers.items()
                if answer["status"] in (200, 201) and self.intents[note]["kind"] in kinds}


def read(folder: Path) -> Told:
    """Read the logs of all clients."""
    told = Told()
    for path in sorted(folder.glob("client-*.jsonl")):
        for line in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            if "intent" in line:
                told.intents[line["intent"]] = line
            elif "answer" in line:
                told.answers[line["answer"]] = line
            elif "lost" in line:
                told.lost.add(line["lost"])
            else:
                told.sent.append(line)
    return told


def judge(told: Told, now: datetime) -> Verdict:
    """Check everything on the database in use."""
    verdict = Verdict()
    _answers(verdict, told)
    with database.reading() as session:
        _acts(verdict, told, session)
        _claims(verdict, told, session)
        _tasks_and_jobs(verdict, session, now)
        _numbers(verdict, session)
        incidents = session.execute(select(tables.incident_table.c.code, tables.incident_table.c.message_en)).all()
        verdict.expect(not incidents, f"incidents nobody caused: {incidents[:3]}")
    _histories(verdict)
    return verdict


def _answers(verdict: Verdict, told: Told) -> None:
    statuses = Counter(line["status"] for line in told.sent)
    verdict.figures["answers"] = {str(status): count for status, count in sorted(statuses.items(), key=str)}
    wrong = [line for line in told.sent if line["status"] not in ALLOWED | {None}]
    verdict.expect(not wrong, f"{len(wrong)} answers of another kind, such as {wrong[:1]}")
    locked = [line for line in told.sent if "locked" in line.get("said", "")]
    verdict.expect(not locked, f"{len(locked)} answers speak of a lock")
    slow = max((line["seconds"] for line in told.sent if line["status"] == 503), default=0.0)
    verdict.figures["slowest_503"] = slow
    verdict.expect(slow <= AWAY, f"a 503 took {slow} s")
    longest = max((line["seconds"] for line in told.sent), default=0.0)
    verdict.figures["slowest_answer"] = longest
    verdict.expect(longest < 12, f"a request took {longest} s: {max(told.sent, key=lambda line: line['seconds'])}")


def _acts(verdict: Verdict, told: Told, session: Session) -> None:
    """Each acknowledged filing and completion is in the audit once; what is there unasked was lost on the way."""
    bodies = session.scalars(select(tables.audit_event_table.c.body).where(
        tables.audit_event_table.c.action.in_(("case.filed", "task.completed"))))
    recorded = Counter(note.decode() for body in bodies for note in set(_NOTE.findall(_submission(body))))
    acknowledged = told.acknowledged("file", "complete")
    lost = sorted(acknowledged - recorded.keys())
    doubled = sorted(note for note, count in recorded.items() if count > 1)
    unasked = sorted(recorded.keys() - acknowledged - told.lost)
    verdict.figures |= {"acknowledged": len(acknowledged), "lost": len(lost), "doubled": len(doubled),
                        "committed_but_not_acknowledged": len(recorded.keys() - acknowledged),
                        "refused": sum(answer["status"] == 409 for answer in told.answers.values()),
                        "retried_with_key": sum(answer["tries"] > 1 for answer in told.answers.values())}
    verdict.expect(not lost, f"acknowledged but not in the audit: {lost[:5]}")
    verdict.expect(not doubled, f"in the audit more than once: {doubled[:5]}")
    verdict.expect(not unasked, f"refused or unanswered with a key, yet in the audit: "
                                f"{[(note, told.answers.get(note)) for note in unasked[:3]]}")


def _submission(body: bytes) -> bytes:
    """Give the part of a body that says what was asked; the name of the applicant stands in it once more."""
    return audit.canonical(json.loads(body)["submission"])


def _claims(verdict: Verdict, told: Told, session: Session) -> None:
    """Each acknowledged claim is in the audit; nobody claimed one task twice."""
    claims = Counter()
    names = {(task.case_id, task.place, task.ordinal): task.id.hex for task in session.scalars(select(Task))}
    for body in session.scalars(select(tables.audit_event_table.c.body).where(
            tables.audit_event_table.c.action == "task.claimed")):
        facts = json.loads(body)
        claims[names[UUID(facts["stream"]), facts["task"]["place"], facts["task"]["ordinal"]]] += 1
    wanted = {told.intents[note]["task"].replace("-", "") for note in told.acknowledged("claim")}
    verdict.figures["claims"] = len(wanted)
    verdict.expect(wanted <= claims.keys(), f"acknowledged claims not in the audit: {wanted - claims.keys()}")
    verdict.expect(not claims or max(claims.values()) == 1, "a task was claimed twice")


def _tasks_and_jobs(verdict: Verdict, session: Session, now: datetime) -> None:
    """The worklist is what the engine waits for, and the queue what the case waits for."""
    cases = list(session.scalars(select(Case)))
    open_tasks: dict[Any, set[str]] = {}
    for row in session.execute(select(tables.task_table.c.case_id, tables.task_table.c.id).where(
            tables.task_table.c.status.in_(("ready", "reserved")))):
        open_tasks.setdefault(row.case_id, set()).add(row.id.hex)
    jobs: dict[Any, dict[str, str]] = {}
    late = 0
    for job in session.execute(select(tables.job_table)).all():
        jobs.setdefault(job.case_id, {})[f"{job.kind}:{job.key}"] = audit.stamp(job.due)
        late += job.due < now - OVERDUE
    for case in cases:
        definition = office.procedure_of(session, case.version_id).definition
        waiting = set() if case.status.over else {
            wait.id.hex for wait in workflow.look(definition, case.state).waiting if wait.kind == "user"}
        verdict.expect(open_tasks.get(case.id, set()) == waiting, f"{case.code}: open tasks are not the engine's")
        verdict.expect(jobs.get(case.id, {}) == case.pending, f"{case.code}: jobs {jobs.get(case.id)} {case.pending}")
    verdict.figures |= {"cases": len(cases), "overdue_jobs": late}
    verdict.expect(late == 0, f"{late} jobs are overdue")


def _numbers(verdict: Verdict, session: Session) -> None:
    """Each number of a book was given to one case: none twice, none left out."""
    codes = [code.rsplit("-", 1) for code in session.scalars(select(tables.case_table.c.code))]
    for row in session.execute(select(tables.number_book_table)).all():
        given = sorted(int(number) for book, number in codes if row.book == f"case:{book.replace('-', ':', 1)}")
        verdict.expect(given == list(range(1, row.last + 1)), f"book {row.book}: {len(given)} codes, last {row.last}")


def _histories(verdict: Verdict) -> None:
    """Every chain is whole and every case replays; a timer fired at most once for each case that has one."""
    with database.reading() as session:
        codes = list(session.scalars(select(tables.case_table.c.code)))
        fired = Counter(session.scalars(select(tables.audit_event_table.c.stream).where(
            tables.audit_event_table.c.action == "timer.fired")))
    for finding in _findings(codes):
        verdict.expect(finding.holds, f"{finding.code}: {finding.divergence}")
    verdict.figures["timers_fired"] = sum(fired.values())
    verdict.expect(not fired or max(fired.values()) == 1, "a timer fired twice")


def _findings(codes: Iterable[str]) -> Iterator[history.Finding]:
    for code in codes:
        yield history.verify(code)
        yield history.replay(code)
