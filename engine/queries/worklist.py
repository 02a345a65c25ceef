"""The tasks an actor may do now, the most pressing first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select, text
from sqlalchemy.orm import Session

from engine import workflow
from engine.domain import case_clock, clock
from engine.domain.calendar import WorkCalendar, to_local, to_utc
from engine.domain.case import Case, CaseStatus, Task
from engine.domain.case_clock import Rules
from engine.domain.declarations import DeadlineRule
from engine.domain.people import APPLICANT, RECEIVING_OFFICER, Actor
from engine.domain.text import Text
from engine.queries import case_view, office, roots
from engine.storage import database
from engine.storage.tables import IS_OPEN, case_table, task_table

MOST = 500
_OWED = text("task.role = 'applicant'")     # spelled out as in the index of what applicants owe


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a worklist: the task with its name and the calendar of its unit, and the case it belongs to; by
    `rules` and the `limits` of its step it can be told from when it presses."""

    task: Task
    case: Case
    name: Text
    procedure: Text
    calendar: WorkCalendar
    rules: Rules
    limits: tuple[DeadlineRule, ...]

    def warns(self, due: datetime) -> datetime | None:
        """Give from when the nearer of the two limits, that of the step or of the case, is to be warned of."""
        if due == self.task.due_at:
            rule = case_clock.select([rule for rule in self.limits if rule.kind == "task"], self.rules.holds)
            opened = to_local(self.calendar, self.task.opened_at)
            found = clock.reckon(clock.limit_of(rule, self.calendar), self.calendar, opened) if rule else None
        else:
            found = case_clock.reckon(self.case, self.rules)
        return to_utc(self.calendar, found.warn) if found is not None and found.warn is not None else None


def mine(actor: Actor, now: datetime) -> list[Entry]:
    """Give the open tasks the actor may do: by role and unit, not barred, not held by another; late ones first.

    Ordered by the task's own due time, then the case's; tasks without one come last.
    """
    with database.reading() as session:
        return _entries(session, actor, now)


def _entries(session: Session, actor: Actor, now: datetime) -> list[Entry]:
    chances = [and_(task_table.c.unit == post.unit, task_table.c.role.in_(sorted(post.roles))) for post in actor.posts]
    counters = actor.units_as(RECEIVING_OFFICER)
    if counters:
        chances.append(and_(_OWED, task_table.c.receiving_unit.in_(counters)))
    if not chances:
        return []
    rows = session.execute(
        select(Task, Case).join(Case, and_(case_table.c.root == task_table.c.root,
                                           case_table.c.id == task_table.c.case_id))
        .where(task_table.c.root.in_(roots.of_actor(session, actor, now)), IS_OPEN, or_(*chances),
               case_table.c.status != CaseStatus.HALTED,
               or_(task_table.c.holder.is_(None), task_table.c.holder == actor.account))
        .order_by(task_table.c.due_at.is_(None), task_table.c.due_at, case_table.c.due_at, task_table.c.opened_at)
        .limit(MOST))
    return [entry_of(session, case, task) for task, case in rows if task.open_to(actor)]


def entry_of(session: Session, case: Case, task: Task) -> Entry:
    """Give a task with its name and the title of its procedure."""
    loaded = office.procedure_of(session, case.version_id)
    step = loaded.definition.step(task.calls, task.key)
    calendars = office.current(session).calendars
    rules = Rules(loaded.definition.deadlines, case_clock.calendar_for(case, case.units["competent"], calendars),
                  lambda expression: workflow.holds(expression, case.data))
    return Entry(task, case, loaded.name_at(step, task.calls, case.data), loaded.title,
                 case_clock.calendar_for(case, task.unit, calendars), rules, step.deadlines)


def facts(entry: Entry, language: str) -> dict[str, Any]:
    """Give a line of a worklist as a JSON object."""
    case = entry.case
    return {**case_view.named_task(entry.task, entry.name.to(language)),
            "case": {"id": case.id.hex, "code": case.code, "procedure": case.procedure,
                     "title": entry.procedure.to(language), "applicant": case.applicant, "status": str(case.status),
                     "due_at": case_view.moment(case.due_at)}}


def next_of(entries: Sequence[Entry], after: UUID | None = None) -> Entry | None:
    """Give the most pressing entry that is not the task just done and does not wait for the applicant."""
    return next((entry for entry in entries if entry.task.id != after and entry.task.role != APPLICANT), None)
