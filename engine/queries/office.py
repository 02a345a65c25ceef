"""The office as it stands: units, calendars and published versions, read once and kept until the office changes.

Every change of the office is an AuditEvent of its own stream, so its sequence number says whether what is kept
still holds: one small statement a request, or `SEQ` beside whatever else a request reads first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain import audit
from engine.domain.audit import OFFICE
from engine.domain.calendar import WorkCalendar
from engine.domain.errors import ProcedureNotFound, UnitNotFound
from engine.domain.office import CalendarVersion, ProcedureVersion
from engine.domain.people import Organisation, Position, Unit, organise
from engine.domain.rooting import Rooting, root_units
from engine.domain.text import Text
from engine.procedures import pack, procedure
from engine.procedures.procedure import Procedure
from engine.storage import database
from engine.storage.tables import ledger_table, procedure_version_table

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
COUNTRY = "vn"      # the calendar of a unit that names none


@dataclass(frozen=True)
class Office:
    """Units, positions, calendars with their hashes (by reference `id@version`, and the newest of each) and versions
    by slug."""

    stamp: tuple[str, int]
    units: tuple[Unit, ...]
    positions: Mapping[str, Position]
    calendars: Mapping[str, WorkCalendar]
    calendar_hashes: Mapping[str, str]
    newest: Mapping[str, str]
    versions: Mapping[str, tuple[ProcedureVersion, ...]]
    by_id: Mapping[int, ProcedureVersion]
    rooting: Rooting
    days: dict[date, Organisation] = field(default_factory=dict, compare=False, repr=False)

    def organisation(self, day: date) -> Organisation:
        """Give the units in force on a day; put together once for the day last asked for, which is nearly always
        today."""
        found = self.days.get(day)
        if found is None:
            found = organise(self.units, day, self.rooting)
            self.days.clear()
            self.days[day] = found
        return found

    def version_in_force(self, slug: str, day: date) -> ProcedureVersion:
        """Give the newest version of a procedure that is in force on a day.

        Raises:
            ProcedureNotFound: no version is published, or none has taken effect yet.
        """
        for version in reversed(self.versions.get(slug, ())):
            if version.effective_from is None or version.effective_from <= day:
                return version
        raise ProcedureNotFound(slug)

    def calendar_of(self, unit: str, day: date) -> str:
        """Give the reference of the calendar a unit works by: the nearest one known, upward, else the country's.

        Raises:
            UnitNotFound: no calendar was ever published.
        """
        named = (above.calendar for above in self.organisation(day).chain(unit))
        found = next((name for name in named if name is not None and name in self.newest), COUNTRY)
        if found not in self.newest:
            raise UnitNotFound(Text("Chưa có lịch làm việc nào. Hãy chạy «motcua db upgrade».",
                                    "There is no calendar yet. Run “motcua db upgrade”."))
        return self.newest[found]

    def unit_title(self, unit: str) -> Text:
        """Give the title of a unit, also of one no longer in force."""
        return next((found.title for found in self.units if found.id == unit), Text(unit, unit))


_kept: Office | None = None
_SEQ = select(ledger_table.c.seq).where(ledger_table.c.stream == OFFICE)
SEQ = _SEQ.scalar_subquery()


def current(session: Session) -> Office:
    """Give the office; read anew only when something in it changed. One session sees one office."""
    seen = session.info.get("office")
    return seen if isinstance(seen, Office) else at(session, session.execute(_SEQ).scalar())


def presumed(session: Session) -> Office:
    """Give the office as this process last read it, without asking whether it changed since; `current` where it was
    never read. Only for what is looked up again by `current` when nothing is found."""
    kept = session.info.get("office") or _kept
    return kept if isinstance(kept, Office) and kept.stamp[0] == database.current().url else current(session)


def at(session: Session, seq: int | None) -> Office:
    """Give the office at the sequence number that the session just read as `SEQ`, and let it see no other."""
    global _kept
    stamp = (database.current().url, seq or 0)
    if _kept is None or _kept.stamp != stamp:
        _kept = _read(session, stamp)
    session.info["office"] = _kept
    return _kept


def _read(session: Session, stamp: tuple[str, int]) -> Office:
    versions: dict[str, tuple[ProcedureVersion, ...]] = {}
    columns = procedure_version_table.c
    for version in session.scalars(select(ProcedureVersion).order_by(columns.slug, columns.number)):
        versions[version.slug] = (*versions.get(version.slug, ()), version)
    calendars: dict[str, WorkCalendar] = {}
    hashes: dict[str, str] = {}
    newest: dict[str, str] = {}
    for kept in session.scalars(select(CalendarVersion)):
        reference = f"{kept.id}@{kept.version}"
        calendars[reference] = WorkCalendar.from_data(kept.body)
        hashes[reference] = audit.digest(kept.body)
        if kept.id not in newest or kept.version > int(newest[kept.id].rpartition("@")[2]):
            newest[kept.id] = reference
    positions = {position.id: position for position in session.scalars(select(Position))}
    units = tuple(session.scalars(select(Unit)))
    _detach(session, (*units, *positions.values(), *(each for several in versions.values() for each in several)))
    by_id = {version.id: version for several in versions.values() for version in several if version.id is not None}
    return Office(stamp, units, positions, calendars, hashes, newest, versions, by_id, root_units(units))


def _detach(session: Session, read: Iterable[object]) -> None:
    """Take what is kept out of the session that read it, and nothing else: an act may have its case in there."""
    for entity in read:
        session.expunge(entity)


def procedure_of(session: Session, version_id: int) -> Procedure:
    """Give the loaded procedure of a version; a version never changes, so each is read once per process.

    Raises:
        ProcedureNotFound: no such version.
    """
    version = current(session).by_id.get(version_id)
    if version is None:
        raise ProcedureNotFound(str(version_id))
    with _loading:
        found = _procedures.get(version.hash)
        if found is None:
            content = session.execute(select(procedure_version_table.c.content).where(
                procedure_version_table.c.id == version_id)).scalar_one()
            found = procedure.load(pack.from_zip(content))
            while len(_procedures) >= MOST_PROCEDURES:
                _procedures.pop(next(iter(_procedures)))
            _procedures[version.hash] = found
    return found


MOST_PROCEDURES = 256
_procedures: dict[str, Procedure] = {}
_loading = Lock()


def local_day(now: datetime) -> date:
    """Give the day of an instant where the office stands."""
    return now.astimezone(ZONE).date()
