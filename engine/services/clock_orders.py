"""Orders that move the clocks of many cases: a corrected calendar, a closure. First shown, then done, case by case.

An order is an event of the office. Each running case it touches follows in a transaction of its own with its own event,
by the system, in the name of whoever gave the order; after a crash whoever comes next goes on with the cases that are
left, and a case that followed already is not touched again. The date printed for the applicant never moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Text as AnyText
from sqlalchemy import cast, or_, select
from sqlalchemy.orm import Session, defer
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from engine.domain.audit import OFFICE
from engine.domain.calendar import DayRule, WorkCalendar
from engine.domain.case import Case, CaseStatus, Task
from engine.domain.errors import EngineError
from engine.domain.people import SYSTEM, Actor
from engine.queries import office, roots
from engine.services import clockwork, holding, office_log
from engine.services.ground import Ground
from engine.storage import database
from engine.storage.tables import audit_event_table, case_table, task_table

Kind = Literal["calendar", "closure"]
ORDERED, FOLLOWED = "clock.ordered", "clock.followed"
BATCH = 200
_TRIES = 5
_OVER = (CaseStatus.CLOSED, CaseStatus.STOPPED)
_c, _e = case_table.c, audit_event_table.c


@dataclass(frozen=True, slots=True)
class Order:
    """What the cases are to follow: for a calendar, the version to go to by name (`vn` → `vn@2`); for a closure, the
    units and what their days are. `number` is that of the event of the office, 0 while it is only shown."""

    kind: Kind
    reason: str
    by: str
    to: Mapping[str, str] = field(default_factory=dict)
    units: tuple[str, ...] = ()
    days: Mapping[date, DayRule] = field(default_factory=dict)
    number: int = 0

    def facts(self) -> dict[str, Any]:
        """Give the order as it stands in its event."""
        told: dict[str, Any] = {"kind": self.kind, "reason": self.reason, "by": self.by}
        if self.kind == "calendar":
            return {**told, "to": dict(self.to)}
        return {**told, "units": list(self.units), "days": clockwork.days_to_data(self.days)}


@dataclass(frozen=True, slots=True)
class Moved:
    """What becomes of one case: due times in UTC before and after, and the date printed for the applicant, which
    stays. `why` says why a case is left as it is."""

    code: str
    applicant: str
    due_before: datetime | None
    due_after: datetime | None
    promised: datetime | None
    why: str = ""

    @property
    def moves(self) -> bool:
        """Tell whether the due time moves."""
        return self.due_before != self.due_after


@dataclass(frozen=True, slots=True)
class Preview:
    """What an order would do: how many cases it touches, and those whose due time it moves, at most `MOST_SHOWN`."""

    touched: int
    moved: int
    cases: tuple[Moved, ...]


MOST_SHOWN = 500


def preview(order: Order, drafts: Mapping[str, WorkCalendar]) -> Preview:
    """Show what an order would do, by calendars that are not stored yet (`drafts`, by reference); nothing changes."""
    touched, moved, shown = 0, 0, list[Moved]()
    with database.reading() as session:
        calendars = {**office.current(session).calendars, **drafts}
        for case in _every(session, order):
            found = _moved(case, Ground(office.procedure_of(session, case.version_id), calendars), order)
            if found is None:
                continue
            touched += 1
            if found.moves or found.why:
                moved += 1
                shown += [found] if len(shown) < MOST_SHOWN else []
    return Preview(touched, moved, tuple(shown))


def _every(session: Session, order: Order) -> Iterator[Case]:
    after: UUID | None = None
    while batch := _batch(session, order, after):
        yield from batch
        after = batch[-1].id
        for case in batch:
            session.expunge(case)


def _moved(case: Case, ground: Ground, order: Order) -> Moved | None:
    """Let a case follow in memory and say what becomes of it; None where it has nothing to follow."""
    before = case.due_at
    try:
        result = _follow(case, ground, order)
    except EngineError as error:
        return Moved(case.code, case.applicant, before, before, case.promised_at, error.message.en)
    return Moved(case.code, case.applicant, before, case.due_at, case.promised_at) if result else None


def _follow(case: Case, ground: Ground, order: Order) -> dict[str, Any] | None:
    """Let a case follow an order in memory; give the facts of its event, or None where it followed already."""
    if order.kind == "calendar":
        pins = _pins(case, order)
        if not pins:
            return None
        return {"calendars": pins, "result": clockwork.follow_calendars(case, ground, pins)}
    units = sorted({*case.units.values()}.intersection(order.units))
    before = case.clock
    result = clockwork.close(case, ground, order.days, units)
    if case.clock == before:
        return None
    return {"units": units, "days": clockwork.days_to_data(order.days), "result": result}


def _pins(case: Case, order: Order) -> dict[str, str]:
    """Give the calendars of a case that the order replaces: those of the same name with a lower number."""
    found = {}
    for unit, reference in case.calendars.items():
        name, number = _parts(reference)
        if name in order.to and number < _parts(order.to[name])[1]:
            found[unit] = order.to[name]
    return found


def _parts(reference: str) -> tuple[str, int]:
    name, _, number = reference.rpartition("@")
    return name, int(number)


def _batch(session: Session, order: Order, after: UUID | None) -> list[Case]:
    """Give the next running cases that may have something to follow, by their ids, with their open tasks. The state of
    the engine, which no clock needs, is not read. A case whose processing has ended keeps what it was judged by."""
    if order.kind == "calendar":
        meant = or_(*(cast(_c.calendars, AnyText).contains(f'"{name}@', autoescape=True) for name in order.to))
    else:
        meant = or_(_c.unit.in_(order.units), _c.competent.in_(order.units), *(
            cast(_c.units, AnyText).contains(f'"{unit}"', autoescape=True) for unit in order.units))
    under = roots.every(session)
    wanted = (select(Case).where(_c.root.in_(under), _c.status.not_in(_OVER), _c.ended_at.is_(None), meant)
              .order_by(_c.id).limit(BATCH))
    if after is not None:
        wanted = wanted.where(_c.id > after)
    cases = list(session.scalars(wanted.options(defer(Case.state))))        # type: ignore[arg-type]
    tasks: dict[UUID, list[Task]] = {case.id: [] for case in cases}
    for task in session.scalars(select(Task).where(
            task_table.c.root.in_(sorted({case.root for case in cases})), task_table.c.case_id.in_(list(tasks)),
            task_table.c.status.in_(("ready", "reserved")))):
        tasks[task.case_id].append(task)
    for case in cases:
        set_committed_value(case, "tasks", tasks[case.id])
    return cases


def give(session: Session, order: Order, by: Actor, now: datetime) -> Order:
    """Write an order into the history of the office, in the transaction of the act that gives it; the caller holds the
    write lock."""
    number = office_log.record(session, ORDERED, by, now, {"order": order.facts()})
    return Order(order.kind, order.reason, order.by, order.to, order.units, order.days, number)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an order has come in this run: cases that followed, those whose due time moved, and whether all have."""

    followed: int
    moved: int
    finished: bool


