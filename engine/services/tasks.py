"""What people do with tasks: open, claim, release, complete. Each is one transaction with its AuditEvent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine import workflow
from engine.domain import policy
from engine.domain.case import Case, Task
from engine.domain.errors import Halted, TaskAlreadyCompleted
from engine.domain.people import Actor
from engine.domain.text import Text
from engine.procedures import forms
from engine.queries import office
from engine.services import course, holding, incidents
from engine.services.course import Act
from engine.services.ground import outcome_in
from engine.services.receipts import Receipt
from engine.storage import database


def complete(task_id: UUID, submission: Mapping[str, Any], actor: Actor, now: datetime,
             receipt: Receipt | None = None) -> Case | None:
    """Complete a task with the answers of its form: the case runs to its next wait, in one transaction.

    Gives None when the receipt recalled the answer to an earlier request with the same key.

    Raises:
        TaskNotFound: no such task, or the actor may not know of it.
        NotAllowed: the actor may not do it (role, unit, four eyes).
        InvalidSubmission: the form refuses the answers.
        Conflict: someone was faster, the case is over, or it is halted; halting by this very act is `CaseHalted`.
    """
    case, halted = holding.once_more(lambda: _complete(task_id, submission, actor, now, receipt), receipt)
    if halted is not None:
        raise incidents.halted_by(actor, halted, now)
    return case


def _complete(task_id: UUID, submission: Mapping[str, Any], actor: Actor, now: datetime,
              receipt: Receipt | None) -> tuple[Case | None, Halted | None]:
    with database.transaction() as session:
        if receipt is not None and receipt.recall(session, actor, now):
            return None, None
        case, task = _mine(session, task_id, actor, now)
        ground = holding.ground_of(session, case)
        step = ground.procedure.definition.step(task.calls, task.key)
        form = ground.procedure.form_of(step) or forms.empty(task.key)
        data = forms.clean(form, submission, office.local_day(now))
        name = {"place": task.place, "ordinal": task.ordinal}
        act = Act(task, actor.account, outcome_in(data))
        before = dict(case.pending)
        try:
            position = workflow.complete(ground.procedure.definition, case.state, task.id, data, now)
            result = course.move(case, ground, position, now, act)
        except (Halted, TaskAlreadyCompleted) as cause:
            reason = cause if isinstance(cause, Halted) else _contradiction()
            session.expire_all()
            case, _ = holding.case_of_task(session, task_id, actor, now)
            incidents.raise_on(session, case, reason, {"task": name, "submission": data}, actor, now)
            return case, reason
        holding.store(session, case, before, actor, now, "task.completed",
                      {"task": name, "capacity": task.capacity(actor), "submission": data, "result": result}, receipt)
        return case, None


def _contradiction() -> Halted:
    """Say that a task is open and the stored state of its case does not know it: one of the two is of another case."""
    return Halted("state", Text("Trạng thái đã lưu của hồ sơ không có việc này.",
                                "The stored state of the case does not have this task."))


def claim(task_id: UUID, actor: Actor, now: datetime, receipt: Receipt | None = None) -> Case | None:
    """Reserve a task for the actor; claiming one's own task again records nothing.

    Raises:
        TaskNotFound, NotAllowed, Conflict: as in `complete`.
    """
    return holding.once_more(lambda: _hold(task_id, actor, now, receipt, wanted=True), receipt)


def release(task_id: UUID, actor: Actor, now: datetime, receipt: Receipt | None = None) -> Case | None:
    """Give a reserved task back to everyone who may do it; a free task stays free.

    Whoever holds it may; so may a head or leader of its unit, to unblock it.

    Raises:
        TaskNotFound, NotAllowed, Conflict: as in `complete`.
    """
    return holding.once_more(lambda: _hold(task_id, actor, now, receipt, wanted=False), receipt)


def _hold(task_id: UUID, actor: Actor, now: datetime, receipt: Receipt | None, *, wanted: bool) -> Case | None:
    with database.transaction() as session:
        if receipt is not None and receipt.recall(session, actor, now):
            return None
        case, task = _mine(session, task_id, actor, now, unblock=not wanted)
        if (task.holder is not None) is wanted:
            if receipt is not None:
                receipt.write(session, case)
                receipt.keep(session, case.root, now)
            return case
        if wanted:
            task.claim(actor, now)
        else:
            task.release()
        holding.store(session, case, dict(case.pending), actor, now, "task.claimed" if wanted else "task.released",
                      {"task": {"place": task.place, "ordinal": task.ordinal}, "result": {"holder": task.holder}},
                      receipt)
        return case


def _mine(session: Session, task_id: UUID, actor: Actor, now: datetime, *, unblock: bool = False) -> tuple[Case, Task]:
    """Load a task the actor may act on now; with `unblock`, one that another holds and the actor may take away."""
    case, task = holding.case_of_task(session, task_id, actor, now)
    organisation = office.current(session).organisation(office.local_day(now))
    if not (unblock and not task.status.over and policy.may_unblock(actor, task, organisation)):
        policy.refuse_task(actor, case, task, organisation)
        task.refuse_unless_free(actor)      # before the case: it can say who was faster
    incidents.refuse_unless_running(session, case)
    return case, task
