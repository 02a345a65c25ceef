"""AuditEvents: canonical bytes as RFC 8785 writes them, and a chain in which no change goes unseen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import audit
from engine.domain.audit import GENESIS, AuditEvent
from engine.domain.errors import InvalidInput
from engine.domain.people import SYSTEM

NOW = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
names = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=8)
numbers = st.integers(-(2 ** 53), 2 ** 53) | st.floats(1e-4, 2.0 ** 52) | st.floats(-(2.0 ** 52), -1e-4)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(st.none() | st.booleans() | numbers | texts,
                      lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4))


@given(values)
def test_canonical_bytes_are_those_of_rfc_8785(value: object) -> None:
    try:
        expected = rfc8785.dumps(value)     # type: ignore[arg-type]
    except rfc8785.IntegerDomainError:
        return
    assert audit.canonical(value) == expected


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2 ** 53 + 1, 1e-5, 1e16, "\ud800", {"\U0001f600": 1},
                                   {1: 2}, object(), b"x", {"a": {1, 2}}])
def test_what_two_readers_could_read_differently_is_refused(value: object) -> None:
    with pytest.raises(InvalidInput):
        audit.canonical(value)


def chain_of(length: int) -> tuple[list[AuditEvent], bytes]:
    stream, head, events = uuid4(), GENESIS, []
    for number in range(1, length + 1):
        at = NOW + timedelta(minutes=number)
        event = audit.chain(stream, number, head, "task.completed", SYSTEM, at, {"n": number})
        events.append(event)
        head = event.hash
    return events, head


def broken(events: list[AuditEvent], head: bytes, length: int = 5) -> str | None:
    divergence = audit.first_break(events, events[0].stream, length, head)
    return divergence.what if divergence else None


def test_a_whole_chain_holds() -> None:
    assert broken(*chain_of(5)) is None


def test_a_removed_swapped_or_added_event_is_found() -> None:
    events, head = chain_of(5)
    assert broken(events[:2] + events[3:], head) == "seq"
    assert broken([events[1], events[0], *events[2:]], head) == "seq"
    assert broken(events[:4], head) == "length"
    more, _ = chain_of(6)
    assert broken([*events, more[5]], head) == "hash"


@given(st.integers(0, 4), st.data())
def test_any_changed_byte_of_a_body_is_found(place: int, data: st.DataObject) -> None:
    events, head = chain_of(5)
    body = bytearray(events[place].body)
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] ^= data.draw(st.integers(1, 255))
    events[place].body = bytes(body)
    assert broken(events, head) == "hash"


def test_a_column_that_differs_from_its_body_is_found() -> None:
    for name, value in (("action", "case.filed"), ("actor", "an"), ("at", NOW), ("format", 2)):
        events, head = chain_of(5)
        setattr(events[2], name, value)
        assert broken(events, head) == name


def test_an_instant_comes_back_from_its_stamp() -> None:
    assert audit.instant(audit.stamp(NOW)) == NOW