def follow(order: Order, now: datetime, most: int | None = None) -> Progress:
    """Let cases follow an order, at most `most`, each in its own transaction; when none is left, say so in the history
    of the office."""
    followed, moved, lost = 0, 0, 0
    after: UUID | None = None
    while most is None or followed < most:
        run = _run(order, after, BATCH if most is None else min(BATCH, most - followed), now)
        followed, moved, after = followed + run.followed, moved + run.moved, run.after or after
        lost = lost + 1 if run.lost and run.after is None else 0
        if lost > _TRIES:
            break       # a case that somebody works on all the time: whoever comes next tries again
        if run.after is None and not run.lost:
            _finish(order, now)
            return Progress(followed, moved, finished=True)
    return Progress(followed, moved, finished=False)


@dataclass(slots=True)
class _Run:
    """One batch: how many followed and moved, the last case looked at, and whether a race was lost on the next."""

    followed: int = 0
    moved: int = 0
    after: UUID | None = None
    lost: bool = False


def _run(order: Order, after: UUID | None, most: int, now: datetime) -> _Run:
    """Let the cases of one batch follow; a case that another wrote meanwhile ends the batch before it."""
    run = _Run()
    with database.transaction() as session:
        house = office.current(session)
        for case in _batch(session, order, after):
            if run.followed >= most:
                break
            ground, case_id = Ground(office.procedure_of(session, case.version_id), house.calendars), case.id
            try:
                done = _write(session, case, ground, order, now)
            except StaleDataError:
                session.rollback()
                run.lost = True
                return run
            run.followed, run.moved = run.followed + (done is not None), run.moved + bool(done)
            run.after = case_id
    return run


def _write(session: Session, case: Case, ground: Ground, order: Order, now: datetime) -> bool | None:
    """Let one case follow and commit; tell whether its due time moved, or None where nothing was to be done."""
    before, due = dict(case.pending), case.due_at
    try:
        facts = _follow(case, ground, order)
    except EngineError:
        session.expunge(case)       # a case whose limits no longer agree stays as it is
        return None
    if facts is None:
        session.expunge(case)
        return None
    database.commit_soon(session)       # what is lost with the machine is followed again: `clock.followed` waits
    hashes = office.current(session).calendar_hashes
    pinned = {"calendar_hashes": {one: hashes[one] for one in sorted(set(facts["calendars"].values()))}
              } if order.kind == "calendar" else {}
    holding.store(session, case, before, SYSTEM, now, f"{order.kind}.applied",
                  {"order": order.number, "ordered_by": order.by, "reason": order.reason, **pinned, **facts})
    session.commit()
    return case.due_at != due


def _finish(order: Order, now: datetime) -> None:
    with database.locked() as session:
        if order.number in {one.number for one in unfinished(session)}:
            office_log.record(session, FOLLOWED, SYSTEM, now, {"order": order.number})


def unfinished(session: Session) -> list[Order]:
    """Give the orders that not all cases have followed yet, oldest first."""
    rows = session.execute(select(_e.seq, _e.action, _e.body).where(
        _e.root == "", _e.stream == OFFICE, _e.action.in_((ORDERED, FOLLOWED))).order_by(_e.seq))
    found: dict[int, Order] = {}
    for row in rows:
        facts = holding.read_facts(row.body)
        if row.action == ORDERED:
            found[row.seq] = _read(facts["order"], row.seq)
        else:
            found.pop(facts["order"], None)
    return list(found.values())


def _read(told: Mapping[str, Any], number: int) -> Order:
    return Order(told["kind"], told["reason"], told["by"], told.get("to", {}), tuple(told.get("units", ())),
                 clockwork.days_from_data(told.get("days", ())), number)


_idle: dict[str, int] = {}      # by database: the state of the office in which nothing was left to follow


def go_on(now: datetime, most: int = BATCH) -> int:
    """Go on with the oldest order that not all cases have followed, a part at a time; give how many cases followed.
    While the office has not changed since nothing was left, this asks one small question."""
    with database.reading() as session:
        address, seq = office.current(session).stamp
        waiting = unfinished(session) if _idle.get(address) != seq else []
    if not waiting:
        _idle[address] = seq
        return 0
    return follow(waiting[0], now, most).followed
