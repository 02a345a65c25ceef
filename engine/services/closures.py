"""A closure: some days of a unit are other than its calendar says, for the cases it has now (a flood, an outage).

Which cases it moves is shown first; each case follows by an event of its own (`clock_orders`). A case received later
goes by the calendar of the unit: a closure that lasts belongs there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from engine.domain import policy
from engine.domain.calendar import DayRule, Sessions
from engine.domain.errors import InvalidInput, UnitNotFound
from engine.domain.people import SYSTEM, Actor
from engine.domain.text import Text
from engine.queries import office
from engine.services import clock_orders
from engine.services.clock_orders import Order, Preview
from engine.storage import database

MOST_DAYS = 60
MOST_REASON = 2_000


@dataclass(frozen=True, slots=True)
class Closure:
    """Days of a unit and of those below it, and what is worked on them: no session where it is closed."""

    unit: str
    first: date
    last: date
    sessions: Sessions
    reason: str


def preview(closure: Closure, now: datetime, by: Actor = SYSTEM) -> Preview:
    """Show which cases a closure would move; nothing is stored.

    Raises:
        NotAllowed: an account that is no administrator.
        UnitNotFound: there is no such unit today.
        InvalidInput: no reason, the days run backwards, or are more than `MOST_DAYS`.
    """
    with database.reading() as session:
        order = _order(session, closure, now, by)
    return clock_orders.preview(order, {})


def close(closure: Closure, now: datetime, by: Actor = SYSTEM) -> Order:
    """Order the cases of a unit to follow a closure (`clock_orders.follow` lets them).

    Raises:
        NotAllowed, UnitNotFound, InvalidInput: as `preview`.
    """
    with database.locked() as session:
        return clock_orders.give(session, _order(session, closure, now, by), by, now)


def _order(session: Session, closure: Closure, now: datetime, by: Actor) -> Order:
    if by.account != SYSTEM.account:
        policy.require_role(by, "administrator")
    if not closure.reason.strip() or len(closure.reason) > MOST_REASON:
        raise InvalidInput(Text(f"Hãy nêu lý do, không quá {MOST_REASON} ký tự.",
                                f"Give a reason of at most {MOST_REASON} characters."))
    if not 0 <= (closure.last - closure.first).days < MOST_DAYS:
        raise InvalidInput(Text(f"Ngày cuối phải từ ngày đầu trở đi, tất cả không quá {MOST_DAYS} ngày.",
                                f"The last day must not lie before the first, and they are at most {MOST_DAYS}."))
    organisation = office.current(session).organisation(office.local_day(now))
    if closure.unit not in organisation.units:
        raise UnitNotFound(Text(f"Không có đơn vị {closure.unit[:64]}.", f"There is no unit {closure.unit[:64]}."))
    units = tuple(sorted(unit.id for unit in organisation.below(closure.unit)))
    days = {day: DayRule(closure.sessions, closure.reason.strip()) for day in _days(closure)}
    return Order("closure", closure.reason.strip(), by.account, units=units, days=days)


def _days(closure: Closure) -> Iterable[date]:
    return (closure.first + timedelta(days=number) for number in range((closure.last - closure.first).days + 1))
