"""Giving rows without a root unit theirs: what was there before `root` was, where there are several roots.

It runs at every `motcua db upgrade`, in small transactions while people work, and changes nothing where nothing lacks
its root. What the release before wrote after the upgrade lacks it too; so the upgrade is run once more when the last
host of that release has stopped.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from engine.domain.audit import OFFICE
from engine.domain.people import Unit
from engine.domain.rooting import Rooting, root_units
from engine.storage import database
from engine.storage.tables import (
    appointment_table,
    audit_event_table,
    case_guest_table,
    case_table,
    document_table,
    hand_off_table,
    incident_table,
    job_table,
    message_table,
    number_book_table,
    position_table,
    stored_answer_table,
    task_table,
    viewing_table,
)

BATCH = 200     # cases to one transaction
OF_A_CASE = (task_table, hand_off_table, case_guest_table, document_table, job_table, message_table, incident_table,
             viewing_table)
_events = audit_event_table.c


def settle() -> int:
    """Give every row without a root its own; give how many cases had none.

    Raises:
        Unavailable: the database is away.
    """
    with database.reading() as session:
        rooting = root_units(session.scalars(select(Unit)))
    _office()
    if len(rooting.every) < 2:      # the default of the column is the only root
        return 0
    settled = 0
    while found := _some_cases(rooting):
        settled += found
    _late_rows()
    _books_and_answers(rooting)
    return settled


def _office() -> None:
    """The office's own history is no province's, whatever the default of the column is."""
    astray = (_events.stream == OFFICE, _events.root != "")
    with database.transaction() as session:
        if session.execute(select(_events.seq).where(*astray).limit(1)).first() is not None:
            session.execute(update(audit_event_table).where(*astray).values(root=""))


def _some_cases(rooting: Rooting) -> int:
    """Settle one batch of cases with all their rows."""
    with database.transaction() as session:
        rows = session.execute(select(case_table.c.id, case_table.c.unit).where(case_table.c.root == "")
                               .order_by(case_table.c.id).limit(BATCH)).all()
        for root in sorted({rooting.of(row.unit) for row in rows}):
            ids = [row.id for row in rows if rooting.of(row.unit) == root]
            session.execute(update(case_table).where(case_table.c.id.in_(ids)).values(root=root))
            for table, owner in _owned():
                session.execute(update(table).where(owner.in_(ids), table.c.root == "").values(root=root))
        return len(rows)


def _owned() -> Iterator[tuple[Table, Any]]:
    """Give every table whose rows belong to a case, with the column that says to which."""
    yield from ((table, table.c.case_id) for table in OF_A_CASE)
    yield audit_event_table, _events.stream


def _late_rows() -> None:
    """Settle what the release before wrote for cases that have their root."""
    for table, owner in _owned():
        with database.transaction() as session:
            theirs = session.execute(select(owner, case_table.c.root).distinct().join(
                case_table, case_table.c.id == owner).where(table.c.root == "", case_table.c.root != "")).all()
            for case_id, root in theirs:
                session.execute(update(table).where(owner == case_id, table.c.root == "").values(root=root))


def _books_and_answers(rooting: Rooting) -> None:
    """Books of numbers go with the unit whose code they bear, kept answers with a unit of the account."""
    with database.transaction() as session:
        books = number_book_table.c
        for book in list(session.scalars(select(books.book).where(books.root == ""))):
            roots = rooting.codes.get(book.split(":")[1] if ":" in book else "", rooting.every)
            session.execute(update(number_book_table).where(books.root == "", books.book == book)
                            .values(root=roots[0]))
        answers = stored_answer_table.c
        for account in list(session.scalars(select(answers.account).where(answers.root == "").distinct())):
            session.execute(update(stored_answer_table).where(answers.root == "", answers.account == account)
                            .values(root=rooting.of_units(_units_of(session, account))[0]))


def _units_of(session: Session, account: str) -> list[str]:
    posts = appointment_table.c
    return list(session.scalars(select(position_table.c.unit).join(
        appointment_table, posts.position == position_table.c.id).where(posts.account == account)))
