"""One case as its pages show it: the case with all its tasks, its procedure, its clock, its papers and its history.

Reads only. Which way the case went lives in `case_path`, what the public may see in `tracking`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from engine import workflow
from engine.domain import case_clock, clock, policy
from engine.domain.audit import AuditEvent
from engine.domain.calendar import WorkCalendar, to_local
from engine.domain.case import Case, Task
from engine.domain.case_clock import Rules
from engine.domain.clock import Reckoning
from engine.domain.errors import CaseNotFound, EngineError, TaskNotFound
from engine.domain.office import Document
from engine.domain.people import Actor
from engine.domain.text import Text
from engine.procedures.manifest import Paper
from engine.procedures.procedure import Procedure
from engine.queries import clock_view, office, roots
from engine.storage import database
from engine.storage.tables import account_table, audit_event_table, case_table, document_table, task_table
from engine.workflow import Step


@dataclass(frozen=True)
class CaseFile:
    """A case with what its pages need; `now` is local time of the competent unit, `names` are people by account."""

    case: Case
    procedure: Procedure
    version: int
    code: str | None
    units: Mapping[str, Text]
    parents: Mapping[str, str]
    calendars: Mapping[str, WorkCalendar]
    events: tuple[AuditEvent, ...]
    documents: tuple[Document, ...]
    names: Mapping[str, str]
    rules: Rules
    reckoning: Reckoning | None
    now: datetime

    def name(self, account: str | None) -> str:
        """Give a person's name by account; an unknown account stands for itself."""
        return self.names.get(account, account) if account is not None else ""

    def calendar(self, unit: str) -> WorkCalendar:
        """Give the calendar of a unit as pinned by the case, with what was closed in it."""
        return case_clock.calendar_for(self.case, unit, self.calendars)

    def unit(self, unit: str) -> Text:
        """Give the title of a unit."""
        return self.units.get(unit, Text(unit, unit))

    def step_of(self, task: Task) -> Step:
        """Give the step of the diagram that a task stands for."""
        return self.procedure.definition.step(task.calls, task.key)

    def task_name(self, task: Task) -> Text:
        """Give the name of a task, of one done several times with what this time is about."""
        return self.procedure.name_at(self.step_of(task), task.calls, self.case.data)

    def filing(self) -> Mapping[str, object]:
        """Give the answers the case was filed with."""
        filed: Mapping[str, object] = self.case.data.get(self.procedure.definition.start.key, {})
        return filed

    def papers(self) -> list[Paper]:
        """Give the papers that this case must have, by the conditions of the procedure on what was filed."""
        return [paper for paper in self.procedure.manifest.papers if asked_for(paper, self.case.data)]


@dataclass(frozen=True)
class TaskFile:
    """A task with its case; `reckoning` is the clock of the step alone, None where the step has no limit."""

    file: CaseFile
    task: Task
    step: Step
    reckoning: Reckoning | None
    may_do: bool
    may_unblock: bool


def asked_for(paper: Paper, data: Mapping[str, object]) -> bool:
    """Tell whether a paper must be filed; a condition that cannot be judged asks for it."""
    if paper.required_if is None:
        return True
    try:
        return bool(workflow.evaluate(paper.required_if, dict(data)))
    except EngineError:
        return True


def read(code: str, actor: Actor, now: datetime) -> CaseFile:
    """Give a case the actor may see.

    Raises:
        CaseNotFound: there is none of this code, or the actor may not know of it.
    """
    with database.reading() as session:
        case = roots.case_by_code(session, code, roots.of_actor(session, actor, now))
        if case is None:
            raise CaseNotFound(code)
        policy.refuse_case(actor, case, office.current(session).organisation(office.local_day(now)))
        return open_file(session, case, now)


def read_task(task_id: UUID, actor: Actor, now: datetime) -> TaskFile:
    """Give a task the actor may see, with its case.

    Raises:
        TaskNotFound: there is none of this id, or the actor may not know of its case.
    """
    with database.reading() as session:
        under = roots.of_actor(session, actor, now)
        row = session.execute(
            select(Case, Task)
            .join(Task, (task_table.c.root == case_table.c.root) & (task_table.c.case_id == case_table.c.id))
            .where(task_table.c.root.in_(under), task_table.c.id == task_id)).first()
        if row is None:
            raise TaskNotFound(str(task_id))
        case, task = row
        may_do = task.open_to(actor)
        organisation = office.current(session).organisation(office.local_day(now))
        if not may_do and not policy.may_see(actor, case, policy.units_seen(actor, organisation)):
            raise TaskNotFound(str(task_id))
        file = open_file(session, case, now)
        return TaskFile(file, task, file.step_of(task), step_clock(file, task), may_do,
                        policy.may_unblock(actor, task, organisation))


def open_file(session: Session, case: Case, now: datetime) -> CaseFile:
    """Gather what belongs to a loaded case."""
    house = office.current(session)
    loaded = office.procedure_of(session, case.version_id)
    version = house.by_id[case.version_id]
    tasks = list(session.scalars(select(Task).where(
        task_table.c.root == case.root, task_table.c.case_id == case.id).order_by(task_table.c.opened_at)))
    set_committed_value(case, "tasks", tasks)
    events = tuple(session.scalars(select(AuditEvent).where(
        audit_event_table.c.root == case.root, audit_event_table.c.stream == case.id)
        .order_by(audit_event_table.c.seq)))
    documents = tuple(session.scalars(select(Document).where(
        document_table.c.root == case.root, document_table.c.case_id == case.id)
        .order_by(document_table.c.added_at, document_table.c.id)))
    rules = clock_view.rules_of(session, case)
    return CaseFile(
        case, loaded, version.number, version.code, {unit.id: unit.title for unit in house.units},
        {unit.id: unit.parent for unit in house.units if unit.parent is not None}, house.calendars, events, documents,
        _names(session, case, events), rules, case_clock.reckon(case, rules), to_local(rules.calendar, now))


def _names(session: Session, case: Case, events: Iterable[AuditEvent]) -> dict[str, str]:
    accounts = {case.filed_by, *(event.actor for event in events)}
    accounts |= {account for task in case.tasks for account in (task.holder, task.actor) if account is not None}
    rows = session.execute(select(account_table.c.name, account_table.c.full_name)
                           .where(account_table.c.name.in_(sorted(accounts))))
    return {"system": "Motcua", **{row.name: row.full_name for row in rows}}


def step_clock(file: CaseFile, task: Task) -> Reckoning | None:
    """Compute the clock of one task: its limit runs from the moment it became ready, by the calendar of its unit."""
    calendar = file.calendar(task.unit)
    rule = case_clock.select([rule for rule in file.step_of(task).deadlines if rule.kind == "task"], file.rules.holds)
    if rule is None:
        return None
    return clock.reckon(clock.limit_of(rule, calendar), calendar, to_local(calendar, task.opened_at))
