"""The hand-offs that belong to a loaded case, and what they are of. Lists of them live in `hand_off_list`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from engine.domain import handoff
from engine.domain.case import Case, path_of
from engine.domain.handoff import HandOff
from engine.procedures.procedure import Procedure
from engine.queries import office
from engine.storage.tables import hand_off_table
from engine.workflow import Step

_h = hand_off_table.c


def hands_over(procedure: Procedure) -> bool:
    """Tell whether any step of a procedure hands something over to another unit."""
    return any(step.hand_off is not None for step in procedure.definition.steps.values())


def load(session: Session, case: Case) -> Sequence[HandOff]:
    """Give the hand-offs of a case, the oldest first; of a procedure that hands nothing over without asking."""
    if "hand_offs" not in case.__dict__:
        found: list[HandOff] = []
        if hands_over(office.procedure_of(session, case.version_id)):
            found = list(session.scalars(select(HandOff).where(_h.root == case.root, _h.case_id == case.id)
                                         .order_by(_h.offered_at, _h.place, _h.ordinal)))
        set_committed_value(case, "hand_offs", found)
    return case.hand_offs


def accountable(session: Session, case: Case) -> str:
    """Give the one unit that answers for a case now; the case must have its open tasks loaded."""
    return handoff.accountable(load(session, case), case.competent, [task.path for task in case.open_tasks()])


def step_of(loaded: Procedure, one: HandOff) -> Step:
    """Give the step of the diagram that is handed over."""
    path, _slash, key = one.place.rpartition("/")
    return loaded.definition.step(path_of(path), key)
