"""Each act that was acknowledged is in the audit exactly once, and nothing is there that nobody can have done."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.case import Task
from engine.domain.handoff import HandOff
from engine.storage import tables
from tests.faults.logs import DONE, Told
from tests.faults.verdict import Verdict

Json = dict[str, Any]
NOTE = re.compile(r"n[0-9]+c[0-9]+x[0-9]+z")
NOTED = ("file", "complete", "refuse", "result", "message", "upload", "move")
AT_ONCE = 2             # acts that one client may be doing when it is killed
_SAYS = {"case.filed": ("submission",), "task.completed": ("submission",), "handoff.refused": ("reason",),
         "handoff.returned": ("answer",), "message.received": ("id",), "message.buffered": ("id",),
         "document.added": ("documents",), "case.migrated": ("reason",)}


@dataclass
class Deeds:
    """What the audit tells: how often each note was recorded and by which events, and who did what to what, by the
    stream of the case."""

    notes: Counter[str] = field(default_factory=Counter)
    done: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    papers: list[tuple[UUID, str]] = field(default_factory=list)
    messages: Counter[tuple[UUID, str]] = field(default_factory=Counter)
    filed_at: dict[UUID, datetime] = field(default_factory=dict)
    fired_at: dict[UUID, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    actions: Counter[str] = field(default_factory=Counter)


def gather(session: Session) -> Deeds:
    """Read the whole audit once."""
    tasks = {(task.case_id, task.place, task.ordinal): task.id.hex for task in session.scalars(select(Task))}
    hand_offs = {(one.case_id, one.name): one.id.hex for one in session.scalars(select(HandOff))}
    found, events = Deeds(), tables.audit_event_table.c
    rows = session.execute(select(events.stream, events.action, events.actor, events.at, events.body).order_by(
        events.stream, events.seq).execution_options(yield_per=500))
    for row in rows:
        facts = json.loads(row.body)
        found.actions[row.action] += 1
        for note in _notes(row.action, facts):
            found.notes[note] += 1
        for target in _targets(row.stream, row.action, facts, tasks, hand_offs):
            found.done[row.action, target, row.actor] += 1
        _keep(found, row, facts)
    return found


def _notes(action: str, facts: Json) -> set[str]:
    """Give the notes in what was asked for; other parts of a body may repeat them."""
    if facts.get("taken") is not None:
        return set()            # an early message was noted when it came
    said = [facts[name] for name in _SAYS.get(action, ()) if name in facts]
    return set(NOTE.findall(json.dumps(said)))


def _targets(stream: UUID, action: str, facts: Json, tasks: dict[tuple[UUID, str, int], str],
             hand_offs: dict[tuple[UUID, str], str]) -> Iterator[str]:
    if "task" in facts and action.startswith("task."):
        yield tasks[stream, facts["task"]["place"], facts["task"]["ordinal"]]
    if "hand_off" in facts and action.startswith("handoff."):
        yield hand_offs[stream, facts["hand_off"]]


def _keep(found: Deeds, row: Any, facts: Json) -> None:
    if row.action == "case.filed":
        found.filed_at[row.stream] = row.at
    elif row.action == "timer.fired":
        found.fired_at[row.stream].append(row.at)
    elif row.action == "document.added":
        found.papers += [(row.stream, one["sha256"]) for one in facts["documents"]]
    elif row.action in ("message.received", "message.buffered") and facts.get("id") and not facts.get("taken"):
        found.messages[row.stream, facts["id"]] += 1


def check(verdict: Verdict, told: Told, deeds: Deeds, killed: int) -> None:
    """Compare what was acknowledged with what is recorded."""
    _noted(verdict, told, deeds, killed)
    _targeted(verdict, told, deeds)
    _messages(verdict, told, deeds)
    _twins(verdict, told)


def _noted(verdict: Verdict, told: Told, deeds: Deeds, killed: int) -> None:
    """Acts that carry a note: a filing, a completion, a refusal, a result, a paper; moving names several cases."""
    acknowledged = told.acknowledged(*NOTED)
    single = {note for note, intent in told.intents.items() if intent["kind"] not in ("move", "message")}
    must = {note for note in acknowledged if acknowledged[note]["kind"] not in ("move", "message")}
    lost = sorted(must - deeds.notes.keys())
    doubled = sorted(note for note, count in deeds.notes.items() if count > 1 and note in single)
    open_ended = told.unanswered()
    loose = {note for note in deeds.notes if note not in acknowledged and told.intents[note]["kind"] != "message"}
    unasked = sorted(loose - told.lost - open_ended)
    committed = sorted(loose & open_ended)
    verdict.figures |= {
        "acts": dict(sorted(Counter(intent["kind"] for intent in told.acknowledged().values()).items())),
        "acknowledged": len(told.acknowledged()), "lost": len(lost), "doubled": len(doubled),
        "committed_but_not_acknowledged": len(loose),
        "refused": sum(answer["status"] == 409 for answer in told.answers.values()),
        "retried_with_key": sum(answer["tries"] > 1 for answer in told.answers.values())}
    verdict.expect(not lost, f"acknowledged but not in the audit: {[acknowledged[note] for note in lost[:5]]}")
    verdict.expect(not doubled, f"in the audit more than once: {[told.intents[note] for note in doubled[:5]]}")
    verdict.expect(not unasked, f"refused, yet in the audit: "
                                f"{[(told.intents[note], told.answers.get(note)) for note in unasked[:3]]}")
    verdict.expect(len(committed) <= AT_ONCE * killed, f"{len(committed)} acts of {killed} killed clients")


_BY_TARGET = {"claim": "task.claimed", "complete": "task.completed", "accept": "handoff.accepted",
              "refuse": "handoff.refused", "offer": "handoff.offered", "result": "handoff.returned"}


def _targeted(verdict: Verdict, told: Told, deeds: Deeds) -> None:
    """Acts on a task or a hand-off: by whom they were acknowledged; no task is claimed or completed twice, no hand-off
    answered twice."""
    for kind, action in _BY_TARGET.items():
        wanted = {(action, intent["target"].replace("-", ""), intent["account"])
                  for intent in told.acknowledged(kind).values()}
        missing = sorted(one for one in wanted if one not in deeds.done)
        verdict.expect(not missing, f"acknowledged {kind} not in the audit: {missing[:3]}")
    counts: Counter[tuple[str, str]] = Counter()
    for (action, target, _), count in deeds.done.items():
        counts["answer" if action in ("handoff.accepted", "handoff.refused") else action, target] += count
    once = ("task.claimed", "task.completed", "answer", "handoff.returned")
    twice = sorted(key for key, count in counts.items() if key[0] in once and count > 1)
    verdict.expect(not twice, f"done twice to one task or hand-off: {twice[:5]}")


def _messages(verdict: Verdict, told: Told, deeds: Deeds) -> None:
    """A message is taken in once by its id, however often it was sent, and each acknowledged one was."""
    by_id = Counter(identity for (_, identity), count in deeds.messages.items() for _ in range(count))
    wanted = {intent["id"] for intent in told.acknowledged("message").values()}
    verdict.figures["messages"] = len(wanted)
    missing = sorted(wanted - by_id.keys())
    verdict.expect(not missing, f"acknowledged messages not in the audit: {missing[:3]}")
    doubled = sorted(identity for identity, count in by_id.items() if count > 1)
    verdict.expect(not doubled, f"messages taken twice: {doubled[:3]}")


def _twins(verdict: Verdict, told: Told) -> None:
    """Who sent one act twice at once under one key is told the same twice."""
    both = [one for one in told.twins if not {None, 503} & set(one["statuses"])]
    other = [one for one in both if len(set(one["statuses"])) > 1
             or (one["statuses"][0] in DONE and not one["same"])]
    verdict.figures["double_clicks"] = len(both)
    verdict.expect(not other, f"two answers to one act: {[(one, told.intents[one['twins']]) for one in other[:3]]}")
