"""Hand-offs for those who may know of them: of one case, and those that come to or leave the units of an actor.

Both clocks are there: the case's own due time, and the receiving unit's time to answer and to do its part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from engine.domain import case_clock, policy, worktime
from engine.domain.calendar import WorkCalendar, to_local
from engine.domain.case import Case
from engine.domain.errors import HandOffNotFound
from engine.domain.handoff import HandOff, HandOffStatus
from engine.domain.people import Actor, in_force
from engine.domain.text import Text
from engine.procedures.form_model import Form
from engine.procedures.procedure import Procedure
from engine.queries import case_view, handed_over, office, roots
from engine.storage import database
from engine.storage.tables import account_table, appointment_table, case_table, hand_off_table
from engine.workflow import Step

MOST = 500
OPEN, LATE = "open", "late"
STATES = (OPEN, LATE, *HandOffStatus)
IN, OUT = "in", "out"
_h = hand_off_table.c
_ITS_CASE = and_(case_table.c.root == _h.root, case_table.c.id == _h.case_id)


@dataclass(frozen=True, slots=True)
class Entry:
    """A hand-off with its case. `left` is the working time in minutes that the unit has still to answer or to do its
    part, below 0 when it is late, None where no time runs; `may` are the acts open to who asked; `form` is that of the
    result, where the step that waits for it has one."""

    hand_off: HandOff
    case: Case
    name: Text
    procedure: Text
    from_unit: Text
    to_unit: Text
    late: bool
    left: int | None
    may: tuple[str, ...]
    form: Form | None = None

    @property
    def due(self) -> datetime | None:
        """Give the time that runs now: to answer while it is offered, to do it once it is accepted."""
        return _due(self.hand_off)


def of_case(session: Session, case: Case, now: datetime, actor: Actor | None = None) -> list[Entry]:
    """Give the hand-offs of a case that was found for someone who may see it, the oldest first."""
    return [_entry(session, case, one, now, actor) for one in handed_over.load(session, case)]


def open_of(case: Case, now: datetime) -> list[Entry]:
    """Give the open hand-offs of a case that was found for someone who may see it, the oldest first."""
    with database.reading() as session:
        rows = session.scalars(select(HandOff).where(_h.root == case.root, _h.case_id == case.id,
                                                     _h.ended_at.is_(None)).order_by(_h.offered_at, _h.place))
        return [_entry(session, case, one, now, None) for one in rows]


def read(hand_off_id: UUID, actor: Actor, now: datetime) -> Entry:
    """Give one hand-off whose case the actor may see.

    Raises:
        HandOffNotFound: there is none, or the actor may not know of it.
    """
    with database.reading() as session:
        row = session.execute(select(HandOff, Case).join(Case, _ITS_CASE).where(
            _h.root.in_(roots.of_actor(session, actor, now)), _h.id == hand_off_id)).first()
        organisation = office.current(session).organisation(office.local_day(now))
        if row is None or not policy.may_see(actor, row[1], policy.units_seen(actor, organisation)):
            raise HandOffNotFound(str(hand_off_id))
        return _entry(session, row[1], row[0], now, actor)


def of_units(actor: Actor, now: datetime, *, unit: str | None = None, status: str | None = OPEN,
             direction: str | None = None) -> list[Entry]:
    """Give the hand-offs to and from the units whose cases the actor sees, the most pressing first, at most `MOST`.

    `status` is one of `STATES`, `direction` is `in` (to them) or `out` (from them); None means any.
    """
    with database.reading() as session:
        seen = policy.units_seen(actor, office.current(session).organisation(office.local_day(now)))
        wanted = sorted(seen & {unit} if unit is not None else seen)
        rows = session.execute(
            select(HandOff, Case).join(Case, _ITS_CASE)
            .where(_h.root.in_(roots.of_actor(session, actor, now)), _of(wanted, direction), *_in(status, now))
            .order_by(_h.ended_at.is_not(None), func.coalesce(_running(), case_table.c.due_at), _h.offered_at)
            .limit(MOST))
        return [_entry(session, case, one, now, actor) for one, case in rows]


def _running() -> ColumnElement[Any]:
    return func.coalesce(_h.due_at, _h.acknowledge_by)


def _of(units: Sequence[str], direction: str | None) -> ColumnElement[bool]:
    comes, leaves = _h.to_unit.in_(units), _h.from_unit.in_(units)
    return comes if direction == IN else leaves if direction == OUT else or_(comes, leaves)


def _in(status: str | None, now: datetime) -> list[ColumnElement[bool]]:
    if status is None:
        return []
    if status == OPEN:
        return [_h.ended_at.is_(None)]
    if status == LATE:
        unanswered = and_(_h.status == HandOffStatus.OFFERED, _h.acknowledge_by < now)
        return [_h.ended_at.is_(None), or_(unanswered, and_(_h.status == HandOffStatus.ACCEPTED, _h.due_at < now))]
    return [_h.status == status]


def _entry(session: Session, case: Case, one: HandOff, now: datetime, actor: Actor | None) -> Entry:
    house, loaded = office.current(session), office.procedure_of(session, case.version_id)
    calendar = case_clock.calendar_for(case, one.to_unit, house.calendars)
    step = handed_over.step_of(loaded, one)
    may = acts(session, case, one, actor, step, now) if actor is not None else ()
    return Entry(one, case, loaded.name_of(step), loaded.title, house.unit_title(one.from_unit),
                 house.unit_title(one.to_unit), one.late(now), _left(calendar, _due(one), now), may,
                 _form(loaded, step) if "result" in may else None)


def _form(loaded: Procedure, step: Step) -> Form | None:
    """Give the form of the first step that waits for the answer to what a step sent."""
    definition = loaded.definition
    pool = definition.pools.get((step.process, step.key))
    waits = (definition.steps[place] for place, one in definition.replies.items() if one == pool)
    return next((form for one in waits if (form := loaded.form_of(one)) is not None), None)


def _due(one: HandOff) -> datetime | None:
    if not one.open or one.status is HandOffStatus.REFUSED:
        return None
    return one.due_at if one.status is HandOffStatus.ACCEPTED else one.acknowledge_by


def _left(calendar: WorkCalendar, due: datetime | None, now: datetime) -> int | None:
    if due is None:
        return None
    at, end = worktime.stamp(to_local(calendar, now)), worktime.stamp(to_local(calendar, due))
    spent = worktime.measure(worktime.working(calendar, min(at, end)), max(at, end))
    return spent if at <= end else -spent


def acts(session: Session, case: Case, one: HandOff, actor: Actor, step: Step, now: datetime) -> tuple[str, ...]:
    """Give the acts on a hand-off that are open to an actor now: `accept`, `refuse`, `result`, `offer`."""
    organisation = office.current(session).organisation(office.local_day(now))
    found: tuple[str, ...] = ()
    if case.status.over or not one.open:
        return found
    if policy.may_answer(actor, one):
        if one.status is HandOffStatus.OFFERED:
            found = ("accept", "refuse")
        elif one.status is HandOffStatus.ACCEPTED and step.kind != "call":
            found = ("result",)
    if one.waits_for_its_own_unit and policy.may_offer(actor, one, organisation):
        found = (*found, "offer")
    return found


def somebody_holds(session: Session, units: Sequence[str], roles: Sequence[str], now: datetime) -> bool:
    """Tell whether any person who may sign in holds one of the roles in one of the units today."""
    day = office.local_day(now)
    posts = [post.id for post in office.current(session).positions.values()
             if post.unit in units and in_force(post.valid_from, post.valid_to, day) and set(roles) & set(post.roles)]
    held = appointment_table.c
    rows = session.execute(
        select(held.valid_from, held.valid_to).join(account_table, account_table.c.name == held.account)
        .where(held.position.in_(posts), account_table.c.disabled_at.is_(None)))
    return any(in_force(row.valid_from, row.valid_to, day) for row in rows)


def units_of_its_type(one: HandOff, now: datetime) -> list[tuple[str, Text]]:
    """Give the units to which a hand-off may be offered again: all of the type of the one it went to, that one
    first."""
    with database.reading() as session:
        units = office.current(session).organisation(office.local_day(now)).units
        wanted = units[one.to_unit].type if one.to_unit in units else None
        found = [unit for unit in units.values() if unit.type == wanted]
        return [(unit.id, unit.title) for unit in sorted(found, key=lambda unit: (unit.id != one.to_unit, unit.id))]


def facts(entry: Entry, language: str) -> dict[str, Any]:
    """Give a hand-off as a JSON object: its two units, its state, both clocks, and what who asked may do."""
    return {**case_view.named_hand_off(entry.hand_off, entry.name.to(language)), "case": entry.case.code,
            "procedure": entry.case.procedure, "title": entry.procedure.to(language),
            "late": entry.late, "remaining_minutes": entry.left,
            "case_due_at": case_view.moment(entry.case.due_at), "may": list(entry.may)}
