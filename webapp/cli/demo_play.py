"""Acting as the people of an office at given instants, through the services: who may do a step does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.domain.case import Case, Task
from engine.domain.errors import NotAllowed, TaskNotFound
from engine.domain.people import RECEIVING_OFFICER, Actor
from engine.domain.text import Text
from engine.queries import console
from engine.services import cases, tasks


@dataclass(frozen=True, slots=True)
class Office:
    """The people of an office at one time."""

    people: tuple[Actor, ...]

    def receiver(self, unit: str) -> Actor:
        """Give who receives cases for a unit.

        Raises:
            NotAllowed: nobody does.
        """
        for person in self.people:
            if person.holds(RECEIVING_OFFICER, unit):
                return person
        raise NotAllowed(Text(f"Không ai tiếp nhận tại {unit}.", f"Nobody receives in {unit}."))

    def doer(self, task: Task) -> Actor:
        """Give the first person who may do a task: right role, right unit, not barred.

        Raises:
            NotAllowed: nobody may.
        """
        for person in self.people:
            if task.open_to(person) and task.holder in (None, person.account):
                return person
        raise NotAllowed(Text(f"Không ai làm được việc {task.place}: {task.role} tại {task.unit}.",
                              f"Nobody may do {task.place}: {task.role} in {task.unit}."))


def office_at(now: datetime) -> Office:
    """Give the people in their positions of a day."""
    return Office(tuple(console.people(now)))


def file(office: Office, procedure: str, submission: Mapping[str, Any], unit: str, at: datetime) -> Case:
    """File a case at the counter of a unit."""
    filed = cases.file(procedure, submission, office.receiver(unit), at, unit=unit)
    assert filed is not None        # noqa: S101 - no receipt was given, so nothing is recalled
    return filed


def do(office: Office, case: Case, key: str, answers: Mapping[str, Any], at: datetime) -> tuple[Case, Actor]:
    """Complete the open task of a step as whoever may; give the case after it and who did it.

    Raises:
        TaskNotFound: no such step waits in the case.
    """
    task = next((task for task in case.open_tasks() if task.key == key), None)
    if task is None:
        raise TaskNotFound(f"{case.code} {key}")
    person = office.doer(task)
    after = tasks.complete(task.id, answers, person, at)
    assert after is not None        # noqa: S101 - no receipt was given, so nothing is recalled
    return after, person
