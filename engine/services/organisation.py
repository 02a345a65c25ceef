"""Applying an organisation file: units, positions and people, dated."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.adapters import passwords
from engine.domain.calendar import WorkCalendar
from engine.domain.errors import InvalidInput, InvalidOrganisation
from engine.domain.office import CalendarVersion
from engine.domain.people import SYSTEM, Account, Actor, Appointment, Position, Unit
from engine.domain.rooting import Rooting, root_units
from engine.domain.text import Text
from engine.queries import office
from engine.services import calendar_file, calendars, office_log, year_calendars
from engine.storage import database
from engine.storage.tables import appointment_table, calendar_table

_DATES = {"from", "to", "valid_from", "valid_to"}
_KEYS = {
    "calendar": {"id", "base", "source", "week", "sessions", "days", "off", "first_day", "cut_off"},
    "unit": {"id", "type", "parent", "title", "code", "calendar", *_DATES},
    "position": {"id", "unit", "title", "roles", *_DATES},
    "person": {"account", "name", "positions", "password", *_DATES},
}
_REQUIRED = {"calendar": ("id",), "unit": ("id", "type", "title"), "position": ("id", "unit", "title", "roles"),
             "person": ("account", "name", "positions")}


_FREE = {"week", "sessions", "days", "off"}      # judged where a calendar is read


@dataclass(frozen=True, slots=True)
class Applied:
    """What an organisation file changed (or, in a dry run, would change), by kind and id."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: int = 0
    warnings: tuple[Text, ...] = ()


@dataclass(slots=True)
class _Tally:
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0


def apply(content: bytes, now: datetime, *, dry_run: bool = False, by: Actor = SYSTEM) -> Applied:
    """Bring units, positions and people to what the file says; what it does not name stays as it is.

    Raises:
        InvalidOrganisation: it is no TOML, lacks a field, or names a unit or position that does not exist.
    """
    plan = _read(content)
    with database.locked() as session:
        tally = _Tally()
        day = office.local_day(now)
        for entry in plan["calendar"]:
            _calendar(session, entry, tally, now, by)
        before = root_units(session.scalars(select(Unit)))
        for entry in _parents_first(plan["unit"]):
            _unit(session, entry, tally)
            session.flush()
        _remember_roots(session, before)
        for entry in plan["position"]:
            _position(session, entry, tally)
        session.flush()
        for entry in plan["person"]:
            _person(session, entry, tally, day, now)
        warnings = _unknown_calendars(session, plan["unit"])
        if dry_run:
            session.rollback()
        elif tally.added or tally.changed:
            office_log.record(session, "organisation.applied", by, now,
                              {"added": tally.added, "changed": tally.changed})
        return Applied(tuple(tally.added), tuple(tally.changed), tally.unchanged, warnings)


def _calendar(session: Session, entry: Mapping[str, Any], tally: _Tally, now: datetime, by: Actor) -> None:
    """Publish a calendar laid over the one it names as `base`, else over the country's."""
    base = str(entry.get("base", office.COUNTRY))
    newest = session.scalars(select(CalendarVersion).where(
        calendar_table.c.id == base).order_by(calendar_table.c.version.desc())).first()
    below = WorkCalendar.from_data(newest.body) if newest is not None else year_calendars.vietnam(now)
    if newest is None and base not in (office.COUNTRY, "none"):
        raise _wrong(f"Lịch {entry['id']}: không có lịch nền {base}.",
                     f"Calendar {entry['id']}: there is no base calendar {base}.")
    source = str(entry.get("source", "organisation file"))
    try:
        laid = calendar_file.overlay({**entry, "source": source}, below)
    except InvalidInput as error:
        said = error.message
        raise _wrong(f"Lịch {entry['id']}: {said.vi}", f"Calendar {entry['id']}: {said.en}") from error
    number, new = calendars.put(session, laid, now, by, base=below if newest is not None else None)
    if new:
        tally.added.append(f"calendar {entry['id']}@{number}")
    else:
        tally.unchanged += 1


def _unknown_calendars(session: Session, units: list[dict[str, Any]]) -> tuple[Text, ...]:
    """Warn of units that name a calendar nobody published: they work by that of the unit above, or the country's."""
    known = set(session.scalars(select(calendar_table.c.id)))
    return tuple(Text(f"Đơn vị {unit['id']}: chưa có lịch «{unit['calendar']}», dùng lịch của cấp trên.",
                      f"Unit {unit['id']}: there is no calendar “{unit['calendar']}”; it works by the one above.")
                 for unit in units if unit.get("calendar") and unit["calendar"] not in known)


def _wrong(vi: str, en: str) -> InvalidOrganisation:
    return InvalidOrganisation(Text(vi, en))


