"""Who may do and see what. Denied unless a rule here allows it.

A case is seen by those who hold a post in one of its units, and by heads, leaders and auditors of a unit above
them. Who may not even know of a case gets `not found`, never `not allowed`. A unit to which a part of a case is to be
handed over sees the case once it is offered that part, not before.
"""

from __future__ import annotations

from typing import Any

from engine.domain import handoff
from engine.domain.case import Case, Task
from engine.domain.errors import CaseNotFound, HandOffNotFound, NotAllowed, TaskNotFound
from engine.domain.handoff import HandOff
from engine.domain.people import RECEIVING_OFFICER, Actor, Organisation
from engine.domain.text import Text

OVERSEERS = ("head", "leader", "auditor")
HEADS = ("head", "leader")
ANSWERING = (RECEIVING_OFFICER, *HEADS)                         # of the unit to which something is handed over
OFFERING = (RECEIVING_OFFICER, "processing-officer", *HEADS)    # of the unit that hands it over


def units_seen(actor: Actor, organisation: Organisation) -> frozenset[str]:
    """Give the units whose cases the actor may see: those of the actor's posts, and all below a unit overseen."""
    own = {post.unit for post in actor.posts if post.roles - {"administrator", "process-designer", "publisher"}}
    below = {unit.id for over in actor.units_as(*OVERSEERS) for unit in organisation.below(over)}
    return frozenset(own | below)


def roots(actor: Actor, organisation: Organisation) -> tuple[str, ...]:
    """Give the root units under which the cases lie that the actor may work on or see, sorted: those of the units of
    the actor's posts; all of them for an actor without posts, or with one above the provinces."""
    return organisation.rooting.of_units({post.unit for post in actor.posts})


def may_see(actor: Actor, case: Case, seen: frozenset[str]) -> bool:
    """Tell whether the actor may read the case."""
    units = (unit for word, unit in case.units.items() if not word.startswith(handoff.TO))
    return bool(seen.intersection((case.unit, case.competent, *units)))


def refuse_task(actor: Actor, case: Case, task: Task, organisation: Organisation) -> None:
    """Refuse an act on a task that is not the actor's to do.

    Raises:
        TaskNotFound: the actor may not know of the case.
        NotAllowed: the actor sees it, but lacks the role, is barred (four eyes), or it is kept for another.
    """
    if task.open_to(actor):
        return
    if not may_see(actor, case, units_seen(actor, organisation)):
        raise TaskNotFound(str(task.id))
    if actor.account in task.barred:
        raise NotAllowed(Text("Người đã làm bước trước không được làm bước này.",
                              "Whoever did the earlier step may not do this one."))
    raise NotAllowed(Text(f"Việc này dành cho vai trò «{task.role}» tại đơn vị {task.unit}.",
                          f"This task is for the role “{task.role}” in unit {task.unit}."))


def refuse_case(actor: Actor, case: Case, organisation: Organisation) -> None:
    """Refuse to show a case to an actor who may not know of it.

    Raises:
        CaseNotFound: as if there were no such case.
    """
    if not may_see(actor, case, units_seen(actor, organisation)):
        raise CaseNotFound(case.code)


def may_unblock(actor: Actor, task: Task, organisation: Organisation) -> bool:
    """Tell whether the actor may take a task from whoever holds it: heads and leaders of its unit or one above."""
    return bool(_headships(actor, task.unit, organisation))


def _headships(actor: Actor, unit: str, organisation: Organisation) -> list[tuple[str, str]]:
    """Give the role and unit of every post by which the actor is head or leader over a unit."""
    return [(role, over) for role in HEADS for over in actor.units_as(role)
            if any(below.id == unit for below in organisation.below(over))]


def may_answer(actor: Actor, hand_off: HandOff) -> bool:
    """Tell whether the actor may accept or refuse a hand-off and give its result: the receiving officers, heads and
    leaders of the unit to which it goes."""
    return any(actor.holds(role, hand_off.to_unit) for role in ANSWERING)


