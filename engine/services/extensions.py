"""Extending the limit of a case, with a ground: one act of the head, one transaction, one AuditEvent.

An extension granted at or before the due time moves it; one granted later is a new promise to the applicant, and the
case stays late. The date on the receipt stays until the applicant is told another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.domain import case_clock, policy
from engine.domain import period as periods
from engine.domain.case import Case
from engine.domain.case_clock import Rules
from engine.domain.clock import Reckoning
from engine.domain.declarations import DeadlineRule
from engine.domain.errors import Conflict, InvalidInput, InvalidSubmission
from engine.domain.people import Actor
from engine.domain.period import Period
from engine.domain.text import Text
from engine.queries import office, roots
from engine.services import clockwork, holding, incidents
from engine.services.ground import Ground
from engine.services.receipts import Receipt
from engine.storage import database

ACT = "extend"
MOST_GROUND = 2_000


@dataclass(frozen=True, slots=True)
class Chance:
    """What an extension may be now: how many are left, and the longest one."""

    left: int
    longest: Period


def extend(code: str, by: str, ground: str, actor: Actor, now: datetime,
           receipt: Receipt | None = None) -> Case | None:
    """Extend the limit of a case by a period of its own unit, on a ground; at most as often and as long as the
    procedure allows (by default once, and by no more than the limit itself).

    Gives None when the receipt recalled the answer to an earlier request with the same key.

    Raises:
        CaseNotFound: no such case, or the actor may not know of it.
        NotAllowed: the actor is no head or leader over the competent unit.
        InvalidSubmission: the ground is missing or too long, the period cannot be read, is in another unit than the
            limit, or is too long.
        Conflict: the procedure allows no extension (any more), the clock does not run yet or no more, or the case is
            over or halted.
    """
    asked = _asked(by, ground)
    return holding.once_more(lambda: _extend(code, asked, ground.strip(), actor, now, receipt), receipt)


def _asked(by: str, ground: str) -> Period:
    wrong: dict[str, list[Text]] = {}
    if not ground.strip() or len(ground) > MOST_GROUND:
        wrong["ground"] = [Text(f"Hãy nêu căn cứ gia hạn, không quá {MOST_GROUND} ký tự.",
                                f"Give the ground of the extension, at most {MOST_GROUND} characters.")]
    try:
        period = periods.parse(by)
    except InvalidInput as error:
        raise InvalidSubmission({"by": [error.message], **wrong}) from error
    if wrong:
        raise InvalidSubmission(wrong)
    return period


def _extend(code: str, by: Period, why: str, actor: Actor, now: datetime, receipt: Receipt | None) -> Case | None:
    with database.transaction() as session:
        if receipt is not None and receipt.recall(session, actor, now):
            return None
        case = holding.case_by_code(session, code, roots.of_actor(session, actor, now))
        ground = holding.ground_of(session, case)
        organisation = office.current(session).organisation(office.local_day(now))
        capacity = policy.extension_capacity(actor, case, organisation)
        incidents.refuse_unless_running(session, case)
        _refuse(case, ground, by)
        before = dict(case.pending)
        result = clockwork.extend(case, ground, by, why, now)
        holding.store(session, case, before, actor, now, "case.extended",
                      {"by": str(by), "ground": why, "capacity": capacity, "result": result}, receipt)
        return case


def chance(case: Case, ground: Ground) -> Chance | None:
    """Tell what extension a case may still be given; None where there is none to give."""
    rules = ground.rules(case)
    rule, reckoning = rules.general("statutory"), _running(case, rules)
    if ACT not in ground.procedure.definition.acts or rule is None or reckoning is None:
        return None
    return _chance(rule, reckoning)


def chance_of(code: str, actor: Actor, now: datetime) -> Chance | None:
    """Tell what extension the actor may give a case now; None where there is none to give, or it is not theirs.

    Raises:
        CaseNotFound: no such case.
    """
    with database.reading() as session:
        case = holding.case_by_code(session, code, roots.of_actor(session, actor, now))
        organisation = office.current(session).organisation(office.local_day(now))
        if not policy.may_extend(actor, case, organisation) or not _goes_on(session, case):
            return None
        return chance(case, holding.ground_of(session, case))


def _goes_on(session: Session, case: Case) -> bool:
    return not case.status.over and incidents.open_on(session, case) is None


def _chance(rule: DeadlineRule, reckoning: Reckoning) -> Chance | None:
    left = rule.extensions - reckoning.granted
    original = reckoning.original
    if left < 1 or original is None or original.unit == "same day":
        return None
    bound = rule.extension_up_to
    return Chance(left, bound if bound is not None and bound.unit == original.unit else original)


def _running(case: Case, rules: Rules) -> Reckoning | None:
    """Give the statutory clock while it has begun and not ended."""
    if not case_clock.started(case) or case_clock.ended(case):
        return None
    return case_clock.reckon(case, rules)


def _refuse(case: Case, ground: Ground, by: Period) -> None:
    """Refuse an extension that the procedure or the state of the case does not allow."""
    if ACT not in ground.procedure.definition.acts:
        raise Conflict(Text("Thủ tục này không cho phép gia hạn.", "This procedure allows no extension."))
    if _running(case, ground.rules(case)) is None:
        raise Conflict(Text(f"Thời hạn của hồ sơ {case.code} chưa chạy hoặc đã dừng hẳn nên không gia hạn được.",
                            f"The limit of case {case.code} does not run yet, or has ended; it cannot be extended."))
    found = chance(case, ground)
    if found is None:
        raise Conflict(Text(f"Hồ sơ {case.code} đã gia hạn hết số lần thủ tục cho phép.",
                            f"Case {case.code} was extended as often as the procedure allows."))
    if by.unit != found.longest.unit or by.number > found.longest.number:
        raise InvalidSubmission({"by": [Text(
            f"Gia hạn phải cùng đơn vị với thời hạn và không quá {found.longest}.",
            f"An extension must be in the unit of the limit and no longer than {found.longest}.")]})
