"""The case: one applicant's matter under one version of a procedure, with its tasks, its clock and its history.

A case row is a projection of its AuditEvents: every field but `row_version` follows from replaying them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from engine.domain import audit
from engine.domain.audit import AuditEvent
from engine.domain.errors import CaseHalted, Conflict, TaskAlreadyCompleted, TaskClaimedByOther
from engine.domain.handoff import HandOff
from engine.domain.people import APPLICANT, RECEIVING_OFFICER, Actor
from engine.domain.text import Text


class CaseStatus(StrEnum):
    """Where a case stands. `filed`: nobody accepted it yet; `stopped`: ended without a decision."""

    FILED = "filed"
    OPEN = "open"
    SUSPENDED = "suspended"
    HALTED = "halted"
    CLOSED = "closed"
    STOPPED = "stopped"

    @property
    def over(self) -> bool:
        """Tell whether nothing more can happen to the case."""
        return self in (CaseStatus.CLOSED, CaseStatus.STOPPED)


class TaskStatus(StrEnum):
    """The life of a task: `reserved` means that one actor holds it."""

    READY = "ready"
    RESERVED = "reserved"
    COMPLETED = "completed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Tell whether the task can no longer be done."""
        return self in (TaskStatus.COMPLETED, TaskStatus.CANCELLED)


def path_of(path: str) -> tuple[str, ...]:
    """Give the call activities that a stored path names, from the top."""
    return tuple(path.split("/")) if path else ()


@dataclass(eq=False)
class Task:
    """One user task waiting for someone: a projection of the engine's state, keyed by the engine's own id.

    `path` names the call activities above it (`receive/check` would be path `receive`, key `check`); `ordinal`
    counts how often the step was opened in this case; `barred` are the accounts that may not do it.
    """

    id: UUID
    root: str
    case_id: UUID
    key: str
    path: str
    ordinal: int
    role: str
    unit: str
    receiving_unit: str
    status: TaskStatus
    opened_at: datetime
    due_at: datetime | None = None
    holder: str | None = None
    barred: list[str] = field(default_factory=list)
    reserved_for: str | None = None
    claimed_at: datetime | None = None
    completed_at: datetime | None = None
    actor: str | None = None
    outcome: str | None = None

    @property
    def place(self) -> str:
        """Give the step with its path, `call/step`."""
        return f"{self.path}/{self.key}" if self.path else self.key

    @property
    def calls(self) -> tuple[str, ...]:
        """Give the call activities above the step, from the top."""
        return path_of(self.path)

    def open_to(self, actor: Actor) -> bool:
        """Tell whether the actor may do this task: a post with its role in its unit, not barred, and the task not
        kept for another. What the applicant owes is taken in at the counter by the receiving officer on behalf."""
        if actor.account in self.barred or self.reserved_for not in (None, actor.account):
            return False
        return self._post(actor) is not None

    def _post(self, actor: Actor) -> tuple[str, str] | None:
        if actor.holds(self.role, self.unit):
            return self.role, self.unit
        if self.role == APPLICANT and actor.holds(RECEIVING_OFFICER, self.receiving_unit):
            return RECEIVING_OFFICER, self.receiving_unit
        return None

    def capacity(self, actor: Actor) -> dict[str, Any]:
        """Give in what capacity the actor does the task, for the record: role, unit, and on whose behalf."""
        role, unit = self._post(actor) or (self.role, self.unit)
        return {"role": role, "unit": unit, **({"on_behalf_of": APPLICANT} if role != self.role else {})}

    def claim(self, actor: Actor, now: datetime) -> None:
        """Reserve the task for one actor; claiming one's own task again changes nothing.

        Raises:
            TaskAlreadyCompleted: it is done or cancelled.
            TaskClaimedByOther: another actor holds it.
        """
        self.refuse_unless_free(actor)
        self.status, self.holder, self.claimed_at = TaskStatus.RESERVED, actor.account, now

    def release(self) -> None:
        """Give the task back to everyone who may do it."""
        self.status, self.holder, self.claimed_at = TaskStatus.READY, None, None

    def refuse_unless_free(self, actor: Actor) -> None:
        """Refuse when the task is over or another actor holds it, saying who, what and when."""
        if self.status.over:
            done = self.status is TaskStatus.COMPLETED
            who = self.actor or "system"
            raise TaskAlreadyCompleted(
                Text(f"Việc này đã được {who} hoàn thành." if done else "Việc này không còn phải làm nữa.",
                     f"This task was already completed by {who}." if done else "This task is no longer to be done."),
                actor=who, action="task.completed" if done else "task.cancelled", at=self.completed_at)
        if self.holder not in (None, actor.account):
            raise TaskClaimedByOther(Text(f"{self.holder} đang giữ việc này.", f"{self.holder} holds this task."),
                                     actor=self.holder, action="task.claimed", at=self.claimed_at)

    def complete(self, actor: str, now: datetime, outcome: str | None) -> None:
        """Mark the task done by an account with the outcome of its form, if it has one."""
        self.status, self.actor, self.completed_at, self.outcome = TaskStatus.COMPLETED, actor, now, outcome
        self.holder = actor

    def cancel(self, now: datetime) -> None:
        """Mark the task as no longer to be done: the flow took it away."""
        self.status, self.completed_at = TaskStatus.CANCELLED, now


