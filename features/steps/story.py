"""What a scenario has come to: the time it is, the case it speaks of, and what people were told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.domain.audit import AuditEvent
from engine.domain.case import Case, CaseStatus, Task
from engine.domain.errors import EngineError
from engine.domain.people import Actor
from engine.domain.text import Text
from engine.procedures import forms, pack
from engine.procedures.forms import Form
from engine.procedures.pack import Pack
from engine.procedures.procedure import Procedure
from engine.queries import case_file, case_view, console, office
from engine.services import tasks
from engine.storage import database
from engine.storage.tables import audit_event_table
from features.steps import answers
from features.steps.sentences import same_name
from features.steps.vocabulary import expect

_STATUSES = {
    CaseStatus.FILED: Text("đã nộp, chưa được tiếp nhận", "filed, not accepted yet"),
    CaseStatus.OPEN: Text("đang được giải quyết", "being dealt with"),
    CaseStatus.SUSPENDED: Text("đang chờ, đồng hồ dừng", "waiting, its clock standing still"),
    CaseStatus.HALTED: Text("bị vướng", "halted"),
    CaseStatus.CLOSED: Text("đã kết thúc", "closed"),
    CaseStatus.STOPPED: Text("đã dừng giải quyết", "stopped"),
}
OPENED = datetime(2026, 1, 5, 7, 30, tzinfo=office.ZONE)


@dataclass
class Story:
    """One scenario. `told` keeps what the services refused, `done` who did what, both in order of the sentences.

    `packs` are the packs under test by slug, taken before those that are installed; `organisation` is the file of
    the office it plays in, where one was named.
    """

    packs: Mapping[str, Pack] = field(default_factory=dict)
    organisation: bytes | None = None
    now: datetime = OPENED
    procedure: str = ""
    code: str = ""
    codes: list[str] = field(default_factory=list)
    told: list[tuple[str, EngineError]] = field(default_factory=list)
    done: list[tuple[str, datetime]] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)

    def person(self, name: str) -> Actor:
        """Give a person of the office by full name, with the positions held on the day of the story."""
        people = console.people(self.now)
        found = [person for person in people if person.name == name]
        expect(len(found) == 1, f"Cơ quan có {len(found)} người tên {name}.", f"{len(found)} people of the office are "
               f"called {name}; there are: {', '.join(person.name for person in people)}.")
        return found[0]

    def case(self) -> Case:
        """Give the case the story speaks of, as it is stored now."""
        return self.case_called(self.code)

    def case_called(self, code: str) -> Case:
        """Give any case by its code, as it is stored now."""
        with database.reading() as session:
            found = case_file.find(session, code, console.overseer(self.now), self.now)
            session.expunge_all()
            return found

    def events(self) -> list[AuditEvent]:
        """Give the history of the case."""
        with database.reading() as session:
            found = session.scalars(select(AuditEvent).where(audit_event_table.c.stream == self.case().id)
                                    .order_by(audit_event_table.c.seq)).all()
            session.expunge_all()
            return list(found)

    def pack(self, slug: str) -> Pack:
        """Give the pack of a procedure: the one under test, else the installed one."""
        return self.packs[slug] if slug in self.packs else pack.gather(slug)

    def loaded(self) -> Procedure:
        """Give the procedure the case is bound to; before filing, the one in force."""
        with database.reading() as session:
            version = (self.case().version_id if self.code else
                       office.current(session).version_in_force(self.procedure, office.local_day(self.now)).id)
            assert version is not None
            return office.procedure_of(session, version)

    def open_task(self, name: str) -> Task:
        """Give the open task of the step of this name; of a step done several times, with what it is about."""
        loaded, case = self.loaded(), self.case()
        waiting = [(task, case_view.step_of(loaded, task)) for task in case.open_tasks()]
        named = [(task, loaded.name_at(step, task.calls, case.data), loaded.name_of(step)) for task, step in waiting]
        found = [task for task, called, plain in named if same_name(name, called, plain)]
        others = [called for _, called, _ in named]
        expect(len(found) == 1,
               f"Bước «{name}» không chờ ai làm; đang chờ: {', '.join(f'«{one.vi}»' for one in others) or 'không có'}.",
               f"“{name}” is not waiting; what is: {', '.join(f'“{one.en}”' for one in others) or 'nothing'}.")
        return found[0]

    def form(self, task: Task) -> Form:
        """Give what a task asks."""
        loaded = self.loaded()
        return loaded.form_of(case_view.step_of(loaded, task)) or forms.empty(task.key)

    def answers(self, task: Task, outcome: str | None = None,
                given: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Give what a careful person writes on the form of a task, deciding as said."""
        form = self.form(task)
        choices = {} if outcome is None else {"outcome": _value(form, outcome)}
        written = {**forms.prefilled(form, self.case().data), **choices}
        return answers.complete(form, written, office.local_day(self.now), given or {})

    def complete(self, who: str, task: Task, submission: Mapping[str, Any]) -> None:
        """Let a person do a task now; a refusal is an error of the scenario."""
        tasks.complete(task.id, submission, self.person(who), self.now)
        self.done.append((who, self.now))

    def attempt(self, who: str, act: Callable[[], object]) -> EngineError | None:
        """Let a person try what may be refused; keep and give the refusal."""
        try:
            act()
        except EngineError as refused:
            self.told.append((who, refused))
            return refused
        self.done.append((who, self.now))
        return None


def _value(form: Form, outcome: str) -> str:
    found = [choice.raw for choice in form.outcomes() if same_name(outcome, choice.label)]
    labels = [choice.label for choice in form.outcomes()]
    expect(len(found) == 1,
           f"Bước không có kết quả «{outcome}»; có: {', '.join(f'«{one.vi}»' for one in labels) or 'không có'}.",
           f"The step has no outcome “{outcome}”; there are: {', '.join(f'“{one.en}”' for one in labels) or 'none'}.")
    return found[0]


def status(case: Case) -> Text:
    """Say where a case stands."""
    return _STATUSES[case.status]