def may_offer(actor: Actor, hand_off: HandOff, organisation: Organisation) -> bool:
    """Tell whether the actor may offer it again: who works on cases in the unit that offered it, and the heads and
    leaders above."""
    return (any(actor.holds(role, hand_off.from_unit) for role in OFFERING)
            or bool(_headships(actor, hand_off.from_unit, organisation)))


def refuse_hand_off(actor: Actor, case: Case, hand_off: HandOff, organisation: Organisation, *, again: bool) -> None:
    """Refuse an act on a hand-off that is not the actor's: an answer of the receiving unit, or offering it `again`.

    Raises:
        HandOffNotFound: the actor may not know of the case.
        NotAllowed: the actor sees it, but holds no such post in the unit.
    """
    if may_offer(actor, hand_off, organisation) if again else may_answer(actor, hand_off):
        return
    if not may_see(actor, case, units_seen(actor, organisation)):
        raise HandOffNotFound(str(hand_off.id))
    unit = hand_off.from_unit if again else hand_off.to_unit
    raise NotAllowed(Text(f"Việc này dành cho người tiếp nhận hoặc lãnh đạo của đơn vị {unit}.",
                          f"This is for a receiving officer, head or leader of unit {unit}."))


def hand_off_capacity(actor: Actor, hand_off: HandOff, organisation: Organisation, *, again: bool) -> dict[str, Any]:
    """Give in what capacity the actor acts on a hand-off, for the record: role and unit."""
    unit, roles = (hand_off.from_unit, OFFERING) if again else (hand_off.to_unit, ANSWERING)
    posts = [(role, unit) for role in roles if actor.holds(role, unit)]
    role, of = (posts or _headships(actor, unit, organisation))[0]
    return {"role": role, "unit": of}


def may_extend(actor: Actor, case: Case, organisation: Organisation) -> bool:
    """Tell whether the actor may extend the limit of a case: heads and leaders of its competent unit or one above."""
    return bool(_headships(actor, case.competent, organisation))


def extension_capacity(actor: Actor, case: Case, organisation: Organisation) -> dict[str, Any]:
    """Give in what capacity the actor extends the limit of a case, for the record: role and unit.

    Raises:
        CaseNotFound: the actor may not know of the case.
        NotAllowed: the actor sees it, but is no head or leader over the competent unit.
    """
    posts = _headships(actor, case.competent, organisation)
    if not posts:
        refuse_case(actor, case, organisation)
        raise NotAllowed(Text(f"Việc gia hạn dành cho lãnh đạo của đơn vị {case.competent}.",
                              f"Extending is for a head or leader of unit {case.competent}."))
    role, unit = posts[0]
    return {"role": role, "unit": unit}


def filing_unit(actor: Actor, wanted: str | None) -> str:
    """Give the unit for which the actor files: one in which the actor is receiving officer.

    Raises:
        NotAllowed: the actor receives in no such unit, or in several and did not say in which.
    """
    units = actor.units_as(RECEIVING_OFFICER)
    if wanted is not None and wanted in units:
        return wanted
    if wanted is None and len(units) == 1:
        return units[0]
    if wanted is None and units:
        raise NotAllowed(Text(f"Hãy nêu đơn vị tiếp nhận: {', '.join(units)}.",
                              f"Name the receiving unit: {', '.join(units)}."))
    raise NotAllowed(Text("Tài khoản này không tiếp nhận hồ sơ cho đơn vị đó.",
                          "This account does not receive cases for that unit."))


def require_role(actor: Actor, *roles: str) -> None:
    """Refuse an actor who holds none of these roles anywhere.

    Raises:
        NotAllowed: none of them.
    """
    if not actor.has_role(*roles):
        raise NotAllowed(Text(f"Cần vai trò: {', '.join(roles)}.", f"This needs the role: {', '.join(roles)}."))
