"""What a read procedure is and what the engine answers: steps, flows, definitions and positions of a case.
Plain values; how they are read from XML lives in `reading` and `declarations`, how a case moves in `advance`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from engine.domain.declarations import (
    Assignment,
    ClockMark,
    DeadlineRule,
    HandOffRule,
    LetterRule,
    PublicText,
    ServiceRule,
    SuspensionRule,
)
from engine.workflow.decisions import Table

WaitingKind = Literal["user", "service", "receive", "timer"]
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One element of the diagram with everything it declares; `key` is its id, `process` the process it is in.

    Kinds: `start`, `end`, `terminate`, `user`, `service`, `decision`, `receive`, `call`, `exclusive`,
    `parallel`, `timer`, `boundary_timer`.
    """

    key: str
    process: str
    kind: str
    name: str = ""
    lane: str | None = None
    assignment: Assignment | None = None
    deadlines: tuple[DeadlineRule, ...] = ()
    clock: ClockMark | None = None
    suspends: SuspensionRule | None = None
    form: str | None = None
    letters: tuple[LetterRule, ...] = ()
    national_status: int | None = None
    service: ServiceRule | None = None
    decision: str | None = None
    message: str | None = None
    called: str | None = None
    hand_off: HandOffRule | None = None
    texts: tuple[PublicText, ...] = ()
    attached_to: str | None = None
    interrupting: bool = True


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow of one process, from step to step; `condition` is the text of its expression."""

    id: str
    process: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None
    default: bool = False


@dataclass
class Definition:
    """A procedure's diagram and tables, read once, never changed, shared by all cases and threads.

    `deadlines`, `acts` and `texts` are those of the top process; `hash` names the exact files it was read from.
    """

    slug: str
    hash: str
    steps: Mapping[tuple[str, str], Step]
    flows: tuple[Flow, ...]
    start: Step
    deadlines: tuple[DeadlineRule, ...]
    process_deadlines: Mapping[str, tuple[DeadlineRule, ...]]
    acts: tuple[str, ...]
    tables: Mapping[str, Table]
    process_texts: Mapping[str, tuple[PublicText, ...]] = field(default_factory=dict)
    process_names: Mapping[str, str] = field(default_factory=dict)
    specs: Mapping[str, Any] = field(default_factory=dict, repr=False)
    flow_between: Mapping[tuple[str, str, str], str] = field(default_factory=dict, repr=False)
    flows_into: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict, repr=False)

    def process_at(self, path: Path) -> str:
        """Give the id of the process reached through the call activities of `path`; `()` is the top.

        Raises:
            KeyError: the path names a step that calls nothing.
        """
        process = self.slug
        for key in path:
            called = self.steps[process, key].called
            if called is None:
                raise KeyError(path)
            process = called
        return process

    def step(self, path: Path, key: str) -> Step:
        """Give the step `key` of the process reached through the call activities of `path`.

        Raises:
            KeyError: there is no such step.
        """
        return self.steps[self.process_at(path), key]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step at which the case waits; `id` is the engine's task id, the same for as long as it waits."""

    id: UUID
    key: str
    path: Path
    kind: WaitingKind


@dataclass(frozen=True, slots=True)
class Passed:
    """An element completed in this advance. `flow` is the sequence flow by which it was reached, `None` for a
    start or a boundary event; a parallel gateway that joins lists its other incoming flows in `joined`."""

    key: str
    path: Path
    flow: str | None
    joined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision table was asked: the ids of the rules that matched, in order, and the answer."""

    ref: str
    key: str
    path: Path
    rules: tuple[str, ...]
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a case stands after an advance; `state` is all that is needed to go on, `next_timer` is in UTC."""

    state: bytes
    waiting: tuple[Waiting, ...]
    ended: bool
    data: dict[str, Any]
    next_timer: datetime | None
    passed: tuple[Passed, ...]
    decisions: tuple[Decided, ...]
