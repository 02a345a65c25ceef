"""What a diagram declares beside its flow: the `motcua` elements as plain values. How they are read from XML
lives in `engine.workflow`; what they do to a clock lives in `engine.domain.clock`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.domain.period import Period

DeadlineKind = Literal["statutory", "service_norm", "task"]
FirstDay = Literal["next-day", "same-hour"]
SuspensionMode = Literal["resume", "restart"]


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """A limit on the process or on one step. `None` means the default of the calendar (or of its kind)."""

    kind: DeadlineKind
    period: Period
    first_day: FirstDay | None = None
    cut_off: str | None = None          # "15:00", "none", or None = the calendar's
    outcome: str | None = None
    when: str | None = None
    extensions: int = 1
    extension_up_to: Period | None = None
    warn_at: int = 80                   # per cent
    early_by: Period | None = None


@dataclass(frozen=True, slots=True)
class ClockMark:
    """The outcome of a step (or `always`) that starts the clock of the case or ends processing."""

    starts: str | None = None
    stops: str | None = None


@dataclass(frozen=True, slots=True)
class SuspensionRule:
    """While a case waits in this step its clock stands still."""

    reason: str
    mode: SuspensionMode = "resume"
    limit: Period | None = None
    on_limit: str = "stop"              # "stop", "continue", or a message name
    which: tuple[str, ...] = ("statutory", "service_norm")


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who may do a user task: a role in a unit, minus or only the actors of earlier tasks."""

    role: str
    unit: str | None = None             # "receiving", "competent", "same", "type:<unit type>"
    not_actor_of: tuple[str, ...] = ()
    same_actor_as: tuple[str, ...] = ()
    priority: int = 50


@dataclass(frozen=True, slots=True)
class HandOffRule:
    """Work passes to a unit of another type, which acknowledges within a period."""

    to: str
    acknowledge_within: Period | None = None
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class LetterRule:
    """A letter is made when the step becomes ready, completes, or completes with an outcome."""

    template: str
    when: str = "completed"


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """A registered handler answers this service task."""

    handler: str
    retries: int = 3


@dataclass(frozen=True, slots=True)
class SendRule:
    """What a message takes along: the named parts of the case's data, each under its last name (`verify.outcome` goes
    as `outcome`); what the case does not know yet is left out."""

    data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EachRule:
    """A multi-instance activity is done once for each element of a list: `over` is an expression, `item` the name
    under which an instance reads its element."""

    over: str
    item: str | None = None


@dataclass(frozen=True, slots=True)
class PublicText:
    """A sentence for the public page of the step."""

    language: str
    sentence: str
