"""A due time explained by procedure: the declared limits of the version in force and the calendar of a unit.

Without a database, or before the procedure is published, the pack shipped with the product and the ordinary
Vietnamese calendar answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from engine.adapters import holidays
from engine.domain.calendar import WorkCalendar
from engine.domain.case import Case
from engine.domain.clock import Reckoning
from engine.domain.clock_events import Suspended
from engine.domain.declarations import DeadlineKind
from engine.domain.errors import ProcedureNotFound, UnitNotFound
from engine.domain.people import Organisation
from engine.domain.text import Text
from engine.procedures import pack, procedure
from engine.procedures.procedure import Procedure
from engine.queries import clock_view, office
from engine.queries.office import Office
from engine.services import clock_explain, holding
from engine.storage import database

_YEARS_AHEAD = 3


def published(slug: str, received: datetime, *, unit: str | None = None, kind: DeadlineKind = "statutory",
              outcome: str | None = None, suspensions: Sequence[Suspended] = ()) -> Reckoning:
    """Explain by the version in force on the day of receipt (else the newest, else the shipped pack) and the
    calendar of `unit`; without one, that of the only unit of the owner's type, else of the top of the province.

    `received` is local time. Raises:
        ProcedureNotFound, UnitNotFound: no such procedure or unit.
        InvalidInput: no such limit is declared, or a suspension is refused.
    """
    day = received.date()
    with database.reading() as session:
        house = office.current(session)
        loaded = _version(house, slug, day)
        found = office.procedure_of(session, loaded) if loaded is not None else procedure.load(pack.gather(slug))
        calendar = _calendar(house, found, unit, day)
    return _answer(found, calendar, received, kind, outcome, suspensions)


def shipped(slug: str, received: datetime, *, unit: str | None = None, kind: DeadlineKind = "statutory",
            outcome: str | None = None, suspensions: Sequence[Suspended] = ()) -> Reckoning:
    """Explain by the shipped pack and the ordinary calendar, where there is no database.

    Raises:
        ProcedureNotFound: the product ships no such procedure.
        UnitNotFound: a unit was named, but units are known only to a database.
        InvalidInput: as in `published`.
    """
    if unit is not None:
        raise UnitNotFound(Text(f"Chưa có cơ sở dữ liệu nên không biết đơn vị {unit}.",
                                f"There is no database, so the unit {unit} is not known."))
    return _answer(procedure.load(pack.gather(slug)), _ordinary(received.date()), received, kind, outcome, suspensions)


def of_case(code: str) -> tuple[Case, Reckoning | None]:
    """Explain the due time of a case by its own record: its version, its calendars, what happened to its clock.

    Raises:
        CaseNotFound: no case has this code.
    """
    with database.reading() as session:
        case = holding.case_by_code(session, code)
        return case, clock_view.reckoning_of(session, case)


def _answer(found: Procedure, calendar: WorkCalendar, received: datetime, kind: DeadlineKind, outcome: str | None,
            suspensions: Sequence[Suspended]) -> Reckoning:
    rules = found.definition.deadlines
    limited = any(rule.kind == kind and rule.outcome == outcome for rule in rules)
    if not limited and outcome in _outcomes(found):
        outcome = None      # as in a case: an outcome without a limit of its own leaves the general one in force
    return clock_explain.of_deadlines(rules, calendar, received, kind=kind, outcome=outcome, suspensions=suspensions)


def _outcomes(found: Procedure) -> set[str]:
    """Give every outcome the procedure knows: the choices of its forms and those with a limit of some kind."""
    chosen = {choice.raw for step in found.definition.steps.values() for choice in found.outcomes_of(step)}
    return {value for value in chosen | {rule.outcome for rule in found.definition.deadlines} if isinstance(value, str)}


def _version(house: Office, slug: str, day: date) -> int | None:
    try:
        return house.version_in_force(slug, day).id
    except ProcedureNotFound:
        several = house.versions.get(slug, ())
        return several[-1].id if several else None


def _calendar(house: Office, found: Procedure, unit: str | None, day: date) -> WorkCalendar:
    """An office whose calendar is not published yet is answered by the ordinary one."""
    organisation = house.organisation(day)
    if unit is not None and unit not in organisation.units:
        raise UnitNotFound(Text(f"Không có đơn vị {unit}.", f"There is no unit {unit}."))
    chosen = unit or _owner(organisation, found.manifest.owner)
    if chosen is None or not house.newest:
        return _ordinary(day)
    return house.calendars[house.calendar_of(chosen, day)]


def _owner(organisation: Organisation, owner: str) -> str | None:
    """Give the only unit of the owner's type, else the top unit; none where there is no unit."""
    owners = [unit.id for unit in organisation.units.values() if unit.type == owner]
    tops = [unit.id for unit in organisation.units.values() if unit.parent is None]
    return owners[0] if len(owners) == 1 else next(iter(tops), None)


def _ordinary(day: date) -> WorkCalendar:
    return holidays.vietnam(range(day.year - 1, day.year + _YEARS_AHEAD))
