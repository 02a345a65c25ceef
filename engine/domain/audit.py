"""AuditEvents: who did what when, chained per stream so that no later change goes unseen.

A stream is a case (its id) or the office itself (`OFFICE`: publishing, organisation, accounts). The hash of an
event covers the hash before it and the stored bytes of its body, and nothing else: the body repeats every column.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.domain.errors import InvalidInput
from engine.domain.people import Actor
from engine.domain.text import Text

OFFICE = UUID(int=0)
FORMAT = 1
GENESIS = b"\0" * 32
_GREATEST = 2 ** 53
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


@dataclass(eq=False)
class AuditEvent:
    """One link: `seq` counts from 1 without gap, `at` is UTC, `body` is canonical JSON, `hash` is 32 bytes; `root` is
    the root unit of the case, empty in the office's own stream."""

    stream: UUID
    seq: int
    action: str
    actor: str
    at: datetime
    format: int
    body: bytes
    hash: bytes
    root: str = ""

    def facts(self) -> dict[str, Any]:
        """Give the body as a mapping."""
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass(eq=False)
class Ledger:
    """The head of a stream that is no case: the office's own."""

    stream: UUID
    seq: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first place where a history does not hold."""

    seq: int
    what: str
    expected: Any
    found: Any


def canonical(value: Any) -> bytes:
    """Write a JSON value as RFC 8785 does: keys sorted, no spaces, UTF-8.

    Raises:
        InvalidInput: a number beyond 2^53 or too small to be written alike by every reader, or no JSON value.
    """
    try:
        return _CANONICAL.encode(_plain(value)).encode()
    except (TypeError, ValueError, UnicodeEncodeError) as error:
        raise InvalidInput(Text(f"Giá trị không lưu được: {error}.",
                                f"This value cannot be recorded: {error}.")) from error


def digest(value: Any) -> str:
    """Give the SHA-256 of a JSON value in canonical form, in hexadecimal.

    Raises:
        InvalidInput: as `canonical`.
    """
    return hashlib.sha256(canonical(value)).hexdigest()


def _plain(value: Any) -> Any:
    """Check the numbers and keys whose spelling could differ between two writers of the same value."""
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, dict):
        return {_key(key): item if type(item) is str else _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > _GREATEST:
            raise ValueError("a number beyond 2^53")
        return value
    if isinstance(value, float):
        return _number(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")


def _key(key: Any) -> str:
    """Keys sort alike by code point and by UTF-16 unit only below U+10000."""
    if not isinstance(key, str) or not (key.isascii() or max(key) <= "\uffff"):
        raise ValueError("a name outside the basic plane")
    return key


def _number(value: float) -> int | float:
    if value.is_integer() and abs(value) <= _GREATEST:
        return int(value)
    if not 1e-4 <= abs(value) < _GREATEST:
        raise ValueError("a number too large or too small")
    return value


def link(previous: bytes, body: bytes) -> bytes:
    """Give the hash of an event: SHA-256 over the previous hash and the body."""
    return hashlib.sha256(previous + body).digest()


def stamp(at: datetime) -> str:
    """Write an instant (aware) as it stands in a body: UTC, whole microseconds, `Z`."""
    return at.astimezone(_UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def instant(text: str) -> datetime:
    """Read an instant written by `stamp`."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def chain(stream: UUID, seq: int, previous: bytes, action: str, actor: Actor, at: datetime,
          facts: Mapping[str, Any], root: str = "") -> AuditEvent:
    """Make the next link of a stream; the body names stream, sequence, action, actor and instant beside `facts`."""
    body = canonical({"format": FORMAT, "stream": stream.hex, "seq": seq, "action": action,
                      "actor": {"account": actor.account, "name": actor.name}, "at": stamp(at), **facts})
    return AuditEvent(stream, seq, action, actor.account, at, FORMAT, body, link(previous, body), root)


def first_break(events: Iterable[AuditEvent], stream: UUID, seq: int, head: bytes,
                root: str = "") -> Divergence | None:
    """Walk a stream from its first event and give the first place where the chain does not hold, if any.

    Checks the sequence without gap, every hash, every column against the body, the root unit of the stream, and the
    head kept elsewhere.
    """
    previous, expected = GENESIS, 0
    for event in events:
        expected += 1
        if event.seq != expected:
            return Divergence(expected, "seq", expected, event.seq)
        if link(previous, event.body) != event.hash:
            return Divergence(event.seq, "hash", link(previous, event.body).hex(), event.hash.hex())
        broken = _column_break(event, stream, root)
        if broken:
            return broken
        previous = event.hash
    if expected != seq:
        return Divergence(expected + 1, "length", seq, expected)
    if previous != head:
        return Divergence(expected, "head", head.hex(), previous.hex())
    return None


def _column_break(event: AuditEvent, stream: UUID, root: str) -> Divergence | None:
    try:
        facts = event.facts()
        said = (facts["stream"], facts["seq"], facts["action"], facts["actor"]["account"], facts["at"], facts["format"],
                root)
    except (ValueError, KeyError, TypeError):
        return Divergence(event.seq, "body", "canonical JSON", "unreadable")
    stored = (stream.hex, event.seq, event.action, event.actor, stamp(event.at), event.format, event.root)
    names = ("stream", "seq", "action", "actor", "at", "format", "root")
    return next((Divergence(event.seq, name, want, have)
                 for name, want, have in zip(names, said, stored, strict=True) if want != have), None)


_UTC = instant("1970-01-01T00:00:00Z").tzinfo