@dataclass(eq=False)
class Case:
    """One case. Instants are UTC. Pinned at filing: `units` (what `receiving`, `competent`, … mean for it) and
    `calendars` (unit → `calendar@version`). `clock` holds the clock events, `pending` the jobs it waits for
    (`kind:key` → due instant), `actors` who acted in each step, `ordinals` how often each step was opened; `origin`
    the code of the case that this one came from, if one sent it. `root` is the root unit of the receiving one: every
    row of the case has it, so that all of them lie on one server wherever the tables are spread."""

    id: UUID
    root: str
    code: str
    procedure: str
    version_id: int
    unit: str
    competent: str
    applicant: str
    words: str
    filed_by: str
    filed_at: datetime
    tracking: str
    status: CaseStatus = CaseStatus.FILED
    units: dict[str, str] = field(default_factory=dict)
    calendars: dict[str, str] = field(default_factory=dict)
    received_at: datetime | None = None
    due_at: datetime | None = None
    norm_due_at: datetime | None = None
    promised_at: datetime | None = None
    ended_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str | None = None
    verdict: str | None = None
    remaining: int | None = None
    clock: list[dict[str, Any]] = field(default_factory=list)
    ordinals: dict[str, int] = field(default_factory=dict)
    actors: dict[str, list[str]] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    state: bytes = b""
    pending: dict[str, str] = field(default_factory=dict)
    seq: int = 0
    head: bytes = audit.GENESIS
    row_version: int = field(init=False, default=0)
    tasks: list[Task] = field(default_factory=list)
    hand_offs: list[HandOff] = field(default_factory=list)
    origin: str | None = None

    def record(self, action: str, actor: Actor, at: datetime, facts: Mapping[str, Any]) -> AuditEvent:
        """Chain the next AuditEvent of this case and move the head to it."""
        event = audit.chain(self.id, self.seq + 1, self.head, action, actor, at, facts, self.root)
        self.seq, self.head = event.seq, event.hash
        return event

    def refuse_unless_running(self, incident: Incident | None = None) -> None:
        """Refuse an act on a case that is over, or halted by an Incident; `incident` says since when."""
        if self.status is CaseStatus.HALTED:
            raise CaseHalted(Text(f"Hồ sơ {self.code} đang vướng sự cố, quản trị viên cần xem trước.",
                                  f"Case {self.code} is halted by an incident; an administrator must look first."),
                             actor="system", action="incident.raised", at=incident.raised_at if incident else None)
        if self.status.over:
            raise Conflict(Text(f"Hồ sơ {self.code} đã kết thúc.", f"Case {self.code} is over."), actor="system",
                           action=f"case.{self.status}", at=self.closed_at)

    def open_tasks(self) -> list[Task]:
        """Give the tasks that can still be done, oldest first."""
        return sorted((t for t in self.tasks if not t.status.over), key=lambda t: (t.opened_at, t.place))

    def next_ordinal(self, place: str) -> int:
        """Count one more opening of a step and give its ordinal, from 1."""
        self.ordinals = {**self.ordinals, place: self.ordinals.get(place, 0) + 1}
        return self.ordinals[place]

    def remember_actor(self, place: str, account: str) -> None:
        """Remember who acted in a step, latest last, for the separation of duties."""
        past = [name for name in self.actors.get(place, []) if name != account]
        self.actors = {**self.actors, place: [*past, account]}


@dataclass(eq=False)
class Incident:
    """The engine could not go on with a case and a person must look; `submission` keeps what was to be done."""

    id: UUID
    root: str
    case_id: UUID
    code: str
    element: str | None
    message_vi: str
    message_en: str
    act: dict[str, Any]
    raised_at: datetime
    resolved_at: datetime | None = None
    resolved_by: str | None = None
