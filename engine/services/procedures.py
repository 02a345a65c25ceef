"""Publishing: a checked pack becomes the next frozen version of its procedure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.adapters import handlers, registries
from engine.domain.errors import InvalidProcedure, Problem
from engine.domain.office import ProcedureVersion
from engine.domain.people import SYSTEM, Actor
from engine.domain.text import Text
from engine.procedures import check, pack, procedure
from engine.procedures.pack import Pack
from engine.procedures.procedure import Procedure
from engine.queries import office
from engine.services import office_log, start_timers
from engine.services.ground import role_of, unit_word
from engine.storage import database
from engine.storage.tables import procedure_version_table

__all__ = ["Published", "publish", "registries"]


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did: the version, whether it is new, and the warnings that stay."""

    version: ProcedureVersion
    new: bool
    warnings: tuple[Problem, ...]


def publish(content: Pack, now: datetime, by: Actor = SYSTEM) -> Published:
    """Publish a pack as the next version of its procedure; the same content again stays the version it is.

    Raises:
        InvalidProcedure: the check found errors; nothing was published.
    """
    problems = check.check(content, handlers=handlers.names())
    if any(problem.severity == "error" for problem in problems):
        raise InvalidProcedure(problems)
    loaded = procedure.load(content)
    manifest = loaded.manifest
    with database.locked() as session:
        columns = procedure_version_table.c
        warnings = (*problems, *_roles_nobody_holds(session, loaded, now),
                    *_types_of_no_unit(session, loaded, now))
        number = session.execute(select(func.max(columns.number)).where(columns.slug == manifest.slug)).scalar() or 0
        newest = session.scalars(select(ProcedureVersion).where(
            columns.slug == manifest.slug, columns.number == number)).first()
        if newest is not None and newest.hash == content.content_hash:
            return Published(newest, new=False, warnings=warnings)
        version = ProcedureVersion(
            manifest.slug, number + 1, manifest.title.vi, manifest.title.en, manifest.owner, manifest.code,
            content.content_hash, pack.to_zip(content), manifest.effective_from, now, by.account)
        session.add(version)
        session.flush()
        timers = start_timers.set_out(session, loaded, version, now)
        office_log.record(session, "procedure.published", by, now, {
            "procedure": manifest.slug, "version": number + 1, "hash": content.content_hash, **timers})
        return Published(version, new=True, warnings=warnings)


def _roles_nobody_holds(session: Session, loaded: Procedure, now: datetime) -> list[Problem]:
    """Warn of roles that no position in force holds: a task for them would find nobody."""
    held = {role for position in office.current(session).positions.values() for role in position.roles}
    wanted = {role_of(step): step for step in loaded.definition.steps.values() if step.kind == "user"}
    return [Problem("process.bpmn", step.key, "warning", "role-without-holder",
                    Text(f"Chưa ai giữ vai trò «{role}».", f"Nobody holds the role “{role}”."),
                    Text("Giao vai trò này cho một vị trí, hoặc sửa vai trò trên sơ đồ.",
                         "Give the role to a position, or change it in the diagram."))
            for role, step in sorted(wanted.items()) if role not in held | {"applicant"}]


def _types_of_no_unit(session: Session, loaded: Procedure, now: datetime) -> list[Problem]:
    """Warn of unit types that no unit in force is of: a case that needs one could not be filed."""
    there = {unit.type for unit in office.current(session).organisation(office.local_day(now)).units.values()}
    steps = loaded.definition.steps.values()
    wanted = {word.removeprefix("type:"): step for step in steps if step.kind == "user"
              for word in [unit_word(step)] if word.startswith("type:")}
    wanted |= {step.hand_off.to: step for step in steps if step.hand_off is not None}
    return [Problem("process.bpmn", step.key, "warning", "unit-type-unknown",
                    Text(f"Chưa có đơn vị nào thuộc loại «{kind}».", f"There is no unit of type “{kind}”."),
                    Text("Thêm đơn vị loại này vào tổ chức, hoặc sửa loại đơn vị trên sơ đồ.",
                         "Add a unit of this type to the organisation, or change the type in the diagram."))
            for kind, step in sorted(wanted.items()) if kind not in there]