def _read(content: bytes) -> dict[str, list[dict[str, Any]]]:
    try:
        plan = tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:      # also what tomllib lets through: nesting, endless numbers
        raise _wrong(f"Tệp tổ chức không đọc được: {error}.",
                     f"The organisation file cannot be read: {error}.") from error
    unknown = sorted(plan.keys() - _KEYS.keys())
    if unknown:
        raise _wrong(f"Không hiểu mục {unknown[0]}.", f"The section {unknown[0]} is not known.")
    found: dict[str, list[dict[str, Any]]] = {}
    for kind in _KEYS:
        entries = plan.get(kind, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise _wrong(f"Mục {kind} phải viết là [[{kind}]].", f"The section {kind} must be written as [[{kind}]].")
        found[kind] = [_checked(kind, entry) for entry in entries]
    return found


def _checked(kind: str, entry: dict[str, Any]) -> dict[str, Any]:
    name = str(entry.get("id") or entry.get("account") or "?")
    for key in _REQUIRED[kind]:
        if not entry.get(key):
            raise _wrong(f"{kind} {name} thiếu «{key}».", f"{kind} {name} lacks “{key}”.")
    for key, value in entry.items():
        if key not in _KEYS[kind]:
            raise _wrong(f"{kind} {name}: không hiểu «{key}».", f"{kind} {name}: “{key}” is not known.")
        if not _fits(key, value):
            raise _wrong(f"{kind} {name}: «{key}» sai kiểu.", f"{kind} {name}: “{key}” is of the wrong type.")
    return entry


def _fits(key: str, value: Any) -> bool:
    if key in _DATES:
        return type(value) is date
    if key in _FREE:
        return True
    if key in ("roles", "positions"):
        return isinstance(value, list) and all(isinstance(item, str) and 0 < len(item) <= 64 for item in value)
    if key in ("title", "name"):
        return isinstance(value, str) or (isinstance(value, dict) and isinstance(value.get("vi"), str))
    return isinstance(value, str) and len(value) <= 64


def _parents_first(units: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    waiting, named, done = list(units), {unit["id"] for unit in units}, set[str]()
    while waiting:
        ready = [unit for unit in waiting if unit.get("parent") not in named or unit.get("parent") in done]
        if not ready:
            raise _wrong(f"Các đơn vị trực thuộc vòng tròn: {waiting[0]['id']}.",
                         f"Units are each other's parents: {waiting[0]['id']}.")
        yield from ready
        done.update(unit["id"] for unit in ready)
        waiting = [unit for unit in waiting if unit["id"] not in done]


def _titles(title: Any) -> tuple[str, str]:
    if isinstance(title, dict):
        return title["vi"], title.get("en") or title["vi"]
    return title, title


def _since(entry: Mapping[str, Any]) -> date | None:
    found: date | None = entry.get("from", entry.get("valid_from"))
    return found


def _until(entry: Mapping[str, Any]) -> date | None:
    found: date | None = entry.get("to", entry.get("valid_to"))
    return found


def _unit(session: Session, entry: Mapping[str, Any], tally: _Tally) -> None:
    parent = entry.get("parent")
    if parent is not None and session.get(Unit, parent) is None:
        raise _wrong(f"Đơn vị {entry['id']}: không có đơn vị cấp trên {parent}.",
                     f"Unit {entry['id']}: there is no parent unit {parent}.")
    vi, en = _titles(entry["title"])
    fields = {"type": entry["type"], "parent": parent, "title_vi": vi, "title_en": en, "code": entry.get("code"),
              "calendar": entry.get("calendar"), "valid_from": _since(entry), "valid_to": _until(entry)}
    _put(session, Unit, entry["id"], fields, tally, lambda: Unit(id=entry["id"], **fields))


def _remember_roots(session: Session, before: Rooting) -> None:
    """Let units that came under another root keep the earlier one: their older cases lie there for good."""
    units = list(session.scalars(select(Unit)))
    after = root_units(units)
    for unit in units:
        earlier = before.units.get(unit.id, after.of(unit.id))
        if earlier != after.of(unit.id) and earlier not in (unit.former_roots or ()):
            unit.former_roots = [*(unit.former_roots or ()), earlier]


def _position(session: Session, entry: Mapping[str, Any], tally: _Tally) -> None:
    if session.get(Unit, entry["unit"]) is None:
        raise _wrong(f"Vị trí {entry['id']}: không có đơn vị {entry['unit']}.",
                     f"Position {entry['id']}: there is no unit {entry['unit']}.")
    vi, en = _titles(entry["title"])
    fields = {"unit": entry["unit"], "title_vi": vi, "title_en": en, "roles": sorted(set(entry["roles"])),
              "valid_from": _since(entry), "valid_to": _until(entry)}
    _put(session, Position, entry["id"], fields, tally, lambda: Position(id=entry["id"], **fields))


def _put(session: Session, kind: type[Any], key: str, fields: Mapping[str, Any], tally: _Tally,
         make: Callable[[], Any]) -> None:
    """Add an entity or bring its fields to what the file says."""
    found = session.get(kind, key)
    label = f"{kind.__name__.lower()} {key}"
    if found is None:
        session.add(make())
        tally.added.append(label)
    elif any(getattr(found, name) != value for name, value in fields.items()):
        for name, value in fields.items():
            setattr(found, name, value)
        tally.changed.append(label)
    else:
        tally.unchanged += 1


def _person(session: Session, entry: Mapping[str, Any], tally: _Tally, day: date, now: datetime) -> None:
    """Add a person or change the name; appointments no longer in the file end today, new ones begin."""
    name = entry["account"]
    full_name = _titles(entry["name"])[0]
    hashed = passwords.hashed(entry["password"]) if entry.get("password") else None
    _put(session, Account, name, {"full_name": full_name}, tally, lambda: Account(name, full_name, hashed, now))
    session.flush()
    held = {row.position: row for row in session.scalars(select(Appointment).where(
        appointment_table.c.account == name, appointment_table.c.valid_to.is_(None)))}
    for position in entry["positions"]:
        if session.get(Position, position) is None:
            raise _wrong(f"Người {name}: không có vị trí {position}.",
                         f"Person {name}: there is no position {position}.")
        if position not in held:
            session.add(Appointment(name, position, _since(entry) or day, _until(entry)))
            tally.changed.append(f"appointment {name} {position}")
    for position, appointment in held.items():
        if position not in entry["positions"]:
            appointment.valid_to = day
            tally.changed.append(f"appointment {name} {position} ended")
