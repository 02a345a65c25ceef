"""Tasks over the API: the worklist, one task with its form, and the three acts on it."""

from __future__ import annotations

from flask import Response, g

from engine.domain.errors import TaskNotFound
from engine.queries import case_view, task_file, worklist
from engine.services import tasks, viewings
from webapp.api import answers, gate, reading

_YES = ("1", "true")


def mine() -> Response:
    """GET /tasks: the open tasks the account may do, the most pressing first; `mine=1` says the same aloud."""
    reading.choice(reading.query(("mine",)), "mine", _YES)
    entries = worklist.mine(gate.actor(), g.now)
    return answers.ok({"tasks": [worklist.facts(entry, reading.language()) for entry in entries]})


def show(task_id: str) -> Response:
    """GET /tasks/{id}: a task with form, choices, prefill, case and clock; who looked is noted."""
    found = task_file.read(reading.an_id(task_id, TaskNotFound), gate.actor(), g.now, reading.language())
    viewings.note(found.root, found.id, gate.actor(), g.now)
    return answers.ok(found.facts)


def claim(task_id: str) -> Response:
    """POST /tasks/{id}/claim: reserve a task."""
    receipt = reading.receipt(case_view.writer(reading.language()), reading.body("Nothing"))
    tasks.claim(reading.an_id(task_id, TaskNotFound), gate.actor(), g.now, receipt)
    return answers.of(receipt)


def release(task_id: str) -> Response:
    """POST /tasks/{id}/release: give a reserved task back."""
    receipt = reading.receipt(case_view.writer(reading.language()), reading.body("Nothing"))
    tasks.release(reading.an_id(task_id, TaskNotFound), gate.actor(), g.now, receipt)
    return answers.of(receipt)


def complete(task_id: str) -> Response:
    """POST /tasks/{id}/complete: do a task with the answers of its form."""
    sent = reading.body("CompleteTask")
    receipt = reading.receipt(case_view.writer(reading.language()), sent)
    tasks.complete(reading.an_id(task_id, TaskNotFound), sent["submission"], gate.actor(), g.now, receipt)
    return answers.of(receipt)
