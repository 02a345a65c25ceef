"""All that the clock of a case says: the limit of the law, the service norm, the printed date, each with its verdict.

How one due time comes about is told by `clock_view`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.domain import case_clock
from engine.domain.arithmetic import period_text
from engine.domain.calendar import to_utc
from engine.domain.case import Case
from engine.domain.case_clock import Rules
from engine.domain.clock import Reckoning, Verdict
from engine.domain.people import Actor
from engine.queries import case_file, case_view, clock_view
from engine.storage import database


@dataclass(frozen=True, slots=True)
class Account:
    """The clock of a case at one time; instants in UTC. `inner` is the outcome whose limit ends first and when,
    `new_promise` the date of an extension granted too late."""

    case: Case
    statutory: Reckoning | None
    norm: Reckoning | None
    warn: datetime | None
    new_promise: datetime | None
    promised_verdict: Verdict | None
    norm_verdict: Verdict | None
    inner: tuple[str, datetime] | None
    requests: int
    late_for_index: bool

    @property
    def moved(self) -> bool:
        """Tell whether the computed due time is another than the printed one."""
        case = self.case
        return case.promised_at is not None and case.due_at is not None and case.promised_at != case.due_at


def of(case: Case, rules: Rules) -> Account:
    """Give the account of a case."""
    statutory = case_clock.reckon(case, rules)
    inner = case_clock.inner_target(case, rules)

    def instant(local: datetime | None) -> datetime | None:
        return to_utc(rules.calendar, local) if local is not None else None

    return Account(
        case, statutory, case_clock.reckon(case, rules, "service_norm"),
        instant(statutory.warn) if statutory else None, instant(statutory.promise) if statutory else None,
        case_clock.judged(case, rules, "statutory", case.promised_at),
        case_clock.judged(case, rules, "service_norm", case.norm_due_at),
        (inner[0], to_utc(rules.calendar, inner[1])) if inner else None,
        case_clock.supplement_requests(case), case_clock.late_for_index(case))


@dataclass(frozen=True, slots=True)
class Found:
    """An account as a JSON object, with the case under whose name its viewing is noted."""

    case: Case
    facts: dict[str, Any]


def read(name: str, actor: Actor, now: datetime, language: str) -> Found:
    """Give the account of a case by its code or id, for an actor who may see it, as a JSON object.

    Raises:
        CaseNotFound: there is none, or the actor may not know of it.
    """
    with database.reading() as session:
        case = case_file.find(session, name, actor, now)
        return Found(case, facts(session, case, language))


def facts(session: Session, case: Case, language: str) -> dict[str, Any]:
    """Give the account of a case as a JSON object, with the arithmetic of the limit of the law."""
    found = of(case, clock_view.rules_of(session, case))
    limit = found.statutory.period if found.statutory else None
    return {
        **clock_view.facts(session, case, language),
        "limit": period_text(limit).to(language) if limit is not None else None,
        "extensions": found.statutory.granted if found.statutory else 0,
        "warn_at": case_view.moment(found.warn), "new_promise_at": case_view.moment(found.new_promise),
        "ended_at": case_view.moment(case.ended_at), "verdict": case.verdict,
        "promised_verdict": found.promised_verdict, "norm_verdict": found.norm_verdict,
        "inner_target": ({"outcome": found.inner[0], "due_at": case_view.moment(found.inner[1])}
                         if found.inner else None),
        "supplement_requests": found.requests, "late_for_index": found.late_for_index}
