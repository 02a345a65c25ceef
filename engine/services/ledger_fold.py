"""What the events of a case add up to, without the engine: the rows that must stand in the tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from engine.domain.audit import AuditEvent, Divergence
from engine.domain.case import Case, Task
from engine.domain.text import searchable
from engine.services.course import data_digest, plain

CASE_FIELDS = ("code", "procedure", "origin", "units", "calendars", "applicant", "status", "received_at", "due_at",
               "norm_due_at", "promised_at", "ended_at", "closed_at", "outcome", "verdict", "remaining", "clock",
               "pending")
TASK_FIELDS = ("place", "ordinal", "role", "unit", "due_at", "status", "holder", "actor", "outcome", "opened_at",
               "claimed_at", "completed_at", "barred", "reserved_for", "receiving_unit")
_DEFAULTS: dict[str, Any] = {"status": "filed", "clock": [], "pending": {}}


def row_of(case: Case) -> dict[str, Any]:
    """Give the fields of a case as the events tell them, with the digest of its data."""
    row = {name: plain(getattr(case, name)) for name in CASE_FIELDS}
    return {**row, "root": case.root, "status": str(case.status), "unit": case.unit, "competent": case.competent,
            "filed_at": plain(case.filed_at), "filed_by": case.filed_by, "words": case.words,
            "data": data_digest(case.data),
            "tracking": tracking_digest(case.tracking), "actors": case.actors, "ordinals": case.ordinals}


def tracking_digest(token: str) -> str:
    """Give what an event says of the tracking secret: enough to see it changed, not enough to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def task_row(task: Task) -> dict[str, Any]:
    """Give the fields of a task as the events tell them."""
    row = {name: plain(getattr(task, name)) for name in TASK_FIELDS}
    return {**row, "status": str(task.status)}


def first_difference(case: Case, events: Iterable[AuditEvent]) -> Divergence | None:
    """Compare the rows of a case with the sum of its events."""
    try:
        row, tasks = add_up(events)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return Divergence(case.seq, "events", "readable facts", f"{type(error).__name__}: {error}")
    return difference_of_rows(case, row, tasks)


def add_up(events: Iterable[AuditEvent]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Fold the facts of events into the rows of the case and of its tasks."""
    row: dict[str, Any] = {}
    tasks: dict[tuple[str, int], dict[str, Any]] = {}
    for event in events:
        facts = event.facts()
        if event.action == "case.filed":
            row = _filed(facts)
        result = facts.get("result", {})
        row.update(result.get("case", {}))
        row["data"] = result.get("data", row.get("data"))
        for closed in result.get("closed", ()):
            _closed(tasks[closed["place"], closed["ordinal"]], closed, facts["at"])
        for renewed in result.get("renewed", ()):
            _renewed(tasks[renewed["place"], renewed["ordinal"]], renewed)
        for opened in result.get("opened", ()):
            tasks[opened["place"], opened["ordinal"]] = {
                **opened, "status": "ready", "actor": None, "outcome": None, "opened_at": facts["at"],
                "claimed_at": None, "completed_at": None, "receiving_unit": row["unit"]}
        if event.action in ("task.claimed", "task.released"):
            _held(tasks[facts["task"]["place"], facts["task"]["ordinal"]], result["holder"], facts["at"])
    return row, list(tasks.values())


def _renewed(task: dict[str, Any], renewed: Mapping[str, Any]) -> None:
    """A task that is another's to do since its case was moved to another version is held by nobody."""
    task.update({name: renewed[name] for name in ("role", "unit", "due_at", "holder")})
    if renewed["holder"] is None:
        task.update({"status": "ready", "claimed_at": None})


def _held(task: dict[str, Any], holder: str | None, at: str) -> None:
    task.update({"holder": holder, "status": "reserved" if holder else "ready", "claimed_at": at if holder else None})


def _filed(facts: Mapping[str, Any]) -> dict[str, Any]:
    filed = facts["case"]
    blank = dict.fromkeys(CASE_FIELDS) | _DEFAULTS
    return {**blank, **{name: filed[name] for name in ("code", "procedure", "units", "calendars", "applicant")},
            **({"root": filed["root"]} if "root" in filed else {}),       # what was filed before roots does not say it
            "origin": filed.get("origin"), "tracking": filed["tracking"], "words": searchable(filed["applicant"]),
            "unit": filed["units"]["receiving"], "competent": filed["units"]["competent"],
            "filed_at": facts["at"], "filed_by": facts["actor"]["account"]}


def _closed(task: dict[str, Any], closed: Mapping[str, Any], at: str) -> None:
    task.update({"status": closed["status"], "actor": closed["actor"], "outcome": closed["outcome"],
                 "completed_at": at})
    if closed["status"] == "completed":
        task["holder"] = closed["actor"]


def difference_of_rows(case: Case, row: Mapping[str, Any], tasks: Iterable[Mapping[str, Any]]) -> Divergence | None:
    """Give the first field of the stored case or its tasks that differs from what it must be."""
    have = row_of(case)
    for name, want in row.items():
        if have.get(name) != want:
            return Divergence(case.seq, f"case.{name}", want, have.get(name))
    stored = {(task.place, task.ordinal): task_row(task) for task in case.tasks}
    wanted = {(task["place"], task["ordinal"]): task for task in tasks}
    for place in sorted(stored.keys() | wanted.keys()):
        if place not in stored or place not in wanted:
            return Divergence(case.seq, f"task {place[0]}#{place[1]}", place in wanted, place in stored)
        for name, want in wanted[place].items():
            if stored[place][name] != want:
                return Divergence(case.seq, f"task {place[0]}#{place[1]}.{name}", want, stored[place][name])
    return None
