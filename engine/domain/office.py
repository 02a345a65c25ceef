"""What the office keeps beside cases: published versions, calendars by version, jobs, documents, tokens, answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(eq=False)
class ProcedureVersion:
    """One published, frozen state of a procedure: `content` is its pack as a zip, `hash` the pack's content hash."""

    slug: str
    number: int
    title_vi: str
    title_en: str
    owner: str
    code: str | None
    hash: str
    content: bytes
    effective_from: date | None
    published_at: datetime
    published_by: str
    id: int | None = None


@dataclass(eq=False)
class CalendarVersion:
    """One frozen state of a calendar; a case names it as `id@version`."""

    id: str
    version: int
    source: str
    body: dict[str, Any]
    created_at: datetime


@dataclass(eq=False)
class Job:
    """Deferred work of the system: `timer` (BPMN timers of a case), `limit` (a suspension runs out), `service`
    (a handler answers a service task), `message` (one that came early), `signal` (one the case waits for), `send`
    (what the case sent), `handoff` (nobody answered it in time). `due` is UTC; a claimed job is leased until
    `leased_until` under `fence`."""

    id: UUID
    root: str
    kind: str
    case_id: UUID
    key: str
    due: datetime
    payload: dict[str, Any] = field(default_factory=dict)
    attempts: int = 0
    leased_until: datetime | None = None
    fence: int = 0
    last_error: str | None = None


@dataclass(eq=False)
class StartTimer:
    """When a start event next files cases by itself: `due` is UTC; a cycle repeats every `period`, `left` times more
    (−1: always), and ends at `until`, when a later version takes effect. A failed try waits for `not_before`."""

    slug: str
    version: int
    key: str
    due: datetime
    period: str | None = None
    left: int = 0
    until: datetime | None = None
    attempts: int = 0
    not_before: datetime | None = None
    last_error: str | None = None


@dataclass(eq=False)
class Document:
    """One paper of a case: the bytes lie in the file store under their SHA-256, the row says what they are."""

    id: UUID
    root: str
    case_id: UUID
    paper: str | None
    name: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime
    added_by: str


@dataclass(eq=False)
class AccessToken:
    """A bearer token of an account; only the SHA-256 of its secret is kept."""

    digest: str
    account: str
    label: str
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(eq=False)
class StoredAnswer:
    """The first answer to a request that carried an idempotency key, under the root unit of the case it acted on."""

    root: str
    account: str
    key: str
    fingerprint: str
    answer: bytes
    at: datetime


@dataclass(eq=False)
class Viewing:
    """Who looked at a case, and when."""

    root: str
    case_id: UUID
    account: str
    at: datetime
    id: int | None = None
