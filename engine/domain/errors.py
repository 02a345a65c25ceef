"""The family of errors. The domain raises them, nobody between catches, one door translates them.

    EngineError
    ├─ NotFound            CaseNotFound, TaskNotFound, ProcedureNotFound, UnitNotFound, AccountNotFound,
    │                      IncidentNotFound, HandOffNotFound
    ├─ NotAllowed          the actor may not do this
    ├─ Conflict            TaskAlreadyCompleted, TaskClaimedByOther, CaseChanged, CaseHalted, KeyReused,
    │                      HandOffAlreadyAnswered
    ├─ InvalidSubmission   .errors: field → messages
    ├─ InvalidProcedure    .problems: file, element, severity, code, message, remedy
    ├─ InvalidOrganisation a file of units and people that cannot be applied
    ├─ InvalidInput        a period, a date or a clock event that cannot be read or contradicts another
    ├─ TooManyAttempts     .retry_after: seconds
    └─ Unavailable         the database is missing, locked or of another schema

A message is a sentence for the person who can act on it, in both languages. No status number lives here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from engine.domain.text import Text

Severity = Literal["error", "warning", "info"]


class EngineError(Exception):
    """Root of everything the engine refuses; `message` says it in both languages."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


class NotFound(EngineError):
    """What was asked for does not exist, or the actor may not know that it does."""


class CaseNotFound(NotFound):
    """No case has this code or id."""

    def __init__(self, code: str) -> None:
        super().__init__(Text(f"Không có hồ sơ {code}.", f"There is no case {code}."))


class TaskNotFound(NotFound):
    """No task has this id."""

    def __init__(self, task_id: str) -> None:
        super().__init__(Text(f"Không có việc {task_id}.", f"There is no task {task_id}."))


class ProcedureNotFound(NotFound):
    """No published procedure has this slug."""

    def __init__(self, slug: str) -> None:
        super().__init__(Text(f"Chưa công bố thủ tục {slug}.", f"No procedure {slug} is published."))


class UnitNotFound(NotFound):
    """No unit has this id, or the route to one is not unique."""


class AccountNotFound(NotFound):
    """No account has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(Text(f"Không có tài khoản {name}.", f"There is no account {name}."))


class IncidentNotFound(NotFound):
    """No incident has this id."""

    def __init__(self, incident_id: str) -> None:
        super().__init__(Text(f"Không có sự cố {incident_id}.", f"There is no incident {incident_id}."))


class HandOffNotFound(NotFound):
    """No hand-off has this id."""

    def __init__(self, hand_off_id: str) -> None:
        super().__init__(Text(f"Không có việc chuyển {hand_off_id}.", f"There is no hand-off {hand_off_id}."))


class NotAllowed(EngineError):
    """The actor may not do this."""


class Conflict(EngineError):
    """Somebody was faster; `actor`, `action` and `at` (UTC) say who, what and when where that is known."""

    def __init__(self, message: Text, *, actor: str | None = None, action: str | None = None,
                 at: datetime | None = None) -> None:
        super().__init__(message)
        self.actor = actor
        self.action = action
        self.at = at


class TaskAlreadyCompleted(Conflict):
    """The task was completed or cancelled before."""


class TaskClaimedByOther(Conflict):
    """The task is reserved by another actor."""


class HandOffAlreadyAnswered(Conflict):
    """The hand-off was accepted, refused or ended before."""


class CaseChanged(Conflict):
    """The case moved on between reading and writing."""


class CaseHalted(Conflict):
    """An Incident is open on the case; a person must look before it goes on."""


class KeyReused(EngineError):
    """An idempotency key came back with another body."""


class InvalidSubmission(EngineError):
    """A form was filled in wrongly; `errors` maps a field (dotted path) to its messages."""

    def __init__(self, errors: Mapping[str, list[Text]]) -> None:
        super().__init__(Text("Mẫu khai có chỗ chưa đúng.", "The form has entries to correct."))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about a file of a procedure, with what to do about it."""

    file: str
    element: str | None
    severity: Severity
    code: str
    message: Text
    remedy: Text

    def facts(self, language: str) -> dict[str, Any]:
        """Give the finding as a JSON object with message and remedy in `language`."""
        return {**asdict(self), "message": self.message.to(language), "remedy": self.remedy.to(language)}


class InvalidProcedure(EngineError):
    """A procedure cannot be published or run; `problems` says why, file by file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        errors = sum(problem.severity == "error" for problem in self.problems)
        super().__init__(Text(f"Thủ tục có {errors} lỗi.", f"The procedure has {errors} errors."))


class InvalidOrganisation(EngineError):
    """An organisation file contradicts itself or the organisation in force."""


class InvalidInput(EngineError):
    """A value given to a rule cannot be read or contradicts another; the message names it."""


class TooManyAttempts(EngineError):
    """Too many wrong tries; come back after `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        minutes = -(-retry_after // 60)
        super().__init__(Text(f"Thử sai quá nhiều lần. Hãy đợi {minutes} phút.",
                              f"Too many wrong tries. Wait {minutes} min."))
        self.retry_after = retry_after


class Unavailable(EngineError):
    """The database cannot be used now; nothing was stored."""


class Halted(EngineError):
    """The workflow could not go on: becomes an Incident of the case, its state unchanged.

    `code` names the cause for machines (`budget`, `expression`, `disagreement`, `depth`, `state`, …);
    `element` is the id of the step where it happened, if known.
    """

    def __init__(self, code: str, message: Text, element: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.element = element
