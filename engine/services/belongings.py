"""What belongs to a case beside its row and tasks, compared with its events: papers, incidents, hand-offs, jobs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from engine.adapters import files
from engine.domain import handoff, messages
from engine.domain.audit import AuditEvent, Divergence
from engine.domain.case import Case
from engine.services import signals
from engine.services.course import plain
from engine.storage.tables import document_table, hand_off_table, incident_table, job_table, message_table

Facts = Mapping[str, Any]
Rows = dict[Any, dict[str, Any]]


def first_difference(session: Session, case: Case, events: Iterable[AuditEvent],
                     folder: Path | None) -> Divergence | None:
    """Give the first paper, incident, hand-off or job that is not what the events say; with the folder of the file
    store, also the first paper whose bytes are not the ones that were added."""
    told = [(event.seq, event.action, event.facts()) for event in events]
    documents, incidents = _documents(case, told), _incidents(case, told)
    return (_difference(case, "document", documents, _stored(session, document_table, case))
            or _difference(case, "incident", incidents, _stored(session, incident_table, case))
            or hand_off_difference(session, case, _hand_offs(case.id, told))
            or _jobs(session, case)
            or _difference(case, "message", _messages(case, told), _stored(session, message_table, case))
            or _kept(told)
            or _broadcast(session, told)
            or (_bytes(case, documents, folder) if folder is not None else None))


def _documents(case: Case, told: Iterable[tuple[int, str, Facts]]) -> Rows:
    return {row["id"]: row for seq, action, facts in told if action == "document.added"
            for row in _added(case, seq, facts)}


def _added(case: Case, seq: int, facts: Facts) -> Iterator[dict[str, Any]]:
    for number, document in enumerate(facts["documents"]):
        yield {**document, "id": uuid5(case.id, f"document:{seq}:{number}"), "case_id": case.id,
               "root": case.root, "added_at": facts["at"], "added_by": facts["actor"]["account"]}


def _incidents(case: Case, told: Iterable[tuple[int, str, Facts]]) -> Rows:
    """Only one incident at a time halts a case, so that the last one raised is the one resolved."""
    found: Rows = {}
    last: dict[str, Any] = {}
    for seq, action, facts in told:
        if action == "incident.raised":
            said = facts["incident"]
            last = {"id": uuid5(case.id, f"incident:{seq}"), "root": case.root, "case_id": case.id,
                    "code": said["code"], "element": said["element"], "message_vi": said["message_vi"],
                    "message_en": said["message"], "act": facts["act"], "raised_at": facts["at"], "resolved_at": None,
                    "resolved_by": None}
            found[last["id"]] = last
        elif action == "incident.resolved":
            last |= {"resolved_at": facts["at"], "resolved_by": facts["actor"]["account"]}
    return found


def _hand_offs(case_id: UUID, told: Iterable[tuple[int, str, Facts]]) -> list[dict[str, Any]]:
    """An event tells a hand-off that it changed as it stands from then on, so that the last one told holds."""
    changed = (one for _, _, facts in told for one in facts.get("result", {}).get("hand_offs", ()))
    last = {(one["place"], one["ordinal"]): one for one in changed}
    return list(last.values())


def hand_off_difference(session: Session, case: Case, told: Iterable[Mapping[str, Any]]) -> Divergence | None:
    """Give the first hand-off of a case whose row is not what was told of it (`HandOff.facts`)."""
    wanted = {row["id"]: row for one in told
              for row in [{**one, "id": handoff.id_of(case.id, one["place"], one["ordinal"]), "root": case.root,
                           "case_id": case.id}]}
    return _difference(case, "hand-off", wanted, _stored(session, hand_off_table, case))


def _messages(case: Case, told: Iterable[tuple[int, str, Facts]]) -> Rows:
    """Each message that its sender gave an id was taken in by one event; that is how a second one is known."""
    return {facts["id"]: {"root": case.root, "case_id": case.id, "id": facts["id"], "seq": seq,
                          "name": facts["message"]}
            for seq, action, facts in told if "id" in facts and "taken" not in facts
            and action in ("message.received", "message.buffered")}


def _kept(told: Sequence[tuple[int, str, Facts]]) -> Divergence | None:
    """What was delivered of the messages that came early is what was kept of them."""
    kept = {messages.buffered(seq, facts["message"]): facts["payload"] for seq, action, facts in told
            if action == "message.buffered"}
    return next((Divergence(seq, "message", kept.get(facts["taken"]), facts["answer"]) for seq, _, facts in told
                 if "taken" in facts and kept.get(facts["taken"]) != facts["answer"]), None)


def _broadcast(session: Session, told: Sequence[tuple[int, str, Facts]]) -> Divergence | None:
    """What a case caught is what was broadcast, where that is kept."""
    for seq, action, facts in told:
        if action == "signal.received":
            want = signals.content(session, facts["source"], facts["signal"])
            if want != facts["answer"]:
                return Divergence(seq, "signal", want, facts["answer"])
    return None


def _stored(session: Session, table: Table, case: Case) -> Rows:
    """Give the rows of a case; one that was moved under another root is missing here, as it is on every page."""
    rows = session.execute(select(table).where(table.c.root == case.root, table.c.case_id == case.id)).mappings()
    return {row["id"]: {name: plain(value) for name, value in row.items()} for row in rows}


def _difference(case: Case, kind: str, wanted: Rows, stored: Rows) -> Divergence | None:
    for key in sorted(wanted.keys() | stored.keys()):
        want, have = wanted.get(key), stored.get(key)
        if want is None or have is None:
            return Divergence(case.seq, f"{kind} {key}", want is not None, have is not None)
        for name in sorted(want.keys() | have.keys()):
            if want.get(name) != have.get(name):
                return Divergence(case.seq, f"{kind} {key}.{name}", want.get(name), have.get(name))
    return None


def _jobs(session: Session, case: Case) -> Divergence | None:
    """What the case waits for stands in the queue and nothing else; only when a job runs next is no part of history."""
    rows = session.execute(select(job_table.c.kind, job_table.c.key).where(
        job_table.c.root == case.root, job_table.c.case_id == case.id))
    want, have = sorted(case.pending), sorted(f"{row.kind}:{row.key}" for row in rows)
    return Divergence(case.seq, "jobs", want, have) if want != have else None


def _bytes(case: Case, documents: Rows, folder: Path) -> Divergence | None:
    for row in documents.values():
        found = _hash_of(files.place(folder, row["sha256"]))
        if found != row["sha256"]:
            return Divergence(case.seq, f"bytes of {row['name']}", row["sha256"], found)
    return None


def _hash_of(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
