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
    SendRule,
    ServiceRule,
    SuspensionRule,
)
from engine.workflow.dmn.decisions import Table

WaitingKind = Literal["user", "service", "receive", "timer", "signal", "handoff"]
Path = tuple[str, ...]
BODY = "//"             # after the id of a process: what runs while its event sub-processes listen


@dataclass(frozen=True, slots=True)
class Event:
    """What an event catches or throws. Kinds: `message`, `signal`, `error`, `escalation`, `conditional`, `timer`,
    `link`; `name` is the name of a message, signal or link, or the code of an error or escalation (None: any)."""

    kind: str
    name: str | None = None
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Many:
    """How often an activity is done: `parallel` or `sequential` instances, so many as `cardinality` or the list
    `collection` says, until `until` holds; or a `loop`, again while `again` holds, at most `most` times.

    `item` names the instance's element of the collection in what the instance reads. The texts are expressions."""

    kind: Literal["parallel", "sequential", "loop"]
    cardinality: str | None = None
    collection: str | None = None
    item: str | None = None
    until: str | None = None
    again: str | None = None
    most: int | None = None
    test_first: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One element of the diagram with everything it declares; `key` is its id, `process` the process it is in.

    Kinds: `start`, `end`, `terminate`, `user`, `script`, `service`, `decision`, `send`, `receive`, `call`,
    `subprocess`, `many` (a task done several times, which itself stands in the process `called`), `exclusive`,
    `inclusive`, `parallel`, `event_gateway`, `timer`, `catch`, `throw`, `boundary_timer`, `boundary`.
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
    event: Event | None = None
    many: Many | None = None
    script: str | None = None
    sends: SendRule | None = None
    writes: tuple[str, ...] = ()        # the data objects that keep the step's answer too
    time: tuple[str, str] | None = None     # of a timer: `date`, `duration` or `cycle`, and the text of it


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
    pools: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False)
    replies: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False)

    @property
    def starts(self) -> dict[str, Step]:
        """Give the start events of the top process by key."""
        return {step.key: step for step in self.steps.values() if step.process == self.slug and step.kind == "start"}

    @property
    def message_names(self) -> frozenset[str]:
        """Give the name of every message that some step waits for, once a case runs."""
        return frozenset(step.message for step in self.steps.values()
                         if step.message and step.kind in ("receive", "catch", "boundary", "start")
                         and not (step.kind == "start" and step.process == self.slug))

    def process_at(self, path: Path) -> str:
        """Give the id of the process reached through the call activities and sub-processes of `path`; `()` is the
        top. The number of an instance, as in `consult[2]`, is not looked at.

        Raises:
            KeyError: the path names a step that calls nothing.
        """
        process = self.slug
        for key in path:
            called = self.steps[process, key.partition("[")[0]].called
            if called is None:
                raise KeyError(path)
            process = called
        return process

    def step(self, path: Path, key: str) -> Step:
        """Give the step `key` of the process reached through the call activities and sub-processes of `path`.

        Raises:
            KeyError: there is no such step.
        """
        return self.steps[self.process_at(path), key.partition("[")[0]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step at which the case waits; `id` is the engine's task id, the same for as long as it waits.

    A message is waited for as `receive`, whatever catches it; a call handed over to another unit as `handoff`, until
    it is accepted. `item` is what the instance of a multi-instance activity is about."""

    id: UUID
    key: str
    path: Path
    kind: WaitingKind
    item: Any = None


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
class Sent:
    """A message or a signal left the case. `to` is where a message flow leads: the process of the pool, the name of a
    pool without one, or None when no flow is drawn."""

    kind: Literal["message", "signal"]
    name: str
    key: str
    path: Path
    data: dict[str, Any]
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a case stands after an advance; `state` is all that is needed to go on, `next_timer` is in UTC. `inside`
    are the paths of the called processes and sub-processes under way, also where nobody outside is waited for; `owner`
    is whose state it is, as it was begun."""

    state: bytes
    waiting: tuple[Waiting, ...]
    ended: bool
    data: dict[str, Any]
    next_timer: datetime | None
    passed: tuple[Passed, ...]
    decisions: tuple[Decided, ...]
    sent: tuple[Sent, ...] = ()
    inside: tuple[Path, ...] = ()
    owner: str | None = None
