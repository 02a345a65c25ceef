"""Reading the BPMN files of these tests, and playing a case through them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from engine import workflow
from engine.workflow import Definition, Position

FILES = Path(__file__).parent / "files"
NOW = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
NAMES = {
    "linear": ["linear.bpmn"],
    "rework": ["rework.bpmn"],
    "parallel": ["parallel.bpmn"],
    "caller": ["caller.bpmn", "called.bpmn", "inner.bpmn"],
    "timers": ["timers.bpmn"],
    "cycle": ["cycle.bpmn"],
    "deciding": ["deciding.bpmn", "fee.dmn"],
    "terminate": ["terminate.bpmn"],
    "outside": ["outside.bpmn"],
}


def files(slug: str) -> dict[str, bytes]:
    """Give the files of one procedure of these tests."""
    return {name: (FILES / name).read_bytes() for name in NAMES[slug]}


def definition(slug: str) -> Definition:
    """Read one procedure of these tests."""
    return workflow.read(files(slug), slug)


def at(hours: float) -> datetime:
    """Give the instant so many hours after the beginning of a test."""
    return NOW + timedelta(hours=hours)


def act(read: Definition, position: Position, key: str, given: Mapping[str, Any] | None = None,
        now: datetime = NOW) -> Position:
    """Do, answer or deliver what waits at `key`."""
    waiting = next(one for one in position.waiting if one.key == key)
    verb: Callable[..., Position] = {"user": workflow.complete, "service": workflow.answer,
                                     "receive": workflow.deliver}[waiting.kind]
    return verb(read, position.state, waiting.id, given or {}, now)


def keys(position: Position) -> list[str]:
    """Give what waits, by path and key."""
    return ["/".join((*one.path, one.key)) for one in position.waiting]


def passed(position: Position) -> list[str]:
    """Give what was completed in the last advance, by path and key."""
    return ["/".join((*one.path, one.key)) for one in position.passed]
