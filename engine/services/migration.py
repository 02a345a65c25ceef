"""Moving running cases to another version of their procedure: first shown, then done, each case by itself.

A case stays on the version it was filed under. Moving it is an act of an administrator; each case is judged, moved in
a transaction of its own with its event, and proven before that is committed: the state reads back, and the whole
history, executed again with the move at its end, gives the case as it is to be stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from engine import workflow
from engine.domain import audit, handoff, policy
from engine.domain.case import Case, CaseStatus, Task
from engine.domain.errors import CaseChanged, CaseNotFound, Halted, InvalidInput, ProcedureNotFound, UnitNotFound
from engine.domain.office import ProcedureVersion
from engine.domain.people import SYSTEM, Actor
from engine.domain.text import Text
from engine.procedures.procedure import Procedure
from engine.queries import case_file, case_view, office, roots
from engine.queries.office import Office
from engine.services import changeover, history, holding
from engine.services.changeover import Pins
from engine.services.ground import Ground, unit_word
from engine.services.pins import Pinned
from engine.storage import database
from engine.storage.tables import case_table, task_table
from engine.workflow import Obstacle

Fate = Literal["fits", "moved", "stays", "there", "over"]
FATES: tuple[Fate, ...] = ("fits", "moved", "stays", "there", "over")
MOST_REASON = 2_000


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: `number` is the version to go to (None: the newest in force), `codes` the cases (None: every
    running case of the procedure); `drop` allows to end the waiting of events which that version does not have."""

    slug: str
    number: int | None = None
    codes: Sequence[str] | None = None
    drop: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What becomes of one case: `fits` (it could be moved), `moved`, `stays` (and why), `there` (it stands on that
    version), `over`. Due times in UTC, before and after."""

    code: str
    fate: Fate
    source: int
    obstacles: tuple[Obstacle, ...] = ()
    begun: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    due_before: datetime | None = None
    due_after: datetime | None = None

    def facts(self, language: str) -> dict[str, Any]:
        """Give it as a JSON object with its sentences in `language`."""
        return {"case": self.code, "fate": self.fate, "from": self.source,
                "obstacles": [{"code": one.code, "place": one.place, "message": one.message.to(language)}
                              for one in self.obstacles],
                "begun": list(self.begun), "dropped": list(self.dropped),
                "due_before": case_view.moment(self.due_before), "due_after": case_view.moment(self.due_after)}


@dataclass(frozen=True, slots=True)
class Report:
    """What was judged or done, case by case, and the version it is about."""

    slug: str
    target: int
    cases: tuple[Judgement, ...]

    def facts(self, language: str) -> dict[str, Any]:
        """Give it as a JSON object."""
        return {"procedure": self.slug, "to": self.target,
                **{fate: sum(one.fate == fate for one in self.cases) for fate in FATES},
                "cases": [one.facts(language) for one in self.cases]}


class _Stays(Exception):
    """The case must stay; ends its transaction without a trace."""

    def __init__(self, judgement: Judgement) -> None:
        super().__init__(judgement.code)
        self.judgement = judgement


def judge(order: Order, now: datetime, by: Actor = SYSTEM) -> Report:
    """Show what moving would do, case by case, and change nothing.

    Raises:
        NotAllowed: an account that is no administrator.
        ProcedureNotFound, CaseNotFound, InvalidInput: as `move`.
    """
    target, codes = _ordered(order, now, by)
    return Report(order.slug, target.number, tuple(_shown(code, target, order, now) for code in codes))


def move(order: Order, now: datetime, by: Actor = SYSTEM) -> Report:
    """Move every case of an order that fits, each in its own transaction; the others stay, and the report says why. A
    case that changed since it was shown is judged anew.

    Raises:
        NotAllowed: an account that is no administrator.
        ProcedureNotFound: there is no such procedure or version of it.
        CaseNotFound: the procedure has no case of a code.
        InvalidInput: the version is not in force yet, or the reason is too long.
    """
    target, codes = _ordered(order, now, by)
    return Report(order.slug, target.number, tuple(
        _moved(code, target, order, by, now) for code in codes))


def _ordered(order: Order, now: datetime, by: Actor) -> tuple[ProcedureVersion, list[str]]:
    """Give the version to go to and the cases meant, the oldest first."""
    if by.account != SYSTEM.account:
        policy.require_role(by, "administrator")
    if len(order.reason) > MOST_REASON or not all(one.isprintable() or one in "\n\t" for one in order.reason):
        raise InvalidInput(Text(f"Lý do quá {MOST_REASON} ký tự hoặc có ký tự điều khiển.",
                                f"The reason has over {MOST_REASON} or control characters."))
    with database.reading() as session:
        target = _target(session, order, now)
        return target, list(_codes(session, order, target))


def _target(session: Session, order: Order, now: datetime) -> ProcedureVersion:
    day, house = office.local_day(now), office.current(session)
    if order.number is None:
        return house.version_in_force(order.slug, day)
    found = next((one for one in house.versions.get(order.slug, ()) if one.number == order.number), None)
    if found is None:
        raise ProcedureNotFound(f"{order.slug} v{order.number}")
    if found.effective_from is not None and found.effective_from > day:
        raise InvalidInput(Text(
            f"Phiên bản {order.number} của {order.slug} đến {found.effective_from:%d/%m/%Y} mới có hiệu lực.",
            f"Version {order.number} of {order.slug} takes effect only on {found.effective_from}."))
    return found


def _codes(session: Session, order: Order, target: ProcedureVersion) -> Iterator[str]:
    columns = case_table.c
    if order.codes is None:
        yield from session.scalars(
            select(columns.code).where(columns.root.in_(roots.every(session)), columns.procedure == order.slug,
                                       columns.version_id != target.id,
                                       columns.status.not_in((CaseStatus.CLOSED, CaseStatus.STOPPED)))
            .order_by(columns.filed_at, columns.code))
        return
    for code in dict.fromkeys(order.codes):
        if not case_file.is_code(code) or session.scalars(select(columns.code).where(
                columns.code == code, columns.procedure == order.slug)).first() is None:
            raise CaseNotFound(code[:64])
        yield code


def _shown(code: str, target: ProcedureVersion, order: Order, now: datetime) -> Judgement:
    with database.reading() as session:
        try:
            return _prepared(session, code, target, order, SYSTEM, now).judgement("fits")
        except _Stays as stays:
            return stays.judgement


def _moved(code: str, target: ProcedureVersion, order: Order, by: Actor, now: datetime) -> Judgement:
    """Move one case, judged anew when it changed meanwhile; one that changes all the time stays."""
    try:
        return holding.once_more(partial(_move, code, target, order, by, now))
    except CaseChanged:
        found = _shown(code, target, order, now)
        return replace(found, fate="stays", obstacles=(workflow.obstacle("changed", ""),))


def _move(code: str, target: ProcedureVersion, order: Order, by: Actor, now: datetime) -> Judgement:
    try:
        with database.transaction() as session:
            ready = _prepared(session, code, target, order, by, now)
            holding.store(session, ready.case, ready.before, by, now, "case.migrated", ready.facts)
            return ready.judgement("moved")
    except _Stays as stays:
        return stays.judgement


@dataclass(frozen=True, slots=True)
class _Ready:
    """A case taken over in memory and proven, not yet written: what was pending and due before, the facts of its
    event, and the number of the version it comes from."""

    case: Case
    before: dict[str, str]
    due: datetime | None
    source: int
    facts: dict[str, Any]

    def judgement(self, fate: Fate) -> Judgement:
        """Say what becomes of the case."""
        result = self.facts["result"]
        return Judgement(self.case.code, fate, self.source, (), tuple(result["begun"]), tuple(result["dropped"]),
                         self.due, self.case.due_at)


def _prepared(session: Session, code: str, target: ProcedureVersion, order: Order, by: Actor,
              now: datetime) -> _Ready:
    """Take a case over in memory and prove it.

    Raises:
        _Stays: it must stay, is over, or stands there already.
        CaseChanged: what stood in the way may be that another wrote it while it was read.
    """
    case = _with_everything(session, code)
    before, due, source = dict(case.pending), case.due_at, office.current(session).by_id[case.version_id]
    if case.status.over or case.version_id == target.id:
        raise _Stays(Judgement(code, "over" if case.status.over else "there", source.number))
    try:
        facts = _followed(session, case, target, order, now)
    except Halted as reason:
        facts = [Obstacle(reason.code, reason.element or "", reason.message)]
    if isinstance(facts, dict):
        case.version_id = _id(target)
        events = history.events_of(session, case)
        events.append(audit.chain(case.id, case.seq + 1, case.head, "case.migrated", by, now, facts))
        broken = history.execution_break(session, case, events, partial(_ground, session))
        if broken is None:
            return _Ready(case, before, due, source.number, facts)
        facts = [workflow.obstacle("history", f"{broken.seq} {broken.what}")]
    _refuse_changed(session, case)
    raise _Stays(Judgement(code, "stays", source.number, tuple(facts)))


def _refuse_changed(session: Session, case: Case) -> None:
    """Refuse to judge a case by rows of which some were read before and some after another wrote them.

    Raises:
        CaseChanged: another wrote it since it was read.
    """
    stored = session.execute(select(case_table.c.row_version).where(
        case_table.c.root == case.root, case_table.c.id == case.id)).scalar_one()
    if stored != case.row_version:
        raise CaseChanged(workflow.obstacle("changed", "").message)


def _followed(session: Session, case: Case, target: ProcedureVersion, order: Order,
              now: datetime) -> dict[str, Any] | list[Obstacle]:
    """Let a case follow to the version in memory; give the facts of its event, or why it must stay.

    Raises:
        Halted: its state cannot be read.
    """
    house = office.current(session)
    source, old = house.by_id[case.version_id], holding.ground_of(session, case)
    new = Ground(office.procedure_of(session, _id(target)), old.calendars)
    obstacles = changeover.unreadable(case, history.events_of(session, case), old.procedure, new.procedure)
    if obstacles:
        return obstacles
    try:
        pins = _pins(house, case, new.procedure, now)
    except UnitNotFound as error:
        return [workflow.obstacle("unit", error.message.en)]
    moved = changeover.follow(case, old, new, pins, now, drop=order.drop)
    if moved.obstacles:
        return list(moved.obstacles)
    return {"from": {"version": source.number, "hash": source.hash},
            "to": {"version": target.number, "hash": target.hash}, "drop": order.drop,
            "units": dict(pins.units), "calendars": dict(pins.calendars),
            "calendar_hashes": {one: house.calendar_hashes[one] for one in sorted(set(pins.calendars.values()))},
            **({"reason": order.reason} if order.reason else {}), "result": moved.result}


def _pins(house: Office, case: Case, procedure: Procedure, now: datetime) -> Pins:
    """Find the units that only the other version speaks of, as they are today.

    Raises:
        UnitNotFound: there is none, or several.
    """
    day = office.local_day(now)
    units = {word: house.organisation(day).nearest(kind, case.unit).id
             for word, kind in sorted(_words(procedure).items()) if word not in case.units}
    return Pins(units, {unit: house.calendar_of(unit, day) for unit in sorted(set(units.values()))
                        if unit not in case.calendars})


def _id(version: ProcedureVersion) -> int:
    assert version.id is not None       # noqa: S101 - rows read from the database have an id
    return version.id


def _with_everything(session: Session, code: str) -> Case:
    """Load a case with all its tasks, those done among them: the proof compares every one."""
    case = roots.case_by_code(session, code)
    if case is None:
        raise CaseNotFound(code)
    set_committed_value(case, "tasks", list(session.scalars(select(Task).where(
        task_table.c.root == case.root, task_table.c.case_id == case.id))))
    return case


def _words(procedure: Procedure) -> dict[str, str]:
    """Give the words by which a procedure speaks of units of a type, with the type."""
    steps = procedure.definition.steps.values()
    words = {word: word.removeprefix("type:") for step in steps if step.kind == "user"
             for word in [unit_word(step)] if word.startswith("type:")}
    return words | {handoff.TO + step.hand_off.to: step.hand_off.to for step in steps if step.hand_off is not None}


def _ground(session: Session, slug: str, pinned: Pinned) -> Ground:
    """Give what a case stood on under one of its versions."""
    house = office.current(session)
    named = {(one.number, one.hash): _id(one) for one in house.versions[slug]}
    return Ground(office.procedure_of(session, named[pinned.number, pinned.hash]), house.calendars)
