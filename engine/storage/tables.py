"""The tables. Entities know nothing of them: `engine.storage.mapping` ties the two together.

Whatever belongs to a case carries the case's root unit (`root`), and every statement of an act or a page names it: so
that the same tables can be spread over several servers by it (`engine.storage.spreading`).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from engine.domain.case import CaseStatus, TaskStatus
from engine.domain.handoff import HandOffStatus
from engine.storage.types import Json, UtcDateTime, Word

metadata = MetaData(naming_convention={
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
})

_Serial = BigInteger().with_variant(Integer, "sqlite")

unit_table = Table(
    "unit", metadata,
    Column("id", String(64), primary_key=True),
    Column("type", String(64), nullable=False),
    Column("parent", String(64), ForeignKey("unit.id")),
    Column("title_vi", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("code", String(32)),
    Column("calendar", String(64)),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("former_roots", Json),
)

position_table = Table(
    "position", metadata,
    Column("id", String(64), primary_key=True),
    Column("unit", String(64), ForeignKey("unit.id"), nullable=False),
    Column("title_vi", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("roles", Json, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
)

account_table = Table(
    "account", metadata,
    Column("name", String(64), primary_key=True),
    Column("full_name", Text, nullable=False),
    Column("password_hash", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
)

appointment_table = Table(
    "appointment", metadata,
    Column("account", String(64), ForeignKey("account.name"), primary_key=True),
    Column("position", String(64), ForeignKey("position.id"), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
)

access_token_table = Table(
    "access_token", metadata,
    Column("digest", String(64), primary_key=True),
    Column("account", String(64), ForeignKey("account.name"), nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)

calendar_table = Table(
    "calendar", metadata,
    Column("id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("body", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

procedure_version_table = Table(
    "procedure_version", metadata,
    Column("id", _Serial, primary_key=True),
    Column("slug", String(100), nullable=False),
    Column("number", Integer, nullable=False),
    Column("title_vi", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("owner", String(64), nullable=False),
    Column("code", String(40)),
    Column("hash", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("effective_from", Date),
    Column("published_at", UtcDateTime, nullable=False),
    Column("published_by", String(64), nullable=False),
    UniqueConstraint("slug", "number"),
)

_OPEN_CASE, _RUNNING, _LATE = text("closed_at IS NULL"), text("ended_at IS NULL"), text("verdict = 'late'")

case_table = Table(
    "cases", metadata,
    Column("id", Uuid, primary_key=True),
    Column("root", String(64), nullable=False),
    Column("code", String(64), nullable=False, unique=True),
    Column("procedure", String(100), nullable=False),
    Column("version_id", _Serial, ForeignKey("procedure_version.id"), nullable=False),
    Column("unit", String(64), ForeignKey("unit.id"), nullable=False),
    Column("competent", String(64), nullable=False),
    Column("applicant", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("filed_by", String(64), nullable=False),
    Column("filed_at", UtcDateTime, nullable=False),
    Column("tracking", String(32), nullable=False, unique=True),
    Column("origin", String(64), index=True),
    Column("status", Word(CaseStatus), nullable=False),
    Column("units", Json, nullable=False),
    Column("calendars", Json, nullable=False),
    Column("received_at", UtcDateTime),
    Column("due_at", UtcDateTime),
    Column("norm_due_at", UtcDateTime),
    Column("promised_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("outcome", String(100)),
    Column("verdict", String(12)),
    Column("remaining", Integer),
    Column("clock", Json, nullable=False),
    Column("ordinals", Json, nullable=False),
    Column("actors", Json, nullable=False),
    Column("data", Json, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("pending", Json, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("row_version", Integer, nullable=False),
    Index("ix_cases_procedure_filed_at", "procedure", "filed_at"),
    Index("ix_cases_unit_filed_at", "unit", "filed_at"),
    Index("ix_cases_competent_filed_at", "competent", "filed_at"),
    Index("ix_cases_root_status_filed_at", "root", "status", "filed_at"),
    Index("ix_cases_root_filed_at", "root", "filed_at"),
    Index("ix_cases_unit_open", "unit", "filed_at", postgresql_where=_OPEN_CASE, sqlite_where=_OPEN_CASE),
    Index("ix_cases_competent_open", "competent", "filed_at", postgresql_where=_OPEN_CASE, sqlite_where=_OPEN_CASE),
    Index("ix_cases_due", "root", "due_at", postgresql_where=_RUNNING, sqlite_where=_RUNNING),
    Index("ix_cases_late", "root", "filed_at", postgresql_where=_LATE, sqlite_where=_LATE),
)

# What is searched of a case on PostgreSQL: the code and the applicant's name without marks, parted by spaces, and the
# words of it. The index is on exactly this expression.
SPACED = "(' ' || translate(lower(cases.code) || ' ' || cases.words, '.,-/_', '     '))"
WORDS = f"to_tsvector('simple', {SPACED})"

# The units that have a part of a case and neither received it nor are competent for it. Triggers keep it.
case_guest_table = Table(
    "case_guest", metadata,
    Column("root", String(64), nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), primary_key=True),
    Column("unit", String(64), primary_key=True),
    Column("filed_at", UtcDateTime, nullable=False),
    Index("ix_case_guest_unit_filed_at", "unit", "filed_at"),
)

_OPEN_TASK = text("status IN ('ready', 'reserved')")
IS_OPEN = text("task.status IN ('ready', 'reserved')")     # spelled out, so that the indexes of open tasks serve
_OWED = text("status IN ('ready', 'reserved') AND role = 'applicant'")

task_table = Table(
    "task", metadata,
    Column("id", Uuid, primary_key=True),
    Column("root", String(64), nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("key", String(100), nullable=False),
    Column("path", String(300), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("role", String(64), nullable=False),
    Column("unit", String(64), nullable=False),
    Column("receiving_unit", String(64), nullable=False),
    Column("status", Word(TaskStatus), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("holder", String(64)),
    Column("barred", Json, nullable=False),
    Column("reserved_for", String(64)),
    Column("claimed_at", UtcDateTime),
    Column("completed_at", UtcDateTime),
    Column("actor", String(64)),
    Column("outcome", String(100)),
    Index("ix_task_case_id_opened_at", "case_id", "opened_at"),
    Index("ix_task_unit_role_due_at", "unit", "role", "due_at"),
    Index("ix_task_open", "status", postgresql_where=_OPEN_TASK, sqlite_where=_OPEN_TASK),
    Index("ix_task_worklist", "unit", "role", "due_at", postgresql_where=_OPEN_TASK, sqlite_where=_OPEN_TASK),
    Index("ix_task_counter", "receiving_unit", "due_at", postgresql_where=_OWED, sqlite_where=_OWED),
)

hand_off_table = Table(
    "hand_off", metadata,
    Column("id", Uuid, primary_key=True),
    Column("root", String(64), nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False, index=True),
    Column("place", String(300), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("from_unit", String(64), nullable=False),
    Column("to_unit", String(64), nullable=False),
    Column("status", Word(HandOffStatus), nullable=False),
    Column("offered_at", UtcDateTime, nullable=False),
    Column("acknowledge_by", UtcDateTime),
    Column("due_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
    Column("answered_by", String(64)),
    Column("reason", Text),
    Column("alarmed_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Index("ix_hand_off_to_unit_ended_at", "to_unit", "ended_at"),
    Index("ix_hand_off_from_unit_ended_at", "from_unit", "ended_at"),
)

audit_event_table = Table(
    "audit_event", metadata,
    Column("root", String(64), nullable=False),
    Column("stream", Uuid, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("action", String(40), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("format", SmallInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

ledger_table = Table(
    "ledger", metadata,
    Column("stream", Uuid, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("head", LargeBinary, nullable=False),
)

document_table = Table(
    "document", metadata,
    Column("id", Uuid, primary_key=True),
    Column("root", String(64), nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False, index=True),
    Column("paper", String(100)),
    Column("name", Text, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("added_by", String(64), nullable=False),
)

job_table = Table(
    "job", metadata,
    Column("id", Uuid, primary_key=True),
    Column("root", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("key", String(400), nullable=False),
    Column("due", UtcDateTime, nullable=False, index=True),
    Column("payload", Json, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("leased_until", UtcDateTime),
    Column("fence", Integer, nullable=False),
    Column("last_error", Text),
    UniqueConstraint("case_id", "kind", "key"),
    Index("ix_job_root_due", "root", "due"),
    Index("ix_job_kind_key", "kind", "key"),
)

worker_table = Table(
    "worker", metadata,
    Column("host", String(255), primary_key=True),
    Column("pid", Integer, primary_key=True, autoincrement=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

message_table = Table(
    "message", metadata,
    Column("root", String(64), nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), primary_key=True),
    Column("id", String(100), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("name", String(200), nullable=False),
)

broadcast_table = Table(
    "broadcast", metadata,
    Column("id", String(100), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("name", String(200), nullable=False),
)

start_timer_table = Table(
    "start_timer", metadata,
    Column("slug", String(100), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("key", String(100), primary_key=True),
    Column("due", UtcDateTime, nullable=False, index=True),
    Column("period", String(80)),
    Column("left", Integer, nullable=False),
    Column("until", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcDateTime),
    Column("last_error", Text),
)

_WAITING, _RESOLVED = text("resolved_at IS NULL"), text("resolved_at IS NOT NULL")

incident_table = Table(
    "incident", metadata,
    Column("id", Uuid, primary_key=True),
    Column("root", String(64), nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False, index=True),
    Column("code", String(40), nullable=False),
    Column("element", String(300)),
    Column("message_vi", Text, nullable=False),
    Column("message_en", Text, nullable=False),
    Column("act", Json, nullable=False),
    Column("raised_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    Column("resolved_by", String(64)),
    Index("ix_incident_waiting", "root", "raised_at", postgresql_where=_WAITING, sqlite_where=_WAITING),
    Index("ix_incident_resolved", "root", "resolved_at", postgresql_where=_RESOLVED, sqlite_where=_RESOLVED),
)

stored_answer_table = Table(
    "stored_answer", metadata,
    Column("root", String(64), nullable=False),
    Column("account", String(64), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

number_book_table = Table(
    "number_book", metadata,
    Column("root", String(64), nullable=False),
    Column("book", String(100), primary_key=True),
    Column("last", Integer, nullable=False),
)

attempt_table = Table(
    "attempt", metadata,
    Column("bucket", String(120), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("count", Integer, nullable=False),
)

viewing_table = Table(
    "viewing", metadata,
    Column("id", _Serial, primary_key=True),
    Column("root", String(64), nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False, index=True),
    Column("account", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
