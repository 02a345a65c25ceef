"""Opening tasks: who may do a step, in which unit, until when, and whom the separation of duties bars."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.domain import audit, case_clock, clock, handoff
from engine.domain.calendar import to_local, to_utc
from engine.domain.case import Case, Task, TaskStatus, path_of
from engine.domain.declarations import DeadlineRule
from engine.services.ground import Ground, place_of, role_of, unit_word
from engine.workflow import Position, Step, Waiting


def open_tasks(case: Case, ground: Ground, position: Position, now: datetime,
               done: Task | None) -> list[dict[str, Any]]:
    """Open a task for each user task that newly waits, and bring the barred accounts of all up to date."""
    known = {task.id for task in case.tasks}
    opened = []
    for wait in position.waiting:
        if wait.kind == "user" and wait.id not in known:
            task = _task(case, ground, wait, now, done)
            case.tasks.append(task)
            opened.append({"place": task.place, "ordinal": task.ordinal, "role": task.role, "unit": task.unit,
                           "due_at": audit.stamp(task.due_at) if task.due_at else None, "holder": task.holder})
    for task in case.open_tasks():
        step = ground.procedure.definition.step(task.calls, task.key)
        barred = _actors(case, task.path, step.assignment.not_actor_of) if step and step.assignment else []
        if barred != task.barred:
            task.barred = barred
    return opened


def renew(case: Case, ground: Ground) -> list[dict[str, Any]]:
    """Bring the open tasks of a case that was moved to another version to what that one says: role, unit, for whom it
    is kept, and the due time, which still runs from when the task was opened. Whoever holds a task keeps it while it
    is still theirs to do. Give the tasks that changed, as they stand in the event."""
    renewed = []
    for task in case.open_tasks():
        step = ground.procedure.definition.step(task.calls, task.key)
        word = unit_word(step)
        unit = task.unit if word == "same" else _unit(case, word, task.path, None)
        kept_for = _actors(case, task.path, step.assignment.same_actor_as)[-1:] if step.assignment else []
        due_at = _task_due(case, ground, task.calls, step, unit, task.opened_at)
        wanted: dict[str, Any] = {"role": role_of(step), "unit": unit,
                                  "reserved_for": kept_for[0] if kept_for else None}
        changed = {name: value for name, value in wanted.items() if getattr(task, name) != value}
        if task.holder is not None and (changed or task.holder in task.barred):
            changed["holder"] = None
            task.release()
        if due_at != task.due_at:
            changed["due_at"] = due_at
        for name, value in changed.items():
            setattr(task, name, value)
        if changed:
            renewed.append({"place": task.place, "ordinal": task.ordinal, "role": task.role, "unit": task.unit,
                            "due_at": audit.stamp(task.due_at) if task.due_at else None, "holder": task.holder})
    return renewed


def due_times(case: Case, ground: Ground) -> list[datetime | None]:
    """Give the due times of the open tasks as they are reckoned now, each from when it was opened."""
    return [_task_due(case, ground, task.calls, ground.procedure.definition.step(task.calls, task.key), task.unit,
                      task.opened_at) for task in case.open_tasks()]


def move_due_times(case: Case, ground: Ground, before: list[datetime | None]) -> list[dict[str, Any]]:
    """Bring the open tasks to their due times as reckoned now, where these differ from `before`; what else is declared
    of a step stays as it was when the task was opened. Give the tasks that changed, as they stand in the event."""
    moved = []
    for task, was, due_at in zip(case.open_tasks(), before, due_times(case, ground), strict=True):
        if due_at != was:
            task.due_at = due_at
            moved.append({"place": task.place, "ordinal": task.ordinal, "role": task.role, "unit": task.unit,
                          "due_at": audit.stamp(task.due_at) if task.due_at else None, "holder": task.holder})
    return moved


def _task(case: Case, ground: Ground, wait: Waiting, now: datetime, done: Task | None) -> Task:
    step = ground.procedure.definition.step(wait.path, wait.key)
    word = unit_word(step)
    path = "/".join(wait.path)
    unit = _unit(case, word, path, done)
    task = Task(id=wait.id, root=case.root, case_id=case.id, key=wait.key, path=path,
                ordinal=case.next_ordinal(place_of(wait.path, wait.key)), role=role_of(step), unit=unit,
                receiving_unit=case.units["receiving"], status=TaskStatus.READY, opened_at=now,
                due_at=_task_due(case, ground, wait.path, step, unit, now))
    kept_for = _actors(case, path, step.assignment.same_actor_as)[-1:] if step.assignment else []
    if kept_for:
        task.reserved_for = kept_for[0]
    return task


def _unit(case: Case, word: str, path: str, done: Task | None) -> str:
    """Give the unit that a unit word means here; in a call that another unit accepted, that one is competent, and
    the same where no task was done just before."""
    if word == "same":
        return done.unit if done else handoff.unit_over(case.hand_offs, path, case.units["receiving"])
    return handoff.unit_over(case.hand_offs, path, case.competent) if word == "competent" else case.units[word]


def _task_due(case: Case, ground: Ground, path: tuple[str, ...], step: Step, unit: str,
              now: datetime) -> datetime | None:
    """Give the due time of a task: its limit runs from the moment it is ready, by the calendar of its unit."""
    calendar = ground.calendar(case, unit)
    rule = case_clock.select(_task_limits(ground, path, step), ground.rules(case).holds)
    if rule is None:
        return None
    due = clock.reckon(clock.limit_of(rule, calendar), calendar, to_local(calendar, now)).due
    return to_utc(calendar, due) if due is not None else None


def _task_limits(ground: Ground, path: tuple[str, ...], step: Step) -> list[DeadlineRule]:
    """Give the task limits of a step; a call that declares some for this procedure replaces those of the called one."""
    calls = [ground.procedure.definition.step(path[:depth], path[depth]) for depth in range(len(path))]
    for declaring in (*calls, step):
        limits = [rule for rule in declaring.deadlines if rule.kind == "task"]
        if limits:
            return limits
    return []


def _actors(case: Case, path: str, places: tuple[str, ...]) -> list[str]:
    """Give who acted in the named steps. A name counts from the process it stands in, then from those around it; of a
    step done several times everybody counts who did it, but inside an instance only who acted in that instance."""
    found: list[str] = []
    around = path_of(path)
    for place in places:
        for depth in range(len(around), -1, -1):
            named = "/".join((*around[:depth], place))
            acted = [accounts for known, accounts in sorted(case.actors.items()) if _is(known, named)]
            if acted:
                found.extend(account for accounts in acted for account in accounts)
                break
    return list(dict.fromkeys(found))


def _is(place: str, named: str) -> bool:
    """Tell whether a place is the named step, or an instance of it where no number says which."""
    parts, names = place.split("/"), named.split("/")
    if len(parts) == len(names) + 1 and "[" in parts[-2]:
        parts.pop()         # the instance of a single task: `ask[2]/ask`
    return len(parts) == len(names) and all(
        part == name or part.partition("[")[0] == name for part, name in zip(parts, names, strict=True))
